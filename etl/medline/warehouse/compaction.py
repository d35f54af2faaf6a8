"""Space that updates leave unused in the database, given back once it is a share of the file.

DuckDB gives the rows that a transaction adds to a table blocks of their own, and leaves the places of deleted rows: at
41 tables, an update of one citation takes 5 MB. Its checkpoints join few of these blocks, and cut a file only where
its end is free: 100 tiny updates left a file of 2.7 times the size of a rebuild. So the rows are copied into a new
file, when the old one has grown enough that this costs a share of what updates bring.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import duckdb

from medline.errors import DiskFull
from medline.home.disk import require_free_space, translate_disk_full
from medline.schema.ddl import literal
from medline.schema.tables import TABLES
from medline.warehouse import database

log = logging.getLogger(__name__)

#: Share that blocks in use may grow by before rows are copied.
GROWN = 0.3

#: Blocks of 256 KB that they grow by at least: each update of a database of 2 MB would copy it.
LEAST = 8

#: The folder beside a database in which it is copied, with what DuckDB puts beside the copy.
FOLDER = ".compact"

#: All tables of a database but its state, which is one row.
NAMES = [*(f"main.{table.name}" for table in TABLES), "ledger.events", "ledger.unchecked", "ledger.unindexed"]

#: The names of those that have rows.
FILLED = " UNION ALL ".join(f"(SELECT '{name}' FROM grown.{name} LIMIT 1)" for name in NAMES)


def is_due(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a database, open for writing, has grown enough since its rows were copied last, or first written."""
    connection.execute("CHECKPOINT medline")
    used, before = _used_blocks(connection), database.one_value(connection, "SELECT compact_blocks FROM ledger.state")
    if before is None:
        connection.execute("UPDATE ledger.state SET compact_blocks = $used", {"used": used})
    return isinstance(before, int) and used > before + max(GROWN * before, LEAST)


def compact(path: Path) -> None:
    """Copy the rows of a database, in their order, into a file that takes its place, where the disk has room for it."""
    size = path.stat().st_size
    sweep(path)
    try:
        with translate_disk_full(path.parent):
            require_free_space(size, path.parent, "a copy of the database")
            _copy(path, path.with_name(FOLDER))
    except DiskFull as error:
        log.warning("%s; until then the database is a third larger than it need be", error)
        return
    finally:
        sweep(path)
    log.info("the database had grown by a third: its rows were copied, %d bytes are %d now", size, path.stat().st_size)


def _copy(path: Path, folder: Path) -> None:
    folder.mkdir()
    with database.writer(folder / path.name) as connection:
        database.use_all_processors(connection)
        connection.execute(f"ATTACH {literal(path)} AS grown (READ_ONLY)")
        connection.execute("BEGIN")
        for (name,) in connection.execute(FILLED).fetchall():
            connection.execute(f"INSERT INTO {name} SELECT * FROM grown.{name}")
        connection.execute("DELETE FROM ledger.state")
        connection.execute("INSERT INTO ledger.state BY NAME SELECT * FROM grown.ledger.state")
        connection.execute("COMMIT")
        connection.execute("DETACH grown")
        connection.execute("CHECKPOINT medline")
        used = {"used": _used_blocks(connection)}
        connection.execute("UPDATE ledger.state SET compact_blocks = $used", used)
    (folder / path.name).replace(path)


def sweep(path: Path) -> None:
    """Remove what a killed run left of a copy of a database."""
    shutil.rmtree(path.with_name(FOLDER), ignore_errors=True)


def _used_blocks(connection: duckdb.DuckDBPyConnection) -> int:
    """Blocks that hold something, of the database that is open for writing."""
    counts = "SELECT used_blocks FROM pragma_database_size() WHERE database_name = 'medline'"
    [(used,)] = connection.execute(counts).fetchall()
    return used
