"""Sources that could not be read, each with its error, until they can be: `<home>/lake/failures/<file>.json`."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from medline.lake import bundles
from medline.lake.manifest import lake_name


def note_failure(home: Path, name: str, error: str) -> None:
    """Keep why a source cannot be applied, for `medline status` and for the dumps after it."""
    path = _failure_path(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"name": name, "error": error, "at": datetime.now(UTC).isoformat()}
    bundles.write_whole(path, json.dumps(told, indent=1) + "\n")


def forget_failure(home: Path, name: str) -> None:
    """Forget that a source failed: it did not this time."""
    _failure_path(home, name).unlink(missing_ok=True)


def failure(home: Path, name: str) -> str | None:
    """The error that the last try to transform a source ended with; None if it did not fail."""
    path = _failure_path(home, name)
    return json.loads(path.read_text("utf-8"))["error"] if path.exists() else None


def failures(home: Path) -> list[dict[str, str]]:
    """All sources whose last try failed: name, error, at (ISO 8601, UTC)."""
    return [json.loads(path.read_text("utf-8")) for path in sorted((home / "lake" / "failures").glob("*.json"))]


def forget_failures(home: Path, but_of: Collection[str]) -> None:
    """Forget failures of sources that are not there any more, so that nothing waits for them."""
    for failed in failures(home):
        if failed["name"] not in but_of:
            forget_failure(home, failed["name"])


def _failure_path(home: Path, name: str) -> Path:
    return home / "lake" / "failures" / f"{lake_name(name)}.json"
