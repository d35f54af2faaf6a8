CREATE TABLE mesh_concepts (
    "ui" VARCHAR,
    "concept_seq" INTEGER,
    "concept_ui" VARCHAR,
    "concept" VARCHAR,
    "is_preferred" BOOLEAN,
    "umls_ui" VARCHAR,
    "casn1_name" VARCHAR,
    "scope_note" VARCHAR,
    "translators_english_scope_note" VARCHAR,
    "translators_scope_note" VARCHAR
);
COMMENT ON TABLE mesh_concepts IS 'one row per concept of a descriptor, qualifier or supplementary record';
COMMENT ON COLUMN mesh_concepts."ui" IS 'identifier of the record: D…, Q… or C…';
COMMENT ON COLUMN mesh_concepts."concept_seq" IS '1-based position in the record';
COMMENT ON COLUMN mesh_concepts."concept_ui" IS 'identifier: M0014585 [ConceptUI]';
COMMENT ON COLUMN mesh_concepts."concept" IS 'name [ConceptName/String]';
COMMENT ON COLUMN mesh_concepts."is_preferred" IS 'whether it is what the record means; others are narrower, broader or related [@PreferredConceptYN]';
COMMENT ON COLUMN mesh_concepts."umls_ui" IS 'concept of the UMLS (older files) [ConceptUMLSUI]';
COMMENT ON COLUMN mesh_concepts."casn1_name" IS 'chemical name by Chemical Abstracts [CASN1Name]';
COMMENT ON COLUMN mesh_concepts."scope_note" IS 'what the concept means [ScopeNote]';
COMMENT ON COLUMN mesh_concepts."translators_english_scope_note" IS 'scope note of a translation, in English [TranslatorsEnglishScopeNote]';
COMMENT ON COLUMN mesh_concepts."translators_scope_note" IS 'scope note of a translation [TranslatorsScopeNote]';
