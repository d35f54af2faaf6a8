CREATE TABLE other_ids (
    "pmid" BIGINT,
    "version" INTEGER,
    "other_id_seq" INTEGER,
    "source" VARCHAR,
    "other_id" VARCHAR
);
COMMENT ON TABLE other_ids IS 'one row per identifier of another organization';
COMMENT ON COLUMN other_ids."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN other_ids."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN other_ids."other_id_seq" IS '1-based position';
COMMENT ON COLUMN other_ids."source" IS 'who gave it: NLM, NASA, KIE, PIP … [OID, @Source]';
COMMENT ON COLUMN other_ids."other_id" IS 'identifier';
