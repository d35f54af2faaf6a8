"""Progress of a long job: a callback that gets the phase, how much of it is done, and how much there is; and its end
before time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Protocol

#: What is counted: files unless a phase says otherwise.
FILES, BYTES = "files", "bytes"

#: Set when a person or the system ends the process: threads that wait or transfer stop at the next piece.
stopping = Event()


class Progress(Protocol):
    """Called when a phase begins, with done = 0, and after each part of it; from several threads."""

    def __call__(self, phase: str, done: int, total: int, detail: str = "", unit: str = FILES) -> None: ...


def silent(phase: str, done: int, total: int, detail: str = "", unit: str = FILES) -> None:
    """Show no progress."""


def of_parts(call: Callable[[str, int, int], object]) -> Progress:
    """Return progress that calls a function with what was done, and its number of how many; not with bytes."""

    def progress(phase: str, done: int, total: int, detail: str = "", unit: str = FILES) -> None:
        if done and unit != BYTES:
            call(f"{phase} {detail}".rstrip(), done, total)

    return progress
