"""Answers to a condition: by the index of the version where it has one, else by SQL over the tables.

Both find the same citations. What an index finds is registered with the connection as `found`, so that an answer is one
statement, as it is without an index.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from medline.searching.condition import Condition
from medline.searching.sql import where

if TYPE_CHECKING:
    import duckdb

    from medline.home import Home
    from medline.searching.index.reading import Index

log = logging.getLogger(__name__)

#: The columns of an answer.
COLUMNS = "pmid, title, pub_date, pub_year, medline_ta, doi"

CITATIONS = """\
WITH
    citations AS (
        SELECT pmid, title, pub_date, pub_year, pub_month, pub_day, medline_ta, doi FROM articles
        UNION ALL
        SELECT pmid, coalesce(title, book_title), pub_date, pub_year, pub_month, pub_day, NULL, doi FROM books
    )
"""
SELECT = CITATIONS + "SELECT {columns}\nFROM citations\nWHERE\n    {condition}"

NEWEST_FIRST = "\nORDER BY pub_year DESC NULLS LAST, pub_month DESC NULLS LAST, pub_day DESC NULLS LAST, pmid DESC"

#: The citations that an index found, by their place in the answer.
FOUND = "found"
BY_INDEX = CITATIONS + f"SELECT {COLUMNS}\nFROM citations\nJOIN {FOUND} USING (pmid)\nORDER BY place"


class Sort(StrEnum):
    """Order of an answer."""

    date = "date"
    best = "best"


def select(condition: Condition, *, count: bool = False, limit: int | None = None) -> str:
    """Return the statement that answers from the tables alone, newest first."""
    sql = SELECT.format(columns="count(*) AS citations" if count else COLUMNS, condition=where(condition))
    if not count:
        sql += NEWEST_FIRST
    return sql + (f"\nLIMIT {int(limit)};" if limit is not None else ";")


def statement(
    index: Index | None,
    condition: Condition,
    *,
    count: bool = False,
    sort: Sort = Sort.date,
    limit: int | None = None,
) -> str:
    """Return a statement that answers on the connection of the index, or on any to the version without one.

    Args:
        index: of the version, see `open_index`.
        condition: what citations must match.
        count: ask for the number of citations instead of the citations.
        sort: order of the citations; without an index it is that by date.
        limit: maximum number of citations.
    """
    if index is not None:
        try:
            return _by_index(index, condition, count=count, sort=sort, limit=limit)
        except BaseException as error:
            pass_on(error)
    if sort is Sort.best and not count:
        log.warning("without an index citations are sorted by date, not by how well they match")
    return select(condition, count=count, limit=limit)


def counts(connection: duckdb.DuckDBPyConnection, index: Index | None, conditions: Sequence[Condition]) -> list[int]:
    """Return the number of citations that match each of some conditions."""
    return [_count(index, connection, condition) for condition in conditions]


def _count(index: Index | None, connection: duckdb.DuckDBPyConnection, condition: Condition) -> int:
    if index is not None:
        try:
            return index.count(condition)
        except BaseException as error:
            pass_on(error)
    [(number,)] = connection.execute(select(condition, count=True)).fetchall()
    return int(number)


def open_index(connection: duckdb.DuckDBPyConnection, home: Home) -> Index | None:
    """Open the index of a version; None, with a warning where that is no wish, if it cannot be used.

    A state before that of the version has none.
    """
    from medline.searching.index import build
    from medline.warehouse import as_of, contents, index_files

    if not build.is_available() or as_of.is_past(connection):
        return None
    from medline.searching.index.reading import Index, IndexUnusable

    version = contents.version_of(connection)
    try:
        index_files.download(home, version)
        return Index(home.index(version), connection)
    except IndexUnusable as error:
        log.warning("%s; the search reads the tables, which takes longer. The next run makes a new index", error)
        return None


def _by_index(index: Index, condition: Condition, *, count: bool, sort: Sort, limit: int | None) -> str:
    import pyarrow as pa

    if count:
        return f"SELECT {index.count(condition)} AS citations;"
    pmids = index.best(condition, limit) if sort is Sort.best else index.newest(condition, limit)
    found = pa.table({"pmid": pa.array(pmids, pa.int64()), "place": pa.array(range(len(pmids)), pa.int64())})
    index.connection.register(FOUND, found)
    return f"{BY_INDEX};"


def pass_on(error: BaseException) -> None:
    """Raise an error again unless it is the engine's own, which has no class for most of them and panics at some."""
    if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
        raise error
    log.warning("the index fails: %s; the search reads the tables", error)
