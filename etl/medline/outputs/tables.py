"""The published database as plain Parquet, for engines that do not read DuckDB's files.

parquet/manifest.json                             see `publication`; the tables of one version, their files and rows
parquet/26-000012/manifest.json                   the same of this version, written when it is complete
parquet/26-000012/articles/part-0007.parquet      the rows of some PMIDs, in the order of the table's key

The files of all tables are cut at the same PMIDs: rows that belong together are in files of one number.
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import duckdb

from medline.home import AnyHome, open_home
from medline.outputs import publication
from medline.outputs.publication import DATABASE_VERSION, MANIFEST, Publication
from medline.progress import Progress, silent
from medline.schema.ddl import literal, primary_key
from medline.schema.tables import TABLES, Table
from medline.warehouse import checks
from medline.warehouse.database import COPY_OPTIONS

log = logging.getLogger(__name__)

VERSION = re.compile(DATABASE_VERSION)

#: The files of a version; `tmp_` begins those that DuckDB has not finished.
FILE = re.compile(rf"(?:{'|'.join(table.name for table in TABLES)})/(?:tmp_)?part-[0-9]{{4}}\.parquet")

#: Files of a table at most: each has about a million citations of PubMed, what an engine gives to one of its tasks.
MOST_PARTS = 40
LEAST_CITATIONS = 30_000


def write(home: AnyHome, progress: Progress = silent, *, least: int = LEAST_CITATIONS) -> str | None:
    """Write the tables of the published database, and publish them.

    Args:
        least: citations that a file has.

    Returns:
        The version that the manifest names now; None where it did before.

    Raises:
        UsageError, Locked, DiskFull: see `publication.opened`.
    """
    with open_home(home, "parquet", "warehouse") as home:
        with publication.opened(home, home.parquet, VERSION, FILE) as output:
            current = output.manifest()
            if current.get("warehouse") == output.database_version:
                return None
            version = f"{output.database_version}{home.version_suffix}"
            complete = _complete_manifest(output.folder, version)  # there is one after a rollback
            output.set_current(complete or _write_version(output, version, progress, least))
            # Readers of the version before have time until the next one.
            output.discard(set(output.versions()) - {version, current.get("version")})
        log.info("parquet %s: %d tables", version, len(TABLES))
        return version


def _complete_manifest(folder: Path, version: str) -> dict | None:
    """Return the manifest of a version that has all its files: a run may have been killed that wrote or removed it."""
    path = folder / version / MANIFEST
    if not path.exists():
        return None
    manifest = json.loads(path.read_text("utf-8"))
    files = (folder / name for table in manifest.get("tables", {}).values() for name in table["files"])
    return manifest if "tables" in manifest and all(file.exists() for file in files) else None


def _write_version(output: Publication, version: str, progress: Progress, least: int) -> dict:
    """Write all tables into a new directory, last its whole manifest, which is returned."""
    directory = output.start(version)
    [(citations,)] = output.connection.execute("SELECT count(*) FROM articles").fetchall()
    slices = checks.slices(output.connection, max(citations // MOST_PARTS, least))
    tables = {}
    for number, table in enumerate(TABLES, start=1):
        tables[table.name] = _write_table(output.connection, table, directory / table.name, slices)
        output.home.upload()
        log.debug("table %s: %d rows in %d files", table.name, tables[table.name]["rows"], len(slices))
        progress(table.name, number, len(TABLES))
    manifest = output.describe(version, tables=tables)
    publication.write_manifest(directory, manifest)
    return manifest


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table, directory: Path, slices: list[str]) -> dict:
    """Write one table; return its entry of the manifest."""
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
