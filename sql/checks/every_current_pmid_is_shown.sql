-- Level: fail
-- Scope: PMID
-- A PMID with a version whose last event in the dumps is a record is shown, in that version or a higher one.
WITH last_word AS (
    SELECT
        pmid,
        coalesce(version, 1) AS known_version,
        is_deletion
    FROM ledger.events
    WHERE dump_order IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY pmid, coalesce(version, 1) ORDER BY dump_order DESC) = 1
),

shown AS (
    SELECT pmid, version FROM articles
    UNION ALL
    SELECT pmid, version FROM books
)

SELECT DISTINCT last_word.pmid
FROM last_word
ANTI JOIN shown
    ON
        shown.pmid = last_word.pmid
        AND coalesce(shown.version, 1) >= last_word.known_version
WHERE NOT last_word.is_deletion
ORDER BY last_word.pmid;
