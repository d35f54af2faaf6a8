-- Grain: the warehouse
-- Key: newest_revision
-- Age and size of the data. The tables do not have the date of a dump; the newest revision of a citation is a day or two
-- older.
--   newest_dump VARCHAR: the dump with the highest number; NULL where there are exports only
--   newest_dump_year INTEGER: its production year, two digits
--   newest_dump_number INTEGER: its production number
--   newest_dump_loaded_at TIMESTAMP: when it was applied to the database, UTC
--   newest_revision DATE: the newest day on which a citation was revised
--   loaded_at TIMESTAMP: when the last file of any kind was applied to the database, UTC
--   baseline_dumps BIGINT: baseline files
--   update_dumps BIGINT: update files
--   exports BIGINT: files of other origin
--   citations BIGINT: citations
--   books BIGINT: book documents
--   journals BIGINT: journals with citations
--   oldest_pub_year INTEGER: the oldest year of publication
--   newest_pub_year INTEGER: the newest year of publication
--   anomalies BIGINT: values that could not be typed
--   schema_version VARCHAR: version of the schema that the last file was read with
SELECT
    arg_max(files.name, (files.year, files.number)) FILTER (files.number IS NOT NULL) AS newest_dump,
    max(files.year) AS newest_dump_year,
    arg_max(files.number, (files.year, files.number)) FILTER (files.number IS NOT NULL) AS newest_dump_number,
    arg_max(files.loaded_at, (files.year, files.number)) FILTER (files.number IS NOT NULL) AS newest_dump_loaded_at,
    (SELECT max(articles.date_revised) FROM articles) AS newest_revision,
    max(files.loaded_at) AS loaded_at,
    count(*) FILTER (files.kind = 'baseline') AS baseline_dumps,
    count(*) FILTER (files.kind = 'update') AS update_dumps,
    count(*) FILTER (files.kind = 'export') AS exports,
    (SELECT count(*) FROM articles) AS citations,
    (SELECT count(*) FROM books) AS books,
    (SELECT count(DISTINCT articles.nlm_unique_id) FROM articles) AS journals,
    (SELECT min(articles.pub_year) FROM articles) AS oldest_pub_year,
    (SELECT max(articles.pub_year) FROM articles) AS newest_pub_year,
    (SELECT count(*) FROM anomalies) AS anomalies,
    arg_max(files.schema_version, files.loaded_at) AS schema_version
FROM source_files AS files;
