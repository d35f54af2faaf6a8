CREATE TABLE object_params (
    "pmid" BIGINT,
    "version" INTEGER,
    "object_seq" INTEGER,
    "param_seq" INTEGER,
    "name" VARCHAR,
    "value" VARCHAR,
    "value_markup" VARCHAR
);
COMMENT ON TABLE object_params IS 'one row per parameter of a linked object';
COMMENT ON COLUMN object_params."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN object_params."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN object_params."object_seq" IS 'objects.object_seq';
COMMENT ON COLUMN object_params."param_seq" IS '1-based position under its object';
COMMENT ON COLUMN object_params."name" IS 'name of the parameter [@Name]';
COMMENT ON COLUMN object_params."value" IS 'value of the parameter';
COMMENT ON COLUMN object_params."value_markup" IS 'inner XML of value; NULL where it has no markup [.]';
