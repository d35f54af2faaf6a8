-- Level: fail
-- Scope: PMID
-- A PMID is shown once: as one version of a citation, or as one book document.
SELECT
    pmid,
    count(*) AS records
FROM (
    SELECT pmid FROM articles
    UNION ALL
    SELECT pmid FROM books
) AS shown
GROUP BY pmid
HAVING count(*) > 1
ORDER BY pmid;
