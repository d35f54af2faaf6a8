"""What identifies a source file: its name as text, and its MD5."""

from __future__ import annotations

import hashlib
import io
import os
import re
from pathlib import Path

from medline.errors import BadInput

AGAIN = "get the file again"


def open_raw(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadInput(file_name(path), f"cannot be opened ({error.strerror})", advice="check the path") from error


def file_name(path: Path) -> str:
    """A file's name as text that tables and messages can hold: bytes that are no UTF-8, and control codes, replaced."""
    return re.sub(r"[\x00-\x1f\x7f]", "\ufffd", os.fsencode(path.name).decode("utf-8", errors="replace"))


def md5(path: Path) -> str:
    """MD5 of a file, as hexadecimal digits.

    Raises:
        BadInput: it cannot be opened.
    """
    with open_raw(path) as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()
