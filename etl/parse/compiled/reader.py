"""XML by the kernels: a chunk of the file at a time, walked, derived and made into record batches.

The kernels see whole records only. What is around them (declaration, DOCTYPE, root) and odd records go to the plain
reader's expat, in the order of the file. Where kernels or expat object, the plain reader reads the file from its
beginning, and its word is final: it goes on where this reader stopped, or says what is wrong and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa

from etl.errors import BadInput
from etl.parse import reference
from etl.parse.batch import Batch, BatchBuilder, batches
from etl.parse.compiled.arrow import read_keys, record_batches
from etl.parse.compiled.bytes import PAD, has_noncharacters
from etl.parse.compiled.cells import EVENTS, FINE, IS_ODD, NEED, ODD, PLACE, SCRATCH, Store, pack
from etl.parse.compiled.derive import derive, jobs
from etl.parse.compiled.layout import TABLE_NUMBER, schema
from etl.parse.compiled.walk import FULL, ROOT_END, UNSURE, walk
from etl.parse.plan import ROOTS
from etl.parse.splitter import MAX_DEPTH, MAX_RECORD, Splitter
from etl.schema import LAKE_TABLES

CHUNK = 4 << 20
MOST_RECORDS = 1 << 13  # in a chunk
MOST_EVENTS = 1 << 18
DELETED = TABLE_NUMBER["deleted_citations"]

#: What may stand before the first record for the kernels to take over: nothing that could change what is in records.
PROLOG = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml\s[^<>]*\?>)?(?:\s|<!--(?:[^-]|-[^-])*-->|<!DOCTYPE\s[^\[\]<>]*>)*<(?:%s)\s*>"""
    % b"|".join(root.encode() for root in sorted(ROOTS))
)
OTHER_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


class _Unsure(Exception):
    """The kernels cannot vouch for what comes next."""


class _Chunk(NamedTuple):
    """What became of some bytes: how the walk ended and where, how many record elements it walked, and their rows."""

    outcome: int
    at: int
    records: int
    batch: Batch | None


def iter_batches(stream: BinaryIO, source: str, skip: frozenset[int], chunk: int = CHUNK) -> Iterator[Batch]:
    """See `etl.parse.iter_batches`.

    Args:
        stream: can be read again from its beginning.
        chunk: bytes to walk at a time; grows where a record is larger.
    """
    builder = BatchBuilder(source, "xml", reference.RECORDS_PER_BATCH)
    done = 0
    try:
        for records, batch in _Reader(stream, builder, skip, chunk).chunks():
            done += records
            yield batch
        yield builder.take(last=True)
        return
    except (_Unsure, BadInput):
        stream.seek(0)
    yield from batches(builder, reference.iter_records(stream, builder, skip, done))


class _Reader:
    def __init__(self, stream: BinaryIO, builder: BatchBuilder, skip: frozenset[int], chunk: int) -> None:
        self.stream, self.builder = stream, builder
        self.skip = np.zeros(max(skip, default=-1) + 1, np.bool_)
        self.skip[list(skip)] = True
        self.splitter = Splitter(builder.source)
        self.constants = [builder.source, builder.format, *schema().constants[2:]]
        pool = "".join(self.constants).encode()
        self.front = len(pool) + PAD
        self.data = self._buffer(max(chunk, 256))
        self.data[PAD : self.front] = np.frombuffer(pool, np.uint8)
        self.end = self.front
        self.store = self._make_store(max(chunk // 128, 64))

    def _buffer(self, capacity: int) -> np.ndarray:
        """Constants, the chunk, zeros, and scratch room as large as the chunk."""
        self.capacity = capacity
        self.bytes = bytearray(self.front + capacity + PAD + capacity + (1 << 16))
        return np.frombuffer(self.bytes, np.uint8)

    def _make_store(self, room: int) -> Store:
        layout = schema().layout
        tables = len(layout.width)
        rooms = np.full(tables, room, np.int64)
        shared = np.concatenate([[0], np.cumsum(layout.width)])
        ends = np.cumsum([PAD, *(len(text.encode()) for text in self.constants)])
        cells = [
            pack.py_func(start, end - start, 0)
            for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        ]
        return Store(
            cells=np.empty(int((layout.width * rooms).sum()), np.int64),
            base=np.concatenate([[0], np.cumsum(layout.width * rooms)])[:-1],
            room=rooms,
            rows=np.zeros(tables, np.int64),
            shared=np.zeros(int(shared[-1]), np.int64),
            shared_base=shared,
            first=np.zeros((MOST_RECORDS + 1, tables), np.int64),
            spans=np.zeros((MOST_RECORDS, 2), np.int64),
            verdicts=np.zeros(MOST_RECORDS, np.uint8),
            variables=np.zeros(layout.variables, np.int64),
            saved=np.zeros(8 * MAX_DEPTH, np.int64),
            events=np.empty((MOST_EVENTS, 5), np.int64),
            names=np.zeros((2 * MAX_DEPTH, 2), np.int64),
            states=np.zeros(MAX_DEPTH + 1, np.int64),
            constants=np.array(cells, np.int64),
            now=np.zeros(8, np.int64),
        )

    def chunks(self) -> Iterator[tuple[int, Batch]]:
        """Record elements read and their rows, chunk by chunk; then what is behind the last record goes to expat."""
        is_last = self._top_up()
        start = self._prolog()
        while True:
            chunk = self._read_chunk(start)
            if chunk.batch:
                yield chunk.records, chunk.batch
            if chunk.outcome == UNSURE:
                raise _Unsure
            if chunk.outcome == ROOT_END or (is_last and not chunk.records):
                break
            self._keep(chunk.at)
            is_last = self._top_up()
            start = self.front
        self._feed(self.data[chunk.at : self.end].tobytes())
        while rest := self.stream.read(1 << 18):
            self._feed(rest)
        self._feed(b"", last=True)

    def _top_up(self) -> bool:
        """Read until the buffer is full; whether the source ends."""
        limit = self.front + self.capacity
        if self.end == limit:  # a record that is larger
            if self.capacity > MAX_RECORD:
                raise _Unsure
            kept = self.data[: self.end]
            self.data = self._buffer(2 * self.capacity)
            self.data[: self.end] = kept
            limit = self.front + self.capacity
        is_last = False
        while self.end < limit and not is_last:
            count = self.stream.readinto(memoryview(self.data)[self.end : limit])
            is_last = not count
            if self.bytes.find(b"\r", self.end, self.end + count) >= 0:
                count = self._normalize(self.end, self.end + count)
            self.end += count
        self.data[self.end : self.end + PAD] = 0
        return is_last

    def _normalize(self, start: int, end: int) -> int:
        """Make line ends of CR LF and CR a LF, as XML wants it; the bytes that are left."""
        lines = self.data[start:end].tobytes()
        if lines.endswith(b"\r"):
            lines += self.stream.read(1)
            if lines.endswith(b"\r"):
                raise _Unsure
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self.bytes[start : start + len(lines)] = lines
        return len(lines)

    def _prolog(self) -> int:
        """Give expat what is before the first record, and return where that begins."""
        head = self.data[self.front : min(self.end, self.front + (1 << 16))].tobytes()
        found = PROLOG.match(head)
        if not found or OTHER_ENCODING.match(head):
            raise _Unsure
        self._feed(found[0])
        return self.front + found.end()

    def _keep(self, at: int) -> None:
        """Move what is not done to the front."""
        left = self.end - at
        self.data[self.front : self.front + left] = self.data[at : self.end].copy()
        self.end = self.front + left

    def _feed(self, data: bytes, last: bool = False) -> list:
        return self.splitter.feed(data, last)

    def _read_chunk(self, start: int) -> _Chunk:
        """Walk, derive and convert, again until no more record turns out to be odd and no table is too small."""
        layout, store = schema().layout, self.store
        place = int(store.now[PLACE])
        store.verdicts[:] = FINE
        while True:
            store = self.store
            store.rows[:] = 0
            store.now[:] = 0
            store.now[PLACE], store.now[SCRATCH] = place, self.front + self.capacity + PAD
            outcome, at, records = walk(self.data, start, self.end, self.skip, layout, store)
            if outcome == FULL:
                self._grow(int(store.now[NEED]) - 1)
                continue
            self._check_characters(start, at)
            if not records:
                return _Chunk(outcome, at, 0, None)
            store.now[IS_ODD] = 0
            derive(self.data, layout, store, records, jobs())
            pmids, versions = np.full(records, -1, np.int64), np.full(records, -1, np.int64)
            for table in ("articles", "books"):
                read_keys(self.data, store, layout, _KEYS[table], records, pmids, versions)
            tables = record_batches(self.data, store, pmids, versions)
            if not store.now[IS_ODD]:
                return _Chunk(outcome, at, records, self._batch(tables, records, pmids, versions))

    def _check_characters(self, start: int, end: int) -> None:
        """Refuse what is not UTF-8, and U+FFFE and U+FFFF, which XML has not. The kernels see to the rest."""
        offsets = pa.py_buffer(np.array([0, end - start], np.int32))
        try:
            text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(self.data[start:end])])
            text.validate(full=True)
        except pa.ArrowInvalid:
            raise _Unsure from None
        if has_noncharacters(self.data, start, end):
            raise _Unsure

    def _grow(self, table: int) -> None:
        """Twice the room for a table."""
        store, width = self.store, schema().layout.width
        store.room[table] *= 2
        ends = np.cumsum(width * store.room)
        store.base[:] = ends - width * store.room
        self.store = store._replace(cells=np.empty(int(ends[-1]), np.int64))

    def _batch(self, tables: dict[str, pa.RecordBatch], records: int, pmids: np.ndarray, versions: np.ndarray) -> Batch:
        """The rows of the kernels and of the plain reader, with the keys, in the order of the file."""
        store = self.store
        unknown = [(record, path, 1, int(pmids[record])) for record, path in self._events()]
        runs = self._odd_runs(records)
        keys: list[tuple[int, int | None, bool]] = []
        done = 0
        cuts = []
        for first, last in runs:
            keys += self._keys(tables, done, first, pmids, versions)
            builder = BatchBuilder(self.builder.source, "xml", 0)
            for record in range(first, last):
                builder.add(self._read_plainly(record))
            odd = builder.take()
            keys += odd.keys
            unknown += [(first, path, count, builder.examples[path]) for path, count in builder.unknown.items()]
            cuts.append((store.first[first], odd.tables))
            done = last
        keys += self._keys(tables, done, records, pmids, versions)
        for _, path, count, pmid in sorted(unknown, key=lambda note: note[0]):
            self.builder.note_unknown([path] * count, pmid)
        if cuts:
            tables = {name: _merge(data, TABLE_NUMBER[name], cuts) for name, data in tables.items()}
        return Batch("xml", tables, keys)

    def _odd_runs(self, records: int) -> list[tuple[int, int]]:
        """(first, last) of the records that follow each other and are odd."""
        odd = np.concatenate([[0], self.store.verdicts[:records] == ODD, [0]])
        edges = np.flatnonzero(np.diff(odd)).tolist()
        return list(zip(edges[::2], edges[1::2], strict=True))

    def _read_plainly(self, record: int) -> reference.Record:
        start, end = self.store.spans[record].tolist()
        elements = self._feed(self.data[start:end].tobytes())
        if len(elements) != 1 or self.splitter.depth != 1:
            raise _Unsure
        return reference.read_record(*elements[0])

    def _keys(self, tables, first: int, last: int, pmids: np.ndarray, versions: np.ndarray) -> list:
        """(pmid, version, is_deletion) of the records from first to last that the kernels read."""
        starts = self.store.first[first : last + 1, DELETED].tolist()
        found = []
        deleted = tables["deleted_citations"]
        for record, pmid, version in zip(
            range(last - first), pmids[first:last].tolist(), versions[first:last].tolist(), strict=True
        ):
            if pmid >= 0:
                found.append((pmid, None if version < 0 else version, False))
            elif starts[record] < starts[record + 1]:
                rows = deleted.slice(starts[record], starts[record + 1] - starts[record]).to_pylist()
                found += [(row["pmid"], row["version"], True) for row in rows]
        return found

    def _events(self) -> Iterator[tuple[int, str]]:
        """(record, path) of each occurrence of what the schema does not know."""
        paths: list[str] = []
        for record, parent, start, length, is_attribute in self.store.events[: self.store.now[EVENTS]].tolist():
            around = paths[parent - 1] if parent > 0 else schema().nodes[-parent].path
            name = self.data[start : start + length].tobytes().decode()
            paths.append(f"{around}/{'@' if is_attribute else ''}{name}")
            yield record, paths[-1]


_KEYS = {
    name: np.array([TABLE_NUMBER[name], schema().cells[name]["pmid"][1], schema().cells[name]["version"][1]])
    for name in ("articles", "books")
}


def _merge(
    data: pa.RecordBatch, table: int, cuts: list[tuple[np.ndarray, dict[str, pa.RecordBatch]]]
) -> pa.RecordBatch:
    """The rows of a table with those of the odd records put in where these stand."""
    name = LAKE_TABLES[table].name
    if not any(odd[name].num_rows for _, odd in cuts):
        return data
    pieces, done = [], 0
    for firsts, odd in cuts:
        at = int(firsts[table])
        pieces += [data.slice(done, at - done), odd[name]]
        done = at
    return pa.concat_batches([*pieces, data.slice(done)])
