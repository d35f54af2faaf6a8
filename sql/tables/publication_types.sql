CREATE TABLE publication_types (
    "pmid" BIGINT,
    "version" INTEGER,
    "publication_type_seq" INTEGER,
    "publication_type_ui" VARCHAR,
    "publication_type" VARCHAR
);
COMMENT ON TABLE publication_types IS 'one row per publication type';
COMMENT ON COLUMN publication_types."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN publication_types."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN publication_types."publication_type_seq" IS '1-based position';
COMMENT ON COLUMN publication_types."publication_type_ui" IS 'MeSH id of the type [@UI]';
COMMENT ON COLUMN publication_types."publication_type" IS 'Journal Article, Review, Meta-Analysis …';
