"""The checks of `sql/checks`: each a query for offending rows, `-- fail` or `-- warn` on its first line.

Before a version is published they run on it: over everything once, and after that on the PMIDs whose rows may have
changed, by the same statements, over views of the tables that hold these PMIDs alone. A check with `-- whole` on its
second line counts over all rows, and always sees them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl import warehouse
from etl.errors import CheckFailed
from etl.render import SQL_DIRECTORY
from etl.schema import CITATION_TABLES, TABLES

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """A file of sql/checks."""

    name: str
    is_fatal: bool
    is_whole: bool
    sql: str


@dataclass(frozen=True)
class Result:
    """A check that was run: its name, whether a breach fails the run, and how many rows offend."""

    name: str
    is_fatal: bool
    offending: int
    example: str


def run(home: Path) -> list[Result]:
    """Run all checks on all of the published version.

    Raises:
        CheckFailed: a `-- fail` check found rows; the message names every one.
    """
    with warehouse.reader(home) as connection:
        return _judged([_run(connection, check) for check in _checks()])


def run_on_new(connection: duckdb.DuckDBPyConnection) -> list[Result]:
    """Run all checks on a database in the making, on what they have not passed yet.

    Raises:
        CheckFailed: as `run`; the next call looks at the same rows again.
    """
    (is_whole,) = connection.execute("SELECT checked_at IS NULL FROM ledger.state").fetchone()
    found = [check for check in _checks() if is_whole or check.is_whole]
    results = [_run(connection, check) for check in found]
    if not is_whole:
        with _changes_only(connection):
            results += [_run(connection, check) for check in _checks() if not check.is_whole]
    _judged(results)
    connection.execute("UPDATE ledger.state SET checked_at = current_timestamp AT TIME ZONE 'UTC'")
    connection.execute("DELETE FROM ledger.unchecked")
    return results


@contextmanager
def _changes_only(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the names of the tables stand for their rows of unchecked PMIDs."""
    connection.execute("ATTACH ':memory:' AS changes")
    connection.execute("USE changes")
    try:
        connection.execute("CREATE SCHEMA ledger")
        connection.execute((SQL_DIRECTORY / "ledger" / "winners.sql").read_text("utf-8"))
        scoped = {f"main.{table.name}" for table in CITATION_TABLES} | {"ledger.events"}
        for name in sorted(scoped | {f"main.{table.name}" for table in TABLES}):
            part = "WHERE pmid IN (SELECT pmid FROM medline.ledger.unchecked)" if name in scoped else ""
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM medline.{name} {part}")
        yield
    finally:
        connection.execute("USE medline")
        connection.execute("DETACH changes")


def _checks() -> list[Check]:
    return [_read(path) for path in sorted((SQL_DIRECTORY / "checks").glob("*.sql"))]


def _read(path: Path) -> Check:
    text = path.read_text("utf-8")
    level, second = (line.removeprefix("--").strip() for line in text.splitlines()[:2])
    if level not in ("fail", "warn"):
        raise CheckFailed(f"{path.name}: its first line must be `-- fail` or `-- warn`")
    return Check(path.stem, level == "fail", second == "whole", text)


def _run(connection: duckdb.DuckDBPyConnection, check: Check) -> Result:
    found = connection.execute(check.sql)
    first = found.fetchone()
    offending = 0 if first is None else 1 + len(found.fetchall())
    return Result(check.name, check.is_fatal, offending, repr(first) if first else "")


def _judged(results: Sequence[Result]) -> list[Result]:
    results = sorted(results, key=lambda result: result.name)
    for result in results:
        if result.offending:
            log.warning("check %s: %d rows", result.name, result.offending)
    fatal = [f"{r.name} ({r.offending} rows, the first {r.example})" for r in results if r.is_fatal and r.offending]
    if fatal:
        raise CheckFailed("checks failed: " + "; ".join(fatal))
    log.info("%d checks passed", len(results))
    return results
