-- Grain: month in which citations entered PubMed
-- Key: month
-- What came in a month, by the first entrez date of the citation's history, and how much of it is free to read. Citations
-- without such a date are left out; the month of the newest dump is not over yet.
--   month DATE: first day of the month
--   citations BIGINT: citations that entered in the month
--   in_pmc BIGINT: those with full text in PubMed Central
--   indexed BIGINT: those with MeSH headings
WITH entered AS (
    SELECT pmid, date_trunc('month', min(event_at))::DATE AS month
    FROM history
    WHERE pub_status = 'entrez'
    GROUP BY pmid
),

headed AS (
    SELECT DISTINCT pmid
    FROM mesh
    WHERE descriptor IS NOT NULL
)

SELECT
    entered.month,
    count(*) AS citations,
    count(articles.pmc) AS in_pmc,
    count(headed.pmid) AS indexed
FROM entered
JOIN articles ON articles.pmid = entered.pmid
LEFT JOIN headed ON headed.pmid = entered.pmid
WHERE entered.month IS NOT NULL
GROUP BY entered.month
ORDER BY entered.month;
