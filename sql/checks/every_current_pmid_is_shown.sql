-- Level: fail
-- Scope: PMID
-- A PMID whose last word in some dump is a record, of any version, is shown.
WITH last_word AS (
    SELECT
        pmid,
        is_deletion
    FROM ledger.events
    WHERE dump_order IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY pmid, coalesce(version, 1) ORDER BY dump_order DESC) = 1
)

SELECT DISTINCT last_word.pmid
FROM last_word
WHERE
    NOT last_word.is_deletion
    AND last_word.pmid NOT IN (
        SELECT pmid FROM articles
        UNION ALL
        SELECT pmid FROM books
    )
ORDER BY last_word.pmid;
