CREATE TABLE chemicals (
    "pmid" BIGINT,
    "version" INTEGER,
    "chemical_seq" INTEGER,
    "registry_number" VARCHAR,
    "substance_ui" VARCHAR,
    "substance" VARCHAR
);
COMMENT ON TABLE chemicals IS 'one row per substance';
COMMENT ON COLUMN chemicals."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN chemicals."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN chemicals."chemical_seq" IS '1-based position';
COMMENT ON COLUMN chemicals."registry_number" IS 'CAS or EC number, UNII, or 0 [RN, RegistryNumber]';
COMMENT ON COLUMN chemicals."substance_ui" IS 'MeSH id of the substance [NameOfSubstance/@UI]';
COMMENT ON COLUMN chemicals."substance" IS 'name of the substance [RN, NameOfSubstance]';
