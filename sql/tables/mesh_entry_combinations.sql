CREATE TABLE mesh_entry_combinations (
    "descriptor_ui" VARCHAR,
    "combination_seq" INTEGER,
    "in_descriptor_ui" VARCHAR,
    "in_descriptor" VARCHAR,
    "in_qualifier_ui" VARCHAR,
    "in_qualifier" VARCHAR,
    "out_descriptor_ui" VARCHAR,
    "out_descriptor" VARCHAR,
    "out_qualifier_ui" VARCHAR,
    "out_qualifier" VARCHAR
);
COMMENT ON TABLE mesh_entry_combinations IS 'one row per pair of descriptor and qualifier that is not used, with what is used instead';
COMMENT ON COLUMN mesh_entry_combinations."descriptor_ui" IS 'mesh_descriptors.descriptor_ui [../../DescriptorUI]';
COMMENT ON COLUMN mesh_entry_combinations."combination_seq" IS '1-based position';
COMMENT ON COLUMN mesh_entry_combinations."in_descriptor_ui" IS 'identifier of the descriptor that is not used [ECIN/DescriptorReferredTo/DescriptorUI]';
COMMENT ON COLUMN mesh_entry_combinations."in_descriptor" IS 'name of the descriptor that is not used [ECIN/DescriptorReferredTo/DescriptorName/String]';
COMMENT ON COLUMN mesh_entry_combinations."in_qualifier_ui" IS 'identifier of the qualifier that it is not used with [ECIN/QualifierReferredTo/QualifierUI]';
COMMENT ON COLUMN mesh_entry_combinations."in_qualifier" IS 'name of the qualifier that it is not used with [ECIN/QualifierReferredTo/QualifierName/String]';
COMMENT ON COLUMN mesh_entry_combinations."out_descriptor_ui" IS 'identifier of the descriptor to use [ECOUT/DescriptorReferredTo/DescriptorUI]';
COMMENT ON COLUMN mesh_entry_combinations."out_descriptor" IS 'name of the descriptor to use [ECOUT/DescriptorReferredTo/DescriptorName/String]';
COMMENT ON COLUMN mesh_entry_combinations."out_qualifier_ui" IS 'identifier of the qualifier to use with it; NULL for none [ECOUT/QualifierReferredTo/QualifierUI]';
COMMENT ON COLUMN mesh_entry_combinations."out_qualifier" IS 'name of the qualifier to use with it; NULL for none [ECOUT/QualifierReferredTo/QualifierName/String]';
