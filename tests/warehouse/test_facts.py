"""Where earlier systems fail: each of their failures, as a file that goes in and the rows that must come out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from pyarrow import parquet

from build import (
    abstract,
    ask,
    authors,
    citation,
    contents,
    deletion,
    document,
    error_of,
    files_there,
    found_by_checks,
    medline,
    revised,
    rows_of,
    text_record,
    title,
    write_dump,
    write_mirror,
)
from medline import pipeline
from medline.errors import BadInput, MissingDump
from medline.home import LocalHome
from medline.home.layout import lake_name
from medline.lake import manifest, transform
from medline.mirror.dumps import source
from medline.parse import ENGINES, iter_batches


@pytest.fixture
def read(tmp_path):
    """Read records as one XML file."""

    def read(*records):
        path = tmp_path / "records.xml"
        path.write_bytes(document(*records))
        return rows_of(path)

    return read


@pytest.fixture
def read_text(tmp_path):
    """Read MEDLINE text."""

    def read_text(*records, encoding="utf-8"):
        path = tmp_path / "records.nbib"
        path.write_bytes("".join(records).encode(encoding))
        return rows_of(path)

    return read_text


@pytest.fixture
def sync(tmp_path, monkeypatch):
    """Sync dumps, each given as its records, the first as baseline, into a home, and return that home."""

    def sync(*dumps, year=26, home="home"):
        mirror = tmp_path / f"mirror{year}-{len(dumps)}-{home}"
        write_mirror(mirror, *dumps, year=year)
        pipeline.sync(mirror, tmp_path / home)
        return tmp_path / home

    return sync


# Only the first PMID of a DeleteCitation is deleted; none at all.


@pytest.fixture(scope="module")
def deleted(tmp_path_factory):
    """A home from whose 270 citations an update deletes 262 by one DeleteCitation, and more by others."""
    folder, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("home")
    update = [deletion(*range(1, 263)), citation(300), deletion(265, 266), citation(301), deletion(268, 999)]
    for path in write_mirror(folder, [citation(pmid) for pmid in range(1, 271)], update):
        pipeline.load_files([path], home)
    return home


def test_all_262_pmids_of_a_delete_citation_are_deleted(deleted):
    assert ask(deleted, "SELECT count(*) FROM articles WHERE pmid <= 262") == [(0,)]
    assert ask(deleted, "SELECT count(DISTINCT pmid) FROM deleted_citations WHERE pmid <= 262") == [(262,)]


def test_every_delete_citation_of_a_file_counts_also_between_records(deleted):
    left = [263, 264, 267, 269, 270, 300, 301]
    assert ask(deleted, "SELECT list(pmid ORDER BY pmid) FROM articles") == [(left,)]


def test_a_deletion_of_a_pmid_that_was_never_distributed_is_kept_and_harms_nothing(deleted):
    sql = "SELECT version, source_file FROM deleted_citations WHERE pmid = 999"
    assert ask(deleted, sql) == [(1, "pubmed26n0002.xml.gz")]


def test_deleting_version_2_leaves_version_1_current(sync):
    first = [citation(pmid, 1, title=title("First.")) for pmid in (1, 2)]
    second = [citation(pmid, 2, title=title("Second.")) for pmid in (1, 2)]
    home = sync(first, second, [deletion(2, version=2)])
    assert ask(home, "SELECT pmid, version, title FROM articles ORDER BY pmid") == [(1, 2, "Second."), (2, 1, "First.")]


# Text is cut at the first <i> or <sup>, or empty when it starts with one; kg/m² becomes kg m.


def test_text_that_starts_with_an_inline_tag_is_whole(read):
    rows = read(citation(1, title=title("<i>Escherichia coli</i> in <b>soil</b>."), article=abstract("<i>In vivo</i>")))
    assert rows("articles", "title title_markup") == [
        ("Escherichia coli in soil.", "<i>Escherichia coli</i> in <b>soil</b>.")
    ]
    assert rows("abstracts", "text text_markup") == [("In vivo", "<i>In vivo</i>")]
    assert rows("articles", "abstract") == [("In vivo",)]


def test_superscripts_join_the_text_around_them(read):
    rows = read(citation(1, article=abstract("A mass of 30 kg/m<sup>2</sup> and H<sub>2</sub>O.")))
    assert rows("abstracts", "text text_markup") == [
        ("A mass of 30 kg/m2 and H2O.", "A mass of 30 kg/m<sup>2</sup> and H<sub>2</sub>O.")
    ]


def test_nested_tags_and_formulas_are_text_and_markup(read):
    formula = '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi></mml:math>'
    rows = read(citation(1, title=title(f"On <i>p<sub><b>1</b></sub></i> and {formula}")))
    assert rows("articles", "title title_markup") == [("On p1 and x", f"On <i>p<sub><b>1</b></sub></i> and {formula}")]


def test_inline_tags_are_kept_wherever_the_dtd_has_mixed_content(read):
    article = (
        "<AuthorList><Author><CollectiveName>The <i>Lupus</i> Group</CollectiveName><AffiliationInfo>"
        "<Affiliation>1<sup>st</sup> Clinic</Affiliation></AffiliationInfo></Author></AuthorList>"
        "<VernacularTitle>Sur <i>Rosa</i></VernacularTitle>"
    )
    after = (
        '<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N"><i>Rosa</i> sp.</Keyword></KeywordList>'
        "<CoiStatement>None <u>at all</u>.</CoiStatement>"
    )
    data = "<ReferenceList><Reference><Citation>A. <i>B</i>. 2001</Citation></Reference></ReferenceList>"
    rows = read(citation(1, article=article, citation=after, data=data))
    assert rows("authors", "collective_name collective_name_markup") == [("The Lupus Group", "The <i>Lupus</i> Group")]
    assert rows("affiliations", "affiliation affiliation_markup") == [("1st Clinic", "1<sup>st</sup> Clinic")]
    assert rows("keywords", "keyword keyword_markup") == [("Rosa sp.", "<i>Rosa</i> sp.")]
    assert rows("article_references", "citation citation_markup") == [("A. B. 2001", "A. <i>B</i>. 2001")]
    assert rows("articles", "vernacular_title vernacular_title_markup coi_statement coi_statement_markup") == [
        ("Sur Rosa", "Sur <i>Rosa</i>", "None at all.", "None <u>at all</u>.")
    ]


def test_markup_is_null_where_there_is_none_and_escaped_tags_are_text(read):
    rows = read(citation(1, title=title("p &lt; 0.05 &amp; &lt;i&gt;q&lt;/i&gt;")))
    assert rows("articles", "title title_markup") == [("p < 0.05 & <i>q</i>", None)]


# Section labels are lost or glued, sections unordered; records whose only text is OtherAbstract have none.

SECTIONS = """<Abstract>
<AbstractText Label="METHODS" NlmCategory="METHODS">We counted.</AbstractText>
<AbstractText Label="AIM" NlmCategory="OBJECTIVE">To count.</AbstractText>
<AbstractText>No label here.</AbstractText>
<CopyrightInformation>Copyright 2001 Nobody.</CopyrightInformation></Abstract>"""


def test_sections_keep_their_labels_and_their_order(read):
    rows = read(citation(1, article=SECTIONS))
    assert rows("abstracts", "abstract_seq section_seq abstract_type label nlm_category text copyright") == [
        (1, 1, None, "METHODS", "METHODS", "We counted.", "Copyright 2001 Nobody."),
        (1, 2, None, "AIM", "OBJECTIVE", "To count.", "Copyright 2001 Nobody."),
        (1, 3, None, None, None, "No label here.", "Copyright 2001 Nobody."),
    ]
    assert rows("articles", "abstract") == [("METHODS: We counted. AIM: To count. No label here.",)]


def test_a_record_with_nothing_but_an_other_abstract_has_its_text(read):
    other = '<OtherAbstract Type="Publisher" Language="fre"><AbstractText>Un texte.</AbstractText></OtherAbstract>'
    rows = read(citation(1, citation=other))
    assert rows("abstracts", "abstract_type language text") == [("Publisher", "fre", "Un texte.")]
    assert rows("articles", "abstract") == [(None,)]


def test_several_other_abstracts_stand_beside_the_articles_own(read):
    others = "".join(
        f'<OtherAbstract Type="{kind}" Language="{language}"><AbstractText>{text}</AbstractText></OtherAbstract>'
        for kind, language, text in (("Publisher", "ger", "Ein Text."), ("plain-language-summary", "eng", "Plainly."))
    )
    rows = read(citation(1, article=abstract("A text."), citation=others))
    assert rows("abstracts", "abstract_seq abstract_type language text") == [
        (1, None, None, "A text."),
        (2, "Publisher", "ger", "Ein Text."),
        (3, "plain-language-summary", "eng", "Plainly."),
    ]
    assert rows("articles", "abstract") == [("A text.",)]


def test_other_abstract_of_text_has_its_language(read_text):
    rows = read_text(text_record(1, "TI  - A title.", "OAB - Publisher: Un texte.", "OABL- fre"))
    assert rows("abstracts", "abstract_type language text") == [("Publisher", "fre", "Un texte.")]
    assert rows("articles", "abstract") == [(None,)]


# Only the first affiliation is kept; AD cannot be traced to its author.


def test_all_affiliations_of_an_author_are_kept(read):
    info = "<AffiliationInfo><Affiliation>{}</Affiliation></AffiliationInfo>".format
    listed = (
        f"<Author><LastName>Alm</LastName>{info('Clinic A')}{info('Clinic B')}</Author>"
        "<Author><LastName>Bek</LastName></Author>"
        f"<Author><LastName>Cid</LastName>{info('Clinic C')}</Author>"
    )
    rows = read(citation(1, article=f"<AuthorList>{listed}</AuthorList>"))
    assert rows("affiliations", "author_seq affiliation_seq affiliation") == [
        (1, 1, "Clinic A"),
        (1, 2, "Clinic B"),
        (3, 1, "Clinic C"),
    ]


def test_an_address_of_text_is_that_of_the_author_before_it(read_text):
    rows = read_text(
        text_record(
            1,
            *("FAU - Alm, Ada", "AU  - Alm A", "AD  - Clinic A, Norland.", "AD  - Clinic B, Norland."),
            *("FAU - Bek, Bo", "AU  - Bek B"),
            *("CN  - The Norland Group", "AD  - Clinic C, Norland."),
            *("FAU - Cid, Cleo", "AU  - Cid C", "AUID- ORCID: 0000-0002-1825-0097", "AD  - Clinic D, Norland."),
        )
    )
    assert rows("authors", "author_seq last_name collective_name orcid") == [
        (1, "Alm", None, None),
        (2, "Bek", None, None),
        (3, None, "The Norland Group", None),
        (4, "Cid", None, "0000-0002-1825-0097"),
    ]
    assert rows("affiliations", "author_seq affiliation_seq affiliation") == [
        (1, 1, "Clinic A, Norland."),
        (1, 2, "Clinic B, Norland."),
        (3, 1, "Clinic C, Norland."),
        (4, 1, "Clinic D, Norland."),
    ]


def test_an_address_of_an_old_file_stands_straight_under_its_author(read):
    listed = "<Author><LastName>Alm</LastName><Affiliation>Clinic A</Affiliation></Author>"
    rows = read(citation(1, article=f"<AuthorList>{listed}</AuthorList>"))
    assert rows("affiliations", "author_seq affiliation_seq affiliation") == [(1, 1, "Clinic A")]


# Investigators land on another PMID.


def test_investigators_stay_with_their_pmid(read):
    listed = (
        "<InvestigatorList><Investigator><LastName>Dun</LastName><AffiliationInfo><Affiliation>Clinic D</Affiliation>"
        "</AffiliationInfo></Investigator><Investigator><LastName>Eck</LastName></Investigator></InvestigatorList>"
    )
    rows = read(citation(1, article=authors("Alm")), citation(2, citation=listed), citation(3, article=authors("Bek")))
    assert rows("investigators", "pmid investigator_seq last_name") == [(2, 1, "Dun"), (2, 2, "Eck")]
    assert rows("investigator_affiliations", "pmid investigator_seq affiliation") == [(2, 1, "Clinic D")]
    assert rows("authors", "pmid last_name") == [(1, "Alm"), (3, "Bek")]


def test_investigators_of_text_stay_with_their_pmid(read_text):
    second = ("FAU - Bek, Bo", "AU  - Bek B", "FIR - Dun, Di", "IR  - Dun D", "IRAD- Clinic D, Norland.")
    rows = read_text(text_record(1, "FAU - Alm, Ada", "AU  - Alm A"), text_record(2, *second))
    assert rows("investigators", "pmid last_name fore_name") == [(2, "Dun", "Di")]
    assert rows("investigator_affiliations", "pmid affiliation") == [(2, "Clinic D, Norland.")]
    assert rows("authors", "pmid last_name") == [(1, "Alm"), (2, "Bek")]


# Ids of cited references are taken as the article's own.

CITED = (
    "<Reference><Citation>Alm. 1999</Citation><ArticleIdList>"
    '<ArticleId IdType="pubmed">{0}</ArticleId><ArticleId IdType="doi">10.5555/cited.{0}</ArticleId>'
    '<ArticleId IdType="pmc">PMC{0}</ArticleId></ArticleIdList></Reference>'
)


def test_the_ids_of_426_cited_works_are_never_the_articles_own(read):
    cited = "".join(CITED.format(pmid) for pmid in range(1000, 1426))
    own = '<ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList>'
    rows = read(citation(1, data=f"{own}<ReferenceList>{cited}</ReferenceList>"))
    assert rows("article_ids", "id_type article_id") == [("pubmed", "1")]
    assert rows("articles", "doi pmc pii") == [(None, None, None)]
    assert rows("reference_ids", "reference_seq id_type article_id")[-3:] == [
        (426, "pubmed", "1425"),
        (426, "doi", "10.5555/cited.1425"),
        (426, "pmc", "PMC1425"),
    ]


def test_nested_lists_of_references_are_flattened_in_order(read):
    nested = (
        f"<ReferenceList><Title>All</Title>{CITED.format(1)}<ReferenceList><Title>More</Title>{CITED.format(2)}"
        f"</ReferenceList></ReferenceList><ReferenceList>{CITED.format(3)}</ReferenceList>"
    )
    rows = read(citation(9, data=nested))
    assert rows("article_references", "reference_seq list_path") == [(1, "1"), (2, "1.1"), (3, "2")]
    assert rows("reference_lists", "list_path title") == [("1", "All"), ("1.1", "More"), ("2", None)]
    assert [row for row in rows("reference_ids", "reference_seq id_type article_id") if row[1] == "pubmed"] == [
        (1, "pubmed", "1"),
        (2, "pubmed", "2"),
        (3, "pubmed", "3"),
    ]


# The DOI is lost when a pii follows it, or when it is present in only one of two places.

PLACE = '<ELocationID EIdType="{}" ValidYN="Y">{}</ELocationID>'.format
OWN = '<ArticleId IdType="{}">{}</ArticleId>'.format


@pytest.mark.parametrize(
    ("article", "ids"),
    [
        (PLACE("doi", "10.5555/a") + PLACE("pii", "S1"), OWN("doi", "10.5555/a") + OWN("pii", "S1")),
        (PLACE("pii", "S1") + PLACE("doi", "10.5555/a"), OWN("pii", "S1") + OWN("doi", "10.5555/a")),
        (PLACE("doi", "10.5555/a") + PLACE("pii", "S1"), OWN("pubmed", "1")),
        ("", OWN("doi", "10.5555/a") + OWN("pii", "S1") + OWN("pubmed", "1")),
    ],
    ids=["a pii follows", "a pii precedes", "only in ELocationID", "only in ArticleIdList"],
)
def test_doi_and_pii_are_found_wherever_they_stand(read, article, ids):
    rows = read(citation(1, article=article, data=f"<ArticleIdList>{ids}</ArticleIdList>"))
    assert rows("articles", "doi pii") == [("10.5555/a", "S1")]
    assert len(rows("article_ids", "id_type")) == ids.count("<ArticleId ")
    assert len(rows("elocation_ids", "elocation_type")) == article.count("<ELocationID ")


def test_a_doi_that_is_marked_invalid_is_not_the_articles(read):
    wrong = '<ELocationID EIdType="doi" ValidYN="N">10.5555/wrong</ELocationID>'
    rows = read(citation(1, article=wrong + PLACE("doi", "10.5555/right")))
    assert rows("articles", "doi") == [("10.5555/right",)]
    assert rows("elocation_ids", "elocation_id is_valid") == [("10.5555/wrong", False), ("10.5555/right", True)]


@pytest.mark.parametrize(
    "lines",
    [
        ("LID - S1 [pii]", "LID - 10.5555/a [doi]"),
        ("AID - S1 [pii]", "AID - 10.5555/a [doi]"),
        ("AID - 10.5555/a [doi]", "AID - S1 [pii]"),
    ],
)
def test_doi_and_pii_of_text_are_found_wherever_they_stand(read_text, lines):
    assert read_text(text_record(1, *lines))("articles", "doi pii") == [("10.5555/a", "S1")]


# MedlineDate and Season give NULL, "Summer" or 1900-01-01; a print month and an electronic day make a date.


@pytest.mark.parametrize(
    ("printed", "year"),
    [("1998 Dec-1999 Jan", 1998), ("1978-1979", 1978), ("2000 Spring-Summer", 2000), ("Summer 2003", 2003),
     ("no year", None)],
)  # fmt: skip
def test_medline_date_is_kept_as_printed_and_gives_a_year(read, printed, year):
    rows = read(citation(1, pub_date=f"<MedlineDate>{printed}</MedlineDate>"))
    expected = [(printed, printed, year, None, None, None)]
    assert rows("articles", "medline_date pub_date pub_year pub_month pub_day pub_season") == expected


@pytest.mark.parametrize("printed", ["1998 Dec-1999 Jan", "1978-1979", "2000 Sep 28-Oct 4"])
def test_medline_date_of_text_is_kept_as_printed(read_text, printed):
    rows = read_text(text_record(1, f"DP  - {printed}"))
    expected = [(printed, printed, int(printed[:4]), None)]
    assert rows("articles", "medline_date pub_date pub_year pub_month") == expected


def test_a_season_is_no_month(read, read_text):
    columns = "pub_date pub_year pub_month pub_day pub_season medline_date"
    expected = [("2000 Summer", 2000, None, None, "Summer", None)]
    assert read(citation(1, pub_date="<Year>2000</Year><Season>Summer</Season>"))("articles", columns) == expected
    assert read_text(text_record(1, "DP  - 2000 Summer"))("articles", columns) == expected


def test_a_date_of_print_without_day_stays_without_day(read):
    rows = read(
        citation(1, pub_date="<Year>2001</Year><Month>10</Month><Day>01</Day>"),
        citation(2, pub_date="<Year>2001</Year><Month>Oct</Month>"),
        citation(3, pub_date="<Year>2001</Year>"),
    )
    assert rows("articles", "pub_date pub_year pub_month pub_day") == [
        ("2001 Oct 1", 2001, 10, 1),
        ("2001 Oct", 2001, 10, None),
        ("2001", 2001, None, None),
    ]


def test_print_date_and_electronic_date_never_mix(read):
    electronic = '<ArticleDate DateType="Electronic"><Year>2005</Year><Month>08</Month><Day>31</Day></ArticleDate>'
    rows = read(citation(1, pub_date="<Year>2005</Year><Month>Sep</Month>", article=electronic))
    assert rows("articles", "pub_date pub_year pub_month pub_day") == [("2005 Sep", 2005, 9, None)]
    assert rows("article_dates", "date_type year month day") == [("Electronic", 2005, 8, 31)]


def test_print_date_and_electronic_date_of_text_never_mix(read_text):
    rows = read_text(text_record(1, "DP  - 2005 Sep", "DEP - 20050831"))
    assert rows("articles", "pub_date pub_year pub_month pub_day") == [("2005 Sep", 2005, 9, None)]
    assert rows("article_dates", "year month day") == [(2005, 8, 31)]


# Keyword owners are detached from keywords; only the first KeywordList is read.


def test_every_keyword_has_the_owner_of_its_list(read):
    lists = (
        '<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">otters</Keyword><Keyword MajorTopicYN="Y">fur</Keyword>'
        '</KeywordList><KeywordList Owner="NASA"><Keyword MajorTopicYN="N">orbits</Keyword></KeywordList>'
    )
    rows = read(citation(1, citation=lists))
    assert rows("keywords", "keyword_seq owner keyword is_major") == [
        (1, "NOTNLM", "otters", False),
        (2, "NOTNLM", "fur", True),
        (3, "NASA", "orbits", False),
    ]


def test_every_keyword_of_text_has_the_owner_before_it(read_text):
    rows = read_text(text_record(1, "OTO - NOTNLM", "OT  - otters", "OT  - *fur", "OTO - NASA", "OT  - orbits"))
    assert rows("keywords", "owner keyword is_major") == [
        ("NOTNLM", "otters", False),
        ("NOTNLM", "fur", True),
        ("NASA", "orbits", False),
    ]


# A DataBank without accessions, a Grant without Country, an author without ForeName: a record lost.


def test_a_data_bank_without_accessions_keeps_one_row(read):
    banks = (
        "<DataBank><DataBankName>GENBANK</DataBankName></DataBank><DataBank><DataBankName>Dryad</DataBankName>"
        "<AccessionNumberList><AccessionNumber>D1</AccessionNumber><AccessionNumber>D2</AccessionNumber>"
        "</AccessionNumberList></DataBank>"
    )
    rows = read(citation(1, article=f'<DataBankList CompleteYN="Y">{banks}</DataBankList>'))
    assert rows("accessions", "databank_seq databank accession") == [
        (1, "GENBANK", None),
        (2, "Dryad", "D1"),
        (2, "Dryad", "D2"),
    ]


def test_a_grant_needs_nothing_but_its_agency(read):
    grants = "<Grant><Agency>Norland Fund</Agency></Grant><Grant><GrantID>N/1/2</GrantID><Agency>NF</Agency></Grant>"
    rows = read(citation(1, article=f"<GrantList>{grants}</GrantList>"))
    assert rows("grants", "grant_id acronym agency country") == [
        (None, None, "Norland Fund", None),
        ("N/1/2", None, "NF", None),
    ]


def test_an_author_needs_no_fore_name(read, read_text):
    columns = "last_name fore_name initials"
    assert read(citation(1, article=authors("Suharto")))("authors", columns) == [("Suharto", None, None)]
    assert read_text(text_record(1, "FAU - Suharto", "AU  - Suharto"))("authors", columns) == [("Suharto", None, None)]


def test_a_citation_needs_hardly_anything(read):
    bare = '<PubmedArticle><MedlineCitation><PMID Version="1">1</PMID></MedlineCitation></PubmedArticle>'
    assert read(bare)("articles", "pmid version title pub_date country nlm_unique_id medline_pgn") == [
        (1, 1, None, None, None, None, None)
    ]


# The MeSH major flag of the descriptor is never set.


def test_descriptor_and_qualifiers_have_their_own_major_flags(read):
    headings = (
        '<MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">Otters</DescriptorName></MeshHeading>'
        '<MeshHeading><DescriptorName UI="D2" MajorTopicYN="N">Fur</DescriptorName>'
        '<QualifierName UI="Q1" MajorTopicYN="Y">growth</QualifierName>'
        '<QualifierName UI="Q2" MajorTopicYN="N">injuries</QualifierName></MeshHeading>'
    )
    rows = read(citation(1, citation=f"<MeshHeadingList>{headings}</MeshHeadingList>"))
    assert rows("mesh", "heading_seq descriptor_ui descriptor is_major") == [
        (1, "D1", "Otters", True),
        (2, "D2", "Fur", False),
    ]
    assert rows("mesh_qualifiers", "heading_seq qualifier_seq qualifier is_major") == [
        (2, 1, "growth", True),
        (2, 2, "injuries", False),
    ]


def test_stars_of_text_headings_are_major_flags(read_text):
    rows = read_text(text_record(1, "MH  - *Otters", "MH  - Fur/*growth/injuries", "MH  - Humans"))
    assert rows("mesh", "descriptor is_major") == [("Otters", True), ("Fur", False), ("Humans", False)]
    assert rows("mesh_qualifiers", "heading_seq qualifier is_major") == [(2, "growth", True), (2, "injuries", False)]


# Child rows of deleted or slimmed records stay; delete then re-add in one batch ends deleted.

RICH = {
    "article": authors("Alm", "Bek", "Cid") + abstract("A text."),
    "citation": '<KeywordList Owner="NOTNLM"><Keyword>otters</Keyword><Keyword>fur</Keyword></KeywordList>',
    "data": f"<ReferenceList>{CITED.format(7)}</ReferenceList>",
}
CHILDREN = "authors abstracts keywords article_references reference_ids reference_lists".split()


def children(home, pmid):
    return {name: ask(home, f"SELECT count(*) FROM {name} WHERE pmid = {pmid}")[0][0] for name in CHILDREN}


def test_child_rows_of_deleted_and_slimmed_records_are_gone(sync):
    slimmed = citation(2, article=authors("Dun"))
    home = sync([citation(pmid, **RICH) for pmid in (1, 2, 3)], [deletion(1), slimmed])
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0)
    assert children(home, 2) == dict.fromkeys(CHILDREN, 0) | {"authors": 1}
    assert ask(home, "SELECT last_name FROM authors WHERE pmid = 2") == [("Dun",)]
    assert all(children(home, 3).values())


def test_child_rows_of_a_record_that_comes_twice_in_a_file_are_of_the_last_one(sync):
    home = sync([citation(1, **RICH), citation(2), citation(1, article=authors("Dun"))])
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0) | {"authors": 1}
    assert ask(home, "SELECT last_name FROM authors") == [("Dun",)]
    assert ask(home, "SELECT superseded, citations FROM dumps") == [(1, 2)]


def test_child_rows_of_a_reissued_dump_are_those_of_its_new_content(tmp_path, monkeypatch):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1, **RICH), citation(2)])
    pipeline.sync(mirror, home)
    write_mirror(mirror, [citation(1), citation(3)])
    assert pipeline.sync(mirror, home) == ["pubmed26n0001.xml.gz"]
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (3,)]
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0)


def test_a_later_file_brings_a_deleted_record_back(sync):
    home = sync([citation(1, **RICH)], [deletion(1)], [citation(1, title=title("Back."))])
    assert ask(home, "SELECT title FROM articles") == [("Back.",)]
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0)


def test_a_deletion_applies_to_what_comes_before_it_in_its_own_file(sync):
    home = sync([citation(1), citation(2)], [citation(1), deletion(1), deletion(2), citation(2, title=title("Back."))])
    assert ask(home, "SELECT pmid, title FROM articles") == [(2, "Back.")]


def test_a_record_that_is_deleted_and_brought_back_and_deleted_is_deleted(sync):
    home = sync([citation(1)], [deletion(1), citation(1), deletion(1)])
    assert ask(home, "SELECT count(*) FROM articles") == [(0,)]


def test_a_pmid_without_version_is_version_1_also_in_a_deletion(sync):
    bare = "<DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation>"
    home = sync([citation(1), citation(2)], [bare, citation(1, title=title("Back."))])
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "Back.")]


def test_a_record_with_and_without_version_in_one_file_is_one_record(sync):
    home = sync([citation(1, None, title=title("Old.")), citation(1, 1, title=title("New."))])
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "New.")]
    assert ask(home, "SELECT superseded FROM dumps") == [(1,)]


# A new baseline year doubles the database.


def test_a_new_baseline_year_replaces_everything(sync, tmp_path):
    home = sync([citation(1, **RICH), citation(2, **RICH)], [citation(3), deletion(2)], year=25)
    sync([citation(2), citation(4)], [citation(5)], year=26)
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(2,), (4,), (5,)]
    assert ask(home, "SELECT DISTINCT year FROM dumps") == [(26,)]
    assert ask(home, "SELECT count(*) FROM authors") == [(0,)]


def test_a_new_baseline_year_waits_until_it_is_whole(sync, tmp_path):
    home = sync([citation(1)], [citation(2)], year=25)
    before = contents(home)
    mirror = tmp_path / "next"
    write_dump(mirror / "baseline" / "pubmed26n0001.xml.gz", citation(3))
    cut = write_dump(mirror / "baseline" / "pubmed26n0002.xml.gz", citation(4))
    cut.write_bytes(cut.read_bytes()[:-9])
    with pytest.raises(MissingDump, match=r"pubmed26n0002\.xml\.gz"):
        pipeline.sync(mirror, home)
    assert contents(home) == before


def test_exports_outlive_a_new_baseline_year(sync, tmp_path):
    home = sync([citation(1)], year=25)
    export = tmp_path / "search.nbib"
    export.write_text(text_record(77, "TI  - Exported."))
    pipeline.load_files([export], home)
    sync([citation(2)], year=26)
    assert ask(home, "SELECT pmid, source_format FROM articles ORDER BY pmid") == [(2, "xml"), (77, "medline")]


# Truncated downloads are accepted; a kill restarts from the first file.


def test_a_truncated_download_is_refused_at_every_place(tmp_path):
    whole = write_dump(tmp_path / "pubmed26n0001.xml.gz", *(citation(pmid) for pmid in range(1, 40))).read_bytes()
    cut = tmp_path / "cut.xml.gz"
    for size in (10, 11, len(whole) // 2, len(whole) - 9, len(whole) - 8, len(whole) - 4, len(whole) - 1):
        cut.write_bytes(whole[:size])
        with pytest.raises(BadInput, match=r"cut\.xml\.gz"):
            list(iter_batches(cut))


DIE_AT = """
import logging, os, signal, sys
from medline.cli import app
class Death(logging.Handler):
    def emit(self, record):
        if record.getMessage().startswith(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
logging.getLogger("medline").setLevel(logging.INFO)
logging.getLogger().addHandler(Death())
app(sys.argv[2:])
"""
YEAR = ([citation(1, **RICH), citation(2)], [citation(2, **RICH), citation(3), deletion(1)])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a home holds after YEAR, if nothing disturbs."""
    mirror, home = tmp_path_factory.mktemp("mirror"), tmp_path_factory.mktemp("home")
    for path in write_mirror(mirror, *YEAR):
        pipeline.load_files([path], home)
    return contents(home)


def sync_killed_at(message, mirror, home):
    """A sync that is killed the moment it logs this; what is logged is done, what comes after is not."""
    command = [sys.executable, "-c", DIE_AT, message, "sync", "--mirror", mirror, "--home", home]
    return subprocess.run(command, check=False, timeout=60, capture_output=True)


@pytest.mark.parametrize(
    "message",
    [
        "pubmed26n0001.xml.gz: articles=2",  # one file read, the other not, no database yet
        "pubmed26n0001.xml.gz: applied",  # one file applied, the other not
    ],
)
def test_a_killed_run_continues_to_the_same_rows(tmp_path, undisturbed, message):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, *YEAR)
    assert sync_killed_at(message, mirror, home).returncode == -signal.SIGKILL
    pipeline.sync(mirror, home)
    assert contents(home) == undisturbed


def test_a_run_killed_before_the_new_year_does_not_spoil_it(sync, tmp_path, undisturbed):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, *YEAR, year=25)
    assert sync_killed_at("pubmed25n0001.xml.gz: applied", mirror, home).returncode == -signal.SIGKILL
    sync(*YEAR, year=26)
    assert contents(home) == undisturbed


def test_a_run_killed_while_it_changes_to_the_new_year_continues(sync, tmp_path, undisturbed):
    home = sync([citation(99)], year=25)
    mirror = tmp_path / "mirror"
    write_mirror(mirror, *YEAR)
    assert sync_killed_at("pubmed26n0001.xml.gz: applied", mirror, home).returncode == -signal.SIGKILL
    assert ask(home, "SELECT pmid FROM articles") == [(99,)]
    pipeline.sync(mirror, home)
    assert contents(home) == undisturbed


def test_what_a_killed_run_leaves_beside_the_database_does_no_harm(sync, tmp_path, undisturbed):
    (tmp_path / "home" / "warehouse").mkdir(parents=True)
    for leftover in (".medline.duckdb.building", ".medline.duckdb.building.wal"):
        (tmp_path / "home" / "warehouse" / leftover).write_bytes(b"half a file")
    assert contents(sync(*YEAR)) == undisturbed


def group_is_alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def kill_when(seen, mirror, home):
    """Kill -9 a real `medline sync` as soon as a file of this pattern is in its home; its process group remains."""
    command = [sys.executable, "-m", "medline.cli", "sync", "--mirror", mirror, "--home", home]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not files_there(home, seen) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    process.kill()
    process.wait()
    return process.pid


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """A mirror that takes a while to read, and what it becomes when nothing disturbs."""
    mirror, home = tmp_path_factory.mktemp("big"), tmp_path_factory.mktemp("undisturbed")
    text = abstract("Otters count. " * 40)
    write_mirror(
        mirror, *([citation(n * 10_000 + i, article=text) for i in range(1_200)] + [deletion(n)] for n in range(2))
    )
    pipeline.sync(mirror, home)
    return mirror, contents(home)


@pytest.mark.parametrize("seen", ["lake/.*.part/articles.parquet", "warehouse/medline.duckdb"])
def test_a_killed_sync_can_be_run_again_at_once(big, tmp_path, seen):
    mirror, expected = big
    group = kill_when(seen, mirror, tmp_path / "home")
    try:
        again = medline("sync", "--mirror", mirror, "--home", tmp_path / "home")
    finally:
        if group_is_alive(group):
            os.killpg(group, signal.SIGKILL)
    assert (again.returncode, again.stderr.count("error")) == (0, 0), again.stderr
    assert contents(tmp_path / "home") == expected


def test_two_runs_that_read_one_file_at_the_same_time_do_not_spoil_it(tmp_path, monkeypatch):
    path, home = write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1), citation(2)), tmp_path / "home"
    others = []

    def iter_while_another_run_begins_and_ends(path, **options):
        batches = iter_batches(path, **options)
        if not others:
            others.append("the other run")
            transform.transform(source(path), LocalHome(home))
        return batches

    monkeypatch.setattr(transform, "iter_batches", iter_while_another_run_begins_and_ends)
    assert transform.transform(source(path), LocalHome(home)).rows["articles"] == 2
    assert manifest.read_manifest(LocalHome(home), path.name).rows["articles"] == 2
    assert parquet.read_table(LocalHome(home).table("articles", lake_name(path.name)))["pmid"].to_pylist() == [1, 2]


# Gigabytes of memory for one file.


def peak_of(path):
    """Bytes of Python objects at the worst moment of reading a file by batches of 100, and the largest batch."""
    tracemalloc.start()
    try:
        largest = max(
            batch.tables["articles"].num_rows for batch in iter_batches(path, engine="reference", records=100)
        )
        return tracemalloc.get_traced_memory()[1], largest
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_an_xml_file(tmp_path):
    peaks = []
    for count in (400, 1_600):
        path = tmp_path / f"{count}.xml"
        path.write_bytes(document(*(citation(pmid, article=abstract("Otters. " * 60)) for pmid in range(count))))
        peaks.append(peak_of(path))
    (small, largest), (great, largest_again) = peaks
    assert (largest, largest_again) == (100, 100)
    assert great < 1.5 * small


def test_memory_does_not_grow_with_a_text_file(tmp_path):
    peaks = []
    for count in (400, 1_600):
        path = tmp_path / f"{count}.nbib"
        path.write_text("".join(text_record(pmid, "AB  - " + "Otters. " * 500) for pmid in range(count)))
        peaks.append(peak_of(path))
    (small, largest), (great, largest_again) = peaks
    assert (largest, largest_again) == (100, 100)
    assert great < 1.5 * small


# A failing record is logged and skipped, and the run stays green.


def test_a_failing_record_fails_its_file_and_the_run(tmp_path):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, [citation(1)], [citation(2), citation("x3"), citation(4)])
    message = error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 1)
    assert "pubmed26n0002.xml.gz line 4" in message
    assert "x3" in message
    assert ask(tmp_path / "home", "SELECT pmid FROM articles") == [(1,)]
    assert ask(tmp_path / "home", "SELECT name FROM dumps") == [("pubmed26n0001.xml.gz",)]


# Unknown elements are silently dropped.


def test_unknown_elements_and_attributes_are_counted(read):
    new = '<Mood Scale="5"><Detail>good</Detail></Mood>'
    rows = read(citation(1), citation(2, article=new + new), citation(3, article=new, data='<Licence Type="open"/>'))
    article = "PubmedArticle/MedlineCitation/Article"
    assert rows("unknown_paths", "path count example_pmid source_file") == [
        (f"{article}/Mood", 3, 2, "records.xml"),
        (f"{article}/Mood/@Scale", 3, 2, "records.xml"),
        (f"{article}/Mood/Detail", 3, 2, "records.xml"),
        ("PubmedArticle/PubmedData/Licence", 1, 3, "records.xml"),
        ("PubmedArticle/PubmedData/Licence/@Type", 1, 3, "records.xml"),
    ]
    assert rows("articles", "pmid") == [(1,), (2,), (3,)]


def test_unknown_elements_reach_the_warehouse_and_the_check_that_warns(sync):
    home = sync([citation(1, article="<Mood/>")])
    path = "PubmedArticle/MedlineCitation/Article/Mood"
    assert ask(home, "SELECT source_file, path, count, example_pmid FROM unknown_paths") == [
        ("pubmed26n0001.xml.gz", path, 1, 1)
    ]
    assert ask(home, "SELECT unknown_paths FROM dumps") == [(1,)]
    assert found_by_checks(home) == {"unknown_paths": 1}


def test_text_where_the_schema_has_none_and_unknown_elements_in_text_are_counted(read):
    rows = read(citation(1, title=title("A <em>great</em> title."), head="stray"))
    assert rows("unknown_paths", "path count") == [
        ("PubmedArticle/MedlineCitation/Article/ArticleTitle/em", 1),
        ("PubmedArticle/MedlineCitation/text()", 1),
    ]
    assert rows("articles", "title title_markup") == [("A great title.", "A <em>great</em> title.")]


def test_unknown_tags_of_text_are_counted_and_their_values_kept(read_text):
    rows = read_text(text_record(1, "ZZZ - new thing"), text_record(2, "ZZZ - another"))
    assert rows("unknown_paths", "path count example_pmid") == [("ZZZ", 2, 1)]
    assert rows("anomalies", "pmid path value") == [(1, "ZZZ", "new thing"), (2, "ZZZ", "another")]


def test_unknown_attributes_of_the_root_are_counted_too(tmp_path):
    path = tmp_path / "set.xml"
    path.write_bytes(document(citation(1)).replace(b"<PubmedArticleSet>", b'<PubmedArticleSet Release="2027">'))
    assert rows_of(path)("unknown_paths", "path count") == [("@Release", 1)]


# Tag-like continuation lines, blank continuation lines, books, CRLF.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_continuation_lines_that_look_like_tags_or_are_blank_are_text(read_text, end):
    abstract_lines = (
        "AB  - We ask the",
        "      AU - is it gold?",
        "      ",
        "      SAMD9L-like, said Alm.",
        "FAU - Alm, A",
    )
    rows = read_text(text_record(1, *abstract_lines, end=end), text_record(2, end=end))
    assert rows("articles", "pmid abstract") == [(1, "We ask the AU - is it gold? SAMD9L-like, said Alm."), (2, None)]
    assert rows("authors", "last_name") == [("Alm",)]


def test_an_empty_line_inside_a_record_loses_nothing(read_text):
    rows = read_text(text_record(1, "AB  - First half", "", "      and second half.", "LA  - eng"), text_record(2))
    assert rows("articles", "pmid abstract") == [(1, "First half and second half."), (2, None)]
    assert rows("languages", "pmid language") == [(1, "eng")]


def test_books_of_xml_are_books(read):
    book = (
        '<PubmedBookArticle><BookDocument><PMID Version="1">7</PMID><ArticleIdList>'
        '<ArticleId IdType="bookaccession">NBK7</ArticleId></ArticleIdList><Book><Publisher><PublisherName>Norland'
        "</PublisherName></Publisher><BookTitle>On <i>Otters</i></BookTitle><PubDate><Year>1993</Year></PubDate>"
        "<Isbn>9780000000000</Isbn><Isbn>9780000000001</Isbn></Book><ArticleTitle>Chapter</ArticleTitle>"
        "<Sections><Section><SectionTitle>One</SectionTitle></Section></Sections></BookDocument></PubmedBookArticle>"
    )
    rows = read(citation(1), book, citation(2))
    columns = "pmid title book_title book_title_markup publisher pub_year isbns bookaccession"
    assert rows("books", columns) == [
        (7, "Chapter", "On Otters", "On <i>Otters</i>", "Norland", 1993, ["9780000000000", "9780000000001"], "NBK7")
    ]
    assert rows("book_sections", "pmid title") == [(7, "One")]
    assert rows("articles", "pmid") == [(1,), (2,)]


def test_books_of_text_are_books(read_text):
    lines = ("PB  - Norland", "DP  - 1993", "TI  - Chapter", "BTI - On Otters", "ISBN- 9780000000000", "PL  - Norburg")
    rows = read_text(text_record(7, *lines), text_record(8, "TI  - No book."))
    assert rows("books", "pmid title book_title publisher pub_year isbns") == [
        (7, "Chapter", "On Otters", "Norland", 1993, ["9780000000000"])
    ]
    assert rows("articles", "pmid title") == [(8, "No book.")]


def test_a_line_end_of_xml_is_a_blank_however_it_is_written(tmp_path):
    path = tmp_path / "crlf.xml"
    path.write_bytes(document(citation(1, title=title("Two\nlines."))).replace(b"\n", b"\r\n"))
    assert rows_of(path)("articles", "title") == [("Two lines.",)]


# LID, IS and SB are joined into one string; a wrapped GR, OT or CIN is split in two.


def test_repeated_tags_are_rows(read_text):
    rows = read_text(
        text_record(
            1,
            *("IS  - 1234-5679 (Print)", "IS  - 2345-678X (Electronic)", "IS  - 1234-5679 (Linking)"),
            *("LID - S1 [pii]", "LID - 10.5555/a [doi]", "SB  - IM", "SB  - AIM", "LA  - eng", "LA  - fre"),
        )
    )
    assert rows("issns", "issn issn_type") == [
        ("1234-5679", "Print"),
        ("2345-678X", "Electronic"),
        ("1234-5679", "Linking"),
    ]
    assert rows("elocation_ids", "elocation_type elocation_id") == [("pii", "S1"), ("doi", "10.5555/a")]
    assert rows("citation_subsets", "citation_subset") == [("IM",), ("AIM",)]
    assert rows("languages", "language") == [("eng",), ("fre",)]
    assert rows("articles", "issn_linking") == [("1234-5679",)]


def test_wrapped_values_stay_whole(read_text):
    rows = read_text(
        text_record(
            1,
            *("GR  - R01 AB123456/AB/NAB NIH HHS/United", "      States"),
            *("OTO - NOTNLM", "OT  - a very long keyword that goes", "      over the line"),
            *("CIN - J Otter. 2001 Jan;1(1):1-2. doi:", "      10.5555/b. PMID: 42"),
        )
    )
    assert rows("grants", "grant_id acronym agency country") == [("R01 AB123456", "AB", "NAB NIH HHS", "United States")]
    assert rows("keywords", "keyword") == [("a very long keyword that goes over the line",)]
    assert rows("comments_corrections", "ref_type ref_source ref_pmid") == [
        ("CommentIn", "J Otter. 2001 Jan;1(1):1-2. doi: 10.5555/b", 42)
    ]


# An empty title, an empty keyword, CR in a keyword, a duplicate PublicationType, ten versions.


def test_what_is_present_but_empty_is_not_null(sync):
    keywords = '<KeywordList Owner="NOTNLM"><Keyword/><Keyword> </Keyword></KeywordList>'
    home = sync([citation(1, title="<ArticleTitle/>", citation=keywords), citation(2, title="")])
    assert ask(home, "SELECT pmid, title FROM articles ORDER BY pmid") == [(1, ""), (2, None)]
    assert ask(home, "SELECT keyword FROM keywords ORDER BY keyword_seq") == [("",), ("",)]


def test_an_empty_value_of_text_is_not_null(read_text):
    assert read_text(text_record(1, "TI  - ", "VI  - 3"))("articles", "title volume issue") == [("", "3", None)]


def test_a_carriage_return_in_a_keyword_is_kept(read):
    rows = read(citation(1, citation='<KeywordList Owner="NOTNLM"><Keyword>ot&#13;ters</Keyword></KeywordList>'))
    assert rows("keywords", "keyword") == [("ot\rters",)]


def test_a_duplicate_publication_type_is_two_rows(read):
    twice = '<PublicationType UI="D016428">Journal Article</PublicationType>' * 2
    rows = read(citation(1, article=f"<PublicationTypeList>{twice}</PublicationTypeList>"))
    assert rows("publication_types", "publication_type_seq publication_type") == [
        (1, "Journal Article"),
        (2, "Journal Article"),
    ]


def test_of_ten_versions_the_highest_that_is_not_deleted_is_shown(sync):
    order = (3, 10, 1, 2, 9, 4, 8, 5, 7, 6)
    versions = [citation(pmid, version, article=authors(f"Alm{version}")) for pmid in (1, 2) for version in order]
    home = sync(versions, [deletion(2, version=10), deletion(2, version=9)])
    assert ask(home, "SELECT pmid, version FROM articles ORDER BY pmid") == [(1, 10), (2, 8)]
    assert ask(home, "SELECT pmid, last_name FROM authors ORDER BY pmid") == [(1, "Alm10"), (2, "Alm8")]


def test_an_older_version_that_comes_later_does_not_hide_the_newer_one(sync):
    home = sync(
        [citation(1, 2, title=title("Second."))], [citation(1, 1, title=title("First."), head=revised(2026, 1, 1))]
    )
    assert ask(home, "SELECT version, title FROM articles") == [(2, "Second.")]


# Real records, where they are at hand.


def test_the_deletions_of_a_real_mirror_leave_no_row_behind(data, tmp_path):
    home = tmp_path / "home"
    pipeline.sync(Path(data) / "mirror" / "2022", home)
    deleted = "SELECT pmid FROM deleted_citations WHERE pmid NOT IN (SELECT pmid FROM articles)"
    assert ask(home, "SELECT count(*) FROM deleted_citations") == [(48,)]
    for table in ("authors", "mesh", "keywords", "history", "article_ids", "abstracts"):
        assert ask(home, f"SELECT count(*) FROM {table} WHERE pmid IN ({deleted})") == [(0,)]
        assert ask(home, f"SELECT count(*) FROM {table} WHERE pmid NOT IN (SELECT pmid FROM articles)") == [(0,)]


def test_a_book_in_text_may_have_an_issn(tmp_path):
    path = tmp_path / "book.nbib"
    path.write_text(text_record(1, "IS  - 1234-5678 (Linking)", "TI  - Otters", "BTI - Ponds"), "utf-8")
    rows = rows_of(path)
    assert rows("issns", "pmid issn issn_type") == [(1, "1234-5678", "Linking")]
    assert rows("books", "pmid book_title") == [(1, "Ponds")]


@pytest.mark.parametrize("printed", ["1978/79", "1978-1979", "1998 Dec-1999 Jan", "2000 Winter-Spring"])
def test_dates_of_text_that_are_no_single_date_are_medline_dates(tmp_path, printed):
    path = tmp_path / "search.nbib"
    path.write_text(text_record(1, f"DP  - {printed}"), "utf-8")
    rows = rows_of(path)
    assert rows("articles", "pub_date medline_date pub_month") == [(printed, printed, None)]
    assert rows("articles", "pub_year") == [(int(printed[:4]),)]
    assert rows("anomalies", "value") == []


def test_an_address_before_all_names_is_the_first_authors(tmp_path):
    path = tmp_path / "old.nbib"
    names = ("FAU - Otter, Ann", "AU  - Otter A", "FAU - Pond, Bea", "AU  - Pond B")
    path.write_text(text_record(1, "AD  - Institute of Ponds.", *names), "utf-8")
    assert rows_of(path)("affiliations", "author_seq affiliation") == [(1, "Institute of Ponds.")]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_contribution_date_of_an_article_has_no_column_and_is_kept_as_an_anomaly(engine, tmp_path):
    path = tmp_path / "odd.nbib"
    path.write_text("PMID- 7\nTI  - Otters.\nCTDT- 2001/02/03\n", "utf-8")
    rows = rows_of(path, engine=engine)
    assert rows("anomalies", "path value reason") == [("CTDT", "2001/02/03", "unknown tag")]
    assert rows("unknown_paths", "path count") == [("CTDT", 1)]
