"""What the command line prints: answers, status and the dictionary."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from etl import lake, warehouse
from etl.errors import Misuse
from etl.mirror import DUMP_NAME
from etl.render import primary_key
from etl.schema import BY_NAME, TABLES
from etl.settings import CREDIT

#: Columns of a terminal that a column of a table needs to be read.
NARROWEST = 10

#: Columns of an output that is no terminal, where nothing should be broken.
PIPE = 400

COPY_OPTIONS = {
    "csv": "FORMAT csv, HEADER",
    "json": "FORMAT json, ARRAY true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}


def print_table(connection: duckdb.DuckDBPyConnection, sql: str, limit: int) -> None:
    """Print the first rows of an answer as a table."""
    answer = connection.execute(sql)
    if answer is None or answer.description is None:
        raise Misuse("the statement gives no rows")
    columns, rows = [name for name, *_ in answer.description], answer.fetchmany(limit + 1)
    _print_rows(columns, rows[:limit])
    if len(rows) > limit:
        Console(stderr=True).print(f"… more than {limit} rows: raise --limit, or --format csv for all")


def write_answer(connection: duckdb.DuckDBPyConnection, sql: str, form: str, out: Path | None) -> None:
    """Write a whole answer as csv, json or parquet, to a file or to standard output."""
    answer = connection.sql(sql)
    if answer is None:
        raise Misuse("the statement gives no rows")
    with tempfile.TemporaryDirectory(prefix="medline-") as directory:
        target = out or Path(directory) / "answer"
        literal = str(target).replace("'", "''")
        connection.sql(f"COPY (FROM answer) TO '{literal}' ({COPY_OPTIONS[form]})")
        if out is None:
            with target.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)


def print_status(home: Path) -> None:
    """Print the state of a home: the warehouse's, and what failed on its way there."""
    console = Console(soft_wrap=True, highlight=False)
    failures = lake.failures(home)
    for failed in failures:
        waiting = "; later dumps of its year wait for it" if DUMP_NAME.fullmatch(failed["name"]) else ""
        console.print(Text(f"FAILED          {failed['error']}{waiting}"))
    if failures and not warehouse.database(home).exists():
        return
    with warehouse.reader(home) as connection:
        newest = connection.execute(
            "SELECT name, loaded_at FROM dumps WHERE number IS NOT NULL ORDER BY year DESC, number DESC LIMIT 1"
        ).fetchone()
        files = connection.execute("SELECT kind, count(*) FROM dumps GROUP BY kind ORDER BY kind").fetchall()
        anomalies, unknown = connection.execute("SELECT sum(anomalies), sum(unknown_paths) FROM dumps").fetchone()
        revised = connection.execute("SELECT max(date_revised) FROM articles").fetchone()[0]
        tables = ", ".join(f"(SELECT count(*) FROM {table.name}) AS {table.name}" for table in TABLES)
        counts = connection.execute(f"SELECT {tables}").fetchone()
    path = warehouse.database(home)
    lines = [
        ("database", f"{path} ({path.stat().st_size / 1e6:,.0f} MB)"),
        ("newest dump", f"{newest[0]}, loaded {newest[1]:%Y-%m-%d %H:%M} UTC" if newest else "none, exports only"),
        ("newest revision", str(revised)),
        ("files", ", ".join(f"{count} {kind}" for kind, count in files)),
        ("anomalies", f"{anomalies or 0:,}"),
        ("unknown paths", f"{unknown or 0:,}"),
    ]
    for name, value in lines:
        console.print(Text(f"{name:<16}{value}"))
    console.print()
    _print_rows(["table", "rows"], [(t.name, f"{n:,}") for t, n in zip(TABLES, counts, strict=True) if n])
    console.print(CREDIT)


def print_schema(name: str | None) -> None:
    """Print the list of tables, or one table's columns."""
    if name is None:
        _print_rows(["table", "grain", "key"], [(t.name, t.meaning, ", ".join(primary_key(t))) for t in TABLES])
        return
    if name not in BY_NAME:
        raise Misuse(f"no table {name!r}; the tables are {', '.join(BY_NAME)}")
    table = BY_NAME[name]
    Console(highlight=False).print(Text(f"{table.name}: {table.meaning}. Rows: {', '.join(table.rows) or 'made here'}"))
    rows = [(c.name, c.type.duckdb, c.path or "", c.tag or "", c.meaning) for c in table.columns]
    _print_rows(["column", "type", "DTD path", "tag", "meaning"], rows)


def _print_rows(columns: list[str], rows: list[tuple]) -> None:
    """Print rows as a table, or, where they are too wide for the terminal, one column a line."""
    console = Console() if sys.stdout.isatty() else Console(width=PIPE)
    if len(columns) * NARROWEST > console.width:
        wide = max(map(len, columns))
        for number, row in enumerate(rows, start=1):
            console.rule(f"row {number}", align="left")
            for name, value in zip(columns, row, strict=True):
                console.print(Text(f"{name:<{wide}}  {'' if value is None else value}"), soft_wrap=True)
        return
    table = RichTable()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(table)
