CREATE TABLE languages (
    "pmid" BIGINT,
    "version" INTEGER,
    "language_seq" INTEGER,
    "language" VARCHAR
);
COMMENT ON TABLE languages IS 'one row per language of the text';
COMMENT ON COLUMN languages."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN languages."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN languages."language_seq" IS '1-based position';
COMMENT ON COLUMN languages."language" IS 'three letters: eng, ger, chi …';
