CREATE TABLE mesh_tree_numbers (
    "descriptor_ui" VARCHAR,
    "tree_number" VARCHAR
);
COMMENT ON TABLE mesh_tree_numbers IS 'one row per place of a descriptor in the MeSH tree';
COMMENT ON COLUMN mesh_tree_numbers."descriptor_ui" IS 'mesh_descriptors.descriptor_ui [../../DescriptorUI]';
COMMENT ON COLUMN mesh_tree_numbers."tree_number" IS 'place in the tree: C04.588.083; check tags like Male have none';
