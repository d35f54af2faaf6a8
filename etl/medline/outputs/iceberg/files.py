"""The data files of a table: the rows of a million PMIDs each, named after these rows.

`00007-1f0c…-26-000012.parquet` has the rows of PMIDs from 7,000,000 on; a digest of them, and the version that
wrote it, follow. Rows that a later version has too stay where they are: their digest is in the name of a file of the
current snapshot.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table as IcebergTable
from pyiceberg.table.snapshots import Snapshot

from medline.home import Home
from medline.outputs.publication import DATABASE_VERSION
from medline.schema.ddl import literal, primary_key
from medline.schema.tables import TABLES, Table
from medline.warehouse.database import COPY_OPTIONS

#: PMIDs of a file.
WIDTH = 1_000_000

_TABLE = "|".join(table.name for table in TABLES)

#: Paths in the folder of the output of all files that are made here, or by Iceberg. Others stay.
FILE = re.compile(
    rf"(?:{_TABLE})/(?:data/(?:tmp_)?[0-9]{{5,}}-[0-9a-f]{{16}}-{DATABASE_VERSION}\.parquet"
    r"|metadata/[^/]+\.(?:avro|metadata\.json))"
)


@dataclass(frozen=True)
class Slice:
    """Rows of a table that are in one file.

    Attributes:
        name: begin of the name of a file that has these rows: number of the slice, and digest.
        condition: selects them.
        rows: their number.
    """

    name: str
    condition: str
    rows: int


def slices(connection: duckdb.DuckDBPyConnection, table: Table, width: int) -> list[Slice]:
    """Return the slices of a table that have rows; of an empty table one without.

    The digest is of all values, whatever the order of the rows, and of the names of the columns.
    """
    number = f"coalesce(pmid // {width}, 0)" if table.of_citation else "0"
    found = connection.execute(
        f"SELECT {number}, count(*), sum(hash(one)::HUGEINT) FROM {table.name} AS one GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    names = [(column.name, column.type.arrow) for column in table.stored]
    return [
        Slice(
            f"{number:05}-{hashlib.sha256(repr((names, rows, total)).encode()).hexdigest()[:16]}-",
            _condition(number, width) if table.of_citation else "true",
            rows,
        )
        for number, rows, total in found or [(0, 0, 0)]
    ]


def _condition(number: int, width: int) -> str:
    between = f"pmid >= {number * width} AND pmid < {(number + 1) * width}"
    return between if number else f"(pmid IS NULL OR {between})"


def write(
    connection: duckdb.DuckDBPyConnection, table: Table, one: Slice, field_ids: str, directory: Path, version: str
) -> Path:
    """Write the rows of a slice, in the order of the table's key, into a new file; they are never in memory at once."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{one.name}{version}.parquet"
    order = ", ".join(f'"{name}"' for name in primary_key(table)) or "ALL"
    connection.execute(
        f"COPY (FROM {table.name} WHERE {one.condition} ORDER BY {order}) TO {literal(path)}"
        f" ({COPY_OPTIONS['parquet']}, FIELD_IDS {field_ids})"
    ).fetchall()
    return path


def data_files(snapshot: Snapshot | None, io: FileIO) -> dict[str, DataFile]:
    """Return the data files of a snapshot, by name."""
    manifests = snapshot.manifests(io) if snapshot else []
    entries = (entry for manifest in manifests for entry in manifest.fetch_manifest_entry(io))
    return {entry.data_file.file_path.rpartition("/")[2]: entry.data_file for entry in entries}


def holder(one: Slice, found: Iterable[str]) -> str | None:
    """Return the name of the file that has the rows of a slice; None where there is none."""
    return next((name for name in found if name.startswith(one.name)), None)


def unreferenced(home: Home, tables: Collection[IcebergTable]) -> list[Path]:
    """Return the files of these tables that no version names: those of killed runs, and of versions that ended."""
    top = home.location(home.iceberg)
    named: set[str] = set()
    for table in tables:
        named |= {table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)}
        for snapshot in table.metadata.snapshots:
            named.add(snapshot.manifest_list)
            named |= {manifest.manifest_path for manifest in snapshot.manifests(table.io)}
            named |= {file.file_path for file in data_files(snapshot, table.io).values()}
    here = {path.relative_to(home.iceberg).as_posix(): path for path in home.files(home.iceberg)}
    ours = {table.name()[-1] for table in tables}
    return [
        path
        for name, path in here.items()
        if FILE.fullmatch(name) and name.partition("/")[0] in ours and f"{top}/{name}" not in named
    ]
