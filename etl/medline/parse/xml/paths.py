"""The schema compiled for the XML readers: a node per DTD path, with the row that it opens and the columns it fills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from medline.schema.tables import DATE, DATE_PARTS, LAKE_TABLES, MIXED, ORDINAL, ORDINAL_PATH, At, Column, Table

#: Inline elements of the DTD's mixed content; what is inside them belongs to the text around them.
INLINE = frozenset({"b", "i", "sup", "sub", "u", "mml:math", "DispFormula"})

#: The record elements below a root; those that some sets have bare, with the element to wrap them in; the roots.
RECORDS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument")
WRAPPED = {"MedlineCitation": "PubmedArticle", "BookDocument": "PubmedBookArticle"}
ROOTS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet", "BookDocumentSet", "MedlineCitationSet"})


class Sink(NamedTuple):
    """A column that a value goes to: of the open row, or (`shared`) of all rows of the open list around them."""

    table: Table
    column: Column
    shared: bool
    part: str | None = None


@dataclass
class Node:
    """An element of the DTD at one path.

    `row` is the table whose row it is, with the values it fixes; `scope` the table for whose rows it is the list
    around them; `ordinals` and `scope_ordinals` the columns that count it as the one and as the other.
    """

    path: str
    children: dict[str, Node] = field(default_factory=dict)
    attributes: dict[str, list[Sink]] = field(default_factory=dict)
    text: list[Sink] = field(default_factory=list)
    row: Table | None = None
    fixed: dict[str, str] = field(default_factory=dict)
    ordinals: list[Column] = field(default_factory=list)
    scope: Table | None = None
    scope_ordinals: list[Column] = field(default_factory=list)

    @property
    def mixed(self) -> bool:
        return any(sink.column.type is MIXED for sink in self.text)

    def child(self, step: str) -> Node:
        """The node one step down, made if new. `Section+` is an element that nests in itself."""
        name = step.removesuffix("+")
        node = self.children.get(name)
        if node is None:
            node = self.children[name] = Node(f"{self.path}/{name}".lstrip("/"))
        if step.endswith("+"):
            node.children[name] = node
        return node

    def walk(self) -> Iterator[Node]:
        """This node and all below it, each once."""
        yield self
        for node in self.children.values():
            if node is not self:
                yield from node.walk()


@cache
def plan() -> Node:
    """The root of the plan; its children are the record elements."""
    root = Node("")
    for table in LAKE_TABLES:
        for row_path, fixed in table.rows.items():
            _add_rows(root, table, row_path.split("/"), fixed)
    return root


def _add_rows(root: Node, table: Table, steps: list[str], fixed: dict[str, str]) -> None:
    """Enter one row path of a table: its row node, its list node and the nodes of its columns."""
    row = _descend(root, steps)
    row.row = table
    row.fixed = {name: value for name, value in fixed.items() if not isinstance(value, At)}
    height = 0
    for column in table.columns:
        path = fixed[column.name] if isinstance(fixed.get(column.name), At) else column.path
        if path is None or path.endswith("#markup") or column.name in row.fixed:
            continue
        ups, rest = _split(path)
        height = max(height, ups)
        holder = steps[: len(steps) - ups]
        if column.type in (ORDINAL, ORDINAL_PATH):
            node = _descend(root, holder)
            counted = node.scope_ordinals if ups else node.ordinals
            if column not in counted:
                counted.append(column)
        else:
            _add_column(root, [*holder, *rest], Sink(table, column, shared=ups > 0))
    if height:
        _descend(root, steps[: len(steps) - height]).scope = table


def _add_column(root: Node, steps: list[str], sink: Sink) -> None:
    if steps[-1].startswith("@"):
        _descend(root, steps[:-1]).attributes.setdefault(steps[-1][1:], []).append(sink)
    elif sink.column.type is DATE:
        for part in DATE_PARTS:
            _descend(root, [*steps, part]).text.append(sink._replace(part=part))
    else:
        _descend(root, steps).text.append(sink)


def _descend(root: Node, steps: list[str]) -> Node:
    node = root
    for step in steps:
        node = node.child(step)
    return node


def _split(path: str) -> tuple[int, list[str]]:
    """`../../A/@b` as (2, ["A", "@b"]), `.` as (0, [])."""
    steps = path.split("/")
    ups = steps.count("..")
    return ups, [step for step in steps[ups:] if step != "."]
