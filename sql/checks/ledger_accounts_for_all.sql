-- Level: fail
-- All deletions of each file are in deleted_citations and in the ledger, and the ledger has an event for each record.
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
    files.name,
    files.citations + files.books AS records,
    words.words,
    files.deletions,
    deletions.deletions AS deletions_held,
    deletions.in_ledger
FROM source_files AS files
LEFT JOIN words ON words.source_file = files.name
LEFT JOIN deletions ON deletions.source_file = files.name
WHERE
    coalesce(words.words, 0) < files.citations + files.books
    OR coalesce(deletions.deletions, 0) != files.deletions
    OR coalesce(deletions.in_ledger, 0) != files.deletions
ORDER BY files.name;
