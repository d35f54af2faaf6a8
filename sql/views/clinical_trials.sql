-- Grain: registered trial that a citation names
-- Key: pmid, registry, trial_id
-- Reads: accessions
--
-- The registries that NLM lists as data banks, in any spelling; a number in the form of ClinicalTrials.gov or ISRCTN
-- counts in any bank. A trial registered twice is two rows.
CREATE OR REPLACE VIEW clinical_trials AS
WITH registries (bank, registry) AS (
    VALUES
        ('ANZCTR', 'ANZCTR'),
        ('CHICTR', 'ChiCTR'),
        ('CLINICALTRIALSGOV', 'ClinicalTrials.gov'),
        ('CRIS', 'CRiS'),
        ('CTIS', 'CTIS'),
        ('CTRI', 'CTRI'),
        ('DRKS', 'DRKS'),
        ('EUCTR', 'EudraCT'),
        ('EUDRACT', 'EudraCT'),
        ('IRCT', 'IRCT'),
        ('ISRCTN', 'ISRCTN'),
        ('JAPICCTI', 'JapicCTI'),
        ('JMACCT', 'JMACCT'),
        ('JMAIIA', 'JMACCT'),
        ('JPRN', 'JPRN'),
        ('JRCT', 'jRCT'),
        ('LBCTR', 'LBCTR'),
        ('NCT', 'ClinicalTrials.gov'),
        ('NTR', 'NTR'),
        ('PACTR', 'PACTR'),
        ('REBEC', 'ReBec'),
        ('REPEC', 'REPEC'),
        ('RPCEC', 'RPCEC'),
        ('SLCTR', 'SLCTR'),
        ('TCTR', 'TCTR'),
        ('UMIN', 'UMIN-CTR'),
        ('UMINCTR', 'UMIN-CTR')
),

named AS (
    SELECT
        pmid,
        databank,
        upper(regexp_replace(databank, '[^A-Za-z]', '', 'g')) AS bank,
        regexp_replace(upper(trim(accession)), '^(NCT|ISRCTN)[\s:#-]+', '\1') AS trial_id
    FROM accessions
    WHERE trim(accession) <> ''
)

SELECT
    named.pmid,
    CASE
        WHEN named.trial_id SIMILAR TO 'NCT\d{8}' THEN 'ClinicalTrials.gov'
        WHEN named.trial_id SIMILAR TO 'ISRCTN\d{5,}' THEN 'ISRCTN'
        ELSE registries.registry
    END AS registry,
    CASE WHEN registries.registry = 'ISRCTN' AND named.trial_id SIMILAR TO '\d{5,}' THEN 'ISRCTN' ELSE '' END
    || named.trial_id AS trial_id,
    min(named.databank) AS databank
FROM named
LEFT JOIN registries ON registries.bank = named.bank
WHERE registries.registry IS NOT NULL OR named.trial_id SIMILAR TO 'NCT\d{8}|ISRCTN\d{5,}'
GROUP BY ALL;
COMMENT ON VIEW clinical_trials IS 'one row per citation and registered clinical trial that it names';
COMMENT ON COLUMN clinical_trials.pmid IS 'PubMed identifier';
COMMENT ON COLUMN clinical_trials.registry IS 'registry, in one spelling: ClinicalTrials.gov, ISRCTN, EudraCT, ANZCTR, ChiCTR, UMIN-CTR …';
COMMENT ON COLUMN clinical_trials.trial_id IS 'registration in capitals: NCT00000419, ISRCTN63718836';
COMMENT ON COLUMN clinical_trials.databank IS 'data bank as sent: accessions.databank';
