-- What new files say of each PMID.Version. A deletion is the file's last word, unless a later record of the same file
-- brings the record back. Reads the lake ($articles, $books, $deleted_citations), `incoming` and `reinstated`. Files in
-- the lake may have rows of source files that are not incoming, or are incoming from another file.
INSERT INTO ledger.events
WITH records AS (
    SELECT rows.pmid, rows.version, rows.source_file, rows.date_revised
    FROM (
        SELECT pmid, version, source_file, date_revised, filename
        FROM read_parquet($articles, filename = true, hive_partitioning = false)
        UNION ALL
        SELECT pmid, version, source_file, date_revised, filename
        FROM read_parquet($books, filename = true, hive_partitioning = false)
    ) AS rows
    SEMI JOIN incoming
        ON incoming.source_file = rows.source_file AND incoming.lake_file = parse_filename(rows.filename, true)
),

deletions AS (
    SELECT DISTINCT deleted.pmid, deleted.version, deleted.source_file
    FROM read_parquet($deleted_citations, filename = true, hive_partitioning = false) AS deleted
    SEMI JOIN incoming
        ON incoming.source_file = deleted.source_file AND incoming.lake_file = parse_filename(deleted.filename, true)
    ANTI JOIN reinstated
        ON
            reinstated.source_file = deleted.source_file
            AND reinstated.pmid = deleted.pmid
            AND reinstated.version = coalesce(deleted.version, 1)
)

SELECT
    coalesce(records.pmid, deletions.pmid) AS pmid,
    coalesce(records.version, deletions.version) AS version,
    incoming.source_file,
    incoming.source_format,
    incoming.dump_order,
    deletions.pmid IS NOT NULL AS is_deletion,
    records.date_revised
FROM records
FULL JOIN deletions
    ON
        records.source_file = deletions.source_file
        AND records.pmid = deletions.pmid
        AND coalesce(records.version, 1) = coalesce(deletions.version, 1)
INNER JOIN incoming ON incoming.source_file = coalesce(records.source_file, deletions.source_file);
