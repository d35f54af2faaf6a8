CREATE TABLE article_dates (
    "pmid" BIGINT,
    "version" INTEGER,
    "article_date_seq" INTEGER,
    "date_type" VARCHAR,
    "article_date" DATE,
    "year" INTEGER,
    "month" INTEGER,
    "day" INTEGER
);
COMMENT ON TABLE article_dates IS 'one row per date of electronic publication (not the date of the issue: articles.pub_date)';
COMMENT ON COLUMN article_dates."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN article_dates."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN article_dates."article_date_seq" IS '1-based position';
COMMENT ON COLUMN article_dates."date_type" IS 'Electronic [@DateType]';
COMMENT ON COLUMN article_dates."article_date" IS 'the day; NULL where it is no date [DEP]';
COMMENT ON COLUMN article_dates."year" IS 'year as sent [DEP, Year]';
COMMENT ON COLUMN article_dates."month" IS 'month as sent [DEP, Month]';
COMMENT ON COLUMN article_dates."day" IS 'day as sent [DEP, Day]';
