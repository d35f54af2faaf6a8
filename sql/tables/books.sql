CREATE TABLE books (
    "pmid" BIGINT,
    "version" INTEGER,
    "source_format" VARCHAR,
    "source_file" VARCHAR,
    "status" VARCHAR,
    "owner" VARCHAR,
    "date_created" DATE,
    "date_revised" DATE,
    "title" VARCHAR USING COMPRESSION zstd,
    "title_markup" VARCHAR,
    "title_book" VARCHAR,
    "title_part" VARCHAR,
    "title_sec" VARCHAR,
    "vernacular_title" VARCHAR,
    "vernacular_title_markup" VARCHAR,
    "book_title" VARCHAR,
    "book_title_markup" VARCHAR,
    "book_title_book" VARCHAR,
    "book_title_part" VARCHAR,
    "book_title_sec" VARCHAR,
    "collection_title" VARCHAR,
    "collection_title_markup" VARCHAR,
    "collection_title_book" VARCHAR,
    "collection_title_part" VARCHAR,
    "collection_title_sec" VARCHAR,
    "publisher" VARCHAR,
    "publisher_markup" VARCHAR,
    "publisher_location" VARCHAR,
    "pub_date" VARCHAR,
    "pub_year" INTEGER,
    "pub_month" INTEGER,
    "pub_day" INTEGER,
    "pub_season" VARCHAR,
    "medline_date" VARCHAR,
    "beginning_date" VARCHAR,
    "beginning_year" INTEGER,
    "beginning_month" INTEGER,
    "beginning_day" INTEGER,
    "beginning_season" VARCHAR,
    "ending_date" VARCHAR,
    "ending_year" INTEGER,
    "ending_month" INTEGER,
    "ending_day" INTEGER,
    "ending_season" VARCHAR,
    "contribution_date" VARCHAR,
    "contribution_year" INTEGER,
    "contribution_month" INTEGER,
    "contribution_day" INTEGER,
    "contribution_season" VARCHAR,
    "volume" VARCHAR,
    "volume_title" VARCHAR,
    "volume_title_markup" VARCHAR,
    "edition" VARCHAR,
    "isbns" VARCHAR[],
    "medium" VARCHAR,
    "report_number" VARCHAR,
    "medline_pgn" VARCHAR,
    "start_page" VARCHAR,
    "end_page" VARCHAR,
    "abstract" VARCHAR USING COMPRESSION zstd,
    "abstract_copyright" VARCHAR,
    "is_grant_list_complete" BOOLEAN,
    "citation_string" VARCHAR,
    "publication_status" VARCHAR,
    "doi" VARCHAR,
    "bookaccession" VARCHAR
);
COMMENT ON TABLE books IS 'one row per book or book chapter';
COMMENT ON COLUMN books."pmid" IS 'PubMed identifier of the book document [PMID, BookDocument/PMID]';
COMMENT ON COLUMN books."version" IS 'version of the document; NULL in MEDLINE text [BookDocument/PMID/@Version]';
COMMENT ON COLUMN books."source_format" IS 'format the row was read from: xml or medline';
COMMENT ON COLUMN books."source_file" IS 'file the row was read from; see source_files.name';
COMMENT ON COLUMN books."status" IS 'processing status, which MEDLINE text alone has [STAT]';
COMMENT ON COLUMN books."owner" IS 'organization that supplied the record, which MEDLINE text alone has [OWN]';
COMMENT ON COLUMN books."date_created" IS 'day the record was made, which MEDLINE text alone has [DA]';
COMMENT ON COLUMN books."date_revised" IS 'day of the last revision [DRDT LR, BookDocument/DateRevised]';
COMMENT ON COLUMN books."title" IS 'title of the chapter [TI, BookDocument/ArticleTitle]';
COMMENT ON COLUMN books."title_markup" IS 'inner XML of title; NULL where it has no markup [BookDocument/ArticleTitle]';
COMMENT ON COLUMN books."title_book" IS 'link of the title: book [BookDocument/ArticleTitle/@book]';
COMMENT ON COLUMN books."title_part" IS 'link of the title: part [BookDocument/ArticleTitle/@part]';
COMMENT ON COLUMN books."title_sec" IS 'link of the title: section [BookDocument/ArticleTitle/@sec]';
COMMENT ON COLUMN books."vernacular_title" IS 'title in the language of the text [TT, BookDocument/VernacularTitle]';
COMMENT ON COLUMN books."vernacular_title_markup" IS 'inner XML of vernacular_title; NULL where it has no markup [BookDocument/VernacularTitle]';
COMMENT ON COLUMN books."book_title" IS 'title of the book [BTI, BookDocument/Book/BookTitle]';
COMMENT ON COLUMN books."book_title_markup" IS 'inner XML of book_title; NULL where it has no markup [BookDocument/Book/BookTitle]';
COMMENT ON COLUMN books."book_title_book" IS 'link of the book title: book [BookDocument/Book/BookTitle/@book]';
COMMENT ON COLUMN books."book_title_part" IS 'link of the book title: part [BookDocument/Book/BookTitle/@part]';
COMMENT ON COLUMN books."book_title_sec" IS 'link of the book title: section [BookDocument/Book/BookTitle/@sec]';
COMMENT ON COLUMN books."collection_title" IS 'title of the collection [CTI, BookDocument/Book/CollectionTitle]';
COMMENT ON COLUMN books."collection_title_markup" IS 'inner XML of collection_title; NULL where it has no markup [BookDocument/Book/CollectionTitle]';
COMMENT ON COLUMN books."collection_title_book" IS 'link of the collection title: book [BookDocument/Book/CollectionTitle/@book]';
COMMENT ON COLUMN books."collection_title_part" IS 'link of the collection title: part [BookDocument/Book/CollectionTitle/@part]';
COMMENT ON COLUMN books."collection_title_sec" IS 'link of the collection title: section [BookDocument/Book/CollectionTitle/@sec]';
COMMENT ON COLUMN books."publisher" IS 'publisher [PB, BookDocument/Book/Publisher/PublisherName]';
COMMENT ON COLUMN books."publisher_markup" IS 'inner XML of publisher; NULL where it has no markup [BookDocument/Book/Publisher/PublisherName]';
COMMENT ON COLUMN books."publisher_location" IS 'place of the publisher [PL, BookDocument/Book/Publisher/PublisherLocation]';
COMMENT ON COLUMN books."pub_date" IS 'date of publication, as PubMed prints it [DP]';
COMMENT ON COLUMN books."pub_year" IS 'year of the date of publication, or the first year in medline_date [DP, BookDocument/Book/PubDate/Year]';
COMMENT ON COLUMN books."pub_month" IS 'month of the date of publication, 1 to 12 [DP, BookDocument/Book/PubDate/Month]';
COMMENT ON COLUMN books."pub_day" IS 'day of the date of publication [DP, BookDocument/Book/PubDate/Day]';
COMMENT ON COLUMN books."pub_season" IS 'season of the date of publication [DP, BookDocument/Book/PubDate/Season]';
COMMENT ON COLUMN books."medline_date" IS 'date of publication where it does not fit year, month, day [DP, BookDocument/Book/PubDate/MedlineDate]';
COMMENT ON COLUMN books."beginning_date" IS 'beginning date of the book, as PubMed prints it';
COMMENT ON COLUMN books."beginning_year" IS 'year of the beginning date of the book [BookDocument/Book/BeginningDate/Year]';
COMMENT ON COLUMN books."beginning_month" IS 'month of the beginning date of the book, 1 to 12 [BookDocument/Book/BeginningDate/Month]';
COMMENT ON COLUMN books."beginning_day" IS 'day of the beginning date of the book [BookDocument/Book/BeginningDate/Day]';
COMMENT ON COLUMN books."beginning_season" IS 'season of the beginning date of the book [BookDocument/Book/BeginningDate/Season]';
COMMENT ON COLUMN books."ending_date" IS 'ending date of the book, as PubMed prints it';
COMMENT ON COLUMN books."ending_year" IS 'year of the ending date of the book [BookDocument/Book/EndingDate/Year]';
COMMENT ON COLUMN books."ending_month" IS 'month of the ending date of the book, 1 to 12 [BookDocument/Book/EndingDate/Month]';
COMMENT ON COLUMN books."ending_day" IS 'day of the ending date of the book [BookDocument/Book/EndingDate/Day]';
COMMENT ON COLUMN books."ending_season" IS 'season of the ending date of the book [BookDocument/Book/EndingDate/Season]';
COMMENT ON COLUMN books."contribution_date" IS 'date of the contribution, as PubMed prints it [CTDT]';
COMMENT ON COLUMN books."contribution_year" IS 'year of the date of the contribution [CTDT, BookDocument/ContributionDate/Year]';
COMMENT ON COLUMN books."contribution_month" IS 'month of the date of the contribution, 1 to 12 [CTDT, BookDocument/ContributionDate/Month]';
COMMENT ON COLUMN books."contribution_day" IS 'day of the date of the contribution [CTDT, BookDocument/ContributionDate/Day]';
COMMENT ON COLUMN books."contribution_season" IS 'season of the date of the contribution [CTDT, BookDocument/ContributionDate/Season]';
COMMENT ON COLUMN books."volume" IS 'volume [VI, BookDocument/Book/Volume]';
COMMENT ON COLUMN books."volume_title" IS 'title of the volume [VTI, BookDocument/Book/VolumeTitle]';
COMMENT ON COLUMN books."volume_title_markup" IS 'inner XML of volume_title; NULL where it has no markup [BookDocument/Book/VolumeTitle]';
COMMENT ON COLUMN books."edition" IS 'edition [EN, BookDocument/Book/Edition]';
COMMENT ON COLUMN books."isbns" IS 'ISBNs [ISBN, BookDocument/Book/Isbn]';
COMMENT ON COLUMN books."medium" IS 'Internet … [BookDocument/Book/Medium]';
COMMENT ON COLUMN books."report_number" IS 'number of the report [BookDocument/Book/ReportNumber]';
COMMENT ON COLUMN books."medline_pgn" IS 'pages [PG, BookDocument/Pagination/MedlinePgn]';
COMMENT ON COLUMN books."start_page" IS 'first page; read from medline_pgn where not sent [BookDocument/Pagination/StartPage]';
COMMENT ON COLUMN books."end_page" IS 'last page; read from medline_pgn where not sent, in full; NULL where the pages are not one range [BookDocument/Pagination/EndPage]';
COMMENT ON COLUMN books."abstract" IS 'abstract, sections as ''LABEL: text'' joined with a blank [AB]';
COMMENT ON COLUMN books."abstract_copyright" IS 'copyright of the abstract [CI, BookDocument/Abstract/CopyrightInformation]';
COMMENT ON COLUMN books."is_grant_list_complete" IS 'whether all grants are listed [BookDocument/GrantList/@CompleteYN]';
COMMENT ON COLUMN books."citation_string" IS 'citation as printed (DTD of 2018) [BookDocument/CitationString]';
COMMENT ON COLUMN books."publication_status" IS 'ppublish, epublish … [PST, PubmedBookData/PublicationStatus]';
COMMENT ON COLUMN books."doi" IS 'DOI, without prefix: the first of article_ids that is one, else of elocation_ids [AID LID]';
COMMENT ON COLUMN books."bookaccession" IS 'NCBI Bookshelf accession: NBK1116, of article_ids [AID]';
