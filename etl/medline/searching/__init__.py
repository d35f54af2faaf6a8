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

from medline.errors import UsageError
from medline.searching import strategy
from medline.searching.condition import Condition
from medline.searching.plan import Plan
from medline.searching.sql import where
from medline.searching.strategy import plan_lines
from medline.searching.vocabulary import NoVocabulary, open_vocabulary

if TYPE_CHECKING:
    import duckdb
    import pyarrow

log = logging.getLogger(__name__)

#: The columns of an answer, newest citations first.
COLUMNS = "pmid, title, pub_date, pub_year, medline_ta, doi"

SELECT = """\
WITH
    citations AS (
        SELECT pmid, title, pub_date, pub_year, pub_month, pub_day, medline_ta, doi FROM articles
        UNION ALL
        SELECT pmid, coalesce(title, book_title), pub_date, pub_year, pub_month, pub_day, NULL, doi FROM books
    )
SELECT {columns}
FROM citations
WHERE
    {condition}"""

ORDER = "\nORDER BY pub_year DESC NULLS LAST, pub_month DESC NULLS LAST, pub_day DESC NULLS LAST, pmid DESC"


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


def statement(condition: Condition, *, count: bool = False, limit: int | None = None) -> str:
    """Return one SELECT of the citations that match a condition, which runs in the published database alone.

    Args:
        condition: of a plan.
        count: select the number of citations instead of the citations.
        limit: maximum number of citations.
    """
    sql = SELECT.format(columns="count(*) AS citations" if count else COLUMNS, condition=where(condition))
    if not count:
        sql += ORDER
    return sql + (f"\nLIMIT {int(limit)};" if limit is not None else ";")


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
    sql = statement(plan(query, vocabulary, mapping=mapping).condition, count=count, limit=limit)
    log.debug("the query %s becomes\n%s", query, sql)
    return sql


def search(home: Path | str, query: str, *, limit: int | None = None, mapping: bool = True) -> pyarrow.Table:
    """Return the citations and books of the published version that match a query, newest first.

    Args:
        home: a directory, or the URL of an object store.
        query: in PubMed's language.
        limit: maximum number of citations.
        mapping: whether terms without a tag are mapped, as PubMed does it.

    Returns:
        A table of pmid, title, pub_date, pub_year, medline_ta and doi.

    Raises:
        QueryError: the query is not understood; the error has all that is wrong, each with its place.
        UsageError: there is no database yet.
    """
    with _opened(home) as (connection, vocabulary):
        sql = to_sql(query, limit=limit, vocabulary=vocabulary, mapping=mapping)
        return connection.sql(sql).to_arrow_table()


def count_lines(home: Path | str, text: str, *, mapping: bool = True, source: str = "query") -> pyarrow.Table:
    """Return the lines of a strategy with the number of citations that each finds.

    Args:
        home: a directory, or the URL of an object store.
        text: a strategy, with numbered lines or as one query.
        mapping: whether terms without a tag are mapped.
        source: what the text is called in messages.

    Returns:
        A table of line, query, details and citations.

    Raises:
        QueryError: a line is not understood; the error has all that is wrong, each with its place.
        UsageError: there is no database yet.
    """
    import pyarrow as pa

    with _opened(home) as (connection, vocabulary):
        planned = list(plan_lines(text, vocabulary, is_mapped=mapping, source=source))
        for warning in dict.fromkeys(warning for _, one in planned for warning in one.warnings):
            log.warning(warning)
        statements = [statement(one.condition, count=True) for _, one in planned]
        counts = [connection.execute(sql).fetchall()[0][0] for sql in statements]
    columns = {
        "line": pa.array([line.number for line, _ in planned], pa.int32()),
        "query": pa.array([line.text for line, _ in planned], pa.string()),
        "details": pa.array([one.details for _, one in planned], pa.string()),
        "citations": pa.array(counts, pa.int64()),
    }
    return pa.table(columns)


def explain(home: Path | str | None, query: str, *, mapping: bool = True) -> str:
    """Return a query as it is searched, in PubMed's language, as PubMed's search details are.

    Args:
        home: whose vocabulary counts; None for none.
        query: in PubMed's language.
        mapping: whether terms without a tag are mapped.

    Raises:
        QueryError: the query is not understood; the error has all that is wrong, each with its place.
    """
    with vocabulary_of(home) as vocabulary:
        return plan(query, vocabulary, mapping=mapping).details


@contextmanager
def vocabulary_of(home: Path | str | None) -> Iterator[NoVocabulary]:
    """Give the vocabulary of a home: that which knows nothing where there is no database."""
    if home is None:
        yield NoVocabulary()
        return
    try:
        opened = _opened(home)
        _, vocabulary = opened.__enter__()
    except UsageError:
        yield NoVocabulary()
        return
    try:
        yield vocabulary
    finally:
        opened.__exit__(None, None, None)


@contextmanager
def _opened(home: Path | str) -> Iterator[tuple[duckdb.DuckDBPyConnection, NoVocabulary]]:
    """Give a connection to the published version, and its vocabulary."""
    from medline.warehouse import database

    with database.reader(home) as connection:
        yield connection, open_vocabulary(connection)


__all__ = ["Plan", "count_lines", "explain", "open_vocabulary", "plan", "search", "strategy", "to_sql", "vocabulary_of"]
