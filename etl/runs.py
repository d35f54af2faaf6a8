"""What runs did: one JSON line each in `<home>/runs.jsonl`, for `medline status`."""

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
        _append(home / "runs.jsonl", told)


def last(home: Path, with_key: str = "what") -> dict:
    """The newest run that told this; empty where there is none."""
    path = home / "runs.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return next((run for run in map(json.loads, reversed(lines)) if run.get(with_key)), {})


def _append(path: Path, content: dict) -> None:
    try:
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(content) + "\n")
    except OSError:  # a full disk must not hide the error of the run
        return
