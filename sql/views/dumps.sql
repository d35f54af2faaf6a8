-- Grain: file in the warehouse
-- Key: name
-- Reads: source_files
--
-- The former name of source_files. Exports are in it too.
CREATE OR REPLACE VIEW dumps AS
SELECT
    name,
    kind,
    year,
    number,
    format,
    md5,
    bytes,
    citations,
    books,
    superseded,
    deletions,
    rows_per_table,
    anomalies,
    unknown_paths,
    schema_version,
    loaded_at
FROM source_files;
COMMENT ON VIEW dumps IS 'one row per file in the warehouse: the former name of source_files';
COMMENT ON COLUMN dumps.name IS 'name of the file: pubmed26n0001.xml.gz';
COMMENT ON COLUMN dumps.kind IS 'baseline, update, or export (no production number: MEDLINE text, efetch)';
COMMENT ON COLUMN dumps.year IS 'production year, two digits; NULL for exports';
COMMENT ON COLUMN dumps.number IS 'production number; NULL for exports';
COMMENT ON COLUMN dumps.format IS 'xml or medline';
COMMENT ON COLUMN dumps.md5 IS 'MD5 of the file';
COMMENT ON COLUMN dumps.bytes IS 'size of the file, bytes';
COMMENT ON COLUMN dumps.citations IS 'citations in the file (rows of articles)';
COMMENT ON COLUMN dumps.books IS 'book documents in the file (rows of books)';
COMMENT ON COLUMN dumps.superseded IS 'records that a later record of the same file replaces, and that have no rows';
COMMENT ON COLUMN dumps.deletions IS 'rows of deleted_citations';
COMMENT ON COLUMN dumps.rows_per_table IS 'rows of the file in each table of the lake';
COMMENT ON COLUMN dumps.anomalies IS 'rows of anomalies';
COMMENT ON COLUMN dumps.unknown_paths IS 'rows of unknown_paths';
COMMENT ON COLUMN dumps.schema_version IS 'version of the schema that the file was read with';
COMMENT ON COLUMN dumps.loaded_at IS 'when the file came into this database, UTC';
