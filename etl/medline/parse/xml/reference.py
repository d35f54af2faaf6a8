"""The plain XML reader: each record comes as a tree, and the plan says what to do at each of its nodes.

It is slow (half a minute for a full-size dump file) and obviously correct; tests compare the kernels with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from medline.parse.batch import RECORDS_PER_BATCH, Batch, BatchBuilder, batches
from medline.parse.record import Record
from medline.parse.values import fold_layout, fold_markup
from medline.parse.xml.paths import INLINE, WRAPPED, Node, Sink, plan
from medline.parse.xml.splitter import BLANKS, Splitter
from medline.schema.tables import MIXED, ORDINAL, ORDINAL_PATH, TABLES, TEXTS, Table

#: Names of a table's ordinals, and the columns among them that count its own rows.
ORDINALS = {t.name: {c.name for c in t.columns if c.type in (ORDINAL, ORDINAL_PATH)} for t in TABLES}
OWN_ORDINALS = {t.name: [c for c in t.columns if c.name in ORDINALS[t.name] and c.path == "."] for t in TABLES}


def iter_batches(stream: BinaryIO, source: str, skip: np.ndarray, records: int = RECORDS_PER_BATCH) -> Iterator[Batch]:
    """See `medline.parse.iter_batches`; `records` is the most that a batch has."""
    builder = BatchBuilder(source, "xml", records)
    return batches(builder, iter_records(stream, builder, skip))


def iter_records(stream: BinaryIO, builder: BatchBuilder, skip: np.ndarray, done: int = 0) -> Iterator[Record]:
    """The records of a file's documents, but those at the positions to `skip` and the first `done` record elements."""
    splitter, position = Splitter(builder.source), 0
    for number, (element, where, size) in enumerate(splitter.elements(stream)):
        deletion = element.tag.startswith("Delete")
        if number >= done and (deletion or not (position < skip.size and skip[position])):
            yield read_record(element, where, size)
        position += not deletion
    builder.note_unknown(f"@{name}" for name in splitter.root_attributes.elements())


def read_record(element: Element, where: str, size: int = 0) -> Record:
    """The raw rows of one record element. The old sets' bare MedlineCitation and BookDocument are wrapped first."""
    if wrapper := WRAPPED.get(element.tag):
        outer = Element(wrapper)
        outer.append(element)
        element = outer
    node = plan().children[element.tag]
    kind = node.row.name if node.row else "deleted_citations"
    record = Record(kind, where, size)
    _Walk(record).visit(element, node, {}, {}, {})
    return record


class _Walk:
    """One pass over a record's tree, guided by the plan."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def visit(self, element: Element, node: Node, rows: dict, lists: dict, ordinals: dict) -> None:
        """Put the values of this element into their columns, by the plan.

        Args:
            rows: open row of each table.
            lists: open list of each table, as (values its rows share, its rows, the ordinals around it).
            ordinals: ordinals of the rows and lists around, by column name.
        """
        if node.scope:
            ordinals = ordinals | self._count(node.scope, node.scope_ordinals, ordinals)
            lists = lists | {node.scope.name: ({}, [], ordinals)}
        if node.row:
            ordinals = ordinals | self._count(node.row, node.ordinals, ordinals | node.fixed)
            rows = rows | {node.row.name: self._open(node, node.row, lists, ordinals)}
        self._read_attributes(element, node, rows, lists)
        if node.text:
            self._read_text(element, node, rows, lists)
        else:
            self._note_stray_text(element, node)
        for child in element:
            if child_node := node.children.get(child.tag):
                self.visit(child, child_node, rows, lists, ordinals)
            elif not (node.mixed and child.tag in INLINE):
                self._note_unknown(child, f"{node.path}/{child.tag}")
        if node.scope:
            self._close_list(node, node.scope, *lists[node.scope.name])

    def _count(self, table: Table, columns: list, around: dict) -> dict:
        return {column.name: self.record.count(table, column, _resolve(table, around)) for column in columns}

    def _open(self, node: Node, table: Table, lists: dict, ordinals: dict) -> dict:
        row = {name: value for name, value in _resolve(table, ordinals).items() if name in ORDINALS[table.name]}
        row |= node.fixed
        self.record.add(table, row)
        if table.name in lists:
            lists[table.name][1].append(row)
        return row

    def _close_list(self, node: Node, table: Table, shared: dict, rows: list[dict], ordinals: dict) -> None:
        if not rows and shared and table.outer:
            own = self._count(table, OWN_ORDINALS[table.name], ordinals)
            rows = [self.record.add(table, {**_resolve(table, ordinals), **own})]
        elif not rows:
            for name, value in shared.items():
                if not _has_another_column(node, name):
                    self.record.anomalies.append((f"{node.path} ({name})", value, "a list without items"))
        for row in rows:
            for name, value in shared.items():
                row.setdefault(name, value)

    def _read_attributes(self, element: Element, node: Node, rows: dict, lists: dict) -> None:
        for name, value in element.items():
            sinks = node.attributes.get(name)
            if sinks is None:
                self.record.unknown[f"{node.path}/@{name}"] += 1
            for sink in sinks or ():
                self._put(sink, value.strip(BLANKS), f"{node.path}/@{name}", rows, lists)

    def _read_text(self, element: Element, node: Node, rows: dict, lists: dict) -> None:
        text = fold_layout("".join(element.itertext()))
        for sink in node.text:
            taken = self._put(sink, text, node.path, rows, lists)
            if taken and sink.column.type is MIXED and len(element):
                _target(sink, rows, lists)[f"{sink.column.name}_markup"] = fold_markup(inner_xml(element))

    def _put(self, sink: Sink, value: str, path: str, rows: dict, lists: dict) -> bool:
        """Give a column its value; a second one becomes an anomaly."""
        target = _target(sink, rows, lists)
        name = sink.column.name
        if sink.part:
            target, name = target.setdefault(name, {}), sink.part
        if sink.column.type is TEXTS:
            target.setdefault(name, []).append(value)
        elif name in target:
            self.record.anomalies.append((path, value, "occurs again where the DTD has it once"))
            return False
        else:
            target[name] = value
        return True

    def _note_stray_text(self, element: Element, node: Node) -> None:
        texts = [element.text, *(child.tail for child in element)]
        if any(text and text.strip(BLANKS) for text in texts):
            self.record.unknown[f"{node.path}/text()"] += 1

    def _note_unknown(self, element: Element, path: str) -> None:
        self.record.unknown[path] += 1
        for name in element.keys():  # noqa: SIM118 - an Element is no mapping
            self.record.unknown[f"{path}/@{name}"] += 1
        for child in element:
            self._note_unknown(child, f"{path}/{child.tag}")


def _target(sink: Sink, rows: dict, lists: dict) -> dict:
    return lists[sink.table.name][0] if sink.shared else rows[sink.table.name]


def _has_another_column(node: Node, name: str) -> bool:
    """Whether a list's attribute feeds a column besides that of its rows: AuthorList/@CompleteYN one of articles."""
    return any(len(sinks) > 1 and any(sink.column.name == name for sink in sinks) for sinks in node.attributes.values())


def _resolve(table: Table, ordinals: dict) -> dict:
    """The ordinals around under the names that this table has for them: author_seq is its person_seq."""
    named = {column.name: ordinals[name] for column in table.columns for name in column.of if name in ordinals}
    return ordinals | named


def inner_xml(element: Element) -> str:
    """What is inside an element, as XML: only & < > as entities, attributes in double quotes, no space added."""
    parts = [escape(element.text or "")]
    for child in element:
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in child.items())
        inside = inner_xml(child)
        parts.append(f"<{child.tag}{attributes}>{inside}</{child.tag}>" if inside else f"<{child.tag}{attributes}/>")
        parts.append(escape(child.tail or ""))
    return "".join(parts)
