"""Opening a source file: its format, and its bytes, unpacked."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from medline.errors import BadInput
from medline.mirror.files import AGAIN, file_name, open_raw
from medline.parse.packed import DAMAGE, unpacked

_LEAD = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|\s|\0)+")  # byte order marks, and blanks of any width


_NUMBERED = re.compile(rb"<\d+>")  # how Ovid numbers records; no element begins with a digit


@contextmanager
def open_source(path: Path) -> Iterator[io.BufferedReader]:
    """Open a file, unpacked; its packing is recognized by its content, not by its name.

    Raises:
        BadInput: the file does not exist, is empty or of an unsupported format; or, at any time while it is read, its
            packing is cut or damaged.
    """
    name, layers = file_name(path), list[str]()
    with open_raw(path) as raw:
        try:
            if not raw.peek(1):
                raise BadInput(name, "the file is empty", advice=AGAIN)
            yield unpacked(raw, name, layers)
        except DAMAGE as error:
            problem = f"damaged or cut {' in '.join(reversed(layers))}" if layers else "cannot be read"
            raise BadInput(name, f"{problem} ({error})", where=f"byte {raw.tell()}", advice=AGAIN) from error


def sniff(stream: BinaryIO) -> str:
    """Return the format of a stream by its first words: xml or medline. Reads ahead without consuming."""
    head = stream.peek(4096)[:4096] if hasattr(stream, "peek") else b""
    start = _LEAD.sub(b"", head)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.replace(b"\0", b"")
    return "xml" if start[:1] == b"<" and not _NUMBERED.match(start) else "medline"
