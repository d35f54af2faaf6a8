CREATE TABLE mesh_supplementary_indexing (
    "supplementary_ui" VARCHAR,
    "indexing_seq" INTEGER,
    "descriptor_ui" VARCHAR,
    "descriptor" VARCHAR,
    "qualifier_ui" VARCHAR,
    "qualifier" VARCHAR,
    "chemical_ui" VARCHAR,
    "chemical" VARCHAR
);
COMMENT ON TABLE mesh_supplementary_indexing IS 'one row per heading or substance that a supplementary record may be indexed with';
COMMENT ON COLUMN mesh_supplementary_indexing."supplementary_ui" IS 'mesh_supplementary.supplementary_ui [../../SupplementalRecordUI]';
COMMENT ON COLUMN mesh_supplementary_indexing."indexing_seq" IS '1-based position';
COMMENT ON COLUMN mesh_supplementary_indexing."descriptor_ui" IS 'identifier of the descriptor [DescriptorReferredTo/DescriptorUI]';
COMMENT ON COLUMN mesh_supplementary_indexing."descriptor" IS 'name of the descriptor [DescriptorReferredTo/DescriptorName/String]';
COMMENT ON COLUMN mesh_supplementary_indexing."qualifier_ui" IS 'identifier of the qualifier [QualifierReferredTo/QualifierUI]';
COMMENT ON COLUMN mesh_supplementary_indexing."qualifier" IS 'name of the qualifier [QualifierReferredTo/QualifierName/String]';
COMMENT ON COLUMN mesh_supplementary_indexing."chemical_ui" IS 'identifier of the substance [ChemicalReferredTo/SupplementalRecordUI]';
COMMENT ON COLUMN mesh_supplementary_indexing."chemical" IS 'name of the substance [ChemicalReferredTo/SupplementalRecordName/String]';
