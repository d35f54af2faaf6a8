-- Level: fail
-- Every file's deletions are all there, in deleted_citations and in the ledger, and it has a word for each of its records.
WITH words AS (
    SELECT
        source_file,
        count(*) AS words
    FROM ledger.events
    GROUP BY source_file
),

deletions AS (
    SELECT
        deleted_citations.source_file,
        count(*) AS deletions,
        count(events.pmid) AS in_ledger
    FROM deleted_citations
    LEFT JOIN ledger.events AS events
        ON
            events.source_file = deleted_citations.source_file
            AND events.pmid = deleted_citations.pmid
            AND coalesce(events.version, 1) = coalesce(deleted_citations.version, 1)
    GROUP BY deleted_citations.source_file
)

SELECT
    dumps.name,
    dumps.citations + dumps.books AS records,
    words.words,
    dumps.deletions,
    deletions.deletions AS deletions_held,
    deletions.in_ledger
FROM dumps
LEFT JOIN words ON words.source_file = dumps.name
LEFT JOIN deletions ON deletions.source_file = dumps.name
WHERE
    coalesce(words.words, 0) < dumps.citations + dumps.books
    OR coalesce(deletions.deletions, 0) != dumps.deletions
    OR coalesce(deletions.in_ledger, 0) != dumps.deletions
ORDER BY dumps.name;
