-- Grain: journal and year of publication, for journals among the 250 largest of at least one year
-- Key: nlm_unique_id, pub_year
-- Citations of a journal by year. Bounded, since PubMed has 35,000 journals: the 250 with the most citations of each
-- year, with all their years. Citations without NLM's identifier of the journal are left out.
--   nlm_unique_id VARCHAR: NLM's identifier of the journal
--   pub_year INTEGER: year of the issue
--   journal VARCHAR: abbreviated title of MEDLINE, from the journal's newest citations
--   title VARCHAR: title in full, likewise
--   citations BIGINT: citations of the journal in the year
--   share DOUBLE: share of all citations of the year, 0 to 1
WITH years AS (
    SELECT pub_year, count(*) AS citations
    FROM articles
    GROUP BY pub_year
),

counted AS (
    SELECT nlm_unique_id, pub_year, count(*) AS citations
    FROM articles
    WHERE nlm_unique_id IS NOT NULL AND pub_year IS NOT NULL
    GROUP BY nlm_unique_id, pub_year
),

largest AS (
    SELECT nlm_unique_id
    FROM counted
    QUALIFY row_number() OVER (PARTITION BY pub_year ORDER BY citations DESC, nlm_unique_id) <= 250
),

names AS (
    SELECT
        nlm_unique_id,
        arg_max(medline_ta, (pub_year, pmid)) AS journal,
        arg_max(journal_title, (pub_year, pmid)) AS title
    FROM articles
    WHERE pub_year IS NOT NULL
    GROUP BY nlm_unique_id
)

SELECT
    counted.nlm_unique_id,
    counted.pub_year,
    names.journal,
    names.title,
    counted.citations,
    counted.citations / years.citations AS share
FROM counted
SEMI JOIN largest ON largest.nlm_unique_id = counted.nlm_unique_id
JOIN names ON names.nlm_unique_id = counted.nlm_unique_id
JOIN years ON years.pub_year = counted.pub_year
ORDER BY counted.nlm_unique_id, counted.pub_year;
