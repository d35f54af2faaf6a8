"""Apply source files of the lake to a database, each group in one transaction with its rows in `source_files`.

`sql/ledger/winners.sql` alone says which record wins; `medline.warehouse.rows` copies the rows of the winners
from the lake into the tables.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain, groupby

import duckdb

from medline import sqlfile
from medline.errors import BadInput, SqlFileError
from medline.home import Home
from medline.lake.manifest import Manifest
from medline.mirror.dumps import dump_order
from medline.progress import Progress, silent
from medline.schema.tables import BY_NAME, CITATION_TABLES, FILE_TABLES
from medline.warehouse import rows
from medline.warehouse.database import one_value

log = logging.getLogger(__name__)

#: Files of the lake in one transaction: of the baseline, of updates, or of exports.
GROUP = 32

#: Records of updates in one transaction, but for a file that has more. Until it ends, DuckDB keeps 16 KB for each 2,048
#: rows of a table of which one was deleted: 0.8 GB for references of 25,000 records spread over all of PubMed.
RECORDS = 25_000

#: The temporary table of deleted keys that a later record of the same file brings back.
REINSTATED = {"source_file": "string", "pmid": "int64", "version": "int32"}


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
        group: list[list[Manifest]] = []
        for part in files.values():
            is_large = kind == "update" and sum(made.key_count for made in (*chain(*group), *part)) > RECORDS
            if group and (len(group) == GROUP or is_large):
                yield list(chain(*group))
                group = []
            group.append(part)
        yield list(chain(*group))


def _apply(
    connection: duckdb.DuckDBPyConnection, home: Home, group: Sequence[Manifest], coming: Mapping[str, Manifest]
) -> None:
    """Apply some sources in one transaction: events, the records that win by them, their rows in `source_files`."""
    connection.execute("BEGIN")
    try:
        _name_incoming(connection, group)
        sqlfile.read("ledger", "forget").execute(connection)
        files = {table: rows.files(home, table, group) for table in ("articles", "books", "deleted_citations")}
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
    if damaged := rows.first_damaged(home, group):
        manifest, path, error = damaged
        home.remove([home.bundle(manifest.stem) if manifest.bundle else home.manifest(manifest.stem)])
        problem = f"its file {path.relative_to(home.path)} in the lake is damaged"
        advice = "run the same command again, or `medline load` on a file of yours: it is read again"
        raise BadInput(manifest.name, problem, advice=advice) from error


def _name_incoming(connection: duckdb.DuckDBPyConnection, group: Sequence[Manifest]) -> None:
    """Name for the statements of sql/ledger the files that are applied, and their files in the lake."""
    incoming = [
        (manifest.name, manifest.format, dump_order(manifest.year, manifest.number), manifest.stem)
        for manifest in group
    ]
    rows.name_table(connection, "incoming", rows.INCOMING, incoming)
    reinstated = [(manifest.name, pmid, version) for manifest in group for pmid, version in manifest.reinstated]
    rows.name_table(connection, "reinstated", REINSTATED, reinstated)


def _replace_rows(connection: duckdb.DuckDBPyConnection, home: Home, coming: Mapping[str, Manifest]) -> None:
    """Replace the rows of each touched PMID by those of its winner, where that changed.

    Args:
        coming: sources that are applied, now or later in this run; of the others the lake must have what was applied.
    """
    sqlfile.read("ledger", "changes").execute(connection, {"until": None})
    if one_value(connection, "SELECT count(*) FROM leaving"):
        for table in CITATION_TABLES:
            connection.execute(f"DELETE FROM {table.name} WHERE pmid IN (SELECT pmid FROM leaving)")
    if manifests := rows.winning(connection, home, coming):
        rows.name_wanted(connection, manifests)
        for table in CITATION_TABLES:
            rows.insert(connection, home, table, manifests)


def _record_files(connection: duckdb.DuckDBPyConnection, home: Home, group: Sequence[Manifest]) -> None:
    import pyarrow as pa

    from medline.schema.arrow import arrow_schema

    for table in FILE_TABLES:
        if not (files := rows.files_with_rows(home, table.name, group)):
            continue
        columns = ", ".join(f'lake."{column.name}"' for column in table.columns)
        connection.execute(
            f"INSERT INTO {table.name} SELECT {columns}"
            f" FROM read_parquet($files, filename = true, {rows.PLAIN}) AS lake"
            " SEMI JOIN incoming ON incoming.source_file = lake.source_file"
            " AND incoming.lake_file = parse_filename(lake.filename, true)",
            {"files": files},
        )
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    listed = [
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
    connection.register("named", pa.Table.from_pylist(listed, arrow_schema(BY_NAME["source_files"])))
    connection.execute("INSERT INTO source_files BY NAME SELECT * FROM named").fetchall()
    connection.unregister("named")
