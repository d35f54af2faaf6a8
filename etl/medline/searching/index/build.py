"""The index of the next version: made of its tables, or caught up from the index of the version that it was made of.

The database says which PMIDs changed since its index was made (`ledger.unindexed`), in the transactions that change
them. After a kill at any moment the same changes are made again; what comes out is compared with the tables.
"""

from __future__ import annotations

import errno
import importlib.util
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from medline import settings
from medline.errors import CheckFailed
from medline.home import Home
from medline.home.disk import FULL_WORDS
from medline.progress import Progress, silent
from medline.searching.index import schema
from medline.warehouse import index_files, versions
from medline.warehouse.checks import slices
from medline.warehouse.database import one_value
from medline.warehouse.index_files import IndexState

if TYPE_CHECKING:
    import tantivy

log = logging.getLogger(__name__)

#: Documents that are made together, while those before are indexed: a part costs 0.1 CPU-s beside its citations.
BATCH = 20_000

#: Memory of the writer; what does not fit is written as a segment of its own.
HEAP = 256_000_000

#: Threads of the writer, beside that of DuckDB. Few documents are not worth a second one.
THREADS = 1

#: Free space below which an error of the writer, which says no reason, is taken for a full disk.
FULL = 64_000_000


def is_available() -> bool:
    """Whether indexes are wanted, and tantivy is installed."""
    return settings.read().index != "none" and importlib.util.find_spec("tantivy") is not None


def is_due(home: Home) -> bool:
    """Whether the published version lacks an index that this program could make."""
    current = versions.published(home)
    if current is None or not is_available():
        return False
    index_files.download(home, current.name)
    directory = home.index(current.name)
    state = index_files.read_state(directory)
    if state and (damage := index_files.damage(directory, state)):
        log.warning("%s: %s: the index is made again", directory, damage)
        return True
    return state is None or state.version != schema.index_version()


def make(connection: duckdb.DuckDBPyConnection, home: Home, progress: Progress = silent) -> None:
    """Make the index of the database in the making, where tantivy is installed; else let go of what there is.

    Raises:
        CheckFailed: the index is not that of the tables, even if it is made anew.
        OSError: the disk is full.
    """
    directory = home.building_index
    if not is_available():
        shutil.rmtree(directory, ignore_errors=True)
        _note(connection, None)
        return
    stamp = one_value(connection, "SELECT indexed FROM ledger.state")
    state = index_files.read_state(directory)
    is_base = state and state.version == schema.index_version() and stamp in (state.stamp, state.previous)
    with _reasons(directory):
        if not (is_base and stamp and _catch_up(connection, directory, progress)):
            _make_afresh(connection, directory, progress)
    new = uuid4().hex
    count, digest = of_tables(connection)
    files = index_files.sealed(directory)
    index_files.write_state(directory, IndexState(schema.index_version(), new, str(stamp or ""), count, digest, files))
    _note(connection, new)


def of_tables(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return number and digest of the documents that the tables make."""
    from medline.searching.index import documents  # which imports numpy: a search needs none

    marks = " UNION ALL ".join(
        f"SELECT {documents.MARKS} AS mark FROM medline.main.{table}" for table in schema.RECORDS
    )
    rows = connection.execute(f"SELECT count(*), coalesce(sum(mark), 0)::BIGINT FROM ({marks})").fetchall()
    count, digest = rows[0]
    return count, digest


def of_index(searcher: tantivy.Searcher) -> tuple[int, int]:
    """Return number and digest of the documents of an index."""
    import tantivy

    total = searcher.aggregate(tantivy.Query.all_query(), {"total": {"sum": {"field": schema.MARK}}})
    return searcher.num_docs, round(total["total"]["value"] or 0)


def _catch_up(connection: duckdb.DuckDBPyConnection, directory: Path, progress: Progress) -> bool:
    """Replace the documents of PMIDs that changed.

    Returns:
        Whether the index is that of the tables now.
    """
    import tantivy

    changed = connection.execute("SELECT DISTINCT pmid FROM ledger.unindexed ORDER BY pmid").fetchall()
    pmids = [pmid for (pmid,) in changed if pmid is not None]
    try:
        index = tantivy.Index.open(str(directory))
    except ValueError as error:
        log.warning("%s: %s; the index is made anew", directory, error)
        return False
    schema.register(index)
    if pmids:
        parts = [pmids[start : start + BATCH] for start in range(0, len(pmids), BATCH)]
        with _writing(index) as writer:
            # not by term: of an unsigned field tantivy-py 0.27 deletes nothing then, and does not say so
            writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, schema.PMID, pmids))
            _add(writer, connection, [_is_unindexed(part) for part in parts], progress)
        log.info("index: %d PMIDs caught up", len(pmids))
    return _is_of_tables(connection, index)


def _is_unindexed(part: Sequence[int]) -> str:
    return (
        f"pmid BETWEEN {part[0]} AND {part[-1]}"
        f" AND pmid IN (SELECT pmid FROM medline.ledger.unindexed WHERE pmid BETWEEN {part[0]} AND {part[-1]})"
    )


def _make_afresh(connection: duckdb.DuckDBPyConnection, directory: Path, progress: Progress = silent) -> None:
    import tantivy

    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    index = tantivy.Index(schema.open_schema(), str(directory))
    schema.register(index)
    with _writing(index) as writer:
        _add(writer, connection, slices(connection, BATCH), progress)
    if not _is_of_tables(connection, index):
        raise CheckFailed(
            f"{directory}: the index has other citations than the tables; report it, and set MEDLINE_INDEX=none"
        )
    log.info("index: %d citations", index.searcher().num_docs)


def _add(
    writer: tantivy.IndexWriter, connection: duckdb.DuckDBPyConnection, parts: Sequence[str], progress: Progress
) -> None:
    from medline.searching.index import documents

    documents.prepare(connection)
    progress("index", 0, len(parts), unit="parts")
    for number, made in enumerate(_made_ahead(connection, parts), start=1):
        for document in made:
            writer.add_document(document)
        progress("index", number, len(parts), unit="parts")


def _made_ahead(connection: duckdb.DuckDBPyConnection, parts: Iterable[str]) -> Iterator[list[tantivy.Document]]:
    """Yield the documents of each part, while a thread makes those of the next."""
    from medline.searching.index import documents

    with ThreadPoolExecutor(1) as thread:
        ahead: Future[list[tantivy.Document]] | None = None
        for part in parts:
            ready, ahead = ahead, thread.submit(documents.documents, connection, part)
            if ready:
                yield ready.result()
        if ahead:
            yield ahead.result()


def _is_of_tables(connection: duckdb.DuckDBPyConnection, index: tantivy.Index) -> bool:
    index.reload()
    wanted, found = of_tables(connection), of_index(index.searcher())
    if wanted != found:
        log.warning("the index has %d documents with digest %d, the tables make %d with %d", *found, *wanted)
    return wanted == found


@contextmanager
def _writing(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """Yield a writer whose documents count when the block ends; none do if it fails."""
    writer = index.writer(HEAP, THREADS)
    yield writer
    writer.commit()
    writer.wait_merging_threads()


@contextmanager
def _reasons(directory: Path) -> Iterator[None]:
    """Say of a failed writer that the disk is full: its own errors hardly do."""
    try:
        yield
    except ValueError as error:
        free = shutil.disk_usage(directory.parent).free
        if free >= FULL and not any(words in str(error) for words in FULL_WORDS):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory)) from error
    finally:
        for lock in directory.glob(".tantivy-*.lock"):
            lock.unlink(missing_ok=True)


def _note(connection: duckdb.DuckDBPyConnection, stamp: str | None) -> None:
    """Let the database know the index that was made of its rows."""
    connection.execute("BEGIN")
    connection.execute("UPDATE ledger.state SET indexed = $stamp", {"stamp": stamp})
    connection.execute("DELETE FROM ledger.unindexed")
    connection.execute("COMMIT")
