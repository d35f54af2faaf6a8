-- Grain: record and a work that it cites by PMID
-- Key: citing_pmid, cited_pmid
-- Reads: reference_ids, comments_corrections, articles, books
--
-- Both of the reference list and of links of the type Cites, which older files have. Reference lists are what publishers
-- and PubMed Central deposit: a record without one may cite works all the same, and works without a PMID are missing.
CREATE OR REPLACE VIEW citations_network AS
WITH stated AS (
    SELECT
        pmid AS citing_pmid,
        TRY_CAST(article_id AS BIGINT) AS cited_pmid
    FROM reference_ids
    WHERE id_type = 'pubmed'
    UNION ALL
    SELECT
        pmid,
        ref_pmid
    FROM comments_corrections
    WHERE ref_type = 'Cites'
)

SELECT
    stated.citing_pmid,
    stated.cited_pmid,
    stated.cited_pmid IN (SELECT articles.pmid FROM articles UNION ALL SELECT books.pmid FROM books) AS is_cited_here
FROM stated
WHERE stated.cited_pmid IS NOT NULL
GROUP BY stated.citing_pmid, stated.cited_pmid;
COMMENT ON VIEW citations_network IS 'one row per record and work that it cites, both by PMID';
COMMENT ON COLUMN citations_network.citing_pmid IS 'PMID of the record that cites';
COMMENT ON COLUMN citations_network.cited_pmid IS 'PMID of the cited work';
COMMENT ON COLUMN citations_network.is_cited_here IS 'whether the cited work is in the warehouse';
