-- Grain: MeSH descriptor and year of publication, for descriptors among the 250 most frequent of at least one year
-- Key: descriptor, pub_year
-- Frequency of a descriptor, and its growth. Shares are of the year's citations with MeSH headings, since the newest are
-- not indexed yet. Bounded, since MeSH has 30,000 descriptors: the 250 most frequent of each year, with all their years.
--   descriptor VARCHAR: MeSH descriptor
--   descriptor_ui VARCHAR: its id; NULL where MEDLINE text alone names it
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations of the year with the descriptor
--   share DOUBLE: share of the year's citations with MeSH headings, 0 to 1
--   growth DOUBLE: citations divided by those of the year before, minus 1: 0.1 is 10 % more; NULL where the year before has none
--   share_growth DOUBLE: growth of the share, which does not depend on the growth of PubMed
WITH headings AS (
    SELECT DISTINCT mesh.pmid, articles.pub_year, mesh.descriptor
    FROM mesh
    JOIN articles ON articles.pmid = mesh.pmid
    WHERE mesh.descriptor IS NOT NULL AND articles.pub_year IS NOT NULL
),

indexed AS (
    SELECT pub_year, count(*) AS citations
    FROM articles
    SEMI JOIN mesh ON mesh.pmid = articles.pmid AND mesh.descriptor IS NOT NULL
    GROUP BY pub_year
),

counted AS (
    SELECT
        headings.descriptor,
        headings.pub_year,
        count(*) AS citations,
        count(*) / any_value(indexed.citations) AS share
    FROM headings
    JOIN indexed ON indexed.pub_year = headings.pub_year
    GROUP BY headings.descriptor, headings.pub_year
),

most_frequent AS (
    SELECT descriptor
    FROM counted
    QUALIFY row_number() OVER (PARTITION BY pub_year ORDER BY citations DESC, descriptor) <= 250
),

names AS (
    SELECT descriptor, max(descriptor_ui) AS descriptor_ui
    FROM mesh
    GROUP BY descriptor
)

SELECT
    counted.descriptor,
    names.descriptor_ui,
    counted.pub_year,
    counted.citations,
    counted.share,
    counted.citations / sum(counted.citations) OVER year_before - 1 AS growth,
    counted.share / sum(counted.share) OVER year_before - 1 AS share_growth
FROM counted
SEMI JOIN most_frequent ON most_frequent.descriptor = counted.descriptor
JOIN names ON names.descriptor = counted.descriptor
WINDOW year_before AS (
    PARTITION BY counted.descriptor ORDER BY counted.pub_year RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING
)
ORDER BY counted.descriptor, counted.pub_year;
