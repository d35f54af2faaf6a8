"""The published database as plain Parquet, for engines that do not read DuckDB's files.

parquet/manifest.json                             the version that is whole, its tables, their files and rows
parquet/26-000012/manifest.json                   the same of this version, written when it is whole
parquet/26-000012/articles/part-0007.parquet      the rows of some PMIDs, in the order of the table's key

The files of all tables are cut at the same PMIDs: what belongs together lies in files of one number. A version is whole
before the manifest names it, and never written again; the manifest is replaced in one step.
"""

from __future__ import annotations

import json
import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from medline import settings
from medline.home import AnyHome, Home, open_home
from medline.home.disk import atomic_write, translate_disk_full
from medline.home.locks import home_lock
from medline.outputs import feeds
from medline.progress import Progress, silent
from medline.schema.ddl import literal, primary_key
from medline.schema.tables import TABLES, Table
from medline.warehouse import checks, contents, database
from medline.warehouse.database import COPY_OPTIONS

log = logging.getLogger(__name__)

#: Files of a table at most: each has about a million citations of PubMed, what an engine gives to one of its tasks.
MOST_PARTS = 40
LEAST_CITATIONS = 30_000


def write(home: AnyHome, progress: Progress = silent, *, least: int = LEAST_CITATIONS) -> str | None:
    """Write the tables of the published database, and let the manifest name them.

    Args:
        least: citations that a file has.

    Returns:
        The version that the manifest names now; None where it did before.

    Raises:
        UsageError: there is no database yet.
        Locked: another run writes these files; or, in a store, the database that is open is not the published one.
    """
    with (
        open_home(home, "parquet", "warehouse") as home,
        database.reader(home) as connection,
        translate_disk_full(home.path),
        home_lock(home.parquet),
    ):
        top, path = home.parquet, home.parquet_manifest
        warehouse = contents.version_of(connection)
        home.check_is_published(warehouse)
        version = f"{warehouse}{home.version_suffix}"
        had = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if had.get("warehouse") == warehouse:
            return None
        if not _is_whole(top, version):  # as it is after a rollback
            _write_version(connection, home, version, progress, least)
        home.check_unchanged(path)
        with atomic_write(path, is_durable=True) as unfinished:
            shutil.copyfile(top / version / feeds.MANIFEST, unfinished)
        home.upload()
        for other in home.folders(top):
            if other not in (version, had.get("version")):  # who reads the version before has time until the next one
                home.discard(top / other)
    log.info("parquet %s: %d tables", version, len(TABLES))
    return version


def _is_whole(top: Path, version: str) -> bool:
    """Whether a version is there with all its files: a kill may have come while it was written, or taken away."""
    path = top / version / feeds.MANIFEST
    if not path.exists():
        return False
    tables = json.loads(path.read_text("utf-8"))["tables"]
    return all((top / name).exists() for table in tables.values() for name in table["files"])


def _write_version(
    connection: duckdb.DuckDBPyConnection, home: Home, version: str, progress: Progress, least: int
) -> None:
    """Write all tables into a new directory, and what the manifest is to say of them."""
    top = home.parquet
    home.discard(top / version)  # what a killed run left
    connection.execute(database.MEMORY)
    connection.execute("SET temp_directory = $path", {"path": str(top / ".spill")})
    [(citations,)] = connection.execute("SELECT count(*) FROM articles").fetchall()
    slices = checks.slices(connection, max(citations // MOST_PARTS, least))
    tables = {}
    for place, table in enumerate(TABLES, start=1):
        tables[table.name] = _write_table(connection, table, top / version / table.name, slices)
        home.upload()
        progress(table.name, place, len(TABLES))
    shutil.rmtree(top / ".spill", ignore_errors=True)
    told = {
        "version": version,
        "warehouse": contents.version_of(connection),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "credit": settings.CREDIT,
        "tables": tables,
    }
    with atomic_write(top / version / feeds.MANIFEST, is_durable=True) as unfinished:
        unfinished.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table, directory: Path, slices: list[str]) -> dict:
    """Write one table; returns its rows and its files as the manifest tells them."""
    directory.mkdir(parents=True)
    order = ", ".join(f'"{name}"' for name in primary_key(table)) or "ALL"
    rows, files = 0, []
    for number, condition in enumerate(slices if table.of_citation else ["true"], start=1):
        part = directory / f"part-{number:04}.parquet"
        [(count,)] = connection.execute(
            f"COPY (FROM {table.name} WHERE {condition} ORDER BY {order}) TO {literal(part)}"
            f" ({COPY_OPTIONS['parquet']})"
        ).fetchall()
        rows += count
        files.append(f"{directory.parent.name}/{directory.name}/{part.name}")
    return {"rows": rows, "files": files}
