"""Output of commands on stdout, or in a file: answers to queries."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from medline.console import say
from medline.errors import UsageError
from medline.home.disk import flush
from medline.schema.ddl import literal
from medline.warehouse.database import COPY_OPTIONS

#: Columns of a terminal that a column of a table needs at least.
NARROWEST = 10

#: Columns of an output that is not a terminal, where no value should be broken.
PIPE = 400


def print_table(connection: duckdb.DuckDBPyConnection, sql: str, limit: int) -> None:
    """Print the first rows of an answer as a table."""
    answer = connection.execute(sql)
    if answer is None or answer.description is None:
        raise UsageError("the statement gives no rows")
    columns, rows = [name for name, *_ in answer.description], answer.fetchmany(limit + 1)
    print_rows(columns, rows[:limit])
    if len(rows) > limit:
        say(f"… more than {limit} rows: raise --limit, or --format csv for all")


def write_answer(connection: duckdb.DuckDBPyConnection, sql: str, form: str, out: Path | None) -> None:
    """Write a whole answer as csv, json or parquet, to a file or to standard output."""
    answer = connection.sql(sql)
    if answer is None:
        raise UsageError("the statement gives no rows")
    if form == "json":
        answer = _finite(answer)
    with tempfile.TemporaryDirectory(prefix="medline-") as directory:
        target = out or Path(directory) / "answer"
        connection.sql(f"COPY (FROM answer) TO {literal(target)} ({COPY_OPTIONS[form]})")
        if out is not None and out.is_file():  # no pipe, no device
            flush(out)
            flush(out.parent)
        if out is None:
            with target.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)


def _finite(answer: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Replace NaN and infinity, which JSON lacks, by NULL."""
    names = [
        '"' + name.replace('"', '""') + '"'
        for name, kind in zip(answer.columns, answer.types, strict=True)
        if str(kind) in ("DOUBLE", "FLOAT")
    ]
    finite = ", ".join(f"if(isfinite({name}), {name}, NULL) AS {name}" for name in names)
    return answer.project(f"* REPLACE ({finite})") if names else answer


def print_rows(columns: list[str], rows: list[tuple]) -> None:
    """Print rows as a table, or, where they are too wide for the terminal, one column a line."""
    console = Console() if sys.stdout.isatty() else Console(width=PIPE)
    if len(columns) * NARROWEST > console.width:
        wide = max(map(len, columns))
        for number, row in enumerate(rows, start=1):
            console.rule(f"row {number}", align="left")
            for name, value in zip(columns, row, strict=True):
                console.print(Text(f"{name:<{wide}}  {'' if value is None else value}"), soft_wrap=True)
        return
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(table)
