"""The command `medline`. Each command calls one function of the package; imports wait until a command needs them."""

from __future__ import annotations

from typing import Annotated

import typer

from medline import settings
from medline.cli import asking, loading, publishing, watching
from medline.console import Command, Commands, configure_logs, errors
from medline.options import LogFormat

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="MEDLINE/PubMed dumps to Parquet tables and a DuckDB database. Start with [bold]medline sync[/bold] on a"
    " mirror, or [bold]medline load[/bold] on files of your own, then ask with [bold]medline query[/bold]."
    "\n\nExit codes: 0 done or nothing to do, 1 failed, 2 misused, 130 interrupted, 143 terminated.",
    rich_markup_mode="rich",
)

#: In the order of the help.
COMMANDS = (
    loading.sync, loading.transform, loading.load, loading.fetch, loading.mesh, loading.rebuild, loading.rollback,
    asking.query, asking.search, asking.export,
    watching.status, watching.runs, watching.check, watching.metrics, watching.alerts,
    publishing.feeds, publishing.export_tables, publishing.dashboard,
    asking.schema,
)  # fmt: skip
for command in COMMANDS:
    app.command(cls=Command)(command)


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
        LogFormat | None,
        typer.Option(
            "--log-format", help="Lines, or an object a line, on stderr; also MEDLINE_LOG.", show_default="text"
        ),
    ] = None,
) -> None:
    with errors():
        wanted = log_format or settings.value("log")
    configure_logs(verbose=verbose, debug=debug, as_json=wanted == LogFormat.json)
