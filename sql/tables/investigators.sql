CREATE TABLE investigators (
    "pmid" BIGINT,
    "version" INTEGER,
    "investigator_seq" INTEGER,
    "list_parent" VARCHAR,
    "list_id" VARCHAR,
    "last_name" VARCHAR,
    "fore_name" VARCHAR,
    "initials" VARCHAR,
    "suffix" VARCHAR,
    "suffix_markup" VARCHAR,
    "is_valid" BOOLEAN,
    "orcid" VARCHAR
);
COMMENT ON TABLE investigators IS 'one row per investigator or collaborator';
COMMENT ON COLUMN investigators."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN investigators."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN investigators."investigator_seq" IS '1-based position, over all lists of the record';
COMMENT ON COLUMN investigators."list_parent" IS 'element that holds the list: MedlineCitation, BookDocument or Book';
COMMENT ON COLUMN investigators."list_id" IS 'id of the list; see authors.investigators [../@ID]';
COMMENT ON COLUMN investigators."last_name" IS 'family name [FIR IR, LastName]';
COMMENT ON COLUMN investigators."fore_name" IS 'given names [FIR, ForeName]';
COMMENT ON COLUMN investigators."initials" IS 'initials of the given names [IR, Initials]';
COMMENT ON COLUMN investigators."suffix" IS 'Jr, 2nd … [IR, Suffix]';
COMMENT ON COLUMN investigators."suffix_markup" IS 'inner XML of suffix; NULL where it has no markup [Suffix]';
COMMENT ON COLUMN investigators."is_valid" IS 'N: the name was wrong and stays on record [@ValidYN]';
COMMENT ON COLUMN investigators."orcid" IS 'ORCID, as 0000-0001-2345-6789, where person_identifiers has one';
