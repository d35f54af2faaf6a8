-- Grain: author of an article or book document
-- Key: pmid, author_seq
-- Reads: authors, articles, books
--
-- Select by orcid to get a person. A name does not identify a person: several people share one, one person has several;
-- and a minority of records has ORCIDs. So both selections are incomplete or too wide. Editors and wrong names that stay
-- on record (is_valid) are left out.
CREATE OR REPLACE VIEW author_publications AS
SELECT
    authors.pmid,
    authors.author_seq,
    authors.orcid,
    concat_ws(' ', authors.last_name, authors.initials, authors.suffix) AS author,
    authors.last_name,
    authors.fore_name,
    authors.author_seq = 1 AS is_first,
    authors.author_seq = (
        SELECT max(listed.author_seq) FROM authors AS listed
        WHERE listed.pmid = authors.pmid AND listed.collective_name IS NULL AND listed.list_type IS DISTINCT FROM 'editors'
            AND listed.is_valid IS DISTINCT FROM FALSE
    ) AS is_last,
    coalesce(articles.pub_year, books.pub_year) AS pub_year,
    coalesce(articles.title, books.title, books.book_title) AS title,
    coalesce(articles.medline_ta, books.book_title) AS published_in
FROM authors
LEFT JOIN articles ON articles.pmid = authors.pmid
LEFT JOIN books ON books.pmid = authors.pmid
WHERE authors.collective_name IS NULL
    AND authors.list_type IS DISTINCT FROM 'editors'
    AND authors.is_valid IS DISTINCT FROM FALSE;
COMMENT ON VIEW author_publications IS 'one row per person among the authors of a record, to select by ORCID or by name; a name does not identify a person, and a minority of records has ORCIDs';
COMMENT ON COLUMN author_publications.pmid IS 'PubMed identifier';
COMMENT ON COLUMN author_publications.author_seq IS '1-based position among the authors: authors.author_seq';
COMMENT ON COLUMN author_publications.orcid IS 'ORCID, as 0000-0001-2345-6789; identifies the person, where there is one';
COMMENT ON COLUMN author_publications.author IS 'name as AU prints it: ''Smith JA Jr''; several people may share it';
COMMENT ON COLUMN author_publications.last_name IS 'family name, or the only name';
COMMENT ON COLUMN author_publications.fore_name IS 'given names, or initials where no more was sent';
COMMENT ON COLUMN author_publications.is_first IS 'whether the first author';
COMMENT ON COLUMN author_publications.is_last IS 'whether the last person of the list';
COMMENT ON COLUMN author_publications.pub_year IS 'year of publication';
COMMENT ON COLUMN author_publications.title IS 'title of the article or chapter, else of the book';
COMMENT ON COLUMN author_publications.published_in IS 'journal as MEDLINE abbreviates it, or the book';
