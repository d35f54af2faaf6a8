"""What goes with its process, however that ends: the right to work on a home, and directories for unfinished files."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from etl.errors import Busy


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Hold a home for this run.

    Raises:
        Busy: another run holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            raise Busy(f"{home}: another run (process {held.read().strip() or '?'}) works here; wait for it") from None
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


@contextmanager
def own_directory(top: Path, name: str) -> Iterator[Path]:
    """A hidden directory that is gone after its step; those of killed steps go first.

    A lock in each tells whether its step lives: that may be in another container, where process ids say nothing.
    """
    with ExitStack() as stack:
        with _swept(top):
            directory = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".part", dir=top))
            stack.callback(shutil.rmtree, directory, ignore_errors=True)
            alive = stack.enter_context((directory / ".alive").open("w"))
            fcntl.flock(alive, fcntl.LOCK_EX)
        yield directory


def sweep(top: Path) -> None:
    """Remove what killed steps left of their own directories."""
    with _swept(top):
        pass


@contextmanager
def _swept(top: Path) -> Iterator[None]:
    """Sweep, and keep others from it until a new directory has its lock."""
    top.mkdir(parents=True, exist_ok=True)
    with (top / ".lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        for left in filter(_is_left, top.glob(".*.part")):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _is_left(directory: Path) -> bool:
    try:
        with (directory / ".alive").open("r+") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True  # killed before it could lock
    return True
