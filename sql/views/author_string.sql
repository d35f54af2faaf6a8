-- Returns: VARCHAR, the authors of a record in order, as AU and CN print them; NULL where it has none.
-- Reads: authors
--
-- Editors of books, and wrong names that stay on record (is_valid), are left out.
-- The inner columns are renamed so that `pmid` as an argument means the caller's.
CREATE OR REPLACE MACRO author_string(of_pmid) AS (
    SELECT string_agg(listed_name, ', ' ORDER BY listed_seq)
    FROM (
        SELECT
            authors.pmid AS listed_pmid,
            authors.author_seq AS listed_seq,
            coalesce(
                authors.collective_name, concat_ws(' ', authors.last_name, authors.initials, authors.suffix)
            ) AS listed_name
        FROM authors
        WHERE authors.list_type IS DISTINCT FROM 'editors' AND authors.is_valid IS DISTINCT FROM FALSE
    ) AS listed
    WHERE listed_pmid = of_pmid
);
COMMENT ON MACRO author_string IS 'author_string(pmid): the authors of a record in order, as MEDLINE prints them, groups included: ''Smith JA, Jones B Jr, Norland Study Group''. SELECT author_string(pmid), title FROM articles';
