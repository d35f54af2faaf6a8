CREATE TABLE mesh_supplementary (
    "supplementary_ui" VARCHAR,
    "name" VARCHAR,
    "supplementary_class" INTEGER,
    "date_created" DATE,
    "date_revised" DATE,
    "date_established" DATE,
    "note" VARCHAR,
    "frequency" INTEGER,
    "previous_indexing" VARCHAR[],
    "sources" VARCHAR[],
    "active_mesh_years" VARCHAR[],
    "record_originator" VARCHAR,
    "record_maintainer" VARCHAR,
    "record_authorizer" VARCHAR
);
COMMENT ON TABLE mesh_supplementary IS 'one row per supplementary concept record: chemicals, protocols, diseases, organisms';
COMMENT ON COLUMN mesh_supplementary."supplementary_ui" IS 'identifier: C025735 [SupplementalRecordUI]';
COMMENT ON COLUMN mesh_supplementary."name" IS 'name [SupplementalRecordName/String]';
COMMENT ON COLUMN mesh_supplementary."supplementary_class" IS '1 chemical, 2 protocol, 3 disease, 4 organism, 5 population group, 6 anatomy [@SCRClass]';
COMMENT ON COLUMN mesh_supplementary."date_created" IS 'day the record was made [DateCreated]';
COMMENT ON COLUMN mesh_supplementary."date_revised" IS 'day of the last revision [DateRevised]';
COMMENT ON COLUMN mesh_supplementary."date_established" IS 'day from which it is used [DateEstablished]';
COMMENT ON COLUMN mesh_supplementary."note" IS 'what it is [Note]';
COMMENT ON COLUMN mesh_supplementary."frequency" IS 'citations that had it when the file was made [Frequency]';
COMMENT ON COLUMN mesh_supplementary."previous_indexing" IS 'how it was indexed before [PreviousIndexingList/PreviousIndexing]';
COMMENT ON COLUMN mesh_supplementary."sources" IS 'citations it was found in [SourceList/Source]';
COMMENT ON COLUMN mesh_supplementary."active_mesh_years" IS 'years of MeSH that have it (files before 2016) [ActiveMeSHYearList/Year]';
COMMENT ON COLUMN mesh_supplementary."record_originator" IS 'initials of who made the record (files before 2016) [RecordOriginatorsList/RecordOriginator]';
COMMENT ON COLUMN mesh_supplementary."record_maintainer" IS 'initials of who maintains it (files before 2016) [RecordOriginatorsList/RecordMaintainer]';
COMMENT ON COLUMN mesh_supplementary."record_authorizer" IS 'initials of who authorized it (files before 2016) [RecordOriginatorsList/RecordAuthorizer]';
