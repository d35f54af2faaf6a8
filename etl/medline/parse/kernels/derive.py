"""Derived columns as kernels: what `medline.parse.derive` does for one row, for all rows of a chunk.

Each kernel fills cells with texts of the source, or with texts that it writes into the scratch room. Its operands `at`
are the numbers of its table, its column and the columns that it reads, in the order of its docstring.

The plain reader reads a record (a fallback) where a kernel would have to decode a value first, and where no kernel
derives a column of one of its rows.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import NamedTuple

import numpy as np

from medline.parse import constants
from medline.parse.kernels.bytes import CLASS, DIGIT
from medline.parse.kernels.cells import (
    HAS_BLANKS,
    Rows,
    length_of,
    pack,
    put,
    start_of,
    take_scratch,
)
from medline.parse.kernels.derive_identifiers import derive_identifier, derive_orcid
from medline.parse.kernels.derive_pages import derive_pages
from medline.parse.kernels.jit import entry, rare
from medline.parse.kernels.layout import TABLE_NUMBER, schema
from medline.parse.kernels.questions import DOI, MOST_QUESTIONS, answer, cell_index, mark_fallback
from medline.parse.kernels.values import read_month
from medline.schema.tables import LAKE_TABLES, Column, Table

log = logging.getLogger(__name__)

SPACE, COLON = (ord(sign) for sign in " :")
MONTHS = np.frombuffer("".join(constants.MONTHS).encode(), np.uint8)

#: The kernels by number.
PRINTED_DATE, MEDLINE_YEAR, PAGES, ABSTRACT, IDENTIFIER, ORCID, MOMENT = range(7)

#: Operands of `_printed_date`: the parts of the date.
YEAR, MONTH, DAY, SEASON = range(2, 6)


class Jobs(NamedTuple):
    """How each derived column is filled.

    Attributes:
        kernels: a row for each column that a kernel derives: the kernel and its operands.
        plain: numbers of the tables with a column that only the plain reader derives.
    """

    kernels: np.ndarray
    plain: list[int]


def derive(data: np.ndarray, chunk: Rows, records: int, jobs: Jobs) -> None:
    """Fill the derived columns of all rows of a chunk, or leave their records to the plain reader."""
    for table in jobs.plain:
        for record in np.flatnonzero(np.diff(chunk.first[: records + 1, table])).tolist():
            mark_fallback.py_func(chunk, record)
    questions = np.empty((MOST_QUESTIONS, 4), np.int64)
    count = derive_cells(data, chunk, records, jobs.kernels, questions)
    answer(data, chunk, questions[:count])


@entry
def derive_cells(data, chunk, records, jobs, questions):
    """Fill the derived columns, and return the number of questions: (kind, cell to fill, cell of the value, room)."""
    count = 0
    for job in range(jobs.shape[0]):
        kind, at = jobs[job, 0], jobs[job, 1:]
        if chunk.rows[at[0]] == 0:
            continue
        if kind == PRINTED_DATE:
            _printed_date(data, chunk, records, at)
        elif kind == MEDLINE_YEAR:
            _medline_year(data, chunk, records, at)
        elif kind == PAGES:
            count = derive_pages(data, chunk, records, at, questions, count)
        elif kind == ABSTRACT:
            _abstract(data, chunk, records, at)
        elif kind == IDENTIFIER:
            count = derive_identifier(data, chunk, records, at, questions, count)
        elif kind == ORCID:
            count = derive_orcid(data, chunk, records, at, questions, count)
        elif kind == MOMENT:
            _moment(chunk, records, at)
    return count


@rare
def _printed_date(data, chunk, records, at):
    """Write a date as MEDLINE prints it. at: table, column, year, month, day, season, medline_date (or -1)."""
    table, column, medline_date = at[0], at[1], at[6]
    for record in range(records):
        for row in range(chunk.first[record, table], chunk.first[record + 1, table]):
            room, flags = 0, 0
            for part in range(YEAR, SEASON + 1):
                cell = chunk.cells[cell_index(chunk, table, row, at[part])]
                room += length_of(cell) + 4
                flags |= cell & 15
            target = cell_index(chunk, table, row, column)
            start = take_scratch(data, chunk, room)
            if flags or start < 0:
                mark_fallback(chunk, record)
                continue
            stop = start
            for part in range(YEAR, SEASON + 1):
                cell = chunk.cells[cell_index(chunk, table, row, at[part])]
                if length_of(cell):
                    if stop > start:
                        data[stop] = SPACE
                        stop += 1
                    stop = _put_part(data, cell, part, stop)
            if stop > start:
                chunk.cells[target] = pack(start, stop - start, 0)
            elif medline_date >= 0:
                chunk.cells[target] = chunk.cells[cell_index(chunk, table, row, medline_date)]


@rare
def _put_part(data, cell, part, at):
    """Write a part of a date, and return the position behind it: Oct for 10, 1 for 01."""
    start, length = start_of(cell), length_of(cell)
    month = read_month(data, start, length) if part == MONTH else 0
    if month > 0:
        for index in range(3):
            data[at + index] = MONTHS[3 * month - 3 + index]
        return at + 3
    if part == DAY:
        zeros = 0
        while zeros < length and data[start + zeros] == 48:
            zeros += 1
        if zeros < length:
            start, length = start + zeros, length - zeros
    return put(data, at, start, length)


@rare
def _medline_year(data, chunk, records, at):
    """Find the first year in a MedlineDate. at: table, column, medline_date."""
    table, column, medline_date = at[0], at[1], at[2]
    for record in range(records):
        for row in range(chunk.first[record, table], chunk.first[record + 1, table]):
            target = cell_index(chunk, table, row, column)
            cell = chunk.cells[cell_index(chunk, table, row, medline_date)]
            if chunk.cells[target] != 0 or cell == 0:
                continue
            if cell & 15:
                mark_fallback(chunk, record)
                continue
            digits = 0
            start, stop = start_of(cell), start_of(cell) + length_of(cell)
            for index in range(start, stop + 1):
                if index < stop and CLASS[data[index]] & DIGIT:
                    digits += 1
                    continue
                if digits == 4:
                    chunk.cells[target] = pack(index - 4, 4, 0)
                    break
                digits = 0


@rare
def _abstract(data, chunk, records, at):
    """Join the article's own abstract in one text. at: table, column; abstracts, its abstract_type, label, text."""
    table, column, sections, abstract_type, label_column, text_column = at[0], at[1], at[2], at[3], at[4], at[5]
    for record in range(records):
        if chunk.first[record, table] == chunk.first[record + 1, table]:
            continue
        room, texts, cell, labels = 0, 0, 0, 0
        for row in range(chunk.first[record, sections], chunk.first[record + 1, sections]):
            text = chunk.cells[cell_index(chunk, sections, row, text_column)]
            if text != 0 and chunk.cells[cell_index(chunk, sections, row, abstract_type)] == 0:
                label = chunk.cells[cell_index(chunk, sections, row, label_column)]
                room += length_of(label) + length_of(text) + 3
                texts, cell, labels = texts + 1, text, labels | label
        if texts == 0:
            continue
        if texts > 1 or length_of(labels):
            start = take_scratch(data, chunk, room)
            if start < 0 or labels & HAS_BLANKS:
                mark_fallback(chunk, record)
                continue
            stop, flags, written = start, 0, 0
            for row in range(chunk.first[record, sections], chunk.first[record + 1, sections]):
                text = chunk.cells[cell_index(chunk, sections, row, text_column)]
                if text != 0 and chunk.cells[cell_index(chunk, sections, row, abstract_type)] == 0:
                    label = chunk.cells[cell_index(chunk, sections, row, label_column)]
                    if written:
                        data[stop] = SPACE
                        stop += 1
                    written += 1
                    if length_of(label):
                        stop = put(data, stop, start_of(label), length_of(label))
                        data[stop], data[stop + 1] = COLON, SPACE
                        stop += 2
                    stop = put(data, stop, start_of(text), length_of(text))
                    flags |= (text | label) & 15
            cell = pack(start, stop - start, flags)
        chunk.cells[cell_index(chunk, table, chunk.first[record, table], column)] = cell


@rare
def _moment(chunk, records, at):
    """Copy a day or moment from the columns of its parts. at: table, column, the number of parts, a column for each."""
    table, column, parts = at[0], at[1], at[2]
    for record in range(records):
        for row in range(chunk.first[record, table], chunk.first[record + 1, table]):
            target = cell_index(chunk, table, row, column)
            full = True
            for part in range(3):
                full = full and chunk.cells[cell_index(chunk, table, row, at[3 + part])] != 0
            if full:
                for part in range(parts):
                    chunk.cells[target + part] = chunk.cells[cell_index(chunk, table, row, at[3 + part])]


def _cells(table: Table, *names: str) -> list[int]:
    """A table's number and the cells of some of its columns."""
    columns = schema().cells[table.name]
    return [TABLE_NUMBER[table.name], *(columns[name][1] for name in names)]


def _job(table: Table, column: Column) -> list[int]:
    """Return the kernel of a derived column and its operands: see the docstring of each kernel.

    Raises:
        LookupError: no kernel derives the column, or a column that the kernel reads does not exist.
    """
    name, by_name = column.name, {t.name: t for t in LAKE_TABLES}
    if column.path and column.derive not in ("medline_year", "start_page", "end_page", "orcid"):
        raise LookupError(f"{column.derive}: its kernel overwrites what the path gives")
    match column.derive:
        case "printed_date":
            stem = name.removesuffix("date")
            parts = [stem + part for part in ("year", "month", "day", "season")]
            medline_date = _cells(table, "medline_date")[1] if name == "pub_date" else -1
            return [PRINTED_DATE, *_cells(table, name, *parts), medline_date]
        case "medline_year":
            return [MEDLINE_YEAR, *_cells(table, name, "medline_date")]
        case "start_page" | "end_page":
            return [PAGES, *_cells(table, name, "medline_pgn"), column.derive == "end_page"]
        case "abstract" if not table.key:  # one row a record
            return [ABSTRACT, *_cells(table, name), *_cells(by_name["abstracts"], "abstract_type", "label", "text")]
        case "doi" | "pii" | "pmc" | "bookaccession" if not table.key:
            ids = _cells(by_name["article_ids"], "id_type", "article_id")
            locations = _cells(by_name["elocation_ids"], "elocation_type", "elocation_id", "is_valid")
            wanted = DOI if column.derive == "doi" else -1
            return [IDENTIFIER, *_cells(table, name), *ids, *locations, len(name.encode()), wanted, *name.encode()]
        case "orcid":
            names = ("role", "person_seq", "affiliation_seq", "source", "identifier")
            role = {text: number for number, text in enumerate(schema().constants)}[table.name.removesuffix("s")]
            return [ORCID, *_cells(table, name), *_cells(by_name["person_identifiers"], *names), role]
        case "article_date":
            return [MOMENT, *_cells(table, name), 3, *_cells(table, "year", "month", "day")[1:]]
        case "event_at":
            parts = ["year", "month", "day", "hour", "minute", "second"]
            return [MOMENT, *_cells(table, name), 6, *_cells(table, *parts)[1:]]
    raise LookupError(column.derive)


@cache
def jobs() -> Jobs:
    """Return how each derived column is filled; a warning names each column without a kernel."""
    kernels, plain = [], []
    for table in LAKE_TABLES:
        for column in filter(lambda column: column.derive, table.columns):
            try:
                kernels.append(_job(table, column))
            except LookupError:
                plain.append(TABLE_NUMBER[table.name])
                log.warning(
                    "%s.%s: no kernel derives it by %s(), so records with rows of %s are read slowly;"
                    " add one to etl/medline/parse/kernels/derive.py",
                    table.name, column.name, column.derive, table.name,
                )  # fmt: skip
    width = max(map(len, kernels))
    return Jobs(np.array([row + [0] * (width - len(row)) for row in kernels], np.int64), plain)
