CREATE TABLE mesh_qualifier_tree_numbers (
    "qualifier_ui" VARCHAR,
    "tree_number" VARCHAR
);
COMMENT ON TABLE mesh_qualifier_tree_numbers IS 'one row per place of a qualifier in the tree of qualifiers';
COMMENT ON COLUMN mesh_qualifier_tree_numbers."qualifier_ui" IS 'mesh_qualifiers_vocabulary.qualifier_ui [../../QualifierUI]';
COMMENT ON COLUMN mesh_qualifier_tree_numbers."tree_number" IS 'place in the tree: Y08.010';
