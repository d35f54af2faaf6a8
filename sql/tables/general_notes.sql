CREATE TABLE general_notes (
    "pmid" BIGINT,
    "version" INTEGER,
    "general_note_seq" INTEGER,
    "owner" VARCHAR,
    "general_note" VARCHAR
);
COMMENT ON TABLE general_notes IS 'one row per note';
COMMENT ON COLUMN general_notes."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN general_notes."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN general_notes."general_note_seq" IS '1-based position';
COMMENT ON COLUMN general_notes."owner" IS 'who wrote it: NLM, NASA, PIP, KIE … [GN, @Owner]';
COMMENT ON COLUMN general_notes."general_note" IS 'note';
