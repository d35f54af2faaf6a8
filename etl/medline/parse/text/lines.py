"""MEDLINE text, as bytes, to lines: one encoding, one kind of line end, no control codes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO

from medline.errors import BadInput
from medline.parse import other_formats
from medline.parse.constants import MAX_RECORD

#: (path, value, reason) of a repair of a file as a whole.
FileNote = Callable[[str, str, str], None]

_BLOCK = 1 << 20  # bytes read at a time
_HEAD = 1 << 13  # bytes by which a format is known
_SHOWN = 200  # characters of a line that a note shows

#: Characters used for a blank in the columns of a tag, and for the dash after it.
BLANKS = " \t\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
DASHES = "\\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d"

_CUT = re.compile(
    rb"[ \t](?=(?:PMC - \S{1,30} )?PMID- ?\d{1,19}[ \t](?:(?:OWN - [A-Z]{1,9}[ \t])?STAT- [A-Z]|IS - \d{4}-))"
)
_CUT_SIZE = 100  # bytes that it looks at, at most
_CRS = 8  # before the LF of one line end
_LINE_END = re.compile(rb"\r{1,%d}\n|\r" % _CRS)
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_C1 = re.compile("[\x80-\x9f]")
_ZEROS = re.compile(rb"(?:[\t\n\r -~]\0){8}|(?:\0[\t\n\r -~]){8}")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

# A page break always ends a line; a line or paragraph separator, which may be in a value, and NEL, which may be an
# ellipsis of Windows, only where a tag or a wrapped line follows.
_TAG = rf"[A-Z]{{2,4}}[{BLANKS}]{{0,3}}[{DASHES}]|      "
# Of a longer run the last few do: else each of a million would be followed to its end.
_BREAK = re.compile(
    rf"[\x0b\x0c\x1a]|[\u2028\u2029](?=[\u2028\u2029]{{0,9}}(?:{_TAG}|\Z))|\x85(?=\x85{{0,9}}(?:{_TAG}))"
)
#: Nothing but blanks.
EMPTY = re.compile(rf"[{BLANKS}]*+\Z")

_SEPARATED = re.compile(rf"PMID-[{BLANKS}]*\d+([\x85\u2028\u2029])")  # a text whose lines end so

_CP1252 = "not UTF-8: read as Windows-1252"
_UNDEFINED = "not UTF-8: bytes that Windows-1252 leaves undefined read as U+FFFD"
_CONTROLS = "control codes U+0080 to U+009F: read as Windows-1252"
TO_CP1252 = {code: bytes([code]).decode("cp1252", errors="replace") for code in range(0x80, 0xA0)}


class Lines:
    """The numbered lines of a text, without their ends; of empty ones in a row the first.

    UTF-16 is read with a BOM, and without one if it begins with ASCII. A line that is not UTF-8 is Windows-1252. A line
    longer than a block is cut where records begin, each piece with the same number; so is one that holds page breaks.

    Args:
        stream: decompressed bytes.
        source: name of the file for messages.

    Attributes:
        head: beginning of the text.
        is_whole: whether the last line had an end.
    """

    def __init__(self, stream: BinaryIO, source: str) -> None:
        self.stream, self.source = stream, source
        self.head, self.is_whole = "", True
        self._notes: dict[str, tuple[int, str, int]] = {}  # reason: first line, what it holds, how many lines

    def __iter__(self) -> Iterator[tuple[int, str]]:
        number, rest, is_empty = 1, bytearray(), False
        for block in self._blocks():
            body, end, after = block.rpartition(b"\n")
            if not end:
                rest += block
                yield from self._cut(rest, len(block), number)
                continue
            for line in self._decoded(bytes(rest) + body, number):
                was_empty, is_empty = is_empty, EMPTY.match(line) is not None
                if not (is_empty and was_empty):  # millions of empty lines take no more memory than one
                    yield from self._pieces(number, line)
                number += 1
            rest = bytearray(after)
        self.is_whole = not rest.strip(b"\x1a")
        if rest:
            yield from self._pieces(number, self._decoded(bytes(rest), number)[0])

    def _cut(self, rest: bytearray, new: int, number: int) -> Iterator[tuple[int, str]]:
        """Take the pieces of a line without an end, whose last `new` bytes are new, out of it once it is long.

        Raises:
            BadInput: what is left is longer than a record may be.
        """
        if len(rest) <= _BLOCK:
            return
        start = 0
        searched = 0 if len(rest) - new <= _BLOCK else len(rest) - new - _CUT_SIZE
        for found in _CUT.finditer(rest, searched):
            yield from self._pieces(number, self._decoded(bytes(rest[start : found.start()]), number)[0])
            start = found.end()
        del rest[:start]
        if len(rest) > MAX_RECORD:
            problem, advice = other_formats.find(self.head) or ("", other_formats.ADVICE)
            problem = problem or f"a line of more than {MAX_RECORD >> 20} MB"
            raise BadInput(self.source, problem, where=f"line {number}", advice=advice)

    def emit(self, note: FileNote) -> None:
        """Emit the repairs of the text, one note for each kind."""
        for reason, (number, value, count) in self._notes.items():
            note(f"line {number}", value, reason + (f" (and {count - 1:,} more lines)" if count > 1 else ""))

    def _blocks(self) -> Iterator[bytes]:
        """Blocks of UTF-8 or Windows-1252 whose lines end in LF."""
        block = self.stream.read(_BLOCK)
        wide = _WIDE.get(block[:2])
        if not wide and (zeros := _ZEROS.match(block)):
            wide = "utf-16-be" if zeros[0][:1] == b"\0" else "utf-16-le"
        self.head = block[:_HEAD].decode(wide or "utf-8", errors="replace").removeprefix("\ufeff")
        if not wide and b"\0" in block[:_HEAD]:
            raise self._binary(block)
        decoder = codecs.getincrementaldecoder(wide)() if wide else None
        block, pending = block.removeprefix(codecs.BOM_UTF8), b""
        while block:
            whole = pending + (self._narrow(decoder, block) if decoder else block)
            pending = whole[-_CRS:][len(whole[-_CRS:].rstrip(b"\r")) :]  # LF may follow
            whole = whole.removesuffix(pending)
            yield _LINE_END.sub(b"\n", whole) if b"\r" in whole else whole
            block = self.stream.read(_BLOCK)
        yield pending.replace(b"\r", b"\n") + (self._narrow(decoder, b"", last=True) if decoder else b"")

    def _narrow(self, decoder: codecs.IncrementalDecoder, block: bytes, last: bool = False) -> bytes:
        try:
            return decoder.decode(block, last).encode()
        except UnicodeError as error:
            raise BadInput(
                self.source, f"damaged UTF-16 ({error})", where="line 1", advice="save it as UTF-8 text"
            ) from error

    def _binary(self, block: bytes) -> BadInput:
        known = other_formats.find(block[:_HEAD].decode("latin-1"))
        problem, advice = known or ("binary data", "decompress it, or save it as UTF-8 text")
        return BadInput(self.source, problem, where="line 1", advice=advice)

    def _decoded(self, body: bytes, number: int) -> list[str]:
        """The lines of a body, without tabs."""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = "\n".join(self._decode(line, number + offset) for offset, line in enumerate(body.split(b"\n")))
        return text.replace("\t", " ").split("\n")

    def _decode(self, line: bytes, number: int) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            if _has_utf8(line, error.start):
                text = line.decode(errors="medline.cp1252")
            else:
                text = line.decode("cp1252", errors="replace")
            self._note(_CP1252, number, text)
            if "\ufffd" in text:
                self._note(_UNDEFINED, number, text)
            return text

    def _note(self, reason: str, number: int, value: str) -> None:
        first, shown, count = self._notes.get(reason, (number, value.strip()[:_SHOWN], 0))
        self._notes[reason] = first, shown, count + 1

    def _pieces(self, number: int, line: str) -> Iterator[tuple[int, str]]:
        """A line in pieces where it holds what ends a line, each without a BOM before it (files were joined)."""
        if not _UNUSUAL.search(line):
            yield number, line.removeprefix("\ufeff")
            return
        if "\0" in line:
            where = f"line {number}, column {line.index(chr(0)) + 1}"
            raise BadInput(self.source, "a zero byte in the text", where=where, advice="get the file again")
        if sign := _SEPARATED.search(line):
            line = line.replace(sign[1], "\v")
        for piece in _split(line):
            text = piece.translate(TO_CP1252) if _C1.search(piece) else piece
            if text != piece:
                self._note(_CONTROLS, number, text)
            yield number, text.removeprefix("\ufeff")


def _has_utf8(line: bytes, first_error: int) -> bool:
    """Whether more of a line's bytes beyond ASCII are UTF-8 than are not: it was joined from two encodings."""
    kept = len(re.sub(rb"[\0-\x7f]", b"", line.decode(errors="ignore").encode()))
    high = sum(byte > 0x7F for byte in line)
    return kept * 2 > high and (first_error > 0 or kept > 0)


def _read_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are not UTF-8 as Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("medline.cp1252", _read_cp1252)


def _split(line: str) -> Iterator[str]:
    """The texts between the breaks of a line: of empty ones in a row the first, and none at either end."""
    start, is_begun, has_gap = 0, False, False
    for stop, end in chain((found.span() for found in _BREAK.finditer(line)), [(len(line), len(line))]):
        if stop > start:
            if has_gap:
                yield ""
            yield line[start:stop]
            is_begun, has_gap = True, False
        else:
            has_gap = is_begun
        start = end
    if not is_begun:
        yield ""
