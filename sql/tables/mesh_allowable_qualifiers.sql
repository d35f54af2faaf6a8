CREATE TABLE mesh_allowable_qualifiers (
    "descriptor_ui" VARCHAR,
    "qualifier_ui" VARCHAR,
    "qualifier" VARCHAR,
    "abbreviation" VARCHAR
);
COMMENT ON TABLE mesh_allowable_qualifiers IS 'one row per qualifier that a descriptor may have';
COMMENT ON COLUMN mesh_allowable_qualifiers."descriptor_ui" IS 'mesh_descriptors.descriptor_ui [../../DescriptorUI]';
COMMENT ON COLUMN mesh_allowable_qualifiers."qualifier_ui" IS 'identifier of the qualifier [QualifierReferredTo/QualifierUI]';
COMMENT ON COLUMN mesh_allowable_qualifiers."qualifier" IS 'name of the qualifier [QualifierReferredTo/QualifierName/String]';
COMMENT ON COLUMN mesh_allowable_qualifiers."abbreviation" IS 'two letters: DT [Abbreviation]';
