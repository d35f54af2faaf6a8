-- Level: warn
-- Scope: PMID
-- Impossible dates: before the first journals (1665), before NLM's database for dates of processing (1960), or more
-- than three years ahead. NLM sends some; they stay as sent.
WITH dates AS (
    SELECT pmid, 'articles.pub_year' AS what, make_date(pub_year, 12, 31) AS told, DATE '1665-01-01' AS earliest
    FROM articles
    WHERE pub_year BETWEEN -9999 AND 9999
    UNION ALL
    SELECT pmid, 'articles.date_completed' AS what, date_completed AS told, DATE '1960-01-01' AS earliest
    FROM articles
    UNION ALL
    SELECT pmid, 'articles.date_revised' AS what, date_revised AS told, DATE '1960-01-01' AS earliest
    FROM articles
    UNION ALL
    SELECT pmid, 'article_dates.article_date' AS what, article_date AS told, DATE '1665-01-01' AS earliest
    FROM article_dates
    UNION ALL
    SELECT pmid, 'history.event_at' AS what, event_at::DATE AS told, DATE '1665-01-01' AS earliest
    FROM history
)

SELECT pmid, what, told
FROM dates
WHERE told NOT BETWEEN earliest AND (current_date + INTERVAL 3 YEARS)::DATE
UNION ALL
SELECT pmid, 'articles.pub_year' AS what, NULL AS told
FROM articles
WHERE pub_year NOT BETWEEN -9999 AND 9999
ORDER BY ALL;
