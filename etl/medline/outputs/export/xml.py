"""PubMed XML from the tables: the reverse of the readers' plan (`medline.parse.xml.paths`).

No element is named here. The schema gives the path of each value, the ordinals the nesting, and the DTD's content
models the order; where the rows show that the source had another order, that one is kept. Reading the output gives the
same rows (`tests/outputs/test_round_trip.py`).
"""

from __future__ import annotations

import datetime
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, takewhile
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from medline.outputs.export.demanded import completed
from medline.outputs.export.nesting import (
    Around,
    fits,
    is_bare,
    key_within,
    list_columns,
    ordinals,
    outer_key,
    position_column,
)
from medline.outputs.export.records import Record
from medline.parse import derive
from medline.parse.values import MONTHS
from medline.parse.xml.paths import Node, Sink, plan
from medline.schema import dtd
from medline.schema.tables import BY_NAME, MIXED, MONTH, TEXTS

log = logging.getLogger(__name__)

HEADER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    "<PubmedArticleSet>\n"
)
FOOTER = "</PubmedArticleSet>\n"

#: A book has two lists of ids in one table: Bookshelf's, and PubMed's, which begins with the PMID.
BOOKSHELF_IDS = "PubmedBookArticle/BookDocument/ArticleIdList/ArticleId"

#: Characters that XML 1.0 cannot contain; MEDLINE text can.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Characters to escape or replace in text or an attribute.
SPECIAL = re.compile('[&<>"\t\n\r]|' + NO_XML.pattern)
REPLACED = "\ufffd"

Rows = dict[str, dict]


def write_record(record: Record) -> str:
    """Return the record as a PubmedArticle or PubmedBookArticle, one element a line."""
    record = completed(record)
    writer = _Writer(record)
    step = _step("PubmedBookArticle" if record.is_book else "PubmedArticle")
    written = writer.element(step, {kind_of(record): _stated(record)}, {}, {}, "", is_row=True)
    for name, pool in writer.pools.items():
        if left := sum(map(len, pool.values())):
            log.warning("PMID %d: %d rows of %s have no row around them: not written", record.pmid, left, name)
    return written


def kind_of(record: Record) -> str:
    """Return the table of the head row."""
    return "books" if record.is_book else "articles"


@dataclass(eq=False)
class _Step:
    """A node of the plan for a writer: with its name, and its children in the order of the DTD."""

    node: Node
    name: str
    children: list[_Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        nodes = list(self.node.walk())
        sinks = [sink for node in nodes for listed in (node.text, *node.attributes.values()) for sink in listed]
        self.tables = {sink.table.name for sink in sinks} | {node.row.name for node in nodes if node.row}
        #: the node of the rows that this one is the list around
        self.inner = next((node for node in nodes if node.row and node.row is self.node.scope), None)
        self.text = self._sorted(self.node.text)
        self.attributes = [(name, self._sorted(fed)) for name, fed in self.node.attributes.items()]
        self.repeats = any(sink.column.type is TEXTS for sink in self.node.text)
        #: whether there is one element, whatever the rows
        self.is_single = not (self.node.scope or self.node.row or self.repeats)
        #: whether rows of one table belong to several of the children
        self.contested = False

    def _sorted(self, sinks: list[Sink]) -> list[Sink]:
        """Return the columns that one value feeds, those of its own row or list before the record's."""
        return sorted(sinks, key=lambda sink: not (sink.shared or sink.table is self.node.row))


@cache
def _step(record: str) -> _Step:
    """Return the step of a record element."""
    return _compile(plan().children[record], {})


def _compile(node: Node, made: dict[str, _Step]) -> _Step:
    if node.path in made:
        return made[node.path]
    step = made[node.path] = _Step(node, node.path.rpartition("/")[2])
    declared = dtd.elements().get(step.name)
    order = declared.model.names() if declared else []
    position = {name: number for number, name in enumerate(order)}
    # elements that the present DTD no longer has come last
    children = sorted(node.children.items(), key=lambda child: position.get(child[0], len(order)))
    step.children = [_compile(child, made) for _, child in children]
    fed = [name for child in step.children for name in child.tables if position_column(BY_NAME[name])]
    step.contested = len(fed) > len(set(fed)) or step in step.children
    return step


class _Writer:
    """The writer of one record.

    Attributes:
        tables: the tables that have rows.
        written: (table, ordinal) of the rows that were written, in their order.
        pools: the rows that have not been written, by table and by the ordinals of the rows around them.
    """

    def __init__(self, record: Record) -> None:
        self.tables = set(record.rows)
        self.written: list[tuple[str, int]] = []
        self.pools: dict[str, dict[tuple, list[dict]]] = {}
        for name in filter(lambda name: BY_NAME[name].key, record.rows):
            pool = self.pools[name] = defaultdict(list)
            for row in record.rows[name]:
                pool[outer_key(BY_NAME[name], row)].append(row)

    def element(self, step: _Step, rows: Rows, lists: Rows, around: Around, indent: str, is_row: bool = False) -> str:
        """Return an element with its content; '' where it would be empty and does not represent a row.

        Args:
            rows: open row of each table.
            lists: of each table whose list is open, its first row.
            around: ordinals of the rows around.
        """
        attributes = _attributes(step, rows, lists) if step.attributes else ""
        is_empty = not (is_row or attributes)
        if step.text:
            text = _text(step, rows, lists)
            if text is None and is_empty:
                return ""
            return f"{indent}<{step.name}{attributes}>{text or ''}</{step.name}>\n"
        inside = self._children(step, rows, lists, around, f"{indent}  ")
        if inside:
            return f"{indent}<{step.name}{attributes}>\n{inside}{indent}</{step.name}>\n"
        return "" if is_empty else f"{indent}<{step.name}{attributes}/>\n"

    def _children(self, step: _Step, rows: Rows, lists: Rows, around: Around, indent: str) -> str:
        pieces: list[str] = []
        written: list[list[tuple[str, int]]] = []
        for child in step.children:
            if self.tables.isdisjoint(child.tables):
                continue
            start = len(self.written)
            if child.is_single:
                each: Iterable[str] = (self.element(child, rows, lists, around, indent),)
            else:
                each = self._each(child, rows, lists, around, indent)
            for piece in each:
                pieces.append(piece)
                if step.contested:
                    written.append(self.written[start:])
                    start = len(self.written)
        return "".join(_in_order(list(zip(pieces, written, strict=True))) if len(written) > 1 else pieces)

    def _each(self, step: _Step, rows: Rows, lists: Rows, around: Around, indent: str) -> Iterator[str]:
        """Yield the elements of a step: one for each of its rows, lists or texts."""
        node = step.node
        if node.scope:
            table, groups = node.scope, self._groups(step)
            for group in groups:
                pool = self.pools[table.name]
                pool[()], rest = group, pool[()]
                counted = {column.name: group[0][column.name] for column in node.scope_ordinals}
                yield self.element(step, rows, lists | {table.name: group[0]}, around | counted, indent, True)
                pool[()] = rest
            if not groups:
                yield self.element(step, rows, lists, around, indent)
        elif node.row:
            table = node.row
            taken = self._take(node, key_within(table, around))
            if table.outer and len(taken) == 1 and is_bare(table, taken[0]):
                return
            for row in taken:
                if position_column(table):
                    self.written.append((table.name, row[position_column(table)]))
                counted = {column.name: row[column.name] for column in ordinals(table)}
                yield self.element(step, rows | {table.name: row}, lists, around | counted, indent, True)
        else:
            (sink,) = step.text
            for value in rows[sink.table.name][sink.column.name] or ():
                yield f"{indent}<{step.name}>{_escaped(value)}</{step.name}>\n"

    def _groups(self, step: _Step) -> list[list[dict]]:
        """Return the lists of a step, each as its rows."""
        names = [column.name for column in step.node.scope_ordinals or list_columns(step.node.scope)]
        rows = self._take(step.inner, ()) if step.inner else []
        return [list(group) for _, group in groupby(rows, key=lambda row: [row[name] for name in names])]

    def _take(self, node: Node, key: tuple) -> list[dict]:
        """Take the rows of a node out of their pool."""
        pool = self.pools.get(node.row.name, {}).get(key) if node.row else None
        if not pool:
            return []
        rows = [row for row in pool if fits(node, row)]
        if node.path == BOOKSHELF_IDS:
            rows = list(takewhile(lambda row: row["id_type"] != "pubmed", rows))
        if len(rows) == len(pool):
            pool.clear()
        elif rows:
            taken = set(map(id, rows))
            pool[:] = [row for row in pool if id(row) not in taken]
        return rows


def _in_order(pieces: list[tuple[str, Sequence[tuple[str, int]]]]) -> list[str]:
    """Sort elements as the DTD does, but one whose rows come before those of another goes before that."""
    if not any(written for _, written in pieces[1:]):
        return [piece for piece, _ in pieces]
    sorted_: list[tuple[str, dict]] = []
    highest: dict[str, int] = {}
    for piece, written in pieces:
        first: dict[str, int] = {}
        for name, number in written:
            first.setdefault(name, number)
        at = len(sorted_)
        if any(number < highest.get(name, number) for name, number in first.items()):
            at = next(
                position
                for position, (_, other) in enumerate(sorted_)
                if any(number < other.get(name, number) for name, number in first.items())
            )
        sorted_.insert(at, (piece, first))
        for name, number in first.items():
            highest[name] = max(number, highest.get(name, number))
    return [piece for piece, _ in sorted_]


def _stated(record: Record) -> dict:
    """Return the head row with a version, and without values that readers derive: a page of MedlinePgn is no StartPage.

    Columns of one element go together, so that no EndPage comes without its StartPage.
    """
    row = dict(record.head)
    if row["version"] is None:  # MEDLINE text and old XML have none, the DTD demands one, and the rule reads NULL as 1
        row["version"] = 1
    derived: dict[str, dict[str, str | None]] = defaultdict(dict)
    for column in BY_NAME[kind_of(record)].columns:
        if column.derive and column.path:
            value = getattr(derive, column.derive)(record, row, column.name)
            derived[column.path.rpartition("/")[0]][column.name] = value
    for values in derived.values():
        if all(value == (None if row[name] is None else str(row[name])) for name, value in values.items()):
            row |= dict.fromkeys(values)
    return row


def _value(sink: Sink, rows: Rows, lists: Rows) -> str | None:
    """Return the value of a sink's column as XML has it."""
    row = (lists if sink.shared else rows).get(sink.table.name)
    value = row and row[sink.column.name]
    if value is None or type(value) is str:
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime.date):
        parts = {"Year": f"{value.year:04}", "Month": f"{value.month:02}", "Day": f"{value.day:02}"}
        return parts[sink.part] if sink.part else "/".join(parts.values())
    if isinstance(value, int) and sink.column.type is MONTH and sink.column.name.endswith("_month"):
        return MONTHS[value - 1]  # of a date that may have a season instead
    return str(value)


def _first(sinks: list[Sink], rows: Rows, lists: Rows) -> tuple[Sink, str] | None:
    """Return the value of an element or attribute: of its own row or list where one is open, else of another one."""
    for sink in sinks:
        value = _value(sink, rows, lists)
        if value is not None:
            return sink, value
        if sink.shared and sink.table.name in lists:
            return None
    return None


def _attributes(step: _Step, rows: Rows, lists: Rows) -> str:
    values = [(name, first[1]) for name, sinks in step.attributes if (first := _first(sinks, rows, lists))]
    return "".join([f" {name}={_quoted(value)}" for name, value in values])


def _quoted(value: str) -> str:
    return quoteattr(NO_XML.sub(REPLACED, value)) if SPECIAL.search(value) else f'"{value}"'


def _text(step: _Step, rows: Rows, lists: Rows) -> str | None:
    first = _first(step.text, rows, lists)
    if not first:
        return None
    sink, value = first
    if sink.column.type is MIXED:
        markup = (lists if sink.shared else rows)[sink.table.name][f"{sink.column.name}_markup"]
        if markup is not None and _is_well_formed(markup := markup.replace("\r", "&#13;")):
            return markup
    return _escaped(value)


def _escaped(text: str) -> str:
    return escape(NO_XML.sub(REPLACED, text), {"\r": "&#13;"}) if SPECIAL.search(text) else text


def _is_well_formed(markup: str) -> bool:
    """Whether markup is the whole content of an element. The database is not trusted."""
    try:
        expat.ParserCreate().Parse(f"<x>{markup}</x>", True)
    except (expat.ExpatError, ValueError):
        return False
    return True
