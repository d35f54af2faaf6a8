"""One record on its way from a source to the tables, and the batches that many of them make.

Both readers fill a `Record` with raw values; `BatchBuilder` derives, types and collects them, so that a value means the
same whichever format it came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa

from etl.errors import BadInput
from etl.parse import derive, values
from etl.parse.source import AGAIN
from etl.parse.values import Untypable
from etl.render import arrow_schema
from etl.schema import BIGINT, LAKE_TABLES, ORDINAL_PATH, Column, Table


class Batch(NamedTuple):
    """Some records of a file.

    Attributes:
        format: of the file: xml or medline.
        tables: a record batch per table of the lake.
        keys: (pmid, version, is_deletion) of each record and deletion, in the order of the file.
    """

    format: str
    tables: dict[str, pa.RecordBatch]
    keys: list[tuple[int, int | None, bool]]


Row = dict[str, object]

#: read_… functions by type name, looked up once
READERS = {name: getattr(values, name) for name in dir(values) if name.startswith("read_")}


class Record:
    """The raw rows of one citation, book document or list of deletions.

    Attributes:
        kind: articles, books or deleted_citations.
        where: position in the source, for errors: "line 12".
        rows: table name to rows; a row maps column names to raw values (strings, ordinals as int).
        anomalies: (path, value, reason) of what has no column.
        unknown: path to occurrences of what the schema does not know.
    """

    def __init__(self, kind: str, where: str) -> None:
        self.kind, self.where = kind, where
        self.rows: dict[str, list[dict]] = {}
        self.anomalies: list[tuple[str, str, str]] = []
        self.unknown: Counter[str] = Counter()
        self._counts: Counter[tuple] = Counter()

    def add(self, table: Table, row: dict) -> dict:
        self.rows.setdefault(table.name, []).append(row)
        return row

    def append(self, name: str, row: Row) -> Row:
        """Add a row with its own ordinal, the last column of its table's key."""
        table = LAKE[name]
        own = table[table.key[-1]]
        return self.add(table, {own.name: self.count(table, own, row), **row})

    def count(self, table: Table, column: Column, around: dict) -> int | str:
        """The next ordinal of a table's rows or lists, within the ordinals `around` that come before it in the key."""
        if column.type is ORDINAL_PATH:
            outer = around.get(column.name)
            number = self._next(table.name, column.name, outer)
            return f"{outer}.{number}" if outer else str(number)
        before = table.key[: table.key.index(column.name)]
        return self._next(table.name, column.name, *(around.get(name) for name in before))

    def _next(self, *key: object) -> int:
        self._counts[key] += 1
        return self._counts[key]

    @cached_property
    def orcids(self) -> dict[tuple[str, int], str]:
        """(role, person_seq) to the person's first ORCID."""
        found: dict[tuple[str, int], str] = {}
        for row in self.rows.get("person_identifiers", ()):
            own = row.get("affiliation_seq") is None and (row.get("source") or "").upper() == "ORCID"
            if own and (number := values.orcid(row.get("identifier") or "")):
                found.setdefault((row["role"], row["person_seq"]), number)
        return found


class BatchBuilder:
    """Collects records and gives them out as Arrow record batches, one per table, that share their records.

    Args:
        source: name of the file, for `source_file` and errors.
        source_format: xml or medline.
        limit: records in a batch.
    """

    def __init__(self, source: str, source_format: str, limit: int) -> None:
        self.source, self.format, self.limit = source, source_format, limit
        self.unknown: Counter[str] = Counter()
        self.examples: dict[str, int | None] = {}
        self._start()

    def _start(self) -> None:
        self.records = 0
        self.keys: list[tuple[int, int | None, bool]] = []
        self.columns = {table.name: [[] for _ in table.columns] for table in LAKE_TABLES}

    def add(self, record: Record) -> None:
        """Derive, type and collect the rows of one record.

        Raises:
            BadInput: a PMID is missing, or it or its version is no number, so that no row could be keyed.
        """
        keys = [self._key(row, record.where) for row in record.rows.get(record.kind, ())]
        deletion = record.kind == "deleted_citations"
        self.keys.extend((*key, deletion) for key in keys)
        if not deletion:
            record.rows[record.kind][0]["source_format"] = self.format
        pmid, version = (None, None) if deletion else keys[0]
        for name, rows in record.rows.items():
            self._derive(record, name, rows)
        for name, rows in record.rows.items():
            self._collect(record, LAKE[name], rows, pmid, version)
        for path, value, reason in record.anomalies:
            self._append("anomalies", (self.source, pmid, path, value, reason))
        for path, count in record.unknown.items():
            self.unknown[path] += count
            self.examples.setdefault(path, pmid)
        self.records += 1

    def full(self) -> bool:
        return self.records >= self.limit

    def take(self, last: bool = False) -> Batch:
        """The batch collected so far; the last one of a file brings its unknown paths."""
        if last:
            for path in sorted(self.unknown):
                self._append("unknown_paths", (self.source, path, self.unknown[path], self.examples[path]))
        tables = {
            table.name: pa.record_batch(
                [pa.array(column, field.type) for column, field in zip(columns, arrow_schema(table), strict=True)],
                schema=arrow_schema(table),
            )
            for table, columns in zip(LAKE_TABLES, self.columns.values(), strict=True)
        }
        batch = Batch(self.format, tables, self.keys)
        self._start()
        return batch

    def _key(self, row: dict, where: str) -> tuple[int, int | None]:
        """PMID and version of a record or deletion; sets its source_file."""
        row["source_file"] = self.source
        try:
            if row.get("pmid") is None:
                raise BadInput(self.source, "a record without PMID", where=where, advice=AGAIN)
            version = row.get("version")
            return values.read_integer(row["pmid"], 2**63 - 1), version and values.read_integer(version)
        except Untypable as error:
            raise BadInput(self.source, f"PMID: {error}", where=where, advice=AGAIN) from None

    def _derive(self, record: Record, name: str, rows: list[dict]) -> None:
        for column in DERIVED.get(name, ()):
            function = getattr(derive, column.derive)
            for row in rows:
                if row.get(column.name) is None:
                    try:
                        row[column.name] = function(record, row, column.name)
                    except Untypable as error:
                        record.anomalies.append((f"{name}.{column.name}", error.value, error.reason))

    def _collect(self, record: Record, table: Table, rows: list[dict], pmid: int | None, version: int | None) -> None:
        if table.of_citation:
            for row in rows:
                row["pmid"], row["version"] = pmid, version
        for column, into in zip(table.columns, self.columns[table.name], strict=True):
            name, read = column.name, READERS[column.type.read]
            for row in rows:
                raw = row.get(name)
                if isinstance(raw, str | dict):
                    try:
                        raw = read(raw, 2**63 - 1) if column.type is BIGINT else read(raw)
                    except Untypable as error:
                        place = column.tag if self.format == "medline" else column_path(table, column, record.kind)
                        record.anomalies.append((place, error.value, error.reason))
                        raw = None
                into.append(raw)

    def _append(self, table: str, row: tuple) -> None:
        for into, value in zip(self.columns[table], row, strict=True):
            into.append(value)


LAKE = {table.name: table for table in LAKE_TABLES}
RECORD_ELEMENTS = {"articles": "PubmedArticle", "books": "PubmedBookArticle", "deleted_citations": "Delete"}
DERIVED = {table.name: [column for column in table.columns if column.derive] for table in LAKE_TABLES}


def column_path(table: Table, column: Column, kind: str) -> str:
    """Where in the DTD a column is read: on the table's first row path in a record of this kind."""
    start = next((path for path in table.rows if path.startswith(RECORD_ELEMENTS[kind])), "")
    return f"{start}/{column.path}".removesuffix("/.")


def batches(builder: BatchBuilder, records: Iterator[Record]) -> Iterator[Batch]:
    """All records of a source as batches of bounded size; at least one, with the unknown paths in the last."""
    for record in records:
        builder.add(record)
        if builder.full():
            yield builder.take()
    yield builder.take(last=True)
