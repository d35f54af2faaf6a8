"""What the compiled readers share: a chunk of the file at a time, walked, derived and made into record batches.

The plain reader reads fallback records one by one, and their rows go between those of the kernels, in the order of the
file. Where kernels or plain reader object, the plain reader reads the file from its beginning, and its result counts:
it goes on where this reader stopped, or raises the error with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from medline.errors import BadInput
from medline.parse.batch import BATCH_SIZE, Batch, BatchBuilder, batches
from medline.parse.constants import MAX_DEPTH, MAX_RECORD
from medline.parse.kernels.arrow import read_keys, record_batches
from medline.parse.kernels.bytes import PAD
from medline.parse.kernels.cells import FALLBACK, FINE, IS_FALLBACK, NEED, POSITION, SCRATCH, ChunkState, pack, rows_of
from medline.parse.kernels.derive import derive, jobs
from medline.parse.kernels.layout import TABLE_NUMBER, schema
from medline.parse.kernels.walk import FULL
from medline.parse.record import Record
from medline.schema.tables import LAKE_TABLES

CHUNK = 6 << 20
MOST_RECORDS = 1 << 13  # in a chunk
MOST_EVENTS = 1 << 18
MOST_ROWS = 1 << 23  # of a table
DELETED = TABLE_NUMBER["deleted_citations"]


class NeedsReference(Exception):
    """The plain reader has to read what comes next."""


class _Walked(NamedTuple):
    """The result of a walk: how it ended and where, how many record elements it walked, and their rows."""

    outcome: int
    at: int
    records: int
    batch: Batch | None


def read(reader: Reader, read_plainly: Callable[[int], Iterator[Record]]) -> Iterator[Batch]:
    """All batches of a file.

    Args:
        read_plainly: gives the file's records by the plain reader, but for so many at its beginning.
    """
    done, builder = 0, reader.builder
    try:
        for records, batch in reader.chunks():
            done += records
            yield batch
        yield builder.take(last=True)
        return
    except (NeedsReference, BadInput):
        reader.stream.seek(0)
    yield from batches(builder, read_plainly(done))


class Reader:
    """What the readers of both formats share: chunks of bytes, their rows, and the fallback records among them.

    Args:
        constants: for `ChunkState.constants`; the first two are the file's name and format.
    """

    def __init__(
        self, stream: BufferedReader, builder: BatchBuilder, skip: np.ndarray, size: int, constants: list[str]
    ) -> None:
        self.stream, self.builder, self.skip, self.size = stream, builder, skip, max(size, 256)
        self.position = 0  # of the chunk's first record in the file
        self.constants = [builder.source, builder.format, *constants[2:]]
        pool = "".join(self.constants).encode()
        self.front = len(pool) + PAD
        self.data = self._buffer(self.size)
        self.data[PAD : self.front] = np.frombuffer(pool, np.uint8)
        self.end = self.front
        self.chunk = self._make_state(max(size // 128, 64))

    def _buffer(self, capacity: int) -> np.ndarray:
        """Constants, the chunk, zeros, and scratch room as large as the chunk."""
        self.capacity = capacity
        self.bytes = bytearray(self.front + capacity + PAD + capacity + (1 << 16))
        return np.frombuffer(self.bytes, np.uint8)

    def _make_state(self, room: int) -> ChunkState:
        layout = schema().layout
        tables = len(layout.width)
        rooms = np.full(tables, room, np.int64)
        shared = np.concatenate([[0], np.cumsum(layout.width)])
        ends = np.cumsum([PAD, *(len(text.encode()) for text in self.constants)])
        cells = [
            pack.py_func(start, end - start, 0)
            for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        ]
        return ChunkState(
            cells=np.empty(int((layout.width * rooms).sum()), np.int64),
            base=np.concatenate([[0], np.cumsum(layout.width * rooms)])[:-1],
            room=rooms,
            rows=np.zeros(tables, np.int64),
            shared=np.zeros(int(shared[-1]), np.int64),
            shared_base=shared,
            first=np.zeros((MOST_RECORDS + 1, tables), np.int64),
            spans=np.zeros((MOST_RECORDS, 3), np.int64),
            verdicts=np.zeros(MOST_RECORDS, np.uint8),
            variables=np.zeros(layout.variables, np.int64),
            saved=np.zeros(8 * MAX_DEPTH, np.int64),
            events=np.empty((MOST_EVENTS, 5), np.int64),
            names=np.zeros((2 * MAX_DEPTH, 2), np.int64),
            states=np.zeros(MAX_DEPTH + 1, np.int64),
            constants=np.array(cells, np.int64),
            now=np.zeros(8, np.int64),
        )

    def _top_up(self) -> bool:
        """Read until the buffer is full; whether the source ends."""
        limit = self.front + self.size
        if self.end >= limit:  # a record that is larger
            limit = self.front + self.capacity
        if self.end >= limit:
            if self.capacity > MAX_RECORD:
                raise NeedsReference
            kept = self.data[: self.end]
            self.data = self._buffer(2 * self.capacity)
            self.data[: self.end] = kept
            limit = self.front + self.capacity
        is_last = False
        while self.end < limit and not is_last:
            count = self.stream.readinto(memoryview(self.bytes)[self.end : limit])
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
                raise NeedsReference
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self.bytes[start : start + len(lines)] = lines
        return len(lines)

    def _keep(self, at: int) -> None:
        """Move what is not done to the front."""
        left = self.end - at
        self.data[self.front : self.front + left] = self.data[at : self.end].copy()
        self.end = self.front + left

    def _read_chunk(self, start: int) -> _Walked:
        """Walk, derive and convert; again while a further record becomes a fallback or a table is too small."""
        layout, chunk = schema().layout, self.chunk
        self.position = int(chunk.now[POSITION])
        chunk.verdicts[:] = FINE
        while True:
            chunk = self.chunk
            chunk.rows[:] = 0
            chunk.now[:] = 0
            chunk.now[POSITION], chunk.now[SCRATCH] = self.position, self.front + self.capacity + PAD
            outcome, at, records = self._walk(start)
            if outcome == FULL:
                self._grow(int(chunk.now[NEED]) - 1)
                continue
            if not self._check_characters(start, at, records):
                continue
            if not records:
                return _Walked(outcome, at, 0, None)
            chunk.now[IS_FALLBACK] = 0
            derive(self.data, rows_of(chunk, layout.width), records, jobs())
            pmids, versions = np.full(records, -1, np.int64), np.full(records, -1, np.int64)
            for table in ("articles", "books"):
                read_keys(self.data, chunk, layout, _KEYS[table], records, pmids, versions)
            tables = record_batches(self.data, chunk, pmids, versions)
            if not chunk.now[IS_FALLBACK]:
                return _Walked(outcome, at, records, self._batch(tables, records, pmids, versions))

    def _grow(self, table: int) -> None:
        """Twice the room for a table.

        Raises:
            NeedsReference: no record of usual rows has so many.
        """
        if self.chunk.room[table] > MOST_ROWS:
            raise NeedsReference
        chunk, width = self.chunk, schema().layout.width
        chunk.room[table] *= 2
        ends = np.cumsum(width * chunk.room)
        chunk.base[:] = ends - width * chunk.room
        self.chunk = chunk._replace(cells=np.empty(int(ends[-1]), np.int64))

    def _batch(self, tables: dict[str, pa.RecordBatch], records: int, pmids: np.ndarray, versions: np.ndarray) -> Batch:
        """The rows of the kernels and of the plain reader, with the keys, in the order of the file."""
        chunk = self.chunk
        known = [None if pmid < 0 else pmid for pmid in pmids.tolist()]  # deletions have none of their own
        unknown = [(record, path, 1, known[record]) for record, path in self._unknown()]
        runs = self._fallback_runs(records)
        keys: list[tuple[int, int | None, bool]] = []
        done = 0
        cuts = []
        for first, last in runs:
            keys += self._keys(tables, done, first, pmids, versions)
            builder = BatchBuilder(self.builder.source, self.builder.format, 0)
            for record in range(first, last):
                if read := self._read_plainly(record):
                    builder.add(read)
                if builder.size >= BATCH_SIZE or record + 1 == last:
                    plain = builder.take()
                    keys += plain.keys
                    cuts.append((chunk.first[first], dict(plain.tables)))
            unknown += [(first, path, count, builder.examples[path]) for path, count in builder.unknown.items()]
            done = last
        keys += self._keys(tables, done, records, pmids, versions)
        for _, path, count, pmid in sorted(unknown, key=lambda note: note[0]):
            self.builder.note_unknown([path] * count, pmid)
        if cuts:
            tables = {name: _merge(data, TABLE_NUMBER[name], cuts) for name, data in tables.items()}
        return Batch(self.builder.format, tables, keys)

    def chunks(self) -> Iterator[tuple[int, Batch]]:
        """Records read and their rows, chunk by chunk."""
        raise NotImplementedError

    def _walk(self, start: int) -> tuple[int, int, int]:
        """Walk what is there from `start` on: (outcome, position of the first byte that is not done, records)."""
        raise NotImplementedError

    def _check_characters(self, start: int, end: int, records: int) -> bool:
        """Check that bytes are text, or mark their records as fallbacks; return whether no record is newly marked."""
        raise NotImplementedError

    def _read_plainly(self, record: int) -> Record | None:
        """Read a fallback record by the plain reader; None for a valid one that is to be skipped."""
        raise NotImplementedError

    def _unknown(self) -> Iterator[tuple[int, str]]:
        """(record, path) of each occurrence of what the schema does not know, in records that the kernels read."""
        return iter(())

    def _fallback_runs(self, records: int) -> list[tuple[int, int]]:
        """(first, last) of each run of fallback records."""
        fallback = np.concatenate([[0], self.chunk.verdicts[:records] == FALLBACK, [0]])
        edges = np.flatnonzero(np.diff(fallback)).tolist()
        return list(zip(edges[::2], edges[1::2], strict=True))

    def _keys(self, tables, first: int, last: int, pmids: np.ndarray, versions: np.ndarray) -> list:
        """(pmid, version, is_deletion) of the records from first to last that the kernels read."""
        starts = self.chunk.first[first : last + 1, DELETED].tolist()
        keys = []
        deleted = tables["deleted_citations"]
        for record, pmid, version in zip(
            range(last - first), pmids[first:last].tolist(), versions[first:last].tolist(), strict=True
        ):
            if pmid >= 0:
                keys.append((pmid, None if version < 0 else version, False))
            elif starts[record] < starts[record + 1]:
                rows = deleted.slice(starts[record], starts[record + 1] - starts[record]).to_pylist()
                keys += [(row["pmid"], row["version"], True) for row in rows]
        return keys


def is_utf8(data: np.ndarray) -> bool:
    """Whether bytes are UTF-8; no copy is made."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


_KEYS = {
    name: np.array([TABLE_NUMBER[name], schema().cells[name]["pmid"][1], schema().cells[name]["version"][1]])
    for name in ("articles", "books")
}


def _merge(
    data: pa.RecordBatch, table: int, cuts: list[tuple[np.ndarray, dict[str, pa.RecordBatch]]]
) -> pa.RecordBatch:
    """The rows of a table, with those of the fallback records between them in the order of the file."""
    name = LAKE_TABLES[table].name
    if not any(plain[name].num_rows for _, plain in cuts):
        return data
    pieces, done = [], 0
    for firsts, plain in cuts:
        at = int(firsts[table])
        pieces += [data.slice(done, at - done), plain[name]]
        done = at
    return pa.concat_batches([*pieces, data.slice(done)])
