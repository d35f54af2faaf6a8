"""The state of the warehouse after an earlier dump of its year, as a reader sees it.

Temporary views with the names of the tables hide those of the published version. DuckDB looks there first, also for
names in stored views and macros, so these read the past as they stand. All rows that the version lacks are copied from
the lake before the caller gets the connection, which reads no file of the lake afterwards.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import duckdb

from medline import sqlfile
from medline.errors import BadInput, Locked, MedlineError, UsageError
from medline.home import AnyHome, Home, open_home
from medline.lake.manifest import Manifest
from medline.mirror.dumps import dump_order
from medline.schema.tables import CITATION_TABLES, FILE_TABLES
from medline.warehouse import database, rows
from medline.warehouse.contents import Contents, contents
from medline.warehouse.database import one_value

log = logging.getLogger(__name__)

#: Production year and number of a dump.
POINT = re.compile(r"([0-9]{2})-([0-9]{1,6})", re.ASCII)

#: Begins the names of the tables with the rows that the published version lacks, and of the one with PMIDs whose rows
#: there do not count.
PREFIX = "as_of_"

#: Tables that the statements leave, which nobody needs afterwards.
STEPS = (
    "touched", "incoming", "considered", "winners", "shown", "arriving", "lake_files", "wanted", "lake_rows",
)  # fmt: skip


@contextmanager
def reader(home: AnyHome, point: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published version, or to the state after an earlier dump.

    Args:
        point: production year and number of the dump, "26-001400"; None: as the version is.

    Raises:
        UsageError: there is no database yet, or no such dump in it.
        BadInput: the lake lacks rows that the state has.
        MedlineError: the database cannot be opened; Locked: not now, or another run changes the lake.
    """
    with opened(home, point) as home, database.reader(home) as connection:
        if point is not None:
            _go_back(connection, home, point)
        yield connection


def connect(home: AnyHome, point: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open the same; the caller closes the connection. Raises as `reader`."""
    with opened(home, point) as home:
        connection = database.connect(home)
        try:
            if point is not None:
                _go_back(connection, home, point)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def opened(home: AnyHome, point: str | None) -> Iterator[Home]:
    """Open a home for `reader`; the past is in its lake too."""
    with open_home(home, "warehouse", *(["lake"] if point is not None else [])) as home:
        yield home


def is_past(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a reader sees an earlier state than that of its version."""
    views = "SELECT count(*) FROM duckdb_views() WHERE temporary AND view_name = 'articles'"
    return bool(one_value(connection, views))


def _go_back(connection: duckdb.DuckDBPyConnection, home: Home, point: str) -> None:
    """Let a connection see the state after a dump; that after the newest one is the version's own.

    Raises:
        MedlineError: the version has other tables than this program; see `reader` for the rest.
    """
    held = contents(connection)
    number = _number(point, held)
    assert held.newest
    if number == held.newest.number:
        return
    if held.is_outdated:
        raise MedlineError(
            f"{home}: another version of the program built the warehouse: `medline sync` builds it again"
        )
    order = dump_order(held.year, number)
    connection.execute("CREATE TEMP TABLE touched (pmid BIGINT)")
    connection.execute("INSERT INTO touched SELECT DISTINCT pmid FROM ledger.events WHERE dump_order > ?", [order])
    rows.name_table(connection, "incoming", rows.INCOMING, [])
    sqlfile.read("ledger", "changes").execute(connection, {"until": order})
    _copy_rows(connection, home)
    _hide_tables(connection, number)
    for table in STEPS:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _number(point: str, held: Contents) -> int:
    """Return the number of the dump of a point.

    Raises:
        UsageError: the database was not in that state, or not in this year.
    """
    if not (match := POINT.fullmatch(point)):
        raise UsageError(f"{point!r} is no point in the year: give year and number of a dump, as 26-001400")
    if not held.newest:
        raise UsageError(f"{point}: the warehouse has no dump, and files of your own have no order")
    newest = f"{held.year:02}-{held.newest.number:06}"
    year, number = int(match[1]), int(match[2])
    if year != held.year:
        raise UsageError(f"{point}: the warehouse has the dumps of 20{held.year:02}, up to {newest}, and no other year")
    if not 1 <= number <= (held.newest.number or 0):
        raise UsageError(f"{point}: the warehouse has no such dump; the newest is {newest}")
    return number


def _copy_rows(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Copy the rows of `arriving` from the lake.

    Raises:
        BadInput: a file of the lake is lost or damaged.
        Locked: see `_check_unchanged`.
    """
    for table in CITATION_TABLES:
        connection.execute(f"CREATE TEMP TABLE {PREFIX}{table.name} AS FROM medline.main.{table.name} LIMIT 0")
    manifests = rows.winning(connection, home, {})
    citations = one_value(connection, "SELECT count(*) FROM arriving")
    log.info("the past: reading %d citations from %d files of the lake", citations, len(manifests))
    rows.name_wanted(connection, manifests)
    try:
        for table in CITATION_TABLES:
            rows.insert(connection, home, table, manifests, PREFIX)
            home.release()
    except duckdb.Error:
        if damaged := rows.first_damaged(home, manifests):
            manifest, path, problem = damaged
            raise BadInput(
                manifest.name, f"its file {path.relative_to(home.path)} in the lake is damaged",
                advice="`medline transform FILE --replace` reads it again",
            ) from problem  # fmt: skip
        _check_unchanged(connection, home, manifests)
        raise
    _check_unchanged(connection, home, manifests)


def _check_unchanged(connection: duckdb.DuckDBPyConnection, home: Home, manifests: Sequence[Manifest]) -> None:
    """Make sure that the lake has the files that were read, where they were read. A reader locks nobody out.

    Raises:
        Locked: another run took one away, into a bundle or because it was issued again.
    """
    now: list[Manifest] = []
    with suppress(BadInput):
        now = rows.winning(connection, home, {})
    if now != manifests:
        raise Locked(f"{home}: another run changed the lake meanwhile: try again")
    for path in {home.bundle(manifest.stem) if manifest.bundle else home.manifest(manifest.stem) for manifest in now}:
        home.check_unchanged(path)


def _hide_tables(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Put views of the past before the tables of the version."""
    connection.execute(f"ALTER TABLE temp.leaving RENAME TO {PREFIX}leaving")
    for table in CITATION_TABLES:
        connection.execute(
            f"CREATE TEMP VIEW {table.name} AS FROM medline.main.{table.name} AS now"
            f" ANTI JOIN temp.{PREFIX}leaving AS leaving ON leaving.pmid = now.pmid"
            f" UNION ALL FROM temp.{PREFIX}{table.name}"
        )
    is_there = f"(number IS NULL OR number <= {number})"  # the dumps of a warehouse are of one year
    connection.execute(f"CREATE TEMP VIEW source_files AS FROM medline.main.source_files WHERE {is_there}")
    for table in FILE_TABLES:
        connection.execute(
            f"CREATE TEMP VIEW {table.name} AS FROM medline.main.{table.name} AS now"
            f" SEMI JOIN medline.main.source_files AS file ON file.name = now.source_file AND {is_there}"
        )
