CREATE TABLE reference_ids (
    "pmid" BIGINT,
    "version" INTEGER,
    "reference_seq" INTEGER,
    "reference_id_seq" INTEGER,
    "id_type" VARCHAR,
    "article_id" VARCHAR
);
COMMENT ON TABLE reference_ids IS 'one row per identifier of a cited work';
COMMENT ON COLUMN reference_ids."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN reference_ids."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN reference_ids."reference_seq" IS 'article_references.reference_seq';
COMMENT ON COLUMN reference_ids."reference_id_seq" IS '1-based position under its reference';
COMMENT ON COLUMN reference_ids."id_type" IS 'pubmed, doi, pmc … [@IdType]';
COMMENT ON COLUMN reference_ids."article_id" IS 'identifier';
