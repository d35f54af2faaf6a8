CREATE TABLE runs (
    "started_at" TIMESTAMP,
    "what" VARCHAR,
    "ended" VARCHAR,
    "outcome" VARCHAR,
    "seconds" DOUBLE,
    "bring_seconds" DOUBLE,
    "apply_seconds" DOUBLE,
    "checks_seconds" DOUBLE,
    "publish_seconds" DOUBLE,
    "fetched" BIGINT,
    "fetched_bytes" BIGINT,
    "read" BIGINT,
    "read_bytes" BIGINT,
    "rows" BIGINT,
    "anomalies" BIGINT,
    "unknown_paths" BIGINT,
    "applied" BIGINT,
    "database_bytes" BIGINT,
    "version" VARCHAR
);
COMMENT ON TABLE runs IS 'one row per run that worked on the warehouse before this version of it was published, and the one that made it';
COMMENT ON COLUMN runs."started_at" IS 'when the run started, UTC';
COMMENT ON COLUMN runs."what" IS 'sync, ingest, load, load files, mesh, rebuild or rollback';
COMMENT ON COLUMN runs."ended" IS 'done, waiting (for a file) or failed; NULL for the run that made this version, which was not over, and for runs that were killed';
COMMENT ON COLUMN runs."outcome" IS 'done, what is waited for, or the error';
COMMENT ON COLUMN runs."seconds" IS 'seconds it took';
COMMENT ON COLUMN runs."bring_seconds" IS 'seconds of fetching files and reading them into the lake';
COMMENT ON COLUMN runs."apply_seconds" IS 'seconds of applying files to the database';
COMMENT ON COLUMN runs."checks_seconds" IS 'seconds of sql/checks';
COMMENT ON COLUMN runs."publish_seconds" IS 'seconds of choosing what to start from, of views and of publishing';
COMMENT ON COLUMN runs."fetched" IS 'files fetched from a mirror';
COMMENT ON COLUMN runs."fetched_bytes" IS 'bytes fetched from a mirror';
COMMENT ON COLUMN runs."read" IS 'files read into the lake';
COMMENT ON COLUMN runs."read_bytes" IS 'size of the files that were read, bytes';
COMMENT ON COLUMN runs."rows" IS 'rows that they gave the lake, in all tables';
COMMENT ON COLUMN runs."anomalies" IS 'of these, rows of anomalies';
COMMENT ON COLUMN runs."unknown_paths" IS 'of these, rows of unknown_paths';
COMMENT ON COLUMN runs."applied" IS 'files applied that the published version did not hold';
COMMENT ON COLUMN runs."database_bytes" IS 'size of the published database, bytes';
COMMENT ON COLUMN runs."version" IS 'version that the run published, was about to, or went back to';
