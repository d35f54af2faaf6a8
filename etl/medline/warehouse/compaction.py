"""Space that updates leave unused in the database, closed once it is a share of the file.

DuckDB gives the rows that a transaction adds to a table blocks of their own, and leaves the places of deleted rows: at
41 tables, an update of one citation takes 10 MB. At a checkpoint it would put them together, but whenever it likes
(see `database.SETTINGS`); here it does so when the file has grown enough, so that the cost is a share of what
updates bring.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from medline.schema.tables import TABLES
from medline.warehouse.database import one_value

log = logging.getLogger(__name__)

#: Share that blocks in use may grow by before they are put together.
GROWN = 0.3

#: Blocks of 256 KB that they grow by at least: each update of a database of 2 MB would pay 0.4 s, as for the rest.
LEAST = 8

#: Checkpoints that move rows: the first puts blocks together behind the others, which are free then; the second moves
#: them there. A third would move them back. DuckDB's metadata stay behind: a small file keeps half as much again.
ROUNDS = 2

#: The last row of each table that has one; `ledger.state` has a single one.
LAST_ROWS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, max(rowid) AS row FROM {name} HAVING row IS NOT NULL"
    for name in [*(table.name for table in TABLES), "ledger.events", "ledger.state"]
)


@contextmanager
def compacted(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Put the blocks of the database together after the block, where it has grown enough since that was done last."""
    yield
    connection.execute("CHECKPOINT medline")
    used = _used_blocks(connection)
    before = one_value(connection, "SELECT compact_blocks FROM ledger.state")
    if isinstance(before, int) and isinstance(used, int) and used <= before + max(GROWN * before, LEAST):
        return
    if before is not None:
        connection.execute("SET max_vacuum_tasks = 100")
        for _ in range(ROUNDS):
            _move_last_rows(connection)
            connection.execute("CHECKPOINT medline")
        used = _used_blocks(connection)
        connection.execute("SET max_vacuum_tasks = 0")
        log.info("the database had grown by a third: its blocks are put together")
    connection.execute("UPDATE ledger.state SET compact_blocks = $used", {"used": used})


def _used_blocks(connection: duckdb.DuckDBPyConnection) -> object:
    return one_value(connection, "SELECT used_blocks FROM pragma_database_size() WHERE database_name = 'medline'")


def _move_last_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the last row of each table again, where it was: a checkpoint looks only at tables that changed."""
    last_rows = connection.execute(LAST_ROWS).fetchall()
    connection.execute("BEGIN")
    for name, last in last_rows:
        connection.execute(f"INSERT INTO {name} SELECT * FROM {name} WHERE rowid = {last}")
        connection.execute(f"DELETE FROM {name} WHERE rowid = {last}")
    connection.execute("COMMIT")
