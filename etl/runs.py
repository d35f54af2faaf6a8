"""What runs did: one JSON line each in `<home>/runs.jsonl`, for `medline status`, and the like of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import MedlineError


@contextmanager
def recorded(home: Path, what: str) -> Iterator[dict]:
    """Keep how a run ended: started_at (ISO 8601, UTC), seconds, what, outcome, and whatever the run puts in."""
    told: dict = {"started_at": datetime.now(UTC).isoformat(timespec="seconds"), "what": what}
    started = time.monotonic()
    try:
        yield told
        told.setdefault("outcome", "done")
    except BaseException as error:
        told["outcome"] = f"failed: {error}" if isinstance(error, MedlineError) else f"{type(error).__name__}: {error}"
        raise
    finally:
        told["seconds"] = round(time.monotonic() - started, 1)
        append(home / "runs.jsonl", told)


def last(home: Path, with_key: str = "what") -> dict:
    """The newest run that told this; empty where there is none."""
    return next((run for run in reversed(read(home / "runs.jsonl")) if run.get(with_key)), {})


def read(path: Path) -> list[dict]:
    """All lines, the oldest first; none where there is no file yet."""
    return list(map(json.loads, path.read_text("utf-8").splitlines())) if path.exists() else []


def append(path: Path, content: dict) -> None:
    """Add a line, where the disk and the reader's rights allow it: a record must not hide the error of a run."""
    try:
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(content) + "\n")
    except OSError:
        return
