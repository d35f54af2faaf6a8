"""A home that was not there before: it goes again where nothing came of the step that made it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medline.errors import Locked
from medline.home.layout import FAILURE, JOURNALS, files_of
from medline.home.local import LocalHome
from medline.home.locks import CONNECTIONS, LOCK, home_lock

#: What says that a step was here, and nothing that it was for.
TRACES = (*JOURNALS, FAILURE)


@contextmanager
def removed_if_empty(home: LocalHome) -> Iterator[None]:
    """Remove a home after the block, if it came into being in it and has nothing but traces: locks, journals, failures.

    A mirror or file that was mistyped leaves no directory behind that would be taken for a home. `is_kept` keeps one.
    """
    missing = [path for path in (home.path, *home.path.absolute().parents) if not path.exists()]
    try:
        yield
    finally:
        if missing and not home.is_kept and home.path.is_dir():
            with suppress(OSError, Locked):
                _remove(home.path, missing[1:])


def _remove(path: Path, parents: list[Path]) -> None:
    with home_lock(path):
        files = (one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
        names = (one.relative_to(path) for one in files if one.name != LOCK)
        if any(name.parts[0] != CONNECTIONS and files_of(name.as_posix()) not in TRACES for name in names):
            return
        shutil.rmtree(path)
    for parent in parents:
        parent.rmdir()  # which fails where there is something else
