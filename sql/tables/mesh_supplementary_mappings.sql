CREATE TABLE mesh_supplementary_mappings (
    "supplementary_ui" VARCHAR,
    "mapping_seq" INTEGER,
    "descriptor_ui" VARCHAR,
    "descriptor" VARCHAR,
    "qualifier_ui" VARCHAR,
    "qualifier" VARCHAR,
    "is_major" BOOLEAN
);
COMMENT ON TABLE mesh_supplementary_mappings IS 'one row per heading that a supplementary record is mapped to';
COMMENT ON COLUMN mesh_supplementary_mappings."supplementary_ui" IS 'mesh_supplementary.supplementary_ui [../../SupplementalRecordUI]';
COMMENT ON COLUMN mesh_supplementary_mappings."mapping_seq" IS '1-based position';
COMMENT ON COLUMN mesh_supplementary_mappings."descriptor_ui" IS 'identifier of the descriptor, without the star [DescriptorReferredTo/DescriptorUI]';
COMMENT ON COLUMN mesh_supplementary_mappings."descriptor" IS 'name of the descriptor, without the star [DescriptorReferredTo/DescriptorName/String]';
COMMENT ON COLUMN mesh_supplementary_mappings."qualifier_ui" IS 'identifier of the qualifier, without the star; NULL for none [QualifierReferredTo/QualifierUI]';
COMMENT ON COLUMN mesh_supplementary_mappings."qualifier" IS 'name of the qualifier, without the star; NULL for none [QualifierReferredTo/QualifierName/String]';
COMMENT ON COLUMN mesh_supplementary_mappings."is_major" IS 'whether descriptor or qualifier is starred';
