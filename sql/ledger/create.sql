-- The ledger: what every file of the warehouse says about every PMID.Version, kept beside the tables that analysts see.
-- Grain of ledger.events: one row per PMID, version and file. dump_order is NULL for exports, which no order binds.
CREATE SCHEMA ledger;
CREATE TABLE ledger.events (
    pmid BIGINT,
    version INTEGER,
    source_file VARCHAR,
    source_format VARCHAR,
    dump_order BIGINT,
    is_deletion BOOLEAN,
    date_revised DATE
);
COMMENT ON TABLE ledger.events IS 'what each file says of each PMID and version: the record, or its deletion';
COMMENT ON COLUMN ledger.events.pmid IS 'PubMed identifier';
COMMENT ON COLUMN ledger.events.version IS 'version of the record; NULL in MEDLINE text, and read as 1';
COMMENT ON COLUMN ledger.events.source_file IS 'the file; see source_files.name';
COMMENT ON COLUMN ledger.events.source_format IS 'xml or medline';
COMMENT ON COLUMN ledger.events.date_revised IS 'day of the last revision, by which exports and dumps are compared';
COMMENT ON COLUMN ledger.events.dump_order IS 'year and number of the dump; NULL for exports';
COMMENT ON COLUMN ledger.events.is_deletion IS 'whether the file''s last word on the record is a deletion';
CREATE TABLE ledger.state (version VARCHAR, views VARCHAR, checked_at TIMESTAMP, lineage VARCHAR, indexed VARCHAR, compact_blocks BIGINT);
COMMENT ON TABLE ledger.state IS 'what this database was made with, one row';
COMMENT ON COLUMN ledger.state.version IS 'digest of all that the rows depend on';
COMMENT ON COLUMN ledger.state.views IS 'digest of the views and macros';
COMMENT ON COLUMN ledger.state.checked_at IS 'when the checks last passed; NULL before they ran over everything once';
COMMENT ON COLUMN ledger.state.lineage IS 'the same in all versions that were made of one another; of a rebuild a new one';
COMMENT ON COLUMN ledger.state.compact_blocks IS 'blocks in use when they were last put together; NULL before the first version';
CREATE TABLE ledger.unchecked (pmid BIGINT);
COMMENT ON COLUMN ledger.state.indexed IS 'names the index that was made of these rows; NULL before there was one';
CREATE TABLE ledger.unindexed (pmid BIGINT);
COMMENT ON TABLE ledger.unindexed IS 'PMIDs whose rows may have changed since the index was made';
COMMENT ON COLUMN ledger.unindexed.pmid IS 'PubMed identifier';
COMMENT ON TABLE ledger.unchecked IS 'PMIDs whose rows may have changed since the checks passed';
COMMENT ON COLUMN ledger.unchecked.pmid IS 'PubMed identifier';
