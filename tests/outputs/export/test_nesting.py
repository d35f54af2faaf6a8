"""Which rows belong into which element."""

from __future__ import annotations

import pytest

from medline.outputs.export.nesting import (
    fits,
    is_bare,
    key_within,
    list_columns,
    ordinals,
    outer_key,
    position_column,
)
from medline.parse.xml.paths import Node, plan
from medline.schema.tables import BY_NAME


def node(path: str) -> Node:
    """The node of a path in the plan of the readers."""
    found = plan()
    for step in path.split("/"):
        found = found.children[step]
    return found


def row(table: str, **values: object) -> dict:
    return dict.fromkeys(column.name for column in BY_NAME[table].columns) | values


ARTICLE = "PubmedArticle/MedlineCitation"
BOOK = "PubmedBookArticle/BookDocument"


@pytest.mark.parametrize(
    ("table", "position", "counted", "of_list"),
    [
        ("articles", None, "", ""),
        ("authors", "author_seq", "author_seq", "list_type is_list_complete"),
        ("affiliations", None, "author_seq affiliation_seq", ""),
        ("accessions", "databank_seq", "databank_seq accession_seq", "databank_seq databank"),
        ("book_sections", "section_seq", "section_seq section_path", ""),
    ],
)
def test_columns_that_count_and_columns_of_the_list(table, position, counted, of_list):
    declared = BY_NAME[table]
    assert position_column(declared) == position
    assert [column.name for column in ordinals(declared)] == counted.split()
    assert [column.name for column in list_columns(declared)] == of_list.split()


@pytest.mark.parametrize(
    ("table", "values", "key"),
    [
        ("authors", {"author_seq": 2}, ()),
        ("affiliations", {"author_seq": 2, "affiliation_seq": 3}, (2,)),
        ("person_identifiers", {"person_seq": 2, "affiliation_seq": None}, (2, None)),
        ("book_sections", {"section_path": "2.1.3"}, ("2.1",)),
        ("book_sections", {"section_path": "2"}, (None,)),
        ("article_references", {"list_path": "1.2"}, ("1.2",)),
    ],
)
def test_a_row_names_the_rows_around_it(table, values, key):
    assert outer_key(BY_NAME[table], row(table, **values)) == key


@pytest.mark.parametrize(
    ("table", "around", "key"),
    [
        ("authors", {}, ()),
        ("affiliations", {"author_seq": 2}, (2,)),
        ("affiliations", {}, (None,)),
        ("person_identifiers", {"author_seq": 2, "affiliation_seq": 1}, (2, 1)),
        ("person_identifiers", {"investigator_seq": 3}, (3, None)),
        ("book_sections", {"section_path": "2.1"}, ("2.1",)),
        ("book_sections", {}, (None,)),
    ],
)
def test_rows_within_others_have_the_key_of_these(table, around, key):
    assert key_within(BY_NAME[table], around) == key


def test_a_row_of_a_list_without_entries_is_bare():
    listed = row("accessions", pmid=1, databank_seq=1, databank="GENBANK")
    assert is_bare(BY_NAME["accessions"], listed)
    assert not is_bare(BY_NAME["accessions"], listed | {"accession": ""})


@pytest.mark.parametrize(
    ("path", "values", "expected"),
    [
        (f"{ARTICLE}/Article/AuthorList/Author", {"list_parent": "Article"}, True),
        (f"{ARTICLE}/Article/AuthorList/Author", {"list_parent": None}, True),
        (f"{ARTICLE}/Article/AuthorList/Author", {"list_parent": "Book"}, False),
        (f"{BOOK}/Book/AuthorList/Author", {"list_parent": "Book"}, True),
        (f"{ARTICLE}/MedlineJournalInfo/ISSNLinking", {"issn_type": "Linking"}, True),
        (f"{ARTICLE}/MedlineJournalInfo/ISSNLinking", {"issn_type": "Print"}, False),
        (f"{ARTICLE}/Article/Journal/ISSN", {"issn_type": "Print"}, True),
        (f"{ARTICLE}/Article/Journal/ISSN", {"issn_type": None}, True),
        (f"{ARTICLE}/Article/Journal/ISSN", {"issn_type": "Linking"}, False),
        (f"{ARTICLE}/Article/Abstract/AbstractText", {}, True),
        (f"{ARTICLE}/Article/Abstract/AbstractText", {"abstract_type": "plain-language-summary"}, False),
        (f"{ARTICLE}/OtherAbstract/AbstractText", {"abstract_type": "plain-language-summary"}, True),
    ],
)
def test_a_row_fits_a_node_by_the_values_that_paths_fix_and_the_attributes_that_they_declare(path, values, expected):
    found = node(path)
    assert fits(found, row(found.row.name, **values)) is expected
