-- Changes by a new year's baseline: `lost` and `gained` citations (pmid, title, journal, year), and `year_change`, one
-- row of counts. Reads this database, the one of the year before, attached as `before`, and `deleted_pmids`.
-- A PMID from exports alone is not lost by NLM.
CREATE OR REPLACE TEMP VIEW old_citations AS
SELECT pmid, title, journal_title, pub_year, source_file FROM before.main.articles
UNION ALL
SELECT pmid, book_title AS title, NULL AS journal_title, NULL AS pub_year, source_file FROM before.main.books;

CREATE OR REPLACE TEMP VIEW new_citations AS
SELECT pmid, title, journal_title, pub_year FROM articles
UNION ALL
SELECT pmid, book_title AS title, NULL AS journal_title, NULL AS pub_year FROM books;

CREATE OR REPLACE TEMP TABLE lost AS
SELECT
    old_citations.pmid,
    old_citations.title,
    old_citations.journal_title,
    old_citations.pub_year,
    old_citations.pmid IN (SELECT deleted_pmids.pmid FROM deleted_pmids) AS is_listed_as_deleted
FROM old_citations
ANTI JOIN new_citations ON new_citations.pmid = old_citations.pmid;

CREATE OR REPLACE TEMP TABLE gained AS
SELECT new_citations.pmid, new_citations.title, new_citations.journal_title, new_citations.pub_year
FROM new_citations
ANTI JOIN old_citations ON old_citations.pmid = new_citations.pmid;

CREATE OR REPLACE TEMP VIEW year_change AS
SELECT
    (SELECT count(*) FROM old_citations) AS citations_before,
    (SELECT count(*) FROM new_citations) AS citations_now,
    (SELECT count(*) FROM lost) AS lost,
    (SELECT count(*) FROM lost WHERE lost.is_listed_as_deleted) AS lost_and_listed_as_deleted,
    (SELECT count(*) FROM lost WHERE NOT lost.is_listed_as_deleted) AS lost_unexplained,
    (SELECT count(*) FROM gained) AS gained;
