-- Grain: journal
-- Key: nlm_unique_id
-- Reads: articles, issns
--
-- Names change; each is taken from the newest citation that has one, by year and PMID.
CREATE OR REPLACE VIEW journals AS
WITH described AS (
    SELECT
        nlm_unique_id,
        max_by(medline_ta, (coalesce(pub_year, 0), pmid)) AS medline_ta,
        max_by(journal_title, (coalesce(pub_year, 0), pmid)) AS journal_title,
        max_by(iso_abbreviation, (coalesce(pub_year, 0), pmid)) AS iso_abbreviation,
        max_by(issn_linking, (coalesce(pub_year, 0), pmid)) AS issn_linking,
        max_by(country, (coalesce(pub_year, 0), pmid)) AS country,
        min(pub_year) AS first_pub_year,
        max(pub_year) AS last_pub_year,
        count(*) AS citations
    FROM articles
    WHERE nlm_unique_id IS NOT NULL
    GROUP BY nlm_unique_id
),

numbered AS (
    SELECT
        articles.nlm_unique_id,
        max_by(issns.issn, (coalesce(articles.pub_year, 0), articles.pmid)) FILTER (issns.issn_type = 'Print') AS issn_print,
        max_by(issns.issn, (coalesce(articles.pub_year, 0), articles.pmid)) FILTER (
            issns.issn_type = 'Electronic'
        ) AS issn_electronic
    FROM articles
    JOIN issns ON issns.pmid = articles.pmid
    GROUP BY articles.nlm_unique_id
)

SELECT
    described.nlm_unique_id,
    described.medline_ta,
    described.journal_title,
    described.iso_abbreviation,
    described.issn_linking,
    numbered.issn_print,
    numbered.issn_electronic,
    described.country,
    described.first_pub_year,
    described.last_pub_year,
    described.citations
FROM described
LEFT JOIN numbered ON numbered.nlm_unique_id = described.nlm_unique_id;
COMMENT ON VIEW journals IS 'one row per journal, with the names of its newest citations';
COMMENT ON COLUMN journals.nlm_unique_id IS 'NLM''s identifier of the journal';
COMMENT ON COLUMN journals.medline_ta IS 'abbreviated title of MEDLINE';
COMMENT ON COLUMN journals.journal_title IS 'title in full';
COMMENT ON COLUMN journals.iso_abbreviation IS 'abbreviated title of ISO 4; MEDLINE text has none';
COMMENT ON COLUMN journals.issn_linking IS 'ISSN that links the media of the journal';
COMMENT ON COLUMN journals.issn_print IS 'ISSN of the printed journal, where a citation has it';
COMMENT ON COLUMN journals.issn_electronic IS 'ISSN of the electronic journal, where a citation has it';
COMMENT ON COLUMN journals.country IS 'country of the journal';
COMMENT ON COLUMN journals.first_pub_year IS 'earliest year of publication of its citations here';
COMMENT ON COLUMN journals.last_pub_year IS 'latest year of publication of its citations here';
COMMENT ON COLUMN journals.citations IS 'its citations here';
