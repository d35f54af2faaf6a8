-- Grain: year of publication.
-- Key: pub_year
-- How many write an article, and who of them has an ORCID. A group counts as one author; names that MEDLINE keeps
-- although they are wrong (ValidYN = N) do not count, nor do the editors of books.
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations
--   with_authors BIGINT: citations that name an author
--   authors BIGINT: authors that they name; a person counts with each article
--   mean_authors DOUBLE: authors per citation that names some
--   median_authors DOUBLE: median of the same
--   max_authors BIGINT: most authors of a citation
--   with_orcid BIGINT: citations of which an author has an ORCID
--   authors_with_orcid BIGINT: authors that have one
--   orcid_share DOUBLE: their part of all authors, 0 to 1; NULL without authors
WITH written AS (
    SELECT pmid, count(*) AS authors, count(orcid) AS authors_with_orcid
    FROM authors
    WHERE is_valid IS DISTINCT FROM false
    GROUP BY pmid
)

SELECT
    articles.pub_year,
    count(*) AS citations,
    count(written.authors) AS with_authors,
    coalesce(sum(written.authors), 0)::BIGINT AS authors,
    avg(written.authors) AS mean_authors,
    median(written.authors) AS median_authors,
    max(written.authors) AS max_authors,
    count(*) FILTER (written.authors_with_orcid > 0) AS with_orcid,
    coalesce(sum(written.authors_with_orcid), 0)::BIGINT AS authors_with_orcid,
    sum(written.authors_with_orcid) / sum(written.authors) AS orcid_share
FROM articles
LEFT JOIN written ON written.pmid = articles.pmid
WHERE articles.pub_year IS NOT NULL
GROUP BY articles.pub_year
ORDER BY articles.pub_year;
