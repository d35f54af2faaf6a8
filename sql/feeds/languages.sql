-- Grain: language of the text and year of publication
-- Key: language, pub_year
-- A citation in several languages counts for each, so shares may add up to more than 1.
--   language VARCHAR: three letters: eng, ger, chi …
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations in the language
--   share DOUBLE: share of all citations of the year, 0 to 1
WITH years AS (
    SELECT pub_year, count(*) AS citations
    FROM articles
    GROUP BY pub_year
),

spoken AS (
    SELECT DISTINCT languages.pmid, articles.pub_year, languages.language
    FROM languages
    JOIN articles ON articles.pmid = languages.pmid
    WHERE articles.pub_year IS NOT NULL
)

SELECT
    spoken.language,
    spoken.pub_year,
    count(*) AS citations,
    count(*) / any_value(years.citations) AS share
FROM spoken
JOIN years ON years.pub_year = spoken.pub_year
GROUP BY spoken.language, spoken.pub_year
ORDER BY spoken.language, spoken.pub_year;
