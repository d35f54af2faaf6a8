-- Grain: citation that has an identifier beside its PMID
-- Key: pmid
-- Reads: articles
CREATE OR REPLACE VIEW open_ids AS
SELECT
    pmid,
    pmc,
    doi
FROM articles
WHERE pmc IS NOT NULL OR doi IS NOT NULL;
COMMENT ON VIEW open_ids IS 'one row per citation with a DOI or a PubMed Central id';
COMMENT ON COLUMN open_ids.pmid IS 'PubMed identifier';
COMMENT ON COLUMN open_ids.pmc IS 'PubMed Central id: PMC13900';
COMMENT ON COLUMN open_ids.doi IS 'DOI, without https://doi.org/';
