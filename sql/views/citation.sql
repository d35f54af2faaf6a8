-- Returns: VARCHAR, the source of an article, as SO prints it today; NULL for books, which have no SO.
-- Reads: articles, article_dates, elocation_ids, history, publication_types, locator
--
-- The date is that of the issue, or the electronic one where the article appeared electronically first; the other of the
-- two follows as Epub, eCollection or Print. Pages are those of `locator`; without a volume the publisher's item id
-- replaces them, or follows as `pii: …` where it is not an ELocationID. PubMed has printed other forms
-- (tests/warehouse/test_views_real.py).
-- MEDLINE text does not print pub_model: there the history tells an ecollection or print date, which exports printed
-- until 2016, with other dates, none with a time; later exports print none of them, and two dates of an article in PMC,
-- which has the collections, mean eCollection.
-- etl/medline/outputs/export/source.py does the same for exports, which also read versions with other macros; tests hold
-- both equal.
-- The inner columns are renamed so that `pmid` as an argument means the caller's.
CREATE OR REPLACE MACRO citation(of_pmid) AS (
    SELECT
        nullif(
            concat_ws(
                ' ',
                ta || CASE WHEN is_preprint THEN ' [Preprint].' ELSE '.' END,
                nullif(
                    concat(
                        concat_ws(
                            ';',
                            CASE WHEN is_electronic_first THEN electronic ELSE printed END,
                            nullif(concat(in_volume, '(' || in_issue || ')'), '')
                        ),
                        ':' || on_pages
                    ),
                    ''
                ) || '.',
                CASE WHEN on_pages IS NULL THEN 'pii: ' || other_item || '.' END,
                'doi: ' || link || '.',
                CASE
                    WHEN is_electronic_first THEN nullif(split_part(model, '-', 2), '') || ' ' || printed || '.'
                    WHEN model = 'Print-Electronic' AND is_issued THEN 'Epub ' || electronic || '.'
                END
            ),
            ''
        )
    FROM (
        SELECT
            *,
            coalesce(starts_with(model, 'Electronic') AND electronic IS NOT NULL, FALSE) AS is_electronic_first
        FROM (
            SELECT
                *,
                CASE
                    WHEN stated_model <> '' THEN stated_model
                    WHEN status = 'ppublish' THEN 'Print-Electronic'
                    WHEN status = 'epublish' AND electronic = printed THEN 'Electronic'
                    WHEN status = 'epublish' AND is_collected THEN 'Electronic-eCollection'
                    WHEN status = 'epublish' AND is_printed THEN 'Electronic-Print'
                    WHEN status = 'epublish' AND (has_all_dates OR NOT is_in_pmc) THEN 'Electronic'
                    WHEN status = 'epublish' THEN 'Electronic-eCollection'
                    WHEN status IS NULL AND regexp_full_match(printed, '[0-9]{4}') THEN 'Electronic'
                    WHEN status IS NULL THEN 'Print-Electronic'
                END AS model
            FROM (
                SELECT
                    articles.pmid AS of_article,
                    rtrim(
                        coalesce(
                            nullif(articles.medline_ta, ''),
                            nullif(articles.iso_abbreviation, ''),
                            nullif(articles.journal_title, '')
                        ),
                        '.'
                    ) AS ta,
                    nullif(articles.volume, '') AS in_volume,
                    nullif(articles.issue, '') AS in_issue,
                    coalesce(locator(articles.pmid), item.item_id) AS on_pages,
                    nullif(articles.pii, '') AS other_item,
                    nullif(articles.doi, '') AS link,
                    articles.pub_model AS stated_model,
                    nullif(articles.publication_status, '') AS status,
                    coalesce(articles.publication_status <> 'aheadofprint', TRUE) AS is_issued,
                    nullif(articles.pub_date, '') AS printed,
                    coalesce(articles.pmc <> '', FALSE) AS is_in_pmc,
                    appeared.electronic,
                    coalesce(happened.is_collected, FALSE) AS is_collected,
                    coalesce(happened.is_printed, FALSE) AS is_printed,
                    coalesce(happened.has_all_dates, FALSE) AS has_all_dates,
                    coalesce(preprints.is_preprint, FALSE) AS is_preprint
                FROM articles
                LEFT JOIN (
                    SELECT
                        article_dates.pmid,
                        nullif(
                            concat_ws(
                                ' ',
                                article_dates.year,
                                strftime(make_date(2000, article_dates.month, 1), '%b'),
                                article_dates.day
                            ),
                            ''
                        ) AS electronic
                    FROM article_dates
                    WHERE article_dates.article_date_seq = 1
                ) AS appeared ON appeared.pmid = articles.pmid
                LEFT JOIN (
                    SELECT
                        elocation_ids.pmid,
                        arg_min(elocation_ids.elocation_id, elocation_ids.elocation_id_seq) AS item_id
                    FROM elocation_ids
                    WHERE elocation_ids.elocation_type = 'pii'
                        AND elocation_ids.is_valid IS DISTINCT FROM FALSE
                        AND elocation_ids.elocation_id <> ''
                        AND NOT regexp_matches(elocation_ids.elocation_id, '^10\.[0-9]+/')
                    GROUP BY elocation_ids.pmid
                ) AS item ON item.pmid = articles.pmid
                LEFT JOIN (
                    SELECT
                        history.pmid,
                        bool_or(history.pub_status = 'ecollection') AS is_collected,
                        bool_or(history.pub_status = 'ppublish') AS is_printed,
                        bool_or(
                            history.pub_status IN ('aheadofprint', 'epublish')
                            OR history.hour IS NULL
                            AND history.pub_status NOT IN ('pubmed', 'medline', 'entrez', 'pmc-release')
                        ) AS has_all_dates
                    FROM history
                    GROUP BY history.pmid
                ) AS happened ON happened.pmid = articles.pmid
                LEFT JOIN (
                    SELECT DISTINCT
                        publication_types.pmid,
                        TRUE AS is_preprint
                    FROM publication_types
                    WHERE publication_types.publication_type = 'Preprint'
                ) AS preprints ON preprints.pmid = articles.pmid
            ) AS known
        ) AS modelled
    ) AS dated
    WHERE of_article = of_pmid
);
COMMENT ON MACRO citation IS 'citation(pmid): the source of an article, as MEDLINE prints it in SO: ''Norl J Velmo. 2002 Nov;9(6):557-63. doi: 10.5555/9900001.2002.1.''. SELECT citation(pmid), title FROM articles';
