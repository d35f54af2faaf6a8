"""Files written in one step and on the disk when they count, free space before a long job, the error of a full disk."""

from __future__ import annotations

import ctypes
import errno
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from medline.errors import DiskFull
from medline.home.unfinished import in_the_making

log = logging.getLogger(__name__)

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

#: What DuckDB says; it has no error of its own for a full disk.
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "File too large")


def require_free_space(room: int, directory: Path, what: str) -> None:
    """Make sure that there is free space before a long job begins.

    Args:
        room: bytes.

    Raises:
        DiskFull: there is not.
    """
    free = shutil.disk_usage(directory).free
    if free < room:
        raise DiskFull(f"{directory}: {what} needs {gigabytes(room)}, and {gigabytes(free)} are free; make room")


@contextmanager
def translate_disk_full(directory: Path) -> Iterator[None]:
    """Turn what operating system, Arrow and DuckDB say of a full disk into a DiskFull error."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise _disk_full(directory) from error
    except duckdb.Error as error:
        if not any(words in str(error) for words in FULL_WORDS):
            raise
        raise _disk_full(directory) from error


@contextmanager
def atomic_write(path: Path, *, is_durable: bool = True) -> Iterator[Path]:
    """Yield a file beside `path` that replaces it in one step when the block ends, and is removed if the block fails.

    A loss of power leaves the old file or the new one, and the new one once the block has ended.

    Args:
        is_durable: False where the caller writes many, and then has all of them on the disk (`flush_all`).
    """
    with in_the_making(path) as unfinished:
        yield unfinished
        if is_durable:
            move(unfinished, path)
        else:
            unfinished.replace(path)


def move(unfinished: Path, path: Path) -> None:
    """Give a file that is complete its name, so that a loss of power leaves it whole or not there."""
    flush(unfinished)
    unfinished.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Have a file, or the names in a directory, on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_empty_folders(directory: Path) -> None:
    """Remove a directory and those in it, where no file is left."""
    for folder, _, _ in os.walk(directory, topdown=False):
        with suppress(OSError):
            Path(folder).rmdir()


def flush_all(directory: Path) -> None:
    """Have all that was written to the file system of a directory on the disk itself.

    For many files at once: one call costs less than two for each of them, see `docs/explain/benchmarks.md`.

    Raises:
        OSError: the disk did not take it.
    """
    handle = os.open(directory, os.O_RDONLY)
    try:
        if _libc().syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(directory))
    finally:
        os.close(handle)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)  # Python has no syncfs


def read_json(path: Path) -> Any:
    """Return what a JSON file says; None where it is not there, or where it is empty, cut or no JSON.

    Such a file is what a loss of power may leave. It is named once, counts as absent, and is made again.
    """
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        _name_damaged(path, path.stat().st_size if path.exists() else 0)
        return None


@cache
def _name_damaged(path: Path, size: int) -> None:
    log.warning("%s is damaged (%d bytes that are no JSON): it counts as absent and is made again", path, size)


def disk_usage(directory: Path) -> int:
    """Return the bytes that the files below a directory take; 0 where there is none."""
    stats = (path.lstat() for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(stat.st_blocks * 512 for stat in stats)


def gigabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e8 else f"{count / 1e6:,.1f} MB"


def _disk_full(directory: Path) -> DiskFull:
    return DiskFull(f"{directory}: the disk is full; make room and run this again, it goes on where it was")
