CREATE TABLE book_items (
    "pmid" BIGINT,
    "version" INTEGER,
    "list_seq" INTEGER,
    "item_seq" INTEGER,
    "list_type" VARCHAR,
    "item" VARCHAR
);
COMMENT ON TABLE book_items IS 'one row per item of a list of a book document';
COMMENT ON COLUMN book_items."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN book_items."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN book_items."list_seq" IS '1-based position of the list [..]';
COMMENT ON COLUMN book_items."item_seq" IS '1-based position in the list';
COMMENT ON COLUMN book_items."list_type" IS 'what is listed [../@ListType]';
COMMENT ON COLUMN book_items."item" IS 'item';
