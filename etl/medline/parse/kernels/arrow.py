"""Kernel 2: the cells of a table's rows become the buffers of Arrow columns. No Python object is made for a value.

A table's columns lie one after the other in one piece of memory: validity bits, offsets or numbers, bytes of text.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from medline.parse.kernels.bytes import load, reference_length, skip_tag, store
from medline.parse.kernels.cells import HAS_BLANKS, HAS_MARKUP, HAS_REFERENCES, IS_ODD, ODD, Store, length_of, start_of
from medline.parse.kernels.jit import brief, entry, kernel, rare
from medline.parse.kernels.layout import (
    BIG_NUMBER,
    COUNTED,
    DAY,
    FLAG,
    LIST,
    LIST_NUMBER,
    MARKUP,
    MOMENT,
    MONTH_NUMBER,
    NUMBER,
    OF_RECORD,
    OF_RECORD_VERSION,
    TABLE_NUMBER,
    WORDS,
    schema,
)
from medline.parse.kernels.values import UNTYPABLE, day_number, read_day, read_flag, read_integer, read_month
from medline.schema.arrow import ARROW_TYPES, arrow_schema
from medline.schema.tables import LAKE_TABLES, Column, Table

INTEGER_LIMIT, BIG_LIMIT = 2**31 - 1, 2**63 - 1

#: Columns of `Target.columns`: kind, first cell, then where validity, offsets or numbers, and text begin, in bytes.
KIND, CELL, VALIDITY, NUMBERS, TEXT = range(5)


class Target(NamedTuple):
    """The memory of a table's columns, seen as bytes and as numbers, and what lies where in it."""

    columns: np.ndarray
    nulls: np.ndarray
    bytes: np.ndarray
    shorts: np.ndarray
    longs: np.ndarray


@brief
def read_keys(data, store, layout, at, records, pmids, versions):
    """PMID and version of each record, -1 where there is none. at: table, pmid, version. A wrong one is odd."""
    table = at[0]
    for record in range(records):
        if store.first[record, table] == store.first[record + 1, table]:
            continue
        row = store.base[table] + store.first[record, table] * layout.width[table]
        pmid, version = store.cells[row + at[1]], store.cells[row + at[2]]
        pmids[record] = _read(data, store.cells, row + at[1], np.int64(BIG_NUMBER)) if pmid else UNTYPABLE
        versions[record] = _read(data, store.cells, row + at[2], np.int64(NUMBER)) if version else -1
        if pmids[record] == UNTYPABLE or versions[record] == UNTYPABLE:
            store.verdicts[record] = ODD
            store.now[IS_ODD] = 1


@brief
def measure(cells, base, width, rows, columns, places):
    """Lay out the memory of a table's columns, and return the bytes it takes.

    Args:
        columns: kind and first cell of each.
        places: what becomes `Target.columns`; a column without values has no place, -1.
    """
    total = 0
    for column in range(columns.shape[0]):
        kind, cell = columns[column, KIND], columns[column, CELL]
        texts, found = 0, kind == OF_RECORD or kind == OF_RECORD_VERSION
        if not found:
            at = base + cell
            for _ in range(rows):
                value = cells[at]
                at += width
                if kind == MARKUP and not value & HAS_MARKUP:
                    value = 0
                elif kind == DAY:
                    value |= cells[at - width + 1] | cells[at - width + 2]
                found = found or value != 0
                texts += length_of(value)
        is_text = kind == WORDS or kind == MARKUP
        is_long = kind == BIG_NUMBER or kind == MOMENT or kind == OF_RECORD
        bits = (rows + 63) // 64 * 8
        numbers = bits if kind == FLAG else (rows * (8 if is_long else 4) + 15) // 8 * 8
        places[column, KIND], places[column, CELL] = kind, cell
        places[column, VALIDITY] = total if found else -1
        places[column, NUMBERS], places[column, TEXT] = total + bits, total + bits + numbers
        if found:
            total += bits + numbers + ((texts + 15) // 8 * 8 if is_text else 0)
    return total + 8


@entry
def fill(data, cells, base, width, rows, target, first, pmids, versions, verdicts, now):
    """Make the values of all columns that have some. A value without its type makes its record odd."""
    for column in range(target.columns.shape[0]):
        if target.columns[column, VALIDITY] < 0:
            continue
        kind = target.columns[column, KIND]
        if kind == OF_RECORD or kind == OF_RECORD_VERSION:
            target.nulls[column] = _spread(target, column, first, pmids if kind == OF_RECORD else versions)
        elif kind == WORDS or kind == MARKUP:
            target.nulls[column] = _texts(data, cells, base, width, rows, target, column)
        else:
            target.nulls[column] = _numbers(data, cells, base, width, rows, target, column, first, verdicts, now)


@rare
def _spread(target, column, first, numbers):
    """Give all rows of a record its number (-1 is none)."""
    at, validity = target.columns[column, NUMBERS], target.columns[column, VALIDITY]
    is_long = target.columns[column, KIND] == OF_RECORD
    nulls = 0
    for record in range(numbers.size):
        number = numbers[record]
        for row in range(first[record], first[record + 1]):
            if is_long:
                target.longs[at // 8 + row] = number
            else:
                target.shorts[at // 4 + row] = number
            if number < 0:
                nulls += 1
    if nulls:
        for record in range(numbers.size):
            for row in range(first[record], first[record + 1]):
                _put_bit(target.bytes, validity, row, numbers[record] >= 0)
    return nulls


@kernel
def _put_bit(data, at, row, bit):
    if row & 7 == 0:
        data[at + (row >> 3)] = 0
    data[at + (row >> 3)] |= np.uint8(bit) << np.uint8(row & 7)


@rare
def _texts(data, cells, base, width, rows, target, column):
    """A column of text, or of the inner XML of one."""
    is_markup = target.columns[column, KIND] == MARKUP
    cell = base + target.columns[column, CELL]
    validity, offsets, out = (
        target.columns[column, VALIDITY],
        target.columns[column, NUMBERS] // 4,
        target.columns[column, TEXT],
    )
    begin, nulls, bits = out, 0, 0
    for row in range(rows):
        value = cells[cell]
        cell += width
        target.shorts[offsets + row] = out - begin
        if is_markup and not value & HAS_MARKUP:
            value = 0
        if value == 0:
            nulls += 1
        else:
            bits |= 1 << (row & 7)
            start, length = start_of(value), length_of(value)
            if value & 15 == 0 or is_markup:
                for place in range(0, length, 8):
                    store(target.bytes, out + place, load(data, start + place))
                out += length
            else:
                out = _decode(data, start, start + length, value & 15, target.bytes, out)
        if row & 7 == 7 or row == rows - 1:
            target.bytes[validity + (row >> 3)] = bits
            bits = 0
    target.shorts[offsets + rows] = out - begin
    return nulls


@rare
def _decode(data, at, stop, flags, out, to):
    """Write a text with its references decoded, without its tags, and with an attribute's line ends as blanks."""
    while at < stop:
        sign = data[at]
        if sign == 38 and flags & HAS_REFERENCES:
            sign, at = _decode_reference(data, at)
        elif sign == 60 and flags & HAS_MARKUP:
            at = skip_tag(data, at)
            continue
        elif sign < 32 and flags & HAS_BLANKS:
            sign, at = np.uint8(32), at + 1
        else:
            at += 1
        out[to] = sign
        to += 1
    return to


@kernel
def _decode_reference(data, at):
    """The sign of &lt; &gt; &amp; &quot; or &apos;, and the position behind it."""
    length = reference_length(data, at)
    if length == 4:
        return np.uint8(60 if data[at + 1] == 108 else 62), at + 4
    if length == 5:
        return np.uint8(38), at + 5
    return np.uint8(34 if data[at + 1] == 113 else 39), at + 6


@rare
def _numbers(data, cells, base, width, rows, target, column, first, verdicts, now):
    """A column of numbers, days, moments or flags."""
    kind = target.columns[column, KIND]
    validity, at = target.columns[column, VALIDITY], target.columns[column, NUMBERS]
    place = base + target.columns[column, CELL]
    nulls, bits, flags = 0, 0, 0
    for row in range(rows):
        is_null = cells[place] == 0 and (kind != DAY or (cells[place + 1] == 0 and cells[place + 2] == 0))
        number = 0
        if is_null:
            nulls += 1
        else:
            bits |= 1 << (row & 7)
            number = cells[place] if kind == COUNTED else _read(data, cells, place, kind)
            if number == UNTYPABLE:
                verdicts[np.searchsorted(first, row, side="right") - 1] = ODD
                now[IS_ODD] = 1
                number = 0
        if kind == FLAG:
            flags |= number << (row & 7)
        elif kind == BIG_NUMBER or kind == MOMENT:
            target.longs[at // 8 + row] = number
        else:
            target.shorts[at // 4 + row] = number
        if row & 7 == 7 or row == rows - 1:
            target.bytes[validity + (row >> 3)] = bits
            if kind == FLAG:
                target.bytes[at + (row >> 3)] = flags
            bits, flags = 0, 0
        place += width
    return nulls


@kernel
def _read(data, cells, place, kind):
    """The number of a value: see `parse.values`. One that would have to be decoded is left to the plain reader."""
    value = cells[place]
    if kind == MOMENT:
        return _read_moment(data, cells, place)
    if kind == DAY:
        return _read_parts(data, cells, place)
    if value & 15:
        return UNTYPABLE
    start, length = start_of(value), length_of(value)
    if kind == NUMBER:
        return read_integer(data, start, length, INTEGER_LIMIT)
    if kind == BIG_NUMBER:
        return read_integer(data, start, length, BIG_LIMIT)
    if kind == MONTH_NUMBER:
        return read_month(data, start, length)
    if kind == FLAG:
        return read_flag(data, start, length)
    return read_day(data, start, length)


@kernel
def _read_parts(data, cells, place):
    """Days since 1970 from the cells of year, month and day."""
    year, month, day = cells[place], cells[place + 1], cells[place + 2]
    if (year | month | day) & 15:
        return UNTYPABLE
    return day_number(
        read_integer(data, start_of(year), length_of(year), INTEGER_LIMIT),
        read_month(data, start_of(month), length_of(month)),
        read_integer(data, start_of(day), length_of(day), INTEGER_LIMIT),
    )


@rare
def _read_moment(data, cells, place):
    """Microseconds since 1970 from the cells of year, month, day, hour, minute and second."""
    days = _read_parts(data, cells, place)
    if days == UNTYPABLE:
        return UNTYPABLE
    seconds = 0
    for part in range(3, 6):
        value = cells[place + part]
        number = 0
        if value != 0:
            number = read_integer(data, start_of(value), length_of(value), 23 if part == 3 else 59)
            if value & 15 or number == UNTYPABLE:
                return UNTYPABLE
        seconds = seconds * 60 + number
    return (days * 86_400 + seconds) * 1_000_000


@cache
def _columns(table: Table) -> np.ndarray:
    """Kind and first cell of each column of a table."""
    return np.array([schema().cells[table.name][column.name] for column in table.columns], np.int64)


@cache
def _empty(table: Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], arrow_schema(table))


def record_batches(data, store: Store, pmids: np.ndarray, versions: np.ndarray) -> dict[str, pa.RecordBatch]:
    """The rows of all tables; where a record turned out odd, `store.now` says so, and they are worth nothing."""
    return {table.name: _record_batch(table, data, store, pmids, versions) for table in LAKE_TABLES}


def _record_batch(table: Table, data, store: Store, pmids: np.ndarray, versions: np.ndarray) -> pa.RecordBatch:
    number = TABLE_NUMBER[table.name]
    rows = int(store.rows[number])
    if rows == 0:
        return _empty(table)
    base, width, columns = store.base[number], schema().layout.width[number], _columns(table)
    target, buffer = _target(store, base, width, rows, columns)
    first = store.first[: len(pmids) + 1, number]
    fill(data, store.cells, base, width, rows, target, first, pmids, versions, store.verdicts, store.now)
    places, nulls = target.columns.tolist(), target.nulls.tolist()
    arrays = [
        _list_array(column, number, data, store, rows)
        if place[KIND] == LIST
        else _array(buffer, ARROW_TYPES[column.type.arrow], rows, place, absent)
        for column, place, absent in zip(table.columns, places, nulls, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table))


def _target(store: Store, base: int, width: int, rows: int, columns: np.ndarray) -> tuple[Target, pa.Buffer]:
    """Memory for the columns of a table, from Arrow's pool: fresh pages cost as much as what is written to them."""
    places = np.empty((len(columns), 5), np.int64)
    buffer = pa.allocate_buffer(measure(store.cells, base, width, rows, columns, places))
    memory = np.frombuffer(buffer, np.uint8)
    longs = memory.view(np.int64)
    return Target(places, np.zeros(len(columns), np.int64), memory, memory.view(np.int32), longs), buffer


def _nulls(data_type: pa.DataType, rows: int) -> pa.Array:
    """Nothing but NULL, in memory that is made once."""
    size = max(1 << 12, 1 << rows.bit_length())
    return _many_nulls(data_type, size).slice(0, rows)


@cache
def _many_nulls(data_type: pa.DataType, size: int) -> pa.Array:
    return pa.nulls(size, data_type)


def _array(buffer: pa.Buffer, data_type: pa.DataType, rows: int, place: list[int], nulls: int) -> pa.Array:
    """A column of a table."""
    kind, _, validity, numbers, text = place
    if validity < 0:
        return _nulls(data_type, rows)
    parts = [buffer.slice(validity) if nulls else None, buffer.slice(numbers)]
    if kind in (WORDS, MARKUP):
        parts.append(buffer.slice(text))
    return pa.Array.from_buffers(data_type, rows, parts, nulls)


def _list_array(column: Column, table: int, data, store: Store, rows: int) -> pa.Array:
    """A column of lists of texts; NULL where a row has none."""
    number = LIST_NUMBER[table, column.name]
    count = int(store.rows[number])
    if count == 0:
        return _nulls(ARROW_TYPES[column.type.arrow], rows)
    base = int(store.base[number])
    target, buffer = _target(store, base, 2, count, np.array([[WORDS, 1]], np.int64))
    nobody = np.empty(0, np.int64)
    fill(data, store.cells, base, 2, count, target, nobody, nobody, nobody, store.verdicts, store.now)
    values = _array(buffer, pa.string(), count, target.columns[0].tolist(), 0)
    lengths = np.bincount(store.cells[base : base + 2 * count : 2], minlength=rows)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    mask = pa.array(lengths == 0)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, mask=mask)
