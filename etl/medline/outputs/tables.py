"""The published database as plain Parquet, for engines that do not read DuckDB's files.

parquet/manifest.json                             see `publication`; the tables of one version, their files and rows
parquet/26-000012/manifest.json                   the same of this version, written when it is complete
parquet/26-000012/articles/part-0007.parquet      the rows of some PMIDs, in the order of the table's key

The files of all tables are cut at the same PMIDs: rows that belong together are in files of one number.
"""

from __future__ import annotations

import logging
import re
from itertools import repeat
from pathlib import Path

import duckdb

from medline.home import AnyHome, open_home
from medline.home.disk import flush_all, read_json
from medline.outputs import publication
from medline.outputs.publication import DATABASE_VERSION, MANIFEST, Publication
from medline.progress import Progress, silent
from medline.schema.ddl import comment, file_metadata, literal, primary_key
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
            is_published = current.get("warehouse") == output.database_version
            if is_published and output.is_whole(sizes(current)):
                return None
            version = f"{output.database_version}{home.version_suffix}"
            complete = None if is_published else _complete_manifest(output, version)  # there is one after a rollback
            output.set_current(complete or _write_version(output, version, progress, least))
            # Readers of the version before have time until the next one.
            output.discard(set(output.versions()) - {version, current.get("version")})
        log.info("parquet %s: %d tables", version, len(TABLES))
        return version


def _complete_manifest(output: Publication, version: str) -> dict | None:
    """Return the manifest of a version that has all its files: a run may have been killed that wrote or removed it."""
    manifest = read_json(output.folder / version / MANIFEST)
    return manifest if manifest and "tables" in manifest and output.is_whole(sizes(manifest)) else None


def sizes(manifest: dict) -> dict[str, int | None]:
    """Return the bytes of the files of a version by path; None where the manifest does not say, of an old program."""
    return {
        path: size
        for table in manifest.get("tables", {}).values()
        for path, size in zip(table["files"], table.get("bytes") or repeat(None), strict=False)
    }


def _write_version(output: Publication, version: str, progress: Progress, least: int) -> dict:
    """Write all tables into a new directory, last its whole manifest, which is returned."""
    directory = output.start(version)
    [(citations,)] = output.connection.execute("SELECT count(*) FROM articles").fetchall()
    slices = checks.slices(output.connection, max(citations // MOST_PARTS, least))
    tables = {}
    progress("tables", 0, len(TABLES))
    for number, table in enumerate(TABLES, start=1):
        tables[table.name] = _write_table(output.connection, table, directory / table.name, slices)
        output.home.upload()
        log.debug("table %s: %d rows in %d files", table.name, tables[table.name]["rows"], len(slices))
        progress("tables", number, len(TABLES), table.name)
    flush_all(output.folder)
    manifest = output.describe(version, tables=tables)
    publication.write_manifest(directory, manifest)
    return manifest


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table, directory: Path, slices: list[str]) -> dict:
    """Write one table; return its entry of the manifest."""
    directory.mkdir(parents=True)
    order = ", ".join(f'"{name}"' for name in primary_key(table)) or "ALL"
    rows, files, sizes = 0, [], []
    columns = {column.name: comment(column) for column in table.stored}
    for number, condition in enumerate(slices if table.of_citation else ["true"], start=1):
        part = directory / f"part-{number:04}.parquet"
        [(count,)] = connection.execute(
            f"COPY (FROM {table.name} WHERE {condition} ORDER BY {order}) TO {literal(part)}"
            f" ({COPY_OPTIONS['parquet']}, {file_metadata(table.description, columns)})"
        ).fetchall()
        rows += count
        files.append(f"{directory.parent.name}/{directory.name}/{part.name}")
        sizes.append(part.stat().st_size)
    return {"description": table.description, "columns": columns, "rows": rows, "files": files, "bytes": sizes}
