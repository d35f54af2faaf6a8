"""What runs did: JSON lines in `<home>/runs.jsonl`, for `medline status`, the table `runs` and the metrics.

A run leaves a line when it starts and another when it ends, which takes the place of the first; so one that was killed
is known by having no end. While a run lasts, whatever it calls may add to its line: `count(applied=3)`, `with
step("checks"): …`.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from medline.errors import MedlineError
from medline.home import Home
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger(__name__)

#: The steps of a run whose seconds are kept, as `<step>_seconds`.
STEPS = ("bring", "apply", "checks", "publish")

#: The line of the run that this thread works for.
_current: ContextVar[dict | None] = ContextVar("run", default=None)


@contextmanager
def recorded(home: Home, what: str) -> Iterator[dict]:
    """Keep how a run ended: started_at (ISO 8601, UTC), seconds, what, ended (done, waiting or failed), outcome (the
    same, or the error), what was counted on the way, and whatever the run puts in."""
    told: dict = {"started_at": datetime.now(UTC).isoformat(timespec="microseconds"), "what": what}
    append(home.runs, told)
    started, token = time.monotonic(), _current.set(told)
    try:
        yield told
        told.setdefault("outcome", "done")
        told.setdefault("ended", "done")
    except BaseException as error:
        told["ended"] = "failed"
        told["outcome"] = f"failed: {error}" if isinstance(error, MedlineError) else f"{type(error).__name__}: {error}"
        raise
    finally:
        _current.reset(token)
        told["seconds"] = round(time.monotonic() - started, 3)
        append(home.runs, told)


def count(**numbers: int) -> None:
    """Add to what the run of this thread has counted; nothing where none is recorded."""
    if (told := _current.get()) is not None:
        told |= {name: told.get(name, 0) + number for name, number in numbers.items()}


def note(**facts: object) -> None:
    """Put facts into the line of the run of this thread."""
    if (told := _current.get()) is not None:
        told.update(facts)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Add the seconds of a block to a step of the run, one of STEPS, however the block ends."""
    started = time.monotonic()
    try:
        yield
    finally:
        seconds = time.monotonic() - started
        log.debug("step %s: %.2f s", name, seconds)
        if (told := _current.get()) is not None:
            told[f"{name}_seconds"] = round(told.get(f"{name}_seconds", 0.0) + seconds, 3)


def write_table(connection: duckdb.DuckDBPyConnection, home: Home, version: str) -> None:
    """Give a database in the making the table `runs`: those of the home, and the one that makes it, which has no end
    yet.

    Args:
        version: that the database will be.
    """
    note(version=version)
    current = _current.get()
    told = _ends([*history(home), *([current] if current else [])])
    rows = pa.Table.from_pylist(list(map(_row, told)), arrow_schema(BY_NAME["runs"]))
    connection.execute("BEGIN")
    connection.execute("DELETE FROM runs").fetchall()  # what is open of an answer forbids to register
    connection.register("told", rows)
    connection.execute("INSERT INTO runs BY NAME SELECT * FROM told ORDER BY started_at").fetchall()
    connection.unregister("told")
    connection.execute("COMMIT")


def last(home: Home, with_key: str = "what") -> dict:
    """The newest run whose line has a value for this key; empty where there is none."""
    return next((run for run in reversed(history(home)) if run.get(with_key)), {})


def history(home: Home) -> list[dict]:
    """All runs in the order of their starts; one that lasts, or was killed, has neither `ended` nor `seconds`."""
    return _ends(read(home.runs))


def read(path: Path) -> list[dict]:
    """All whole lines, the oldest first; none where there is no file yet. A full disk may have cut one."""
    if not path.exists():
        return []
    return [told for line in path.read_text("utf-8", errors="replace").splitlines() if (told := _line(line))]


def append(path: Path, content: dict) -> None:
    """Add a line, where the disk and the reader's rights allow it: a record must not hide the error of a run."""
    try:
        with path.open("a+b") as out:
            out.seek(max(0, out.tell() - 1))
            is_cut = out.read(1) not in (b"", b"\n")
            out.write((b"\n" if is_cut else b"") + json.dumps(content, default=str).encode() + b"\n")
    except OSError:
        return


def _ends(lines: list[dict]) -> list[dict]:
    """Of each run the last line."""
    return list({(line["started_at"], line["what"]): line for line in lines}.values())


def _line(line: str) -> dict | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _row(run: dict) -> dict:
    """A run as the table has it; its times are UTC without saying so."""
    started = datetime.fromisoformat(run["started_at"]).astimezone(UTC).replace(tzinfo=None)
    return {**run, "started_at": started}
