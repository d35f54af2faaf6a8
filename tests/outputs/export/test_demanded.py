"""Values of a book document of text that the DTD demands."""

from __future__ import annotations

from copy import deepcopy

import pytest

from medline.outputs.export.demanded import completed
from medline.outputs.export.records import Record


def book(**rows: list[dict]) -> Record:
    head = {"pmid": 7, "source_format": "medline", "publication_status": None}
    return Record(7, {"books": [head], **rows})


def ids(record: Record) -> list[tuple]:
    return [(row["article_id_seq"], row["id_type"], row["article_id"]) for row in record.rows["article_ids"]]


def test_a_book_has_its_pmid_behind_its_other_ids():
    other = {"pmid": 7, "version": None, "article_id_seq": 1, "id_type": "doi", "article_id": "10.5555/a"}
    assert ids(completed(book())) == [(1, "pubmed", "7")]
    assert ids(completed(book(article_ids=[other]))) == [(1, "doi", "10.5555/a"), (2, "pubmed", "7")]


def test_a_pmid_that_is_among_the_ids_is_not_added_again():
    own = {"pmid": 7, "version": None, "article_id_seq": 1, "id_type": "pubmed", "article_id": "7"}
    assert ids(completed(book(article_ids=[own]))) == [(1, "pubmed", "7")]


def test_what_the_dtd_demands_is_empty_and_what_is_there_stays():
    types = [
        {"publication_type": "Review", "publication_type_ui": None},
        {"publication_type": "Study", "publication_type_ui": "D1"},
    ]
    made = completed(book(publication_types=types))
    assert made.head["publication_status"] == ""
    assert [row["publication_type_ui"] for row in made.rows["publication_types"]] == ["", "D1"]
    record = book()
    record.head["publication_status"] = "ppublish"
    assert completed(record).head["publication_status"] == "ppublish"


@pytest.mark.parametrize(("table", "form"), [("books", "xml"), ("articles", "medline"), ("articles", "xml")])
def test_articles_and_books_of_xml_stay_as_they_are(table, form):
    record = Record(7, {table: [{"pmid": 7, "source_format": form, "publication_status": None}]})
    assert completed(record) is record


def test_the_record_itself_is_not_changed():
    record = book(publication_types=[{"publication_type": "Review", "publication_type_ui": None}])
    before = deepcopy(record.rows)
    completed(record)
    assert record.rows == before
