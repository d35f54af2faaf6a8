-- Grain: agency and year of publication, for agencies among the 250 most frequent of at least one year
-- Key: agency, pub_year
-- Agencies as grants name them: one funder may have several names, and PubMed does not list all grants. Names that
-- differ in case or blanks are one, under the commonest of them. Bounded, since names are free text: the 250 agencies
-- with the most citations of each year, with all their years. Grants without a name are left out.
--   agency VARCHAR: name of the agency
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations of the year that name the agency
--   grants BIGINT: grants of the agency in these citations; a grant counts once per citation
--   share DOUBLE: share of the year's citations with any grant, 0 to 1
WITH spellings AS (
    SELECT agency AS spelling, trim(regexp_replace(agency, '[\s\p{Z}]+', ' ', 'g')) AS tidy, count(*) AS uses
    FROM grants
    WHERE agency IS NOT NULL
    GROUP BY agency
),

named AS (
    SELECT
        spelling,
        first_value(tidy) OVER (PARTITION BY lower(tidy) ORDER BY uses DESC, spelling) AS agency
    FROM spellings
),

paid AS (
    SELECT articles.pub_year, named.agency, grants.pmid, count(*) AS grants
    FROM grants
    LEFT JOIN named ON named.spelling = grants.agency
    JOIN articles ON articles.pmid = grants.pmid
    WHERE articles.pub_year IS NOT NULL
    GROUP BY articles.pub_year, named.agency, grants.pmid
),

funded AS (
    SELECT pub_year, count(DISTINCT pmid) AS citations
    FROM paid
    GROUP BY pub_year
),

counted AS (
    SELECT agency, pub_year, count(*) AS citations, sum(grants)::BIGINT AS grants
    FROM paid
    WHERE agency != ''
    GROUP BY agency, pub_year
),

most_named AS (
    SELECT agency
    FROM counted
    QUALIFY row_number() OVER (PARTITION BY pub_year ORDER BY citations DESC, agency) <= 250
)

SELECT
    counted.agency,
    counted.pub_year,
    counted.citations,
    counted.grants,
    counted.citations / funded.citations AS share
FROM counted
SEMI JOIN most_named ON most_named.agency = counted.agency
JOIN funded ON funded.pub_year = counted.pub_year
ORDER BY counted.agency, counted.pub_year;
