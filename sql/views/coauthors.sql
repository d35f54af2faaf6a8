-- Grain: citation and two of its authors
-- Key: pmid, author_seq, coauthor_seq
-- Reads: authors
--
-- Each pair once, in the order of the names, so that rows of a pair in several citations have the same author and
-- coauthor. Records with more than 50 authors have no rows: one with 3,000 would have 4.5 million, and says little of who
-- works together. A name does not identify a person; orcid does, where both have one.
CREATE OR REPLACE VIEW coauthors AS
WITH persons AS (
    SELECT
        pmid,
        author_seq,
        concat_ws(' ', last_name, initials, suffix) AS author,
        orcid
    FROM authors
    WHERE collective_name IS NULL AND list_type IS DISTINCT FROM 'editors' AND is_valid IS DISTINCT FROM FALSE
),

sizes AS (
    SELECT
        pmid,
        count(*) AS authors
    FROM persons
    GROUP BY pmid
    HAVING count(*) BETWEEN 2 AND 50
)

SELECT
    sizes.pmid,
    one.author_seq,
    one.author,
    one.orcid,
    other.author_seq AS coauthor_seq,
    other.author AS coauthor,
    other.orcid AS coauthor_orcid,
    sizes.authors
FROM sizes
INNER JOIN persons AS one ON one.pmid = sizes.pmid
INNER JOIN persons AS other ON other.pmid = sizes.pmid
WHERE one.author < other.author OR (one.author = other.author AND one.author_seq < other.author_seq);
COMMENT ON VIEW coauthors IS 'one row per citation and two of its authors, editors and groups apart; citations with more than 50 authors have none';
COMMENT ON COLUMN coauthors.pmid IS 'PubMed identifier';
COMMENT ON COLUMN coauthors.author_seq IS '1-based position of the author: authors.author_seq';
COMMENT ON COLUMN coauthors.author IS 'name as AU prints it; of the two the first in the order of letters';
COMMENT ON COLUMN coauthors.orcid IS 'ORCID of the author, where there is one';
COMMENT ON COLUMN coauthors.coauthor_seq IS '1-based position of the other one';
COMMENT ON COLUMN coauthors.coauthor IS 'name of the other one';
COMMENT ON COLUMN coauthors.coauthor_orcid IS 'ORCID of the other one, where there is one';
COMMENT ON COLUMN coauthors.authors IS 'number of authors of the citation, at most 50: 1 / (authors - 1) is a usual weight of a pair';
