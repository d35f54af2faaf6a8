"""Progress of a long job: a callback that gets the step, how many files are done, and how many there are."""

from __future__ import annotations

from collections.abc import Callable

#: Called after each transaction: what was done, how many files of how many.
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""
