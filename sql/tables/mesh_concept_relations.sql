CREATE TABLE mesh_concept_relations (
    "ui" VARCHAR,
    "relation_seq" INTEGER,
    "concept_ui" VARCHAR,
    "relation" VARCHAR,
    "relation_attribute" VARCHAR,
    "concept1_ui" VARCHAR,
    "concept2_ui" VARCHAR
);
COMMENT ON TABLE mesh_concept_relations IS 'one row per relation between two concepts of a record, as each of them states it';
COMMENT ON COLUMN mesh_concept_relations."ui" IS 'identifier of the record';
COMMENT ON COLUMN mesh_concept_relations."relation_seq" IS '1-based position in the record';
COMMENT ON COLUMN mesh_concept_relations."concept_ui" IS 'the concept that states it [../../ConceptUI]';
COMMENT ON COLUMN mesh_concept_relations."relation" IS 'concept 2 is narrower (NRW), broader (BRD) or related (REL) [@RelationName]';
COMMENT ON COLUMN mesh_concept_relations."relation_attribute" IS 'more about the relation (older files) [RelationAttribute]';
COMMENT ON COLUMN mesh_concept_relations."concept1_ui" IS 'mesh_concepts.concept_ui [Concept1UI]';
COMMENT ON COLUMN mesh_concept_relations."concept2_ui" IS 'mesh_concepts.concept_ui [Concept2UI]';
