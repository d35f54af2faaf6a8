"""Where an article appeared: `locator` and `citation` in SQL, and the same in exports."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import citation, document, text_record
from exported import TEXTS, XMLS, add_macros, case, invented, load, tables_of
from medline.outputs.export import medline
from medline.outputs.export.records import iter_records
from medline.outputs.export.source import ends, locator, pages_in_full, source

MACROS = ("locator", "citation")


def differing(connection: duckdb.DuckDBPyConnection, pmids: list[int]) -> list[tuple]:
    """Articles for which SQL and the exports disagree."""
    add_macros(connection, *MACROS)
    said = connection.execute("SELECT pmid, locator(pmid), citation(pmid) FROM articles").fetchall()
    record_of = {record.pmid: record for record in iter_records(connection, pmids) if not record.is_book}
    assert len(said) == len(record_of)
    return [
        (pmid, located, sourced, source(record_of[pmid].head, record_of[pmid].rows))
        for pmid, located, sourced in said
        if (located, sourced)
        != (locator(record_of[pmid].head, record_of[pmid].rows), source(record_of[pmid].head, record_of[pmid].rows))
    ]


@pytest.mark.long
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_sql_and_exports_agree_on_real_records(data, step):
    for path in [*TEXTS, *XMLS][::step]:
        with tables_of(path) as (connection, pmids):
            assert differing(connection, pmids) == [], path.name


@pytest.mark.sampled(3)
@pytest.mark.parametrize("seed", range(3))
def test_sql_and_exports_agree_on_whatever_columns_hold(seed):
    with duckdb.connect() as connection:
        for name, table in invented(4000, seed).items():
            connection.register(name, table)
        assert differing(connection, list(range(1, 4001))) == []
        said = connection.execute("SELECT citation(pmid) FROM articles").fetchall()
    for (where,) in said:
        assert where is None or not any(wrong in where for wrong in (":.", ";.", ";:", "()", ". .", "..", "  ")), where


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text/a14_article_number_in_bare_lid.nbib",
         ["J Pond Stud. 2019 Nov;9(6):e80092. doi: 10.5555/jps.91000001."]),
        ("text/b01_article_number.xml", ["J Pond Stud. 2019 Nov;9(6):e80092. doi: 10.5555/jps.91000101."]),
        ("xml/16_article_number_only.xml", ["J Fenland Otters. 2019 Mar;3(1):2400512. doi: 10.5555/otter.60."]),
        ("xml/18_empty_pages.xml",
         ["J Fenland Otters. 2019 Mar. doi: 10.5555/otter.80.", "J Fenland Otters. 2019 Mar;3(1)."]),
        ("more/03_preprint_so.nbib",
         ["velmoRxiv [Preprint]. 2024 Aug 23:2024.08.23.1. doi: 10.5555/2024.08.23.1."]),
        ("more/12_lid_untyped_2026.nbib",
         ["Norl J Velmo. 2026 Aug 1;21(8):e0353121. doi: 10.5555/pone.0353121."]),
    ],
)  # fmt: skip
def test_cases(data, name, expected):
    records = case(name)
    printed = [line for record in records for line in medline.write_record(record).split("\n")]
    assert [source(record.head, record.rows) for record in records] == expected
    assert "PG  - " not in printed
    shown = " ".join(line.removeprefix("SO  -").strip() for line in printed if line.startswith(("SO  ", "      ")))
    assert all(line in f"{shown} " for line in expected)


def locations(*ids: tuple[str, str], model: str = "Print", **journal: str) -> str:
    given = "".join(f'<ELocationID EIdType="{kind}" ValidYN="Y">{value}</ELocationID>' for kind, value in ids)
    issue = "".join(f"<{name}>{value}</{name}>" for name, value in journal.items())
    record = citation(
        1, article=given, citation="<MedlineJournalInfo><MedlineTA>J Pond</MedlineTA></MedlineJournalInfo>"
    )
    return record.replace("<JournalIssue>", f"<JournalIssue>{issue}").replace(
        "<Article>", f'<Article PubModel="{model}">'
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (locations(("pii", "e7"), Volume="9", Issue="6"), "J Pond. 2001;9(6):e7."),
        (locations(("pii", "e7"), Volume="9"), "J Pond. 2001;9:e7."),
        (locations(("pii", "e7"), Issue="6"), "J Pond. 2001;(6):e7."),
        (locations(("pii", "e7")), "J Pond. 2001:e7."),
        (locations(("pii", "10.5555/7"), Volume="9"), "J Pond. 2001;9. pii: 10.5555/7."),
        (locations(("doi", "10.5555/7"), Volume="9"), "J Pond. 2001;9. doi: 10.5555/7."),
        (locations(("doi", "10.5555/7"), ("pii", "e7"), Volume="9"), "J Pond. 2001;9:e7. doi: 10.5555/7."),
        (locations(Volume="", Issue=""), "J Pond. 2001."),
        (locations(Volume="", Issue="").replace("J Pond", ""), "2001."),
    ],
)
def test_an_article_number_stands_where_pages_do(tmp_path, record, expected):
    path = tmp_path / "pubmed26n0001.xml"
    path.write_bytes(document(record))
    (read,) = load(path)
    assert source(read.head, read.rows) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["PST - ppublish", "DEP - 20010203"], "J Pond. 2001 Apr. Epub 2001 Feb 3."),
        (["PST - epublish", "DEP - 20010203"], "J Pond. 2001 Feb 3."),
        (["PMC - PMC1", "PST - epublish", "DEP - 20010203"], "J Pond. 2001 Feb 3. eCollection 2001 Apr."),
        (["PST - epublish", "DEP - 20010203", "PHST- 2001 [ecollection]"], "J Pond. 2001 Feb 3. eCollection 2001 Apr."),
        (["PST - epublish", "DEP - 20010203", "PHST- 2001/04 [ppublish]"], "J Pond. 2001 Feb 3. Print 2001 Apr."),
        (["PST - epublish", "DEP - 20010203", "PHST- 2001/02/03 [aheadofprint]"], "J Pond. 2001 Feb 3."),
        (["PMC - PMC1", "PST - epublish", "DEP - 20010203", "PHST- 2000/12/03 [received]"], "J Pond. 2001 Feb 3."),
        (["PMC - PMC1", "PST - epublish", "DEP - 20010203", "PHST- 2000/12/03 00:00 [received]"],
         "J Pond. 2001 Feb 3. eCollection 2001 Apr."),
        (["PUBM- Electronic", "PST - epublish", "DEP - 20010203"], "J Pond. 2001 Feb 3."),
        (["PST - aheadofprint", "DEP - 20010203"], "J Pond. 2001 Apr."),
    ],
)  # fmt: skip
def test_text_tells_what_came_first(tmp_path, lines, expected):
    path = tmp_path / "one.nbib"
    path.write_text(text_record(1, "TA  - J Pond", "DP  - 2001 Apr", *lines))
    (read,) = load(path)
    assert source(read.head, read.rows) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("557-63", ("557", "563")), ("50, 52", ("50, 52",)), ("58, 60, 62 passim", ("58, 60, 62 passim",)),
        ("SUPPL:4309-22", ("SUPPL:4309-4322",)), ("238-40 passim", ("238-240 passim",)),
        ("W-123-W-129", ("W-123", "W-129")), ("918e-9e", ("918e", "919e")), ("100-4; discussion 104-5", ("100", "104")),
        ("suppl 1:S12-9", ("suppl 1:S12-S19",)), ("S63-6", ("S63", "S66")), ("S63-S66", ("S63", "S66")),
        ("e1-12", ("e1", "e12")), ("ix-xi", ("ix", "xi")), ("120-2, 174", ("120-122, 174",)),
        ("445-6; author reply 446", ("445", "446")), ("99-3", ("99", "3")), ("e80092", ("e80092",)),
        ("[34457 words; 185 paragraphs]", ("[34457 words; 185 paragraphs]",)), ("5-", ("5-",)), ("-5", ("-5",)),
    ],
)  # fmt: skip
def test_pages_in_full(printed, expected):
    assert ends(pages_in_full(printed)) == expected


@settings(deadline=None)
@given(first=st.integers(1, 99999), more=st.integers(0, 500), letter=st.sampled_from(["", "S", "e", "CD"]))
def test_a_range_however_shortened_is_the_same_in_full(first, more, letter):
    last = str(first + more)
    start = next(
        (index for index, (one, other) in enumerate(zip(str(first), last, strict=False)) if one != other), None
    )
    shortest = last[start:] if start is not None and len(last) == len(str(first)) else last
    for shown in {last[len(last) - size :] for size in range(len(shortest), len(last) + 1)}:
        assert pages_in_full(f"{letter}{first}-{shown}").replace("-", "") == f"{letter}{first}-{letter}{last}".replace(
            "-", ""
        )
