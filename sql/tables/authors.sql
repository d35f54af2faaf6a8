CREATE TABLE authors (
    "pmid" BIGINT,
    "version" INTEGER,
    "author_seq" INTEGER,
    "list_parent" VARCHAR,
    "list_type" VARCHAR,
    "is_list_complete" BOOLEAN,
    "last_name" VARCHAR,
    "fore_name" VARCHAR,
    "initials" VARCHAR,
    "suffix" VARCHAR,
    "suffix_markup" VARCHAR,
    "collective_name" VARCHAR,
    "collective_name_markup" VARCHAR,
    "investigators" VARCHAR,
    "is_valid" BOOLEAN,
    "is_equal_contrib" BOOLEAN,
    "orcid" VARCHAR
);
COMMENT ON TABLE authors IS 'one row per author, editor or group';
COMMENT ON COLUMN authors."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN authors."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN authors."author_seq" IS '1-based position, over all lists of the record';
COMMENT ON COLUMN authors."list_parent" IS 'element that holds the list: Article, BookDocument or Book';
COMMENT ON COLUMN authors."list_type" IS 'authors or editors, where said [FED ED, ../@Type]';
COMMENT ON COLUMN authors."is_list_complete" IS 'whether all authors are listed [../@CompleteYN]';
COMMENT ON COLUMN authors."last_name" IS 'family name, or the only name [FAU AU FED ED, LastName]';
COMMENT ON COLUMN authors."fore_name" IS 'given names [FAU FED, ForeName]';
COMMENT ON COLUMN authors."initials" IS 'initials of the given names [AU ED, Initials]';
COMMENT ON COLUMN authors."suffix" IS 'Jr, 2nd … [AU ED, Suffix]';
COMMENT ON COLUMN authors."suffix_markup" IS 'inner XML of suffix; NULL where it has no markup [Suffix]';
COMMENT ON COLUMN authors."collective_name" IS 'name of a group [CN, CollectiveName]';
COMMENT ON COLUMN authors."collective_name_markup" IS 'inner XML of collective_name; NULL where it has no markup [CollectiveName]';
COMMENT ON COLUMN authors."investigators" IS 'investigators.list_id of the group''s members [CollectiveName/@Investigators]';
COMMENT ON COLUMN authors."is_valid" IS 'N: the name was wrong and stays on record [@ValidYN]';
COMMENT ON COLUMN authors."is_equal_contrib" IS 'whether marked as contributing equally [@EqualContrib]';
COMMENT ON COLUMN authors."orcid" IS 'ORCID, as 0000-0001-2345-6789, where person_identifiers has one [AUID]';
