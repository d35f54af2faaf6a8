-- Level: fail
-- Scope: PMID
-- The tables show the winners of the ledger by NLM's rule: no PMID more, none less, none from another file.
WITH shown AS (
    SELECT
        pmid,
        version,
        source_file
    FROM articles
    UNION ALL
    SELECT
        pmid,
        version,
        source_file
    FROM books
),

winners AS (
    SELECT
        pmid,
        version,
        source_file
    FROM ledger.winners('ledger.events')
)

SELECT
    shown.pmid AS shown_pmid,
    winners.pmid AS winning_pmid,
    shown.source_file AS shown_file,
    winners.source_file AS winning_file
FROM shown
FULL JOIN winners ON winners.pmid = shown.pmid
WHERE
    winners.pmid IS NULL
    OR shown.pmid IS NULL
    OR winners.source_file != shown.source_file
    OR winners.version IS DISTINCT FROM shown.version
ORDER BY ALL;
