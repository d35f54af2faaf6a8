CREATE TABLE mesh_unknown_paths (
    "source_file" VARCHAR,
    "path" VARCHAR,
    "count" BIGINT,
    "example_ui" VARCHAR
);
COMMENT ON TABLE mesh_unknown_paths IS 'one row per element or attribute of a MeSH file that the schema does not know';
COMMENT ON COLUMN mesh_unknown_paths."source_file" IS 'file it occurs in; see mesh_files.name';
COMMENT ON COLUMN mesh_unknown_paths."path" IS 'DTD path';
COMMENT ON COLUMN mesh_unknown_paths."count" IS 'occurrences in the file';
COMMENT ON COLUMN mesh_unknown_paths."example_ui" IS 'a record that has it';
