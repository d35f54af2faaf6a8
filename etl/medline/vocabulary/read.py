"""Rows of NLM's MeSH files: descriptors, qualifiers, pharmacological actions, supplementary records.

Expat reads the file piece by piece, and each element goes where the plan (`paths.py`) says, so that memory is bounded
by the largest record. What the plan does not know is counted, and a value without a column becomes an anomaly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

import pyarrow as pa

from medline.errors import BadInput
from medline.mirror.files import AGAIN, file_name
from medline.parse import values
from medline.parse.constants import MAX_DEPTH, MAX_RECORD
from medline.parse.source import open_source
from medline.parse.values import BLANKS, Untypable, fold_layout
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME, MESH_UIS, ORDINAL, TEXT, TEXTS, VOCABULARY_TABLES, Table
from medline.vocabulary.paths import Node, Sink, plan

CHUNK = 1 << 18

#: Rows that are collected before they become record batches.
ROWS_PER_BATCH = 50_000

#: Bytes of a file, unpacked; NLM's largest has 1.5 GB.
MOST_BYTES = 16 << 30

#: Kinds of files, with the root of each and the element of its records.
KINDS = {
    "desc": ("DescriptorRecordSet", "DescriptorRecord"),
    "qual": ("QualifierRecordSet", "QualifierRecord"),
    "pa": ("PharmacologicalActionSet", "PharmacologicalAction"),
    "supp": ("SupplementalRecordSet", "SupplementalRecord"),
}

#: Where the identifier of a record is, for notes.
UI_PATHS = {f"{record}/{ui}" for record, ui in MESH_UIS.items()} | {
    "PharmacologicalAction/DescriptorReferredTo/DescriptorUI"
}

Rows = dict[str, pa.RecordBatch]

#: How the raw value of each column becomes its value; None for texts, which stay as they are.
_COLUMNS: dict[str, list[tuple[str, Callable[[Any], Any] | None]]] = {
    table.name: [
        (c.name, None if c.type in (TEXT, TEXTS, ORDINAL) else getattr(values, c.type.read, None))
        for c in table.columns
    ]
    for table in VOCABULARY_TABLES
}


class MeshReader:
    """Reads one file; iterate over it once.

    Args:
        kind: desc, qual, pa or supp.

    Attributes:
        records: read so far.
        language: of the names, as the root says; '' if it does not.

    Raises:
        BadInput: while it is iterated: not well-formed, cut, of another kind, or a row lacks its key.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path, self.name = path, file_name(path)
        self.root, self.record = KINDS[kind]
        self.records, self.language = 0, ""
        self.seen: set[str] = set()
        self.unknown: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.tables: dict[str, list[list[Any]]] = {}
        self._start_batch()
        self.steps: list[str] = []
        self.nodes: list[Node | None] = []
        self.frames: list[dict[str, dict[str, Any]]] = []
        self.text: list[str] | None = None
        self._start_record()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._on_start
        self.parser.EndElementHandler = self._on_end
        self.parser.CharacterDataHandler = self._on_text
        self.parser.EntityDeclHandler = self._on_entity
        self.parser.SkippedEntityHandler = self._on_skipped_entity

    def __iter__(self) -> Iterator[Rows]:
        size = 0
        with open_source(self.path) as stream:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > MOST_BYTES:
                    self._fail(f"more than {MOST_BYTES >> 30} GB of XML")
                self._parse(piece)
                if self.parser.CurrentByteIndex - self.mark > MAX_RECORD:
                    self._fail(f"a record of more than {MAX_RECORD >> 20} MB")
                if self.collected >= ROWS_PER_BATCH:
                    yield self._take()
            self._parse(b"", last=True)
        if not self.records:
            self._fail(f"no <{self.record}> in it")
        for path in sorted(self.unknown):
            self._append("mesh_unknown_paths", (self.name, path, self.unknown[path], self.examples.get(path)))
        yield self._take()

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            cut = "cut: the file ends inside of it; " if last else ""
            problem = f"{cut}not well-formed XML ({expat.ErrorString(error.code)})"
            where = f"line {error.lineno}, column {error.offset + 1}"
            raise BadInput(self.name, problem, where=where, advice=AGAIN) from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not have
            raise BadInput(self.name, str(error), where=self._where(), advice=AGAIN) from error

    # Elements

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self.steps)
        if depth == 0:
            self._open_root(name, attributes)
            return
        if depth == 1:
            self._start_record()
        elif depth > MAX_DEPTH:
            self._fail(f"elements nested deeper than {MAX_DEPTH}")
        parent = self.nodes[-1]
        node = parent.children.get(name) if parent else None
        if depth == 1 and name != self.record:
            node = None  # known, but of another file
        self.steps.append(name)
        self.nodes.append(node)
        if node is None:
            self._note_unknown(*(f"@{attribute}" for attribute in attributes))
            self.frames.append({})
            return
        self.frames.append({table: {} for table in node.holds})
        if node.row:
            self._open_row(node, node.row)
        for attribute, value in attributes.items():
            self._read_attribute(node, attribute, value)
        if node.text:
            self.text = []

    def _on_end(self, name: str) -> None:
        self.steps.pop()
        node = self.nodes.pop()
        if node is not None and node.text:
            text = fold_layout("".join(self.text or ()))
            self.text = None
            if node.path in UI_PATHS:
                self.ui = text
            for sink in node.text:
                self._put(sink, text, node.path)
        self.frames.pop()
        if len(self.steps) == 1:
            self._end_record(counts=node is not None)

    def _on_text(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)
        elif text.strip(BLANKS) and self.nodes[-1] is not None:
            self._note_unknown("text()")

    def _on_entity(self, name: str, *_: object) -> None:
        self._fail(f"the DOCTYPE declares an entity ({name[:40]!r})", "NLM's files have none; do not trust this one")

    def _on_skipped_entity(self, name: str, *_: object) -> None:
        self._fail(f"undefined entity &{name[:40]};")

    def _open_root(self, name: str, attributes: dict[str, str]) -> None:
        if name != self.root:
            self._fail(f"its root is <{name[:40]}>, not <{self.root}>", "see that it is the file it is named after")
        self.steps.append(name)
        self.nodes.append(plan())
        self.frames.append({})
        self.language = attributes.pop("LanguageCode", "")
        for attribute in attributes:
            self.unknown[f"{name}/@{attribute}"] += 1

    # Rows and values

    def _start_record(self) -> None:
        self.ui, self.mark, self.line = "", 0, 0
        self.rows: list[tuple[Node, Table, dict[str, Any], list[dict[str, Any]]]] = []
        self.counts: Counter[str] = Counter()
        self.anomalies: list[tuple[str, str, str]] = []
        self.paths: list[str] = []
        if hasattr(self, "parser"):
            self.mark, self.line = self.parser.CurrentByteIndex, self.parser.CurrentLineNumber

    def _open_row(self, node: Node, table: Table) -> None:
        own = self.frames[-1][table.name]
        own |= node.fixed
        if node.ordinal:
            self.counts[table.name] += 1
            own[node.ordinal] = self.counts[table.name]
        for outer in node.outer:
            own[outer.column] = self.frames[outer.depth][outer.table][outer.column]
        self.rows.append((node, table, own, [self.frames[depth][table.name] for depth in node.shared]))

    def _read_attribute(self, node: Node, name: str, value: str) -> None:
        sinks = node.attributes.get(name)
        if sinks is None:
            self._note_unknown(f"@{name}", is_own=False)
        for sink in sinks or ():
            self._put(sink, value.strip(BLANKS), f"{node.path}/@{name}")

    def _put(self, sink: Sink, value: str, path: str) -> None:
        """Give a column its value; a second one becomes an anomaly."""
        row, name = self.frames[sink.depth][sink.table.name], sink.column.name
        if sink.part:
            row, name = row.setdefault(name, {}), sink.part
        if sink.column.type is TEXTS:
            row.setdefault(name, []).append(value)
        elif name in row:
            self.anomalies.append((path, value, "occurs again where the DTD has it once"))
        else:
            row[name] = value

    def _end_record(self, *, counts: bool) -> None:
        self.records += counts
        if counts and self.ui and self.ui in self.seen:
            self._fail(f"{self.ui[:40]} has a second record", at_record=True)
        self.seen.add(self.ui)
        keys = set()
        for node, table, own, shared in self.rows:
            for outer in shared:
                for name, value in outer.items():
                    own.setdefault(name, value)
            key = (table.name, *(own.get(name) for name in table.key))
            if not all(key):
                missing = table.key[key[1:].index(next(part for part in key[1:] if not part))]
                self._fail(f"a record without {table.name}.{missing}", at_record=True)
            if key in keys:
                self.anomalies.append((node.path, " ".join(map(str, key[1:])), "occurs twice in its record"))
                continue
            keys.add(key)
            self._collect(node, table, own)
        for path, value, reason in self.anomalies:
            self._append("mesh_anomalies", (self.name, self.ui, path, value, reason))
        for path in self.paths:
            self.examples.setdefault(path, self.ui)
        self.mark = self.parser.CurrentByteIndex

    def _collect(self, node: Node, table: Table, row: dict[str, Any]) -> None:
        cells = []
        for name, read in _COLUMNS[table.name]:
            raw = row.get(name)
            if read is not None and raw is not None:
                try:
                    raw = read(raw)
                except Untypable as error:
                    self.anomalies.append((f"{node.path}/{table[name].path}", error.value, error.reason))
                    raw = None
            cells.append(raw)
        self._append(table.name, tuple(cells))

    def _append(self, table: str, cells: tuple[Any, ...]) -> None:
        for column, value in zip(self.tables[table], cells, strict=True):
            column.append(value)
        self.collected += 1

    def _start_batch(self) -> None:
        self.collected = 0
        self.tables = {table.name: [[] for _ in table.columns] for table in VOCABULARY_TABLES}

    def _take(self) -> Rows:
        """Return the rows collected so far, as a record batch per table."""
        batches = {}
        for name, columns in self.tables.items():
            schema = arrow_schema(BY_NAME[name])
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            batches[name] = pa.RecordBatch.from_arrays(arrays, schema=schema)
        self._start_batch()
        return batches

    # Notes and errors

    def _note_unknown(self, *more: str, is_own: bool = True) -> None:
        """Count the element that is open, where it is not known, and what it has."""
        path = "/".join(self.steps[1:])
        own = () if more == ("text()",) or not is_own else (path,)
        for one in chain(own, (f"{path}/{name}" for name in more)):
            self.unknown[one] += 1
            self.paths.append(one)

    def _where(self) -> str:
        return f"line {self.parser.CurrentLineNumber}"

    def _fail(self, problem: str, advice: str = AGAIN, *, at_record: bool = False) -> NoReturn:
        where = f"line {self.line}" if at_record else self._where()
        raise BadInput(self.name, problem, where=where, advice=advice)
