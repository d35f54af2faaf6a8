CREATE TABLE space_flight_missions (
    "pmid" BIGINT,
    "version" INTEGER,
    "space_flight_mission_seq" INTEGER,
    "mission" VARCHAR
);
COMMENT ON TABLE space_flight_missions IS 'one row per space flight mission';
COMMENT ON COLUMN space_flight_missions."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN space_flight_missions."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN space_flight_missions."space_flight_mission_seq" IS '1-based position';
COMMENT ON COLUMN space_flight_missions."mission" IS 'mission, as NASA names it';
