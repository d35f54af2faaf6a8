"""Names in MEDLINE text: which tags name one person, and whose an address or identifier is."""

from __future__ import annotations

import pytest

from medline.parse.record import Record
from medline.parse.text.people import People, split_name

AU = ("author_seq", "last_name", "fore_name", "initials", "suffix")


def read(*fields: tuple[str, str], kind: str = "articles") -> Record:
    record = Record(kind, "line 1")
    record.rows[kind] = [{}]
    people = People(record, kind)
    for tag, value in fields:
        people.read(tag, value)
    people.finish()
    return record


def rows(record: Record, table: str, *columns: str) -> list[tuple]:
    return [tuple(row.get(column) for column in columns) for row in record.rows.get(table, ())]


@pytest.mark.parametrize(
    ("full", "short", "parts"),
    [
        ("Sorensen, P S", "Sorensen PS", ("Sorensen", "P S", "PS", None)),
        ("Sorensen, P S Jr", "Sorensen PS Jr", ("Sorensen", "P S", "PS", "Jr")),
        ("van der Velmo, Nils", "van der Velmo N", ("van der Velmo", "Nils", "N", None)),
        ("Velmo", "Velmo", ("Velmo", None, None, None)),
        ("Velmo, Nils", None, ("Velmo", "Nils", None, None)),
        (None, "van der Velmo NF", ("van der Velmo", None, "NF", None)),
        (None, "Velmo NF 3rd", ("Velmo", None, "NF", "3rd")),
        (None, "Velmo V", ("Velmo", None, "V", None)),
        (None, "Velmo", ("Velmo", None, None, None)),
    ],
)
def test_a_name_has_its_parts_from_both_forms(full, short, parts):
    assert tuple(split_name(full, short).values()) == parts


def test_the_full_and_the_short_name_are_one_person_in_either_order():
    one = read(("FAU", "Velmo, Nils"), ("AU", "Velmo N"), ("FAU", "Lund, Pia"), ("AU", "Lund P"))
    other = read(("AU", "Velmo N"), ("FAU", "Velmo, Nils"), ("AU", "Lund P"), ("FAU", "Lund, Pia"))
    expected = [(1, "Velmo", "Nils", "N", None), (2, "Lund", "Pia", "P", None)]
    assert rows(one, "authors", *AU) == rows(other, "authors", *AU) == expected


def test_names_that_do_not_fit_together_are_two_persons():
    record = read(("FAU", "Velmo, Nils"), ("AU", "Lund P"))
    assert rows(record, "authors", "author_seq", "last_name") == [(1, "Velmo"), (2, "Lund")]


def test_an_address_and_an_identifier_belong_to_the_name_before_them():
    record = read(
        ("AU", "Velmo N"), ("AD", "Oslo"), ("AD", "Rome"), ("AU", "Lund P"), ("AD", "Bern"), ("AUID", "ORCID: 1"),
        ("AUID", "bare"),
    )  # fmt: skip
    columns = ("author_seq", "affiliation_seq", "affiliation")
    assert rows(record, "affiliations", *columns) == [(1, 1, "Oslo"), (1, 2, "Rome"), (2, 1, "Bern")]
    columns = ("role", "person_seq", "source", "identifier")
    assert rows(record, "person_identifiers", *columns) == [("author", 2, "ORCID", "1"), ("author", 2, None, "bare")]


def test_an_address_before_all_names_is_the_first_authors():
    record = read(("AD", "Oslo"), ("AU", "Velmo N"), ("AU", "Lund P"))
    assert rows(record, "affiliations", "author_seq", "affiliation") == [(1, "Oslo")]


@pytest.mark.parametrize("fields", [[("AD", "Oslo")], [("AU", "Velmo N"), ("IRAD", "Oslo")]])
def test_an_address_without_a_bearer_is_an_anomaly(fields):
    assert read(*fields).anomalies == [(*fields[-1], "belongs to nobody")]


def test_an_address_of_an_investigator_is_its_own():
    record = read(("AU", "Velmo N"), ("IR", "Lund P"), ("IRAD", "Bern"), ("AD", "Oslo"))
    assert rows(record, "investigator_affiliations", "investigator_seq", "affiliation") == [(1, "Bern")]
    assert rows(record, "affiliations", "author_seq", "affiliation") == [(1, "Oslo")]


@pytest.mark.parametrize("words", ["et al.", "Et al", "et, al.", "al, et"])
def test_et_al_is_no_author_and_says_that_the_list_is_not_complete(words):
    record = read(("AU", "Velmo N"), ("AU", words), ("AD", "Oslo"))
    assert rows(record, "authors", "last_name") == [("Velmo",)]
    assert rows(record, "authors", "is_list_complete") == [("N",)]
    assert record.anomalies == [("AD", "Oslo", "belongs to nobody")]


def test_a_list_of_investigators_that_is_not_complete_is_an_anomaly():
    assert read(("IR", "Lund P"), ("IR", "et al")).anomalies == [("IR", "et al", "the list of names is not complete")]


def test_a_list_of_nobody_but_et_al_is_said_of_the_article():
    assert read(("AU", "et al.")).rows["articles"][0]["is_author_list_complete"] == "N"


def test_a_group_is_an_author_of_its_own():
    record = read(("AU", "Velmo N"), ("CN", "Otter Group"), ("AU", "Otter G"))
    assert len(record.rows["authors"]) == 3


@pytest.mark.parametrize(
    ("kind", "tag", "parent"),
    [
        ("articles", "AU", "Article"),
        ("books", "AU", "BookDocument"),
        ("articles", "ED", "Article"),
        ("books", "ED", "Book"),
    ],
)
def test_the_list_of_a_name(kind, tag, parent):
    assert rows(read((tag, "Velmo N"), kind=kind), "authors", "list_parent") == [(parent,)]
