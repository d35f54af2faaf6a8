CREATE TABLE articles (
    "pmid" BIGINT,
    "version" INTEGER,
    "source_format" VARCHAR,
    "source_file" VARCHAR,
    "status" VARCHAR,
    "owner" VARCHAR,
    "indexing_method" VARCHAR,
    "version_id" VARCHAR,
    "version_date" DATE,
    "date_created" DATE,
    "date_completed" DATE,
    "date_revised" DATE,
    "pub_model" VARCHAR,
    "cited_medium" VARCHAR,
    "volume" VARCHAR,
    "issue" VARCHAR,
    "pub_date" VARCHAR,
    "pub_year" INTEGER,
    "pub_month" INTEGER,
    "pub_day" INTEGER,
    "pub_season" VARCHAR,
    "medline_date" VARCHAR,
    "title" VARCHAR USING COMPRESSION zstd,
    "title_markup" VARCHAR,
    "title_book" VARCHAR,
    "title_part" VARCHAR,
    "title_sec" VARCHAR,
    "vernacular_title" VARCHAR,
    "vernacular_title_markup" VARCHAR,
    "medline_pgn" VARCHAR,
    "start_page" VARCHAR,
    "end_page" VARCHAR,
    "abstract" VARCHAR USING COMPRESSION zstd,
    "abstract_copyright" VARCHAR,
    "is_author_list_complete" BOOLEAN,
    "is_data_bank_list_complete" BOOLEAN,
    "is_grant_list_complete" BOOLEAN,
    "number_of_references" INTEGER,
    "coi_statement" VARCHAR,
    "coi_statement_markup" VARCHAR,
    "publication_status" VARCHAR,
    "nlm_unique_id" VARCHAR,
    "medline_ta" VARCHAR,
    "journal_title" VARCHAR,
    "iso_abbreviation" VARCHAR,
    "issn_linking" VARCHAR,
    "country" VARCHAR,
    "doi" VARCHAR,
    "pmc" VARCHAR,
    "pii" VARCHAR,
    "has_abstract" BOOLEAN
);
COMMENT ON TABLE articles IS 'one row per citation';
COMMENT ON COLUMN articles."pmid" IS 'PubMed identifier of the citation [PMID, MedlineCitation/PMID]';
COMMENT ON COLUMN articles."version" IS 'version of the citation; NULL in MEDLINE text [MedlineCitation/PMID/@Version]';
COMMENT ON COLUMN articles."source_format" IS 'format the row was read from: xml or medline';
COMMENT ON COLUMN articles."source_file" IS 'file the row was read from; see source_files.name';
COMMENT ON COLUMN articles."status" IS 'processing status: MEDLINE, In-Process, Publisher … [STAT, MedlineCitation/@Status]';
COMMENT ON COLUMN articles."owner" IS 'organization that supplied the citation: NLM, NASA, PIP, KIE … [OWN, MedlineCitation/@Owner]';
COMMENT ON COLUMN articles."indexing_method" IS 'how MeSH was assigned: Curated, Automated; absent = by hand [MedlineCitation/@IndexingMethod]';
COMMENT ON COLUMN articles."version_id" IS 'publisher''s name of the version [MedlineCitation/@VersionID]';
COMMENT ON COLUMN articles."version_date" IS 'day of the version [MedlineCitation/@VersionDate]';
COMMENT ON COLUMN articles."date_created" IS 'day the record was made (files before 2018) [DA, MedlineCitation/DateCreated]';
COMMENT ON COLUMN articles."date_completed" IS 'day MEDLINE processing ended [DCOM, MedlineCitation/DateCompleted]';
COMMENT ON COLUMN articles."date_revised" IS 'day of the last revision [LR, MedlineCitation/DateRevised]';
COMMENT ON COLUMN articles."pub_model" IS 'medium of publication: Print, Electronic, Print-Electronic … [PUBM, MedlineCitation/Article/@PubModel]';
COMMENT ON COLUMN articles."cited_medium" IS 'medium that was cited: Internet or Print [MedlineCitation/Article/Journal/JournalIssue/@CitedMedium]';
COMMENT ON COLUMN articles."volume" IS 'volume of the journal [VI, MedlineCitation/Article/Journal/JournalIssue/Volume]';
COMMENT ON COLUMN articles."issue" IS 'issue, part or supplement [IP, MedlineCitation/Article/Journal/JournalIssue/Issue]';
COMMENT ON COLUMN articles."pub_date" IS 'date of the issue, as PubMed prints it [DP]';
COMMENT ON COLUMN articles."pub_year" IS 'year of the date of the issue, or the first year in medline_date [DP, MedlineCitation/Article/Journal/JournalIssue/PubDate/Year]';
COMMENT ON COLUMN articles."pub_month" IS 'month of the date of the issue, 1 to 12 [DP, MedlineCitation/Article/Journal/JournalIssue/PubDate/Month]';
COMMENT ON COLUMN articles."pub_day" IS 'day of the date of the issue [DP, MedlineCitation/Article/Journal/JournalIssue/PubDate/Day]';
COMMENT ON COLUMN articles."pub_season" IS 'season of the date of the issue [DP, MedlineCitation/Article/Journal/JournalIssue/PubDate/Season]';
COMMENT ON COLUMN articles."medline_date" IS 'date of the issue where it does not fit year, month, day: ''1998 Dec-1999 Jan'' [DP, MedlineCitation/Article/Journal/JournalIssue/PubDate/MedlineDate]';
COMMENT ON COLUMN articles."title" IS 'title, in English; translated ones stand in brackets [TI, MedlineCitation/Article/ArticleTitle]';
COMMENT ON COLUMN articles."title_markup" IS 'inner XML of title; NULL where it has no markup [MedlineCitation/Article/ArticleTitle]';
COMMENT ON COLUMN articles."title_book" IS 'link of the title into a book [MedlineCitation/Article/ArticleTitle/@book]';
COMMENT ON COLUMN articles."title_part" IS 'link of the title into a part of a book [MedlineCitation/Article/ArticleTitle/@part]';
COMMENT ON COLUMN articles."title_sec" IS 'link of the title into a section of a book [MedlineCitation/Article/ArticleTitle/@sec]';
COMMENT ON COLUMN articles."vernacular_title" IS 'title in the language of the article [TT, MedlineCitation/Article/VernacularTitle]';
COMMENT ON COLUMN articles."vernacular_title_markup" IS 'inner XML of vernacular_title; NULL where it has no markup [MedlineCitation/Article/VernacularTitle]';
COMMENT ON COLUMN articles."medline_pgn" IS 'pages as MEDLINE prints them: ''557-63'' [PG, MedlineCitation/Article/Pagination/MedlinePgn]';
COMMENT ON COLUMN articles."start_page" IS 'first page; read from medline_pgn where not sent [MedlineCitation/Article/Pagination/StartPage]';
COMMENT ON COLUMN articles."end_page" IS 'last page; read from medline_pgn where not sent, in full: ''563''; NULL where the pages are not one range [MedlineCitation/Article/Pagination/EndPage]';
COMMENT ON COLUMN articles."abstract" IS 'the article''s own abstract, sections as ''LABEL: text'' joined with a blank [AB]';
COMMENT ON COLUMN articles."abstract_copyright" IS 'copyright of the abstract [CI, MedlineCitation/Article/Abstract/CopyrightInformation]';
COMMENT ON COLUMN articles."is_author_list_complete" IS 'whether all authors are listed [MedlineCitation/Article/AuthorList/@CompleteYN]';
COMMENT ON COLUMN articles."is_data_bank_list_complete" IS 'whether all accessions are listed [MedlineCitation/Article/DataBankList/@CompleteYN]';
COMMENT ON COLUMN articles."is_grant_list_complete" IS 'whether all grants are listed [MedlineCitation/Article/GrantList/@CompleteYN]';
COMMENT ON COLUMN articles."number_of_references" IS 'references of a review (until 2010) [RF, MedlineCitation/NumberOfReferences]';
COMMENT ON COLUMN articles."coi_statement" IS 'conflict of interest statement [COIS COI, MedlineCitation/CoiStatement]';
COMMENT ON COLUMN articles."coi_statement_markup" IS 'inner XML of coi_statement; NULL where it has no markup [MedlineCitation/CoiStatement]';
COMMENT ON COLUMN articles."publication_status" IS 'ppublish, epublish or aheadofprint [PST, PubmedData/PublicationStatus]';
COMMENT ON COLUMN articles."nlm_unique_id" IS 'NLM''s identifier of the journal [JID, MedlineCitation/MedlineJournalInfo/NlmUniqueID]';
COMMENT ON COLUMN articles."medline_ta" IS 'journal title as MEDLINE abbreviates it [TA, MedlineCitation/MedlineJournalInfo/MedlineTA]';
COMMENT ON COLUMN articles."journal_title" IS 'journal title in full [JT, MedlineCitation/Article/Journal/Title]';
COMMENT ON COLUMN articles."iso_abbreviation" IS 'journal title as ISO 4 abbreviates it [MedlineCitation/Article/Journal/ISOAbbreviation]';
COMMENT ON COLUMN articles."issn_linking" IS 'ISSN that links the media of a journal [IS, MedlineCitation/MedlineJournalInfo/ISSNLinking]';
COMMENT ON COLUMN articles."country" IS 'country of the journal [PL, MedlineCitation/MedlineJournalInfo/Country]';
COMMENT ON COLUMN articles."doi" IS 'DOI, without prefix: the first of article_ids that is one, else of elocation_ids [AID LID]';
COMMENT ON COLUMN articles."pmc" IS 'PubMed Central id, of article_ids [PMC]';
COMMENT ON COLUMN articles."pii" IS 'publisher''s item id: the first of article_ids, else of elocation_ids [AID LID]';
COMMENT ON COLUMN articles."has_abstract" IS 'whether there is an abstract, at less cost than abstract IS NOT NULL';
