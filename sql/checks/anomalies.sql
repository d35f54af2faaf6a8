-- Level: warn
-- Values that no column could hold; they stand in `anomalies` as they were sent.
SELECT
    source_file,
    pmid,
    path,
    value,
    reason
FROM anomalies
ORDER BY ALL;
