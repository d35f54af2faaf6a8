"""Raw rows of one record: how they are counted, and whose an ORCID is."""

from __future__ import annotations

import pytest

from medline.parse.record import Record
from medline.schema.tables import BY_NAME

ORCID, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"


@pytest.fixture
def record() -> Record:
    return Record("articles", "line 12")


def test_rows_of_a_table_count_from_one(record):
    for word in ("otters", "eels"):
        record.append("keywords", {"keyword": word})
    record.append("languages", {"language": "eng"})
    assert [(row["keyword_seq"], row["keyword"]) for row in record.rows["keywords"]] == [(1, "otters"), (2, "eels")]
    assert record.rows["languages"][0]["language_seq"] == 1


def test_rows_within_others_count_within_each(record):
    for author in (1, 1, 2, 1):
        record.append("affiliations", {"author_seq": author})
    counted = [(row["author_seq"], row["affiliation_seq"]) for row in record.rows["affiliations"]]
    assert counted == [(1, 1), (1, 2), (2, 1), (1, 3)]


def test_an_ordinal_that_is_given_stays(record):
    assert record.append("keywords", {"keyword_seq": 7})["keyword_seq"] == 7


def test_rows_that_nest_in_themselves_count_as_paths(record):
    table = BY_NAME["book_sections"]
    column = table["section_path"]
    around = [{}, {}, {"section_path": "2"}, {"section_path": "2"}, {"section_path": "2.2"}]
    assert [record.count(table, column, one) for one in around] == ["1", "2", "2.1", "2.2", "2.2.1"]


def test_a_row_that_is_added_can_still_be_changed(record):
    record.add(BY_NAME["keywords"], {"keyword": "otters"})["keyword"] = "eels"
    assert record.rows["keywords"] == [{"keyword": "eels"}]


@pytest.mark.parametrize(
    ("rows", "orcids"),
    [
        ([("ORCID", ORCID, None), ("ORCID", OTHER, None)], {("author", 1): ORCID}),
        ([("ORCID", "none", None), ("orcid", f"https://orcid.org/{OTHER}", None)], {("author", 1): OTHER}),
        ([("GRID", ORCID, None), (None, ORCID, None), ("ORCID", None, None)], {}),
        ([("ORCID", ORCID, 1)], {}),
    ],
    ids=["the first", "the first that is one", "of other sources", "of an affiliation"],
)
def test_the_orcid_of_a_person(record, rows, orcids):
    for source, identifier, affiliation in rows:
        row = {"role": "author", "person_seq": 1, "affiliation_seq": affiliation}
        record.append("person_identifiers", row | {"source": source, "identifier": identifier})
    assert record.orcids == orcids


def test_a_record_without_identifiers_has_no_orcids(record):
    assert record.orcids == {}
