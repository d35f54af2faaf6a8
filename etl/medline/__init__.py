"""MEDLINE/PubMed dumps as Parquet and a DuckDB database.

    import medline

    medline.sync("https://ftp.ncbi.nlm.nih.gov/pubmed/", "home")
    with medline.connect("home") as connection:
        connection.sql("SELECT count(*) FROM articles").show()
    medline.search("home", "multiple sclerosis[mh] AND 2000:2005[dp]", limit=10)

A home is a directory, or the URL of an object store. Errors that a caller can handle are a `MedlineError`; see
`medline.errors`. Imports wait until a function needs them, so that `import medline` is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medline.errors import (
    BadInput,
    CheckFailed,
    DiskFull,
    Locked,
    MedlineError,
    MissingDump,
    NetworkError,
    RolledBack,
    SqlFileError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb
    import pyarrow

    __version__: str

__all__ = (
    "BadInput",
    "CheckFailed",
    "DiskFull",
    "Locked",
    "MedlineError",
    "MissingDump",
    "NetworkError",
    "RolledBack",
    "SqlFileError",
    "UsageError",
    "__version__",
    "connect",
    "search",
    "sync",
)


def connect(home: str | Path, *, as_of: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open the published version of the database, read-only.

    Args:
        home: a directory, or the URL of an object store.
        as_of: production year and number of a dump, "26-001400", after which tables, views and macros
            are as they were.

    Returns:
        A connection of DuckDB, which is a context manager. It reads the same version until it is closed, whatever is
        published meanwhile.

    Raises:
        UsageError: there is no database yet, or no such dump in it.
        BadInput: the lake lacks rows that the state after the dump had.
        Locked: the database cannot be opened now.
        NetworkError: the object store does not answer.
    """
    from medline.warehouse import as_of as past

    return past.connect(home, as_of)


def search(
    home: str | Path,
    query: str,
    *,
    sort: str = "date",
    limit: int | None = None,
    mapping: bool = True,
    as_of: str | None = None,
) -> pyarrow.Table:
    """Return the citations and books of the published version that match a query, newest first.

    Args:
        home: a directory, or the URL of an object store.
        query: in PubMed's language: "asthma[mh] AND 2000:2005[dp]".
        sort: "date", newest first, or "best", those first that match best.
        limit: maximum number of citations.
        mapping: whether terms without a tag are mapped, as PubMed does it.
        as_of: see `connect`; citations are then sorted by date.

    Returns:
        A table of pmid, title, pub_date, pub_year, medline_ta and doi.

    Raises:
        UsageError: the query is not understood, or there is no database yet, or no such dump in it.
        NetworkError: the object store does not answer.
    """
    from medline import searching

    return searching.search(home, query, sort=sort, limit=limit, mapping=mapping, as_of=as_of)


def sync(
    mirror: str | Path,
    home: str | Path,
    progress: Callable[[str, int, int], object] | None = None,
    *,
    engine: str = "compiled",
    mesh: str | Path = "",
) -> list[str]:
    """Bring a home to the state of a mirror: fetch and read new dumps, apply them in order, check, publish.

    Args:
        mirror: a URL, or a directory laid out like NLM's mirror.
        home: a directory, or the URL of an object store.
        progress: called with the step, what of it is done and how much there is: files, checks, citations of the index.
        engine: "compiled", or "reference" for the plain reader.
        mesh: a URL or directory of MeSH, laid out like NLM's MESH_FILES, or "none"; without it, the setting
            MEDLINE_MESH: NLM's for NLM's mirror, the folder MESH_FILES of a directory.

    Returns:
        The names of the files that were applied; empty where the home was current.

    Raises:
        MedlineError: the first file, in order, that could not be fetched or read; the files before it are published.
        CheckFailed: the new state breaks a rule of sql/checks, and is not published.
        Locked: another run works on this home.
    """
    from medline import pipeline
    from medline.progress import of_parts, silent

    shown = of_parts(progress) if progress else silent
    return pipeline.sync(mirror, home, shown, engine=engine, mesh=str(mesh))


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("medline-warehouse")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
