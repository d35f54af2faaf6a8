-- Grain: language of the text and year of publication
-- Key: language, pub_year
-- A citation in several languages counts for each, so shares may add up to more than 1. Spellings that
-- differ in case or blanks are one language, under the commonest of them.
--   language VARCHAR: three letters: eng, ger, chi …
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations in the language
--   share DOUBLE: share of all citations of the year, 0 to 1
WITH years AS (
    SELECT pub_year, count(*) AS citations
    FROM articles
    GROUP BY pub_year
),

spellings AS (
    SELECT language AS spelling, trim(regexp_replace(language, '[\s\p{Z}]+', ' ', 'g')) AS tidy, count(*) AS uses
    FROM languages
    GROUP BY language
),

named AS (
    SELECT
        spelling,
        first_value(tidy) OVER (PARTITION BY lower(tidy) ORDER BY uses DESC, spelling) AS language
    FROM spellings
),

spoken AS (
    SELECT DISTINCT languages.pmid, articles.pub_year, named.language
    FROM languages
    JOIN named ON named.spelling = languages.language
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
