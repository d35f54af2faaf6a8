CREATE TABLE grants (
    "pmid" BIGINT,
    "version" INTEGER,
    "grant_seq" INTEGER,
    "grant_id" VARCHAR,
    "acronym" VARCHAR,
    "agency" VARCHAR,
    "country" VARCHAR
);
COMMENT ON TABLE grants IS 'one row per grant';
COMMENT ON COLUMN grants."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN grants."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN grants."grant_seq" IS '1-based position';
COMMENT ON COLUMN grants."grant_id" IS 'number of the grant or contract [GR, GrantID]';
COMMENT ON COLUMN grants."acronym" IS 'two-letter code of the NIH institute, or another [GR, Acronym]';
COMMENT ON COLUMN grants."agency" IS 'who paid [GR, Agency]';
COMMENT ON COLUMN grants."country" IS 'country of the agency [GR, Country]';
