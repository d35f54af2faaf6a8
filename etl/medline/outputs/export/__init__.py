"""Records of the warehouse as PubMed's own formats and those of reference managers.

A format is a module of its name with `write_record(record) -> str`, and, where it needs them, HEADER, BETWEEN, FOOTER
and TABLES: the tables that it reads, if not all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import duckdb

from medline.home.out import written
from medline.outputs.export.records import iter_records

FORMATS = ("medline", "xml", "ris", "bibtex", "csljson")


def export(connection: duckdb.DuckDBPyConnection, pmids: Sequence[int], form: str) -> Iterator[str]:
    """Yield the text of an export in pieces: records in the order of `pmids`, without those that the warehouse lacks.

    Memory is bounded by `records.BATCH` records. Line ends are those of the format.
    """
    writer = import_module(f"{__name__}.{form}")
    between = ""
    yield getattr(writer, "HEADER", "")
    for record in iter_records(connection, pmids, getattr(writer, "TABLES", None)):
        yield between + writer.write_record(record)
        between = getattr(writer, "BETWEEN", "")
    yield getattr(writer, "FOOTER", "")


def write(pieces: Iterable[str], path: Path) -> None:
    """Write an export to a file; see `medline.home.out.written`."""
    with written(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as out:
        out.writelines(pieces)
