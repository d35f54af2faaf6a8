CREATE TABLE mesh_semantic_types (
    "ui" VARCHAR,
    "semantic_type_seq" INTEGER,
    "concept_seq" INTEGER,
    "semantic_type_ui" VARCHAR,
    "semantic_type" VARCHAR
);
COMMENT ON TABLE mesh_semantic_types IS 'one row per UMLS semantic type of a concept (files before 2017)';
COMMENT ON COLUMN mesh_semantic_types."ui" IS 'identifier of the record';
COMMENT ON COLUMN mesh_semantic_types."semantic_type_seq" IS '1-based position in the record';
COMMENT ON COLUMN mesh_semantic_types."concept_seq" IS 'mesh_concepts.concept_seq';
COMMENT ON COLUMN mesh_semantic_types."semantic_type_ui" IS 'identifier: T109 [SemanticTypeUI]';
COMMENT ON COLUMN mesh_semantic_types."semantic_type" IS 'name: Organic Chemical [SemanticTypeName]';
