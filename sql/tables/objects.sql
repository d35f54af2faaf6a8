CREATE TABLE objects (
    "pmid" BIGINT,
    "version" INTEGER,
    "object_seq" INTEGER,
    "object_type" VARCHAR
);
COMMENT ON TABLE objects IS 'one row per linked object';
COMMENT ON COLUMN objects."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN objects."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN objects."object_seq" IS '1-based position';
COMMENT ON COLUMN objects."object_type" IS 'keyword, grant, Dataset … [@Type]';
