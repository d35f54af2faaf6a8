CREATE TABLE supplementary_mesh (
    "pmid" BIGINT,
    "version" INTEGER,
    "supplementary_mesh_seq" INTEGER,
    "ui" VARCHAR,
    "name" VARCHAR,
    "type" VARCHAR
);
COMMENT ON TABLE supplementary_mesh IS 'one row per supplementary concept';
COMMENT ON COLUMN supplementary_mesh."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN supplementary_mesh."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN supplementary_mesh."supplementary_mesh_seq" IS '1-based position';
COMMENT ON COLUMN supplementary_mesh."ui" IS 'supplementary concept id: C538288 [@UI]';
COMMENT ON COLUMN supplementary_mesh."name" IS 'supplementary concept; in MEDLINE text RN without a registry number';
COMMENT ON COLUMN supplementary_mesh."type" IS 'Disease, Protocol, Organism, Anatomy or Population [@Type]';
