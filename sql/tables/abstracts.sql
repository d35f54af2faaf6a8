CREATE TABLE abstracts (
    "pmid" BIGINT,
    "version" INTEGER,
    "abstract_seq" INTEGER,
    "section_seq" INTEGER,
    "abstract_type" VARCHAR,
    "language" VARCHAR,
    "label" VARCHAR,
    "nlm_category" VARCHAR,
    "text" VARCHAR USING COMPRESSION zstd,
    "text_markup" VARCHAR USING COMPRESSION zstd,
    "copyright" VARCHAR
);
COMMENT ON TABLE abstracts IS 'one row per section of an abstract';
COMMENT ON COLUMN abstracts."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN abstracts."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN abstracts."abstract_seq" IS '1-based position of the abstract; the article''s own comes first [..]';
COMMENT ON COLUMN abstracts."section_seq" IS '1-based position of the section in its abstract';
COMMENT ON COLUMN abstracts."abstract_type" IS 'who wrote it: Publisher, PIP, plain-language-summary …; NULL = the article''s own [OAB, ../@Type]';
COMMENT ON COLUMN abstracts."language" IS 'language of an other abstract [OABL, ../@Language]';
COMMENT ON COLUMN abstracts."label" IS 'label as printed: ''METHODS''; inside text in MEDLINE text [@Label]';
COMMENT ON COLUMN abstracts."nlm_category" IS 'NLM''s category of the label: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS, UNASSIGNED [@NlmCategory]';
COMMENT ON COLUMN abstracts."text" IS 'text of the section';
COMMENT ON COLUMN abstracts."text_markup" IS 'inner XML of text; NULL where it has no markup [.]';
COMMENT ON COLUMN abstracts."copyright" IS 'copyright of the abstract [CI OCI, ../CopyrightInformation]';
