"""What records hold, where earlier systems lose it: a record goes in, and the rows that must come out."""

from __future__ import annotations

import pytest

from build import (
    CITED,
    abstract,
    authors,
    citation,
    text_record,
    title,
)

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
