CREATE TABLE book_sections (
    "pmid" BIGINT,
    "version" INTEGER,
    "section_seq" INTEGER,
    "section_path" VARCHAR,
    "location_label" VARCHAR,
    "location_label_type" VARCHAR,
    "title" VARCHAR USING COMPRESSION zstd,
    "title_markup" VARCHAR,
    "title_book" VARCHAR,
    "title_part" VARCHAR,
    "title_sec" VARCHAR
);
COMMENT ON TABLE book_sections IS 'one row per section of a book document, nested ones in order';
COMMENT ON COLUMN book_sections."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN book_sections."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN book_sections."section_seq" IS '1-based position, over all levels';
COMMENT ON COLUMN book_sections."section_path" IS 'position among its siblings: ''2'', nested ''2.1''';
COMMENT ON COLUMN book_sections."location_label" IS 'label of the section [LocationLabel]';
COMMENT ON COLUMN book_sections."location_label_type" IS 'part, chapter, section, appendix, figure, table or box [LocationLabel/@Type]';
COMMENT ON COLUMN book_sections."title" IS 'title of the section [SectionTitle]';
COMMENT ON COLUMN book_sections."title_markup" IS 'inner XML of title; NULL where it has no markup [SectionTitle]';
COMMENT ON COLUMN book_sections."title_book" IS 'link of the title: book [SectionTitle/@book]';
COMMENT ON COLUMN book_sections."title_part" IS 'link of the title: part [SectionTitle/@part]';
COMMENT ON COLUMN book_sections."title_sec" IS 'link of the title: section [SectionTitle/@sec]';
