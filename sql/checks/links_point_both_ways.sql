-- Level: warn
-- Links between two citations of the warehouse that the other one lacks: a comment without CommentIn, a retraction notice
-- without RetractionIn in the retracted citation. NLM adds the other side with a later revision.
WITH inverse (ref_type, other_type) AS (
    VALUES
    ('CommentIn', 'CommentOn'),
    ('ErratumIn', 'ErratumFor'),
    ('ExpressionOfConcernIn', 'ExpressionOfConcernFor'),
    ('RetractionIn', 'RetractionOf'),
    ('RepublishedIn', 'RepublishedFrom'),
    ('CorrectedandRepublishedIn', 'CorrectedandRepublishedFrom'),
    ('RetractedandRepublishedIn', 'RetractedandRepublishedFrom'),
    ('UpdateIn', 'UpdateOf'),
    ('ReprintIn', 'ReprintOf'),
    ('SummaryForPatientsIn', 'OriginalReportIn'),
    ('AssociatedDataset', 'AssociatedPublication')
),

both_ways AS (
    SELECT ref_type, other_type FROM inverse
    UNION ALL
    SELECT other_type AS ref_type, ref_type AS other_type FROM inverse
),

links AS (
    SELECT DISTINCT pmid, ref_pmid, ref_type
    FROM comments_corrections
    WHERE ref_pmid IS NOT NULL AND ref_type IN (SELECT both_ways.ref_type FROM both_ways)
)

SELECT links.pmid, links.ref_type, links.ref_pmid, both_ways.other_type AS lacks
FROM links
INNER JOIN both_ways USING (ref_type)
SEMI JOIN articles ON articles.pmid = links.ref_pmid
ANTI JOIN links AS back
    ON back.pmid = links.ref_pmid AND back.ref_pmid = links.pmid AND back.ref_type = both_ways.other_type
ORDER BY ALL;
