"""Text whose encoding was mistaken: UTF-8 that a declaration calls another, and UTF-8 that was encoded twice."""

from __future__ import annotations

import codecs
import io
import re
from typing import NamedTuple

#: Characters that Windows-1252 has in place of the controls 0x80 to 0x9F, with the numbers of their bytes.
_BYTES = {
    ord(character): code for code in range(0x80, 0xA0) for character in bytes([code]).decode("cp1252", errors="ignore")
}
_WINDOWS = re.compile(f"[{''.join(map(chr, _BYTES))}]")
_NON_ASCII = re.compile(r"[^\0-\x7f]")
_LINE_END = re.compile("\r\n|\r|\n")
_BOM = "\ufeff"
_PIECE = 1 << 16  # bytes that are checked together: the first decisive character of an ordinary file ends the check


def is_not_utf8(declared: str) -> bool:
    """Whether a declaration names an encoding that is known, but neither UTF-8 nor ASCII."""
    try:
        return codecs.lookup(declared).name not in ("utf-8", "ascii")
    except LookupError:
        return False


class Utf8Check:
    """Whether bytes that are declared as another encoding are UTF-8, and not merely ASCII.

    Args:
        line: number of the first line.

    Attributes:
        first: the first character that is not ASCII, "" without one.
        line: its line.
    """

    def __init__(self, line: int) -> None:
        self.line, self.first = line, ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_valid = True

    def feed(self, data: bytes) -> None:
        """Take the next bytes; they do not end between CR and LF."""
        if not self._is_valid:
            return
        try:
            text = self._decoder.decode(data)
        except UnicodeDecodeError:
            self._is_valid = False
            return
        if not self.first:
            found = _NON_ASCII.search(text)
            self.line += len(_LINE_END.findall(text, 0, found.start() if found else len(text)))
            self.first = found[0] if found else ""

    def is_utf8(self) -> bool:
        """Whether all of it is whole UTF-8 with a character beyond ASCII."""
        return self._is_valid and bool(self.first) and not self._decoder.getstate()[0]


class Twice(NamedTuple):
    """The first character of a file that was encoded twice.

    Attributes:
        line: its line.
        sent: what the file has.
        meant: what that may be.
    """

    line: int
    sent: str
    meant: str


class _TwiceCheck:
    """Whether all characters of a file beyond ASCII are UTF-8 that was read as Windows-1252 or Latin-1.

    The first other character decides that they are not: of an ordinary dump one block is checked.
    """

    def __init__(self) -> None:
        self.is_over = False
        self.first: Twice | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._pending = ""  # the beginning of a character
        self._line, self._is_cr = 1, False  # of the next text, and whether CR is before it

    def feed(self, data: bytes, is_last: bool = False) -> None:
        """Take the next bytes of the file, cut anywhere."""
        if self.is_over:
            return
        if not self._pending and not is_last and data.isascii() and not self._decoder.getstate()[0]:
            self._count(data)
            return
        try:
            self._check(self._pending + self._decoder.decode(data, is_last).replace(_BOM, ""), is_last)
        except UnicodeError:
            self.is_over, self.first = True, None

    def _check(self, text: str, is_last: bool) -> None:
        codes = _WINDOWS.sub(_byte, text).encode("latin-1")
        meant, size = codecs.utf_8_decode(codes, "strict", is_last)
        self._pending, text = text[size:], text[:size]
        if self.first:
            return
        if found := _NON_ASCII.search(meant):
            at = found.start()
            self._count(codes[:at])
            self.first = Twice(self._line, text[at : at + len(found[0].encode())], found[0])
        else:
            self._count(codes[:size])

    def _count(self, data: bytes) -> None:
        """Count the line ends of some ASCII."""
        if self.first or not data:
            return
        ends = data.count(b"\n")
        if b"\r" in data:
            ends += data.count(b"\r") - data.count(b"\r\n")
        self._line += ends - (self._is_cr and data.startswith(b"\n"))
        self._is_cr = data.endswith(b"\r")


def _byte(found: re.Match[str]) -> str:
    return chr(_BYTES[ord(found[0])])


class Watched(io.RawIOBase):
    """A stream that checks what is read of it the first time; it can be read again from its beginning."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self.stream = stream
        self.at = self.seen = 0
        self._check = _TwiceCheck()

    def twice(self) -> Twice | None:
        """The first character that was encoded twice, of a file that was read to its end and has no other."""
        self._check.feed(b"", is_last=True)
        return self._check.first

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("only back to the beginning")
        self.at = self.stream.seek(0)
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self.stream.readinto(buffer)
        while self.at <= self.seen < self.at + count and not self._check.is_over:
            start = self.seen - self.at
            piece = bytes(buffer[start : min(start + _PIECE, count)])
            self._check.feed(piece)
            self.seen += len(piece)
        self.at += count
        return count
