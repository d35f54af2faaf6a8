CREATE TABLE mesh (
    "pmid" BIGINT,
    "version" INTEGER,
    "heading_seq" INTEGER,
    "descriptor_ui" VARCHAR,
    "descriptor" VARCHAR,
    "is_major" BOOLEAN,
    "is_auto" BOOLEAN,
    "descriptor_type" VARCHAR
);
COMMENT ON TABLE mesh IS 'one row per MeSH heading';
COMMENT ON COLUMN mesh."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN mesh."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN mesh."heading_seq" IS '1-based position';
COMMENT ON COLUMN mesh."descriptor_ui" IS 'MeSH descriptor id: D009103 [DescriptorName/@UI]';
COMMENT ON COLUMN mesh."descriptor" IS 'MeSH descriptor [MH, DescriptorName]';
COMMENT ON COLUMN mesh."is_major" IS 'whether the descriptor itself is starred; a qualifier may be instead [MH, DescriptorName/@MajorTopicYN]';
COMMENT ON COLUMN mesh."is_auto" IS 'whether assigned by machine [DescriptorName/@AutoHM]';
COMMENT ON COLUMN mesh."descriptor_type" IS 'Geographic, for places [DescriptorName/@Type]';
