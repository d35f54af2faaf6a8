"""Searches that take too long are given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from medline.errors import MedlineError

if TYPE_CHECKING:
    import duckdb

#: Seconds between interrupts: one that comes between two statements has no effect.
AGAIN = 0.05


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Give up the statements of a block after some seconds; 0 is no limit.

    Raises:
        MedlineError: they took longer.
    """
    if not seconds:
        yield
        return
    is_over, is_late = threading.Event(), threading.Event()

    def interrupt() -> None:
        pause = seconds
        while not is_over.wait(pause):
            is_late.set()
            connection.interrupt()
            pause = AGAIN

    thread = threading.Thread(target=interrupt, name="medline search timeout", daemon=True)
    thread.start()
    try:
        yield
    except Exception as error:
        if not is_late.is_set():
            raise
        raise MedlineError(
            f"the search was given up after {seconds:g} seconds (MEDLINE_SEARCH_TIMEOUT); narrow it, or raise the limit"
        ) from error
    finally:
        is_over.set()
        thread.join()
