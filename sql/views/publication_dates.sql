-- Grain: date of publication, of the issue or electronic, of a citation or book.
-- Key: pmid, medium, date_seq
-- Reads: articles, article_dates, books, first_day, medline_date
-- The day is that of medline_date. A date printed as its numbers (2001, 2001 Oct, 2001 Oct 28), as nine of ten are, is
-- taken from the columns: that takes a tenth of the time.
CREATE OR REPLACE VIEW publication_dates AS
WITH issues AS (
    SELECT pmid, pub_date, pub_year, pub_month, pub_day FROM articles
    UNION ALL
    SELECT pmid, pub_date, pub_year, pub_month, pub_day FROM books
),

dates AS (
    SELECT
        pmid,
        'issue' AS medium,
        1 AS date_seq,
        CASE
            WHEN
                pub_year BETWEEN 1000 AND 9999
                AND length(pub_date) = CASE
                    WHEN pub_month IS NULL THEN 4
                    WHEN pub_day IS NULL THEN 8
                    WHEN pub_day < 10 THEN 10
                    ELSE 11
                END
                THEN first_day(pub_year, pub_month, pub_day)
            ELSE coalesce(medline_date(pub_date), first_day(pub_year, pub_month, pub_day))
        END AS publication_date
    FROM issues
    UNION ALL
    SELECT pmid, 'electronic', article_date_seq, first_day(year, month, day)
    FROM article_dates
)

FROM dates
WHERE publication_date IS NOT NULL;
COMMENT ON VIEW publication_dates IS 'one row per date of publication, printed or electronic, in full as PubMed fills it in';
COMMENT ON COLUMN publication_dates.pmid IS 'PubMed identifier';
COMMENT ON COLUMN publication_dates.medium IS 'issue or electronic';
COMMENT ON COLUMN publication_dates.date_seq IS '1-based position among the dates of its medium';
COMMENT ON COLUMN publication_dates.publication_date IS 'the day; the first of the month or year where no more is known';
