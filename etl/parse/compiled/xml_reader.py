"""XML by the kernels. They see whole records; what stands around these (declaration, DOCTYPE, root) and odd records go
to the plain reader's expat, in the order of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from etl.parse import reference
from etl.parse.batch import Batch, BatchBuilder
from etl.parse.compiled.bytes import has_noncharacters
from etl.parse.compiled.cells import EVENTS
from etl.parse.compiled.layout import schema
from etl.parse.compiled.reader import CHUNK, Reader, Unsure, is_utf8, read
from etl.parse.compiled.walk import ROOT_END, UNSURE, walk
from etl.parse.plan import ROOTS
from etl.parse.record import Record
from etl.parse.splitter import Splitter

#: What may stand before the first record for the kernels to take over: nothing that could change what is in records.
PROLOG = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml\s[^<>]*\?>)?(?:\s|<!--(?:[^-]|-[^-])*-->|<!DOCTYPE\s[^\[\]<>]*>)*<(?:%s)\s*>"""
    % b"|".join(root.encode() for root in sorted(ROOTS))
)
OTHER_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


def iter_batches(stream: BufferedReader, source: str, skip: frozenset[int], chunk: int = CHUNK) -> Iterator[Batch]:
    """See `etl.parse.iter_batches`.

    Args:
        stream: can be read again from its beginning.
        chunk: bytes to walk at a time; grows where a record is larger.
    """
    builder = BatchBuilder(source, "xml")
    reader = XmlReader(stream, builder, skip, chunk)
    return read(reader, lambda done: reference.iter_records(stream, builder, skip, done))


class XmlReader(Reader):
    """Reads chunks of XML; expat reads what stands around the records."""

    def __init__(self, stream: BufferedReader, builder: BatchBuilder, skip: frozenset[int], chunk: int) -> None:
        super().__init__(stream, builder, skip, chunk, schema().constants)
        self.splitter = Splitter(builder.source)

    def chunks(self) -> Iterator[tuple[int, Batch]]:
        """Record elements read and their rows, chunk by chunk; then what is behind the last record goes to expat."""
        is_last = self._top_up()
        start = self._prolog()
        while True:
            chunk = self._read_chunk(start)
            if chunk.batch:
                yield chunk.records, chunk.batch
            if chunk.outcome == UNSURE:
                raise Unsure
            if chunk.outcome == ROOT_END or (is_last and not chunk.records):
                break
            self._keep(chunk.at)
            is_last = self._top_up()
            start = self.front
        self._feed(self.data[chunk.at : self.end].tobytes())
        while rest := self.stream.read(1 << 18):
            self._feed(rest)
        self._feed(b"", last=True)

    def _prolog(self) -> int:
        """Give expat what is before the first record, and return where that begins."""
        head = self.data[self.front : min(self.end, self.front + (1 << 16))].tobytes()
        found = PROLOG.match(head)
        if not found or OTHER_ENCODING.match(head):
            raise Unsure
        self._feed(found[0])
        return self.front + found.end()

    def _feed(self, data: bytes, last: bool = False) -> list:
        return self.splitter.feed(data, last)

    def _walk(self, start: int) -> tuple[int, int, int]:
        return walk(self.data, start, self.end, self.skip, schema().layout, self.store)

    def _check_characters(self, start: int, end: int, records: int) -> bool:
        """Refuse what is not UTF-8, and U+FFFE and U+FFFF, which XML has not. The kernels see to the rest."""
        if not is_utf8(self.data[start:end]) or has_noncharacters(self.data, start, end):
            raise Unsure
        return True

    def _read_plainly(self, record: int) -> Record | None:
        start, end, place = self.store.spans[record].tolist()
        elements = self._feed(self.data[start:end].tobytes())
        if len(elements) != 1 or self.splitter.depth != 1:
            raise Unsure
        is_skipped = 0 <= place < len(self.skip) and self.skip[place]
        return None if is_skipped else reference.read_record(*elements[0])

    def _unknown(self) -> Iterator[tuple[int, str]]:
        """(record, path) of each occurrence of what the schema does not know."""
        paths: list[str] = []
        for record, parent, start, length, is_attribute in self.store.events[: self.store.now[EVENTS]].tolist():
            around = paths[parent - 1] if parent > 0 else schema().nodes[-parent].path
            name = self.data[start : start + length].tobytes().decode()
            paths.append(f"{around}/{'@' if is_attribute else ''}{name}")
            yield record, paths[-1]
