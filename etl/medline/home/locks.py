"""What goes with its process, however that ends: the right to work on a home, and directories for unfinished files."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from medline.errors import Locked

#: Seconds that a run waits for another step on this machine, which holds the lock while it reads the log of a store.
PATIENCE = 20.0


@contextmanager
def home_lock(home: Path, patience: float | None = None) -> Iterator[None]:
    """Hold a home for this run.

    Args:
        patience: seconds until a home that is held counts as busy; none, but in a workspace PATIENCE.

    Raises:
        Locked: another run holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + (
        patience if patience is not None else PATIENCE if (home / ".lock").is_symlink() else 0.0
    )
    with (home / ".lock").open("a+", encoding="utf-8") as held:
        while not _is_locked(held):
            if time.monotonic() >= until:
                held.seek(0)
                told = held.read().strip() or "?"
                raise Locked(f"{home}: another run (process {told}) works here; wait for it")
            time.sleep(0.05)
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


def _is_locked(held: IO[str]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until no other process or thread is in a block of the same file, for something short."""
    with path.open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        yield


@contextmanager
def scratch_directory(top: Path, name: str) -> Iterator[Path]:
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
    with exclusive(top / ".lock"):
        for left in filter(_is_left, top.glob(".*.part")):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _is_left(directory: Path) -> bool:
    try:
        with (directory / ".alive").open("r+") as alive:
            return _is_locked(alive)
    except (FileNotFoundError, NotADirectoryError):
        return True  # killed before it could lock
