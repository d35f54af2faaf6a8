"""The checks of `sql/checks`: each a query for offending rows, `-- fail` or `-- warn` on its first line."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from etl import warehouse
from etl.errors import CheckFailed
from etl.render import SQL_DIRECTORY

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """A check that was run: its name, whether a breach fails the run, and how many rows offend."""

    name: str
    is_fatal: bool
    offending: int
    example: str


def run(home: Path) -> list[Result]:
    """Run all checks on the warehouse.

    Raises:
        CheckFailed: a `-- fail` check found rows; the message names every one.
    """
    results = []
    with warehouse.reader(home) as connection:
        for path in sorted((SQL_DIRECTORY / "checks").glob("*.sql")):
            text = path.read_text("utf-8")
            level = text.splitlines()[0].removeprefix("--").strip()
            if level not in ("fail", "warn"):
                raise CheckFailed(f"{path.name}: its first line must be `-- fail` or `-- warn`")
            found = connection.execute(text)
            first = found.fetchone()
            offending = 0 if first is None else 1 + len(found.fetchall())
            results.append(Result(path.stem, level == "fail", offending, repr(first) if first else ""))
    for result in results:
        if result.offending:
            log.warning("check %s: %d rows", result.name, result.offending)
    fatal = [f"{r.name} ({r.offending} rows, the first {r.example})" for r in results if r.is_fatal and r.offending]
    if fatal:
        raise CheckFailed("checks failed: " + "; ".join(fatal))
    log.info("%d checks passed", len(results))
    return results
