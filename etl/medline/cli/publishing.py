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
    _format: Annotated[TableFormat, typer.Option("--as", help="Format of the files.")] = TableFormat.parquet,
) -> None:
    """Write the tables for engines that do not read DuckDB's files: parquet/<version>/<table>/, and a manifest."""
    from medline.home.layout import PARQUET_MANIFEST
    from medline.outputs import tables

    with errors(), progress("export-tables") as step:
        version = tables.write(home, step)
    path = f"{home}/{PARQUET_MANIFEST.form}"
    say(f"parquet {version} written: {path}" if version else f"nothing new: the files are current: {path}")


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
