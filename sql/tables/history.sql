CREATE TABLE history (
    "pmid" BIGINT,
    "version" INTEGER,
    "history_seq" INTEGER,
    "pub_status" VARCHAR,
    "event_at" TIMESTAMP,
    "year" INTEGER,
    "month" INTEGER,
    "day" INTEGER,
    "hour" INTEGER,
    "minute" INTEGER,
    "second" INTEGER
);
COMMENT ON TABLE history IS 'one row per event in the life of the record';
COMMENT ON COLUMN history."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN history."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN history."history_seq" IS '1-based position';
COMMENT ON COLUMN history."pub_status" IS 'received, accepted, entrez, pubmed, medline, pmc-release … [PHST EDAT MHDA CRDT CDAT PMCR, @PubStatus]';
COMMENT ON COLUMN history."event_at" IS 'the event; at midnight where no hour is given, NULL where it is no date [PHST EDAT MHDA CRDT CDAT PMCR]';
COMMENT ON COLUMN history."year" IS 'year as sent [PHST EDAT MHDA CRDT CDAT PMCR, Year]';
COMMENT ON COLUMN history."month" IS 'month as sent [PHST EDAT MHDA CRDT CDAT PMCR, Month]';
COMMENT ON COLUMN history."day" IS 'day as sent [PHST EDAT MHDA CRDT CDAT PMCR, Day]';
COMMENT ON COLUMN history."hour" IS 'hour as sent [PHST EDAT MHDA CRDT CDAT PMCR, Hour]';
COMMENT ON COLUMN history."minute" IS 'minute as sent [PHST EDAT MHDA CRDT CDAT PMCR, Minute]';
COMMENT ON COLUMN history."second" IS 'second as sent [Second]';
