-- Grain: country of the journal and year of publication
-- Key: country, pub_year
-- Country in which the journal is published, not in which authors work: MEDLINE states that in the text of affiliations
-- only.
--   country VARCHAR: country of the journal; NULL where it is not stated
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations
--   share DOUBLE: share of all citations of the year, 0 to 1
SELECT
    country,
    pub_year,
    count(*) AS citations,
    count(*) / sum(count(*)) OVER (PARTITION BY pub_year) AS share
FROM articles
WHERE pub_year IS NOT NULL
GROUP BY country, pub_year
ORDER BY country, pub_year;
