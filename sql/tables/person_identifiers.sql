CREATE TABLE person_identifiers (
    "pmid" BIGINT,
    "version" INTEGER,
    "role" VARCHAR,
    "person_seq" INTEGER,
    "affiliation_seq" INTEGER,
    "identifier_seq" INTEGER,
    "source" VARCHAR,
    "identifier" VARCHAR
);
COMMENT ON TABLE person_identifiers IS 'one row per identifier of an author or investigator, or of one of their affiliations';
COMMENT ON COLUMN person_identifiers."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN person_identifiers."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN person_identifiers."role" IS 'author or investigator';
COMMENT ON COLUMN person_identifiers."person_seq" IS 'authors.author_seq or investigators.investigator_seq';
COMMENT ON COLUMN person_identifiers."affiliation_seq" IS 'the affiliation it identifies; NULL = the person''s own';
COMMENT ON COLUMN person_identifiers."identifier_seq" IS '1-based position under its person or affiliation';
COMMENT ON COLUMN person_identifiers."source" IS 'who gave it: ORCID, ISNI, GRID, RINGGOLD … [AUID, @Source]';
COMMENT ON COLUMN person_identifiers."identifier" IS 'identifier as sent';
