"""The journal of runs: JSON lines in `<home>/runs.jsonl`, for `medline status`, the table `runs` and the metrics.

A run writes a line when it starts and another when it ends, which replaces the first; so a run that was killed has no
end. While a run lasts, whatever it calls may add to its line: `count(applied=3)`, `with
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

from medline.errors import MedlineError
from medline.home import Home

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger(__name__)

#: The steps of a run whose seconds are kept, as `<step>_seconds`.
STEPS = ("ingest", "apply", "checks", "publish")

#: The line of the run that this thread works for.
_current: ContextVar[dict | None] = ContextVar("run", default=None)


@contextmanager
def recorded(home: Home, what: str) -> Iterator[dict]:
    """Record how a run ended: started_at (ISO 8601, UTC), seconds, what, ended (done, waiting or failed), outcome (the
    same, or the error), what was counted on the way, and whatever the run puts in."""
    line: dict = {"started_at": datetime.now(UTC).isoformat(timespec="microseconds"), "what": what}
    append(home.runs, line)
    started, token = time.monotonic(), _current.set(line)
    try:
        yield line
        line.setdefault("outcome", "done")
        line.setdefault("ended", "done")
    except BaseException as error:
        line["ended"] = "failed"
        line["outcome"] = f"failed: {error}" if isinstance(error, MedlineError) else f"{type(error).__name__}: {error}"
        raise
    finally:
        _current.reset(token)
        line["seconds"] = round(time.monotonic() - started, 3)
        append(home.runs, line)


def count(**numbers: int) -> None:
    """Add to what the run of this thread has counted; nothing where none is recorded."""
    if (line := _current.get()) is not None:
        line |= {name: line.get(name, 0) + number for name, number in numbers.items()}


def note(**facts: object) -> None:
    """Put facts into the line of the run of this thread."""
    if (line := _current.get()) is not None:
        line.update(facts)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Add the seconds of a block to a step of the run, one of STEPS, however the block ends."""
    started = time.monotonic()
    try:
        yield
    finally:
        seconds = time.monotonic() - started
        log.debug("step %s: %.2f s", name, seconds)
        if (line := _current.get()) is not None:
            line[f"{name}_seconds"] = round(line.get(f"{name}_seconds", 0.0) + seconds, 3)


def write_table(connection: duckdb.DuckDBPyConnection, home: Home, version: str) -> None:
    """Write the table `runs` of a database in the making: the runs of the home, and the one that makes the database,
    which has no end yet.

    Args:
        version: that the database will be.
    """
    import pyarrow as pa  # here, since commands that only read would wait for it

    from medline.schema.arrow import arrow_schema
    from medline.schema.tables import BY_NAME

    note(version=version)
    current = _current.get()
    lines = _ends([*history(home), *([current] if current else [])])
    rows = pa.Table.from_pylist(list(map(_row, lines)), arrow_schema(BY_NAME["runs"]))
    connection.execute("BEGIN")
    connection.execute("DELETE FROM runs").fetchall()  # what is open of an answer forbids to register
    connection.register("lines", rows)
    connection.execute("INSERT INTO runs BY NAME SELECT * FROM lines ORDER BY started_at").fetchall()
    connection.unregister("lines")
    connection.execute("COMMIT")


def last(home: Home, with_key: str = "what") -> dict:
    """Return the newest run whose line has a value for this key; empty where there is none."""
    return next((run for run in reversed(history(home)) if run.get(with_key)), {})


def history(home: Home) -> list[dict]:
    """Return all runs by their start; one that lasts, or was killed, has neither `ended` nor `seconds`."""
    return _ends(read(home.runs))


def read(path: Path) -> list[dict]:
    """Return all whole lines, the oldest first; none where there is no file yet. A full disk may have cut one."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return [line for line in map(_line, lines) if line]


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


def _line(text: str) -> dict | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _row(run: dict) -> dict:
    """A run as the table has it; its times are UTC without saying so."""
    started = datetime.fromisoformat(run["started_at"]).astimezone(UTC).replace(tzinfo=None)
    return {**run, "started_at": started}
