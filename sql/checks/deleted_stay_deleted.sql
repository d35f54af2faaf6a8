-- Level: fail
-- Scope: PMID
-- No record is shown whose last event in the dumps is its deletion.
WITH last_word AS (
    SELECT
        pmid,
        version,
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

SELECT shown.pmid, shown.version
FROM shown
SEMI JOIN last_word
    ON
        last_word.pmid = shown.pmid
        AND coalesce(last_word.version, 1) = coalesce(shown.version, 1)
        AND last_word.is_deletion
ORDER BY shown.pmid;
