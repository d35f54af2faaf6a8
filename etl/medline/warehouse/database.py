"""The warehouse: a DuckDB database that holds the current citations of the lake.

This module opens it, for readers and for the one writer; `medline.warehouse.apply` fills it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from medline import settings, sqlfile
from medline.errors import Locked, MedlineError, UsageError
from medline.home import AnyHome, Home, open_home
from medline.home.disk import atomic_write
from medline.home.locks import process_directory
from medline.schema.ddl import comments, create_table, literal
from medline.schema.tables import TABLES, VOCABULARY_TABLES
from medline.schema.version import digest
from medline.warehouse import versions, views
from medline.warehouse.revision import database_version, description_version

#: Written so that DuckDB-Wasm and BI tools, which carry DuckDB 1.3 to 1.5, open the file. It costs nothing against 1.5;
#: v1.2.0 lacks a compression of texts, and a build takes a tenth more.
STORAGE_VERSION = "v1.3.0"

#: Rows taken out stay where they were until `compaction` copies the others. DuckDB itself would, at a commit of its
#: choice, write most of the database anew for a hundredth of its rows: 17 to 38 s in place of 5 at 2 million citations.
SETTINGS = "SET max_vacuum_tasks = 0"


#: What every job holds DuckDB to, so that it runs beside others; what needs more is spilled to the disk.
MEMORY = "SET memory_limit = '4GB'"

NO_WAREHOUSE = "no warehouse there yet; make one with `medline sync` or `medline load`"

#: How DuckDB names the process that has a file open.
HOLDER = re.compile(r"lock is held in (.+?) \(PID (\d+)\)")

#: Where Python keeps what it compiles of this package, too.
CACHE = Path(__file__).parent / "__pycache__"

#: Tries of a reader to open what the pointer names, while that moves.
READER_TRIES = 5


#: How an answer becomes a file.
COPY_OPTIONS = {
    "csv": "FORMAT csv, HEADER",
    "json": "FORMAT json, ARRAY true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}


@contextmanager
def reader(home: AnyHome) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published version, which stays as it is while the connection lasts.

    Raises:
        UsageError: there is no database yet.
        MedlineError: it cannot be opened; Locked: not now.
    """
    with open_home(home, "warehouse") as home, _opened(home) as connection:
        yield connection


def connect(home: AnyHome) -> duckdb.DuckDBPyConnection:
    """Open the published version, read-only; the caller closes the connection. Raises as `reader`."""
    with open_home(home, "warehouse") as home:
        return _opened(home)


def _opened(home: Home) -> duckdb.DuckDBPyConnection:
    if not home.pointer.is_symlink():
        raise UsageError(f"{home}: {NO_WAREHOUSE}")
    for _ in range(READER_TRIES):
        current = versions.published(home)
        if current:
            versions.bring(home, current)
        path = home.pointer.resolve()
        try:
            if how := versions.change(home, current) if current else "":  # before it is open, see `seals`
                raise MedlineError(
                    f"{how} after it was published, and is not shown: `medline sync` or `medline rebuild` makes it"
                    " again from the lake; open it with `duckdb -readonly`"
                )
            with opening(path):
                connection = duckdb.connect(str(path), read_only=True)
            connection.execute("SET temp_directory = $path", {"path": _spill_directory()})
            _add_missing(connection)
            return connection
        except MedlineError:
            # The version may have been retired and reused since the pointer was read.
            if path == home.pointer.resolve():
                raise
    raise Locked(f"{home.pointer} changes faster than it can be opened: try again later")


def confine(connection: duckdb.DuckDBPyConnection, target: Path | None = None) -> None:
    """Keep the statements of a connection from files, networks, extensions and settings, for good.

    Args:
        connection: to a database; what it reads and spills is as before.
        target: the one file that may be written.
    """
    connection.execute("SET allowed_paths = $paths", {"paths": [str(target)] if target else []})
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")


@cache
def _spill_directory() -> str:
    """Return where readers of this process spill: DuckDB's own choice is the version's folder, which is not theirs."""
    for top in (Path(settings.read().work), Path(tempfile.gettempdir())):
        with suppress(OSError):
            return str(process_directory(top / "spill", "reader") / "duckdb")
    return ""  # nothing can be written here: an answer that needs more than the memory fails


def _add_missing(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a version of an earlier program, for this connection, the name `source_files` and empty tables of MeSH."""
    with suppress(duckdb.CatalogException):
        # to list all tables takes six times as long
        connection.execute("SELECT 1 FROM source_files, mesh_files LIMIT 0")
        return
    there = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
    if ("source_files",) not in there:
        connection.execute("CREATE TEMP VIEW source_files AS FROM dumps")
    for table in VOCABULARY_TABLES:
        if (table.name,) not in there:
            statement = create_table(table).replace("CREATE TABLE", "CREATE TEMP TABLE", 1)
            connection.execute(statement)


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The one connection that writes a database, in one thread until `use_all_processors`; one that is not there is
    made."""
    with duckdb.connect() as connection:
        connection.execute(f"{SETTINGS}; {MEMORY}; SET threads = 1")
        connection.execute("SET temp_directory = $path", {"path": str(path.parent / ".spill")})
        if not path.exists():
            with atomic_write(path, is_durable=False) as unfinished:  # it counts once it is published
                _create(connection, unfinished)
        with _attached(connection, path):
            lineage = {"lineage": uuid4().hex}
            connection.execute("UPDATE ledger.state SET lineage = $lineage WHERE lineage IS NULL", lineage)
            yield connection


def use_all_processors(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the statements of a writer run in as many threads as DuckDB chooses."""
    connection.execute("RESET threads")


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Open a file as the database `medline` for a block."""
    with opening(path):
        connection.execute(f"ATTACH {literal(path)} AS medline (STORAGE_VERSION '{STORAGE_VERSION}')")
    connection.execute("USE medline")
    yield
    connection.execute("CHECKPOINT medline")
    connection.execute("USE memory")
    connection.execute("DETACH medline")


def one_row(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The only row of an answer, by column."""
    answer = connection.execute(sql)
    return dict(zip([name for name, *_ in answer.description], *answer.fetchall(), strict=True))


def _create(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the file of a database without rows, of no lineage yet.

    To make one takes 0.3 s of CPU, most of it for comments and views; the first one that this program makes is kept.
    """
    kept, content = CACHE / f"without_rows.{_maker()}.duckdb", b""
    with suppress(OSError):  # none was made yet, or another version of the program removes it
        content = kept.read_bytes()
    if content:
        path.write_bytes(content)
        return
    path.unlink(missing_ok=True)  # DuckDB takes an empty file for a broken one
    with _attached(connection, path):
        connection.execute("BEGIN")
        sqlfile.read("ledger", "create").execute(connection)
        sqlfile.read("ledger", "winners").execute(connection)
        for table in TABLES:
            connection.execute(create_table(table))
        connection.execute("INSERT INTO ledger.state (version) VALUES ($version)", {"version": database_version()})
        connection.execute("COMMIT")
        describe(connection)
    with suppress(OSError):  # where it cannot be written, or the disk is full, each one is made
        CACHE.mkdir(exist_ok=True)
        with atomic_write(kept) as unfinished:
            shutil.copyfile(path, unfinished)
        for other in set(CACHE.glob("without_rows.*.duckdb")) - {kept}:
            other.unlink(missing_ok=True)


def _maker() -> str:
    """Return a short digest of all that the file of a database without rows depends on."""
    code = [Path(module).read_text("utf-8") for module in (__file__, views.__file__)]
    return digest(duckdb.__version__, database_version(), description_version(), code)


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a database the views, macros and comments of this program, in one transaction, unless it has them."""
    if one_value(connection, "SELECT views FROM ledger.state") == description_version():
        return
    connection.execute("BEGIN")
    views.create(connection)
    for table in TABLES:
        connection.execute(comments(table))
    connection.execute("UPDATE ledger.state SET views = $version", {"version": description_version()})
    connection.execute("COMMIT")


def one_value(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    [(value,)] = connection.execute(query).fetchall()
    return value


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Say what DuckDB's errors on opening a file mean to a user."""
    try:
        yield
    except (duckdb.IOException, duckdb.ResourceInUseException) as error:
        if isinstance(error, duckdb.ResourceInUseException) or "lock" in str(error).lower():
            holder = HOLDER.search(str(error))
            who = f"{Path(holder[1]).name} (process {holder[2]})" if holder else "this process"
            raise Locked(
                f"{path} is open in {who}, which keeps others out: end that session, or open it again with"
                " `duckdb -readonly`; then try again"
            ) from error
        raise MedlineError(f"{path} cannot be opened: {str(error).splitlines()[0]}") from error
