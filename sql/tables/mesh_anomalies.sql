CREATE TABLE mesh_anomalies (
    "source_file" VARCHAR,
    "ui" VARCHAR,
    "path" VARCHAR,
    "value" VARCHAR,
    "reason" VARCHAR
);
COMMENT ON TABLE mesh_anomalies IS 'one row per value of a MeSH file that could not be typed or placed';
COMMENT ON COLUMN mesh_anomalies."source_file" IS 'file the value is in; see mesh_files.name';
COMMENT ON COLUMN mesh_anomalies."ui" IS 'record the value is in';
COMMENT ON COLUMN mesh_anomalies."path" IS 'DTD path of the value';
COMMENT ON COLUMN mesh_anomalies."value" IS 'the value as sent; the parts of a date joined with /';
COMMENT ON COLUMN mesh_anomalies."reason" IS 'why it has no column';
