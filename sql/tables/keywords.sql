CREATE TABLE keywords (
    "pmid" BIGINT,
    "version" INTEGER,
    "keyword_seq" INTEGER,
    "owner" VARCHAR,
    "keyword" VARCHAR,
    "keyword_markup" VARCHAR,
    "is_major" BOOLEAN
);
COMMENT ON TABLE keywords IS 'one row per keyword';
COMMENT ON COLUMN keywords."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN keywords."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN keywords."keyword_seq" IS '1-based position, over all lists of the record';
COMMENT ON COLUMN keywords."owner" IS 'who gave the list: NOTNLM (the authors), NASA, KIE, PIP … [OTO, ../@Owner]';
COMMENT ON COLUMN keywords."keyword" IS 'keyword';
COMMENT ON COLUMN keywords."keyword_markup" IS 'inner XML of keyword; NULL where it has no markup [.]';
COMMENT ON COLUMN keywords."is_major" IS 'whether starred [OT, @MajorTopicYN]';
