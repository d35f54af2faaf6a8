"""Kernel 2: the cells of a table's rows become the buffers of Arrow columns. No Python object is made for a value.

A table's columns lie one after the other in one piece of memory: validity bits, offsets or numbers, bytes of text.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from medline.parse.kernels.bytes import load_u64, reference_length, skip_tag, store_u64
from medline.parse.kernels.cells import (
    FALLBACK,
    HAS_BLANKS,
    HAS_MARKUP,
    HAS_REFERENCES,
    IS_FALLBACK,
    ChunkState,
    length_of,
    start_of,
)
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
    """The memory of a table's columns, viewed as bytes and as numbers, and its layout."""

    columns: np.ndarray
    nulls: np.ndarray
    bytes: np.ndarray
    shorts: np.ndarray
    longs: np.ndarray


@brief
def read_keys(data, chunk, layout, at, records, pmids, versions):
    """Read PMID and version of each record, -1 where absent; a wrong one makes a fallback. at: table, pmid, version."""
    table = at[0]
    for record in range(records):
        if chunk.first[record, table] == chunk.first[record + 1, table]:
            continue
        row = chunk.base[table] + chunk.first[record, table] * layout.width[table]
        pmid, version = chunk.cells[row + at[1]], chunk.cells[row + at[2]]
        pmids[record] = _read(data, chunk.cells, row + at[1], np.int64(BIG_NUMBER)) if pmid else UNTYPABLE
        versions[record] = _read(data, chunk.cells, row + at[2], np.int64(NUMBER)) if version else -1
        if pmids[record] == UNTYPABLE or versions[record] == UNTYPABLE:
            chunk.verdicts[record] = FALLBACK
            chunk.now[IS_FALLBACK] = 1


@brief
def measure(cells, base, width, rows, columns, layout):
    """Lay out the memory of a table's columns, and return the bytes it takes.

    Args:
        columns: kind and first cell of each.
        layout: becomes `Target.columns`; the validity of a column without values is -1.
    """
    total = 0
    for column in range(columns.shape[0]):
        kind, cell = columns[column, KIND], columns[column, CELL]
        texts, has_values = 0, kind == OF_RECORD or kind == OF_RECORD_VERSION
        if not has_values:
            at = base + cell
            for _ in range(rows):
                value = cells[at]
                at += width
                if kind == MARKUP and not value & HAS_MARKUP:
                    value = 0
                elif kind == DAY:
                    value |= cells[at - width + 1] | cells[at - width + 2]
                has_values = has_values or value != 0
                texts += length_of(value)
        is_text = kind == WORDS or kind == MARKUP
        is_long = kind == BIG_NUMBER or kind == MOMENT or kind == OF_RECORD
        bits = (rows + 63) // 64 * 8
        numbers = bits if kind == FLAG else (rows * (8 if is_long else 4) + 15) // 8 * 8
        layout[column, KIND], layout[column, CELL] = kind, cell
        layout[column, VALIDITY] = total if has_values else -1
        layout[column, NUMBERS], layout[column, TEXT] = total + bits, total + bits + numbers
        if has_values:
            total += bits + numbers + ((texts + 15) // 8 * 8 if is_text else 0)
    return total + 8


@entry
def fill(data, cells, base, width, rows, target, first, pmids, versions, verdicts, now):
    """Make the values of all columns that have some. A value without its type makes its record a fallback."""
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
    """Give all rows of a record its number (-1: no number)."""
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
                for index in range(0, length, 8):
                    store_u64(target.bytes, out + index, load_u64(data, start + index))
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
    index = base + target.columns[column, CELL]
    nulls, bits, flags = 0, 0, 0
    for row in range(rows):
        is_null = cells[index] == 0 and (kind != DAY or (cells[index + 1] == 0 and cells[index + 2] == 0))
        number = 0
        if is_null:
            nulls += 1
        else:
            bits |= 1 << (row & 7)
            number = cells[index] if kind == COUNTED else _read(data, cells, index, kind)
            if number == UNTYPABLE:
                verdicts[np.searchsorted(first, row, side="right") - 1] = FALLBACK
                now[IS_FALLBACK] = 1
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
        index += width
    return nulls


@kernel
def _read(data, cells, index, kind):
    """The number of a value: see `parse.values`. The plain reader reads one that must be decoded."""
    value = cells[index]
    if kind == MOMENT:
        return _read_moment(data, cells, index)
    if kind == DAY:
        return _read_parts(data, cells, index)
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
def _read_parts(data, cells, index):
    """Days since 1970 from the cells of year, month and day."""
    year, month, day = cells[index], cells[index + 1], cells[index + 2]
    if (year | month | day) & 15:
        return UNTYPABLE
    return day_number(
        read_integer(data, start_of(year), length_of(year), INTEGER_LIMIT),
        read_month(data, start_of(month), length_of(month)),
        read_integer(data, start_of(day), length_of(day), INTEGER_LIMIT),
    )


@rare
def _read_moment(data, cells, index):
    """Microseconds since 1970 from the cells of year, month, day, hour, minute and second."""
    days = _read_parts(data, cells, index)
    if days == UNTYPABLE:
        return UNTYPABLE
    seconds = 0
    for part in range(3, 6):
        value = cells[index + part]
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


def record_batches(data, chunk: ChunkState, pmids: np.ndarray, versions: np.ndarray) -> dict[str, pa.RecordBatch]:
    """Return the rows of all tables; they count only if `chunk.now` says that no record became a fallback."""
    return {table.name: _record_batch(table, data, chunk, pmids, versions) for table in LAKE_TABLES}


def _record_batch(table: Table, data, chunk: ChunkState, pmids: np.ndarray, versions: np.ndarray) -> pa.RecordBatch:
    number = TABLE_NUMBER[table.name]
    rows = int(chunk.rows[number])
    if rows == 0:
        return _empty(table)
    base, width, columns = chunk.base[number], schema().layout.width[number], _columns(table)
    target, buffer = _target(chunk, base, width, rows, columns)
    first = chunk.first[: len(pmids) + 1, number]
    fill(data, chunk.cells, base, width, rows, target, first, pmids, versions, chunk.verdicts, chunk.now)
    layouts, nulls = target.columns.tolist(), target.nulls.tolist()
    arrays = [
        _list_array(column, number, data, chunk, rows)
        if layout[KIND] == LIST
        else _array(buffer, ARROW_TYPES[column.type.arrow], rows, layout, absent)
        for column, layout, absent in zip(table.columns, layouts, nulls, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table))


def _target(chunk: ChunkState, base: int, width: int, rows: int, columns: np.ndarray) -> tuple[Target, pa.Buffer]:
    """Memory for the columns of a table, from Arrow's pool: fresh pages cost as much as what is written to them."""
    layout = np.empty((len(columns), 5), np.int64)
    buffer = pa.allocate_buffer(measure(chunk.cells, base, width, rows, columns, layout))
    memory = np.frombuffer(buffer, np.uint8)
    longs = memory.view(np.int64)
    return Target(layout, np.zeros(len(columns), np.int64), memory, memory.view(np.int32), longs), buffer


def _nulls(data_type: pa.DataType, rows: int) -> pa.Array:
    """Nothing but NULL, in memory that is made once."""
    size = max(1 << 12, 1 << rows.bit_length())
    return _many_nulls(data_type, size).slice(0, rows)


@cache
def _many_nulls(data_type: pa.DataType, size: int) -> pa.Array:
    return pa.nulls(size, data_type)


def _array(buffer: pa.Buffer, data_type: pa.DataType, rows: int, layout: list[int], nulls: int) -> pa.Array:
    """A column of a table."""
    kind, _, validity, numbers, text = layout
    if validity < 0:
        return _nulls(data_type, rows)
    parts = [buffer.slice(validity) if nulls else None, buffer.slice(numbers)]
    if kind in (WORDS, MARKUP):
        parts.append(buffer.slice(text))
    return pa.Array.from_buffers(data_type, rows, parts, nulls)


def _list_array(column: Column, table: int, data, chunk: ChunkState, rows: int) -> pa.Array:
    """A column of lists of texts; NULL where a row has none."""
    number = LIST_NUMBER[table, column.name]
    count = int(chunk.rows[number])
    if count == 0:
        return _nulls(ARROW_TYPES[column.type.arrow], rows)
    base = int(chunk.base[number])
    target, buffer = _target(chunk, base, 2, count, np.array([[WORDS, 1]], np.int64))
    no_records = np.empty(0, np.int64)
    fill(data, chunk.cells, base, 2, count, target, no_records, no_records, no_records, chunk.verdicts, chunk.now)
    values = _array(buffer, pa.string(), count, target.columns[0].tolist(), 0)
    lengths = np.bincount(chunk.cells[base : base + 2 * count : 2], minlength=rows)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    mask = pa.array(lengths == 0)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, mask=mask)
