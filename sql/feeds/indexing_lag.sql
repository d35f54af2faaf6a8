-- Grain: stage of processing, and month in which citations completed it
-- Key: stage, month
-- Days of a stage, by the month of its end: by the month of its start the newest months would look quick, since slow
-- citations have not completed it yet. The first of several events of a kind counts; dates are as sent, so days may be
-- negative.
--   stage VARCHAR: received to accepted (by the journal), accepted to entrez (into PubMed), entrez to medline (indexed)
--   month DATE: first day of the month in which the stage was completed
--   citations BIGINT: citations that completed the stage in the month, and have both dates
--   p10 DOUBLE: 10th percentile of the days
--   p25 DOUBLE: 25th percentile of the days
--   p50 DOUBLE: median of the days
--   p75 DOUBLE: 75th percentile of the days
--   p90 DOUBLE: 90th percentile of the days
WITH events AS (
    SELECT
        history.pmid,
        min(history.event_at) FILTER (history.pub_status = 'received') AS received,
        min(history.event_at) FILTER (history.pub_status = 'accepted') AS accepted,
        min(history.event_at) FILTER (history.pub_status = 'entrez') AS entrez,
        min(history.event_at) FILTER (history.pub_status = 'medline') AS medline
    FROM history
    SEMI JOIN articles ON articles.pmid = history.pmid
    GROUP BY history.pmid
),

stages AS (
    SELECT 'received to accepted' AS stage, received AS began_at, accepted AS ended_at
    FROM events
    UNION ALL
    SELECT 'accepted to entrez' AS stage, accepted AS began_at, entrez AS ended_at
    FROM events
    UNION ALL
    SELECT 'entrez to medline' AS stage, entrez AS began_at, medline AS ended_at
    FROM events
),

lags AS (
    SELECT
        stage,
        date_trunc('month', ended_at)::DATE AS month,
        quantile_cont(date_diff('day', began_at, ended_at), [0.1, 0.25, 0.5, 0.75, 0.9]) AS days,
        count(*) AS citations
    FROM stages
    WHERE began_at IS NOT NULL AND ended_at IS NOT NULL
    GROUP BY ALL
)

SELECT
    stage,
    month,
    citations,
    days[1] AS p10,
    days[2] AS p25,
    days[3] AS p50,
    days[4] AS p75,
    days[5] AS p90
FROM lags
ORDER BY stage, month;
