"""What the command line prints: answers, status and the dictionary."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from medline.console import say
from medline.errors import UsageError
from medline.home import workspace
from medline.home.disk import gigabytes
from medline.lake import failures
from medline.mirror import fetch
from medline.mirror.dumps import DUMP_NAME, source
from medline.outputs import feeds
from medline.schema.ddl import literal, primary_key
from medline.schema.tables import BY_NAME, TABLES
from medline.searching.fields import FIELDS
from medline.settings import CREDIT
from medline.warehouse import checks, contents, database, runs, versions
from medline.warehouse.database import COPY_OPTIONS
from medline.warehouse.dictionary import described

#: Columns of a terminal that a column of a table needs to be read.
NARROWEST = 10

#: Columns of an output that is no terminal, where nothing should be broken.
PIPE = 400


def print_table(connection: duckdb.DuckDBPyConnection, sql: str, limit: int) -> None:
    """Print the first rows of an answer as a table."""
    answer = connection.execute(sql)
    if answer is None or answer.description is None:
        raise UsageError("the statement gives no rows")
    columns, rows = [name for name, *_ in answer.description], answer.fetchmany(limit + 1)
    _print_rows(columns, rows[:limit])
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
        if out is None:
            with target.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)


def _finite(answer: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """JSON has no NaN and no infinity: null in their place."""
    names = [
        '"' + name.replace('"', '""') + '"'
        for name, kind in zip(answer.columns, answer.types, strict=True)
        if str(kind) in ("DOUBLE", "FLOAT")
    ]
    finite = ", ".join(f"if(isfinite({name}), {name}, NULL) AS {name}" for name in names)
    return answer.project(f"* REPLACE ({finite})") if names else answer


@workspace.local("dumps", "lake", "warehouse", "feeds", "journals")
def print_status(home: Path) -> None:
    """Print the state of a home: what readers see, how old it is, what failed on its way there, what it takes."""
    failed_files, run, look = failures.failures(home), runs.last(home), runs.last(home, "newest_listed")
    lines: list[tuple[str, str]] = []
    counts: Sequence[int] = ()
    for failed in failed_files:
        waiting = "; later dumps of its year wait for it" if DUMP_NAME.fullmatch(failed["name"]) else ""
        lines.append(("FAILED", f"{failed['error']}{waiting}"))
    if rolled_back := versions.rolled_back(home):
        lines.append(("ROLLED BACK", f"{rolled_back}; nothing is loaded until {versions.WAYS_ON}"))
    if look.get("note"):
        lines.append(("note", look["note"]))
    if versions.published(home) or not (lines or run):
        with database.reader(home) as connection:
            lines += _told_of(connection, home, look)
            tables = ", ".join(f"(SELECT count(*) FROM {table.name}) AS {table.name}" for table in TABLES)
            [counts] = connection.execute(f"SELECT {tables}").fetchall()
    if run:
        ended = f"{run['outcome']} after {run['seconds']:,.0f} s" if run.get("ended") else "lasts, or was killed"
        lines.append(("last run", f"{run['what']}, {_moment(run)}, {run.get('applied', 0)} files applied: {ended}"))
    sizes = [(name, workspace.disk_usage(home / name)) for name in workspace.PARTS]
    free = f"{gigabytes(shutil.disk_usage(home).free)} free" if home.exists() else ""
    lines.append(("disk", ", ".join([*(f"{name} {gigabytes(size)}" for name, size in sizes if size), free])))
    console = Console(soft_wrap=True, highlight=False)
    for name, value in lines:
        console.print(Text(f"{name:<16}{value}"))
    if counts:
        console.print()
        _print_rows(["table", "rows"], [(t.name, f"{n:,}") for t, n in zip(TABLES, counts, strict=True) if n])
    console.print(CREDIT)


def _told_of(connection: duckdb.DuckDBPyConnection, home: Path, look: dict) -> list[tuple[str, str]]:
    """What the published version says of itself."""
    held = contents.contents(connection)
    newest = held.newest
    [(revised,)] = connection.execute("SELECT max(date_revised) FROM articles").fetchall()
    [(loaded,)] = connection.execute("SELECT max(loaded_at) FROM dumps WHERE number IS NOT NULL").fetchall()
    [(anomalies, unknown)] = connection.execute("SELECT sum(anomalies), sum(unknown_paths) FROM dumps").fetchall()
    kinds = Counter(item.kind for item in held.sources.values())
    current, others = versions.published(home), versions.retired(home)
    kept = f"; kept: {', '.join(version.name for version in others)}" if others else ""
    listing = fetch.last_listing(home / "dumps")
    entry = listing.files.get(newest.name) if listing and newest else None
    dated = f" of {entry.changed}" if entry and entry.changed else ""
    lines = [
        ("database", f"{database.database(home)} ({gigabytes(database.database(home).stat().st_size)})"),
        ("published", f"{current.name if current else '?'}{kept}"),
        ("newest dump", f"{newest.name}{dated}, loaded {loaded:%Y-%m-%d %H:%M} UTC" if newest else "none"),
        ("newest revision", str(revised or "none")),
        ("files", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))),
        ("anomalies", f"{anomalies or 0:,}"),
        ("unknown paths", f"{unknown or 0:,}"),
        ("feeds", _feeds(home, current.name if current else "")),
    ]
    if newest and look:
        lines.insert(4, ("mirror", _behind(held, look)))
    return lines


def _feeds(home: Path, published: str) -> str:
    """Of which version the feeds are."""
    if not (home / "feeds" / feeds.MANIFEST).exists():
        return "none"
    made_of = feeds.manifest(home)["warehouse"]
    return f"of {made_of}" + ("" if made_of == published else ", not of what is published: `medline feeds`")


def _behind(held: contents.Contents, look: dict) -> str:
    """How far the newest dump is behind what the mirror listed when a run looked last."""
    listed = source(Path(look["newest_listed"]))
    told = f"{look['newest_listed']} listed by {look['mirror']} at {_moment(look)}"
    if listed.year != held.year:
        return f"another year: {told}"
    behind = held.behind(listed)
    return f"{behind} dumps behind: {told}" if behind else f"current: {told}"


def _moment(run: dict) -> str:
    return f"{datetime.fromisoformat(run['started_at']):%Y-%m-%d %H:%M} UTC"


@workspace.local("journals")
def print_checks(home: Path) -> None:
    """Print what the checks found whenever they ran: a line for each that found rows, or one for all that did not."""
    rows = []
    for run in checks.history(home):
        found = {name: rows for name, rows in run["offending"].items() if rows}
        rows += [(run["at"], run["database"], run["outcome"], name, f"{count:,}") for name, count in found.items()] or [
            (run["at"], run["database"], run["outcome"], "", "0")
        ]
    _print_rows(["at", "database", "outcome", "check", "rows"], rows)


def print_schema(name: str | None) -> None:
    """Print the list of tables, views and macros, or what one of them is and its columns."""
    found = {told.view.name: told for told in described()}
    if name is None:
        macros = [told for told in found.values() if told.view.is_macro]
        _print_rows(["table", "grain", "key"], [(t.name, t.description, ", ".join(primary_key(t))) for t in TABLES])
        of_views = [(told.view.name, told.meaning, told.view.key) for told in found.values() if not told.view.is_macro]
        _print_rows(["view", "grain", "key"], of_views)
        _print_rows(["macro", "description"], [(told.view.name, told.meaning) for told in macros])
    elif (name := name.lower()) in BY_NAME:
        table = BY_NAME[name]
        _print_title(table.name, table.description, f"Rows: {', '.join(table.rows) or 'made here'}")
        rows = [(c.name, c.type.duckdb, c.path or "", c.tag or "", c.description) for c in table.columns]
        _print_rows(["column", "type", "DTD path", "tag", "description"], rows)
    elif name in found:
        told = found[name]
        reads = f"Reads: {', '.join(told.view.reads) or 'nothing'}"
        if told.view.is_macro:
            _print_title(name, told.meaning, f"Returns: {told.view.returns} {reads}")
        else:
            _print_title(name, told.meaning, reads)
            _print_rows(["column", "type", "description"], list(told.columns))
    else:
        raise UsageError(f"no table, view or macro {name!r}; there are {', '.join([*BY_NAME, *found])}")


def _print_title(name: str, meaning: str, more: str) -> None:
    Console(highlight=False).print(Text(f"{meaning if meaning.startswith(name) else f'{name}: {meaning}'}. {more}"))


def print_tags() -> None:
    """Print the field tags of a search."""
    rows = [(f"[{f.tag}]", ", ".join(f.aliases), f.match.value, f.meaning) for f in FIELDS]
    _print_rows(["tag", "or", "matches", "searches"], rows)


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
