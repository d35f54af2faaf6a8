-- Grain: retracted citation and the notice that retracts it
-- Key: retracted_pmid, notice_pmid, retracted_source, notice_source
-- Reads: comments_corrections, publication_types, articles, medline_date
--
-- The link is stated by the retracted record (RetractionIn), by the notice (RetractionOf) or by both; a record of the
-- publication type 'Retracted Publication' without either has a row without a notice. A link may lack the PMID of the
-- other one, then its source identifies it. MEDLINE states reasons in the notes of links only.
CREATE OR REPLACE VIEW retractions AS
WITH stated AS (
    SELECT
        pmid AS retracted_pmid,
        ref_pmid AS notice_pmid,
        NULL AS retracted_source,
        ref_source AS notice_source,
        TRUE AS by_retracted,
        ref_type = 'RetractedandRepublishedIn' AS is_republished,
        note
    FROM comments_corrections
    WHERE ref_type IN ('RetractionIn', 'RetractedandRepublishedIn')
    UNION ALL
    SELECT
        ref_pmid,
        pmid,
        ref_source,
        NULL,
        FALSE,
        ref_type = 'RetractedandRepublishedFrom',
        note
    FROM comments_corrections
    WHERE ref_type IN ('RetractionOf', 'RetractedandRepublishedFrom')
),

marked AS (
    SELECT DISTINCT pmid FROM publication_types WHERE publication_type = 'Retracted Publication'
),

linked AS (
    SELECT
        retracted_pmid,
        notice_pmid,
        max(retracted_source) AS retracted_source,
        max(notice_source) AS notice_source,
        CASE
            WHEN bool_and(by_retracted) THEN 'retracted record'
            WHEN bool_or(by_retracted) THEN 'both'
            ELSE 'notice'
        END AS stated_by,
        bool_or(is_republished) AS is_republished,
        string_agg(DISTINCT note, '; ' ORDER BY note) AS note
    FROM stated
    GROUP BY
        retracted_pmid,
        notice_pmid,
        CASE WHEN retracted_pmid IS NULL THEN retracted_source END,
        CASE WHEN notice_pmid IS NULL THEN notice_source END
    UNION ALL
    SELECT pmid, NULL, NULL, NULL, 'publication type', FALSE, NULL
    FROM marked
    ANTI JOIN stated ON stated.retracted_pmid = marked.pmid
)

SELECT
    linked.retracted_pmid,
    linked.retracted_source,
    retracted.title AS retracted_title,
    retracted.pub_date AS retracted_pub_date,
    linked.notice_pmid,
    linked.notice_source,
    notice.pub_date AS notice_pub_date,
    date_diff('day', medline_date(retracted.pub_date), medline_date(notice.pub_date)) AS days_to_notice,
    linked.stated_by,
    linked.retracted_pmid IN (SELECT marked.pmid FROM marked) AS is_marked_retracted,
    linked.is_republished,
    linked.note
FROM linked
LEFT JOIN articles AS retracted ON retracted.pmid = linked.retracted_pmid
LEFT JOIN articles AS notice ON notice.pmid = linked.notice_pmid;
COMMENT ON VIEW retractions IS 'one row per retracted citation and notice of retraction, whichever of the two states it';
COMMENT ON COLUMN retractions.retracted_pmid IS 'PMID of the retracted record; NULL where the notice does not give it';
COMMENT ON COLUMN retractions.retracted_source IS 'source of the retracted record, as the notice states it';
COMMENT ON COLUMN retractions.retracted_title IS 'its title, where it is in the warehouse';
COMMENT ON COLUMN retractions.retracted_pub_date IS 'its date of publication as printed, where it is in the warehouse';
COMMENT ON COLUMN retractions.notice_pmid IS 'PMID of the notice; NULL where the retracted record does not give it';
COMMENT ON COLUMN retractions.notice_source IS 'source of the notice, as the retracted record states it';
COMMENT ON COLUMN retractions.notice_pub_date IS 'date of the notice as printed, where it is in the warehouse';
COMMENT ON COLUMN retractions.days_to_notice IS 'days from the first day of the one date to that of the other; see medline_date';
COMMENT ON COLUMN retractions.stated_by IS 'stated by: retracted record, notice, both, or the publication type alone';
COMMENT ON COLUMN retractions.is_marked_retracted IS 'whether the retracted record has the publication type Retracted Publication';
COMMENT ON COLUMN retractions.is_republished IS 'whether it was retracted and republished';
COMMENT ON COLUMN retractions.note IS 'notes of the link, which may give the reason; mostly NULL';
