CREATE TABLE reference_lists (
    "pmid" BIGINT,
    "version" INTEGER,
    "list_seq" INTEGER,
    "list_path" VARCHAR,
    "title" VARCHAR USING COMPRESSION zstd
);
COMMENT ON TABLE reference_lists IS 'one row per list of references';
COMMENT ON COLUMN reference_lists."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN reference_lists."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN reference_lists."list_seq" IS '1-based position, over all levels';
COMMENT ON COLUMN reference_lists."list_path" IS 'position among its siblings: ''2'', nested ''2.1''';
COMMENT ON COLUMN reference_lists."title" IS 'title of the list [Title]';
