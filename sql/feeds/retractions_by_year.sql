-- Grain: year of publication
-- Key: pub_year
-- Citations of a year that were retracted later, and notices that appeared in a year. The two counts differ by the years
-- until retraction, so the newest years have few retracted citations yet.
--   pub_year INTEGER: year of the issue, of the citation or of the notice
--   citations BIGINT: citations of the year
--   retracted BIGINT: citations of the year that were retracted, in any year
--   retraction_notices BIGINT: notices of retraction that appeared in the year
--   of_concern BIGINT: citations of the year about which concern was expressed
--   concern_notices BIGINT: expressions of concern that appeared in the year
WITH marks AS (
    SELECT
        pmid,
        bool_or(ref_type = 'RetractionIn') AS retracted,
        bool_or(ref_type = 'RetractionOf') AS retracts,
        bool_or(ref_type = 'ExpressionOfConcernIn') AS of_concern,
        bool_or(ref_type = 'ExpressionOfConcernFor') AS expresses_concern
    FROM (
        SELECT pmid, ref_type
        FROM comments_corrections
        UNION ALL
        SELECT
            ref_pmid AS pmid,
            if(ref_type = 'RetractionOf', 'RetractionIn', 'ExpressionOfConcernIn') AS ref_type
        FROM comments_corrections
        WHERE ref_type IN ('RetractionOf', 'ExpressionOfConcernFor')
        UNION ALL
        SELECT
            pmid,
            CASE publication_type
                WHEN 'Retracted Publication' THEN 'RetractionIn'
                WHEN 'Retraction of Publication' THEN 'RetractionOf'
                WHEN 'Expression of Concern' THEN 'ExpressionOfConcernFor'
            END AS ref_type
        FROM publication_types
    ) AS links
    WHERE ref_type IN ('RetractionIn', 'RetractionOf', 'ExpressionOfConcernIn', 'ExpressionOfConcernFor')
    GROUP BY pmid
)

SELECT
    articles.pub_year,
    count(*) AS citations,
    count(*) FILTER (marks.retracted) AS retracted,
    count(*) FILTER (marks.retracts) AS retraction_notices,
    count(*) FILTER (marks.of_concern) AS of_concern,
    count(*) FILTER (marks.expresses_concern) AS concern_notices
FROM articles
LEFT JOIN marks ON marks.pmid = articles.pmid
WHERE articles.pub_year IS NOT NULL
GROUP BY articles.pub_year
ORDER BY articles.pub_year;
