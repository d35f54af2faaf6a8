"""Files in the making, `.NAME.PID.tmp` beside the file that they will replace, and those that killed processes left."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medline.home.locks import is_locked, new_locked

_NAME = re.compile(r"\.(.+)\.([1-9][0-9]{0,9})\.tmp", re.DOTALL)

#: Bytes that a file system takes for a name.
_LONGEST = 255


@contextmanager
def in_the_making(path: Path) -> Iterator[Path]:
    """Yield a new file beside `path`, locked, which the block may move; it is gone when the block ends.

    What killed processes left of the same file is removed first.
    """
    unfinished = path.with_name(_name(path.name, os.getpid()))
    sweep(path.parent, path.name)
    unfinished.unlink(missing_ok=True)
    with new_locked(unfinished):
        try:
            yield unfinished
        finally:
            unfinished.unlink(missing_ok=True)


def sweep(folder: Path, name: str) -> None:
    """Remove from a folder what killed processes left of the file of this name."""
    for left in left_in(folder):
        if left.name == _name(name, _process(left)):
            left.unlink(missing_ok=True)


def left_in(folder: Path) -> Iterator[Path]:
    """Yield the unfinished files of a folder whose process is dead.

    A process in another container has a number that says nothing here, but its lock does.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return
    for path in (folder / name for name in names if _NAME.fullmatch(name)):
        if not _is_alive(_process(path)) and not is_locked(path):
            yield path


def finished_name(unfinished: Path) -> str:
    """Return the name that a file in the making will have."""
    match = _NAME.fullmatch(unfinished.name)
    return match[1] if match else ""


def _name(name: str, process: int) -> str:
    own = f".{name}.{process}.tmp"
    if len(os.fsencode(own)) <= _LONGEST:
        return own
    return f".{hashlib.sha256(os.fsencode(name)).hexdigest()}.{process}.tmp"


def _process(unfinished: Path) -> int:
    match = _NAME.fullmatch(unfinished.name)
    return int(match[2]) if match else 0


def _is_alive(process: int) -> bool:
    with suppress(ProcessLookupError, OverflowError):
        with suppress(PermissionError):
            os.kill(process, 0)
        return True
    return False
