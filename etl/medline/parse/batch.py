"""Records into Arrow record batches: what is left to derive is derived, every value typed, each table's rows collected.

Both plain readers end here, so that a value means the same in both formats; tests compare the compiled readers with
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, cast

import numpy as np
import pyarrow as pa

from medline.errors import BadInput, SchemaError
from medline.mirror.files import AGAIN
from medline.parse import derive, values
from medline.parse.record import Record, Row
from medline.parse.values import Untypable
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BIGINT, BY_NAME, LAKE_TABLES, Column, Table

RECORDS_PER_BATCH = 2_000

#: Size of the records of a batch, with ROW_SIZE for each row, above which no more come into it.
BATCH_SIZE, ROW_SIZE = 16 << 20, 64

#: Size of the paths of a file that the schema does not know, with ROW_SIZE for each. NLM's new ones are a few.
MOST_UNKNOWN = 4 << 20

#: read_… functions by type name, looked up once
READERS = {name: getattr(values, name) for name in dir(values) if name.startswith("read_")}
RECORD_ELEMENTS = {"articles": "PubmedArticle", "books": "PubmedBookArticle", "deleted_citations": "Delete"}


@cache
def derived() -> dict[str, list[tuple[Column, Callable]]]:
    """Return the derived columns of each table, with the functions of `medline.parse.derive` that fill them.

    Raises:
        SchemaError: a column names a function that does not exist.
    """
    functions: dict[str, list[tuple[Column, Callable]]] = {}
    for table in LAKE_TABLES:
        for column in table.columns:
            if column.derive:
                function = getattr(derive, column.derive, None)
                if function is None:
                    problem = f"derive={column.derive!r} names no function of etl/medline/parse/derive.py; add it there"
                    raise SchemaError(f"{table.name}.{column.name}", problem)
                functions.setdefault(table.name, []).append((column, function))
    return functions


def skip_mask(positions: Collection[int]) -> np.ndarray:
    """Return whether each position in a file, up to the last of these, is one of them: a byte a record."""
    found = np.fromiter(positions, np.int64, len(positions))
    mask = np.zeros(int(found.max(initial=-1)) + 1, np.bool_)
    mask[found] = True
    return mask


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


class Collected(Mapping[str, pa.RecordBatch]):
    """Rows of all tables as lists of values by column: record batches once they are asked for.

    To make 40 record batches takes longer than to read a record; rows of many small files are put together first.
    """

    def __init__(self) -> None:
        self.columns: dict[str, list[list]] = {table.name: [[] for _ in table.columns] for table in LAKE_TABLES}
        self.made: dict[str, pa.RecordBatch] = {}

    def __getitem__(self, name: str) -> pa.RecordBatch:
        """Return the record batch of a table; no row is added after the first call."""
        if name not in self.made:
            schema = arrow_schema(BY_NAME[name])
            columns = zip(self.columns[name], schema, strict=True)
            self.made[name] = pa.record_batch([pa.array(one, field.type) for one, field in columns], schema=schema)
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def rows(self) -> dict[str, int]:
        """Rows of each table that has some."""
        return {name: len(columns[0]) for name, columns in self.columns.items() if columns[0]}

    def add(self, other: Collected) -> None:
        """Append the rows of another collection."""
        for name in other.rows():
            for into, values_ in zip(self.columns[name], other.columns[name], strict=True):
                into.extend(values_)


class BatchBuilder:
    """Collects records and gives them out as Arrow record batches, one per table, that share their records.

    Args:
        source: name of the file, for `source_file` and errors.
        source_format: xml or medline.
        limit: records in a batch.
    """

    def __init__(self, source: str, source_format: str, limit: int = RECORDS_PER_BATCH) -> None:
        self.source, self.format, self.limit = source, source_format, limit
        self.derived = derived()
        self.unknown: Counter[str] = Counter()
        self.examples: dict[str, int | None] = {}
        self.unknown_size = 0
        self.file_notes: list[tuple[str, str, str]] = []
        self._start()

    def _start(self) -> None:
        self.records = self.size = 0
        self.keys: list[tuple[int, int | None, bool]] = []
        self.collected = Collected()
        self.columns = self.collected.columns

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
        self.size += record.size
        for name, rows in record.rows.items():
            self.size += ROW_SIZE * len(rows)
            self._collect(record, BY_NAME[name], rows, pmid, version)
        for path, value, reason in record.anomalies:
            self._append("anomalies", (self.source, pmid, path, value, reason))
        self.note_unknown(record.unknown.elements(), pmid)
        self.records += 1

    def note_unknown(self, paths: Iterable[str], pmid: int | None = None) -> None:
        """Count paths that the schema does not know; the last batch has their rows.

        Raises:
            BadInput: they are so many that no new version of NLM's DTD explains it.
        """
        for path in paths:
            self.unknown[path] += 1
            if path not in self.examples:
                self.examples[path] = pmid
                self.unknown_size += ROW_SIZE + len(path)
        if self.unknown_size > MOST_UNKNOWN:
            problem = f"{len(self.unknown):,} kinds of elements or tags that the schema does not know"
            raise BadInput(self.source, problem, where=f"PMID {pmid}", advice=AGAIN)

    def note_file(self, path: str, value: str, reason: str) -> None:
        """Note a repair of the file as a whole; the last batch has its row."""
        self.file_notes.append((path, value, reason))

    def full(self) -> bool:
        return self.records >= self.limit or self.size >= BATCH_SIZE

    def take(self, last: bool = False) -> Batch:
        """Return the batch collected so far; the last one of a file has its unknown paths and repairs."""
        if last:
            for note in self.file_notes:
                self._append("anomalies", (self.source, None, *note))
            for path in sorted(self.unknown):
                self._append("unknown_paths", (self.source, path, self.unknown[path], self.examples[path]))
        batch = Batch(self.format, cast("dict[str, pa.RecordBatch]", self.collected), self.keys)  # it is only read
        self._start()
        return batch

    def _key(self, row: dict, where: str) -> tuple[int, int | None]:
        """Return PMID and version of a record or deletion, and set its source_file."""
        row["source_file"] = self.source
        try:
            if row.get("pmid") is None:
                raise BadInput(self.source, "a record without PMID", where=where, advice=AGAIN)
            version = None if row.get("version") is None else values.read_integer(row["version"])
            return values.read_integer(row["pmid"], 2**63 - 1), version
        except Untypable as error:
            raise BadInput(self.source, f"PMID: {error}", where=where, advice=AGAIN) from error

    def _derive(self, record: Record, name: str, rows: list[dict]) -> None:
        for column, function in self.derived.get(name, ()):
            for row in rows:
                if row.get(column.name) is None:
                    try:
                        row[column.name] = function(record, row, column.name)
                    except Untypable as error:
                        self._note(record, BY_NAME[name], column, row, error)

    def _collect(self, record: Record, table: Table, rows: list[dict], pmid: int | None, version: int | None) -> None:
        if table.of_citation:
            for row in rows:
                row["pmid"], row["version"] = pmid, version
        for column, into in zip(table.columns, self.columns[table.name], strict=True):
            name, read = column.name, READERS.get(column.type.read)
            for row in rows:
                raw = row.get(name)
                if read and isinstance(raw, str | dict):
                    try:
                        raw = read(raw, 2**63 - 1) if column.type is BIGINT else read(raw)
                    except Untypable as error:
                        self._note(record, table, column, row, error)
                        raw = None
                into.append(raw)

    def _note(self, record: Record, table: Table, column: Column, row: Row, error: Untypable) -> None:
        """Keep a value that could not be typed; one of a list, which all its rows share, is kept once."""
        origin = row.get("_from", {})
        path, value = (
            origin.get(column.name) or origin.get(None) or (column_path(table, column, record.kind), error.value)
        )
        anomaly = (path, value, error.reason)
        if not (column.path or "").startswith("..") or anomaly not in record.anomalies:
            record.anomalies.append(anomaly)

    def _append(self, table: str, row: tuple) -> None:
        for into, value in zip(self.columns[table], row, strict=True):
            into.append(value)


def batches(builder: BatchBuilder, records: Iterator[Record]) -> Iterator[Batch]:
    """Yield all records of a source as batches of bounded size; at least one, the last with the unknown paths."""
    for record in records:
        builder.add(record)
        if builder.full():
            yield builder.take()
    yield builder.take(last=True)


def column_path(table: Table, column: Column, kind: str) -> str:
    """Return the DTD path of a column (of a derived one, of its row) on the first row path for this kind of record."""
    steps = next((path for path in table.rows if path.startswith(RECORD_ELEMENTS[kind])), "").split("/")
    for step in (column.path or ".").split("/"):
        steps = steps[:-1] if step == ".." else steps if step == "." else [*steps, step]
    return "/".join(steps)
