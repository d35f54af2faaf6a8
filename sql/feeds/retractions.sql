-- Grain: citation that was retracted, or about which concern was expressed
-- Key: kind, pmid
-- From the links of the citation, its publication type, or the links of the notice. Some tens of thousands of rows in
-- all of PubMed.
--   kind VARCHAR: retraction or expression of concern
--   pmid BIGINT: the citation
--   pub_year INTEGER: year of its issue
--   nlm_unique_id VARCHAR: NLM's identifier of its journal
--   journal VARCHAR: abbreviated title of the journal in MEDLINE
--   title VARCHAR: title of the citation
--   notices BIGINT: known notices with a PMID
--   notice_pmid BIGINT: the notice with the lowest PMID; NULL where none is known
--   notice_year INTEGER: year of that notice; NULL where the warehouse does not have it
WITH stated AS (
    SELECT
        if(ref_type = 'RetractionIn', 'retraction', 'expression of concern') AS kind,
        pmid,
        ref_pmid AS notice_pmid
    FROM comments_corrections
    WHERE ref_type IN ('RetractionIn', 'ExpressionOfConcernIn')
    UNION ALL
    SELECT
        if(ref_type = 'RetractionOf', 'retraction', 'expression of concern') AS kind,
        ref_pmid AS pmid,
        pmid AS notice_pmid
    FROM comments_corrections
    WHERE ref_type IN ('RetractionOf', 'ExpressionOfConcernFor')
    UNION ALL
    SELECT 'retraction' AS kind, pmid, NULL AS notice_pmid
    FROM publication_types
    WHERE publication_type = 'Retracted Publication'
),

concerned AS (
    SELECT kind, pmid, count(DISTINCT notice_pmid) AS notices, min(notice_pmid) AS notice_pmid
    FROM stated
    GROUP BY kind, pmid
)

SELECT
    concerned.kind,
    concerned.pmid,
    articles.pub_year,
    articles.nlm_unique_id,
    articles.medline_ta AS journal,
    articles.title,
    concerned.notices,
    concerned.notice_pmid,
    notice.pub_year AS notice_year
FROM concerned
JOIN articles ON articles.pmid = concerned.pmid
LEFT JOIN articles AS notice ON notice.pmid = concerned.notice_pmid
ORDER BY concerned.kind, concerned.pmid;
