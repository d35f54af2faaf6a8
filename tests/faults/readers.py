"""Readers of a warehouse, each a process of its own (`watch`), and what is compared of one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from medline.errors import MedlineError
from medline.schema.tables import TABLES
from medline.warehouse import database

#: What is compared of each table: all columns, but for the time of loading. `one` is the row. Runs are those of a home.
CONTENTS = {table.name: table.name for table in TABLES if table.name != "runs"}
CONTENTS |= {name: f"(SELECT * EXCLUDE (loaded_at) FROM {name})" for name in ("source_files", "mesh_files")}
CONTENTS |= {"ledger": "ledger.events"}
#: What the readers look at; all would take them ten times as long.
SOME = ("articles", "authors", "mesh", "history", "deleted_citations", "source_files", "ledger")
#: Seconds between two looks: a look takes a seventh of it.
PAUSE = 0.1

#: Whether the reader is to end; waits for PAUSE.
IsOver = Callable[[], bool]


def tables(connection: duckdb.DuckDBPyConnection, names: Iterable[str] = CONTENTS) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table, whatever the order of its rows."""
    looks = (
        f"SELECT '{name}', count(*), coalesce(sum(hash(one)::HUGEINT), 0)::VARCHAR FROM {CONTENTS[name]} AS one"
        for name in names
    )
    return {name: (rows, digest) for name, rows, digest in connection.execute(" UNION ALL ".join(looks)).fetchall()}


def glimpse(connection: duckdb.DuckDBPyConnection) -> str:
    """The tables that the readers look at, in one digest."""
    return hashlib.md5(repr(sorted(tables(connection, SOME).items())).encode()).hexdigest()


def anew(home: Path, _: IsOver) -> Iterator[str]:
    """The file is opened for each look, as another program would."""
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        yield glimpse(connection)


def burst(home: Path, _: IsOver) -> Iterator[str]:
    """One connection for six looks, which must all see the same."""
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        seen = set()
        for _ in range(6):
            seen.add(glimpse(connection))
            time.sleep(PAUSE)
        yield from seen if len(seen) == 1 else ["changed under a connection"]


def kept(home: Path, is_over: IsOver) -> Iterator[str]:
    """One connection for all looks."""
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        is_last = False
        while not is_last:
            is_last = is_over()
            yield glimpse(connection)


def package(home: Path, _: IsOver) -> Iterator[str]:
    """The package's own way, again and again in one process, and a second connection while the first is open."""
    with database.reader(home) as connection:
        yield glimpse(connection)
        with database.reader(home) as other:
            yield glimpse(other)


KINDS = {kind.__name__: kind for kind in (anew, burst, kept, package)}


def watch(connection: Connection, kind: str, home: Path) -> None:
    """Look until something comes over the connection, and once more, then send what was seen. That there is no file is
    no error before there was one."""
    look = KINDS[kind]
    states: list[str] = []
    errors: list[str] = []
    looks = 0
    connection.send("ready")

    def is_over() -> bool:
        return connection.poll(PAUSE)

    is_last = False
    while not is_last:
        is_last = is_over()
        try:
            for seen in look(home, is_over):
                looks += 1
                states += [seen] if states[-1:] != [seen] else []
        except (duckdb.Error, MedlineError, OSError) as error:
            is_early = any(words in str(error) for words in ("does not exist", "no warehouse there yet"))
            errors += [] if is_early and not states else [f"{type(error).__name__}: {error}"]
    connection.send({"kind": kind, "looks": looks, "states": states, "errors": errors})
