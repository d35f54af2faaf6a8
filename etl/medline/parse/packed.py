"""Packed files, recognized by their first bytes: unpacked as a stream, or named with what to do."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

import pyarrow as pa
from isal import igzip, isal_zlib

from medline.errors import BadInput

#: Bytes that are unpacked at a time: what memory a file can take does not depend on how well it was packed.
PIECE = 1 << 20

#: Bytes that are given to the unpacker of a stream first; twice as many each time.
FIRST = 1 << 10

#: Memory that an xz file may ask for: `xz -9` takes 65 MB to unpack.
MOST_MEMORY = 256 << 20

#: A web server may pack once more what was packed; what is packed more often is a trap.
MOST_LAYERS = 4

#: What the unpackers raise on damaged bytes.
DAMAGE: tuple[type[Exception], ...] = (  # type: ignore[assignment]  # isal's types are wrong
    EOFError, OSError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, isal_zlib.error,
)  # fmt: skip

#: Flags of a zip's member that has a password; what is done to it besides has a flag of its own.
LOCKED = 0x01 | 0x40

UNPACK = "unpack it, and load what is in it"
EXPORT = "get the records from PubMed as XML or in the format PubMed"
READABLE = "only PubMed XML and MEDLINE text are read"


class Unpacker(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Signature(NamedTuple):
    """The bytes by which a kind of file is recognized.

    Attributes:
        what: name of the kind of file.
        advice: what to do with one.
        magic: the bytes.
        offset: of the bytes.
        is_binary: whether no text has these bytes; if false, a NUL must be in the bytes behind them.
    """

    what: str
    advice: str
    magic: bytes
    offset: int = 0
    is_binary: bool = True

    def matches(self, head: bytes) -> bool:
        end = self.offset + len(self.magic)
        return head[self.offset : end] == self.magic and (self.is_binary or 0 in head[end : end + 64])


#: Formats that are not supported.
FOREIGN = (
    Signature("a tar archive", UNPACK, b"ustar", 257, is_binary=False),
    Signature("a 7z archive", UNPACK, b"7z\xbc\xaf\x27\x1c"),
    Signature("a RAR archive", UNPACK, b"Rar!\x1a\x07"),
    Signature("a file packed by compress (.Z)", "unpack it with gunzip", b"\x1f\x9d"),
    Signature("an lz4 file", "unpack it with lz4", b"\x04\x22\x4d\x18"),
    Signature("an lzip file", "unpack it with lzip", b"LZIP\x01"),
    Signature("a PDF document", EXPORT, b"%PDF-"),
    Signature("an old Office document (Word, Excel)", EXPORT, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    Signature("a SQLite database", READABLE, b"SQLite format 3\0"),
    Signature("a DuckDB database", READABLE, b"DUCK", 8, is_binary=False),
    Signature("a Parquet file", READABLE, b"PAR1", is_binary=False),
    Signature("an Arrow file", READABLE, b"ARROW1\0\0"),
)


class _Unpacked(io.RawIOBase):
    """A stream of the pieces that are unpacked; it can be read again from its beginning.

    Args:
        unpack: gives the pieces, from the first on.
    """

    def __init__(self, unpack: Callable[[], Iterator[bytes]]) -> None:
        self.unpack = unpack
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("only back to the beginning")
        self.pieces, self.rest, self.position = filter(None, self.unpack()), memoryview(b""), 0
        return 0

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the whole buffer, unless the stream ends: a format is recognized by its first bytes, read together."""
        done = 0
        while done < len(buffer) and (self.rest or self._next()):
            piece = self.rest[: len(buffer) - done]
            buffer[done : done + len(piece)] = piece
            self.rest = self.rest[len(piece) :]
            done += len(piece)
        self.position += done
        return done

    def _next(self) -> bool:
        self.rest = memoryview(next(self.pieces, b""))
        return bool(self.rest)


def unpacked(stream: io.BufferedReader, source: str, layers: list[str]) -> io.BufferedReader:
    """The content of a file, whatever it is packed in, also where it is packed twice.

    Args:
        stream: of the file as it lies on the disk.
        source: its name, for errors.
        layers: gets the names of what it is packed in, outermost first.

    Raises:
        BadInput: the format is not supported.
    """
    while packing := _packing(stream, source, layers):
        if len(layers) == MOST_LAYERS:
            raise BadInput(source, f"packed more than {MOST_LAYERS} times", advice=UNPACK)
        name, opener = packing
        layers.append(name)
        stream = io.BufferedReader(opener(stream, source), PIECE)
    return stream


def _packing(stream: io.BufferedReader, source: str, layers: list[str]) -> tuple[str, Callable] | None:
    """The name and the opener of what a stream is packed in; None where it is not packed."""
    head = stream.peek(512)
    for signature in FOREIGN:
        if signature.matches(head):
            inside = "".join(f" in {layer}" for layer in reversed(layers))
            raise BadInput(source, f"this is {signature.what}{inside}", advice=signature.advice)
    return next(((name, opener) for magic, name, opener in PACKED if head.startswith(magic)), None)


def _gzip(stream: io.BufferedReader, _: str) -> io.RawIOBase:
    return igzip.GzipFile(fileobj=stream, mode="rb")  # type: ignore[return-value]  # BufferedReader takes it


def _bzip2(stream: io.BufferedReader, _: str) -> io.RawIOBase:
    return _Unpacked(lambda: _streams(stream, bz2.BZ2Decompressor))


def _xz(stream: io.BufferedReader, _: str) -> io.RawIOBase:
    return _Unpacked(lambda: _streams(stream, lambda: lzma.LZMADecompressor(memlimit=MOST_MEMORY)))


def _zstd(stream: io.BufferedReader, _: str) -> io.RawIOBase:
    return _Unpacked(lambda: _zstd_pieces(stream))


def _zip(stream: io.BufferedReader, source: str) -> io.RawIOBase:
    """The one file in a zip.

    Raises:
        BadInput: there is not one file in it, or it is locked or packed in a way that is not read.
    """
    if not isinstance(stream.raw, io.FileIO):
        raise BadInput(source, "a zip archive that is packed once more", advice=UNPACK)
    archive = zipfile.ZipFile(_Measured(stream, source))  # type: ignore[arg-type]  # it reads, seeks and tells
    members = [member for member in archive.infolist() if _is_content(member)]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise BadInput(source, "this is an Office document (Word, Excel)", advice=EXPORT)
    if len(members) != 1:
        names = ", ".join(member.filename for member in members[:3]) + (", …" if len(members) > 3 else "")
        problem = f"a zip archive of {len(members)} files ({names})" if members else "a zip archive without files"
        raise BadInput(source, problem, advice="unpack it, and load the folder" if members else "get the file again")
    [member] = members
    if member.flag_bits & LOCKED:
        raise BadInput(source, "a zip archive with a password", advice=UNPACK)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        raise BadInput(source, f"a zip archive packed by method {member.compress_type}", advice=UNPACK)
    return archive.open(member)  # type: ignore[return-value]  # BufferedReader takes it


class _Measured:
    """The file of a zip archive, whose list of members may not be larger than a piece: it is read, and kept, whole."""

    def __init__(self, stream: io.BufferedReader, source: str) -> None:
        self.stream, self.source = stream, source
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > PIECE:
            problem = f"a zip archive with a list of members of {size >> 20} MB"
            raise BadInput(self.source, problem, advice="unpack it, and load the folder")
        return self.stream.read(size)


def _is_content(member: zipfile.ZipInfo) -> bool:
    """Whether a member is more than a folder or what macOS adds."""
    path = member.filename.split("/")
    return not member.is_dir() and "__MACOSX" not in path and not path[-1].startswith(".")


def _streams(stream: BinaryIO, new: Callable[[], Unpacker]) -> Iterator[bytes]:
    """What is packed in one stream or in several, one after the other, with NUL bytes between them or not."""
    stream.seek(0)
    feed, unpacker, size = _Feed(stream), new(), FIRST
    while True:
        data = b""
        if unpacker.eof:
            feed.give_back(len(unpacker.unused_data))
            if not feed.skip_nuls():
                return
            unpacker, size = new(), FIRST
        elif unpacker.needs_input:
            if not (data := feed.take(size)):
                raise EOFError("it ends too early")
            size = min(2 * size, PIECE)
        yield unpacker.decompress(data, PIECE)


class _Feed:
    """The bytes of a file for one unpacker after the other: each gets little at first, since what it leaves is copied,
    and a megabyte may be thousands of streams."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.data, self.position = stream, b"", 0

    def take(self, size: int) -> bytes:
        """Return the next bytes, `size` at most; none at the end."""
        if self.position == len(self.data):
            self.data, self.position = self.stream.read(PIECE), 0
        taken = self.data[self.position : self.position + size]
        self.position += len(taken)
        return taken

    def give_back(self, size: int) -> None:
        """Have the last bytes that were taken come again."""
        self.position -= size

    def skip_nuls(self) -> bool:
        """Pass NUL bytes; return whether something else follows."""
        while first := self.take(FIRST):
            if rest := first.lstrip(b"\0"):
                self.give_back(len(rest))
                return True
        return False


def _zstd_pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    inflated = pa.CompressedInputStream(pa.PythonFile(_Lent(stream), "r"), "zstd")
    while piece := inflated.read(PIECE):
        yield piece


class _Lent:
    """A stream that stays open for the next one when Arrow, which has read it, closes it."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self.read = stream.read

    def close(self) -> None:
        pass


#: Zstandard has frames without data, with information on the others; parallel packers begin with one.
_SKIPPABLE = [bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60)]

PACKED: list[tuple[bytes, str, Callable[[io.BufferedReader, str], io.RawIOBase]]] = [
    (b"\x1f\x8b", "gzip", _gzip),
    (b"BZh", "bzip2", _bzip2),
    (b"\xfd7zXZ\0", "xz", _xz),
    (b"\x5d\0\0", "lzma", _xz),
    *((magic, "zstd", _zstd) for magic in (b"\x28\xb5\x2f\xfd", *_SKIPPABLE)),
    *((magic, "zip", _zip) for magic in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")),
]
