CREATE TABLE elocation_ids (
    "pmid" BIGINT,
    "version" INTEGER,
    "elocation_id_seq" INTEGER,
    "elocation_type" VARCHAR,
    "elocation_id" VARCHAR,
    "is_valid" BOOLEAN
);
COMMENT ON TABLE elocation_ids IS 'one row per electronic location';
COMMENT ON COLUMN elocation_ids."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN elocation_ids."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN elocation_ids."elocation_id_seq" IS '1-based position';
COMMENT ON COLUMN elocation_ids."elocation_type" IS 'doi or pii [LID, @EIdType]';
COMMENT ON COLUMN elocation_ids."elocation_id" IS 'identifier';
COMMENT ON COLUMN elocation_ids."is_valid" IS 'N: it was wrong and stays on record [@ValidYN]';
