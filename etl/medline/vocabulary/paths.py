"""The schema of MeSH compiled for its reader: a node per DTD path, with the row it opens and the columns it fills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from medline.schema.tables import DATE, DATE_PARTS, ORDINAL, VOCABULARY_TABLES, At, Column, Table

#: Raised by hand when the reader comes to give other rows for the same file although no line of the schema has changed.
READER_REVISION = 1


class Sink(NamedTuple):
    """A column that a value goes to.

    Attributes:
        depth: of the element whose rows have the value; the root's is 0, a record's 1.
        part: of a date.
    """

    table: Table
    column: Column
    depth: int
    part: str | None = None


class Outer(NamedTuple):
    """An ordinal of the row around a row: where it is."""

    column: str
    table: str
    depth: int


@dataclass
class Node:
    """An element at one path.

    Attributes:
        row: the table whose row it is; `fixed` are values of that row, `ordinal` the column that counts it.
        holds: the tables for which a value may belong to this element: its own row's, and those of rows below.
        shared: depths of the elements around a row that hold values of it.
        outer: ordinals of rows around the row.
    """

    path: str
    children: dict[str, Node] = field(default_factory=dict)
    attributes: dict[str, list[Sink]] = field(default_factory=dict)
    text: list[Sink] = field(default_factory=list)
    row: Table | None = None
    fixed: dict[str, str] = field(default_factory=dict)
    ordinal: str = ""
    holds: list[str] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)
    outer: list[Outer] = field(default_factory=list)

    def child(self, name: str) -> Node:
        """Return the node one step down, made if new."""
        if name not in self.children:
            self.children[name] = Node(f"{self.path}/{name}".lstrip("/"))
        return self.children[name]

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for node in self.children.values():
            yield from node.walk()


@cache
def plan() -> Node:
    """Return the root of the plan; its children are the record elements."""
    root = Node("")
    places = [(table, path, fixed) for table in VOCABULARY_TABLES for path, fixed in table.rows.items()]
    for table, path, _ in places:
        _descend(root, path.split("/")).row = table
    for table, path, fixed in places:
        _add_rows(root, table, path.split("/"), fixed)
    return root


def _add_rows(root: Node, table: Table, steps: list[str], fixed: dict[str, str]) -> None:
    """Enter one row path of a table: its row, what is counted, and where the values of its columns are."""
    row = _descend(root, steps)
    row.fixed = {name: value for name, value in fixed.items() if not isinstance(value, At)}
    _hold(row, table)
    for column in table.columns:
        path = fixed[column.name] if isinstance(fixed.get(column.name), At) else column.path
        if column.type is ORDINAL and path is None:
            row.outer.append(_outer(root, steps, column))
        elif column.type is ORDINAL:
            row.ordinal = column.name
        elif path and column.name not in row.fixed:
            _add_column(root, steps, table, column, path)


def _add_column(root: Node, steps: list[str], table: Table, column: Column, path: str) -> None:
    parts = path.split("/")
    ups = parts.count("..")
    depth = len(steps) - ups
    if ups:
        _hold(_descend(root, steps[:depth]), table)
        shared = _descend(root, steps).shared
        if depth not in shared:
            shared.append(depth)
    rest = [part for part in parts if part not in (".", "..")]
    sink = Sink(table, column, depth)
    if rest and rest[-1].startswith("@"):
        _add(_descend(root, [*steps[:depth], *rest[:-1]]).attributes.setdefault(rest[-1][1:], []), sink)
    elif column.type is DATE:
        for part in DATE_PARTS:
            _add(_descend(root, [*steps[:depth], *rest, part]).text, sink._replace(part=part))
    else:
        _add(_descend(root, [*steps[:depth], *rest]).text, sink)


def _add(sinks: list[Sink], sink: Sink) -> None:
    """Add a sink once: rows of several paths may share the element that holds a value of theirs."""
    if sink not in sinks:
        sinks.append(sink)


def _outer(root: Node, steps: list[str], column: Column) -> Outer:
    """Find the row around a row that is counted by a column of this name."""
    for depth in range(len(steps) - 1, 0, -1):
        table = _descend(root, steps[:depth]).row
        if table and any(own.name == column.name and own.path == "." for own in table.columns):
            return Outer(column.name, table.name, depth)
    raise AssertionError(f"no row around {'/'.join(steps)} is counted by {column.name}")


def _hold(node: Node, table: Table) -> None:
    if table.name not in node.holds:
        node.holds.append(table.name)


def _descend(root: Node, steps: list[str]) -> Node:
    node = root
    for step in steps:
        node = node.child(step)
    return node
