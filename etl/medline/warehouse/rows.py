"""Rows of the records that win, copied from the files of the lake into the tables of citations or others like them.

`medline.warehouse.apply` brings a database on with them, `medline.warehouse.as_of` a reader back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from glob import escape
from pathlib import Path

import duckdb

from medline.errors import BadInput
from medline.home import Home
from medline.lake.bundles import lake_tables
from medline.lake.manifest import Index, Manifest
from medline.schema.tables import Table
from medline.schema.version import schema_version
from medline.warehouse.contents import contents

#: Else DuckDB would take a folder `year=2026` above a home for a column of its files.
PLAIN = "hive_partitioning = false"

#: The temporary tables that statements about files read; `lake_file` is `medline.lake.manifest.Manifest.stem`.
INCOMING = {"source_file": "string", "source_format": "string", "dump_order": "int64", "lake_file": "string"}
LAKE_FILES = {"source_file": "string", "lake_file": "string"}
LAKE_ROWS = {"source_file": "string", "lake_table": "string", "first": "int64", "behind": "int64"}

#: The keys that are wanted, with the rows of their files; whether a row is one of these: of two files that share theirs
#: both may have a key.
WITH_ROWS = "(FROM wanted JOIN lake_rows USING (source_file) WHERE lake_table = '{table}')"
IS_OWN = " AND lake.file_row_number >= wanted.first AND lake.file_row_number < wanted.behind"

#: More rows than a file of the lake has.
ALL_ROWS = 1 << 62


def name_table(
    connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str], rows: Sequence[Sequence]
) -> None:
    """Make a temporary table of these rows, with Arrow's types: of thousands, in one statement."""
    import pyarrow as pa  # here, since a step that applies nothing would wait for it

    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types.values(), strict=True)]
    connection.register("named", pa.table(arrays, names=list(types)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM named").fetchall()
    connection.unregister("named")


def winning(connection: duckdb.DuckDBPyConnection, home: Home, coming: Mapping[str, Manifest]) -> list[Manifest]:
    """Return the sources that have the records in `arriving`.

    Args:
        coming: sources that are applied, now or later in this run; of the others the lake must have what was applied.

    Raises:
        BadInput: it has not.
    """
    sources = [
        name for (name,) in connection.execute("SELECT DISTINCT source_file FROM arriving ORDER BY ALL").fetchall()
    ]
    others = _applied_issues(connection, home, [name for name in sources if name not in coming])
    return [coming.get(name) or others[name] for name in sources]


def name_wanted(connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest]) -> None:
    """Name for `insert` the records in `arriving`, with the files of the lake that have them.

    Args:
        manifests: of their sources, see `winning`.
    """
    name_table(connection, "lake_files", LAKE_FILES, [(manifest.name, manifest.stem) for manifest in manifests])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS"
        " SELECT pmid, version, source_file, lake_file FROM arriving JOIN lake_files USING (source_file)"
    )
    if is_shared(manifests):
        _name_rows(connection, manifests)


def insert(
    connection: duckdb.DuckDBPyConnection, home: Home, table: Table, manifests: Sequence[Manifest], prefix: str = ""
) -> None:
    """Insert the rows of the records that are wanted into a table of citations; see `name_wanted`.

    Args:
        prefix: of the name of the table that gets the rows.
    """
    if not (files := files_with_rows(home, table.name, manifests)):
        return
    columns = ", ".join(column.sql or f'lake."{column.name}"' for column in table.stored)
    with_rows = is_shared(manifests)
    rows, is_own = (WITH_ROWS.format(table=table.name), IS_OWN) if with_rows else ("wanted", "")
    connection.execute(
        f"INSERT INTO {prefix}{table.name} SELECT {columns}"
        f" FROM read_parquet($files, filename = true, file_row_number = {with_rows}, {PLAIN}) AS lake"
        f" SEMI JOIN {rows} AS wanted"
        " ON wanted.pmid = lake.pmid AND wanted.lake_file = parse_filename(lake.filename, true)"
        f" AND wanted.version IS NOT DISTINCT FROM lake.version{is_own}",
        {"files": files},
    )


def is_shared(manifests: Iterable[Manifest]) -> bool:
    """Whether some of these sources share their files in the lake, so that one key may be there several times."""
    return any(manifest.first for manifest in manifests)


def _name_rows(connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest]) -> None:
    """Name the rows that each source has in its files."""
    rows = [
        (manifest.name, table, first, first + count if manifest.first else ALL_ROWS)
        for manifest in manifests
        for table, count in manifest.rows.items()
        if count
        for first in [manifest.first.get(table, 0)]
    ]
    name_table(connection, "lake_rows", LAKE_ROWS, rows)


def _applied_issues(connection: duckdb.DuckDBPyConnection, home: Home, names: Sequence[str]) -> dict[str, Manifest]:
    """What the lake has of some files, which is what was applied.

    Raises:
        BadInput: files were lost or damaged; or a run that was killed read a file that was issued again, or half of it,
            and did not apply it yet.
    """
    if not names:
        return {}
    applied, index, manifests = contents(connection).sources, Index(home), {}
    for name in names:
        if (made := index.get(name)) is None or made.md5 != applied[name].md5:
            raise BadInput(
                name,
                _problem(index.written(name), applied[name].md5),
                advice="run `medline sync`, or `medline load` if it is a file of yours, to apply it",
            )
        manifests[name] = made
    return manifests


def _problem(written: Mapping | None, md5: str) -> str:
    """Say why what the lake has of a file is not what was applied, by what its manifest says."""
    if written is None:
        return "the lake does not have it any more"
    if written["md5"] != md5:
        return "the lake has another issue of it than the warehouse"
    if written["schema_version"] != schema_version():
        return "the lake has it as another version of the schema read it"
    return "files of it in the lake are lost, empty or cut"


def first_damaged(home: Home, manifests: Iterable[Manifest]) -> tuple[Manifest, Path, Exception] | None:
    """Return the first file of the lake that cannot be read, with its source and why; None if all can."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for manifest in manifests:
        for path in filter(Path.exists, lake_tables(home, manifest.stem)):
            try:
                pq.ParquetFile(path).read()
            except (OSError, pa.ArrowException) as error:
                return manifest, path, error
    return None


def files_with_rows(home: Home, table: str, manifests: Iterable[Manifest]) -> list[str]:
    """Return the files of a table in the lake that have rows: of most tables a small file has none."""
    return files(home, table, (manifest for manifest in manifests if manifest.rows[table]))


def files(home: Home, table: str, manifests: Iterable[Manifest]) -> list[str]:
    """Return the files of a table in the lake, as parameters of a statement."""
    paths = [home.table(table, stem) for stem in dict.fromkeys(manifest.stem for manifest in manifests)]
    home.download(paths)
    return [escape(str(path)) for path in paths]
