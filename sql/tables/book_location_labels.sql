CREATE TABLE book_location_labels (
    "pmid" BIGINT,
    "version" INTEGER,
    "location_label_seq" INTEGER,
    "location_label" VARCHAR,
    "location_label_type" VARCHAR
);
COMMENT ON TABLE book_location_labels IS 'one row per label that places a book document in its book';
COMMENT ON COLUMN book_location_labels."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN book_location_labels."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN book_location_labels."location_label_seq" IS '1-based position';
COMMENT ON COLUMN book_location_labels."location_label" IS 'label: ''Chapter 12''';
COMMENT ON COLUMN book_location_labels."location_label_type" IS 'part, chapter, section, appendix, figure, table or box [@Type]';
