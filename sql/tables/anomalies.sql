CREATE TABLE anomalies (
    "source_file" VARCHAR,
    "pmid" BIGINT,
    "path" VARCHAR,
    "value" VARCHAR,
    "reason" VARCHAR
);
COMMENT ON TABLE anomalies IS 'one row per value that could not be typed or placed';
COMMENT ON COLUMN anomalies."source_file" IS 'file the value is in; see source_files.name';
COMMENT ON COLUMN anomalies."pmid" IS 'record the value is in';
COMMENT ON COLUMN anomalies."path" IS 'DTD path or MEDLINE tag of the value';
COMMENT ON COLUMN anomalies."value" IS 'the value as sent; the parts of a date joined with /';
COMMENT ON COLUMN anomalies."reason" IS 'why it has no column';
