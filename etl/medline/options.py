"""Options and arguments that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medline import settings
from medline.console import errors


def _setting(name: str) -> str:
    """Return the value that a setting gives an option."""
    with errors():
        return getattr(settings.read(), name)


def _check_home(home: str) -> str:
    if not home.strip():
        raise typer.BadParameter("it is empty: a variable that is not set?")
    if "://" in home:
        return home
    with errors():
        return str(settings.expanded(home))


Home = Annotated[
    str,
    typer.Option(
        "--home",
        help="Directory, or s3://bucket/path, that contains lake and warehouse; also MEDLINE_HOME.",
        default_factory=lambda: _setting("home"),
        callback=_check_home,
    ),
]
Mirror = Annotated[
    str,
    typer.Option(
        help="A mirror by URL, or a directory laid out like NLM's; also MEDLINE_MIRROR. The home remembers it.",
        show_default="the one that the home was synced with before, or NLM's",
    ),
]
Mesh = Annotated[
    str,
    typer.Option(
        help="MeSH by URL or directory, or none; also MEDLINE_MESH. Without it: NLM's for NLM's mirror, the folder"
        " MESH_FILES of a directory.",
        default_factory=lambda: _setting("mesh"),
    ),
]
Files = Annotated[
    list[Path],
    typer.Argument(help="XML or MEDLINE text, plain or packed; folders of such files; - for standard input."),
]
Name = Annotated[str | None, typer.Option("--name", help="Name of the file; without it, that of a pipe is its MD5.")]
Replace = Annotated[bool, typer.Option("--replace", help="Let a file replace another one of the same name.")]


class Engine(StrEnum):
    """Readers of files; both give the same rows."""

    compiled = "compiled"
    reference = "reference"


EngineOption = Annotated[
    Engine,
    typer.Option(
        "--engine", help="Reader: compiled, or the plain one; files up to 256 KB are always read by the plain one."
    ),
]


class Format(StrEnum):
    """Output of `medline query` and `medline search`."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    xlsx = "xlsx"


AnswerFormat = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="Format of the answer.", show_default="table; of a file its suffix"),
]
AnswerFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="File to write to; its name ends in the format: .csv, .json (also .gz, .zst), .parquet, .xlsx.",
    ),
]
Limit = Annotated[int, typer.Option(min=1, max=1_000_000, help="Rows that a table shows.")]

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The state after a dump of the year: 26-001400 for pubmed26n1400.",
        metavar="YY-NUMBER",
        show_default="the newest",
    ),
]


class Shown(StrEnum):
    """Output of commands that print a state."""

    text = "text"
    json = "json"


ShownFormat = Annotated[Shown, typer.Option("--format", "-f", help="Lines for people, or JSON for programs.")]


class Sort(StrEnum):
    """Orders of `medline search`."""

    date = "date"
    best = "best"


class TableFormat(StrEnum):
    """Output of `medline export-tables`."""

    parquet = "parquet"
    iceberg = "iceberg"


class ExportFormat(StrEnum):
    """Output of `medline export`."""

    medline = "medline"
    xml = "xml"
    ris = "ris"
    bibtex = "bibtex"
    csljson = "csljson"


class LogFormat(StrEnum):
    """Output on stderr."""

    text = "text"
    json = "json"
