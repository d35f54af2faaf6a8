"""Sources that could not be read, each with its error, until they can be: `<home>/lake/failures/<file>.json`."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime

from medline.home import Home
from medline.home.disk import read_json
from medline.home.layout import lake_name
from medline.lake import bundles


def note_failure(home: Home, name: str, error: str) -> None:
    """Keep why a source cannot be applied, for `medline status` and for the dumps after it."""
    path = home.failure(lake_name(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"name": name, "error": error, "at": datetime.now(UTC).isoformat()}
    bundles.write_whole(path, json.dumps(content, indent=1) + "\n")


def forget_failure(home: Home, name: str) -> None:
    """Forget that a source failed: it did not this time."""
    home.failure(lake_name(name)).unlink(missing_ok=True)


def failure(home: Home, name: str) -> str | None:
    """Return the error that the last try to transform a source ended with; None if it did not fail."""
    path = home.failure(lake_name(name))
    return (read_json(path) or {}).get("error")


def failures(home: Home) -> list[dict[str, str]]:
    """Return all sources whose last try failed: name, error, at (ISO 8601, UTC)."""
    return [content for path in home.failures() if (content := read_json(path))]


def forget_failures(home: Home, but_of: Collection[str]) -> None:
    """Forget failures of sources that are not there any more, so that nothing waits for them."""
    for path in home.failures():
        if (read_json(path) or {}).get("name") not in but_of:  # one that cannot be read is of nobody
            path.unlink(missing_ok=True)
