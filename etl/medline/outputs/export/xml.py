"""PubMed XML out of the tables: the plan of the readers (`medline.parse.xml.paths`), followed the other way round.

No element is named here. The schema says where each value stands, the ordinals say what stands in what, and the DTD's
content models say in which order; where the rows say that the source had another order, theirs is kept.
Read again, what is written gives the same rows (`tests/outputs/test_round_trip.py`).
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
from medline.outputs.export.records import Record
from medline.parse import derive
from medline.parse.values import MONTHS
from medline.parse.xml.paths import Node, Sink, plan
from medline.schema import dtd
from medline.schema.tables import BY_NAME, MIXED, MONTH, ORDINAL, ORDINAL_PATH, TEXTS, At, Column, Table

log = logging.getLogger(__name__)

HEADER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    "<PubmedArticleSet>\n"
)
FOOTER = "</PubmedArticleSet>\n"

#: A book has two lists of ids, which one table holds: Bookshelf's, and PubMed's, which begins with the PMID.
BOOKSHELF_IDS = "PubmedBookArticle/BookDocument/ArticleIdList/ArticleId"

#: What XML 1.0 cannot hold; MEDLINE text can.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What is there that cannot stand as it is, in text or in an attribute.
SPECIAL = re.compile('[&<>"\t\n\r]|' + NO_XML.pattern)
REPLACED = "\ufffd"

Rows = dict[str, dict]
Around = dict[str, int | str | None]


def write_record(record: Record) -> str:
    """The record as a PubmedArticle or PubmedBookArticle, one element a line."""
    record = completed(record)
    writer = _Writer(record)
    step = _step("PubmedBookArticle" if record.is_book else "PubmedArticle")
    written = writer.element(step, {kind_of(record): _stated(record)}, {}, {}, "", is_row=True)
    for name, pool in writer.pools.items():
        if left := sum(map(len, pool.values())):
            log.warning("PMID %d: %d rows of %s belong to nothing: not written", record.pmid, left, name)
    return written


def kind_of(record: Record) -> str:
    """The table of its head row."""
    return "books" if record.is_book else "articles"


@dataclass(eq=False)
class _Step:
    """A node of the plan with what a writer asks of it: its name, its children in the order of the DTD."""

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
        self.attributes = [(name, self._sorted(found)) for name, found in self.node.attributes.items()]
        self.repeats = any(sink.column.type is TEXTS for sink in self.node.text)
        #: whether there is one element, whatever the rows
        self.is_single = not (self.node.scope or self.node.row or self.repeats)
        #: whether rows of one table stand in several of the children
        self.contested = False

    def _sorted(self, sinks: list[Sink]) -> list[Sink]:
        """The columns that one value feeds: those of its own row or list before the record's."""
        return sorted(sinks, key=lambda sink: not (sink.shared or sink.table is self.node.row))


@cache
def _step(record: str) -> _Step:
    """The step of a record element."""
    return _compile(plan().children[record], {})


def _compile(node: Node, made: dict[str, _Step]) -> _Step:
    if node.path in made:
        return made[node.path]
    step = made[node.path] = _Step(node, node.path.rpartition("/")[2])
    declared = dtd.elements().get(step.name)
    order = declared.model.names() if declared else []
    place = {name: number for number, name in enumerate(order)}
    # what the present DTD does not have any more comes last
    children = sorted(node.children.items(), key=lambda item: place.get(item[0], len(order)))
    step.children = [_compile(child, made) for _, child in children]
    fed = [name for child in step.children for name in child.tables if _place(BY_NAME[name])]
    step.contested = len(fed) > len(set(fed)) or step in step.children
    return step


class _Writer:
    """One record on its way out. `pools` holds the rows that have not been written, by table and by the ordinals of the
    rows around them."""

    def __init__(self, record: Record) -> None:
        self.told = set(record.rows)
        self.written: list[tuple[str, int]] = []
        self.pools: dict[str, dict[tuple, list[dict]]] = {}
        for name in filter(lambda name: BY_NAME[name].key, record.rows):
            pool = self.pools[name] = defaultdict(list)
            for row in record.rows[name]:
                pool[_key(BY_NAME[name], row)].append(row)

    def element(self, step: _Step, rows: Rows, lists: Rows, around: Around, indent: str, is_row: bool = False) -> str:
        """An element with all that is in it; nothing where it would be empty and is no row.

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
            if self.told.isdisjoint(child.tables):
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
        """The elements of this step: one for each of its rows, lists or texts."""
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
            taken = self._take(node, _key_around(table, around))
            if table.outer and len(taken) == 1 and _is_bare(table, taken[0]):
                return
            for row in taken:
                if _place(table):
                    self.written.append((table.name, row[_place(table)]))
                counted = {column.name: row[column.name] for column in _ordinals(table)}
                yield self.element(step, rows | {table.name: row}, lists, around | counted, indent, True)
        else:
            (sink,) = step.text
            for value in rows[sink.table.name][sink.column.name] or ():
                yield f"{indent}<{step.name}>{_escaped(value)}</{step.name}>\n"

    def _groups(self, step: _Step) -> list[list[dict]]:
        """The lists that belong here, each as its rows."""
        names = [column.name for column in step.node.scope_ordinals or _shared(step.node.scope)]
        rows = self._take(step.inner, ()) if step.inner else []
        return [list(group) for _, group in groupby(rows, key=lambda row: [row[name] for name in names])]

    def _take(self, node: Node, key: tuple) -> list[dict]:
        """The rows of this node, taken out of their pool."""
        pool = self.pools.get(node.row.name, {}).get(key) if node.row else None
        if not pool:
            return []
        rows = [row for row in pool if _fits(node, row)]
        if node.path == BOOKSHELF_IDS:
            rows = list(takewhile(lambda row: row["id_type"] != "pubmed", rows))
        if len(rows) == len(pool):
            pool.clear()
        elif rows:
            taken = set(map(id, rows))
            pool[:] = [row for row in pool if id(row) not in taken]
        return rows


def _in_order(pieces: list[tuple[str, Sequence[tuple[str, int]]]]) -> list[str]:
    """Elements as the DTD orders them, but one whose rows come before those of another goes before that."""
    if not any(written for _, written in pieces[1:]):
        return [piece for piece, _ in pieces]
    placed: list[tuple[str, dict]] = []
    highest: dict[str, int] = {}
    for piece, written in pieces:
        first: dict[str, int] = {}
        for name, number in written:
            first.setdefault(name, number)
        at = len(placed)
        if any(number < highest.get(name, number) for name, number in first.items()):
            at = next(
                place
                for place, (_, other) in enumerate(placed)
                if any(number < other.get(name, number) for name, number in first.items())
            )
        placed.insert(at, (piece, first))
        for name, number in first.items():
            highest[name] = max(number, highest.get(name, number))
    return [piece for piece, _ in placed]


@cache
def _place(table: Table) -> str | None:
    """The ordinal that counts a table's rows or lists over the whole record, where it has one."""
    first = table[table.key[0]] if table.key else None
    return first.name if first and first.type is ORDINAL and first.path else None


@cache
def _ordinals(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.columns if column.type in (ORDINAL, ORDINAL_PATH))


@cache
def _shared(table: Table) -> tuple[Column, ...]:
    """The columns that tell of the list around a row."""
    return tuple(column for column in table.columns if (column.path or "").startswith(".."))


@cache
def _inherited(table: Table) -> tuple[Column, ...]:
    """The ordinals that repeat those of the rows around."""
    return tuple(column for column in _ordinals(table) if column.path is None)


@cache
def _nested(table: Table) -> str | None:
    """The column that counts rows which nest in their like: '2', in it '2.1'."""
    return next((column.name for column in _ordinals(table) if column.type is ORDINAL_PATH and column.path), None)


def _key(table: Table, row: dict) -> tuple:
    """The ordinals of the rows around a row."""
    key = [row[column.name] for column in _inherited(table)]
    if name := _nested(table):
        key.append(row[name].rpartition(".")[0] or None)
    return tuple(key)


def _key_around(table: Table, around: Around) -> tuple:
    """The same key, from within."""
    key = [
        next((around[name] for name in column.of or (column.name,) if name in around), None)
        for column in _inherited(table)
    ]
    if name := _nested(table):
        key.append(around.get(name))
    return tuple(key)


@cache
def _own(table: Table) -> tuple[str, ...]:
    """The columns that tell of a row itself, and not of its list or place."""
    return tuple(c.name for c in table.columns if c.path and not c.path.startswith("..") and c not in _ordinals(table))


def _is_bare(table: Table, row: dict) -> bool:
    """Whether the row stands for a list without items."""
    return all(row[name] is None for name in _own(table))


def _fits(node: Node, row: dict) -> bool:
    """Whether a row can stand here, where its table has other places for what cannot."""
    for name, value in node.fixed.items():
        if row[name] not in (value, None):
            return False
    elsewhere, undeclared = _others(node.row, node.path)
    for fixed in elsewhere:
        if all(row[name] == value for name, value in fixed):
            return False
    return not undeclared or all(row[name] is None for name in undeclared)


@cache
def _others(table: Table, path: str) -> tuple[list[tuple], list[str]]:
    """What tells rows of a table's other paths: values they fix, attributes the DTD has only there."""
    record = path.partition("/")[0]
    rows = {row_path.replace("+", ""): fixed for row_path, fixed in table.rows.items()}
    others = [other for other in rows if other.startswith(f"{record}/") and other != path]
    fixed = [
        tuple((name, value) for name, value in rows[other].items() if not isinstance(value, At)) for other in others
    ]
    attributes = [column for column in table.columns if (column.path or "").rpartition("/")[2].startswith("@")]
    undeclared = [
        column.name
        for column in attributes
        if column.name not in rows[path]
        and not _declares(path, column)
        and any(_declares(other, column) for other in others)
    ]
    return [values for values in fixed if values and not any(name in rows[path] for name, _ in values)], undeclared


def _declares(row_path: str, column: Column) -> bool:
    """Whether the DTD has this attribute where rows of this path have it."""
    steps = row_path.split("/")
    for step in (column.path or "").split("/"):
        steps = steps[:-1] if step == ".." else [*steps, step]
    element = dtd.elements().get(steps[-2])
    return element is not None and steps[-1][1:] in [attribute.name for attribute in element.attributes]


def _stated(record: Record) -> dict:
    """The head row, with a version, without what readers find themselves: a page that MedlinePgn tells is no StartPage.

    Columns of one element go together, so that no EndPage comes without its StartPage.
    """
    row = dict(record.head)
    if row["version"] is None:  # MEDLINE text and old XML have none, and the DTD demands one; the rule reads it as 1
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
    """What a sink's column has, in the words of XML."""
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
        return MONTHS[value - 1]  # of a date that may have a season in its place
    return str(value)


def _first(sinks: list[Sink], rows: Rows, lists: Rows) -> tuple[Sink, str] | None:
    """The value of an element or attribute: what its own row or list says where one is open, else what another does."""
    for sink in sinks:
        value = _value(sink, rows, lists)
        if value is not None:
            return sink, value
        if sink.shared and sink.table.name in lists:
            return None
    return None


def _attributes(step: _Step, rows: Rows, lists: Rows) -> str:
    told = [(name, found[1]) for name, sinks in step.attributes if (found := _first(sinks, rows, lists))]
    return "".join([f" {name}={_quoted(value)}" for name, value in told])


def _quoted(value: str) -> str:
    return quoteattr(NO_XML.sub(REPLACED, value)) if SPECIAL.search(value) else f'"{value}"'


def _text(step: _Step, rows: Rows, lists: Rows) -> str | None:
    found = _first(step.text, rows, lists)
    if not found:
        return None
    sink, value = found
    if sink.column.type is MIXED:
        markup = (lists if sink.shared else rows)[sink.table.name][f"{sink.column.name}_markup"]
        if markup is not None and _is_well_formed(markup := markup.replace("\r", "&#13;")):
            return markup
    return _escaped(value)


def _escaped(text: str) -> str:
    return escape(NO_XML.sub(REPLACED, text), {"\r": "&#13;"}) if SPECIAL.search(text) else text


def _is_well_formed(markup: str) -> bool:
    """Whether this can stand in an element and ends where that ends. What is in the database is not trusted."""
    try:
        expat.ParserCreate().Parse(f"<x>{markup}</x>", True)
    except (expat.ExpatError, ValueError):
        return False
    return True
