"""What identifies a source file: its name as text, and its MD5."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
from pathlib import Path

from medline.errors import BadInput

AGAIN = "get the file again"


#: What is no file, by its mode: to open or read it may take for ever.
KINDS = {
    stat.S_ISSOCK: "a socket", stat.S_ISCHR: "a device", stat.S_ISBLK: "a device", stat.S_ISFIFO: "a pipe",
    stat.S_ISDIR: "a folder",
}  # fmt: skip


def kind_of(mode: int) -> str:
    """Return what is there by the mode of a path: "a pipe"; '' for a regular file."""
    return next((kind for is_kind, kind in KINDS.items() if is_kind(mode)), "")


def open_raw(path: Path) -> io.BufferedReader:
    """Open a regular file.

    Raises:
        BadInput: it cannot be opened, or is something else, by which this process would be hung up.
    """
    try:
        stream = os.fdopen(
            os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb"
        )  # a pipe without a writer is not waited for
    except OSError as error:
        raise BadInput(file_name(path), f"cannot be opened ({error.strerror})", advice="check the path") from error
    if kind := kind_of(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise BadInput(file_name(path), f"is {kind}, not a file", advice="put a file there")
    return stream


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
