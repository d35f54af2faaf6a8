-- Grain: country of the journal and year of publication
-- Key: country, pub_year
-- Country in which the journal is published, not in which authors work: MEDLINE states that in the text of affiliations
-- only. Spellings that differ in case or blanks are one country, under the commonest of them.
--   country VARCHAR: country of the journal; NULL where it is not stated
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations
--   share DOUBLE: share of all citations of the year, 0 to 1
WITH counted AS (
    SELECT
        country AS spelling,
        nullif(trim(regexp_replace(country, '[\s\p{Z}]+', ' ', 'g')), '') AS tidy,
        pub_year,
        count(*) AS citations,
        sum(count(*)) OVER (PARTITION BY country) AS uses
    FROM articles
    WHERE pub_year IS NOT NULL
    GROUP BY country, pub_year
),

named AS (
    SELECT
        first_value(tidy) OVER (PARTITION BY lower(tidy) ORDER BY uses DESC, spelling) AS country,
        pub_year,
        citations
    FROM counted
)

SELECT
    country,
    pub_year,
    sum(citations)::BIGINT AS citations,
    sum(citations) / sum(sum(citations)) OVER (PARTITION BY pub_year) AS share
FROM named
GROUP BY country, pub_year
ORDER BY country, pub_year;
