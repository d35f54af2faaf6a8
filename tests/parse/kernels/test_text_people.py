"""The kernels of people: names, addresses, identifiers."""

from __future__ import annotations

from itertools import product

import pytest

from text_records import count_fallbacks, differences, is_fallback, read_compiled, record, rows, rows_alike


@pytest.mark.parametrize(
    ("full", "short", "parts"),
    [
        ("Marsh, Ada B", "Marsh AB", ("Marsh", "Ada B", "AB", None)),
        ("Marsh, Ada B Jr", "Marsh AB Jr", ("Marsh", "Ada B", "AB", "Jr")),
        ("Marsh, Ada 2nd", "Marsh 2nd", ("Marsh", "Ada", None, "2nd")),
        ("Marsh, V", "Marsh V", ("Marsh", "V", "V", None)),
        ("De La Reed, Bo", "de la Reed B", ("De La Reed", "Bo", "B", None)),
        ("Ørn, É Z", "Ørn ÉZ", ("Ørn", "É Z", "ÉZ", None)),
        ("Li, X", "LI X", ("Li", "X", "X", None)),
        ("O\u2019Otter, J", "O\u2019Otter J", ("O\u2019Otter", "J", "J", None)),
        ("Madonna", "Madonna", ("Madonna", None, None, None)),
        ("Marsh, Ada", None, ("Marsh", "Ada", None, None)),
        ("Marsh, ", None, ("Marsh,", None, None, None)),
        (None, "Marsh AB", ("Marsh", None, "AB", None)),
        (None, "de la Marsh AB 3rd", ("de la Marsh", None, "AB", "3rd")),
        (None, "Marsh 3rd", ("Marsh", None, "3rd", None)),
        (None, "Marsh", ("Marsh", None, None, None)),
        (None, "", ("", None, None, None)),
    ],
)
def test_names(full, short, parts):
    lines = [f"FAU - {full}"] if full is not None else []
    lines += [f"AU  - {short}"] if short is not None else []
    columns = "last_name fore_name initials suffix"
    assert rows("authors", columns, *lines) == [parts]
    for tags_of, table in (("FIR IR", "investigators"), ("FPS PS", "personal_name_subjects"), ("FED ED", "authors")):
        others = [f"{tags_of.split()[line.startswith('AU')]:<4}{line[4:]}" for line in lines]
        assert rows(table, columns, *others) == [parts]


def test_names_of_two_people_are_two_rows():
    lines = [
        "FAU - Marsh, Ada",
        "AU  - Reed B",
        "CN  - Otter Group",
        "AU  - Otter G",
        "FAU - Otter, Gus",
        "FED - Otter, E",
    ]
    assert rows("authors", "author_seq list_type last_name fore_name initials collective_name", *lines) == [
        (1, None, "Marsh", "Ada", None, None),
        (2, None, "Reed", None, "B", None),
        (3, None, None, None, None, "Otter Group"),
        (4, None, "Otter", "Gus", "G", None),
        (5, "editors", "Otter", "E", None, None),
    ]


AND_OTHERS = ["et al.", "et al", "Et al.", "ET AL", "et. al.", "et, al.", "et al.,", "al, et", "Al., Et."]


@pytest.mark.parametrize("others", AND_OTHERS)
@pytest.mark.parametrize("tag", ["FAU", "AU", "CN"])
def test_et_al_is_no_author(tag, others):
    lines = ["FAU - Marsh, Ada", "AU  - Marsh A", "AD  - Fen", f"{tag:<4}- {others}", "FED - Reed, C", "FIR - Bog, D"]
    assert rows_alike("authors", "last_name list_type is_list_complete", *lines) == [
        ("Marsh", None, False),
        ("Reed", "editors", None),
    ]
    assert rows_alike("articles", "is_author_list_complete", *lines) == [(False,)]
    assert rows_alike("investigators", "last_name", *lines) == [("Bog",)]
    assert rows_alike("authors", "last_name is_list_complete", "BTI - A book", *lines) == [
        ("Marsh", False),
        ("Reed", None),
    ]


@pytest.mark.parametrize("others", AND_OTHERS)
def test_et_al_of_other_lists(others):
    lines = ["AU  - Marsh A", "ED  - Reed C", f"ED  - {others}", "IR  - Bog D", f"IR  - {others}", "PS  - Fen E"]
    assert rows_alike("authors", "last_name is_list_complete", *lines) == [("Marsh", None), ("Reed", False)]
    assert rows_alike("articles", "is_author_list_complete", *lines) == [(None,)]
    anomalies = read_compiled(record(*lines)).tables["anomalies"].to_pylist()
    assert [(row["path"], row["value"], row["reason"]) for row in anomalies] == [
        ("IR", others, "the list of names is not complete")
    ]


def test_an_address_behind_et_al_belongs_to_nobody():
    lines = ["AU  - Marsh A", "AU  - et al.", "AD  - Fen", "AU  - Reed C", "AD  - Bog"]
    assert differences(record(*lines)) == []
    assert rows_alike("affiliations", "author_seq affiliation", *lines) == [(2, "Bog")]


@pytest.mark.parametrize(
    "name", ["Al AB", "Al, E", "Etal A", "Et AL", "Et, Alma", "Etall", "Al-Et A", "al, etta", "Et"]
)
def test_names_like_et_al_are_names(name):
    assert differences(record(f"AU  - {name}")) == []
    is_name = rows_alike("authors", "author_seq", f"FAU - {name}") == [(1,)]
    assert is_name == (name != "Et AL")


def test_the_first_et_al_of_the_usual_form_makes_no_fallback():
    assert count_fallbacks(record("FAU - Marsh, Ada", "AU  - Marsh A", "AU  - et al.")) == 0


def test_names_beyond_ascii_are_equal():
    shorts = ["Ørn Z", "ørn Z", "Aßl Z", "ass Z", "Marsh\u2003Z", "Mar\u00a0sh Z", "Marsh\x1cZ"]
    fulls = ["ØRN, Z", "Aßler, Z", "ASSLER, Z", "Marsh, Z", "Mar\u00a0sh, Z", "mar sh, Z"]
    names = enumerate(product(fulls, shorts), 1)
    records = [record(f"FAU - {full}", f"AU  - {short}", pmid=pmid) for pmid, (full, short) in names]
    assert differences(b"".join(records)) == []


def test_addresses_and_identifiers_belong_to_the_person_before_them():
    lines = ["AD  - Pond", "AUID- ISNI: 7", "FIR - Reed, C", "IRAD- Fen", "IRAD- Marsh", "FAU - Marsh, A", "AD  - Lake",
             "AUID- ORCID: 0000-0001-2345-6789", "AUID- orcid:1", "CN  - Group", "AD  - Sea", "AD  - Bay"]  # fmt: skip
    assert rows("affiliations", "author_seq affiliation_seq affiliation", *lines) == [
        (1, 1, "Lake"),
        (2, 1, "Sea"),
        (2, 2, "Bay"),
        (1, 2, "Pond"),
    ]
    assert rows("investigator_affiliations", "investigator_seq affiliation_seq affiliation", *lines) == [
        (1, 1, "Fen"),
        (1, 2, "Marsh"),
    ]
    assert rows("person_identifiers", "role person_seq identifier_seq source identifier", *lines) == [
        ("author", 1, 1, "ORCID", "0000-0001-2345-6789"),
        ("author", 1, 2, None, "orcid:1"),
        ("investigator", 1, 1, "ISNI", "7"),
    ]
    assert rows("authors", "orcid", *lines) == [("0000-0001-2345-6789",), (None,)]


@pytest.mark.parametrize("tag", ["AD  ", "AUID", "IRAD"])
def test_a_tag_without_a_person_before_it_makes_a_fallback(tag):
    assert is_fallback(f"{tag}- Pond", "FPS - Marsh, A")
