"""The inputs of `cases/` in the real data that concern tag values and lost line breaks, each with its right value."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from medline.outputs.export import xml
from medline.parse import iter_batches
from medline.schema.tables import LAKE_TABLES
from round_trip import records_of, tables_of

Tables = dict[str, list[dict[str, Any]]]
ENGINES = ["compiled", "reference"]


@pytest.fixture(params=ENGINES)
def load(request, data):
    def read(name: str) -> Tables:
        tables: Tables = {table.name: [] for table in LAKE_TABLES}
        for batch in iter_batches(data / "cases" / name, engine=request.param):
            for table, rows in batch.tables.items():
                tables[table] += rows.to_pylist()
        return tables

    return read


def values(tables: Tables, table: str, *columns: str) -> list[tuple]:
    return [tuple(row[column] for column in columns) for row in tables[table]]


FLAT = ["a03_flat_blank_before_dash_lost.txt", "a04_flat_leading_blank.txt", "a13_some_breaks_lost.nbib"]


@pytest.mark.parametrize("name", FLAT)
def test_a_record_that_lost_line_breaks_is_whole(load, name):
    tables = load(f"text/{name}")
    assert values(tables, "articles", "pmid", "title", "medline_pgn", "medline_ta", "country") == [
        (91000001, "Counting otters at twelve small ponds.", "557-63", "J Pond Stud", "Marshland")
    ]
    assert values(tables, "authors", "last_name", "initials") == [("Fennick", "AB"), ("Marrowby", "K")]
    assert values(tables, "mesh", "descriptor") == [("Animals",), ("Otters",)]
    assert values(tables, "languages", "language") == [("eng",)]
    assert tables["anomalies"] == tables["unknown_paths"] == []


def test_tabs_between_fields_are_blanks(load):
    tables = load("text/a06_flat_tabs_between_fields.txt")
    assert values(tables, "articles", "pmid", "medline_pgn") == [(91000001, "557-63"), (91000002, "557-63")]
    assert len(tables["authors"]) == len(tables["mesh"]) == 4
    assert tables["anomalies"] == []


def test_a_copyright_of_names_is_no_part_of_the_abstract(load):
    (article,) = load("more/05_lost_breaks_ci_of_names.txt")["articles"]
    assert article["abstract_copyright"] == "Nils J. Velmo, Pia Voreb."
    assert article["abstract"].endswith("in response to harsh conditions.")


def test_et_al_is_no_author(load):
    tables = load("text/a10_et_al.nbib")
    expected = [("Fennick", False), ("Marrowby", False)]
    assert values(tables, "authors", "last_name", "is_list_complete") == expected
    assert values(tables, "articles", "is_author_list_complete") == [(False,)]


@pytest.mark.parametrize(
    ("name", "number", "pii"),
    [
        ("text/a14_article_number_in_bare_lid.nbib", "e80092", "e80092"),
        ("more/12_lid_untyped_2026.nbib", "e0353121", "PONE-D-25-00001"),
    ],
)
def test_a_bare_lid_is_the_article_number(load, name, number, pii):
    tables = load(name)
    assert ("pii", number) in values(tables, "elocation_ids", "elocation_type", "elocation_id")
    assert values(tables, "articles", "pii") == [(pii,)]
    assert tables["anomalies"] == []


@pytest.mark.parametrize("form", ["nbib", "xml"])
def test_rn_without_a_number_is_a_supplementary_concept(load, form):
    tables = load(f"more/01_rn_without_number.{form}")
    assert values(tables, "supplementary_mesh", "name") == [("Otter virus variant 7",), ("VOREB protocol",)]
    assert values(tables, "chemicals", "registry_number", "substance") == [("0", "Voril Acid")]


def test_a_book_says_when_it_was_made(load):
    tables = load("text/a17_book_with_da.nbib")
    assert values(tables, "books", "date_created", "pub_date", "contribution_date") == [
        (datetime.date(2011, 1, 21), "2009", "2008 Jul 18")
    ]
    assert tables["anomalies"] == tables["unknown_paths"] == []


def test_cdat_is_no_date_of_publication(load):
    tables = load("more/02_book_cdat.nbib")
    assert values(tables, "books", "medline_date", "pub_date", "contribution_date", "date_created") == [
        (None, "2022 Jan", "2021 Nov 20", datetime.date(2022, 5, 21))
    ]
    moment = datetime.datetime(2022, 5, 21, 6, 1)
    assert ("entrez", moment) in values(tables, "history", "pub_status", "event_at")
    assert tables["anomalies"] == tables["unknown_paths"] == []


def test_the_dates_of_a_book_are_written_where_the_dtd_has_them(data):
    path: Path = data / "cases" / "more" / "02_book_cdat.nbib"
    (record,) = records_of(tables_of(path))
    book = ElementTree.fromstring(xml.write_record(record)).find("BookDocument")
    assert [node.tag for node in book.iter("MedlineDate")] == []
    for at, printed in (("Book/PubDate", ["2022", "Jan"]), ("ContributionDate", ["2021", "Nov", "20"])):
        assert [part.text for part in book.find(at)] == printed


def test_a_preprint_is_as_its_source_says(load):
    tables = load("more/03_preprint_so.nbib")
    assert values(tables, "articles", "medline_ta", "pub_date") == [("velmoRxiv", "2024 Aug 23")]
    assert tables["anomalies"] == []
