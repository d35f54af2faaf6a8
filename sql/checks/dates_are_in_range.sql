-- Level: warn
-- Scope: PMID
-- Impossible dates: before the first journals (1665), before NLM's database for dates of processing (1960), or more
-- than three years ahead. NLM sends some; they stay as sent.
WITH dates AS (
    SELECT pmid, 'articles.pub_year' AS what, make_date(pub_year, 12, 31) AS value, DATE '1665-01-01' AS earliest
    FROM articles
    WHERE pub_year BETWEEN -9999 AND 9999
    UNION ALL
    SELECT pmid, 'articles.date_completed' AS what, date_completed AS value, DATE '1960-01-01' AS earliest
    FROM articles
    UNION ALL
    SELECT pmid, 'articles.date_revised' AS what, date_revised AS value, DATE '1960-01-01' AS earliest
    FROM articles
    UNION ALL
    SELECT pmid, 'article_dates.article_date' AS what, article_date AS value, DATE '1665-01-01' AS earliest
    FROM article_dates
    UNION ALL
    SELECT pmid, 'history.event_at' AS what, event_at::DATE AS value, DATE '1665-01-01' AS earliest
    FROM history
)

SELECT pmid, what, value
FROM dates
WHERE value NOT BETWEEN earliest AND (current_date + INTERVAL 3 YEARS)::DATE
UNION ALL
SELECT pmid, 'articles.pub_year' AS what, NULL AS value
FROM articles
WHERE pub_year NOT BETWEEN -9999 AND 9999
ORDER BY ALL;
