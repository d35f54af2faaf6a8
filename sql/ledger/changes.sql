-- What must change in the tables of citations: `leaving` (pmid) have rows that go, `arriving` (pmid, version,
-- source_file) have rows to come. Reads `touched`, the ledger, what the tables show now, and `incoming`, the files being
-- applied, whose winners have new rows even where they win again. Of dumps it reads those up to $until; NULL: all.
CREATE OR REPLACE TEMP TABLE considered AS
SELECT *
FROM ledger.events
WHERE
    pmid IN (SELECT touched.pmid FROM touched)
    AND coalesce(dump_order <= $until, TRUE);

CREATE OR REPLACE TEMP TABLE winners AS
SELECT
    pmid,
    version,
    source_file
FROM ledger.winners('considered');

CREATE OR REPLACE TEMP TABLE shown AS
SELECT citations.pmid, citations.version, citations.source_file
FROM (
    SELECT pmid, version, source_file FROM articles
    UNION ALL
    SELECT pmid, version, source_file FROM books
) AS citations
SEMI JOIN touched ON touched.pmid = citations.pmid;

CREATE OR REPLACE TEMP TABLE arriving AS
SELECT winners.pmid, winners.version, winners.source_file
FROM winners
LEFT JOIN shown ON shown.pmid = winners.pmid
WHERE
    winners.source_file IN (SELECT source_file FROM incoming)
    OR winners.source_file IS DISTINCT FROM shown.source_file
    OR winners.version IS DISTINCT FROM shown.version;

CREATE OR REPLACE TEMP TABLE leaving AS
SELECT shown.pmid
FROM shown
LEFT JOIN winners ON winners.pmid = shown.pmid
WHERE winners.pmid IS NULL OR shown.pmid IN (SELECT pmid FROM arriving);
