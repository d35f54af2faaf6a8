"""The command `medline`. Each command calls one function of the package; imports wait until a command needs them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medline import settings
from medline.console import Commands, configure_logs, echo, errors, fail, fail_all, progress, say
from medline.options import (
    AnswerFile,
    AnswerFormat,
    Engine,
    EngineOption,
    ExportFormat,
    Files,
    Format,
    Home,
    Limit,
    LogFormat,
    Mesh,
    Mirror,
    Name,
    Replace,
    Sort,
    TableFormat,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="MEDLINE/PubMed dumps to Parquet tables and a DuckDB database. Start with [bold]medline sync[/bold] on a"
    " mirror, or [bold]medline load[/bold] on files of your own, then ask with [bold]medline query[/bold]."
    "\n\nExit codes: 0 done or nothing to do, 1 failed, 2 misused, 130 interrupted.",
    rich_markup_mode="rich",
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"medline {version('medline-warehouse')}")
        raise typer.Exit


@app.callback()
def main(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print a line for each file.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print reasons too, and the traces of errors.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", envvar="MEDLINE_LOG", help="Lines, or an object a line, on stderr.")
    ] = LogFormat.text,
) -> None:
    configure_logs(verbose=verbose, debug=debug, as_json=log_format is LogFormat.json)


@app.command()
def sync(
    home: Home,
    mirror: Mirror,
    mesh: Mesh,
    engine: EngineOption = Engine.compiled,
) -> None:
    """Bring the warehouse to the state of a mirror: fetch and read new dumps, apply them in order, check, publish."""
    from medline import pipeline

    with errors("sync", alert=home), progress() as step:
        applied = pipeline.sync(mirror, home, step, engine=engine, mesh=mesh)
    say(f"{len(applied)} files applied" if applied else "nothing new: the warehouse is current")


def reads_files(command: Callable[..., None]) -> Callable[..., None]:
    """Register a command that reads files, with the options of all such commands."""

    def call(
        files: Files,
        home: Home,
        name: Name = None,
        replace: Replace = False,
        engine: EngineOption = Engine.compiled,
    ) -> None:
        command(files, home, name=name, replace=replace, engine=engine)

    app.command(command.__name__, help=command.__doc__)(call)
    return command


@reads_files
def transform(files: list[Path], home: str, **options: Any) -> None:
    """Read dumps into the lake only: one Parquet file per dump and table."""
    from medline import pipeline
    from medline.errors import MedlineError

    with errors(), progress() as step:
        outcomes = pipeline.transform_files(files, home, progress=step, **options)
    fail_all([outcome for outcome in outcomes.values() if isinstance(outcome, MedlineError)])
    say(f"{len(outcomes)} files in {home}/lake")


@reads_files
def load(files: list[Path], home: str, **options: Any) -> None:
    """Load files of any format into the warehouse, beside the dumps that it has."""
    from medline import pipeline

    with errors(), progress() as step:
        applied, failed = pipeline.load_files(files, home, progress=step, **options)
    fail_all(failed)
    say(f"{len(applied)} files applied" if applied else "nothing new: the warehouse has these files")


@app.command()
def fetch(
    query: Annotated[str, typer.Argument(help="In PubMed's language, in quotes.")],
    home: Home,
    eutils: Annotated[str, typer.Option(help="URL of the E-utilities.")] = settings.NLM_EUTILS,
    engine: EngineOption = Engine.compiled,
) -> None:
    """Load the records of a PubMed query through NLM's E-utilities; after an error the same call continues."""
    from medline import pipeline

    with errors(), progress() as step:
        loaded = pipeline.fetch(query, home, eutils, engine=engine, progress=step)
    if loaded is None:
        say("PubMed finds nothing")
        return
    applied, failed = loaded
    fail_all(failed)
    say(f"{len(applied)} files applied" if applied else "nothing new: the warehouse has these records")


@app.command()
def mesh(
    home: Home,
    source: Annotated[
        str, typer.Option("--source", help="NLM's folder MESH_FILES, by URL or as a directory.", show_default="NLM's")
    ] = "",
    supplementary: Annotated[
        bool, typer.Option("--supplementary", help="Bring the supplementary records too: 300,000 substances.")
    ] = False,
) -> None:
    """Bring MeSH, its tree and entry terms, of the year that fits the citations, and publish it with them."""
    from medline import pipeline

    with errors("mesh", alert=home), progress() as step:
        done, version = pipeline.mesh(home, source, supplementary=supplementary, progress=step)
    if version:
        say(f"MeSH {done.year} published with {version}")
    elif done.changed:
        say(f"MeSH {done.year} is in the home; the first `medline sync` or `medline load` publishes it")
    else:
        say(f"nothing new: MeSH {done.year} is current")


@app.command()
def rebuild(home: Home) -> None:
    """Build the database from the lake again, beside the published one, and publish it."""
    from medline import pipeline

    with errors("rebuild", alert=home), progress() as step:
        applied = pipeline.rebuild(home, step)
    say(f"{len(applied)} files applied")


@app.command()
def rollback(home: Home) -> None:
    """Publish the year before again, or the version before; a second call goes back to the newer one."""
    from medline import pipeline

    with errors():
        say(f"published {pipeline.rollback(home)}")


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="DuckDB SQL, in quotes.")],
    home: Home,
    format: AnswerFormat = None,
    out: AnswerFile = None,
    limit: Limit = 50,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the statement read and write files, and load extensions.")
    ] = False,
) -> None:
    """Ask the warehouse in SQL: `medline query "SELECT count(*) FROM articles"`. Tables: `medline schema`."""
    from medline.warehouse import database

    with errors(sql=True):
        _check_target(format, out)
        with database.reader(home) as connection:
            _write(connection, sql, format, out, limit, allow_files=allow_files)


@app.command()
def search(
    home: Home,
    query: Annotated[
        str, typer.Argument(help="In PubMed's language, in quotes; or a strategy: a file whose name ends in .txt.")
    ] = "",
    file: Annotated[
        str | None, typer.Option("--file", help="A file with a strategy; - for standard input.", metavar="FILE")
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Print only the number of citations.")] = False,
    citations: Annotated[
        bool, typer.Option("--citations", help="Of a strategy, list what its last line finds.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print the query as it is searched.")] = False,
    mapping: Annotated[
        bool, typer.Option("--mapping/--no-mapping", help="Map words without a tag as PubMed does, or keep them.")
    ] = True,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL; needs no warehouse.")] = False,
    tags: Annotated[bool, typer.Option("--tags", help="List the field tags.")] = False,
    sort: Annotated[Sort, typer.Option("--sort", help="Newest first, or those first that match best.")] = Sort.date,
    format: AnswerFormat = None,
    out: AnswerFile = None,
    limit: Limit = 50,
) -> None:
    """Search as in PubMed: `medline search 'asthma\\[mh] AND 2000:2005\\[dp]'`. A strategy gives a count a line."""
    from medline import searching
    from medline.status import print_tags

    with errors():
        if tags:
            print_tags()
            return
        _check_target(format, out)
        text, source = _strategy(file or query) if file or _is_strategy(query) else (query, "query")
        if explain:
            echo(searching.explain(home, text, mapping=mapping))
        elif sql:
            with searching.vocabulary_of(home) as vocabulary:
                typer.echo(searching.to_sql(text, count=count, vocabulary=vocabulary, mapping=mapping))
        elif source != "query" and not (count or citations):
            _print_lines(searching.count_lines(home, text, mapping=mapping, source=source), format, out, limit)
        else:
            is_table = out is None and format in (None, Format.table)
            answering = searching.answering(
                home, text, count=count, sort=sort, limit=limit + 1 if is_table else None, mapping=mapping
            )
            with answering as (connection, statement):
                if count and format is None and out is None:
                    typer.echo(connection.execute(statement).fetchall()[0][0])
                else:
                    _write(connection, statement, format, out, limit)


@app.command()
def export(
    home: Home,
    format: Annotated[ExportFormat, typer.Option("--format", "-f", help="Format of the file.")],
    pmids: Annotated[
        list[str] | None, typer.Argument(help="PMIDs; - reads them from standard input, one a line.", metavar="PMID")
    ] = None,
    where: Annotated[
        str | None, typer.Option(help='Instead of PMIDs: a SQL condition on articles or books, "pub_year = 2020".')
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write to, whole or not at all.")] = None,
) -> None:
    """Write records for other programs: PubMed's own formats, or those of reference managers."""
    from medline.errors import UsageError
    from medline.outputs.export import export as pieces_of
    from medline.outputs.export import write
    from medline.outputs.export.records import choose_pmids
    from medline.warehouse import database

    with errors(), database.reader(home) as connection:
        if bool(pmids) == (where is not None):
            raise UsageError("give PMIDs or --where, and not both")
        words = [word for pmid in pmids or () for word in (sys.stdin if pmid == "-" else [pmid])]
        pieces = pieces_of(connection, choose_pmids(connection, words, where), format)
        if out:
            write(pieces, out)
        else:
            for piece in pieces:
                sys.stdout.buffer.write(piece.encode())


@app.command()
def status(home: Home) -> None:
    """Print what the warehouse contains, what failed, and where the data come from."""
    from medline.status import print_status

    with errors():
        print_status(home)


@app.command()
def check(
    home: Home,
    history: Annotated[bool, typer.Option("--history", help="Print the results of earlier runs instead.")] = False,
) -> None:
    """Run the checks of sql/checks on the warehouse."""
    from medline.status import print_checks
    from medline.warehouse import checks

    if history:
        with errors():
            print_checks(home)
        return
    with errors("check", alert=home):
        results = list(checks.run(home))
    with errors():  # an output that cannot be written is no failed check
        for result in results:
            echo(f"{'warn' if result.offending else 'ok  '} {result.name}: {result.offending} rows")


@app.command()
def metrics(
    home: Home,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to replace; without it, print.")] = None,
) -> None:
    """Print runs, checks, rows, age and disk as OpenMetrics, for Prometheus."""
    from medline.ops import metrics

    with errors():
        if out:
            metrics.write(home, out)
        else:
            typer.echo(metrics.text(home), nl=False)


@app.command()
def alerts(home: Home, mirror: Mirror) -> None:
    """Post alerts to the webhook, and print them: stale data, elements unknown to the schema, failed runs."""
    from medline.ops import alerts

    with errors():
        raised, unsent = alerts.watch(mirror, home)
        for alert in raised:
            echo(alert.text)
    if unsent:
        fail(f"{unsent} of {len(raised)} alerts could not be sent", 1)
    if not raised:
        say("no alerts")


@app.command()
def feeds(home: Home) -> None:
    """Write the feeds of sql/feeds for dashboards: Parquet, CSV and JSON, and the manifest that pollers read first."""
    from medline.home.layout import FEEDS_MANIFEST
    from medline.outputs import feeds

    with errors("feeds", alert=home), progress() as step:
        version = feeds.write(home, step)
    path = f"{home}/{FEEDS_MANIFEST.form}"
    say(f"feeds {version} written: {path}" if version else f"nothing new: the feeds are current: {path}")


@app.command()
def export_tables(
    home: Home,
    _format: Annotated[TableFormat, typer.Option("--as", help="Format of the files.")] = TableFormat.parquet,
) -> None:
    """Write the tables for engines that do not read DuckDB's files: parquet/<version>/<table>/, and a manifest."""
    from medline.home.layout import PARQUET_MANIFEST
    from medline.outputs import tables

    with errors(), progress() as step:
        version = tables.write(home, step)
    path = f"{home}/{PARQUET_MANIFEST.form}"
    say(f"parquet {version} written: {path}" if version else f"nothing new: the files are current: {path}")


@app.command()
def dashboard(
    home: Home,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write.", show_default="the page of the home")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write the dashboard from the feeds: one HTML file that needs nothing else, not even a network."""
    from medline.home import is_remote
    from medline.home.layout import DASHBOARD
    from medline.outputs import dashboard

    with errors():
        dashboard.write(home, out)
    page = out or f"{home}/{DASHBOARD.form}"
    say(f"the page is {page}")
    if show:
        typer.launch(Path(page).absolute().as_uri() if out or not is_remote(home) else str(page))


@app.command()
def schema(
    name: Annotated[str | None, typer.Argument(help="A table, view or macro; without one, all are listed.")] = None,
) -> None:
    """Describe the tables, views and macros, and their columns: type, DTD path, MEDLINE tag."""
    from medline.status import print_schema

    with errors():
        print_schema(name)


def _is_strategy(query: str) -> bool:
    """Return whether the argument of a search is a file with a strategy and no query."""
    return query.endswith(".txt") and settings.expanded(query).is_file()


def _strategy(file: str) -> tuple[str, str]:
    """Return the text of a strategy, and what it is called."""
    from medline.errors import UsageError

    name = "standard input" if file == "-" else Path(file).name
    try:
        data = sys.stdin.buffer.read() if file == "-" else settings.expanded(file).read_bytes()
        return data.decode("utf-8-sig"), name
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from error


def _check_target(format: Format | None, out: Path | None) -> None:
    """Check that Parquet has a file to go to, before anything is asked."""
    if format is Format.parquet and out is None:
        fail("parquet needs a file: add --out answer.parquet", 2)


def _print_lines(lines: pyarrow.Table, format: Format | None, out: Path | None, limit: int) -> None:
    """Print the lines of a strategy with their counts, or write them to a file."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("lines", lines)
        shown = format is None and out is None
        columns = "line, query, citations" if shown else "line, query, details, citations"
        _write(connection, f"SELECT {columns} FROM lines ORDER BY line", format, out, limit)


def _write(
    connection: duckdb.DuckDBPyConnection,
    statement: str,
    format: Format | None,
    out: Path | None,
    limit: int,
    *,
    allow_files: bool = False,
) -> None:
    """Print or write the answer to a statement, to a file in the format of its suffix unless another is given."""
    from medline.answers import print_table, write_answer

    if format is None and out:
        format = next((known for known in Format if out.suffix.lower() == f".{known}"), Format.csv)
    if format is None or (format is Format.table and out is None):
        print_table(connection, statement, limit, allow_files=allow_files)
    else:
        form = Format.csv if format is Format.table else format
        write_answer(connection, statement, form, out, allow_files=allow_files)


if __name__ == "__main__":
    app()
