CREATE TABLE personal_name_subjects (
    "pmid" BIGINT,
    "version" INTEGER,
    "personal_name_subject_seq" INTEGER,
    "last_name" VARCHAR,
    "fore_name" VARCHAR,
    "initials" VARCHAR,
    "suffix" VARCHAR,
    "suffix_markup" VARCHAR
);
COMMENT ON TABLE personal_name_subjects IS 'one row per person the article is about';
COMMENT ON COLUMN personal_name_subjects."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN personal_name_subjects."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN personal_name_subjects."personal_name_subject_seq" IS '1-based position';
COMMENT ON COLUMN personal_name_subjects."last_name" IS 'family name [FPS PS, LastName]';
COMMENT ON COLUMN personal_name_subjects."fore_name" IS 'given names [FPS, ForeName]';
COMMENT ON COLUMN personal_name_subjects."initials" IS 'initials of the given names [PS, Initials]';
COMMENT ON COLUMN personal_name_subjects."suffix" IS 'Jr, 2nd … [PS, Suffix]';
COMMENT ON COLUMN personal_name_subjects."suffix_markup" IS 'inner XML of suffix; NULL where it has no markup [Suffix]';
