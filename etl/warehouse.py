"""The warehouse: one DuckDB file, `<home>/warehouse/medline.duckdb`, that holds the current citations of the lake.

Every source file is applied in one transaction over all tables, together with its row in `dumps`. Which record wins is
said in one place, `sql/ledger/winners.sql`; this module only brings what it asks for from the lake into the tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from glob import escape
from itertools import groupby
from pathlib import Path

import duckdb

from etl.errors import MedlineError, Misuse
from etl.lake import Manifest, lake_name, table_path
from etl.render import SQL_DIRECTORY, ddl, schema_version
from etl.schema import BY_NAME, CITATION_TABLES, TABLES

log = logging.getLogger(__name__)

#: Told after each transaction: what was done, how many files of how many.
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


#: Written so that today's BI tools, which carry DuckDB 1.5, open the file.
STORAGE_VERSION = "v1.5.0"

#: Baseline files in one transaction; updates and exports go one by one.
BASELINE_GROUP = 32

#: A home may be named like a partition, `year=2026`; its files have no columns of that name.
PLAIN = "hive_partitioning = false"

#: Tables of a file as such, not of a citation.
FILE_TABLES = ("deleted_citations", "anomalies", "unknown_paths")


def database(home: Path) -> Path:
    """The database of a home."""
    return home / "warehouse" / "medline.duckdb"


@contextmanager
def reader(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection.

    Raises:
        Misuse: there is no database yet.
        MedlineError: it is being written.
    """
    path = database(home)
    if not path.exists():
        raise Misuse(f"{home}: no warehouse there yet; make one with `medline sync` or `medline load`")
    with _opening(path):
        connection = duckdb.connect(str(path), read_only=True)
    with connection:
        yield connection


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The one connection that writes. A new database is made beside its place first: it never stands there empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        beside = _fresh(path)
        with _attached(beside) as connection:
            _create(connection)
        _put_in_place(beside, path)
    with _attached(path) as connection:
        yield connection


@contextmanager
def _attached(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET temp_directory = $path", {"path": str(path.parent / ".spill")})
        with _opening(path):
            connection.execute(f"ATTACH {_literal(path)} AS medline (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE medline")
        yield connection
        connection.execute("CHECKPOINT medline")
        connection.execute("USE memory")
        connection.execute("DETACH medline")


def _fresh(path: Path) -> Path:
    """A name beside a database, with nothing there that a killed run may have left."""
    beside = path.with_name(f".{path.name}.building")
    for leftover in (beside, beside.with_name(f"{beside.name}.wal")):
        leftover.unlink(missing_ok=True)
    return beside


def _put_in_place(beside: Path, path: Path) -> None:
    """Let a whole database take another one's place; what a killed run logged for the old one must not meet the new."""
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    beside.replace(path)


def load(home: Path, manifests: Sequence[Manifest], progress: Progress = silent) -> list[str]:
    """Apply sources of the lake that the warehouse does not hold, or holds with another MD5, in the given order.

    Returns:
        The names of the sources applied.
    """
    known = held(home)
    pending = [item for item in manifests if known.get(item.name) != (item.md5, item.kind)]
    if pending:
        with writer(database(home)) as connection:
            _apply_all(connection, home, pending, progress)
    return [item.name for item in pending]


def rebuild(home: Path, manifests: Sequence[Manifest], progress: Progress = silent) -> list[str]:
    """Make the database anew from these sources alone, beside the old one, and put it in its place when it is whole."""
    beside = _fresh(database(home))
    with writer(beside) as connection:
        _apply_all(connection, home, manifests, progress)
    _put_in_place(beside, database(home))
    return [item.name for item in manifests]


def held(home: Path) -> dict[str, tuple[str, str]]:
    """MD5 and kind of every source in the warehouse, by name; empty where there is none yet."""
    if not database(home).exists():
        return {}
    with reader(home) as connection:
        rows = connection.execute("SELECT name, md5, kind FROM dumps").fetchall()
    return {name: (md5, kind) for name, md5, kind in rows}


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN")
    connection.execute(_sql("create"))
    connection.execute(_sql("winners"))
    for table in TABLES:
        connection.execute(ddl(table))
    connection.execute("INSERT INTO ledger.schema_version VALUES ($version)", {"version": schema_version()})
    connection.execute("COMMIT")


def _apply_all(
    connection: duckdb.DuckDBPyConnection, home: Path, manifests: Sequence[Manifest], progress: Progress
) -> None:
    done = 0
    for group in _transactions(manifests):
        _apply(connection, home, group)
        done += len(group)
        progress(f"applied {group[-1].name}", done, len(manifests))


def _transactions(manifests: Sequence[Manifest]) -> Iterator[list[Manifest]]:
    """The sources that are applied together, in order."""
    for kind, items in groupby(manifests, key=lambda item: item.kind):
        group, size = list(items), BASELINE_GROUP if kind == "baseline" else 1
        yield from (group[start : start + size] for start in range(0, len(group), size))


def _apply(connection: duckdb.DuckDBPyConnection, home: Path, group: Sequence[Manifest]) -> None:
    """Apply some sources in one transaction: their events, the records that win by them, and their rows in `dumps`."""
    connection.execute("BEGIN")
    try:
        _name_incoming(connection, group)
        connection.execute(_sql("forget"))
        connection.execute(_sql("events"), _lake_files(home, group, ("articles", "books", "deleted_citations")))
        connection.execute("INSERT INTO touched SELECT pmid FROM ledger.events SEMI JOIN incoming USING (source_file)")
        _replace_rows(connection, home)
        _record_files(connection, home, group)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    for item in group:
        log.info(
            "%s: applied, %d citations, %d deletions", item.name, item.rows["articles"], item.rows["deleted_citations"]
        )


def _name_incoming(connection: duckdb.DuckDBPyConnection, group: Sequence[Manifest]) -> None:
    """Tell the statements of sql/ledger which files are being applied."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE incoming (source_file VARCHAR, source_format VARCHAR, dump_order BIGINT)"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE reinstated (source_file VARCHAR, pmid BIGINT, version INTEGER)")
    for item in group:
        order = None if item.number is None else item.year * 1_000_000 + item.number
        connection.execute("INSERT INTO incoming VALUES ($1, $2, $3)", [item.name, item.format, order])
        for pmid, version in item.reinstated:
            connection.execute("INSERT INTO reinstated VALUES ($1, $2, $3)", [item.name, pmid, version])


def _replace_rows(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Bring the rows of each touched PMID to what its winner says; what did not change is left alone."""
    connection.execute(_sql("changes"))
    if _one(connection, "SELECT count(*) FROM leaving"):
        for table in CITATION_TABLES:
            connection.execute(f"DELETE FROM {table.name} WHERE pmid IN (SELECT pmid FROM leaving)")
    sources = [
        name for (name,) in connection.execute("SELECT DISTINCT source_file FROM arriving ORDER BY ALL").fetchall()
    ]
    if not sources:
        return
    connection.execute("CREATE OR REPLACE TEMP TABLE lake_names (source_file VARCHAR, lake_name VARCHAR)")
    connection.executemany("INSERT INTO lake_names VALUES ($1, $2)", [[name, lake_name(name)] for name in sources])
    for table in CITATION_TABLES:
        columns = ", ".join(f'lake."{column.name}"' for column in table.columns)
        connection.execute(
            f"INSERT INTO {table.name} SELECT {columns} FROM read_parquet($files, filename = true, {PLAIN}) AS lake"
            " JOIN lake_names ON lake_names.lake_name = parse_filename(lake.filename, true)"
            " SEMI JOIN arriving ON arriving.pmid = lake.pmid AND arriving.source_file = lake_names.source_file"
            " AND arriving.version IS NOT DISTINCT FROM lake.version",
            {"files": _files(home, table.name, sources)},
        )


def _record_files(connection: duckdb.DuckDBPyConnection, home: Path, group: Sequence[Manifest]) -> None:
    for table in FILE_TABLES:
        files = _lake_files(home, group, (table,))
        connection.execute(f"INSERT INTO {table} SELECT * FROM read_parquet(${table}, {PLAIN})", files)
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    for item in group:
        row = {
            "name": item.name, "kind": item.kind, "year": item.year, "number": item.number, "format": item.format,
            "md5": item.md5, "bytes": item.bytes, "citations": item.rows["articles"], "books": item.rows["books"],
            "superseded": item.superseded, "deletions": item.rows["deleted_citations"], "rows_per_table": item.rows,
            "anomalies": item.rows["anomalies"], "unknown_paths": item.rows["unknown_paths"],
            "schema_version": item.schema_version, "loaded_at": loaded_at,
        }  # fmt: skip
        columns = [column.name for column in BY_NAME["dumps"].columns]
        marks = ", ".join(f"${name}" for name in columns)
        connection.execute(f"INSERT INTO dumps ({', '.join(columns)}) VALUES ({marks})", row)


def _lake_files(home: Path, group: Sequence[Manifest], tables: Sequence[str]) -> dict[str, list[str]]:
    """The files of a group by table, as parameters of a statement."""
    return {table: _files(home, table, (item.name for item in group)) for table in tables}


def _files(home: Path, table: str, names: Iterable[str]) -> list[str]:
    return [escape(str(table_path(home, table, name))) for name in names]


def _sql(name: str) -> str:
    return (SQL_DIRECTORY / "ledger" / f"{name}.sql").read_text("utf-8")


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    return connection.execute(query).fetchone()[0]


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Say what DuckDB's errors on opening a file mean to a user."""
    try:
        yield
    except (duckdb.IOException, duckdb.ResourceInUseException) as error:
        if isinstance(error, duckdb.ResourceInUseException) or "lock" in str(error).lower():
            raise MedlineError(
                f"{path} is open in another process; DuckDB has one writer at a time: try again later"
            ) from None
        raise MedlineError(f"{path} cannot be opened: {str(error).splitlines()[0]}") from None
