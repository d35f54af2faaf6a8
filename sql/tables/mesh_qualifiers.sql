CREATE TABLE mesh_qualifiers (
    "pmid" BIGINT,
    "version" INTEGER,
    "heading_seq" INTEGER,
    "qualifier_seq" INTEGER,
    "qualifier_ui" VARCHAR,
    "qualifier" VARCHAR,
    "is_major" BOOLEAN,
    "is_auto" BOOLEAN
);
COMMENT ON TABLE mesh_qualifiers IS 'one row per qualifier of a MeSH heading';
COMMENT ON COLUMN mesh_qualifiers."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN mesh_qualifiers."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN mesh_qualifiers."heading_seq" IS 'mesh.heading_seq';
COMMENT ON COLUMN mesh_qualifiers."qualifier_seq" IS '1-based position under its heading';
COMMENT ON COLUMN mesh_qualifiers."qualifier_ui" IS 'MeSH qualifier id: Q000188 [@UI]';
COMMENT ON COLUMN mesh_qualifiers."qualifier" IS 'MeSH qualifier (subheading)';
COMMENT ON COLUMN mesh_qualifiers."is_major" IS 'whether starred [MH, @MajorTopicYN]';
COMMENT ON COLUMN mesh_qualifiers."is_auto" IS 'whether assigned by machine [@AutoHM]';
