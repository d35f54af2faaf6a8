CREATE TABLE article_references (
    "pmid" BIGINT,
    "version" INTEGER,
    "reference_seq" INTEGER,
    "list_path" VARCHAR,
    "citation" VARCHAR USING COMPRESSION zstd,
    "citation_markup" VARCHAR
);
COMMENT ON TABLE article_references IS 'one row per cited work, nested lists flattened in order';
COMMENT ON COLUMN article_references."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN article_references."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN article_references."reference_seq" IS '1-based position, over all lists of the record';
COMMENT ON COLUMN article_references."list_path" IS 'reference_lists.list_path';
COMMENT ON COLUMN article_references."citation" IS 'the reference as printed [Citation]';
COMMENT ON COLUMN article_references."citation_markup" IS 'inner XML of citation; NULL where it has no markup [Citation]';
