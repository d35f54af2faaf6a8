-- Level: warn
-- Elements, attributes and tags unknown to the schema: NLM has a new DTD, or the file is not from NLM.
SELECT
    source_file,
    path,
    count,
    example_pmid
FROM unknown_paths
ORDER BY ALL;
