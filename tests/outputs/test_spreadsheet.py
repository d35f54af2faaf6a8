"""Answers as workbooks: what a reader of Excel's files gets back, and the limits of a sheet."""

from __future__ import annotations

import zipfile
from datetime import date, datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from medline.errors import UsageError
from medline.outputs import spreadsheet


@pytest.fixture
def written(tmp_path):
    """Write the answer to a statement, and return the rows that a reader gets."""

    def written(sql):
        with duckdb.connect() as connection:
            assert spreadsheet.write(connection.execute(sql), tmp_path / "a.xlsx") >= 0
        return CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()

    return written


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("42", 42.0),
        ("-1.5", -1.5),
        ("9007199254740993", "9007199254740993"),
        ("'nan'::DOUBLE", "nan"),
        ("true", True),
        ("'=1+1'", "=1+1"),
        ("'0012'", "0012"),
        ("'http://example.org'", "http://example.org"),
        ("DATE '2020-01-02'", date(2020, 1, 2)),
        ("TIMESTAMP '2020-01-02 03:04:05'", datetime(2020, 1, 2, 3, 4, 5)),
        ("DATE '1850-01-02'", "1850-01-02"),
        ("['a', 'ü']", '["a", "ü"]'),
        ("{'a': 1}", '{"a": 1}'),
        ("repeat('x', 32767)", "x" * 32767),
    ],
)
def test_a_value_is_a_cell(written, value, cell):
    assert written(f"SELECT {value} AS a") == [["a"], [cell]]


def test_null_and_an_empty_text_are_empty_cells(written):
    assert written("SELECT NULL AS a, '' AS b, 1 AS c") == [["a", "b", "c"], ["", "", 1.0]]


def test_no_text_is_a_formula_or_a_link(written, tmp_path):
    written("SELECT '=1+1' AS a, 'http://example.org' AS b")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), min_size=1)


@settings(max_examples=10, deadline=None)
@given(st.lists(TEXTS, min_size=20))
def test_texts_come_back(tmp_path_factory, texts):
    path = tmp_path_factory.getbasetemp() / "text.xlsx"
    with duckdb.connect() as connection:
        spreadsheet.write(connection.execute("SELECT unnest($texts) AS a", {"texts": texts}), path)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows == [["a"], *([text] for text in texts)]


@pytest.mark.parametrize("text", ["repeat('x', 32768)", "repeat('😀', 16384)"])
def test_a_text_longer_than_a_cell_is_an_error_with_its_place(written, text):
    with pytest.raises(UsageError, match=r"row 2 of the answer: title has [0-9,]+ characters, and a cell 32,767"):
        written(f"SELECT 'x' AS title UNION ALL SELECT {text}")


def test_more_rows_than_a_sheet_has_are_an_error(written, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 11)
    assert len(written("FROM range(10)")) == 11
    with pytest.raises(UsageError, match="a sheet has 11 rows at most"):
        written("FROM range(11)")


def test_more_columns_than_a_sheet_has_are_an_error(written):
    with pytest.raises(UsageError, match="16,384 columns at most, the answer 16,385"):
        written(f"SELECT {', '.join('1' * 16_385)}")
