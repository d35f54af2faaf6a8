"""The cells of a chunk's rows: where the kernels put what they find, and what entering and leaving an element does.

A cell says where a value lies in the buffer, in one number: `start << 32 | length << 4 | flags`; 0 is no value. The
cells of ordinals hold the ordinal. docs/explain/kernels.md has the rest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from medline.parse.kernels.bytes import PAD
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.layout import (
    COUNT,
    COUNT_PATH,
    OPEN_LIST,
    OPEN_ROW,
    PUT_CONSTANT,
    PUT_ORDINAL,
    RESET,
    TO_END,
    TO_LIST,
)

#: Flags of a cell: it holds & references; tags; line ends or tabs that an attribute's value has as blanks.
HAS_REFERENCES, HAS_MARKUP, HAS_BLANKS = 1, 2, 4

#: What became of a record: its rows are in the cells; the plain reader has to read it; it is to be skipped.
FINE, FALLBACK, SKIPPED = range(3)

#: Indexes of `ChunkState.now`.
EVENTS, SCRATCH, IS_FALLBACK, NEED, POSITION, SAVED = range(6)


class ChunkState(NamedTuple):
    """What the kernels write.

    Attributes:
        cells: of all tables, one after the other.
        base, room, rows: of each table, the index of its first cell, the rows it has room for, and those it has.
        shared, shared_base: cells of the open list of each table.
        first: by record, the rows of each table that were before it.
        spans: by record, its first byte and the one behind its last, and its position in the file, -1 for deletions.
        verdicts: by record: FINE, FALLBACK (also where it is to be skipped) or SKIPPED.
        variables: first cell of the open row, and first row of the open list, by table, then counters and ordinals.
        saved: variables of the lists around one that nests in itself.
        events: what the schema does not know: (record, parent, start of the name, length, whether an attribute).
        names: (start, length) of the names of open elements, then of the attributes of one.
        states: of open elements.
        constants: cells of the texts that the schema gives to rows.
        now: see EVENTS … above.
    """

    cells: np.ndarray
    base: np.ndarray
    room: np.ndarray
    rows: np.ndarray
    shared: np.ndarray
    shared_base: np.ndarray
    first: np.ndarray
    spans: np.ndarray
    verdicts: np.ndarray
    variables: np.ndarray
    saved: np.ndarray
    events: np.ndarray
    names: np.ndarray
    states: np.ndarray
    constants: np.ndarray
    now: np.ndarray


class Rows(NamedTuple):
    """The arrays of a chunk and of the layout that kernels need which only write cells.

    Each array that a kernel is passed costs time when it is compiled.
    """

    cells: np.ndarray
    base: np.ndarray
    room: np.ndarray
    rows: np.ndarray
    first: np.ndarray
    verdicts: np.ndarray
    constants: np.ndarray
    now: np.ndarray
    width: np.ndarray


def rows_of(chunk: ChunkState, width: np.ndarray) -> Rows:
    """The rows of a chunk, whose tables are so many cells wide."""
    return Rows(*(width if name == "width" else getattr(chunk, name) for name in Rows._fields))


@kernel
def pack(start, length, flags):
    """A cell."""
    return (start << 32) | (length << 4) | flags


@kernel
def start_of(cell):
    return cell >> 32


@kernel
def length_of(cell):
    return (cell >> 4) & 0xFFFFFFF


@rare
def note_rows(chunk, record):
    """Note the rows of each table before a record."""
    for table in range(chunk.rows.size):
        chunk.first[record, table] = chunk.rows[table]


@rare
def take_back(chunk, record, events):
    """Drop the rows and events of a record."""
    for table in range(chunk.rows.size):
        chunk.rows[table] = chunk.first[record, table]
    chunk.now[EVENTS] = events


@kernel
def put_sinks(layout, chunk, first, last, cell):
    """Give a value to the columns it is for. A second value of a column makes the record a fallback."""
    for number in range(first, last):
        kind, table, column = layout.sinks[number, 0], layout.sinks[number, 1], layout.sinks[number, 2]
        if kind == TO_END:
            append(layout, chunk, column, (chunk.variables[table] - chunk.base[table]) // layout.width[table], cell)
        elif kind == TO_LIST:
            at = chunk.shared_base[table] + column
            if chunk.shared[at] != 0:
                chunk.now[IS_FALLBACK] = 1
            chunk.shared[at] = cell
        else:
            at = chunk.variables[table] + column
            if chunk.cells[at] != 0:
                chunk.now[IS_FALLBACK] = 1
            chunk.cells[at] = cell


@rare
def append(layout, chunk, table, row, cell):
    """Add a value to a list of values: a table of its own, of (row, value)."""
    number = open_row(layout, chunk, table)
    if number >= 0:
        at = chunk.base[table] + number * layout.width[table]
        chunk.cells[at], chunk.cells[at + 1] = row, cell


@kernel
def open_row(layout, chunk, table):
    """A new row with empty cells, or -1 where the table is full, with NEED set."""
    row = chunk.rows[table]
    if row >= chunk.room[table]:
        chunk.now[NEED] = table + 1
        return -1
    chunk.rows[table] = row + 1
    at = chunk.base[table] + row * layout.width[table]
    for cell in range(at, at + layout.width[table]):
        chunk.cells[cell] = 0
    return row


@kernel
def enter(data, layout, chunk, state):
    """Count and open what an element of this state counts and opens."""
    variables = chunk.variables
    first, last = layout.saves_at[state, 0], layout.saves_at[state, 1]
    if first < last:
        variables[layout.saves[first]] += 1  # the counter of the path
        for number in range(first, last):
            chunk.saved[chunk.now[SAVED]] = variables[layout.saves[number]]
            chunk.now[SAVED] += 1
    tables = chunk.room.size
    for number in range(layout.ops_at[state, 0], layout.ops_at[state, 1]):
        op, a, b, c = layout.ops[number, 0], layout.ops[number, 1], layout.ops[number, 2], layout.ops[number, 3]
        if op == COUNT:
            variables[a] += 1
            variables[b] = variables[a]
        elif op == RESET:
            variables[a] = 0
        elif op == OPEN_ROW:
            row = open_row(layout, chunk, a)
            if row < 0:
                return
            variables[a] = chunk.base[a] + row * layout.width[a]
        elif op == PUT_ORDINAL:
            chunk.cells[variables[a] + b] = variables[c]
        elif op == PUT_CONSTANT:
            chunk.cells[variables[a] + b] = chunk.constants[c]
        elif op == OPEN_LIST:
            variables[tables + a] = chunk.rows[a]
            for cell in range(chunk.shared_base[a], chunk.shared_base[a + 1]):
                chunk.shared[cell] = 0
        elif op == COUNT_PATH:
            variables[b] = _path(data, chunk, variables[b], variables[a])
            variables[a] = 0


@kernel
def leave(layout, chunk, state):
    """Close the list that an element of this state is, and restore what was open around it."""
    if layout.list_table[state] >= 0:
        close_list(layout, chunk, layout.list_table[state])
    for number in range(layout.saves_at[state, 1] - 1, layout.saves_at[state, 0] - 1, -1):
        chunk.now[SAVED] -= 1
        chunk.variables[layout.saves[number]] = chunk.saved[chunk.now[SAVED]]


@rare
def close_list(layout, chunk, table):
    """Give the values of a list to its rows; values without rows make the record a fallback."""
    first, last = chunk.variables[chunk.room.size + table], chunk.rows[table]
    for number in range(layout.list_cells_at[table, 0], layout.list_cells_at[table, 1]):
        column = layout.list_cells[number]
        value = chunk.shared[chunk.shared_base[table] + column]
        if value == 0:
            continue
        if first == last:
            chunk.now[IS_FALLBACK] = 1
        for row in range(first, last):
            at = chunk.base[table] + row * layout.width[table] + column
            if chunk.cells[at] == 0:
                chunk.cells[at] = value


@rare
def _path(data, chunk, outer, number):
    """The ordinal path `number` or `outer.number`, as a text in the scratch room; one too long is a fallback."""
    length = length_of(outer)
    at = take_scratch(data, chunk, length + 12)
    if at < 0:
        return 0
    for index in range(length):
        data[at + index] = data[start_of(outer) + index]
    if length:
        data[at + length] = 46  # .
        length += 1
    return pack(at, length + put_digits(data, at + length, number), 0)


@kernel
def put(data, at, start, length):
    """Copy bytes within the buffer, and return the position behind them."""
    for index in range(length):
        data[at + index] = data[start + index]
    return at + length


@kernel
def put_digits(data, at, number):
    """Write a whole number, and return the digits it took."""
    digits, rest = 1, number // 10
    while rest:
        digits, rest = digits + 1, rest // 10
    for index in range(digits - 1, -1, -1):
        data[at + index] = 48 + number % 10
        number //= 10
    return digits


@kernel
def take_scratch(data, chunk, length):
    """Take room for a text that is not in the source; -1, and the record is a fallback, where there is no room."""
    if not has_scratch(data, chunk, length):
        chunk.now[IS_FALLBACK] = 1
        return -1
    at = chunk.now[SCRATCH]
    chunk.now[SCRATCH] = at + length
    return at


@kernel
def has_scratch(data, chunk, length):
    """Whether there is room for a text of a length, with what is read beyond it."""
    return chunk.now[SCRATCH] + length + PAD <= data.size


@rare
def note_event(chunk, record, parent, start, length, is_attribute):
    """Note an occurrence of what the schema does not know, and return its number; -1 where there is no room."""
    number = chunk.now[EVENTS]
    if number >= chunk.events.shape[0]:
        chunk.now[IS_FALLBACK] = 1
        return -1
    event = chunk.events[number]
    event[0], event[1], event[2], event[3], event[4] = record, parent, start, length, is_attribute
    chunk.now[EVENTS] = number + 1
    return number
