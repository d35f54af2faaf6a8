-- Grain: country of the journal and year of publication.
-- Key: country, pub_year
-- Where journals are published, not where authors work: MEDLINE has no country of authors but in the text of
-- affiliations.
--   country VARCHAR: country of the journal; NULL where it is not said
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations
--   share DOUBLE: their part of all citations of the year, 0 to 1
SELECT
    country,
    pub_year,
    count(*) AS citations,
    count(*) / sum(count(*)) OVER (PARTITION BY pub_year) AS share
FROM articles
WHERE pub_year IS NOT NULL
GROUP BY country, pub_year
ORDER BY country, pub_year;
