CREATE TABLE unknown_paths (
    "source_file" VARCHAR,
    "path" VARCHAR,
    "count" BIGINT,
    "example_pmid" BIGINT
);
COMMENT ON TABLE unknown_paths IS 'one row per element, attribute or tag that the schema does not know';
COMMENT ON COLUMN unknown_paths."source_file" IS 'file it occurs in; see source_files.name';
COMMENT ON COLUMN unknown_paths."path" IS 'DTD path or MEDLINE tag';
COMMENT ON COLUMN unknown_paths."count" IS 'occurrences in the records of the file, superseded ones apart';
COMMENT ON COLUMN unknown_paths."example_pmid" IS 'a record that has it';
