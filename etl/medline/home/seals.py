"""What a published file was when it was published, so that a change of it is seen.

Published files are read-only (0444), which stops a session of DuckDB that would write; but not one of root, nor of
whoever changes the mode. So each is sealed: a file that differs from its seal is nobody's word.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: DuckDB's main header and its two database headers, of which a checkpoint writes one: 4 KiB each.
HEADERS = 3 * 4096

READ_ONLY = 0o444


@dataclass(frozen=True)
class Seal:
    """What tells a file from a changed one without reading it.

    Attributes:
        bytes: its size.
        modified: when it was written last, ns since 1970.
        head: digest of its first HEADERS bytes.
    """

    bytes: int
    modified: int
    head: str


def seal(path: Path) -> Seal:
    """Make a file read-only, and return its seal."""
    path.chmod(READ_ONLY)
    stat = path.stat()
    return Seal(stat.st_size, stat.st_mtime_ns, _head(path, stat.st_ino, stat.st_size, stat.st_mtime_ns))


def change(path: Path, sealed: Seal) -> str:
    """Return how a file differs from its seal; '' where it does not."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return "is missing"
    if stat.st_size != sealed.bytes:
        return f"has {stat.st_size:,} bytes, not {sealed.bytes:,}"
    if stat.st_mtime_ns != sealed.modified:
        return "was written to"
    if _head(path, stat.st_ino, stat.st_size, stat.st_mtime_ns) != sealed.head:
        return "has another header"
    return ""


def restore(path: Path, sealed: Seal) -> None:
    """Give a file that was downloaded the time and the mode that it had where it was made."""
    os.utime(path, ns=(sealed.modified, sealed.modified))
    path.chmod(READ_ONLY)


@lru_cache(maxsize=1024)
def _head(path: Path, _inode: int, _size: int, _modified: int) -> str:
    """Return the digest of a file's first bytes, once for each state of it.

    Not again: closing a file gives up all locks that this process has on it (POSIX), also those by which a connection
    of DuckDB keeps the file from being written.
    """
    with path.open("rb", buffering=0) as file:
        return hashlib.blake2b(file.read(HEADERS), digest_size=16).hexdigest()
