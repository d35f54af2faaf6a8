"""MEDLINE text by the kernels: a chunk of the file at a time, walked, derived and made into record batches.

As with XML, the plain reader reads fallback records one by one. Where the kernels cannot read a chunk, the plain reader
reads the file from its beginning and goes on where this reader stopped.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from io import BufferedReader

import numpy as np

from medline.parse.batch import Batch, BatchBuilder
from medline.parse.constants import MAX_LINES, MAX_RECORD
from medline.parse.kernels.bytes import C1, find_control
from medline.parse.kernels.cells import FALLBACK, FINE, rows_of
from medline.parse.kernels.layout import schema
from medline.parse.kernels.reader import CHUNK, NeedsReference, Reader, is_utf8, read
from medline.parse.kernels.tags import constants, tags
from medline.parse.kernels.text import walk_text
from medline.parse.kernels.text_record import new_record_state
from medline.parse.kernels.walk import NEEDS_REFERENCE
from medline.parse.record import Record
from medline.parse.text import guard, reference
from medline.parse.text.fields import ends_in_the_next, iter_records


def iter_batches(stream: BufferedReader, source: str, skip: np.ndarray, chunk: int = CHUNK) -> Iterator[Batch]:
    """See `medline.parse.iter_batches`.

    Args:
        stream: can be read again from its beginning.
        chunk: bytes to walk at a time; grows where a record is larger.
    """
    builder = BatchBuilder(source, "medline")
    reader = TextReader(stream, builder, skip, chunk)
    return read(reader, lambda done: reference.read_records(stream, builder, skip, done))


class TextReader(Reader):
    """Reads chunks of MEDLINE text."""

    def __init__(self, stream: BufferedReader, builder: BatchBuilder, skip: np.ndarray, size: int) -> None:
        super().__init__(stream, builder, skip, size, constants())
        self.record_state = new_record_state()
        self.is_last = False

    def chunks(self) -> Iterator[tuple[int, Batch]]:
        """Records read and their rows, chunk by chunk."""
        done = 0
        while True:
            self.is_last = self._top_up()
            if self.bytes.find(b"\0", self.front, self.end) >= 0:
                raise NeedsReference
            walked = self._read_chunk(self.front)
            done += walked.records
            if walked.batch:
                yield walked.records, walked.batch
            if walked.outcome == NEEDS_REFERENCE:
                raise NeedsReference
            if self.is_last and not walked.records:
                break
            self._keep(walked.at)
        if not done:
            raise NeedsReference  # the plain reader says what is wrong

    def _walk(self, start: int) -> tuple[int, int, int]:
        self.data[self.end] = ord("\n")
        chunk = self.chunk
        rows = rows_of(chunk, schema().layout.width)
        return walk_text(
            self.data,
            start,
            self.end,
            self.is_last,
            self.skip,
            chunk.spans,
            tags(),
            rows,
            self.record_state,
        )

    def _normalize(self, start: int, end: int) -> int:
        if self.bytes.find(b"\r\r\n", start, end) >= 0:  # one line end, where XML has two
            raise NeedsReference
        return super()._normalize(start, end)

    def _check_characters(self, start: int, end: int, records: int) -> bool:
        """Leave text that is not UTF-8, and records with separators of lines, to the plain reader; whether none is new.

        What is noted once a file (another encoding, control codes of Windows-1252) it must read from the beginning.
        """
        if not is_utf8(self.data[start:end]):
            raise NeedsReference
        for first, last, _ in self.chunk.spans[:records].tolist():
            if last - first > MAX_LINES and self._is_beyond_limits(first, last):
                raise NeedsReference  # which raises the error
        is_marked = False
        at = find_control(self.data, start, end)
        while at < end:
            if self.data[at] == C1:
                raise NeedsReference
            record = int(np.searchsorted(self.chunk.spans[:records, 1], at, side="right"))
            if record < records and self.chunk.verdicts[record] == FINE:
                self.chunk.verdicts[record] = FALLBACK
                is_marked = True
            at = find_control(self.data, int(self.chunk.spans[record, 1]) if record < records else end, end)
        return not is_marked

    def _is_beyond_limits(self, start: int, end: int) -> bool:
        return end - start > MAX_RECORD or self.bytes.count(b"\n", start, end) > MAX_LINES

    def _read_plainly(self, record: int) -> Record | None:
        """The record by the plain reader; None if it is one to leave out."""
        start, end, _ = self.chunk.spans[record].tolist()
        text = self.data[start:end].tobytes()
        if ends_in_the_next(text):
            raise NeedsReference
        read = list(iter_records(io.BytesIO(text), self.builder.source, _note_of_file))
        if len(read) != 1 or read[0].is_restored:
            raise NeedsReference
        guard.check(read[0], self.builder.source)
        position = self.position + record
        is_skipped = position < len(self.skip) and self.skip[position]
        return None if is_skipped else reference.read_record(read[0])


def _note_of_file(*_: str) -> None:
    """Leave a text that is not what it should be as a whole to the plain reader, which notes that once."""
    raise NeedsReference
