-- Grain: year of publication
-- Key: pub_year
-- Number of authors of an article, and of those with an ORCID. A group counts as one author; wrong names that MEDLINE
-- keeps (ValidYN = N) and editors of books do not count.
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations
--   with_authors BIGINT: citations with at least one author
--   authors BIGINT: their authors; a person counts once per article
--   mean_authors DOUBLE: mean of authors per citation with at least one
--   median_authors DOUBLE: median of the same
--   max_authors BIGINT: largest number of authors of a citation
--   with_orcid BIGINT: citations with an author that has an ORCID
--   authors_with_orcid BIGINT: authors with an ORCID
--   orcid_share DOUBLE: share of authors with an ORCID, 0 to 1; NULL without authors
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
