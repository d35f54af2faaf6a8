-- Returns: VARCHAR, the pages of an article as MEDLINE prints them, else its article number; NULL where it has neither.
-- Reads: articles, elocation_ids
--
-- An article number is an ELocationID: one without type (MEDLINE text prints `LID - e80092`), or the publisher's item id
-- (pii) of an article that has a volume; without a volume that id is of a manuscript. A DOI is not an article number.
-- etl/medline/outputs/export/source.py does the same for exports, which also read versions without this macro; tests hold
-- both equal.
-- The inner columns are renamed so that `pmid` as an argument means the caller's.
CREATE OR REPLACE MACRO locator(of_pmid) AS (
    SELECT coalesce(on_pages, article_number)
    FROM (
        SELECT
            articles.pmid AS of_article,
            coalesce(
                CASE WHEN regexp_matches(articles.medline_pgn, '\S') THEN articles.medline_pgn END,
                nullif(
                    concat_ws(
                        '-',
                        CASE WHEN regexp_matches(articles.start_page, '\S') THEN articles.start_page END,
                        CASE WHEN regexp_matches(articles.end_page, '\S') THEN articles.end_page END
                    ),
                    ''
                )
            ) AS on_pages,
            (
                SELECT arg_min(
                    elocation_ids.elocation_id,
                    elocation_ids.elocation_id_seq + CASE WHEN elocation_ids.elocation_type IS NULL THEN 0 ELSE 1000000 END
                )
                FROM elocation_ids
                WHERE elocation_ids.pmid = articles.pmid
                    AND elocation_ids.is_valid IS DISTINCT FROM FALSE
                    AND elocation_ids.elocation_id <> ''
                    AND NOT regexp_matches(elocation_ids.elocation_id, '^10\.[0-9]+/')
                    AND (
                        elocation_ids.elocation_type IS NULL
                        OR elocation_ids.elocation_type = 'pii' AND articles.volume <> ''
                    )
            ) AS article_number
        FROM articles
    ) AS located
    WHERE of_article = of_pmid
);
COMMENT ON MACRO locator IS 'locator(pmid): the pages of an article as MEDLINE prints them, else its article number: ''557-63'', ''e80092''. SELECT locator(pmid), title FROM articles';
