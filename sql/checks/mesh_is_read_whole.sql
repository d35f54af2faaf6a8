-- Level: warn
-- Values of MeSH that fit no column, and elements and attributes of its files that the schema does not know.
SELECT
    source_file,
    path,
    value AS example
FROM mesh_anomalies
UNION ALL
SELECT
    source_file,
    path,
    example_ui
FROM mesh_unknown_paths
ORDER BY ALL;
