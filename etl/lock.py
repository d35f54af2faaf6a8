"""One run at a time works on a home; the lock goes with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.errors import Busy


def is_alive(process: int) -> bool:
    """Whether there is a process of this id on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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
