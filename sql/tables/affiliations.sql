CREATE TABLE affiliations (
    "pmid" BIGINT,
    "version" INTEGER,
    "author_seq" INTEGER,
    "affiliation_seq" INTEGER,
    "affiliation" VARCHAR USING COMPRESSION zstd,
    "affiliation_markup" VARCHAR
);
COMMENT ON TABLE affiliations IS 'one row per affiliation of an author';
COMMENT ON COLUMN affiliations."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN affiliations."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN affiliations."author_seq" IS 'authors.author_seq; NULL where an old file has it under Article';
COMMENT ON COLUMN affiliations."affiliation_seq" IS '1-based position under its author';
COMMENT ON COLUMN affiliations."affiliation" IS 'affiliation as printed [AD, Affiliation]';
COMMENT ON COLUMN affiliations."affiliation_markup" IS 'inner XML of affiliation; NULL where it has no markup [Affiliation]';
