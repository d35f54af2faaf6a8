"""MEDLINE text by the kernels: a chunk of the file at a time, walked, derived and made into record batches.

As with XML, odd records go to the plain reader one by one; where a chunk holds what the kernels cannot vouch for, the
plain reader reads the file from its beginning and goes on where this one stopped.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from io import BufferedReader

from etl.parse import medline
from etl.parse.batch import Batch, BatchBuilder
from etl.parse.compiled.cells import FINE, ODD, rows_of
from etl.parse.compiled.layout import schema
from etl.parse.compiled.reader import CHUNK, Reader, Unsure, is_utf8, read
from etl.parse.compiled.tags import constants, tags
from etl.parse.compiled.text import walk_text
from etl.parse.compiled.text_desk import make_desk
from etl.parse.compiled.walk import UNSURE
from etl.parse.fields import iter_records
from etl.parse.record import Record


def iter_batches(stream: BufferedReader, source: str, skip: frozenset[int], chunk: int = CHUNK) -> Iterator[Batch]:
    """See `etl.parse.iter_batches`.

    Args:
        stream: can be read again from its beginning.
        chunk: bytes to walk at a time; grows where a record is larger.
    """
    builder = BatchBuilder(source, "medline")
    reader = TextReader(stream, builder, skip, chunk)
    return read(reader, lambda done: medline.read_records(stream, source, skip, done))


class TextReader(Reader):
    """Reads chunks of MEDLINE text."""

    def __init__(self, stream: BufferedReader, builder: BatchBuilder, skip: frozenset[int], chunk: int) -> None:
        super().__init__(stream, builder, skip, chunk, constants())
        self.desk = make_desk()
        self.is_last = False

    def chunks(self) -> Iterator[tuple[int, Batch]]:
        """Records read and their rows, chunk by chunk."""
        done = 0
        while True:
            self.is_last = self._top_up()
            if self.bytes.find(b"\0", self.front, self.end) >= 0:
                raise Unsure
            chunk = self._read_chunk(self.front)
            done += chunk.records
            if chunk.batch:
                yield chunk.records, chunk.batch
            if chunk.outcome == UNSURE:
                raise Unsure
            if self.is_last and not chunk.records:
                break
            self._keep(chunk.at)
        if not done:
            raise Unsure  # the plain reader says what is wrong

    def _walk(self, start: int) -> tuple[int, int, int]:
        self.data[self.end] = ord("\n")
        store = self.store
        rows = rows_of(store, schema().layout.width)
        return walk_text(
            self.data,
            start,
            self.end,
            self.is_last,
            self.skip,
            store.spans,
            tags(),
            rows,
            self.desk,
        )

    def _check_characters(self, start: int, end: int, records: int) -> bool:
        """Leave records that are not UTF-8 to the plain reader; whether there are none."""
        if is_utf8(self.data[start:end]):
            return True
        found = False
        for record, (first, last, _) in enumerate(self.store.spans[:records].tolist()):
            if self.store.verdicts[record] == FINE and not is_utf8(self.data[first:last]):
                self.store.verdicts[record] = ODD
                found = True
        return not found

    def _read_plainly(self, record: int) -> Record | None:
        """The record by the plain reader; None if it is one to leave out."""
        start, end, _ = self.store.spans[record].tolist()
        found = list(iter_records(io.BytesIO(self.data[start:end].tobytes()), self.builder.source))
        if len(found) != 1 or found[0].is_restored:
            raise Unsure
        place = self.place + record
        is_skipped = place < len(self.skip) and self.skip[place]
        return None if is_skipped else medline.read_record(found[0])
