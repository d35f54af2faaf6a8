"""The schema as arrays, for the kernels: what an element or tag means is looked up, not programmed.

docs/explain/kernels.md explains them in one page. Everything here is made from `schema.tables` and `parse.xml.paths`,
so a new column needs no new kernel code.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from medline.parse.kernels.bytes import BUCKET_BITS, LONGEST_NAME, bucket_of
from medline.parse.xml.paths import INLINE, WRAPPED, Node, plan
from medline.schema.tables import (
    BIGINT,
    BOOLEAN,
    DATE,
    DATE_PARTS,
    INTEGER,
    LAKE_TABLES,
    MONTH,
    ORDINAL,
    ORDINAL_PATH,
    TEXTS,
    TIMESTAMP,
    Column,
    Table,
)

#: What a column's cells hold, and so what `arrow.py` makes of them.
(
    OF_RECORD,
    OF_RECORD_VERSION,
    WORDS,
    MARKUP,
    LIST,
    NUMBER,
    BIG_NUMBER,
    MONTH_NUMBER,
    FLAG,
    DAY,
    DAY_TEXT,
    COUNTED,
    MOMENT,
) = range(13)

#: Cells of a column that has several: a date's parts, a moment's.
PARTS = {DAY: 3, MOMENT: 6}

#: What entering an element does, as rows of `Layout.ops`: opcode and up to three operands.
COUNT, COUNT_PATH, RESET, OPEN_LIST, OPEN_ROW, PUT_ORDINAL, PUT_CONSTANT = range(7)

#: Where a value goes, as rows of `Layout.sinks`: to the open row, to the open list, to the end of a list of values.
TO_ROW, TO_LIST, TO_END = range(3)

#: Constants that are known only when a file is read.
SOURCE_FILE, SOURCE_FORMAT = range(2)

#: The state around the records.
ROOT = 1


class Layout(NamedTuple):
    """The arrays; see docs/explain/kernels.md."""

    names: np.ndarray
    attribute_names: np.ndarray
    buckets: np.ndarray
    child: np.ndarray
    inline: np.ndarray
    wrapper: np.ndarray
    is_record: np.ndarray
    is_text: np.ndarray
    is_plain: np.ndarray
    is_mixed: np.ndarray
    ops: np.ndarray
    ops_at: np.ndarray
    saves: np.ndarray
    saves_at: np.ndarray
    sinks: np.ndarray
    text_sinks: np.ndarray
    attributes: np.ndarray
    attributes_at: np.ndarray
    list_table: np.ndarray
    list_cells: np.ndarray
    list_cells_at: np.ndarray
    width: np.ndarray
    variables: int


class Schema(NamedTuple):
    """The layout with what Python code needs to know about it.

    Attributes:
        layout: the arrays.
        nodes: the node of the plan for each state; state 0 is no element of the schema, 1 the root.
        cells: table name to column name to (kind of column, its first cell).
        constants: texts that rows get from the schema; the first two are the file's name and format.
    """

    layout: Layout
    nodes: list[Node | None]
    cells: dict[str, dict[str, tuple[int, int]]]
    constants: list[str]


TABLE_NUMBER = {table.name: number for number, table in enumerate(LAKE_TABLES)}
#: A list of values in a column (`isbns`) is a table of its own to the kernels: (row it belongs to, value).
LISTS = [(table, column) for table in LAKE_TABLES for column in table.columns if column.type is TEXTS]
LIST_NUMBER = {
    (TABLE_NUMBER[table.name], column.name): len(LAKE_TABLES) + number for number, (table, column) in enumerate(LISTS)
}


@cache
def schema() -> Schema:
    """The schema compiled, once a process."""
    return _Compiler().compile()


def _kind(column: Column, table: Table) -> int:
    if column.path is None and table.of_citation and column.name in ("pmid", "version"):
        return OF_RECORD if column.name == "pmid" else OF_RECORD_VERSION
    if (column.path or "").endswith("#markup"):
        return MARKUP
    if column.type is DATE and "@" in (column.path or ""):
        return DAY_TEXT
    kinds = {BIGINT: BIG_NUMBER, INTEGER: NUMBER, MONTH: MONTH_NUMBER, BOOLEAN: FLAG, DATE: DAY, TIMESTAMP: MOMENT}
    return {TEXTS: LIST, ORDINAL: COUNTED, **kinds}.get(column.type, WORDS)


def cells_of(table: Table) -> dict[str, tuple[int, int]]:
    """Each column's kind and first cell; a column of inner XML shares its text's, a date has one a part."""
    cells: dict[str, tuple[int, int]] = {}
    width = 0
    for column in table.columns:
        kind = _kind(column, table)
        if kind == MARKUP:
            cells[column.name] = (kind, cells[column.name.removesuffix("_markup")][1])
        elif kind in (OF_RECORD, OF_RECORD_VERSION):
            cells[column.name] = (kind, -1)
        else:
            cells[column.name] = (kind, width)
            width += PARTS.get(kind, 1)
    return cells


class _Compiler:
    def __init__(self) -> None:
        self.nodes: list[Node | None] = [None, *plan().walk()]
        self.state = {id(node): number for number, node in enumerate(self.nodes)}
        self.cells = {table.name: cells_of(table) for table in LAKE_TABLES}
        self.constants = ["", ""]
        self.variables = 2 * len(LAKE_TABLES)  # first cell of the open row, and first row of the open list, by table
        self.values: dict[tuple, int] = {}
        self.counters: dict[tuple, int] = {}
        self.ops: list[list[list[int]]] = [[] for _ in self.nodes]
        self.resets: list[list[int]] = [[] for _ in self.nodes]
        self.saves: list[list[int]] = [[] for _ in self.nodes]
        self.sinks: list[list[int]] = []
        self.text_sinks = [(0, 0)] * len(self.nodes)
        self.attributes: list[list[tuple]] = [[] for _ in self.nodes]

    def compile(self) -> Schema:
        for record in plan().children.values():
            self._enter(record, {}, [record])
        names = sorted({name for node in self.nodes if node for name in node.children} | INLINE | WRAPPED.keys())
        number = {name: index for index, name in enumerate(names, start=1)}
        child, wrapper = self._edges(number)
        words = _words(names)
        attribute_names = sorted({name for listed in self.attributes for name, *_ in listed})
        attributes = [
            [(attribute_names.index(name) + 1, first, last) for name, first, last in listed]
            for listed in self.attributes
        ]
        lists = [node.scope if node else None for node in self.nodes]
        ops, ops_at = _table([[[RESET, at] for at in r] + o for r, o in zip(self.resets, self.ops, strict=True)], 4)
        saves, saves_at = _table([[[at] for at in listed] for listed in self.saves], 1)
        shared, shared_at = _table([[[at] for at in self._list_cells(table)] for table in LAKE_TABLES], 1)
        attribute_rows, attributes_at = _table(attributes, 3)
        layout = Layout(
            names=words,
            attribute_names=_words(attribute_names),
            buckets=_buckets(words, number),
            child=child,
            inline=np.array([False, *(name in INLINE for name in names)]),
            wrapper=wrapper,
            is_record=np.array([bool(node and (node.row or wrapper[state])) for state, node in enumerate(self.nodes)]),
            is_plain=(ops_at[:, 0] == ops_at[:, 1]) & (saves_at[:, 0] == saves_at[:, 1]) & [not t for t in lists],
            is_text=np.array([bool(node and node.text) for node in self.nodes]),
            is_mixed=np.array([bool(node and node.mixed) for node in self.nodes]),
            ops=ops,
            ops_at=ops_at,
            saves=saves.ravel(),
            saves_at=saves_at,
            sinks=np.array(self.sinks, np.int32),
            text_sinks=np.array(self.text_sinks, np.int32),
            attributes=attribute_rows,
            attributes_at=attributes_at,
            list_table=np.array([TABLE_NUMBER[table.name] if table else -1 for table in lists], np.int32),
            list_cells=shared.ravel(),
            list_cells_at=shared_at,
            width=np.array([*(self._width(table) for table in LAKE_TABLES), *(2 for _ in LISTS)], np.int64),
            variables=self.variables,
        )
        return Schema(layout, self.nodes, self.cells, self.constants)

    def _edges(self, number: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the state below each state by the number of a name, and the state around one that may stand alone."""
        child = np.zeros((len(self.nodes), len(number) + 1), np.int16)
        for state, node in enumerate(self.nodes):
            for name, below in node.children.items() if node else ():
                child[state, number[name]] = self.state[id(below)]
        wrapper = np.zeros(len(self.nodes), np.int16)
        for name, outer in WRAPPED.items():
            around = plan().children[outer]
            inner = self.state[id(around.children[name])]
            child[1, number[name]], wrapper[inner] = inner, self.state[id(around)]
        return child, wrapper

    def _width(self, table: Table) -> int:
        return max((at + PARTS.get(kind, 1) for kind, at in self.cells[table.name].values()), default=0) or 1

    def _list_cells(self, table: Table) -> list[int]:
        return sorted(
            {
                self.cells[table.name][c.name][1]
                for c in table.columns
                if (c.path or "").startswith("../") and c.type is not ORDINAL
            }
        )

    def _enter(self, node: Node, around: dict[str, int], path: list[Node]) -> None:
        """Compile one node: what entering it counts and opens, and where its attributes and text go."""
        state = self.state[id(node)]
        ops = self.ops[state]
        if node.scope:
            around = around | self._count(node.scope, node.scope_ordinals, path, ops)
            ops.append([OPEN_LIST, TABLE_NUMBER[node.scope.name]])
        if node.row:
            around = around | self._count(node.row, node.ordinals, path, ops)
            self._open_row(node, node.row, around, ops)
        if node.row and any(below is node for below in node.children.values()):
            self.saves[state] += [TABLE_NUMBER[node.row.name], *(around[column.name] for column in node.ordinals)]
        self.text_sinks[state] = self._add_sinks(node.text)
        self.attributes[state] = [(name, *self._add_sinks(sinks)) for name, sinks in node.attributes.items()]
        for below in node.children.values():
            if below is not node:
                self._enter(below, around, [*path, below])

    def _count(self, table: Table, columns: list[Column], path: list[Node], ops: list) -> dict[str, int]:
        """Ops that count a row or list, and the variables that hold its ordinals, by column name."""
        variables = {}
        for column in columns:
            value = self._variable(self.values, (table.name, column.name))
            start = self._counted_from(table, column, path)
            counter = self._variable(self.counters, (table.name, column.name, id(start)))
            if column.type is ORDINAL_PATH:
                self._reset(path[0], counter)
                self._reset(path[0], value)
                self.saves[self.state[id(path[-1])]].append(counter)
                ops.append([COUNT_PATH, counter, value])
            else:
                self._reset(start, counter)
                ops.append([COUNT, counter, value])
            variables[column.name] = value
        return variables

    def _counted_from(self, table: Table, column: Column, path: list[Node]) -> Node:
        """The innermost element around that counts an ordinal before this one in the key: see `Record.count`."""
        before = set(table.key[: table.key.index(column.name)]) if column.name in table.key else set()
        before |= {other for name in before for other in table[name].of}
        for node in reversed(path):
            if any(counted.name in before for counted in (*node.ordinals, *node.scope_ordinals)):
                return node
        return path[0]

    def _reset(self, node: Node, variable: int) -> None:
        resets = self.resets[self.state[id(node)]]
        if variable not in resets:
            resets.append(variable)

    def _variable(self, known: dict[tuple, int], key: tuple) -> int:
        if key not in known:
            known[key] = self.variables
            self.variables += 1
        return known[key]

    def _open_row(self, node: Node, table: Table, around: dict[str, int], ops: list) -> None:
        number = TABLE_NUMBER[table.name]
        ops.append([OPEN_ROW, number])
        for column in table.columns:
            _, cell = self.cells[table.name][column.name]
            named = [around[name] for name in (*column.of, column.name) if name in around]
            if column.type in (ORDINAL, ORDINAL_PATH) and named:
                ops.append([PUT_ORDINAL, number, cell, named[0]])
            elif column.name in node.fixed:
                ops.append([PUT_CONSTANT, number, cell, self._constant(node.fixed[column.name])])
            elif column.name in ("source_file", "source_format"):
                ops.append([PUT_CONSTANT, number, cell, SOURCE_FILE if column.name == "source_file" else SOURCE_FORMAT])

    def _constant(self, text: str) -> int:
        if text not in self.constants[2:]:
            self.constants.append(text)
        return self.constants.index(text, 2)

    def _add_sinks(self, sinks: list) -> tuple[int, int]:
        first = len(self.sinks)
        for table, column, shared, part in sinks:
            number, (_, cell) = TABLE_NUMBER[table.name], self.cells[table.name][column.name]
            if column.type is TEXTS:
                self.sinks.append([TO_END, number, LIST_NUMBER[number, column.name]])
            else:
                offset = DATE_PARTS.index(part) if part else 0
                self.sinks.append([TO_LIST if shared else TO_ROW, number, cell + offset])
        return first, len(self.sinks)


def _buckets(words: np.ndarray, number: dict[str, int]) -> np.ndarray:
    """Return the hash table of the names: the number of a name in its bucket, or in the next free one."""
    buckets = np.zeros(1 << BUCKET_BITS, np.int16)
    for name, index in number.items():
        with np.errstate(over="ignore"):
            slot = bucket_of.py_func(words[index, 0], words[index, 2], len(name))
        while buckets[slot]:
            slot = (slot + 1) % len(buckets)
        buckets[slot] = index
    return buckets


def _words(names: list[str]) -> np.ndarray:
    """Each name as `bytes.words` has it, and its length; index 0 is no name."""
    rows = np.zeros((len(names) + 1, 4), np.uint64)
    for index, name in enumerate(names, start=1):
        raw = name.encode()
        if len(raw) > LONGEST_NAME:
            raise ValueError(f"{name}: the kernels know names of {LONGEST_NAME} bytes at most")
        parts = (raw[:8], raw[8:16] if len(raw) > 16 else b"", raw[-8:] if len(raw) >= 8 else b"")
        rows[index] = [*(int.from_bytes(part, "little") for part in parts), len(raw)]
    return rows


def _table(groups: list[list], width: int) -> tuple[np.ndarray, np.ndarray]:
    """Lists of rows as one array, rows filled up with zeros, and (first, last) of each list."""
    rows = [list(row) + [0] * (width - len(row)) for group in groups for row in group]
    ends = np.cumsum([0, *(len(group) for group in groups)])
    return np.array(rows, np.int32).reshape(-1, width), np.stack([ends[:-1], ends[1:]], axis=1).astype(np.int32)
