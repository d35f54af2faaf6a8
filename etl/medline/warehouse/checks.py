"""The checks of `sql/checks`: each a query for offending rows, which fail a version or warn (`-- Level: fail`, `warn`).

A check of `-- Scope: PMID` says something of each PMID for itself. It runs over what has the names of the tables and
some PMIDs of their rows: after an update copies of the rows that may have changed, which are looked for once for all
checks; else views of one slice of all PMIDs after the other, which takes a third less time and a third of the memory of
all at once. Of a small home most tables are empty: what asks them, a third of the time of an update, is left out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

import duckdb

from medline import sqlfile
from medline.errors import CheckFailed, SqlFileError
from medline.home import AnyHome, Home, open_home
from medline.progress import Progress, silent
from medline.schema.checks import GENERATED
from medline.schema.tables import CITATION_TABLES
from medline.sqlfile import SqlFile
from medline.warehouse import database, runs

log = logging.getLogger(__name__)

#: Citations that are checked together; their keys take some 500 MB.
SLICE = 250_000

#: The rows that may have changed since the checks passed.
CHANGED = "pmid IN (SELECT pmid FROM medline.ledger.unchecked)"

#: The one slice of what has no more than SLICE citations.
EVERYTHING = "true"

#: Begins a part of a generated check, which asks one table; what joins the first one to those before it; the end.
PART = re.compile(r"^(?<!UNION ALL\n)(?=(?:UNION ALL\n)?SELECT\n    '\w+' AS in_table,)", re.MULTILINE)
UNION = re.compile(r"\A(\n*)UNION ALL\n")
END = "ORDER BY ALL;\n"


class Check(SqlFile):
    """A file of sql/checks."""

    @property
    def is_fatal(self) -> bool:
        if (level := self.field("Level")) not in ("fail", "warn"):
            raise SqlFileError(self.path, 1, f"Level is {level!r}; it is fail or warn")
        return level == "fail"

    @property
    def is_by_pmid(self) -> bool:
        return self.fields.get("Scope") == "PMID"

    def of(self, tables: Collection[str]) -> Check:
        """Return what a generated check asks of these tables: to plan a part takes a millisecond, also of no rows."""
        if GENERATED not in self.sql:
            return self
        head, *parts = PART.split(self.sql.removesuffix(END))
        asked = [part for part in parts if part.split("'", 2)[1] in tables] or parts[:1]
        lines = "".join(part if part in asked else "\n" * part.count("\n") for part in parts)  # errors name the line
        return replace(self, sql=head + UNION.sub(r"\1\n", lines, count=1) + END)


@dataclass(frozen=True)
class Result:
    """A check that was run: its name, whether a breach fails the run, and how many rows offend."""

    name: str
    is_fatal: bool
    offending: int
    example: str


def run(home: AnyHome) -> list[Result]:
    """Run all checks on all of the published version.

    Raises:
        CheckFailed: a check of `-- Level: fail` found rows; the message names every one.
    """
    with open_home(home, "warehouse") as home, database.reader(home) as connection:
        return _judged(home, "published", _results(connection, slices(connection, SLICE)))


def run_on_new(connection: duckdb.DuckDBPyConnection, home: Home, progress: Progress = silent) -> list[Result]:
    """Run all checks on a database in the making, on what they have not passed yet.

    Raises:
        CheckFailed: as `run`; the next call checks the same rows again.
    """
    [(was_checked,)] = connection.execute("SELECT checked_at IS NOT NULL FROM ledger.state").fetchall()
    [(changed,)] = connection.execute("SELECT count(*) FROM ledger.unchecked").fetchall()
    scopes = [CHANGED] if was_checked else slices(connection, SLICE)
    kind = "TABLE" if was_checked and changed <= SLICE else "VIEW"
    results = _judged(home, "next", _results(connection, scopes, progress, kind))
    connection.execute("UPDATE ledger.state SET checked_at = current_timestamp AT TIME ZONE 'UTC'")
    connection.execute("DELETE FROM ledger.unchecked")
    return results


def slices(connection: duckdb.DuckDBPyConnection, size: int) -> list[str]:
    """Conditions that part all rows by PMID, those without one too, into slices of about so many citations."""
    [(count,)] = connection.execute("SELECT count(*) FROM ledger.events").fetchall()
    shares = [number / (count // size + 1) for number in range(1, count // size + 1)]
    quantiles = f"SELECT approx_quantile(pmid, {shares}) FROM ledger.events"  # takes constants only
    inner = sorted({pmid for (found,) in connection.execute(quantiles).fetchall() for pmid in found}) if shares else []
    if not inner:
        return [EVERYTHING]
    between = [f"pmid >= {least} AND pmid < {end}" for least, end in pairwise(inner)]
    return [f"pmid IS NULL OR pmid < {inner[0]}", *between, f"pmid >= {inner[-1]}"]


def _results(
    connection: duckdb.DuckDBPyConnection, scopes: Sequence[str], progress: Progress = silent, kind: str = "VIEW"
) -> list[Result]:
    """Run the checks on what fulfils one condition after the other, a VIEW or a TABLE of it."""
    filled = _filled(connection)
    checks = [Check(file.folder, file.name, file.sql).of(filled) for file in sqlfile.read_all("checks")]
    progress("check", 0, len(scopes), unit="parts")
    found = {check.name: _run(connection, check) for check in checks if not check.is_by_pmid}
    for number, condition in enumerate(scopes, start=1):
        with _narrowed(connection, condition, kind, filled):
            for check in (check for check in checks if check.is_by_pmid):
                result, before = _run(connection, check), found.get(check.name)
                if before:
                    total = before.offending + result.offending
                    result = replace(result, offending=total, example=before.example or result.example)
                found[check.name] = result
        progress("check", number, len(scopes), unit="parts")
    return [found[check.name] for check in checks]


def _filled(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables that have rows, or had some since the database was opened. Nothing may be left to commit."""
    listed = connection.execute(
        "SELECT table_name FROM duckdb_tables()"
        " WHERE database_name = 'medline' AND schema_name = 'main' AND estimated_size > 0"
    )
    return {name for (name,) in listed.fetchall()}


@contextmanager
def _narrowed(
    connection: duckdb.DuckDBPyConnection, condition: str, kind: str, filled: Collection[str]
) -> Iterator[None]:
    """Let the names of the tables of citations mean, for a block, their rows that fulfil a condition."""
    if condition == EVERYTHING:
        yield
        return
    connection.execute("ATTACH ':memory:' AS scope (READ_WRITE)")
    connection.execute("SET search_path = 'scope,medline'")  # what is not there is in the database
    try:
        connection.execute("CREATE SCHEMA scope.ledger")
        sqlfile.read("ledger", "winners").execute(connection)
        narrowed = ("ledger.events", *(f"main.{table.name}" for table in CITATION_TABLES if table.name in filled))
        for name in narrowed:
            connection.execute(f"CREATE {kind} scope.{name} AS SELECT * FROM medline.{name} WHERE {condition}")
        yield
    finally:
        connection.execute("USE medline")
        connection.execute("DETACH scope")


def _run(connection: duckdb.DuckDBPyConnection, check: Check) -> Result:
    found = check.execute(connection)
    first = found.fetchone()
    offending = 0 if first is None else 1 + len(found.fetchall())
    return Result(check.name, check.is_fatal, offending, repr(first) if first else "")


def history(home: Home) -> list[dict]:
    """Return the journal of the checks, the newest run last: at (ISO 8601, UTC), database ('next' before it is
    published, 'published' after), outcome, and offending rows by check."""
    return runs.read(home.checks)


def _judged(home: Home, database: str, results: list[Result]) -> list[Result]:
    found = {result.name: result.offending for result in results}
    outcome = "failed" if any(result.is_fatal and result.offending for result in results) else "passed"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    runs.append(home.checks, {"at": at, "database": database, "outcome": outcome, "offending": found})
    for result in results:
        if result.offending:
            about = {"check": result.name, "rows": result.offending}
            log.warning("check %s: %d rows", result.name, result.offending, extra=about)
    fatal = [f"{r.name} ({r.offending} rows, the first {r.example})" for r in results if r.is_fatal and r.offending]
    if fatal:
        error = CheckFailed("checks failed: " + "; ".join(fatal))
        error.results = results
        raise error
    log.info("%d checks passed", len(results))
    return results
