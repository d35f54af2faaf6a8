CREATE TABLE mesh_see_related (
    "descriptor_ui" VARCHAR,
    "related_seq" INTEGER,
    "related_descriptor_ui" VARCHAR,
    "related_descriptor" VARCHAR
);
COMMENT ON TABLE mesh_see_related IS 'one row per descriptor that a descriptor refers to as related';
COMMENT ON COLUMN mesh_see_related."descriptor_ui" IS 'mesh_descriptors.descriptor_ui [../../DescriptorUI]';
COMMENT ON COLUMN mesh_see_related."related_seq" IS '1-based position';
COMMENT ON COLUMN mesh_see_related."related_descriptor_ui" IS 'identifier of the related descriptor [DescriptorReferredTo/DescriptorUI]';
COMMENT ON COLUMN mesh_see_related."related_descriptor" IS 'name of the related descriptor [DescriptorReferredTo/DescriptorName/String]';
