CREATE TABLE mesh_files (
    "name" VARCHAR,
    "kind" VARCHAR,
    "year" INTEGER,
    "language" VARCHAR,
    "md5" VARCHAR,
    "bytes" BIGINT,
    "records" BIGINT,
    "source" VARCHAR,
    "changed" VARCHAR,
    "rows_per_table" MAP(VARCHAR, BIGINT),
    "schema_version" VARCHAR,
    "loaded_at" TIMESTAMP
);
COMMENT ON TABLE mesh_files IS 'one row per file of MeSH that was loaded';
COMMENT ON COLUMN mesh_files."name" IS 'name of the file: desc2026.gz';
COMMENT ON COLUMN mesh_files."kind" IS 'desc, qual, pa or supp';
COMMENT ON COLUMN mesh_files."year" IS 'year of MeSH, four digits';
COMMENT ON COLUMN mesh_files."language" IS 'language of its names, as its root says: eng';
COMMENT ON COLUMN mesh_files."md5" IS 'MD5 of the file';
COMMENT ON COLUMN mesh_files."bytes" IS 'size of the file, bytes';
COMMENT ON COLUMN mesh_files."records" IS 'records in the file';
COMMENT ON COLUMN mesh_files."source" IS 'URL or directory that it came from';
COMMENT ON COLUMN mesh_files."changed" IS 'date of the last change, as the source says it';
COMMENT ON COLUMN mesh_files."rows_per_table" IS 'rows of the file in each table';
COMMENT ON COLUMN mesh_files."schema_version" IS 'version of the schema of MeSH that the file was read with';
COMMENT ON COLUMN mesh_files."loaded_at" IS 'when the file came into this database, UTC';
