CREATE TABLE mesh_qualifiers_vocabulary (
    "qualifier_ui" VARCHAR,
    "qualifier" VARCHAR,
    "abbreviation" VARCHAR,
    "qualifier_type" INTEGER,
    "scope_note" VARCHAR,
    "date_created" DATE,
    "date_revised" DATE,
    "date_established" DATE,
    "annotation" VARCHAR,
    "history_note" VARCHAR,
    "online_note" VARCHAR,
    "previous_indexing" VARCHAR[],
    "tree_nodes_allowed" VARCHAR[],
    "active_mesh_years" VARCHAR[],
    "record_originator" VARCHAR,
    "record_maintainer" VARCHAR,
    "record_authorizer" VARCHAR
);
COMMENT ON TABLE mesh_qualifiers_vocabulary IS 'one row per MeSH qualifier (subheading)';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."qualifier_ui" IS 'identifier: Q000188 [QualifierUI]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."qualifier" IS 'name: drug therapy [QualifierName/String]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."abbreviation" IS 'two letters, of its name in mesh_terms: DT';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."qualifier_type" IS 'type (older files) [@QualifierType]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."scope_note" IS 'scope note of the preferred concept: mesh_concepts.scope_note';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."date_created" IS 'day the record was made [DateCreated]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."date_revised" IS 'day of the last revision [DateRevised]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."date_established" IS 'day from which it is used [DateEstablished]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."annotation" IS 'notes for indexers [Annotation]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."history_note" IS 'history of the qualifier [HistoryNote]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."online_note" IS 'notes for searchers [OnlineNote]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."previous_indexing" IS 'how its topic was indexed before [PreviousIndexingList/PreviousIndexing]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."tree_nodes_allowed" IS 'parts of the tree it may be used in (older files) [TreeNodeAllowedList/TreeNodeAllowed]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."active_mesh_years" IS 'years of MeSH that have it (files before 2016) [ActiveMeSHYearList/Year]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."record_originator" IS 'initials of who made the record (files before 2016) [RecordOriginatorsList/RecordOriginator]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."record_maintainer" IS 'initials of who maintains it (files before 2016) [RecordOriginatorsList/RecordMaintainer]';
COMMENT ON COLUMN mesh_qualifiers_vocabulary."record_authorizer" IS 'initials of who authorized it (files before 2016) [RecordOriginatorsList/RecordAuthorizer]';
