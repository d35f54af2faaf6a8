-- Returns: VARCHAR, where an article appeared, as SO prints it; NULL for books, which have no SO.
-- Reads: articles, article_dates, elocation_ids
--
-- The date is that of the issue, or the electronic one where the article has no print, and the other of the two follows
-- as Epub, eCollection or Print. The item id (pii) stands where there are no pages. MEDLINE text does not tell pub_model,
-- so that for its rows eCollection cannot be known; and exports before some 2017 print a DOI only if LID has it.
-- The inner columns are renamed so that `pmid` as an argument means the caller's.
CREATE OR REPLACE MACRO citation(of_pmid) AS (
    SELECT concat(
        ta || '. ', issued, if(coalesce(volume, issue) IS NULL, NULL, ';'), volume, '(' || issue || ')', ':' || pages, '.',
        if(pages IS NULL, ' pii: ' || item || '.', NULL),
        ' doi: ' || doi || '.',
        CASE
            WHEN issued = electronic AND model = 'Electronic-eCollection' THEN ' eCollection ' || printed || '.'
            WHEN issued = electronic AND model = 'Electronic-Print' THEN ' Print ' || printed || '.'
            WHEN issued <> electronic AND publication_status = 'ppublish' THEN ' Epub ' || electronic || '.'
        END
    )
    FROM (
        SELECT
            articles.pmid AS of_article,
            articles.medline_ta AS ta,
            articles.volume,
            articles.issue,
            articles.medline_pgn AS pages,
            articles.doi,
            articles.pub_model AS model,
            articles.publication_status,
            articles.pub_date AS printed,
            dated.electronic,
            if(articles.publication_status = 'ppublish', NULL, dated.electronic) AS first_seen,
            coalesce(first_seen, printed) AS issued,
            (
                SELECT min_by(elocation_ids.elocation_id, elocation_ids.elocation_id_seq)
                FROM elocation_ids
                WHERE elocation_ids.pmid = articles.pmid AND elocation_ids.elocation_type = 'pii'
            ) AS item
        FROM articles, LATERAL (
            SELECT min_by(strftime(article_dates.article_date, '%Y %b %-d'), article_dates.article_date_seq) AS electronic
            FROM article_dates
            WHERE article_dates.pmid = articles.pmid
        ) AS dated
    ) AS printed_article
    WHERE of_article = of_pmid
);
COMMENT ON MACRO citation IS 'citation(pmid): where an article appeared, as MEDLINE prints it in SO: ''Eur J Neurol. 2002 Nov;9(6):557-63. doi: 10.1046/j.1468-1331.2002.00449.x.''. SELECT citation(pmid), title FROM articles';
