-- Returns: VARCHAR, where an article appeared, as SO prints it; NULL for books, which have no SO.
-- Reads: articles, article_dates
--
-- The date is that of the issue, or the electronic one where the article has no print, and the other of the two follows
-- as Epub, eCollection or Print. The item id (pii) stands where there are no pages. MEDLINE text does not tell pub_model,
-- so that for its rows eCollection cannot be known; PubMed itself printed SO in other ways before (tests/test_views_real.py).
-- The inner columns are renamed so that `pmid` as an argument means the caller's.
CREATE OR REPLACE MACRO citation(of_pmid) AS (
    SELECT concat(
        ta || '. ',
        CASE WHEN is_print THEN printed ELSE coalesce(electronic, printed) END,
        CASE WHEN coalesce(in_volume, in_issue) IS NOT NULL THEN ';' END,
        in_volume,
        '(' || in_issue || ')',
        ':' || on_pages,
        '.',
        CASE WHEN on_pages IS NULL THEN ' pii: ' || item || '.' END,
        ' doi: ' || link || '.',
        CASE
            WHEN is_print THEN ' Epub ' || electronic || '.'
            WHEN model = 'Electronic-eCollection' AND electronic IS NOT NULL THEN ' eCollection ' || printed || '.'
            WHEN model = 'Electronic-Print' AND electronic IS NOT NULL THEN ' Print ' || printed || '.'
        END
    )
    FROM (
        SELECT
            articles.pmid AS of_article,
            articles.medline_ta AS ta,
            articles.volume AS in_volume,
            articles.issue AS in_issue,
            articles.medline_pgn AS on_pages,
            articles.pii AS item,
            articles.doi AS link,
            articles.pub_model AS model,
            coalesce(articles.publication_status = 'ppublish', FALSE) AS is_print,
            articles.pub_date AS printed,
            strftime(article_dates.article_date, '%Y %b %-d') AS electronic
        FROM articles
        LEFT JOIN article_dates ON article_dates.pmid = articles.pmid AND article_dates.article_date_seq = 1
    ) AS appeared
    WHERE of_article = of_pmid
);
COMMENT ON MACRO citation IS 'citation(pmid): where an article appeared, as MEDLINE prints it in SO: ''Norl J Velmo. 2002 Nov;9(6):557-63. doi: 10.5555/9900001.2002.1.''. SELECT citation(pmid), title FROM articles';
