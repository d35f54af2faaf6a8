-- Level: fail
-- Scope: PMID
-- Every identifier belongs to an author or investigator, and, where it has one, to an affiliation of that person.
WITH persons AS (
    SELECT pmid, 'author' AS role, author_seq AS person_seq FROM authors
    UNION ALL
    SELECT pmid, 'investigator' AS role, investigator_seq AS person_seq FROM investigators
),

person_affiliations AS (
    SELECT pmid, 'author' AS role, author_seq AS person_seq, affiliation_seq FROM affiliations
    UNION ALL
    SELECT pmid, 'investigator' AS role, investigator_seq AS person_seq, affiliation_seq
    FROM investigator_affiliations
)

SELECT pmid, role, person_seq, affiliation_seq
FROM person_identifiers
ANTI JOIN persons USING (pmid, role, person_seq)
UNION ALL
SELECT pmid, role, person_seq, affiliation_seq
FROM person_identifiers
ANTI JOIN person_affiliations USING (pmid, role, person_seq, affiliation_seq)
WHERE affiliation_seq IS NOT NULL
ORDER BY ALL;
