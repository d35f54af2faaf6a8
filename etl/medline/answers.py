"""Output of commands on stdout, or in a file: answers to queries."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from medline.console import say
from medline.errors import UsageError
from medline.home.out import written
from medline.messages import visible
from medline.schema.ddl import literal
from medline.warehouse.database import COPY_OPTIONS, confine

#: Columns of a terminal that a column of a table needs at least.
NARROWEST = 10

#: How CSV and JSON are packed, by the end of the name of their file.
PACKINGS = {".gz": "gzip", ".zst": "zstd"}

#: Columns of an output that is not a terminal, where no value should be broken.
PIPE = 400


def print_table(connection: duckdb.DuckDBPyConnection, sql: str, limit: int, *, allow_files: bool = False) -> None:
    """Print the first rows of an answer as a table; see `write_answer`."""
    if not allow_files:
        confine(connection)
    answer = connection.execute(sql)
    if answer is None or answer.description is None:
        raise UsageError("the statement gives no rows")
    columns, rows = [name for name, *_ in answer.description], answer.fetchmany(limit + 1)
    print_rows(columns, rows[:limit])
    if len(rows) > limit:
        say(f"… more than {limit} rows: raise --limit, or --format csv for all")


def write_answer(
    connection: duckdb.DuckDBPyConnection, sql: str, form: str, out: Path | None, *, allow_files: bool = False
) -> None:
    """Write a whole answer.

    Args:
        connection: to the database; without `allow_files` it is confined for good (`database.confine`).
        sql: statements, of which the last one gives the answer.
        form: csv, json or parquet.
        out: the file, see `medline.home.out.written`; None for standard output.
        allow_files: whether the statements may read and write files, and load extensions.
    """
    packing = PACKINGS.get(out.suffix.lower(), "none") if out and form != "parquet" else ""
    options = f"{COPY_OPTIONS[form]}, USE_TMP_FILE false" + (f", COMPRESSION {packing}" if packing else "")
    with written(out) if out else _printed() as target:
        if not allow_files:
            confine(connection, target)
        answer = connection.sql(sql)
        if answer is None:
            raise UsageError("the statement gives no rows")
        if form == "json":
            answer = _finite(answer)
        answer.query("whole_answer", f"COPY (FROM whole_answer) TO {literal(target)} ({options})")


@contextmanager
def _printed() -> Iterator[Path]:
    """Yield a file whose content goes to standard output when the block ends."""
    with tempfile.TemporaryDirectory(prefix="medline-") as directory:
        yield Path(directory) / "answer"
        with (Path(directory) / "answer").open("rb") as whole:
            shutil.copyfileobj(whole, sys.stdout.buffer)


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
                console.print(Text(visible(f"{name:<{wide}}  {'' if value is None else value}")), soft_wrap=True)
        return
    table = Table()
    for column in columns:
        table.add_column(Text(visible(column)), overflow="fold")  # as a text: a name may look like rich's markup
    for row in rows:
        table.add_row(*(Text("" if value is None else visible(str(value))) for value in row))
    console.print(table)
