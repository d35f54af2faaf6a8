"""The tables of MeSH in a database in the making: all of them, or none of what is new."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape

import duckdb

from medline import sqlfile
from medline.home import Home
from medline.schema.tables import BY_NAME, VOCABULARY_TABLES
from medline.vocabulary.store import MeshFile, rows_files

#: Descriptors and supplementary records repeat what the file of actions says.
ANTI_KNOWN = (
    "ANTI JOIN mesh_pharmacological_actions AS known ON known.ui = coming.ui AND known.action_ui = coming.action_ui"
)


def load(connection: duckdb.DuckDBPyConnection, home: Home, files: Sequence[MeshFile]) -> None:
    """Replace the tables of MeSH by the rows of some files, in one transaction."""
    home.download([path for file in files for path in rows_files(home, file).values()])
    connection.execute("BEGIN")
    try:
        for table in VOCABULARY_TABLES:
            connection.execute(f"DELETE FROM {table.name}")
        for file in files:
            _insert(connection, home, file)
        sqlfile.read("vocabulary", "complete").execute(connection)
        _record_files(connection, files)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a COMMIT on a full disk has rolled back already
            connection.execute("ROLLBACK")
        raise


def loaded(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the identity of each file of MeSH in a database, by name; nothing of a database of an older schema."""
    try:
        rows = connection.execute("SELECT name, md5, schema_version FROM mesh_files ORDER BY name").fetchall()
    except duckdb.CatalogException:
        return {}
    return {name: f"{digest} {version}" for name, digest, version in rows}


def _insert(connection: duckdb.DuckDBPyConnection, home: Home, file: MeshFile) -> None:
    """Insert the rows of a file; those of the actions of substances which another file stated too once."""
    paths = rows_files(home, file)
    for table in VOCABULARY_TABLES:
        if path := paths.get(table.name):
            once = ANTI_KNOWN if table.name == "mesh_pharmacological_actions" else ""
            connection.execute(
                f"INSERT INTO {table.name} BY NAME"
                f" SELECT * FROM read_parquet($path, hive_partitioning = false) AS coming {once}",
                {"path": escape(str(path))},
            )


def _record_files(connection: duckdb.DuckDBPyConnection, files: Sequence[MeshFile]) -> None:
    import pyarrow as pa  # here, since commands that only read would wait for it

    from medline.schema.arrow import arrow_schema

    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            "name": file.name, "kind": file.kind, "year": file.year, "language": file.language or None,
            "md5": file.md5, "bytes": file.bytes, "records": file.records, "source": file.source or None,
            "changed": file.changed or None, "rows_per_table": list(file.rows.items()),
            "schema_version": file.schema_version, "loaded_at": loaded_at,
        }
        for file in files
    ]  # fmt: skip
    connection.register("named", pa.Table.from_pylist(rows, arrow_schema(BY_NAME["mesh_files"])))
    connection.execute("INSERT INTO mesh_files BY NAME SELECT * FROM named").fetchall()
    connection.unregister("named")
