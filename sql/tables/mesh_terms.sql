CREATE TABLE mesh_terms (
    "ui" VARCHAR,
    "term_seq" INTEGER,
    "concept_seq" INTEGER,
    "term_ui" VARCHAR,
    "term" VARCHAR,
    "is_record_preferred" BOOLEAN,
    "is_concept_preferred" BOOLEAN,
    "is_permuted" BOOLEAN,
    "lexical_tag" VARCHAR,
    "is_printed" BOOLEAN,
    "date_created" DATE,
    "abbreviation" VARCHAR,
    "sort_version" VARCHAR,
    "entry_version" VARCHAR,
    "thesaurus_ids" VARCHAR[],
    "term_note" VARCHAR
);
COMMENT ON TABLE mesh_terms IS 'one row per name or entry term of a descriptor, qualifier or supplementary record';
COMMENT ON COLUMN mesh_terms."ui" IS 'identifier of the record: D…, Q… or C…';
COMMENT ON COLUMN mesh_terms."term_seq" IS '1-based position in the record';
COMMENT ON COLUMN mesh_terms."concept_seq" IS 'mesh_concepts.concept_seq';
COMMENT ON COLUMN mesh_terms."term_ui" IS 'identifier: T027719; permuted forms share it [TermUI]';
COMMENT ON COLUMN mesh_terms."term" IS 'name or entry term [String]';
COMMENT ON COLUMN mesh_terms."is_record_preferred" IS 'whether it is the name of the record [@RecordPreferredTermYN]';
COMMENT ON COLUMN mesh_terms."is_concept_preferred" IS 'whether it is the name of its concept [@ConceptPreferredTermYN]';
COMMENT ON COLUMN mesh_terms."is_permuted" IS 'whether its words were put in another order by machine: ''Neoplasm, Colonic'' [@IsPermutedTermYN]';
COMMENT ON COLUMN mesh_terms."lexical_tag" IS 'abbreviation (ABB, ABX), acronym (ACR, ACX), eponym (EPO), lab number (LAB), proper name (NAM), trade name (TRD), none (NON) [@LexicalTag]';
COMMENT ON COLUMN mesh_terms."is_printed" IS 'whether it is in the printed MeSH (files before 2016) [@PrintFlagYN]';
COMMENT ON COLUMN mesh_terms."date_created" IS 'day the term was made [DateCreated]';
COMMENT ON COLUMN mesh_terms."abbreviation" IS 'two letters, of qualifiers [Abbreviation]';
COMMENT ON COLUMN mesh_terms."sort_version" IS 'form for sorting [SortVersion]';
COMMENT ON COLUMN mesh_terms."entry_version" IS 'short form for indexers [EntryVersion]';
COMMENT ON COLUMN mesh_terms."thesaurus_ids" IS 'thesauri that have the term, with years: ''NLM (1990)'' [ThesaurusIDlist/ThesaurusID]';
COMMENT ON COLUMN mesh_terms."term_note" IS 'note [TermNote]';
