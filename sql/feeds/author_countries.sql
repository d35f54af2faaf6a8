-- Grain: country in which authors work and year of publication
-- Key: country_code, pub_year
-- Countries that affiliations of authors end with; see the view affiliation_countries. Those of little confidence are left
-- out: Georgia, and states of the United States by their code alone, without a ZIP code. A citation counts once in each of
-- its countries.
--   country_code VARCHAR: code of the country, ISO 3166-1 alpha-2
--   country VARCHAR: usual name of the country
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations with an author there
--   share DOUBLE: share of the year's citations with the country of any author, 0 to 1
WITH worked AS (
    SELECT DISTINCT pmid, country_code, country
    FROM affiliation_countries
    WHERE confidence != 'low'
),

dated AS (
    SELECT worked.pmid, worked.country_code, worked.country, articles.pub_year
    FROM worked
    JOIN articles ON articles.pmid = worked.pmid
    WHERE articles.pub_year IS NOT NULL
),

totals AS (
    SELECT pub_year, count(DISTINCT pmid) AS citations
    FROM dated
    GROUP BY pub_year
)

SELECT
    dated.country_code,
    dated.country,
    dated.pub_year,
    count(*) AS citations,
    count(*) / any_value(totals.citations) AS share
FROM dated
JOIN totals ON totals.pub_year = dated.pub_year
GROUP BY dated.country_code, dated.country, dated.pub_year
ORDER BY dated.country_code, dated.pub_year;
