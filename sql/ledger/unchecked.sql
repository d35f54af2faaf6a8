-- Keep in mind whose rows may change, for the checks and the index; what was never checked or indexed will be as a whole.
INSERT INTO ledger.unchecked
SELECT DISTINCT touched.pmid
FROM touched
WHERE (SELECT state.checked_at IS NOT NULL FROM ledger.state);

INSERT INTO ledger.unindexed
SELECT DISTINCT touched.pmid
FROM touched
WHERE (SELECT state.indexed IS NOT NULL FROM ledger.state);
