-- Level: warn
-- Elements, attributes and tags that the schema does not know: NLM has a new DTD, or the file is not NLM's.
SELECT
    source_file,
    path,
    count,
    example_pmid
FROM unknown_paths
ORDER BY ALL;
