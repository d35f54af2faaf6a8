-- Grain: year and month of publication
-- Key: pub_year, pub_month
-- Citations by the date of their issue. The month is NULL where the date has none, the year where there is no date, so
-- that the rows add up to all citations of the warehouse. No feed counts books, except data_currency.
--   pub_year INTEGER: year of the issue
--   pub_month INTEGER: month of the issue, 1 to 12
--   citations BIGINT: citations
--   with_abstract BIGINT: citations with an abstract
--   in_pmc BIGINT: citations with full text in PubMed Central
--   with_doi BIGINT: citations with a DOI
SELECT
    pub_year,
    pub_month,
    count(*) AS citations,
    count(*) FILTER (has_abstract) AS with_abstract,
    count(pmc) AS in_pmc,
    count(doi) AS with_doi
FROM articles
GROUP BY pub_year, pub_month
ORDER BY pub_year, pub_month;
