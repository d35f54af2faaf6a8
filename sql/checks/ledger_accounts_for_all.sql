-- fail
-- Every record of every file is in the ledger, as a record or as deleted by the same file, and so is every deletion.
WITH counted AS (
    SELECT
        source_file,
        count(*) AS words
    FROM ledger.events
    GROUP BY source_file
)

SELECT
    dumps.name,
    dumps.citations + dumps.books AS records,
    dumps.deletions,
    counted.words
FROM dumps
LEFT JOIN counted ON counted.source_file = dumps.name
WHERE
    coalesce(counted.words, 0) NOT BETWEEN
    greatest(dumps.citations + dumps.books, 0)
    AND dumps.citations + dumps.books + dumps.deletions
ORDER BY dumps.name;
