"""Every table and column of the warehouse, declared once.

The plan of the readers (`parse.xml.paths`), the Arrow and Parquet schemas, the DuckDB DDL with its comments, the data
dictionary and the uniqueness checks (`medline.render`) all come from `TABLES`. To add a column, add a line here and run
`make render`.

How to read a line:  Column(name, type, path, tag, description)

    path  relative to the table's row element, in the words of NLM's DTD: `Grant/Agency` an element's text, `@Owner` an
          attribute, `.` the row element's own text, `../@Owner` something of the list around the row. On an ORDINAL `.`
          counts the rows, `..` counts the lists around them, and no path repeats the ordinal of the row around this one.
    tag   of the MEDLINE text format, several parted by blanks; None where that format does not have the value.
    MIXED text may hold inline tags (b i sup sub u mml:math DispFormula): it makes two columns, the plain text and
          `<name>_markup`, the inner XML, which is NULL where there is no markup.
    derive  names a function of `medline.parse.derive` that fills the column where the path gave nothing: see
          docs/contribute/recipes.md.
    sql   an expression of other columns of the row, which the database stores and the lake does not have; such lines
          come last.

NULL means absent in the source; present but empty is ''. Blanks that only lay out an XML file (`values.fold_layout`) are
no part of a value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple


@dataclass(frozen=True, eq=False)
class Type:
    """A column type in each of its targets; `read` names the function of `parse.values` that makes the value."""

    arrow: str
    duckdb: str
    read: str


TEXT = Type("string", "VARCHAR", "read_text")
MIXED = Type("string", "VARCHAR", "read_text")
TEXTS = Type("list<string>", "VARCHAR[]", "read_texts")
BIGINT = Type("int64", "BIGINT", "read_integer")
INTEGER = Type("int32", "INTEGER", "read_integer")
MONTH = Type("int32", "INTEGER", "read_month")
BOOLEAN = Type("bool", "BOOLEAN", "read_boolean")
DATE = Type("date32", "DATE", "read_date")
TIMESTAMP = Type("timestamp[us]", "TIMESTAMP", "")  # derived, never read
SECONDS = Type("float64", "DOUBLE", "")  # made here, never read
ORDINAL = Type("int32", "INTEGER", "read_integer")
ORDINAL_PATH = Type("string", "VARCHAR", "read_text")
COUNTS = Type("map<string, int64>", "MAP(VARCHAR, BIGINT)", "")  # made here, never read

DATE_PARTS = ("Year", "Month", "Day")


class Column(NamedTuple):
    """One column: see the module's docstring."""

    name: str
    type: Type
    path: str | None
    tag: str | None
    description: str
    derive: str | None = None
    of: tuple[str, ...] = ()
    sql: str | None = None


class At(str):
    """A column's path on one row path only, where the DTD changed: `Author/Affiliation` was without AffiliationInfo once."""


@dataclass(frozen=True, eq=False)
class Table:
    """One table: its grain, the DTD paths of its rows (with the values each path fixes), its key and its columns.

    `columns` are those of the lake; `computed` those that only the database has. `rows` maps each row path to the values
    it fixes. `Section+` in a path is an element that nests in itself.
    `key` lists what makes a row unique beyond pmid and version. `of_citation`: the rows belong to a citation, and begin
    with pmid and version. `in_lake`: false for what is made in the database. `in_vocabulary`: rows of NLM's MeSH files, whose
    paths are those of the four DTDs of MeSH. `outer` tables keep one row for a list that has values
    but no items (a DataBank without accessions); elsewhere such values go to `anomalies`.
    """

    name: str
    description: str
    rows: MappingProxyType[str, dict[str, str]]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    outer: bool = False
    of_citation: bool = True
    in_lake: bool = True
    in_vocabulary: bool = False
    computed: tuple[Column, ...] = ()
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {column.name: column for column in self.columns})

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that the database has."""
        return self.columns + self.computed


PMID = Column("pmid", BIGINT, None, "PMID", "PubMed identifier of the record")
VERSION = Column("version", INTEGER, None, None, "version of the record (PMID/@Version); NULL in MEDLINE text")


def _table(name: str, description: str, rows: dict | tuple | str, key: str, *columns: Column, **options) -> Table:
    if isinstance(rows, str):
        rows = (rows,)
    if not isinstance(rows, dict):
        rows = {path: {} for path in rows}
    of_citation = options.get("of_citation", True)
    given = {column.name for column in columns}
    prefix = tuple(column for column in (PMID, VERSION) if of_citation and column.name not in given)
    read = tuple(_with_markup(tuple(column for column in columns if not column.sql)))
    options["computed"] = tuple(column for column in columns if column.sql)
    return Table(name, description, MappingProxyType(rows), tuple(key.split()), (*prefix, *read), **options)


def _with_markup(columns: tuple[Column, ...]):
    for column in columns:
        yield column
        if column.type is MIXED:
            description = f"inner XML of {column.name}; NULL where it has no markup"
            yield Column(f"{column.name}_markup", TEXT, column.path and f"{column.path}#markup", None, description)


ARTICLE = "PubmedArticle/MedlineCitation/Article"
CITATION = "PubmedArticle/MedlineCitation"
DATA = "PubmedArticle/PubmedData"
BOOK_DOCUMENT = "PubmedBookArticle/BookDocument"
BOOK = f"{BOOK_DOCUMENT}/Book"
BOOK_DATA = "PubmedBookArticle/PubmedBookData"

#: tags whose own name is the type of link, and tags of one event each beside PHST
LINKS = "CIN CON EIN EFR RIN ROF RPI RPF RRI RRF CRI CRF UIN UOF ECI ECF ORI SPIN DDIN DRIN PRIN PROF"
EVENTS = "PHST EDAT MHDA CRDT CDAT PMCR"

AUTHOR_LISTS = {
    f"{ARTICLE}/AuthorList": {"list_parent": "Article"},
    f"{BOOK_DOCUMENT}/AuthorList": {"list_parent": "BookDocument"},
    f"{BOOK}/AuthorList": {"list_parent": "Book"},
}
INVESTIGATOR_LISTS = {
    f"{CITATION}/InvestigatorList": {"list_parent": "MedlineCitation"},
    f"{BOOK_DOCUMENT}/InvestigatorList": {"list_parent": "BookDocument"},
    f"{BOOK}/InvestigatorList": {"list_parent": "Book"},
}
AUTHORS = [f"{path}/Author" for path in AUTHOR_LISTS]
INVESTIGATORS = [f"{path}/Investigator" for path in INVESTIGATOR_LISTS]


def _under(paths: list[str], *steps: str, **fixed: str) -> dict[str, dict[str, str]]:
    return {f"{path}/{step}": dict(fixed) for path in paths for step in steps}


def _date(name: str, path: str, tag: str | None, description: str) -> tuple[Column, ...]:
    """The columns of a DTD date that may lack month and day: ( Year, ((Month, Day?) | Season)? )."""
    year, derive = f"year of the {description}", None
    if name == "pub":
        year, derive = f"{year}, or the first year in medline_date", "medline_year"
    return (
        Column(f"{name}_date", TEXT, None, tag, f"{description}, as PubMed prints it", derive="printed_date"),
        Column(f"{name}_year", INTEGER, f"{path}/Year", tag, year, derive=derive),
        Column(f"{name}_month", MONTH, f"{path}/Month", tag, f"month of the {description}, 1 to 12"),
        Column(f"{name}_day", INTEGER, f"{path}/Day", tag, f"day of the {description}"),
        Column(f"{name}_season", TEXT, f"{path}/Season", tag, f"season of the {description}"),
    )


#: Record elements of NLM's four MeSH files, and the element of each that is the record's identifier.
DESCRIPTOR, QUALIFIER, SUPPLEMENTARY = "DescriptorRecord", "QualifierRecord", "SupplementalRecord"
MESH_UIS = {DESCRIPTOR: "DescriptorUI", QUALIFIER: "QualifierUI", SUPPLEMENTARY: "SupplementalRecordUI"}


def _mesh_table(name: str, description: str, rows: dict | str, key: str, *columns: Column) -> Table:
    return _table(name, description, rows, key, *columns, of_citation=False, in_lake=False, in_vocabulary=True)


def _in_concepts(*steps: str, ups: int, **fixed: str) -> dict[str, dict[str, str]]:
    """The rows below the concepts of each kind of record, whose `ui` is that of the record, so many steps up."""
    path, up = "/".join(("ConceptList", "Concept", *steps)), "../" * ups
    return {f"{record}/{path}": {**fixed, "ui": At(f"{up}{ui}")} for record, ui in MESH_UIS.items()}


def _referred(prefix: str, path: str, what: str, kind: str = "Descriptor") -> tuple[Column, ...]:
    """The columns of a reference to a descriptor or qualifier: its identifier and name."""
    name = f"{prefix}{kind.lower()}"
    return (
        Column(f"{name}_ui", TEXT, f"{path}/{kind}UI", None, f"identifier of the {what}"),
        Column(name, TEXT, f"{path}/{kind}Name/String", None, f"name of the {what}"),
    )


#: What descriptors, qualifiers and supplementary records have alike.
MESH_DATES = (
    Column("date_created", DATE, "DateCreated", None, "day the record was made"),
    Column("date_revised", DATE, "DateRevised", None, "day of the last revision"),
    Column("date_established", DATE, "DateEstablished", None, "day from which it is used"),
)
MESH_ORIGIN = (
    Column(
        "active_mesh_years", TEXTS, "ActiveMeSHYearList/Year", None, "years of MeSH that have it (files before 2016)"
    ),
    Column(
        "record_originator",
        TEXT,
        "RecordOriginatorsList/RecordOriginator",
        None,
        "initials of who made the record (files before 2016)",
    ),
    Column(
        "record_maintainer",
        TEXT,
        "RecordOriginatorsList/RecordMaintainer",
        None,
        "initials of who maintains it (files before 2016)",
    ),
    Column(
        "record_authorizer",
        TEXT,
        "RecordOriginatorsList/RecordAuthorizer",
        None,
        "initials of who authorized it (files before 2016)",
    ),
)


# fmt: off
TABLES: tuple[Table, ...] = (
    _table("articles", "one row per citation", "PubmedArticle", "",
        Column("pmid", BIGINT, "MedlineCitation/PMID", "PMID", "PubMed identifier of the citation"),
        Column("version", INTEGER, "MedlineCitation/PMID/@Version", None, "version of the citation; NULL in MEDLINE text"),
        Column("source_format", TEXT, None, None, "format the row was read from: xml or medline"),
        Column("source_file", TEXT, None, None, "file the row was read from; see source_files.name"),
        Column("status", TEXT, "MedlineCitation/@Status", "STAT", "processing status: MEDLINE, In-Process, Publisher …"),
        Column("owner", TEXT, "MedlineCitation/@Owner", "OWN", "organization that supplied the citation: NLM, NASA, PIP, KIE …"),
        Column("indexing_method", TEXT, "MedlineCitation/@IndexingMethod", None, "how MeSH was assigned: Curated, Automated; absent = by hand"),
        Column("version_id", TEXT, "MedlineCitation/@VersionID", None, "publisher's name of the version"),
        Column("version_date", DATE, "MedlineCitation/@VersionDate", None, "day of the version"),
        Column("date_created", DATE, "MedlineCitation/DateCreated", "DA", "day the record was made (files before 2018)"),
        Column("date_completed", DATE, "MedlineCitation/DateCompleted", "DCOM", "day MEDLINE processing ended"),
        Column("date_revised", DATE, "MedlineCitation/DateRevised", "LR", "day of the last revision"),
        Column("pub_model", TEXT, "MedlineCitation/Article/@PubModel", "PUBM", "medium of publication: Print, Electronic, Print-Electronic …"),
        Column("cited_medium", TEXT, "MedlineCitation/Article/Journal/JournalIssue/@CitedMedium", None, "medium that was cited: Internet or Print"),
        Column("volume", TEXT, "MedlineCitation/Article/Journal/JournalIssue/Volume", "VI", "volume of the journal"),
        Column("issue", TEXT, "MedlineCitation/Article/Journal/JournalIssue/Issue", "IP", "issue, part or supplement"),
        *_date("pub", "MedlineCitation/Article/Journal/JournalIssue/PubDate", "DP", "date of the issue"),
        Column("medline_date", TEXT, "MedlineCitation/Article/Journal/JournalIssue/PubDate/MedlineDate", "DP", "date of the issue where it does not fit year, month, day: '1998 Dec-1999 Jan'"),
        Column("title", MIXED, "MedlineCitation/Article/ArticleTitle", "TI", "title, in English; translated ones stand in brackets"),
        Column("title_book", TEXT, "MedlineCitation/Article/ArticleTitle/@book", None, "link of the title into a book"),
        Column("title_part", TEXT, "MedlineCitation/Article/ArticleTitle/@part", None, "link of the title into a part of a book"),
        Column("title_sec", TEXT, "MedlineCitation/Article/ArticleTitle/@sec", None, "link of the title into a section of a book"),
        Column("vernacular_title", MIXED, "MedlineCitation/Article/VernacularTitle", "TT", "title in the language of the article"),
        Column("medline_pgn", TEXT, "MedlineCitation/Article/Pagination/MedlinePgn", "PG", "pages as MEDLINE prints them: '557-63'"),
        Column("start_page", TEXT, "MedlineCitation/Article/Pagination/StartPage", None, "first page; read from medline_pgn where not sent", derive="start_page"),
        Column("end_page", TEXT, "MedlineCitation/Article/Pagination/EndPage", None, "last page; read from medline_pgn where not sent, in full: '563'; NULL where the pages are not one range", derive="end_page"),
        Column("abstract", TEXT, None, "AB", "the article's own abstract, sections as 'LABEL: text' joined with a blank", derive="abstract"),
        Column("abstract_copyright", TEXT, "MedlineCitation/Article/Abstract/CopyrightInformation", "CI", "copyright of the abstract"),
        Column("is_author_list_complete", BOOLEAN, "MedlineCitation/Article/AuthorList/@CompleteYN", None, "whether all authors are listed"),
        Column("is_data_bank_list_complete", BOOLEAN, "MedlineCitation/Article/DataBankList/@CompleteYN", None, "whether all accessions are listed"),
        Column("is_grant_list_complete", BOOLEAN, "MedlineCitation/Article/GrantList/@CompleteYN", None, "whether all grants are listed"),
        Column("number_of_references", INTEGER, "MedlineCitation/NumberOfReferences", "RF", "references of a review (until 2010)"),
        Column("coi_statement", MIXED, "MedlineCitation/CoiStatement", "COIS COI", "conflict of interest statement"),
        Column("publication_status", TEXT, "PubmedData/PublicationStatus", "PST", "ppublish, epublish or aheadofprint"),
        Column("nlm_unique_id", TEXT, "MedlineCitation/MedlineJournalInfo/NlmUniqueID", "JID", "NLM's identifier of the journal"),
        Column("medline_ta", TEXT, "MedlineCitation/MedlineJournalInfo/MedlineTA", "TA", "journal title as MEDLINE abbreviates it"),
        Column("journal_title", TEXT, "MedlineCitation/Article/Journal/Title", "JT", "journal title in full"),
        Column("iso_abbreviation", TEXT, "MedlineCitation/Article/Journal/ISOAbbreviation", None, "journal title as ISO 4 abbreviates it"),
        Column("issn_linking", TEXT, "MedlineCitation/MedlineJournalInfo/ISSNLinking", "IS", "ISSN that links the media of a journal"),
        Column("country", TEXT, "MedlineCitation/MedlineJournalInfo/Country", "PL", "country of the journal"),
        Column("doi", TEXT, None, "AID LID", "DOI, without prefix: the first of article_ids that is one, else of elocation_ids", derive="doi"),
        Column("pmc", TEXT, None, "PMC", "PubMed Central id, of article_ids", derive="pmc"),
        Column("pii", TEXT, None, "AID LID", "publisher's item id: the first of article_ids, else of elocation_ids", derive="pii"),
        Column("has_abstract", BOOLEAN, None, None, "whether there is an abstract, at less cost than abstract IS NOT NULL", sql="abstract IS NOT NULL"),
    ),
    _table("issns", "one row per ISSN of the citation's journal",
        {f"{ARTICLE}/Journal/ISSN": {}, f"{CITATION}/MedlineJournalInfo/ISSNLinking": {"issn_type": "Linking"}}, "issn_seq",
        Column("issn_seq", ORDINAL, ".", None, "1-based position"),
        Column("issn", TEXT, ".", "IS", "International Standard Serial Number"),
        Column("issn_type", TEXT, "@IssnType", "IS", "Print, Electronic or Linking"),
    ),
    _table("abstracts", "one row per section of an abstract",
        (f"{ARTICLE}/Abstract/AbstractText", f"{CITATION}/OtherAbstract/AbstractText", f"{BOOK_DOCUMENT}/Abstract/AbstractText"), "abstract_seq section_seq",
        Column("abstract_seq", ORDINAL, "..", None, "1-based position of the abstract; the article's own comes first"),
        Column("section_seq", ORDINAL, ".", None, "1-based position of the section in its abstract"),
        Column("abstract_type", TEXT, "../@Type", "OAB", "who wrote it: Publisher, PIP, plain-language-summary …; NULL = the article's own"),
        Column("language", TEXT, "../@Language", "OABL", "language of an other abstract"),
        Column("label", TEXT, "@Label", None, "label as printed: 'METHODS'; inside text in MEDLINE text"),
        Column("nlm_category", TEXT, "@NlmCategory", None, "NLM's category of the label: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS, UNASSIGNED"),
        Column("text", MIXED, ".", "AB OAB", "text of the section"),
        Column("copyright", TEXT, "../CopyrightInformation", "CI OCI", "copyright of the abstract"),
        outer=True),
    _table("authors", "one row per author, editor or group", {f"{path}/Author": fixed for path, fixed in AUTHOR_LISTS.items()}, "author_seq",
        Column("author_seq", ORDINAL, ".", None, "1-based position, over all lists of the record"),
        Column("list_parent", TEXT, None, None, "element that holds the list: Article, BookDocument or Book"),
        Column("list_type", TEXT, "../@Type", "FED ED", "authors or editors, where said"),
        Column("is_list_complete", BOOLEAN, "../@CompleteYN", None, "whether all authors are listed"),
        Column("last_name", TEXT, "LastName", "FAU AU FED ED", "family name, or the only name"),
        Column("fore_name", TEXT, "ForeName", "FAU FED", "given names"),
        Column("initials", TEXT, "Initials", "AU ED", "initials of the given names"),
        Column("suffix", MIXED, "Suffix", "AU ED", "Jr, 2nd …"),
        Column("collective_name", MIXED, "CollectiveName", "CN", "name of a group"),
        Column("investigators", TEXT, "CollectiveName/@Investigators", None, "investigators.list_id of the group's members"),
        Column("is_valid", BOOLEAN, "@ValidYN", None, "N: the name was wrong and stays on record"),
        Column("is_equal_contrib", BOOLEAN, "@EqualContrib", None, "whether marked as contributing equally"),
        Column("orcid", TEXT, None, "AUID", "ORCID, as 0000-0001-2345-6789, where person_identifiers has one", derive="orcid"),
    ),
    _table("affiliations", "one row per affiliation of an author",
        _under(AUTHORS, "AffiliationInfo") | _under([*AUTHORS, ARTICLE], "Affiliation", affiliation=At(".")), "author_seq affiliation_seq",
        Column("author_seq", ORDINAL, None, None, "authors.author_seq; NULL where an old file has it under Article"),
        Column("affiliation_seq", ORDINAL, ".", None, "1-based position under its author"),
        Column("affiliation", MIXED, "Affiliation", "AD", "affiliation as printed"),
    ),
    _table("investigators", "one row per investigator or collaborator", {f"{path}/Investigator": fixed for path, fixed in INVESTIGATOR_LISTS.items()}, "investigator_seq",
        Column("investigator_seq", ORDINAL, ".", None, "1-based position, over all lists of the record"),
        Column("list_parent", TEXT, None, None, "element that holds the list: MedlineCitation, BookDocument or Book"),
        Column("list_id", TEXT, "../@ID", None, "id of the list; see authors.investigators"),
        Column("last_name", TEXT, "LastName", "FIR IR", "family name"),
        Column("fore_name", TEXT, "ForeName", "FIR", "given names"),
        Column("initials", TEXT, "Initials", "IR", "initials of the given names"),
        Column("suffix", MIXED, "Suffix", "IR", "Jr, 2nd …"),
        Column("is_valid", BOOLEAN, "@ValidYN", None, "N: the name was wrong and stays on record"),
        Column("orcid", TEXT, None, None, "ORCID, as 0000-0001-2345-6789, where person_identifiers has one", derive="orcid"),
    ),
    _table("investigator_affiliations", "one row per affiliation of an investigator",
        _under(INVESTIGATORS, "AffiliationInfo") | _under(INVESTIGATORS, "Affiliation", affiliation=At(".")), "investigator_seq affiliation_seq",
        Column("investigator_seq", ORDINAL, None, None, "investigators.investigator_seq"),
        Column("affiliation_seq", ORDINAL, ".", None, "1-based position under its investigator"),
        Column("affiliation", MIXED, "Affiliation", "IRAD", "affiliation as printed"),
    ),
    _table("person_identifiers", "one row per identifier of an author or investigator, or of one of their affiliations",
        _under(AUTHORS, "Identifier", "AffiliationInfo/Identifier", role="author")
        | _under(INVESTIGATORS, "Identifier", "AffiliationInfo/Identifier", role="investigator"), "role person_seq affiliation_seq identifier_seq",
        Column("role", TEXT, None, None, "author or investigator"),
        Column("person_seq", ORDINAL, None, None, "authors.author_seq or investigators.investigator_seq", of=("author_seq", "investigator_seq")),
        Column("affiliation_seq", ORDINAL, None, None, "the affiliation it identifies; NULL = the person's own"),
        Column("identifier_seq", ORDINAL, ".", None, "1-based position under its person or affiliation"),
        Column("source", TEXT, "@Source", "AUID", "who gave it: ORCID, ISNI, GRID, RINGGOLD …"),
        Column("identifier", TEXT, ".", "AUID", "identifier as sent"),
    ),
    _table("mesh", "one row per MeSH heading", f"{CITATION}/MeshHeadingList/MeshHeading", "heading_seq",
        Column("heading_seq", ORDINAL, ".", None, "1-based position"),
        Column("descriptor_ui", TEXT, "DescriptorName/@UI", None, "MeSH descriptor id: D009103"),
        Column("descriptor", TEXT, "DescriptorName", "MH", "MeSH descriptor"),
        Column("is_major", BOOLEAN, "DescriptorName/@MajorTopicYN", "MH", "whether the descriptor itself is starred; a qualifier may be instead"),
        Column("is_auto", BOOLEAN, "DescriptorName/@AutoHM", None, "whether assigned by machine"),
        Column("descriptor_type", TEXT, "DescriptorName/@Type", None, "Geographic, for places"),
    ),
    _table("mesh_qualifiers", "one row per qualifier of a MeSH heading", f"{CITATION}/MeshHeadingList/MeshHeading/QualifierName", "heading_seq qualifier_seq",
        Column("heading_seq", ORDINAL, None, None, "mesh.heading_seq"),
        Column("qualifier_seq", ORDINAL, ".", None, "1-based position under its heading"),
        Column("qualifier_ui", TEXT, "@UI", None, "MeSH qualifier id: Q000188"),
        Column("qualifier", TEXT, ".", "MH", "MeSH qualifier (subheading)"),
        Column("is_major", BOOLEAN, "@MajorTopicYN", "MH", "whether starred"),
        Column("is_auto", BOOLEAN, "@AutoHM", None, "whether assigned by machine"),
    ),
    _table("supplementary_mesh", "one row per supplementary concept", f"{CITATION}/SupplMeshList/SupplMeshName", "supplementary_mesh_seq",
        Column("supplementary_mesh_seq", ORDINAL, ".", None, "1-based position"),
        Column("ui", TEXT, "@UI", None, "supplementary concept id: C538288"),
        Column("name", TEXT, ".", "NM RN", "supplementary concept; in MEDLINE text RN without a registry number"),
        Column("type", TEXT, "@Type", None, "Disease, Protocol, Organism, Anatomy or Population"),
    ),
    _table("chemicals", "one row per substance", f"{CITATION}/ChemicalList/Chemical", "chemical_seq",
        Column("chemical_seq", ORDINAL, ".", None, "1-based position"),
        Column("registry_number", TEXT, "RegistryNumber", "RN", "CAS or EC number, UNII, or 0"),
        Column("substance_ui", TEXT, "NameOfSubstance/@UI", None, "MeSH id of the substance"),
        Column("substance", TEXT, "NameOfSubstance", "RN", "name of the substance"),
    ),
    _table("keywords", "one row per keyword", (f"{CITATION}/KeywordList/Keyword", f"{BOOK_DOCUMENT}/KeywordList/Keyword"), "keyword_seq",
        Column("keyword_seq", ORDINAL, ".", None, "1-based position, over all lists of the record"),
        Column("owner", TEXT, "../@Owner", "OTO", "who gave the list: NOTNLM (the authors), NASA, KIE, PIP …"),
        Column("keyword", MIXED, ".", "OT", "keyword"),
        Column("is_major", BOOLEAN, "@MajorTopicYN", "OT", "whether starred"),
    ),
    _table("publication_types", "one row per publication type", (f"{ARTICLE}/PublicationTypeList/PublicationType", f"{BOOK_DOCUMENT}/PublicationType"), "publication_type_seq",
        Column("publication_type_seq", ORDINAL, ".", None, "1-based position"),
        Column("publication_type_ui", TEXT, "@UI", None, "MeSH id of the type"),
        Column("publication_type", TEXT, ".", "PT", "Journal Article, Review, Meta-Analysis …"),
    ),
    _table("languages", "one row per language of the text", (f"{ARTICLE}/Language", f"{BOOK_DOCUMENT}/Language"), "language_seq",
        Column("language_seq", ORDINAL, ".", None, "1-based position"),
        Column("language", TEXT, ".", "LA", "three letters: eng, ger, chi …"),
    ),
    _table("citation_subsets", "one row per journal or topic subset", f"{CITATION}/CitationSubset", "citation_subset_seq",
        Column("citation_subset_seq", ORDINAL, ".", None, "1-based position"),
        Column("citation_subset", TEXT, ".", "SB", "IM (Index Medicus), AIM, N (nursing), T (health technology) …"),
    ),
    _table("gene_symbols", "one row per gene symbol (1991 to 1995)", f"{CITATION}/GeneSymbolList/GeneSymbol", "gene_symbol_seq",
        Column("gene_symbol_seq", ORDINAL, ".", None, "1-based position"),
        Column("gene_symbol", TEXT, ".", "GS", "gene symbol as the article gives it"),
    ),
    _table("space_flight_missions", "one row per space flight mission", f"{CITATION}/SpaceFlightMission", "space_flight_mission_seq",
        Column("space_flight_mission_seq", ORDINAL, ".", None, "1-based position"),
        Column("mission", TEXT, ".", "SFM", "mission, as NASA names it"),
    ),
    _table("grants", "one row per grant", (f"{ARTICLE}/GrantList/Grant", f"{BOOK_DOCUMENT}/GrantList/Grant"), "grant_seq",
        Column("grant_seq", ORDINAL, ".", None, "1-based position"),
        Column("grant_id", TEXT, "GrantID", "GR", "number of the grant or contract"),
        Column("acronym", TEXT, "Acronym", "GR", "two-letter code of the NIH institute, or another"),
        Column("agency", TEXT, "Agency", "GR", "who paid"),
        Column("country", TEXT, "Country", "GR", "country of the agency"),
    ),
    _table("accessions", "one row per accession of a data bank; a bank without accessions keeps one row", f"{ARTICLE}/DataBankList/DataBank/AccessionNumberList/AccessionNumber", "databank_seq accession_seq",
        Column("databank_seq", ORDINAL, "../..", None, "1-based position of the data bank"),
        Column("accession_seq", ORDINAL, ".", None, "1-based position in the data bank"),
        Column("databank", TEXT, "../../DataBankName", "SI", "GENBANK, ClinicalTrials.gov, Dryad …"),
        Column("accession", TEXT, ".", "SI", "accession or registration number"),
        outer=True),
    _table("article_ids", "one row per identifier of the record itself (cited works': reference_ids)",
        (f"{DATA}/ArticleIdList/ArticleId", f"{BOOK_DOCUMENT}/ArticleIdList/ArticleId", f"{BOOK_DATA}/ArticleIdList/ArticleId"), "article_id_seq",
        Column("article_id_seq", ORDINAL, ".", None, "1-based position"),
        Column("id_type", TEXT, "@IdType", "AID PMC MID", "doi, pii, pmc, mid, pubmed, bookaccession …"),
        Column("article_id", TEXT, ".", "AID PMC MID", "identifier"),
    ),
    _table("elocation_ids", "one row per electronic location", (f"{ARTICLE}/ELocationID", f"{BOOK}/ELocationID"), "elocation_id_seq",
        Column("elocation_id_seq", ORDINAL, ".", None, "1-based position"),
        Column("elocation_type", TEXT, "@EIdType", "LID", "doi or pii"),
        Column("elocation_id", TEXT, ".", "LID", "identifier"),
        Column("is_valid", BOOLEAN, "@ValidYN", None, "N: it was wrong and stays on record"),
    ),
    _table("history", "one row per event in the life of the record", (f"{DATA}/History/PubMedPubDate", f"{BOOK_DATA}/History/PubMedPubDate"), "history_seq",
        Column("history_seq", ORDINAL, ".", None, "1-based position"),
        Column("pub_status", TEXT, "@PubStatus", EVENTS, "received, accepted, entrez, pubmed, medline, pmc-release …"),
        Column("event_at", TIMESTAMP, None, EVENTS, "the event; at midnight where no hour is given, NULL where it is no date", derive="event_at"),
        Column("year", INTEGER, "Year", EVENTS, "year as sent"),
        Column("month", MONTH, "Month", EVENTS, "month as sent"),
        Column("day", INTEGER, "Day", EVENTS, "day as sent"),
        Column("hour", INTEGER, "Hour", EVENTS, "hour as sent"),
        Column("minute", INTEGER, "Minute", EVENTS, "minute as sent"),
        Column("second", INTEGER, "Second", None, "second as sent"),
    ),
    _table("article_dates", "one row per date of electronic publication (not the date of the issue: articles.pub_date)", f"{ARTICLE}/ArticleDate", "article_date_seq",
        Column("article_date_seq", ORDINAL, ".", None, "1-based position"),
        Column("date_type", TEXT, "@DateType", None, "Electronic"),
        Column("article_date", DATE, None, "DEP", "the day; NULL where it is no date", derive="article_date"),
        Column("year", INTEGER, "Year", "DEP", "year as sent"),
        Column("month", MONTH, "Month", "DEP", "month as sent"),
        Column("day", INTEGER, "Day", "DEP", "day as sent"),
    ),
    _table("reference_lists", "one row per list of references", (f"{DATA}/ReferenceList+", f"{BOOK_DOCUMENT}/ReferenceList+"), "list_seq",
        Column("list_seq", ORDINAL, ".", None, "1-based position, over all levels"),
        Column("list_path", ORDINAL_PATH, ".", None, "position among its siblings: '2', nested '2.1'"),
        Column("title", TEXT, "Title", None, "title of the list"),
    ),
    _table("article_references", "one row per cited work, nested lists flattened in order", (f"{DATA}/ReferenceList+/Reference", f"{BOOK_DOCUMENT}/ReferenceList+/Reference"), "reference_seq",
        Column("reference_seq", ORDINAL, ".", None, "1-based position, over all lists of the record"),
        Column("list_path", ORDINAL_PATH, None, None, "reference_lists.list_path"),
        Column("citation", MIXED, "Citation", None, "the reference as printed"),
    ),
    _table("reference_ids", "one row per identifier of a cited work", (f"{DATA}/ReferenceList+/Reference/ArticleIdList/ArticleId", f"{BOOK_DOCUMENT}/ReferenceList+/Reference/ArticleIdList/ArticleId"), "reference_seq reference_id_seq",
        Column("reference_seq", ORDINAL, None, None, "article_references.reference_seq"),
        Column("reference_id_seq", ORDINAL, ".", None, "1-based position under its reference"),
        Column("id_type", TEXT, "@IdType", None, "pubmed, doi, pmc …"),
        Column("article_id", TEXT, ".", None, "identifier"),
    ),
    _table("comments_corrections", "one row per comment, correction, retraction or other linked citation", f"{CITATION}/CommentsCorrectionsList/CommentsCorrections", "comments_corrections_seq",
        Column("comments_corrections_seq", ORDINAL, ".", None, "1-based position"),
        Column("ref_type", TEXT, "@RefType", LINKS, "CommentIn, ErratumFor, RetractionOf …"),
        Column("ref_source", TEXT, "RefSource", LINKS, "where the other one appeared"),
        Column("ref_pmid", BIGINT, "PMID", LINKS, "PMID of the other one"),
        Column("ref_version", INTEGER, "PMID/@Version", None, "version of the other one"),
        Column("note", TEXT, "Note", None, "note"),
    ),
    _table("personal_name_subjects", "one row per person the article is about", f"{CITATION}/PersonalNameSubjectList/PersonalNameSubject", "personal_name_subject_seq",
        Column("personal_name_subject_seq", ORDINAL, ".", None, "1-based position"),
        Column("last_name", TEXT, "LastName", "FPS PS", "family name"),
        Column("fore_name", TEXT, "ForeName", "FPS", "given names"),
        Column("initials", TEXT, "Initials", "PS", "initials of the given names"),
        Column("suffix", MIXED, "Suffix", "PS", "Jr, 2nd …"),
    ),
    _table("general_notes", "one row per note", f"{CITATION}/GeneralNote", "general_note_seq",
        Column("general_note_seq", ORDINAL, ".", None, "1-based position"),
        Column("owner", TEXT, "@Owner", "GN", "who wrote it: NLM, NASA, PIP, KIE …"),
        Column("general_note", TEXT, ".", "GN", "note"),
    ),
    _table("other_ids", "one row per identifier of another organization", f"{CITATION}/OtherID", "other_id_seq",
        Column("other_id_seq", ORDINAL, ".", None, "1-based position"),
        Column("source", TEXT, "@Source", "OID", "who gave it: NLM, NASA, KIE, PIP …"),
        Column("other_id", TEXT, ".", "OID", "identifier"),
    ),
    _table("objects", "one row per linked object", (f"{DATA}/ObjectList/Object", f"{BOOK_DATA}/ObjectList/Object"), "object_seq",
        Column("object_seq", ORDINAL, ".", None, "1-based position"),
        Column("object_type", TEXT, "@Type", None, "keyword, grant, Dataset …"),
    ),
    _table("object_params", "one row per parameter of a linked object", (f"{DATA}/ObjectList/Object/Param", f"{BOOK_DATA}/ObjectList/Object/Param"), "object_seq param_seq",
        Column("object_seq", ORDINAL, None, None, "objects.object_seq"),
        Column("param_seq", ORDINAL, ".", None, "1-based position under its object"),
        Column("name", TEXT, "@Name", None, "name of the parameter"),
        Column("value", MIXED, ".", None, "value of the parameter"),
    ),
    _table("books", "one row per book or book chapter", "PubmedBookArticle", "",
        Column("pmid", BIGINT, "BookDocument/PMID", "PMID", "PubMed identifier of the book document"),
        Column("version", INTEGER, "BookDocument/PMID/@Version", None, "version of the document; NULL in MEDLINE text"),
        Column("source_format", TEXT, None, None, "format the row was read from: xml or medline"),
        Column("source_file", TEXT, None, None, "file the row was read from; see source_files.name"),
        Column("status", TEXT, None, "STAT", "processing status, which MEDLINE text alone has"),
        Column("owner", TEXT, None, "OWN", "organization that supplied the record, which MEDLINE text alone has"),
        Column("date_created", DATE, None, "DA", "day the record was made, which MEDLINE text alone has"),
        Column("date_revised", DATE, "BookDocument/DateRevised", "DRDT LR", "day of the last revision"),
        Column("title", MIXED, "BookDocument/ArticleTitle", "TI", "title of the chapter"),
        Column("title_book", TEXT, "BookDocument/ArticleTitle/@book", None, "link of the title: book"),
        Column("title_part", TEXT, "BookDocument/ArticleTitle/@part", None, "link of the title: part"),
        Column("title_sec", TEXT, "BookDocument/ArticleTitle/@sec", None, "link of the title: section"),
        Column("vernacular_title", MIXED, "BookDocument/VernacularTitle", "TT", "title in the language of the text"),
        Column("book_title", MIXED, "BookDocument/Book/BookTitle", "BTI", "title of the book"),
        Column("book_title_book", TEXT, "BookDocument/Book/BookTitle/@book", None, "link of the book title: book"),
        Column("book_title_part", TEXT, "BookDocument/Book/BookTitle/@part", None, "link of the book title: part"),
        Column("book_title_sec", TEXT, "BookDocument/Book/BookTitle/@sec", None, "link of the book title: section"),
        Column("collection_title", MIXED, "BookDocument/Book/CollectionTitle", "CTI", "title of the collection"),
        Column("collection_title_book", TEXT, "BookDocument/Book/CollectionTitle/@book", None, "link of the collection title: book"),
        Column("collection_title_part", TEXT, "BookDocument/Book/CollectionTitle/@part", None, "link of the collection title: part"),
        Column("collection_title_sec", TEXT, "BookDocument/Book/CollectionTitle/@sec", None, "link of the collection title: section"),
        Column("publisher", MIXED, "BookDocument/Book/Publisher/PublisherName", "PB", "publisher"),
        Column("publisher_location", TEXT, "BookDocument/Book/Publisher/PublisherLocation", "PL", "place of the publisher"),
        *_date("pub", "BookDocument/Book/PubDate", "DP", "date of publication"),
        Column("medline_date", TEXT, "BookDocument/Book/PubDate/MedlineDate", "DP", "date of publication where it does not fit year, month, day"),
        *_date("beginning", "BookDocument/Book/BeginningDate", None, "beginning date of the book"),
        *_date("ending", "BookDocument/Book/EndingDate", None, "ending date of the book"),
        *_date("contribution", "BookDocument/ContributionDate", "CTDT", "date of the contribution"),
        Column("volume", TEXT, "BookDocument/Book/Volume", "VI", "volume"),
        Column("volume_title", MIXED, "BookDocument/Book/VolumeTitle", "VTI", "title of the volume"),
        Column("edition", TEXT, "BookDocument/Book/Edition", "EN", "edition"),
        Column("isbns", TEXTS, "BookDocument/Book/Isbn", "ISBN", "ISBNs"),
        Column("medium", TEXT, "BookDocument/Book/Medium", None, "Internet …"),
        Column("report_number", TEXT, "BookDocument/Book/ReportNumber", None, "number of the report"),
        Column("medline_pgn", TEXT, "BookDocument/Pagination/MedlinePgn", "PG", "pages"),
        Column("start_page", TEXT, "BookDocument/Pagination/StartPage", None, "first page; read from medline_pgn where not sent", derive="start_page"),
        Column("end_page", TEXT, "BookDocument/Pagination/EndPage", None, "last page; read from medline_pgn where not sent, in full; NULL where the pages are not one range", derive="end_page"),
        Column("abstract", TEXT, None, "AB", "abstract, sections as 'LABEL: text' joined with a blank", derive="abstract"),
        Column("abstract_copyright", TEXT, "BookDocument/Abstract/CopyrightInformation", "CI", "copyright of the abstract"),
        Column("is_grant_list_complete", BOOLEAN, "BookDocument/GrantList/@CompleteYN", None, "whether all grants are listed"),
        Column("citation_string", TEXT, "BookDocument/CitationString", None, "citation as printed (DTD of 2018)"),
        Column("publication_status", TEXT, "PubmedBookData/PublicationStatus", "PST", "ppublish, epublish …"),
        Column("doi", TEXT, None, "AID LID", "DOI, without prefix: the first of article_ids that is one, else of elocation_ids", derive="doi"),
        Column("bookaccession", TEXT, None, "AID", "NCBI Bookshelf accession: NBK1116, of article_ids", derive="bookaccession"),
    ),
    _table("book_sections", "one row per section of a book document, nested ones in order", f"{BOOK_DOCUMENT}/Sections/Section+", "section_seq",
        Column("section_seq", ORDINAL, ".", None, "1-based position, over all levels"),
        Column("section_path", ORDINAL_PATH, ".", None, "position among its siblings: '2', nested '2.1'"),
        Column("location_label", TEXT, "LocationLabel", None, "label of the section"),
        Column("location_label_type", TEXT, "LocationLabel/@Type", None, "part, chapter, section, appendix, figure, table or box"),
        Column("title", MIXED, "SectionTitle", None, "title of the section"),
        Column("title_book", TEXT, "SectionTitle/@book", None, "link of the title: book"),
        Column("title_part", TEXT, "SectionTitle/@part", None, "link of the title: part"),
        Column("title_sec", TEXT, "SectionTitle/@sec", None, "link of the title: section"),
    ),
    _table("book_location_labels", "one row per label that places a book document in its book", f"{BOOK_DOCUMENT}/LocationLabel", "location_label_seq",
        Column("location_label_seq", ORDINAL, ".", None, "1-based position"),
        Column("location_label", TEXT, ".", "CP", "label: 'Chapter 12'"),
        Column("location_label_type", TEXT, "@Type", None, "part, chapter, section, appendix, figure, table or box"),
    ),
    _table("book_items", "one row per item of a list of a book document", f"{BOOK_DOCUMENT}/ItemList/Item", "list_seq item_seq",
        Column("list_seq", ORDINAL, "..", None, "1-based position of the list"),
        Column("item_seq", ORDINAL, ".", None, "1-based position in the list"),
        Column("list_type", TEXT, "../@ListType", None, "what is listed"),
        Column("item", TEXT, ".", None, "item"),
    ),
    _table("deleted_citations", "one row per PMID and version in a DeleteCitation (or DeleteDocument)", ("DeleteCitation/PMID", "DeleteDocument/PMID"), "",
        Column("pmid", BIGINT, ".", None, "PubMed identifier that was deleted; it may never have been distributed"),
        Column("version", INTEGER, "@Version", None, "version that was deleted"),
        Column("source_file", TEXT, None, None, "file that deletes it; see source_files.name"),
        of_citation=False),
    _table("source_files", "one row per file in the warehouse", (), "name",
        Column("name", TEXT, None, None, "name of the file: pubmed26n0001.xml.gz"),
        Column("kind", TEXT, None, None, "baseline, update, or export (no production number: MEDLINE text, efetch)"),
        Column("year", INTEGER, None, None, "production year, two digits; NULL for exports"),
        Column("number", INTEGER, None, None, "production number; NULL for exports"),
        Column("format", TEXT, None, None, "xml or medline"),
        Column("md5", TEXT, None, None, "MD5 of the file"),
        Column("bytes", BIGINT, None, None, "size of the file, bytes"),
        Column("citations", BIGINT, None, None, "citations in the file (rows of articles)"),
        Column("books", BIGINT, None, None, "book documents in the file (rows of books)"),
        Column("superseded", BIGINT, None, None, "records that a later record of the same file replaces, and that have no rows"),
        Column("deletions", BIGINT, None, None, "rows of deleted_citations"),
        Column("rows_per_table", COUNTS, None, None, "rows of the file in each table of the lake"),
        Column("anomalies", BIGINT, None, None, "rows of anomalies"),
        Column("unknown_paths", BIGINT, None, None, "rows of unknown_paths"),
        Column("schema_version", TEXT, None, None, "version of the schema that the file was read with"),
        Column("loaded_at", TIMESTAMP, None, None, "when the file came into this database, UTC"),
        of_citation=False, in_lake=False),
    _table("runs", "one row per run that worked on the warehouse before this version of it was published, and the one that made it", (), "started_at what",
        Column("started_at", TIMESTAMP, None, None, "when the run started, UTC"),
        Column("what", TEXT, None, None, "sync, ingest, load, load files, mesh, rebuild or rollback"),
        Column("ended", TEXT, None, None, "done, waiting (for a file), failed, or misused: what was asked for could not be done; NULL for the run that made this version, which was not over, and for runs that were killed"),
        Column("outcome", TEXT, None, None, "done, what is waited for, or the error"),
        Column("seconds", SECONDS, None, None, "seconds it took"),
        Column("ingest_seconds", SECONDS, None, None, "seconds of fetching files and reading them into the lake"),
        Column("apply_seconds", SECONDS, None, None, "seconds of applying files to the database"),
        Column("checks_seconds", SECONDS, None, None, "seconds of sql/checks"),
        Column("publish_seconds", SECONDS, None, None, "seconds of choosing what to start from, of views and of publishing"),
        Column("fetched", BIGINT, None, None, "files fetched from a mirror"),
        Column("fetched_bytes", BIGINT, None, None, "bytes fetched from a mirror"),
        Column("read", BIGINT, None, None, "files read into the lake"),
        Column("read_bytes", BIGINT, None, None, "size of the files that were read, bytes"),
        Column("rows", BIGINT, None, None, "rows that they gave the lake, in all tables"),
        Column("anomalies", BIGINT, None, None, "of these, rows of anomalies"),
        Column("unknown_paths", BIGINT, None, None, "of these, rows of unknown_paths"),
        Column("applied", BIGINT, None, None, "files applied that the published version did not hold"),
        Column("database_bytes", BIGINT, None, None, "size of the published database, bytes"),
        Column("version", TEXT, None, None, "version that the run published, was about to, or went back to"),
        of_citation=False, in_lake=False),
    _table("anomalies", "one row per value that could not be typed or placed", (), "",
        Column("source_file", TEXT, None, None, "file the value is in; see source_files.name"),
        Column("pmid", BIGINT, None, None, "record the value is in"),
        Column("path", TEXT, None, None, "DTD path or MEDLINE tag of the value"),
        Column("value", TEXT, None, None, "the value as sent; the parts of a date joined with /"),
        Column("reason", TEXT, None, None, "why it has no column"),
        of_citation=False),
    _table("unknown_paths", "one row per element, attribute or tag that the schema does not know", (), "source_file path",
        Column("source_file", TEXT, None, None, "file it occurs in; see source_files.name"),
        Column("path", TEXT, None, None, "DTD path or MEDLINE tag"),
        Column("count", BIGINT, None, None, "occurrences in the records of the file, superseded ones apart"),
        Column("example_pmid", BIGINT, None, None, "a record that has it"),
        of_citation=False),
    _mesh_table("mesh_files", "one row per file of MeSH that was loaded", {}, "name",
        Column("name", TEXT, None, None, "name of the file: desc2026.gz"),
        Column("kind", TEXT, None, None, "desc, qual, pa or supp"),
        Column("year", INTEGER, None, None, "year of MeSH, four digits"),
        Column("language", TEXT, None, None, "language of its names, as its root says: eng"),
        Column("md5", TEXT, None, None, "MD5 of the file"),
        Column("bytes", BIGINT, None, None, "size of the file, bytes"),
        Column("records", BIGINT, None, None, "records in the file"),
        Column("source", TEXT, None, None, "URL or directory that it came from"),
        Column("changed", TEXT, None, None, "date of the last change, as the source says it"),
        Column("rows_per_table", COUNTS, None, None, "rows of the file in each table"),
        Column("schema_version", TEXT, None, None, "version of the schema of MeSH that the file was read with"),
        Column("loaded_at", TIMESTAMP, None, None, "when the file came into this database, UTC"),
    ),
    _mesh_table("mesh_descriptors", "one row per MeSH descriptor (main heading)", DESCRIPTOR, "descriptor_ui",
        Column("descriptor_ui", TEXT, "DescriptorUI", None, "identifier: D009369"),
        Column("descriptor", TEXT, "DescriptorName/String", None, "name: Neoplasms"),
        Column("descriptor_class", INTEGER, "@DescriptorClass", None, "1 topical, 2 publication type, 3 check tag, 4 geographic"),
        Column("scope_note", TEXT, None, None, "scope note of the preferred concept: mesh_concepts.scope_note"),
        *MESH_DATES,
        Column("annotation", TEXT, "Annotation", None, "notes for indexers"),
        Column("history_note", TEXT, "HistoryNote", None, "history of the heading"),
        Column("online_note", TEXT, "OnlineNote", None, "notes for searchers: earlier names, by year"),
        Column("public_mesh_note", TEXT, "PublicMeSHNote", None, "history of the heading, in short: '87'"),
        Column("previous_indexing", TEXTS, "PreviousIndexingList/PreviousIndexing", None, "how its topic was indexed before, with years"),
        Column("consider_also", TEXT, "ConsiderAlso", None, "other terms to look for"),
        Column("running_head", TEXT, "RunningHead", None, "running head of the printed tree (files before 2017)"),
        Column("nlm_classification_number", TEXT, "NLMClassificationNumber", None, "class in NLM's classification of books"),
        *MESH_ORIGIN,
    ),
    _mesh_table("mesh_tree_numbers", "one row per place of a descriptor in the MeSH tree", f"{DESCRIPTOR}/TreeNumberList/TreeNumber", "descriptor_ui tree_number",
        Column("descriptor_ui", TEXT, "../../DescriptorUI", None, "mesh_descriptors.descriptor_ui"),
        Column("tree_number", TEXT, ".", None, "place in the tree: C04.588.083; check tags like Male have none"),
    ),
    _mesh_table("mesh_concepts", "one row per concept of a descriptor, qualifier or supplementary record", _in_concepts(ups=2), "ui concept_seq",
        Column("ui", TEXT, None, None, "identifier of the record: D…, Q… or C…"),
        Column("concept_seq", ORDINAL, ".", None, "1-based position in the record"),
        Column("concept_ui", TEXT, "ConceptUI", None, "identifier: M0014585"),
        Column("concept", TEXT, "ConceptName/String", None, "name"),
        Column("is_preferred", BOOLEAN, "@PreferredConceptYN", None, "whether it is what the record means; others are narrower, broader or related"),
        Column("umls_ui", TEXT, "ConceptUMLSUI", None, "concept of the UMLS (older files)"),
        Column("casn1_name", TEXT, "CASN1Name", None, "chemical name by Chemical Abstracts"),
        Column("scope_note", TEXT, "ScopeNote", None, "what the concept means"),
        Column("translators_english_scope_note", TEXT, "TranslatorsEnglishScopeNote", None, "scope note of a translation, in English"),
        Column("translators_scope_note", TEXT, "TranslatorsScopeNote", None, "scope note of a translation"),
    ),
    _mesh_table("mesh_concept_relations", "one row per relation between two concepts of a record, as each of them states it", _in_concepts("ConceptRelationList", "ConceptRelation", ups=4), "ui relation_seq",
        Column("ui", TEXT, None, None, "identifier of the record"),
        Column("relation_seq", ORDINAL, ".", None, "1-based position in the record"),
        Column("concept_ui", TEXT, "../../ConceptUI", None, "the concept that states it"),
        Column("relation", TEXT, "@RelationName", None, "concept 2 is narrower (NRW), broader (BRD) or related (REL)"),
        Column("relation_attribute", TEXT, "RelationAttribute", None, "more about the relation (older files)"),
        Column("concept1_ui", TEXT, "Concept1UI", None, "mesh_concepts.concept_ui"),
        Column("concept2_ui", TEXT, "Concept2UI", None, "mesh_concepts.concept_ui"),
    ),
    _mesh_table("mesh_registry_numbers", "one row per registry number of a concept",
        _in_concepts("RegistryNumber", ups=3, is_related="N") | _in_concepts("RegistryNumberList", "RegistryNumber", ups=4, is_related="N")
        | _in_concepts("RelatedRegistryNumberList", "RelatedRegistryNumber", ups=4, is_related="Y"), "ui registry_number_seq",
        Column("ui", TEXT, None, None, "identifier of the record"),
        Column("registry_number_seq", ORDINAL, ".", None, "1-based position in the record"),
        Column("concept_seq", ORDINAL, None, None, "mesh_concepts.concept_seq"),
        Column("registry_number", TEXT, ".", None, "CAS number, EC number or UNII; 0 for none; a related one has its substance behind it"),
        Column("is_related", BOOLEAN, None, None, "whether it is of a related substance"),
    ),
    _mesh_table("mesh_semantic_types", "one row per UMLS semantic type of a concept (files before 2017)", _in_concepts("SemanticTypeList", "SemanticType", ups=4), "ui semantic_type_seq",
        Column("ui", TEXT, None, None, "identifier of the record"),
        Column("semantic_type_seq", ORDINAL, ".", None, "1-based position in the record"),
        Column("concept_seq", ORDINAL, None, None, "mesh_concepts.concept_seq"),
        Column("semantic_type_ui", TEXT, "SemanticTypeUI", None, "identifier: T109"),
        Column("semantic_type", TEXT, "SemanticTypeName", None, "name: Organic Chemical"),
    ),
    _mesh_table("mesh_terms", "one row per name or entry term of a descriptor, qualifier or supplementary record", _in_concepts("TermList", "Term", ups=4), "ui term_seq",
        Column("ui", TEXT, None, None, "identifier of the record: D…, Q… or C…"),
        Column("term_seq", ORDINAL, ".", None, "1-based position in the record"),
        Column("concept_seq", ORDINAL, None, None, "mesh_concepts.concept_seq"),
        Column("term_ui", TEXT, "TermUI", None, "identifier: T027719; permuted forms share it"),
        Column("term", TEXT, "String", None, "name or entry term"),
        Column("is_record_preferred", BOOLEAN, "@RecordPreferredTermYN", None, "whether it is the name of the record"),
        Column("is_concept_preferred", BOOLEAN, "@ConceptPreferredTermYN", None, "whether it is the name of its concept"),
        Column("is_permuted", BOOLEAN, "@IsPermutedTermYN", None, "whether its words were put in another order by machine: 'Neoplasm, Colonic'"),
        Column("lexical_tag", TEXT, "@LexicalTag", None, "abbreviation (ABB, ABX), acronym (ACR, ACX), eponym (EPO), lab number (LAB), proper name (NAM), trade name (TRD), none (NON)"),
        Column("is_printed", BOOLEAN, "@PrintFlagYN", None, "whether it is in the printed MeSH (files before 2016)"),
        Column("date_created", DATE, "DateCreated", None, "day the term was made"),
        Column("abbreviation", TEXT, "Abbreviation", None, "two letters, of qualifiers"),
        Column("sort_version", TEXT, "SortVersion", None, "form for sorting"),
        Column("entry_version", TEXT, "EntryVersion", None, "short form for indexers"),
        Column("thesaurus_ids", TEXTS, "ThesaurusIDlist/ThesaurusID", None, "thesauri that have the term, with years: 'NLM (1990)'"),
        Column("term_note", TEXT, "TermNote", None, "note"),
    ),
    _mesh_table("mesh_see_related", "one row per descriptor that a descriptor refers to as related", f"{DESCRIPTOR}/SeeRelatedList/SeeRelatedDescriptor", "descriptor_ui related_seq",
        Column("descriptor_ui", TEXT, "../../DescriptorUI", None, "mesh_descriptors.descriptor_ui"),
        Column("related_seq", ORDINAL, ".", None, "1-based position"),
        *_referred("related_", "DescriptorReferredTo", "related descriptor"),
    ),
    _mesh_table("mesh_entry_combinations", "one row per pair of descriptor and qualifier that is not used, with what is used instead", f"{DESCRIPTOR}/EntryCombinationList/EntryCombination", "descriptor_ui combination_seq",
        Column("descriptor_ui", TEXT, "../../DescriptorUI", None, "mesh_descriptors.descriptor_ui"),
        Column("combination_seq", ORDINAL, ".", None, "1-based position"),
        *_referred("in_", "ECIN/DescriptorReferredTo", "descriptor that is not used"),
        *_referred("in_", "ECIN/QualifierReferredTo", "qualifier that it is not used with", "Qualifier"),
        *_referred("out_", "ECOUT/DescriptorReferredTo", "descriptor to use"),
        *_referred("out_", "ECOUT/QualifierReferredTo", "qualifier to use with it; NULL for none", "Qualifier"),
    ),
    _mesh_table("mesh_allowable_qualifiers", "one row per qualifier that a descriptor may have", f"{DESCRIPTOR}/AllowableQualifiersList/AllowableQualifier", "descriptor_ui qualifier_ui",
        Column("descriptor_ui", TEXT, "../../DescriptorUI", None, "mesh_descriptors.descriptor_ui"),
        *_referred("", "QualifierReferredTo", "qualifier", "Qualifier"),
        Column("abbreviation", TEXT, "Abbreviation", None, "two letters: DT"),
    ),
    _mesh_table("mesh_qualifiers_vocabulary", "one row per MeSH qualifier (subheading)", QUALIFIER, "qualifier_ui",
        Column("qualifier_ui", TEXT, "QualifierUI", None, "identifier: Q000188"),
        Column("qualifier", TEXT, "QualifierName/String", None, "name: drug therapy"),
        Column("abbreviation", TEXT, None, None, "two letters, of its name in mesh_terms: DT"),
        Column("qualifier_type", INTEGER, "@QualifierType", None, "type (older files)"),
        Column("scope_note", TEXT, None, None, "scope note of the preferred concept: mesh_concepts.scope_note"),
        *MESH_DATES,
        Column("annotation", TEXT, "Annotation", None, "notes for indexers"),
        Column("history_note", TEXT, "HistoryNote", None, "history of the qualifier"),
        Column("online_note", TEXT, "OnlineNote", None, "notes for searchers"),
        Column("previous_indexing", TEXTS, "PreviousIndexingList/PreviousIndexing", None, "how its topic was indexed before"),
        Column("tree_nodes_allowed", TEXTS, "TreeNodeAllowedList/TreeNodeAllowed", None, "parts of the tree it may be used in (older files)"),
        *MESH_ORIGIN,
    ),
    _mesh_table("mesh_qualifier_tree_numbers", "one row per place of a qualifier in the tree of qualifiers", f"{QUALIFIER}/TreeNumberList/TreeNumber", "qualifier_ui tree_number",
        Column("qualifier_ui", TEXT, "../../QualifierUI", None, "mesh_qualifiers_vocabulary.qualifier_ui"),
        Column("tree_number", TEXT, ".", None, "place in the tree: Y08.010"),
    ),
    _mesh_table("mesh_pharmacological_actions", "one row per substance and pharmacological action",
        {
            f"{DESCRIPTOR}/PharmacologicalActionList/PharmacologicalAction": {"ui": At("../../DescriptorUI"), "name": At("../../DescriptorName/String")},
            f"{SUPPLEMENTARY}/PharmacologicalActionList/PharmacologicalAction": {"ui": At("../../SupplementalRecordUI"), "name": At("../../SupplementalRecordName/String")},
            "PharmacologicalAction/PharmacologicalActionSubstanceList/Substance": {"action_ui": At("../../DescriptorReferredTo/DescriptorUI"), "action": At("../../DescriptorReferredTo/DescriptorName/String")},
        }, "ui action_ui",
        Column("ui", TEXT, "RecordUI", None, "identifier of the substance: D… or C…"),
        Column("name", TEXT, "RecordName/String", None, "name of the substance"),
        Column("action_ui", TEXT, "DescriptorReferredTo/DescriptorUI", None, "descriptor of the action: mesh_descriptors.descriptor_ui"),
        Column("action", TEXT, "DescriptorReferredTo/DescriptorName/String", None, "name of the action: Anti-Bacterial Agents"),
    ),
    _mesh_table("mesh_supplementary", "one row per supplementary concept record: chemicals, protocols, diseases, organisms", SUPPLEMENTARY, "supplementary_ui",
        Column("supplementary_ui", TEXT, "SupplementalRecordUI", None, "identifier: C025735"),
        Column("name", TEXT, "SupplementalRecordName/String", None, "name"),
        Column("supplementary_class", INTEGER, "@SCRClass", None, "1 chemical, 2 protocol, 3 disease, 4 organism, 5 population group, 6 anatomy"),
        *MESH_DATES,
        Column("note", TEXT, "Note", None, "what it is"),
        Column("frequency", INTEGER, "Frequency", None, "citations that had it when the file was made"),
        Column("previous_indexing", TEXTS, "PreviousIndexingList/PreviousIndexing", None, "how it was indexed before"),
        Column("sources", TEXTS, "SourceList/Source", None, "citations it was found in"),
        *MESH_ORIGIN,
    ),
    _mesh_table("mesh_supplementary_mappings", "one row per heading that a supplementary record is mapped to", f"{SUPPLEMENTARY}/HeadingMappedToList/HeadingMappedTo", "supplementary_ui mapping_seq",
        Column("supplementary_ui", TEXT, "../../SupplementalRecordUI", None, "mesh_supplementary.supplementary_ui"),
        Column("mapping_seq", ORDINAL, ".", None, "1-based position"),
        *_referred("", "DescriptorReferredTo", "descriptor, without the star"),
        *_referred("", "QualifierReferredTo", "qualifier, without the star; NULL for none", "Qualifier"),
        Column("is_major", BOOLEAN, None, None, "whether descriptor or qualifier is starred"),
    ),
    _mesh_table("mesh_supplementary_indexing", "one row per heading or substance that a supplementary record may be indexed with", f"{SUPPLEMENTARY}/IndexingInformationList/IndexingInformation", "supplementary_ui indexing_seq",
        Column("supplementary_ui", TEXT, "../../SupplementalRecordUI", None, "mesh_supplementary.supplementary_ui"),
        Column("indexing_seq", ORDINAL, ".", None, "1-based position"),
        *_referred("", "DescriptorReferredTo", "descriptor"),
        *_referred("", "QualifierReferredTo", "qualifier", "Qualifier"),
        Column("chemical_ui", TEXT, "ChemicalReferredTo/SupplementalRecordUI", None, "identifier of the substance"),
        Column("chemical", TEXT, "ChemicalReferredTo/SupplementalRecordName/String", None, "name of the substance"),
    ),
    _mesh_table("mesh_anomalies", "one row per value of a MeSH file that could not be typed or placed", {}, "",
        Column("source_file", TEXT, None, None, "file the value is in; see mesh_files.name"),
        Column("ui", TEXT, None, None, "record the value is in"),
        Column("path", TEXT, None, None, "DTD path of the value"),
        Column("value", TEXT, None, None, "the value as sent; the parts of a date joined with /"),
        Column("reason", TEXT, None, None, "why it has no column"),
    ),
    _mesh_table("mesh_unknown_paths", "one row per element or attribute of a MeSH file that the schema does not know", {}, "source_file path",
        Column("source_file", TEXT, None, None, "file it occurs in; see mesh_files.name"),
        Column("path", TEXT, None, None, "DTD path"),
        Column("count", BIGINT, None, None, "occurrences in the file"),
        Column("example_ui", TEXT, None, None, "a record that has it"),
    ),
)
# fmt: on

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
LAKE_TABLES: tuple[Table, ...] = tuple(table for table in TABLES if table.in_lake)
CITATION_TABLES: tuple[Table, ...] = tuple(table for table in TABLES if table.of_citation)
#: Of a file as such.
FILE_TABLES: tuple[Table, ...] = tuple(table for table in LAKE_TABLES if not table.of_citation)
VOCABULARY_TABLES: tuple[Table, ...] = tuple(table for table in TABLES if table.in_vocabulary)

#: Raised by hand when a reader comes to give other rows for the same file although no line above has changed: the golden
#: rows of `tests/lake/golden` differ then.
READER_REVISION = 2

#: Tags of MEDLINE text that become no column, and why.
IGNORED_TAGS = {
    "SO": "composed of other fields: checked against them, and against the tags of a record whose line breaks were lost"
}

#: Elements of the DTD that no path above names, and why.
IGNORED_ELEMENTS = {
    "ContractNumber": "declared, but in no content model",
    "URL": "declared, but in no content model",
}

#: Attributes on elements that no path above names, and why.
IGNORED_ATTRIBUTES: dict[str, str] = {}
