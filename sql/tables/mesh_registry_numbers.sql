CREATE TABLE mesh_registry_numbers (
    "ui" VARCHAR,
    "registry_number_seq" INTEGER,
    "concept_seq" INTEGER,
    "registry_number" VARCHAR,
    "is_related" BOOLEAN
);
COMMENT ON TABLE mesh_registry_numbers IS 'one row per registry number of a concept';
COMMENT ON COLUMN mesh_registry_numbers."ui" IS 'identifier of the record';
COMMENT ON COLUMN mesh_registry_numbers."registry_number_seq" IS '1-based position in the record';
COMMENT ON COLUMN mesh_registry_numbers."concept_seq" IS 'mesh_concepts.concept_seq';
COMMENT ON COLUMN mesh_registry_numbers."registry_number" IS 'CAS number, EC number or UNII; 0 for none; a related one has its substance behind it';
COMMENT ON COLUMN mesh_registry_numbers."is_related" IS 'whether it is of a related substance';
