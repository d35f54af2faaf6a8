-- Grain: grant that a record names
-- Key: pmid, grant_seq
-- Reads: grants
--
-- Light repairs only: blanks, an article before the agency, a full stop after it, the underscore that pads an acronym, the
-- usual other names of two countries. 'NIAID NIH HHS' stays the agency; its last known parent is the funder.
CREATE OR REPLACE VIEW funding AS
SELECT
    pmid,
    grant_seq,
    trim(grant_id) AS grant_id,
    nullif(upper(rtrim(trim(acronym), '_')), '') AS acronym,
    agency AS agency_as_sent,
    nullif(regexp_replace(trim(agency), '(?i)^the |\.$', '', 'g'), '') AS agency_name,
    CASE
        WHEN agency_name SIMILAR TO '(.* )?NIH HHS' THEN 'NIH'
        WHEN agency_name SIMILAR TO '(.* )?CDC HHS' THEN 'CDC'
        WHEN agency_name SIMILAR TO '(.* )?PHS HHS' THEN 'PHS'
        WHEN agency_name SIMILAR TO '.* VA' THEN 'VA'
        ELSE agency_name
    END AS funder,
    CASE
        WHEN trim(country) IN ('USA', 'U.S.A.', 'US', 'United States of America') THEN 'United States'
        WHEN trim(country) IN ('UK', 'U.K.', 'England', 'Great Britain') THEN 'United Kingdom'
        ELSE nullif(trim(country), '')
    END AS country
FROM grants;
COMMENT ON VIEW funding IS 'one row per grant, with its agency, funder and country in fewer spellings';
COMMENT ON COLUMN funding.pmid IS 'PubMed identifier';
COMMENT ON COLUMN funding.grant_seq IS '1-based position: grants.grant_seq';
COMMENT ON COLUMN funding.grant_id IS 'number of the grant or contract';
COMMENT ON COLUMN funding.acronym IS 'code of the NIH institute or of another agency, in capitals: AI, WT, MRC';
COMMENT ON COLUMN funding.agency_as_sent IS 'agency as sent: grants.agency';
COMMENT ON COLUMN funding.agency_name IS 'agency without a leading ''the'', blanks around it or a full stop: ''NIAID NIH HHS''';
COMMENT ON COLUMN funding.funder IS 'NIH, CDC, PHS or VA for a part of them, else the agency';
COMMENT ON COLUMN funding.country IS 'country of the agency; NULL where not sent';
