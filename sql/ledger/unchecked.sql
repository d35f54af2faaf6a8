-- Keep in mind whose rows may change, for the checks; a database that was never checked will be checked whole.
INSERT INTO ledger.unchecked
SELECT DISTINCT touched.pmid
FROM touched
WHERE (SELECT state.checked_at IS NOT NULL FROM ledger.state);
