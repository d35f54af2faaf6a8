"""Output of commands on stdout, or in a file: answers to queries."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
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

#: Formats of files, and those of them that only a file can have.
FORMATS = ("csv", "json", "parquet", "xlsx")
OF_FILES = ("parquet", "xlsx")

#: How CSV and JSON are packed, by the end of the name of their file.
PACKINGS = {".gz": "gzip", ".zst": "zstd"}

#: What a table shows for NULL, so that it is not taken for an empty text.
NULL = "NULL"

NO_ROWS = "the statement gives no rows"


@dataclass(frozen=True)
class Target:
    """Where an answer goes.

    Attributes:
        form: one of FORMATS, or table.
        out: the file, see `medline.home.out.written`; None for standard output.
        packing: of the file; "" for none.
    """

    form: str = "table"
    out: Path | None = None
    packing: str = ""

    @property
    def is_table(self) -> bool:
        return self.form == "table"


def target(format: str | None, out: Path | None) -> Target:
    """Return where an answer goes: to a file in the format that its name ends in.

    Args:
        format: "table" or one of FORMATS; None for the one of the name, which is CSV for a name without an end.

    Raises:
        UsageError: the end is unknown or another one, or a format needs a file.
    """
    if out is None:
        if format in OF_FILES:
            raise UsageError(f"{format} needs a file: add --out answer.{format}")
        return Target(format or "table")
    if format == "table":
        raise UsageError(f"a table is printed; for a file give one of --format {', '.join(FORMATS)}")
    packing = PACKINGS.get(out.suffix.lower(), "")
    end = Path(out.stem if packing else out.name).suffix.lower().removeprefix(".")
    if format is None and end and end not in FORMATS:
        known = ", ".join(f".{form}" for form in FORMATS)
        raise UsageError(f"{out.name}: .{end} is no format of an answer ({known}); rename it, or add --format")
    if format and end in FORMATS and end != format:
        raise UsageError(f"{out.name}: {end} by its name, and {format} by --format")
    form = format or end or "csv"
    if packing and form in OF_FILES:
        raise UsageError(f"{out.name}: {form} is packed already; name it {out.stem}")
    return Target(form, out, packing)


def write(
    connection: duckdb.DuckDBPyConnection, sql: str, goal: Target, limit: int, *, allow_files: bool = False
) -> None:
    """Print or write the answer to a statement.

    Args:
        connection: to the database; without `allow_files` it is confined for good (`database.confine`).
        sql: statements, of which the last one gives the answer.
        limit: rows of a table; files get all.
        allow_files: whether the statements may read and write files, and load extensions.
    """
    if goal.is_table:
        _print_table(connection, sql, limit, allow_files=allow_files)
    elif not _write_file(connection, sql, goal, allow_files=allow_files):
        say("the answer has no rows")


def _print_table(connection: duckdb.DuckDBPyConnection, sql: str, limit: int, *, allow_files: bool) -> None:
    """Print the first rows of an answer as a table."""
    if not allow_files:
        confine(connection)
    answer = _executed(connection, sql)
    columns, rows = [name for name, *_ in answer.description or ()], answer.fetchmany(limit + 1)
    print_rows(columns, rows[:limit])
    if len(rows) > limit:
        say(f"… more than {limit} rows: raise --limit, or --format csv for all")


def _executed(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    answer = connection.execute(sql)
    if answer is None or answer.description is None:
        raise UsageError(NO_ROWS)
    return answer


def _write_file(connection: duckdb.DuckDBPyConnection, sql: str, goal: Target, *, allow_files: bool) -> int:
    """Write a whole answer; return its rows."""
    with written(goal.out) if goal.out else _printed() as path:
        if not allow_files:
            confine(connection, path)
        if goal.form == "xlsx":
            from medline.outputs import spreadsheet

            return spreadsheet.write(_executed(connection, sql), path)
        answer = connection.sql(sql)
        if answer is None:
            raise UsageError(NO_ROWS)
        options = f"{COPY_OPTIONS[goal.form]}, USE_TMP_FILE false"
        if goal.packing:
            options += f", COMPRESSION {goal.packing}"
        if goal.form == "json":
            answer = _finite(answer)
        copied = answer.query("whole_answer", f"COPY (FROM whole_answer) TO {literal(path)} ({options})")
        return copied.fetchall()[0][0] if copied else 0


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


def print_rows(columns: Sequence[str], rows: Sequence[tuple]) -> None:
    """Print rows as a table.

    Where they are too wide for it, a terminal gets one column a line, or values over several lines; a pipe gets a row
    a line, whole, so that `grep` and `wc -l` see rows.
    """
    console = Console()
    texts = [[NULL if value is None else visible(str(value)) for value in row] for row in rows]
    if sys.stdout.isatty() and len(columns) * NARROWEST > console.width:
        _print_upright(console, columns, rows)
        return
    table = Table()
    for column in columns:
        table.add_column(Text(visible(column)), overflow="fold")  # as a text: a name may look like rich's markup
    for row, shown in zip(rows, texts, strict=True):
        table.add_row(*(_cell(value, text) for value, text in zip(row, shown, strict=True)))
    if sys.stdout.isatty() or _width(table, console) <= console.width:
        console.print(table)
    else:
        _print_lines([visible(column) for column in columns], texts)


def _cell(value: object, text: str) -> Text:
    return Text(text, style="dim" if value is None else "")


def _width(table: Table, console: Console) -> int:
    """Return the columns that a table takes where no value is broken."""
    return Measurement.get(console, console.options.update(max_width=1 << 20), table).maximum


def _print_upright(console: Console, columns: Sequence[str], rows: Sequence[tuple]) -> None:
    wide = max(map(len, columns))
    for number, row in enumerate(rows, start=1):
        console.rule(f"row {number}", align="left")
        for name, value in zip(columns, row, strict=True):
            line = Text(visible(f"{name:<{wide}}  ")) + _cell(value, NULL if value is None else visible(str(value)))
            console.print(line, soft_wrap=True)


def _print_lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a row a line, without rules; line breaks in values as `\\n`."""
    lines = [[text.replace("\n", "\\n") for text in row] for row in (columns, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("│ " + " │ ".join(padded).rstrip() + "\n")
