-- Level: warn
-- Values that fit no column; `anomalies` has them as sent.
SELECT
    source_file,
    pmid,
    path,
    value,
    reason
FROM anomalies
ORDER BY ALL;
