"""The tags of MEDLINE text in arrays."""

from __future__ import annotations

import pytest

from medline.parse.kernels.tags import NOTHING, tag_names, tags
from medline.parse.text import reference
from medline.schema.tables import IGNORED_TAGS, LAKE_TABLES
from text_records import is_fallback, rows, rows_alike


def test_each_tag_of_the_schema_is_known():
    known = {tag for table in LAKE_TABLES for column in table.columns for tag in (column.tag or "").split()}
    assert set(tag_names()) == {"", *known, *IGNORED_TAGS, "LR"}
    assert (tags().action != NOTHING).any(axis=0)[1:].all()


def test_columns_that_are_a_tag_need_no_kernel_of_their_own():
    for kind, columns in reference.DIRECT.items():
        for tag, column in columns.items():
            if column not in ("pmid", "date_created", "date_completed", "date_revised"):
                lines = [*(["BTI - A book"] if kind == "books" and tag != "BTI" else []), f"{tag:<4}- 12"]
                expected = ["12"] if column == "isbns" else 12 if column == "number_of_references" else "12"
                own = rows_alike if tag == "STAT" else rows  # with STAT and without SO a record may be cut
                assert own(kind, column, *lines) == [(expected,)]


@pytest.mark.parametrize("tag", ["XX  ", "BTIX", "DCOM"])
def test_a_tag_of_another_kind_of_record_makes_a_fallback(tag):
    assert is_fallback("BTI - A book", f"{tag}- 20010203")


def test_a_second_value_of_a_tag_that_occurs_once_makes_a_fallback():
    assert is_fallback("TI  - One.", "TI  - Two.")
    assert is_fallback("DP  - 2001", "DP  - 2002 Jan")
    assert not is_fallback("DP  - 2001", "DP  - 1999-2000")
