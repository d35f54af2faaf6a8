CREATE TABLE source_files (
    "name" VARCHAR,
    "kind" VARCHAR,
    "year" INTEGER,
    "number" INTEGER,
    "format" VARCHAR,
    "md5" VARCHAR,
    "bytes" BIGINT,
    "citations" BIGINT,
    "books" BIGINT,
    "superseded" BIGINT,
    "deletions" BIGINT,
    "rows_per_table" MAP(VARCHAR, BIGINT),
    "anomalies" BIGINT,
    "unknown_paths" BIGINT,
    "schema_version" VARCHAR,
    "loaded_at" TIMESTAMP
);
COMMENT ON TABLE source_files IS 'one row per file in the warehouse';
COMMENT ON COLUMN source_files."name" IS 'name of the file: pubmed26n0001.xml.gz';
COMMENT ON COLUMN source_files."kind" IS 'baseline, update, or export (no production number: MEDLINE text, efetch)';
COMMENT ON COLUMN source_files."year" IS 'production year, two digits; NULL for exports';
COMMENT ON COLUMN source_files."number" IS 'production number; NULL for exports';
COMMENT ON COLUMN source_files."format" IS 'xml or medline';
COMMENT ON COLUMN source_files."md5" IS 'MD5 of the file';
COMMENT ON COLUMN source_files."bytes" IS 'size of the file, bytes';
COMMENT ON COLUMN source_files."citations" IS 'citations in the file (rows of articles)';
COMMENT ON COLUMN source_files."books" IS 'book documents in the file (rows of books)';
COMMENT ON COLUMN source_files."superseded" IS 'records that a later record of the same file replaces, and that have no rows';
COMMENT ON COLUMN source_files."deletions" IS 'rows of deleted_citations';
COMMENT ON COLUMN source_files."rows_per_table" IS 'rows of the file in each table of the lake';
COMMENT ON COLUMN source_files."anomalies" IS 'rows of anomalies';
COMMENT ON COLUMN source_files."unknown_paths" IS 'rows of unknown_paths';
COMMENT ON COLUMN source_files."schema_version" IS 'version of the schema that the file was read with';
COMMENT ON COLUMN source_files."loaded_at" IS 'when the file came into this database, UTC';
