"""What is lost of a file, how its lines end, how it is encoded, and what it is packed in."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
from random import Random

import pyarrow as pa

from file_fuzz.registry import damage

BOTH = ("text", "xml")


# Loss


@damage("loss", *BOTH)
def cut_at_byte(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))]


@damage("loss", *BOTH)
def cut_at_line(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: rng.randint(1, len(lines))])


@damage("loss", *BOTH)
def head_bytes_lost(data: bytes, rng: Random) -> bytes:
    return data[rng.randint(1, len(data) - 1) :]


@damage("loss", *BOTH)
def head_lines_lost(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[rng.randint(1, max(1, len(lines) - 1)) :])


@damage("loss", *BOTH)
def middle_lines_lost(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    return b"".join(lines[:start] + lines[start + rng.choice((1, 2, 5, 30)) :])


@damage("loss", *BOTH)
def middle_bytes_lost(data: bytes, rng: Random) -> bytes:
    """Some bytes are lost, but no part of a PMID: what is left of one looks like another."""
    start = rng.randrange(len(data))
    end = min(start + rng.choice((1, 10, 300, 4096)), len(data))
    for match in re.finditer(rb"PMID\W.*", data):
        if match.start() < start < match.end() or match.start() < end < match.end():
            start, end = min(start, match.start()), max(end, match.end())
    return data[:start] + data[end:]


@damage("loss", *BOTH)
def lines_repeated(data: bytes, rng: Random) -> bytes:
    """Some lines come twice, as after a download that went on at the wrong place."""
    lines = data.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    end = min(start + rng.choice((1, 2, 5, 30)), len(lines))
    return b"".join(lines[:end] + lines[start:])


# Line ends


@damage("ends", *BOTH)
def cr(data: bytes, rng: Random) -> bytes:
    return data.replace(b"\n", b"\r")


@damage("ends", *BOTH)
def crlf(data: bytes, rng: Random) -> bytes:
    return data.replace(b"\n", b"\r\n")


@damage("ends", *BOTH)
def cr_cr_lf(data: bytes, rng: Random) -> bytes:
    """Line ends that were made CR LF twice."""
    return data.replace(b"\n", b"\r\r\n")


@damage("ends", *BOTH)
def mixed_line_ends(data: bytes, rng: Random) -> bytes:
    return re.sub(rb"\n", lambda _: rng.choice((b"\n", b"\r\n", b"\r")), data)


@damage("ends", *BOTH)
def no_final_newline(data: bytes, rng: Random) -> bytes:
    return data.rstrip(b"\n")


@damage("ends", *BOTH)
def trailing_nul(data: bytes, rng: Random) -> bytes:
    """NULs to the end of a block."""
    return data + b"\0" * rng.choice((1, 512 - len(data) % 512))


@damage("ends", *BOTH)
def trailing_ctrl_z(data: bytes, rng: Random) -> bytes:
    return data + b"\x1a"


# Encodings


@damage("encode", *BOTH)
def utf8_bom(data: bytes, rng: Random) -> bytes:
    return b"\xef\xbb\xbf" + data


@damage("encode", "text")
def text_utf16(data: bytes, rng: Random) -> bytes:
    return ("\ufeff" + data.decode(errors="ignore")).encode(rng.choice(("utf-16-le", "utf-16-be")))


@damage("encode", "text", charset="cp1252")
def text_cp1252(data: bytes, rng: Random) -> bytes:
    return _recoded(data, "cp1252")


@damage("encode", "text", charset="latin-1")
def text_latin1(data: bytes, rng: Random) -> bytes:
    return _recoded(data, "latin-1")


@damage("encode", "text", charset="cp1252")
def text_mixed_encodings(data: bytes, rng: Random) -> bytes:
    """Files of two encodings were joined."""
    parts = re.split(rb"(?m)^(?=PMID- )", data)
    return b"".join(rng.choice((part, _recoded(part, "cp1252"))) for part in parts)


@damage("encode", *BOTH)
def encoded_twice(data: bytes, rng: Random) -> bytes:
    """UTF-8 that was read as Latin-1 and written as UTF-8."""
    return data.decode("latin-1").encode()


@damage("encode", *BOTH)
def damaged_bytes(data: bytes, rng: Random) -> bytes:
    """Bytes that are no UTF-8, in values: one that cannot be in a text, or the second of a character is lost."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3))):
        index = rng.randrange(len(changed))
        if rng.random() < 0.5 and (match := re.compile(rb"[\xc3-\xdf]([\x80-\xbf])").search(changed, index)):
            del changed[match.start(1)]
        elif chr(changed[index]).isalpha():
            changed[index] = rng.choice((0xFF, 0xFE, 0xC0, 0x92, 0xE9))
    return bytes(changed)


@damage("encode", "xml", plain=True)
def xml_utf16(data: bytes, rng: Random) -> bytes:
    text = _declared(data, rng.choice(("UTF-16", "utf-16", None))).decode()
    return ("\ufeff" + text).encode(rng.choice(("utf-16-le", "utf-16-be")))


@damage("encode", "xml", charset="latin-1", plain=True)
def xml_latin1(data: bytes, rng: Random) -> bytes:
    return _recoded(_declared(data, rng.choice(("ISO-8859-1", "iso-8859-1"))), "latin-1")


@damage("encode", "xml", charset="cp1252", plain=True)
def xml_cp1252(data: bytes, rng: Random) -> bytes:
    return _recoded(_declared(data, "windows-1252"), "cp1252")


@damage("encode", "xml", plain=True)
def declared_latin1_but_utf8(data: bytes, rng: Random) -> bytes:
    return _declared(data, "ISO-8859-1")


@damage("encode", "xml", charset="latin-1", plain=True)
def declared_utf8_but_latin1(data: bytes, rng: Random) -> bytes:
    return _recoded(data, "latin-1")


@damage("encode", "xml", plain=True)
def declared_utf16_but_utf8(data: bytes, rng: Random) -> bytes:
    return _declared(data, "UTF-16")


def _recoded(data: bytes, encoding: str) -> bytes:
    return data.decode(errors="ignore").encode(encoding, "replace")


def _declared(data: bytes, encoding: str | None) -> bytes:
    """The document with another encoding in its declaration, or with none."""
    new = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else '<?xml version="1.0"?>'
    return re.sub(rb"<\?xml [^>]*\?>", new.encode(), data, count=1)


# Packing


@damage("pack", *BOTH)
def gz(data: bytes, rng: Random) -> bytes:
    return gzip.compress(data, 1, mtime=0)


@damage("pack", *BOTH)
def gz_members(data: bytes, rng: Random) -> bytes:
    """Members that were joined, cut anywhere; an empty one among them."""
    cuts = sorted(rng.randint(0, len(data)) for _ in range(rng.choice((1, 2, 4))))
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    return b"".join(gzip.compress(part, 1, mtime=0) for part in parts)


@damage("pack", *BOTH)
def gz_twice(data: bytes, rng: Random) -> bytes:
    return gz(gz(data, rng), rng)


@damage("pack", *BOTH)
def gz_with_something_behind(data: bytes, rng: Random) -> bytes:
    """What no gzip member is stands behind the last: zeros, as on a tape, or text."""
    return gz(data, rng) + rng.choice((b"\0" * 512, b"PMID- 1\n"))


@damage("pack", *BOTH)
def gz_cut(data: bytes, rng: Random) -> bytes:
    packed = gz(data, rng)
    return packed[: rng.randint(2, len(packed) - 1)]


@damage("pack", *BOTH)
def gz_damaged(data: bytes, rng: Random) -> bytes:
    packed = bytearray(gz(data, rng))
    packed[rng.randrange(18, len(packed))] ^= 1 << rng.randrange(8)
    return bytes(packed)


@damage("pack", *BOTH)
def bzip2(data: bytes, rng: Random) -> bytes:
    return bz2.compress(data)


@damage("pack", *BOTH)
def xz(data: bytes, rng: Random) -> bytes:
    return lzma.compress(data)


@damage("pack", *BOTH)
def zstd(data: bytes, rng: Random) -> bytes:
    return pa.Codec("zstd").compress(data, asbytes=True)


@damage("pack", *BOTH)
def zipped(data: bytes, rng: Random) -> bytes:
    return _zip({"otters.txt": data})


@damage("pack", *BOTH)
def zipped_with_another(data: bytes, rng: Random) -> bytes:
    """A zip of two files: which one is meant?"""
    return _zip({"otters.txt": data, "readme.txt": b"Two otters.\n"})


def _zip(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return sink.getvalue()
