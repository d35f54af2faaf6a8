CREATE TABLE mesh_descriptors (
    "descriptor_ui" VARCHAR,
    "descriptor" VARCHAR,
    "descriptor_class" INTEGER,
    "scope_note" VARCHAR,
    "date_created" DATE,
    "date_revised" DATE,
    "date_established" DATE,
    "annotation" VARCHAR,
    "history_note" VARCHAR,
    "online_note" VARCHAR,
    "public_mesh_note" VARCHAR,
    "previous_indexing" VARCHAR[],
    "consider_also" VARCHAR,
    "running_head" VARCHAR,
    "nlm_classification_number" VARCHAR,
    "active_mesh_years" VARCHAR[],
    "record_originator" VARCHAR,
    "record_maintainer" VARCHAR,
    "record_authorizer" VARCHAR
);
COMMENT ON TABLE mesh_descriptors IS 'one row per MeSH descriptor (main heading)';
COMMENT ON COLUMN mesh_descriptors."descriptor_ui" IS 'identifier: D009369 [DescriptorUI]';
COMMENT ON COLUMN mesh_descriptors."descriptor" IS 'name: Neoplasms [DescriptorName/String]';
COMMENT ON COLUMN mesh_descriptors."descriptor_class" IS '1 topical, 2 publication type, 3 check tag, 4 geographic [@DescriptorClass]';
COMMENT ON COLUMN mesh_descriptors."scope_note" IS 'scope note of the preferred concept: mesh_concepts.scope_note';
COMMENT ON COLUMN mesh_descriptors."date_created" IS 'day the record was made [DateCreated]';
COMMENT ON COLUMN mesh_descriptors."date_revised" IS 'day of the last revision [DateRevised]';
COMMENT ON COLUMN mesh_descriptors."date_established" IS 'day from which it is used [DateEstablished]';
COMMENT ON COLUMN mesh_descriptors."annotation" IS 'notes for indexers [Annotation]';
COMMENT ON COLUMN mesh_descriptors."history_note" IS 'history of the heading [HistoryNote]';
COMMENT ON COLUMN mesh_descriptors."online_note" IS 'notes for searchers: earlier names, by year [OnlineNote]';
COMMENT ON COLUMN mesh_descriptors."public_mesh_note" IS 'history of the heading, in short: ''87'' [PublicMeSHNote]';
COMMENT ON COLUMN mesh_descriptors."previous_indexing" IS 'how its topic was indexed before, with years [PreviousIndexingList/PreviousIndexing]';
COMMENT ON COLUMN mesh_descriptors."consider_also" IS 'other terms to look for [ConsiderAlso]';
COMMENT ON COLUMN mesh_descriptors."running_head" IS 'running head of the printed tree (files before 2017) [RunningHead]';
COMMENT ON COLUMN mesh_descriptors."nlm_classification_number" IS 'class in NLM''s classification of books [NLMClassificationNumber]';
COMMENT ON COLUMN mesh_descriptors."active_mesh_years" IS 'years of MeSH that have it (files before 2016) [ActiveMeSHYearList/Year]';
COMMENT ON COLUMN mesh_descriptors."record_originator" IS 'initials of who made the record (files before 2016) [RecordOriginatorsList/RecordOriginator]';
COMMENT ON COLUMN mesh_descriptors."record_maintainer" IS 'initials of who maintains it (files before 2016) [RecordOriginatorsList/RecordMaintainer]';
COMMENT ON COLUMN mesh_descriptors."record_authorizer" IS 'initials of who authorized it (files before 2016) [RecordOriginatorsList/RecordAuthorizer]';
