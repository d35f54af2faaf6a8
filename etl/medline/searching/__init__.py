"""PubMed's query language over the tables: `search` runs a query, `to_sql` translates it, `count_lines` a strategy.

Operators are evaluated strictly from left to right; terms side by side are joined by AND. A term is a sequence of
words; case, accents and punctuation do not count; `*` is the rest of a word. Headings, subheadings and publication
types include those below them, and terms without a tag are mapped as PubMed maps them, where MeSH is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from medline import settings
from medline.errors import UsageError
from medline.searching import answers, strategy
from medline.searching.answers import Sort
from medline.searching.plan import Plan
from medline.searching.strategy import plan_lines
from medline.searching.timeout import time_limit
from medline.searching.vocabulary import NoVocabulary, open_vocabulary

if TYPE_CHECKING:
    import duckdb
    import pyarrow

    from medline.searching.index.reading import Index

log = logging.getLogger(__name__)


def plan(query: str, vocabulary: NoVocabulary | None = None, *, mapping: bool = True) -> Plan:
    """Return what a query is searched as; of a numbered strategy what its last line is.

    Args:
        query: in PubMed's language.
        vocabulary: MeSH and the names in a database (`open_vocabulary`); none where there is no database.
        mapping: whether terms without a tag are mapped.

    Raises:
        QueryError: the query is not understood; the error has all that is wrong, each with its place.
    """
    *_, (_line, last) = plan_lines(query, vocabulary or NoVocabulary(), is_mapped=mapping)
    for warning in last.warnings:
        log.warning(warning)
    return last


def to_sql(
    query: str,
    *,
    count: bool = False,
    limit: int | None = None,
    vocabulary: NoVocabulary | None = None,
    mapping: bool = True,
) -> str:
    """Translate a query to one SELECT, which runs as it stands where the published database is the default.

    Args:
        query: in PubMed's language.
        count: select the number of citations instead of the citations.
        limit: maximum number of citations.
        vocabulary: MeSH and the names in the database.
        mapping: whether terms without a tag are mapped.

    Raises:
        QueryError: the query is not understood; the error has all that is wrong, each with its place.
    """
    sql = answers.select(plan(query, vocabulary, mapping=mapping).condition, count=count, limit=limit)
    log.debug("the query %s becomes\n%s", query, sql)
    return sql


def search(
    home: Path | str,
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
        query: in PubMed's language.
        sort: "date", newest first, or "best", those first that match best.
        limit: maximum number of citations.
        mapping: whether terms without a tag are mapped, as PubMed does it.
        as_of: the dump after whose state is searched, see `medline.warehouse.as_of.reader`; None for the newest.

    Returns:
        A table of pmid, title, pub_date, pub_year, medline_ta and doi.

    Raises:
        QueryError: the query is not understood; the error has all that is wrong, each with its place.
        UsageError: there is no database yet.
        MedlineError: the search took longer than MEDLINE_SEARCH_TIMEOUT; or as `medline.warehouse.as_of.reader`.
    """
    found = answering(home, query, sort=sort, limit=limit, mapping=mapping, as_of=as_of)
    with found as (connection, statement):
        return connection.sql(statement).to_arrow_table()


@contextmanager
def answering(
    home: Path | str,
    query: str,
    *,
    count: bool = False,
    sort: str = "date",
    limit: int | None = None,
    mapping: bool = True,
    as_of: str | None = None,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Give a connection to the published version and the statement that answers a query there.

    Args:
        home: a directory, or the URL of an object store.
        query: in PubMed's language.
        count: ask for the number of citations instead of the citations.
        sort: see `search`.
        limit: maximum number of citations.
        mapping: whether terms without a tag are mapped.
        as_of: see `search`.

    Raises:
        QueryError, UsageError: see `search`.
    """
    if sort not in (known := list(Sort)):
        raise UsageError(f"unknown order {sort!r}; citations are sorted by {' or '.join(known)}")
    with _opened(home, as_of) as (connection, vocabulary, index):
        condition = plan(query, vocabulary, mapping=mapping).condition
        yield connection, answers.statement(index, condition, count=count, sort=Sort(sort), limit=limit)


def count_lines(
    home: Path | str, text: str, *, mapping: bool = True, source: str = "query", as_of: str | None = None
) -> pyarrow.Table:
    """Return the lines of a strategy with the number of citations that each finds.

    Args:
        home: a directory, or the URL of an object store.
        text: a strategy, with numbered lines or as one query.
        mapping: whether terms without a tag are mapped.
        source: what the text is called in messages.
        as_of: see `search`.

    Returns:
        A table of line, query, details and citations.

    Raises:
        QueryError: a line is not understood; the error has all that is wrong, each with its place.
        UsageError: there is no database yet.
    """
    import pyarrow as pa

    with _opened(home, as_of) as (connection, vocabulary, index):
        planned = list(plan_lines(text, vocabulary, is_mapped=mapping, source=source))
        for warning in dict.fromkeys(warning for _, one in planned for warning in one.warnings):
            log.warning(warning)
        counts = answers.counts(connection, index, [one.condition for _, one in planned])
    columns = {
        "line": pa.array([line.number for line, _ in planned], pa.int32()),
        "query": pa.array([line.text for line, _ in planned], pa.string()),
        "details": pa.array([one.details for _, one in planned], pa.string()),
        "citations": pa.array(counts, pa.int64()),
    }
    return pa.table(columns)


def explain(home: Path | str | None, query: str, *, mapping: bool = True, as_of: str | None = None) -> str:
    """Return a query as it is searched, in PubMed's language, as PubMed's search details are.

    Args:
        home: whose vocabulary counts; None for none.
        query: in PubMed's language.
        mapping: whether terms without a tag are mapped.
        as_of: see `search`; words are mapped to the journals and persons of that state.

    Raises:
        QueryError: the query is not understood; the error has all that is wrong, each with its place.
    """
    with vocabulary_of(home, as_of) as vocabulary:
        return plan(query, vocabulary, mapping=mapping).details


@contextmanager
def vocabulary_of(home: Path | str | None, as_of: str | None = None) -> Iterator[NoVocabulary]:
    """Give the vocabulary of a home: that which knows nothing where there is no database."""
    if home is None:
        yield NoVocabulary()
        return
    try:
        opened = _opened(home, as_of)
        _, vocabulary, _ = opened.__enter__()
    except UsageError:
        if as_of is not None:
            raise
        yield NoVocabulary()
        return
    try:
        yield vocabulary
    finally:
        opened.__exit__(None, None, None)


@contextmanager
def _opened(
    home: Path | str, as_of: str | None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, NoVocabulary, Index | None]]:
    """Give a connection to the published version or an earlier state, its vocabulary, and its index if it has one."""
    from medline.searching.index import names
    from medline.warehouse import as_of as past

    with (
        past.opened(home, as_of) as opened,
        past.reader(opened, as_of) as connection,
        time_limit(connection, settings.read().search_timeout),
    ):
        index = answers.open_index(connection, opened)
        yield connection, names.open_vocabulary(connection, index), index


__all__ = [
    "Plan", "Sort", "answering", "count_lines", "explain", "open_vocabulary", "plan", "search", "strategy", "to_sql",
    "vocabulary_of",
]  # fmt: skip
