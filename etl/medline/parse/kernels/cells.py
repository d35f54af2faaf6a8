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
    PUT_PLACE,
    RESET,
    TO_END,
    TO_LIST,
)

#: Flags of a cell: it holds & references; tags; line ends or tabs that an attribute's value has as blanks.
HAS_REFERENCES, HAS_MARKUP, HAS_BLANKS = 1, 2, 4

#: What became of a record: its rows are in the cells; the plain reader has to read it; nobody wants it.
FINE, ODD, SKIPPED = range(3)

#: Places in `Store.now`.
EVENTS, SCRATCH, IS_ODD, NEED, PLACE, SAVED = range(6)


class Store(NamedTuple):
    """What the kernels write.

    Attributes:
        cells: of all tables, one after the other.
        base, room, rows: of each table, the place of its first cell, the rows it has room for, and those it has.
        shared, shared_base: cells of the open list of each table.
        first: by record, the rows of each table that were before it.
        spans: by record, its first byte and the one behind its last, and its place in the file, -1 for deletions.
        verdicts: by record: FINE, ODD (be it to be skipped or not) or SKIPPED.
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
    """What of the store, and of the layout, kernels need that only write cells.

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


def rows_of(store: Store, width: np.ndarray) -> Rows:
    """The rows of a store, whose tables are so many cells wide."""
    return Rows(*(width if name == "width" else getattr(store, name) for name in Rows._fields))


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
def note_rows(store, record):
    """Note the rows of each table before a record."""
    for table in range(store.rows.size):
        store.first[record, table] = store.rows[table]


@rare
def take_back(store, record, events):
    """Drop the rows and events of a record."""
    for table in range(store.rows.size):
        store.rows[table] = store.first[record, table]
    store.now[EVENTS] = events


@kernel
def put_sinks(layout, store, first, last, cell):
    """Give a value to the columns it is for. A second value of a column makes the record odd."""
    for number in range(first, last):
        kind, table, column = layout.sinks[number, 0], layout.sinks[number, 1], layout.sinks[number, 2]
        if kind == TO_END:
            append(layout, store, column, (store.variables[table] - store.base[table]) // layout.width[table], cell)
        elif kind == TO_LIST:
            at = store.shared_base[table] + column
            if store.shared[at] != 0:
                store.now[IS_ODD] = 1
            store.shared[at] = cell
        else:
            at = store.variables[table] + column
            if store.cells[at] != 0:
                store.now[IS_ODD] = 1
            store.cells[at] = cell


@rare
def append(layout, store, table, row, cell):
    """Add a value to a list of values: a table of its own, of (row, value)."""
    place = open_row(layout, store, table)
    if place >= 0:
        at = store.base[table] + place * layout.width[table]
        store.cells[at], store.cells[at + 1] = row, cell


@kernel
def open_row(layout, store, table):
    """A new row with empty cells, or -1 where the table is full, with NEED set."""
    row = store.rows[table]
    if row >= store.room[table]:
        store.now[NEED] = table + 1
        return -1
    store.rows[table] = row + 1
    at = store.base[table] + row * layout.width[table]
    for cell in range(at, at + layout.width[table]):
        store.cells[cell] = 0
    return row


@kernel
def enter(data, layout, store, state):
    """Count and open what an element of this state counts and opens."""
    variables = store.variables
    first, last = layout.saves_at[state, 0], layout.saves_at[state, 1]
    if first < last:
        variables[layout.saves[first]] += 1  # the counter of the path
        for number in range(first, last):
            store.saved[store.now[SAVED]] = variables[layout.saves[number]]
            store.now[SAVED] += 1
    tables = store.room.size
    for number in range(layout.ops_at[state, 0], layout.ops_at[state, 1]):
        op, a, b, c = layout.ops[number, 0], layout.ops[number, 1], layout.ops[number, 2], layout.ops[number, 3]
        if op == COUNT:
            variables[a] += 1
            variables[b] = variables[a]
        elif op == RESET:
            variables[a] = 0
        elif op == OPEN_ROW:
            row = open_row(layout, store, a)
            if row < 0:
                return
            variables[a] = store.base[a] + row * layout.width[a]
        elif op == PUT_PLACE:
            store.cells[variables[a] + b] = variables[c]
        elif op == PUT_CONSTANT:
            store.cells[variables[a] + b] = store.constants[c]
        elif op == OPEN_LIST:
            variables[tables + a] = store.rows[a]
            for cell in range(store.shared_base[a], store.shared_base[a + 1]):
                store.shared[cell] = 0
        elif op == COUNT_PATH:
            variables[b] = _path(data, store, variables[b], variables[a])
            variables[a] = 0


@kernel
def leave(layout, store, state):
    """Close the list that an element of this state is, and restore what was open around it."""
    if layout.list_table[state] >= 0:
        close_list(layout, store, layout.list_table[state])
    for number in range(layout.saves_at[state, 1] - 1, layout.saves_at[state, 0] - 1, -1):
        store.now[SAVED] -= 1
        store.variables[layout.saves[number]] = store.saved[store.now[SAVED]]


@rare
def close_list(layout, store, table):
    """Give the values of a list to its rows; values without rows make the record odd."""
    first, last = store.variables[store.room.size + table], store.rows[table]
    for number in range(layout.list_cells_at[table, 0], layout.list_cells_at[table, 1]):
        column = layout.list_cells[number]
        value = store.shared[store.shared_base[table] + column]
        if value == 0:
            continue
        if first == last:
            store.now[IS_ODD] = 1
        for row in range(first, last):
            at = store.base[table] + row * layout.width[table] + column
            if store.cells[at] == 0:
                store.cells[at] = value


@rare
def _path(data, store, outer, number):
    """The place among its like, `number`, or `outer.number`, as a text in the scratch room; one too long is odd."""
    length = length_of(outer)
    at = take_scratch(data, store, length + 12)
    if at < 0:
        return 0
    for place in range(length):
        data[at + place] = data[start_of(outer) + place]
    if length:
        data[at + length] = 46  # .
        length += 1
    return pack(at, length + put_digits(data, at + length, number), 0)


@kernel
def put_digits(data, at, number):
    """Write a whole number, and return the digits it took."""
    digits, rest = 1, number // 10
    while rest:
        digits, rest = digits + 1, rest // 10
    for place in range(digits - 1, -1, -1):
        data[at + place] = 48 + number % 10
        number //= 10
    return digits


@kernel
def take_scratch(data, store, length):
    """Room for a text that does not stand in the source; -1, and the record is odd, where there is none."""
    if not has_scratch(data, store, length):
        store.now[IS_ODD] = 1
        return -1
    at = store.now[SCRATCH]
    store.now[SCRATCH] = at + length
    return at


@kernel
def has_scratch(data, store, length):
    """Whether there is room for a text of a length, with what is read beyond it."""
    return store.now[SCRATCH] + length + PAD <= data.size


@rare
def note_event(store, record, parent, start, length, is_attribute):
    """Note an occurrence of what the schema does not know, and return its number; -1 where there is no room."""
    number = store.now[EVENTS]
    if number >= store.events.shape[0]:
        store.now[IS_ODD] = 1
        return -1
    event = store.events[number]
    event[0], event[1], event[2], event[3], event[4] = record, parent, start, length, is_attribute
    store.now[EVENTS] = number + 1
    return number
