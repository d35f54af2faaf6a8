"""Locks, which end with their process however it ends: of a home, of a file, of a directory for unfinished files."""

from __future__ import annotations

import atexit
import fcntl
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO

from medline.errors import Locked
from medline.progress import stopping

log = logging.getLogger(__name__)

#: The file that is locked while a run works in its directory.
LOCK = ".lock"

#: The folder of the slots for transfers.
CONNECTIONS = ".connections"

#: Seconds that a run waits for another step on this machine, which holds the lock while it reads the log of a store.
PATIENCE = 20.0


@contextmanager
def home_lock(home: Path, patience: float | None = None) -> Iterator[None]:
    """Lock a directory, of a home or in one, for this run.

    Args:
        patience: seconds until a locked directory counts as busy; 0 by default, but in a workspace PATIENCE.

    Raises:
        Locked: another run has the lock.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / LOCK
    until = time.monotonic() + (patience if patience is not None else PATIENCE if path.is_symlink() else 0.0)
    with path.open("a+", encoding="utf-8") as file:
        while not _try_lock(file):
            if time.monotonic() >= until:
                file.seek(0)
                raise Locked(f"{home}: another run (process {file.read().strip() or '?'}) works here; wait for it")
            time.sleep(0.05)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _try_lock(file: IO) -> bool:
    """Lock an open file; return whether that was possible."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_file(file: IO, what: str) -> None:
    """Lock an open file until it is closed, for the one process that fetches it.

    Raises:
        Locked: another process has the lock, or renamed the file since it was opened.
    """
    if _try_lock(file):
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), Path(file.name).stat()):
                return
    raise Locked(f"{what}: another process is fetching it; wait for it")


class Slots:
    """Slots that processes share, as many as a server may serve at a time; a slot ends with its process.

    Args:
        directory: of the files that are locked. Above it must be a directory, else nobody shares them yet.
        number: of slots.
    """

    def __init__(self, directory: Path, number: int) -> None:
        self.directory, self.number = directory, number

    def take(self) -> ExitStack:
        """Wait for a slot; closing what is returned gives it back, in any thread. A run that ends has one at once."""
        slot = ExitStack()
        try:
            while not self._take(slot) and not stopping.wait(0.02):
                pass
        except OSError as error:  # of a file system without locks, or a home that cannot be written
            log.debug("%s: connections are not shared with other processes: %s", self.directory, error)
        return slot

    def _take(self, slot: ExitStack) -> bool:
        with suppress(FileExistsError):
            self.directory.mkdir()
        for number in range(self.number):
            file = (self.directory / str(number)).open("a")
            if _try_lock(file):
                slot.callback(file.close)
                return True
            file.close()
        return False


@contextmanager
def new_locked(path: Path) -> Iterator[None]:
    """Make a file that is not there yet, and lock it for a block; see `is_locked`."""
    with path.open("xb") as file:  # never through a link that somebody made there
        with suppress(OSError):  # of a file system without locks
            _try_lock(file)
        yield


def is_locked(path: Path) -> bool:
    """Whether a process has locked a file; also where nobody can tell."""
    try:
        with path.open("rb") as file:
            return not _try_lock(file)
    except OSError:
        return True


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until no other process or thread is in a block of the same file, for something short."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def scratch_directory(top: Path, name: str) -> Iterator[Path]:
    """Make a hidden directory that is removed after its step; those of killed steps are removed first.

    A lock in each says whether its step is alive: that may be in another container, where process ids say nothing.
    """
    with ExitStack() as stack:
        with _swept(top):
            directory = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".part", dir=top))
            stack.callback(shutil.rmtree, directory, ignore_errors=True)
            alive = stack.enter_context((directory / ".alive").open("w"))
            fcntl.flock(alive, fcntl.LOCK_EX)
        yield directory


@cache
def process_directory(top: Path, name: str) -> Path:
    """Return a directory like that of a step, which is removed when this process ends, or after it was killed."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(scratch_directory(top, name))


def sweep(top: Path) -> None:
    """Remove what killed steps left of their own directories."""
    with _swept(top):
        pass


@contextmanager
def _swept(top: Path) -> Iterator[None]:
    """Sweep, and keep others from it until a new directory has its lock."""
    top.mkdir(parents=True, exist_ok=True)
    with exclusive(top / LOCK):
        for left in filter(_is_left, top.glob(".*.part")):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _is_left(directory: Path) -> bool:
    """Whether a killed step left a directory: it has the file that steps lock, or nothing yet."""
    try:
        with (directory / ".alive").open("r+") as alive:
            return _try_lock(alive)
    except NotADirectoryError:
        return False
    except FileNotFoundError:
        with suppress(FileNotFoundError):  # its step ends in this moment
            return not any(directory.iterdir())  # killed before it could lock, and so before it wrote
        return False
