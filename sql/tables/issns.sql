CREATE TABLE issns (
    "pmid" BIGINT,
    "version" INTEGER,
    "issn_seq" INTEGER,
    "issn" VARCHAR,
    "issn_type" VARCHAR
);
COMMENT ON TABLE issns IS 'one row per ISSN of the citation''s journal';
COMMENT ON COLUMN issns."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN issns."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN issns."issn_seq" IS '1-based position';
COMMENT ON COLUMN issns."issn" IS 'International Standard Serial Number';
COMMENT ON COLUMN issns."issn_type" IS 'Print, Electronic or Linking [IS, @IssnType]';
