"""Commands that write files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medline.console import errors, progress, say
from medline.options import Home, TableFormat


def feeds(home: Home) -> None:
    """Write the feeds of sql/feeds for dashboards: Parquet, CSV and JSON, and the manifest that pollers read first."""
    from medline.home.layout import FEEDS_MANIFEST
    from medline.outputs import feeds

    with errors("feeds", alert=home), progress("feeds") as step:
        version = feeds.write(home, step)
    path = f"{home}/{FEEDS_MANIFEST.form}"
    say(f"feeds {version} written: {path}" if version else f"nothing new: the feeds are current: {path}")


def export_tables(
    home: Home,
    form: Annotated[TableFormat, typer.Option("--as", help="Format of the files.")] = TableFormat.parquet,
    catalog: Annotated[
        str | None,
        typer.Option(
            help="Catalog of the Iceberg tables: URI of an SQL database or REST server, or a name in pyiceberg's"
            " configuration.",
            show_default="a file of the home",
        ),
    ] = None,
) -> None:
    """Write the tables for other engines: Parquet, parquet/<version>/<table>/, or Iceberg tables, iceberg/<table>/."""
    from medline.errors import UsageError
    from medline.home.layout import ICEBERG_MANIFEST, PARQUET_MANIFEST

    with errors(), progress("export-tables") as step:
        if form is TableFormat.iceberg:
            from medline.outputs import iceberg

            version, manifest = iceberg.write(home, step, catalog=catalog), ICEBERG_MANIFEST
        elif catalog is not None:
            raise UsageError("--catalog is for --as iceberg")
        else:
            from medline.outputs import tables

            version, manifest = tables.write(home, step), PARQUET_MANIFEST
    path = f"{home}/{manifest.form}"
    say(f"{form} {version} written: {path}" if version else f"nothing new: the files are current: {path}")


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
