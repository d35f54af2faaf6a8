"""Opening a source file: what it is, and its bytes, whatever it is packed in."""

from __future__ import annotations

import hashlib
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from isal import igzip, isal_zlib

from etl.errors import BadInput

GZIP_MAGIC = b"\x1f\x8b"
AGAIN = "get the file again"


@contextmanager
def open_source(path: Path) -> Iterator[io.BufferedReader]:
    """The file's bytes, inflated if it is gzipped (told by its content, not by its name).

    Raises:
        BadInput: no such file, an empty one, or, at any time while it is read, a gzip stream that is cut or damaged.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BadInput(file_name(path), f"cannot be opened ({error.strerror})", advice="check the path") from None
    with raw:
        head = raw.read(2)
        raw.seek(0)
        if not head:
            raise BadInput(file_name(path), "the file is empty", advice=AGAIN)
        try:
            if head == GZIP_MAGIC:
                with igzip.GzipFile(fileobj=raw, mode="rb") as inflated:
                    yield io.BufferedReader(inflated, 1 << 20)
            else:
                yield raw
        except (EOFError, zlib.error, isal_zlib.error, OSError) as error:  # type: ignore[misc]  # isal's types are wrong
            raise BadInput(
                file_name(path), f"damaged or cut gzip ({error})", where=f"byte {raw.tell()}", advice=AGAIN
            ) from None


def file_name(path: Path) -> str:
    """A file's name as text that tables and messages can hold: bytes that are no UTF-8, and control codes, replaced."""
    return re.sub(r"[\x00-\x1f\x7f]", "\ufffd", os.fsencode(path.name).decode("utf-8", errors="replace"))


def sniff(stream: BinaryIO) -> str:
    """The format of a stream by its first words: xml or medline. Reads ahead without consuming."""
    head = stream.peek(4096)[:4096] if hasattr(stream, "peek") else b""
    start = re.sub(rb"\A(?:\xef\xbb\xbf|\s)+", b"", head)
    return "xml" if start[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff") else "medline"


def md5(path: Path) -> str:
    """MD5 of a file, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()
