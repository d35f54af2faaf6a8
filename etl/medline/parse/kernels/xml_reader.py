"""XML by the kernels. They read whole records; the plain reader's expat reads what is around the records (declaration,
DOCTYPE, root) and the fallback records, in the order of the file.

A *joint* is where one document of a file may end and the next begin. The kernels get the positions of all joints, and
go on behind one that is between records. A joint of an unusual form leaves the file to the plain reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

import numpy as np

from medline.parse.batch import Batch, BatchBuilder
from medline.parse.kernels.bytes import has_noncharacters
from medline.parse.kernels.cells import EVENTS
from medline.parse.kernels.layout import schema
from medline.parse.kernels.reader import CHUNK, NeedsReference, Reader, is_utf8, read
from medline.parse.kernels.walk import NEEDS_REFERENCE, ROOT_END, walk
from medline.parse.record import Record
from medline.parse.xml import reference
from medline.parse.xml.paths import ROOTS
from medline.parse.xml.prolog import DOCTYPE
from medline.parse.xml.splitter import BARE, Splitter

#: Roots by number; 0: no root around the records.
ROOT_NAMES = [b"", *(root.encode() for root in sorted(ROOTS))]
_ROOT = b"(%s)" % b"|".join(ROOT_NAMES[1:])
_BARE = b"|".join(name.encode() for name in sorted(BARE))

#: What may come before a document's first record for the kernels to read it. The pattern is so narrow that expat would
#: accept all of it, and that it could not change what is in records. Line ends are LF here.
_ASIDES = rb"(?:[ \t\n]++|<!--(?:[^\x00-\x08\x0b-\x1f-]|-[^\x00-\x08\x0b-\x1f-])*+-->)*+"
_PROLOG = (
    rb"(?:[ \t\n]|\xef\xbb\xbf)*+"
    rb"""(?:<\?xml[ \t\n]+version=(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding=(?:"(?:utf|UTF)-8"|'(?:utf|UTF)-8'))?"""
    rb"""(?:[ \t\n]+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>)?"""
) + b"%s(?:%s)?%s" % (_ASIDES, DOCTYPE, _ASIDES)
PROLOG = re.compile(_PROLOG + rb"(?:<%s[ \t\n]*>|(?=<(?:%s)[ \t\n>]))" % (_ROOT, _BARE))
JOINT = re.compile(rb"</%s[ \t\n]*>%s<%s[ \t\n]*>" % (_ROOT, _PROLOG, _ROOT))
_ROOT_STOP, _LONGEST_ROOT = b"Set>", max(map(len, ROOT_NAMES))
NO_JOINTS = np.zeros((0, 4), np.int64)


def iter_batches(stream: BufferedReader, source: str, skip: np.ndarray, chunk: int = CHUNK) -> Iterator[Batch]:
    """See `medline.parse.iter_batches`.

    Args:
        stream: can be read again from its beginning.
        chunk: bytes to walk at a time; grows where a record is larger.
    """
    builder = BatchBuilder(source, "xml")
    reader = XmlReader(stream, builder, skip, chunk)
    return read(reader, lambda done: reference.iter_records(stream, builder, skip, done))


class XmlReader(Reader):
    """Reads chunks of XML; expat reads what is around the records."""

    def __init__(self, stream: BufferedReader, builder: BatchBuilder, skip: np.ndarray, size: int) -> None:
        super().__init__(stream, builder, skip, size, schema().constants)
        self.splitter = Splitter(builder.source)
        self.root = self.next_root = 0  # numbers of the roots around the chunk's first byte and behind its last record
        self.joints = NO_JOINTS

    def chunks(self) -> Iterator[tuple[int, Batch]]:
        """Record elements read and their rows, chunk by chunk; then what is behind the last record goes to expat."""
        is_last = self._top_up()
        start = self._prolog()
        first_root, is_joined = self.root, False
        while True:
            walked = self._read_chunk(start)
            self.root = self.next_root
            if walked.batch:
                yield walked.records, walked.batch
            if walked.outcome == NEEDS_REFERENCE:
                raise NeedsReference
            self._keep(walked.at)
            if is_last and walked.outcome != ROOT_END and not walked.records:
                break
            is_last = self._top_up()
            start = self.front
            is_joined = is_joined or walked.outcome == ROOT_END
            self.joints = self._find_joints() if is_joined else NO_JOINTS
            if walked.outcome == ROOT_END and self.joints[:1, [0, 2]].tolist() != [[start, self.root]]:
                break
        if self.root != first_root:
            self._open_root()
        self._finish()

    def _prolog(self) -> int:
        """Give expat what is before the first record, and return where that begins."""
        prolog = PROLOG.match(self.data[self.front : min(self.end, self.front + (1 << 16))].tobytes())
        if not prolog:
            raise NeedsReference
        start = self.front + prolog.end()
        self._check_characters(self.front, start, 0)
        if prolog[1]:
            self.root = ROOT_NAMES.index(prolog[1])
            self._feed(prolog[0])
        return start

    def _find_joints(self) -> np.ndarray:
        """The possible joints of the chunk, in order, for `walk`."""
        joints, at = [], self.front
        while (at := self.bytes.find(_ROOT_STOP, at, self.end)) >= 0:
            start = self.bytes.rfind(b"</", max(at - _LONGEST_ROOT, self.front), at)
            joint = JOINT.match(self.bytes, start, self.end) if start >= 0 else None
            if joint:
                joints.append((joint.start(), joint.end(), *map(ROOT_NAMES.index, joint.groups())))
            at += len(_ROOT_STOP)
        return np.array(joints, np.int64).reshape(-1, 4)

    def _open_root(self) -> None:
        """Move expat from the first root into the root that is open now."""
        self.splitter = Splitter(self.builder.source)
        self._feed(b"<%s>" % ROOT_NAMES[self.root])

    def _finish(self) -> None:
        """Give expat what is behind the last record; leave the file to the plain reader if it does not end there."""
        rest = self.data[self.front : self.end].tobytes()
        if not self.root:
            if rest.strip(b" \t\n"):
                raise NeedsReference
            return
        while rest:
            if self._feed(rest):
                raise NeedsReference
            rest = self.stream.read(1 << 18)
        if self._feed(b"", last=True) or self.splitter.root_attributes:
            raise NeedsReference

    def _feed(self, data: bytes, last: bool = False) -> list:
        return self.splitter.feed(data, last)

    def _walk(self, start: int) -> tuple[int, int, int]:
        *ended, root = walk(
            self.data, start, self.end, self.skip, self.joints, np.int64(self.root), schema().layout, self.chunk
        )
        self.next_root = int(root)
        return tuple(ended)

    def _check_characters(self, start: int, end: int, records: int) -> bool:
        """Leave what is not UTF-8, U+FFFE and U+FFFF to the plain reader; the kernels check the rest."""
        if not is_utf8(self.data[start:end]) or has_noncharacters(self.data, start, end):
            raise NeedsReference
        return True

    def _read_plainly(self, record: int) -> Record | None:
        start, end, position = self.chunk.spans[record].tolist()
        elements = self._feed(self.data[start:end].tobytes())
        if len(elements) != 1 or self.splitter.depth != bool(self.root):
            raise NeedsReference
        is_skipped = 0 <= position < len(self.skip) and self.skip[position]
        return None if is_skipped else reference.read_record(*elements[0])

    def _unknown(self) -> Iterator[tuple[int, str]]:
        """(record, path) of each occurrence of what the schema does not know."""
        paths: list[str] = []
        for record, parent, start, length, is_attribute in self.chunk.events[: self.chunk.now[EVENTS]].tolist():
            around = paths[parent - 1] if parent > 0 else schema().nodes[-parent].path
            name = self.data[start : start + length].tobytes().decode()
            paths.append(f"{around}/{'@' if is_attribute else ''}{name}")
            yield record, paths[-1]
