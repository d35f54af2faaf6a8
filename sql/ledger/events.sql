-- What new files say of each PMID.Version. A deletion is the file's last word, unless a later record of the same file
-- brings the record back. Reads the lake ($articles, $books, $deleted_citations), `incoming` and `reinstated`.
INSERT INTO ledger.events
WITH records AS (
    SELECT pmid, version, source_file, date_revised FROM read_parquet($articles, hive_partitioning = false)
    UNION ALL
    SELECT pmid, version, source_file, date_revised FROM read_parquet($books, hive_partitioning = false)
),

deletions AS (
    SELECT DISTINCT deleted.pmid, deleted.version, deleted.source_file
    FROM read_parquet($deleted_citations, hive_partitioning = false) AS deleted
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
