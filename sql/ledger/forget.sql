-- Take out what the ledger and the tables of files know of the files that the incoming ones replace: the same name, or
-- the same dump under another (packed or plain). Makes `touched` (pmid) of the PMIDs that they spoke of. Rows of
-- citations stay until their winners are known. Reads `incoming`.
CREATE OR REPLACE TEMP TABLE replaced AS
SELECT source_files.name AS source_file
FROM source_files
WHERE
    source_files.name IN (SELECT incoming.source_file FROM incoming)
    OR source_files.year * 1_000_000 + source_files.number IN (SELECT incoming.dump_order FROM incoming);

CREATE OR REPLACE TEMP TABLE touched AS
SELECT events.pmid
FROM ledger.events AS events
SEMI JOIN replaced ON replaced.source_file = events.source_file;

DELETE FROM ledger.events WHERE source_file IN (SELECT replaced.source_file FROM replaced);
DELETE FROM deleted_citations WHERE source_file IN (SELECT replaced.source_file FROM replaced);
DELETE FROM anomalies WHERE source_file IN (SELECT replaced.source_file FROM replaced);
DELETE FROM unknown_paths WHERE source_file IN (SELECT replaced.source_file FROM replaced);
DELETE FROM source_files WHERE name IN (SELECT replaced.source_file FROM replaced);
