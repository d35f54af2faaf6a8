"""Answers as workbooks of Excel: one sheet, with the names of the columns in the first row."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from medline.errors import UsageError

#: Limits of a sheet, its first row counted, and of a cell: characters of UTF-16.
MOST_ROWS, MOST_COLUMNS, LONGEST = 1 << 20, 1 << 14, 32_767

#: Excel's numbers are doubles: larger whole numbers would lose digits, and become texts.
LARGEST_NUMBER = 1 << 53

#: Excel's calendar begins here; earlier days become texts.
FIRST_DAY = date(1900, 3, 1)

#: Rows that are read from the database together.
BATCH = 2048

#: Write a row as soon as it is whole, and no text as a formula, number or link.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(answer: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write an answer as a workbook; return its rows. Memory does not grow with them.

    Args:
        answer: a connection that has executed a statement with rows.

    A text stays one, also `=1+1`; NULL and '' are empty cells; lists and structures are JSON.

    Raises:
        UsageError: a sheet cannot hold it; nothing is written.
    """
    columns = [name for name, *_ in answer.description or ()]
    if len(columns) > MOST_COLUMNS:
        raise UsageError(f"a sheet has {MOST_COLUMNS:,} columns at most, the answer {len(columns):,}; {ADVICE}")
    rows = 0
    with path.open("wb") as file, xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("answer")
        sheet.freeze_panes(1, 0)
        formats: dict[type, Any] = {kind: book.add_format({"num_format": shown}) for kind, shown in DATES.items()}
        _write_row(sheet, 0, columns, columns, formats)
        for rows, row in enumerate(_rows(answer), start=1):
            if rows == MOST_ROWS:
                raise UsageError(f"a sheet has {MOST_ROWS:,} rows at most; {ADVICE}")
            _write_row(sheet, rows, row, columns, formats)
    return rows


#: How days and times are shown.
DATES = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss"}

ADVICE = "write .csv or .parquet, or ask for less"


def _rows(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple]:
    while rows := answer.fetchmany(BATCH):
        yield from rows


def _write_row(sheet: Worksheet, number: int, row: Any, columns: list[str], formats: dict[type, Any]) -> None:
    for column, value in enumerate(row):
        if value is None or value == "":
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif _is_number(value):
            sheet.write_number(number, column, value)
        elif type(value) in formats and _is_day(value):
            sheet.write_datetime(number, column, value, formats[type(value)])
        else:
            text = _text(value)
            if len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
                raise UsageError(
                    f"row {number:,} of the answer: {columns[column]} has {len(text):,} characters, and a cell"
                    f" {LONGEST:,} at most; {ADVICE}"
                )
            sheet.write_string(number, column, text)


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= LARGEST_NUMBER
    return isinstance(value, float | Decimal) and math.isfinite(value)


def _is_day(value: date) -> bool:
    day = value.date() if isinstance(value, datetime) else value
    return day >= FIRST_DAY and getattr(value, "tzinfo", None) is None


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
