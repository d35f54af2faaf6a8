CREATE TABLE accessions (
    "pmid" BIGINT,
    "version" INTEGER,
    "databank_seq" INTEGER,
    "accession_seq" INTEGER,
    "databank" VARCHAR,
    "accession" VARCHAR
);
COMMENT ON TABLE accessions IS 'one row per accession of a data bank; a bank without accessions keeps one row';
COMMENT ON COLUMN accessions."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN accessions."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN accessions."databank_seq" IS '1-based position of the data bank [../..]';
COMMENT ON COLUMN accessions."accession_seq" IS '1-based position in the data bank';
COMMENT ON COLUMN accessions."databank" IS 'GENBANK, ClinicalTrials.gov, Dryad … [SI, ../../DataBankName]';
COMMENT ON COLUMN accessions."accession" IS 'accession or registration number';
