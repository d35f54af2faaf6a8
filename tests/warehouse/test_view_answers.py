"""What each view and macro answers, on citations written by hand whose answers are known."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest

from build import ask, text_record, write_mirror
from medline import pipeline
from medline.home import LocalHome
from medline.schema.tables import TABLES
from medline.warehouse import database, views
from mesh_records import write as write_mesh
from view_records import MESH, ORCID, RECORDS


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("answers")
    write_mirror(directory / "mirror", RECORDS)
    write_mesh(directory / "mirror" / "MESH_FILES", "desc", *MESH)
    text = text_record(95, "MH  - *Otters/drug therapy", "FAU - Otter, Jane", "AU  - Otter J", "CN  - Pond Group")
    (directory / "mirror" / "exports").mkdir()
    (directory / "mirror" / "exports" / "one.nbib").write_text(text)
    pipeline.sync(directory / "mirror", directory / "home")
    return directory / "home"


def test_every_view_and_macro_has_its_answers_here():
    assert [view.name for view in views.views() if f"test_{view.name}" not in globals()] == []


@pytest.mark.long
@pytest.mark.parametrize("view", [view for view in views.views() if not view.is_macro], ids=lambda view: view.name)
def test_the_key_is_unique(home, view):
    assert ask(home, f"SELECT {view.key} FROM {view.name} GROUP BY ALL HAVING count(*) > 1") == []
    assert ask(home, f"SELECT count(*) > 0 FROM {view.name}") == [(True,)]


@pytest.mark.long
def test_table_keys(home):
    """A key tells the rows of a table apart, and rows belong to the rows that their columns name."""
    rows = ask(home, "SELECT table_name, key_columns, parent_table, parent_columns FROM table_keys")
    assert {name for name, *_ in rows} == {table.name for table in TABLES}
    assert ("affiliations", ["pmid", "author_seq", "affiliation_seq"], "authors", ["pmid", "author_seq"]) in rows
    for table, key, parent, columns in rows:
        if key:
            assert ask(home, f"SELECT 1 FROM {table} GROUP BY {', '.join(key)} HAVING count(*) > 1") == [], table
        if parent and parent not in ("articles", "books"):
            known = f"{columns[-1]} IS NOT NULL"
            joined = f"SELECT 1 FROM {table} ANTI JOIN {parent} USING ({', '.join(columns)}) WHERE {known}"
            assert ask(home, joined) == [], (table, parent)


def test_journals(home):
    assert ask(home, "FROM journals WHERE nlm_unique_id = '0000010'") == [
        ("0000010", "Velmo", "Velmology", "Ann. Velmo", "1111-1111", "1111-1111", "2222-2222", "Norland", 1990, 2003, 2)
    ]


def test_article_mesh(home):
    asked = "SELECT heading, qualifiers, is_major_topic FROM article_mesh WHERE pmid = 20 ORDER BY heading_seq"
    assert ask(home, asked) == [
        ("Multiple Sclerosis/*drug therapy/immunology", ["drug therapy", "immunology"], True),
        ("*Otters", None, True),
        ("Lakes", None, False),
    ]
    assert ask(home, "SELECT heading FROM article_mesh WHERE pmid = 95") == [("*Otters/drug therapy",)]


def test_country_names(home):
    """Names of ISO 3166 in the order of speech, and others in use; codes of states are no codes of countries."""
    asked = "SELECT kind, country_code, country FROM country_names WHERE name = '{}' ORDER BY ALL"
    assert ask(home, asked.format("republic of korea")) == [("country", "KR", "South Korea")]
    assert ask(home, asked.format("uk")) == [("country", "GB", "United Kingdom")]
    assert ask(home, asked.format("ma")) == [("code", "US", "United States")]
    assert ask(home, asked.format("georgia")) == [("country", "GE", "Georgia"), ("part", "US", "United States")]


def test_affiliation_countries(home):
    """See tests/warehouse/test_countries.py for what affiliations end with."""
    assert ask(home, "FROM affiliation_countries") == [(31, 1, 1, "NO", "Norway", "norway", "high")]


def test_mesh_tree(home):
    asked = "SELECT tree_number, depth, parent, ancestors, category_name FROM mesh_tree WHERE descriptor = 'Otters'"
    assert ask(home, f"{asked} ORDER BY ALL") == [
        ("B90.100", 2, "B90", ["B90"], "Organisms"), ("C90.500", 2, "C90", ["C90"], "Diseases"),
    ]  # fmt: skip
    assert ask(home, "SELECT depth, parent, ancestors FROM mesh_tree WHERE tree_number = 'B90'") == [(1, None, [])]


def test_mesh_ancestors(home):
    above = "SELECT ancestor FROM mesh_ancestors WHERE descriptor = '{}' ORDER BY ALL"
    assert ask(home, above.format("Otters")) == [("Lake Animals",), ("Lake Diseases",), ("Otters",)]
    assert ask(home, above.format("Male")) == [("Male",)], "one without a place"


def test_mesh_names(home):
    """A name that two descriptors claim, one that has a qualifier, and a heading's own means nothing else."""
    names = dict(ask(home, "SELECT name, kind FROM mesh_names WHERE kind != 'heading'"))
    assert names == {"lutra": "entry term", "wet weasels": "previous indexing"}
    assert ask(home, "SELECT descriptor_ui FROM mesh_names WHERE name = 'otters'") == [("D11",)]


def test_mesh_current(home):
    asked = "SELECT descriptor_ui, descriptor, indexed_as FROM mesh_current WHERE pmid IN (20, 22, 95) ORDER BY ALL"
    assert ask(home, asked) == [
        ("D1", "Lakes", "Lakes"), ("D11", "Otters", "Otters"), ("D11", "Otters", "Otters"),
        ("D11", "Otters", "Wet Weasels"), ("D12", "Newts", "Old Newt"),
        ("D15", "Multiple Sclerosis", "Multiple Sclerosis"),
    ]  # fmt: skip


def test_article_mesh_exploded(home):
    asked = "SELECT DISTINCT pmid FROM article_mesh_exploded WHERE ancestor = '{}' ORDER BY ALL"
    assert ask(home, asked.format("Lake Animals")) == [(20,), (21,), (22,), (95,)]
    assert ask(home, asked.format("Multiple Sclerosis")) == [(20,), (21,)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("'Lake Animals'", []),
        ("'Lake Animals', explode := true", [20, 21, 22, 95]),
        ("'Lake Diseases', explode := true, qualifier := 'drug therapy'", [20, 21, 95]),
        ("'lutra', explode := true", [20, 21, 22, 95]),
        ("'Lake Animals', explode := true, major := true", [20, 21, 95]),
        ("'Newts', explode := true", [22]),
        ("'Lakes', explode := true", [20]),
        ("'Nothing', explode := true", []),
    ],
)
def test_has_mesh_exploded(home, asked, found):
    rows = ask(home, f"SELECT pmid FROM articles WHERE has_mesh(pmid, {asked}) ORDER BY pmid")
    assert [pmid for (pmid,) in rows] == found


def test_retractions(home):
    asked = (
        "SELECT retracted_pmid, notice_pmid, retracted_source, notice_source, stated_by, is_marked_retracted,"
        " is_republished, days_to_notice, note FROM retractions ORDER BY ALL"
    )
    assert ask(home, asked) == [
        (40, 41, "J First. 2001;1:1", "J Later. 2001;1:1", "both", True, False, 59, "images were altered"),
        (42, None, None, "J Elsewhere. 2003;1:1", "retracted record", False, False, None, None),
        (42, None, None, "J Nowhere. 2002;1:1", "retracted record", False, False, None, None),
        (44, None, None, None, "publication type", True, False, None, None),
        (4300, 43, "J Third. 1999;1:1", None, "notice", False, False, None, None),
        (4301, 43, "J Fourth. 1999;1:9", None, "notice", False, True, None, None),
    ]


def test_author_publications(home):
    asked = f"SELECT pmid, author, is_first, is_last, pub_year, title FROM author_publications WHERE orcid = '{ORCID}'"
    assert ask(home, asked) == [(30, "Otter JA Jr", True, False, 2001, "A title.")]
    asked = "SELECT pmid, author, is_first, is_last FROM author_publications WHERE last_name <> 'Otter' ORDER BY pmid"
    assert ask(home, asked) == [(30, "Suryawan", False, True)], "neither groups nor names that were wrong"
    assert ask(home, "SELECT is_first, is_last FROM author_publications WHERE pmid = 31") == [(True, True)]


def test_coauthors(home):
    """Each pair once, in the order of names; none of groups, of wrong names, and of 51 authors."""
    asked = "SELECT author, author_seq, coauthor, coauthor_seq, orcid, authors FROM coauthors WHERE pmid >= 30"
    assert ask(home, asked) == [("Otter JA Jr", 1, "Suryawan", 4, ORCID, 2)]


def test_citations_network(home):
    asked = "FROM citations_network WHERE citing_pmid = 50 ORDER BY cited_pmid"
    assert ask(home, asked) == [(50, 20, True), (50, 7000, False), (50, 7001, False)]


def test_indexing_lag(home):
    assert ask(home, "FROM indexing_lag") == [
        (60, datetime(2001, 1, 1), datetime(2001, 1, 31), datetime(2001, 2, 10, 6, 30), datetime(2001, 2, 10, 8),
         datetime(2001, 3, 12, 4), 30, 10, 0, 30)
    ]  # fmt: skip


def test_open_ids(home):
    assert ask(home, "SELECT pmid, doi FROM open_ids ORDER BY pmid") == [(90, "10.5555/1"), (93, "10.5555/2")]


def test_dumps(home):
    assert ask(home, "FROM dumps EXCEPT FROM source_files") == []
    assert ask(home, "DESCRIBE dumps") == ask(home, "DESCRIBE source_files")


def test_clinical_trials(home):
    assert ask(home, "SELECT registry, trial_id FROM clinical_trials WHERE pmid = 70 ORDER BY ALL") == [
        ("ClinicalTrials.gov", "NCT00000419"),
        ("ClinicalTrials.gov", "NCT01988389"),
        ("EudraCT", "2004-000446-20"),
        ("ISRCTN", "ISRCTN63718836"),
        ("UMIN-CTR", "C000000001"),
        ("UMIN-CTR", "UMIN000001234"),
    ]


def test_funding(home):
    assert ask(home, "SELECT grant_id, acronym, agency_name, funder, country FROM funding ORDER BY grant_seq") == [
        ("AI 1", "AI", "NIAID NIH HHS", "NIH", "United States"),
        ("2", "WT", "Wellcome Trust", "Wellcome Trust", "United Kingdom"),
        ("3", "NH", "NIH HHS", "NIH", "United States"),
    ]


def test_pubmed_url(home):
    assert ask(home, "SELECT pubmed_url(20)") == [("https://pubmed.ncbi.nlm.nih.gov/20/",)]


@pytest.mark.parametrize(
    ("printed", "first"),
    [
        ("2001 Oct 1", date(2001, 10, 1)), ("2001 Oct 28-Nov 3", date(2001, 10, 28)), ("2001 Oct", date(2001, 10, 1)),
        ("2001", date(2001, 1, 1)), ("1998 Dec-1999 Jan", date(1998, 12, 1)), ("1978-1979", date(1978, 1, 1)),
        ("2000 Spring", date(2000, 4, 1)), ("2000 Autumn", date(2000, 10, 1)), ("2000 Fall-Winter", date(2000, 10, 1)),
        ("Winter 2000", date(2000, 1, 1)), ("1976 3d Quart", date(1976, 7, 1)), ("2018 May - Jun", date(2018, 5, 1)),
        ("2000 Feb 30", date(2000, 2, 1)), ("No date", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_medline_date(home, printed, first):
    with database.reader(home) as connection:
        assert connection.execute("SELECT medline_date($1)", [printed]).fetchall() == [(first,)]


def test_author_string(home):
    assert ask(home, "SELECT author_string(30)") == [("Otter JA Jr, Pond Group, Suryawan, Lake Group",)]
    assert ask(home, "SELECT author_string(95), author_string(20)") == [("Otter J, Pond Group", None)]
    asked = "SELECT pmid, author_string(pmid) FROM articles WHERE pmid IN (30, 31) ORDER BY pmid"
    assert ask(home, asked) == [(30, "Otter JA Jr, Pond Group, Suryawan, Lake Group"), (31, "Otter JA")]


def test_first_day(home):
    asked = "SELECT first_day(2019, 2, 3), first_day(2019, 2, NULL), first_day(2019, NULL, NULL)"
    assert ask(home, asked) == [(date(2019, 2, 3), date(2019, 2, 1), date(2019, 1, 1))]
    assert ask(home, "SELECT first_day(2019, 2, 31)") == [(date(2019, 2, 1),)]


def test_date_words(home):
    [(span, quarter)] = ask(home, "SELECT date_words('1983 Feb 17-23'), date_words('4th Quart 1998')")
    assert (span["month"], span["day"], quarter["nth"], quarter["part"]) == ("feb", "17", "4", "quart")


def test_locator(home):
    asked = "SELECT locator(pmid) FROM articles WHERE pmid BETWEEN 90 AND 94 ORDER BY pmid"
    assert [shown for (shown,) in ask(home, asked)] == ["557-63", "557-63", "557-63", None, None]
    assert ask(home, "SELECT locator(1), locator(20)") == [(None, None)]


def test_citation(home):
    asked = "SELECT citation(pmid) FROM articles WHERE pmid BETWEEN 90 AND 94 ORDER BY pmid"
    assert [shown for (shown,) in ask(home, asked)] == [
        "Ann Velmo. 2002 Nov;9(6):557-63. doi: 10.5555/1.",
        "Ann Velmo. 2002 Nov;9:557-63. Epub 2002 Sep 1.",
        "Ann Velmo. 2002 Sep 21;9:557-63.",
        "Ann Velmo. 2002 Sep 21;9. pii: e7. doi: 10.5555/2. eCollection 2002.",
        "Ann Velmo. 2002 Sep 3.",
    ]
    assert ask(home, "SELECT citation(1)") == [(None,)]
    by_link = "SELECT DISTINCT citation(ref_pmid) FROM comments_corrections WHERE ref_pmid = 20"
    assert ask(home, by_link) == [("2001.",)], "a journal without an abbreviation"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("'Multiple Sclerosis'", [20, 21]),
        ("'Multiple Sclerosis', major := true", [20]),
        ("'Multiple Sclerosis', qualifier := 'drug therapy'", [20, 21]),
        ("'Multiple Sclerosis', qualifier := 'drug therapy', major := true", [20]),
        ("'Multiple Sclerosis', qualifier := 'immunology', major := true", []),
        ("'Otters', major := true", [20, 21, 95]),
        ("'Otters', major := true, qualifier := 'surgery'", [21]),
        ("'otters'", []),
    ],
)
def test_has_mesh(home, asked, expected):
    rows = ask(home, f"SELECT pmid FROM articles WHERE has_mesh(pmid, {asked}) ORDER BY pmid")
    assert [pmid for (pmid,) in rows] == expected


def test_columns_as_arguments_mean_those_of_the_caller(home):
    """A macro's argument is pasted in: without care `pmid` and `descriptor` would be those of the tables inside."""
    wanted = "(VALUES (20, 'Lakes'), (21, 'Lakes'), (21, 'Otters')) AS wanted (pmid, descriptor)"
    rows = ask(home, f"SELECT pmid, descriptor FROM {wanted} WHERE has_mesh(pmid, descriptor) ORDER BY pmid")
    assert rows == [(20, "Lakes"), (21, "Otters")]
    wanted = "(VALUES (20, 'Lake Animals', 1), (22, 'Lake Diseases', 2)) AS wanted (pmid, name, descriptor_ui)"
    rows = ask(home, f"SELECT pmid, name FROM {wanted} WHERE has_mesh(pmid, name, explode := true) ORDER BY pmid")
    assert rows == [(20, "Lake Animals"), (22, "Lake Diseases")]


def test_views_answer_under_another_name_and_macros_after_use(home):
    path = LocalHome(home).pointer.resolve()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS elsewhere (READ_ONLY)")
        for view in views.views():
            if not view.is_macro:
                assert connection.execute(f"SELECT count(*) > 0 FROM elsewhere.{view.name}").fetchone() == (True,)
        connection.execute("USE elsewhere")
        assert connection.execute("SELECT author_string(31)").fetchone() == ("Otter JA",)


def test_publication_dates(home):
    asked = "SELECT medium, date_seq, publication_date FROM publication_dates WHERE pmid = 170 ORDER BY ALL"
    assert ask(home, asked) == [("electronic", 1, date(2001, 9, 28)), ("issue", 1, date(2001, 11, 1))]
    filled = {
        171: date(1998, 12, 1),  # 1998 Dec-1999 Jan
        172: date(2000, 4, 1),  # 2000 Spring
        173: date(2001, 2, 1),  # 2001 Feb 30, which no month has
    }
    asked = "SELECT pmid, publication_date FROM publication_dates WHERE pmid BETWEEN 171 AND 173 ORDER BY ALL"
    assert dict(ask(home, asked)) == filled


#: text, words, and whether it has them, is them, begins with them
WORDS = [
    ("Chronic Sørensen-syndrome (III).", "sorensen syndrome", True, False, False),
    ("Sørensen syndrome.", "SØRENSEN, syndrome", True, True, True),
    ("syndromes", "syndrome", False, False, False),
    ("syndromes of the otter", "syndrome*", True, False, True),
    ("syndromes", "syndrome*", True, True, True),
    ("a.b", "a+b", True, True, True),
    ("axb", "a.b", False, False, False),
    ("otters", "", None, None, None),
    (None, "otters", None, None, None),
]


@pytest.mark.parametrize(("text", "words", "has", "equals", "begins"), WORDS)
def test_words(home, text, words, has, equals, begins):
    with database.reader(home) as connection:
        macros = "SELECT has_words($text, $words), is_words($text, $words), starts_with_words($text, $words)"
        assert connection.execute(macros, {"text": text, "words": words}).fetchone() == (has, equals, begins)


test_has_words = test_is_words = test_starts_with_words = test_words


def test_folded(home):
    assert ask(home, "SELECT folded('Ménière’s β–2'), word_key('(Ménière’s) β–2, Ætna')") == [
        ("meniere s β 2", "meniere s β 2 aetna")
    ]


test_word_key = test_folded


def test_word_pattern(home):
    assert ask(home, "SELECT word_pattern('(x)*'), word_pattern('+')") == [
        (r"x[\x00-/:-@\[-`{-\x7F]+[0-9A-Za-z\x80-\x{10FFFF}]*", None)
    ]
    assert ask(home, "SELECT has_words('wild otters', 'lakes | otter*'), is_words('lake', 'lakes | lake')") == [
        (True, True)
    ]
