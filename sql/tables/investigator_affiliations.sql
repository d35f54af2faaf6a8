CREATE TABLE investigator_affiliations (
    "pmid" BIGINT,
    "version" INTEGER,
    "investigator_seq" INTEGER,
    "affiliation_seq" INTEGER,
    "affiliation" VARCHAR USING COMPRESSION zstd,
    "affiliation_markup" VARCHAR
);
COMMENT ON TABLE investigator_affiliations IS 'one row per affiliation of an investigator';
COMMENT ON COLUMN investigator_affiliations."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN investigator_affiliations."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN investigator_affiliations."investigator_seq" IS 'investigators.investigator_seq';
COMMENT ON COLUMN investigator_affiliations."affiliation_seq" IS '1-based position under its investigator';
COMMENT ON COLUMN investigator_affiliations."affiliation" IS 'affiliation as printed [IRAD, Affiliation]';
COMMENT ON COLUMN investigator_affiliations."affiliation_markup" IS 'inner XML of affiliation; NULL where it has no markup [Affiliation]';
