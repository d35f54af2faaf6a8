"""Apply source files of the lake to a database, each group in one transaction with its rows in `source_files`.

`sql/ledger/winners.sql` alone says which record wins; this module copies the rows of the winners from the lake into the
tables.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape
from itertools import chain, groupby
from pathlib import Path

import duckdb

from medline import sqlfile
from medline.errors import BadInput, SqlFileError
from medline.home import Home
from medline.lake.bundles import lake_tables
from medline.lake.manifest import Index, Manifest
from medline.progress import Progress, silent
from medline.schema.tables import BY_NAME, CITATION_TABLES
from medline.warehouse.contents import contents
from medline.warehouse.database import one_value

log = logging.getLogger(__name__)

#: Files of the lake in one transaction, of the baseline and of exports; updates go one by one.
GROUP = 32

#: Else DuckDB would take a folder `year=2026` above a home for a column of its files.
PLAIN = "hive_partitioning = false"


#: Tables of a file as such, not of a citation.
FILE_TABLES = ("deleted_citations", "anomalies", "unknown_paths")

#: The temporary tables that statements about files read; `lake_file` is `medline.lake.manifest.Manifest.stem`.
INCOMING = {"source_file": "string", "source_format": "string", "dump_order": "int64", "lake_file": "string"}
REINSTATED = {"source_file": "string", "pmid": "int64", "version": "int32"}
LAKE_FILES = {"source_file": "string", "lake_file": "string"}
LAKE_ROWS = {"source_file": "string", "lake_table": "string", "first": "int64", "behind": "int64"}

#: The keys that are wanted, with the rows of their files; whether a row is one of these: of two files that share theirs
#: both may have a key.
WITH_ROWS = "(FROM wanted JOIN lake_rows USING (source_file) WHERE lake_table = '{table}')"
IS_OWN = " AND lake.file_row_number >= wanted.first AND lake.file_row_number < wanted.behind"

#: More rows than a file of the lake has.
ALL_ROWS = 1 << 62


def apply(
    connection: duckdb.DuckDBPyConnection, home: Home, manifests: Sequence[Manifest], progress: Progress = silent
) -> None:
    """Apply sources of the lake in the given order; one that the database holds with this MD5 changes nothing."""
    done, coming = 0, {manifest.name: manifest for manifest in manifests}
    progress("apply", 0, len(manifests))
    for group in _transactions(manifests):
        _apply(connection, home, group, coming)
        done += len(group)
        progress("apply", done, len(manifests), group[-1].name)


def _transactions(manifests: Sequence[Manifest]) -> Iterator[list[Manifest]]:
    """The sources that are applied together, in order; those that share files in the lake are never parted."""
    for kind, items in groupby(manifests, key=lambda manifest: manifest.kind):
        files: dict[str, list[Manifest]] = {}
        for manifest in items:
            files.setdefault(manifest.stem, []).append(manifest)
        parts, size = list(files.values()), 1 if kind == "update" else GROUP
        yield from (list(chain(*parts[start : start + size])) for start in range(0, len(parts), size))


def _apply(
    connection: duckdb.DuckDBPyConnection, home: Home, group: Sequence[Manifest], coming: Mapping[str, Manifest]
) -> None:
    """Apply some sources in one transaction: events, the records that win by them, their rows in `source_files`."""
    connection.execute("BEGIN")
    try:
        _name_incoming(connection, group)
        sqlfile.read("ledger", "forget").execute(connection)
        files = {table: _files(home, table, group) for table in ("articles", "books", "deleted_citations")}
        sqlfile.read("ledger", "events").execute(connection, files)
        connection.execute("INSERT INTO touched SELECT pmid FROM ledger.events SEMI JOIN incoming USING (source_file)")
        sqlfile.read("ledger", "unchecked").execute(connection)
        _replace_rows(connection, home, coming)
        _record_files(connection, home, group)
        connection.execute("COMMIT")
    except BaseException as error:
        with suppress(duckdb.Error):  # a COMMIT on a full disk has rolled back already
            connection.execute("ROLLBACK")
        if isinstance(error, duckdb.Error | SqlFileError):
            _check_readable(home, group)
        raise
    home.release()
    for manifest in group:
        counts = manifest.rows["articles"], manifest.rows["deleted_citations"]
        log.info("%s: applied, %d citations, %d deletions", manifest.name, *counts, extra={"file": manifest.name})


def _check_readable(home: Home, group: Sequence[Manifest]) -> None:
    """Look for the file of the lake that a statement failed on: a damaged one does not count any more.

    Raises:
        BadInput: one of them cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for manifest in group:
        for path in filter(Path.exists, lake_tables(home, manifest.stem)):
            try:
                pq.ParquetFile(path).read()
            except (OSError, pa.ArrowException) as error:
                home.remove([home.bundle(manifest.stem) if manifest.bundle else home.manifest(manifest.stem)])
                problem = f"its file {path.relative_to(home.path)} in the lake is damaged"
                advice = "run the same command again, or `medline load` on a file of yours: it is read again"
                raise BadInput(manifest.name, problem, advice=advice) from error


def _name_incoming(connection: duckdb.DuckDBPyConnection, group: Sequence[Manifest]) -> None:
    """Name for the statements of sql/ledger the files that are applied, and their files in the lake."""
    orders = (
        None if manifest.year is None else manifest.year * 1_000_000 + (manifest.number or 0) for manifest in group
    )
    incoming = [
        (manifest.name, manifest.format, order, manifest.stem) for manifest, order in zip(group, orders, strict=True)
    ]
    _name(connection, "incoming", INCOMING, incoming)
    reinstated = [(manifest.name, pmid, version) for manifest in group for pmid, version in manifest.reinstated]
    _name(connection, "reinstated", REINSTATED, reinstated)


def _name(
    connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str], rows: Sequence[Sequence]
) -> None:
    """Make a temporary table of these rows, with Arrow's types: of thousands, in one statement."""
    import pyarrow as pa  # here, since a step that applies nothing would wait for it

    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types.values(), strict=True)]
    connection.register("named", pa.table(arrays, names=list(types)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM named").fetchall()
    connection.unregister("named")


def _replace_rows(connection: duckdb.DuckDBPyConnection, home: Home, coming: Mapping[str, Manifest]) -> None:
    """Replace the rows of each touched PMID by those of its winner, where that changed.

    Args:
        coming: sources that are applied, now or later in this run; of the others the lake must have what was applied.
    """
    sqlfile.read("ledger", "changes").execute(connection)
    if one_value(connection, "SELECT count(*) FROM leaving"):
        for table in CITATION_TABLES:
            connection.execute(f"DELETE FROM {table.name} WHERE pmid IN (SELECT pmid FROM leaving)")
    sources = [
        name for (name,) in connection.execute("SELECT DISTINCT source_file FROM arriving ORDER BY ALL").fetchall()
    ]
    if not sources:
        return
    others = _applied_issues(connection, home, [name for name in sources if name not in coming])
    winning = [coming.get(name) or others[name] for name in sources]
    _name(connection, "lake_files", LAKE_FILES, [(manifest.name, manifest.stem) for manifest in winning])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS"
        " SELECT pmid, version, source_file, lake_file FROM arriving JOIN lake_files USING (source_file)"
    )
    is_shared = _name_rows(connection, winning)
    for table in CITATION_TABLES:
        if not (files := _files_with_rows(home, table.name, winning)):
            continue
        columns = ", ".join(f'lake."{column.name}"' for column in table.columns)
        rows, is_own = (WITH_ROWS.format(table=table.name), IS_OWN) if is_shared else ("wanted", "")
        connection.execute(
            f"INSERT INTO {table.name} SELECT {columns}"
            f" FROM read_parquet($files, filename = true, file_row_number = {is_shared}, {PLAIN}) AS lake"
            f" SEMI JOIN {rows} AS wanted"
            " ON wanted.pmid = lake.pmid AND wanted.lake_file = parse_filename(lake.filename, true)"
            f" AND wanted.version IS NOT DISTINCT FROM lake.version{is_own}",
            {"files": files},
        )


def _name_rows(connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest]) -> bool:
    """Name the rows of files that share their files in the lake: one key may be in several of them.

    Returns:
        Whether there are such files.
    """
    if not any(manifest.first for manifest in manifests):
        return False
    rows = [
        (manifest.name, table, first, first + count if manifest.first else ALL_ROWS)
        for manifest in manifests
        for table, count in manifest.rows.items()
        if count
        for first in [manifest.first.get(table, 0)]
    ]
    _name(connection, "lake_rows", LAKE_ROWS, rows)
    return True


def _applied_issues(connection: duckdb.DuckDBPyConnection, home: Home, names: Sequence[str]) -> dict[str, Manifest]:
    """What the lake has of some files, which is what was applied.

    Raises:
        BadInput: a run that was killed read a file that was issued again, or half of it, and did not apply it yet.
    """
    if not names:
        return {}
    applied, index, manifests = contents(connection).sources, Index(home), {}
    for name in names:
        if (made := index.get(name)) is None or made.md5 != applied[name].md5:
            raise BadInput(
                name,
                "the lake has another issue of it than the warehouse",
                advice="run `medline sync`, or `medline load` if it is a file of yours, to apply it",
            )
        manifests[name] = made
    return manifests


def _record_files(connection: duckdb.DuckDBPyConnection, home: Home, group: Sequence[Manifest]) -> None:
    import pyarrow as pa

    from medline.schema.arrow import arrow_schema

    for table in FILE_TABLES:
        if not (files := _files_with_rows(home, table, group)):
            continue
        columns = ", ".join(f'lake."{column.name}"' for column in BY_NAME[table].columns)
        connection.execute(
            f"INSERT INTO {table} SELECT {columns} FROM read_parquet($files, filename = true, {PLAIN}) AS lake"
            " SEMI JOIN incoming ON incoming.source_file = lake.source_file"
            " AND incoming.lake_file = parse_filename(lake.filename, true)",
            {"files": files},
        )
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            "name": source.name, "kind": source.kind, "year": source.year, "number": source.number,
            "format": source.format, "md5": source.md5, "bytes": source.bytes, "citations": source.rows["articles"],
            "books": source.rows["books"], "superseded": source.superseded,
            "deletions": source.rows["deleted_citations"], "rows_per_table": list(source.rows.items()),
            "anomalies": source.rows["anomalies"], "unknown_paths": source.rows["unknown_paths"],
            "schema_version": source.schema_version, "loaded_at": loaded_at,
        }
        for source in group
    ]  # fmt: skip
    connection.register("named", pa.Table.from_pylist(rows, arrow_schema(BY_NAME["source_files"])))
    connection.execute("INSERT INTO source_files BY NAME SELECT * FROM named").fetchall()
    connection.unregister("named")


def _files_with_rows(home: Home, table: str, manifests: Iterable[Manifest]) -> list[str]:
    """Return the files of a table in the lake that have rows: of most tables a small file has none."""
    return _files(home, table, (manifest for manifest in manifests if manifest.rows[table]))


def _files(home: Home, table: str, manifests: Iterable[Manifest]) -> list[str]:
    """Return the files of a table in the lake, as parameters of a statement."""
    paths = [home.table(table, stem) for stem in dict.fromkeys(manifest.stem for manifest in manifests)]
    home.download(paths)
    return [escape(str(path)) for path in paths]
