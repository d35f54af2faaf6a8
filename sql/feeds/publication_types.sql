-- Grain: publication type and year of publication
-- Key: publication_type, pub_year
-- A citation has several types, most often Journal Article and another one, so shares add up to more than 1.
--   publication_type VARCHAR: Journal Article, Review, Meta-Analysis …
--   publication_type_ui VARCHAR: its MeSH id; NULL where MEDLINE text alone names it
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations of the type in the year
--   share DOUBLE: share of all citations of the year, 0 to 1
WITH years AS (
    SELECT pub_year, count(*) AS citations
    FROM articles
    GROUP BY pub_year
),

types AS (
    SELECT
        publication_types.pmid,
        articles.pub_year,
        publication_types.publication_type,
        max(publication_types.publication_type_ui) AS publication_type_ui
    FROM publication_types
    JOIN articles ON articles.pmid = publication_types.pmid
    WHERE articles.pub_year IS NOT NULL
    GROUP BY publication_types.pmid, articles.pub_year, publication_types.publication_type
)

SELECT
    types.publication_type,
    max(max(types.publication_type_ui)) OVER (PARTITION BY types.publication_type) AS publication_type_ui,
    types.pub_year,
    count(*) AS citations,
    count(*) / any_value(years.citations) AS share
FROM types
JOIN years ON years.pub_year = types.pub_year
GROUP BY types.publication_type, types.pub_year
ORDER BY types.publication_type, types.pub_year;
