-- What a new year's baseline changed: `lost` and `gained` citations (pmid, title, journal, year), and `year_change`, one
-- row of counts. Reads this database, the one of the year before, attached as `before`, and `deleted_pmids`.
-- A PMID that exports alone had is no loss of NLM's.
CREATE OR REPLACE TEMP VIEW had AS
SELECT pmid, title, journal_title, pub_year, source_file FROM before.main.articles
UNION ALL
SELECT pmid, book_title AS title, NULL AS journal_title, NULL AS pub_year, source_file FROM before.main.books;

CREATE OR REPLACE TEMP VIEW have AS
SELECT pmid, title, journal_title, pub_year FROM articles
UNION ALL
SELECT pmid, book_title AS title, NULL AS journal_title, NULL AS pub_year FROM books;

CREATE OR REPLACE TEMP TABLE lost AS
SELECT
    had.pmid,
    had.title,
    had.journal_title,
    had.pub_year,
    had.pmid IN (SELECT deleted_pmids.pmid FROM deleted_pmids) AS is_listed_as_deleted
FROM had
ANTI JOIN have ON have.pmid = had.pmid;

CREATE OR REPLACE TEMP TABLE gained AS
SELECT have.pmid, have.title, have.journal_title, have.pub_year
FROM have
ANTI JOIN had ON had.pmid = have.pmid;

CREATE OR REPLACE TEMP VIEW year_change AS
SELECT
    (SELECT count(*) FROM had) AS citations_before,
    (SELECT count(*) FROM have) AS citations_now,
    (SELECT count(*) FROM lost) AS lost,
    (SELECT count(*) FROM lost WHERE lost.is_listed_as_deleted) AS lost_and_listed_as_deleted,
    (SELECT count(*) FROM lost WHERE NOT lost.is_listed_as_deleted) AS lost_unexplained,
    (SELECT count(*) FROM gained) AS gained;
