-- Grain: date of publication, of the issue or electronic, of a citation or book.
-- Key: pmid, medium, date_seq
-- Reads: articles, article_dates, books
-- What a date lacks is filled in as PubMed does: the first month and day, the first month of a range, January for winter,
-- April for spring, July for summer, October for autumn. A day that its month does not have becomes the first.
CREATE OR REPLACE VIEW publication_dates AS
WITH
    sent AS (
        SELECT pmid, 'issue' AS medium, 1 AS date_seq, pub_year AS year, pub_month AS month, pub_day AS day,
            coalesce(pub_season, medline_date) AS words
        FROM articles
        UNION ALL
        SELECT pmid, 'issue', 1, pub_year, pub_month, pub_day, coalesce(pub_season, medline_date) FROM books
        UNION ALL
        SELECT pmid, 'electronic', article_date_seq, year, month, day, NULL FROM article_dates
    ),
    in_months AS (
        SELECT pmid, medium, date_seq, year, day,
            coalesce(
                month,
                CASE lower(regexp_extract(words, '(?i)winter|spring|summer|autumn|fall'))
                    WHEN 'winter' THEN 1
                    WHEN 'spring' THEN 4
                    WHEN 'summer' THEN 7
                    WHEN 'autumn' THEN 10
                    WHEN 'fall' THEN 10
                END,
                list_position(
                    ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
                    lower(regexp_extract(words, '(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'))
                ),
                1
            ) AS month
        FROM sent
    )
SELECT
    pmid,
    medium,
    date_seq,
    coalesce(TRY(make_date(year, month, coalesce(day, 1))), TRY(make_date(year, month, 1))) AS publication_date
FROM in_months
WHERE year IS NOT NULL;
COMMENT ON VIEW publication_dates IS 'one row per date of publication, printed or electronic, in full as PubMed fills it in';
COMMENT ON COLUMN publication_dates.pmid IS 'PubMed identifier';
COMMENT ON COLUMN publication_dates.medium IS 'issue or electronic';
COMMENT ON COLUMN publication_dates.date_seq IS '1-based place among the dates of its medium';
COMMENT ON COLUMN publication_dates.publication_date IS 'the day; the first of the month or year where no more is known';
