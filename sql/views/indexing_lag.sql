-- Grain: record with one of these events
-- Key: pmid
-- Reads: history
--
-- The first of several events of a kind counts. Days are differences of calendar days, negative where the events came in
-- reverse order.
CREATE OR REPLACE VIEW indexing_lag AS
WITH events AS (
    SELECT
        pmid,
        min(event_at) FILTER (pub_status = 'received') AS received_at,
        min(event_at) FILTER (pub_status = 'accepted') AS accepted_at,
        min(event_at) FILTER (pub_status = 'entrez') AS entrez_at,
        min(event_at) FILTER (pub_status = 'pubmed') AS pubmed_at,
        min(event_at) FILTER (pub_status = 'medline') AS medline_at
    FROM history
    WHERE pub_status IN ('received', 'accepted', 'entrez', 'pubmed', 'medline')
    GROUP BY pmid
)

SELECT
    pmid,
    received_at,
    accepted_at,
    entrez_at,
    pubmed_at,
    medline_at,
    date_diff('day', received_at, accepted_at) AS received_to_accepted_days,
    date_diff('day', accepted_at, entrez_at) AS accepted_to_entrez_days,
    date_diff('day', entrez_at, pubmed_at) AS entrez_to_pubmed_days,
    date_diff('day', entrez_at, medline_at) AS entrez_to_medline_days
FROM events;
COMMENT ON VIEW indexing_lag IS 'one row per record: when it was received, accepted, entered, shown in PubMed and indexed, and the days between';
COMMENT ON COLUMN indexing_lag.pmid IS 'PubMed identifier';
COMMENT ON COLUMN indexing_lag.received_at IS 'the journal received the manuscript';
COMMENT ON COLUMN indexing_lag.accepted_at IS 'the journal accepted it';
COMMENT ON COLUMN indexing_lag.entrez_at IS 'the record was created (CRDT)';
COMMENT ON COLUMN indexing_lag.pubmed_at IS 'the record was shown in PubMed (EDAT)';
COMMENT ON COLUMN indexing_lag.medline_at IS 'MeSH was assigned (MHDA); PubMed sets it to the entry until then';
COMMENT ON COLUMN indexing_lag.received_to_accepted_days IS 'days from received_at to accepted_at';
COMMENT ON COLUMN indexing_lag.accepted_to_entrez_days IS 'days from accepted_at to entrez_at';
COMMENT ON COLUMN indexing_lag.entrez_to_pubmed_days IS 'days from entrez_at to pubmed_at';
COMMENT ON COLUMN indexing_lag.entrez_to_medline_days IS 'days from entrez_at to medline_at';
