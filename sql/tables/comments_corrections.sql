CREATE TABLE comments_corrections (
    "pmid" BIGINT,
    "version" INTEGER,
    "comments_corrections_seq" INTEGER,
    "ref_type" VARCHAR,
    "ref_source" VARCHAR,
    "ref_pmid" BIGINT,
    "ref_version" INTEGER,
    "note" VARCHAR
);
COMMENT ON TABLE comments_corrections IS 'one row per comment, correction, retraction or other linked citation';
COMMENT ON COLUMN comments_corrections."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN comments_corrections."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN comments_corrections."comments_corrections_seq" IS '1-based position';
COMMENT ON COLUMN comments_corrections."ref_type" IS 'CommentIn, ErratumFor, RetractionOf … [CIN CON EIN EFR RIN ROF RPI RPF RRI RRF CRI CRF UIN UOF ECI ECF ORI SPIN DDIN DRIN PRIN PROF, @RefType]';
COMMENT ON COLUMN comments_corrections."ref_source" IS 'where the other one appeared [CIN CON EIN EFR RIN ROF RPI RPF RRI RRF CRI CRF UIN UOF ECI ECF ORI SPIN DDIN DRIN PRIN PROF, RefSource]';
COMMENT ON COLUMN comments_corrections."ref_pmid" IS 'PMID of the other one [CIN CON EIN EFR RIN ROF RPI RPF RRI RRF CRI CRF UIN UOF ECI ECF ORI SPIN DDIN DRIN PRIN PROF, PMID]';
COMMENT ON COLUMN comments_corrections."ref_version" IS 'version of the other one [PMID/@Version]';
COMMENT ON COLUMN comments_corrections."note" IS 'note [Note]';
