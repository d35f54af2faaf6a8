CREATE TABLE deleted_citations (
    "pmid" BIGINT,
    "version" INTEGER,
    "source_file" VARCHAR
);
COMMENT ON TABLE deleted_citations IS 'one row per PMID and version in a DeleteCitation (or DeleteDocument)';
COMMENT ON COLUMN deleted_citations."pmid" IS 'PubMed identifier that was deleted; it may never have been distributed';
COMMENT ON COLUMN deleted_citations."version" IS 'version that was deleted [@Version]';
COMMENT ON COLUMN deleted_citations."source_file" IS 'file that deletes it; see source_files.name';
