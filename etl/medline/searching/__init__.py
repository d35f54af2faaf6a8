"""PubMed's query language over the tables: `to_sql` translates a query, `search` runs it.

Operators AND, OR, NOT in capitals are evaluated strictly from left to right; terms side by side are joined by AND. A
term is a sequence of words; case, accents and punctuation do not count; `*` is the rest of a word. A term without a tag
is searched in all fields: in quotes as a phrase, without them word by word. MeSH headings, subheadings and publication
types are not exploded, because the dumps do not contain the MeSH tree, and no term is mapped to others.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from medline.searching import answers
from medline.searching.answers import Sort
from medline.searching.plan import Plan, plan

if TYPE_CHECKING:
    import pyarrow

log = logging.getLogger(__name__)

__all__ = ("Plan", "Sort", "plan", "search", "to_sql")


def to_sql(query: str, *, count: bool = False, limit: int | None = None) -> str:
    """Translate a query to one SELECT, which runs as it stands where the published database is the default.

    Args:
        query: in PubMed's language.
        count: select the number of citations instead of the citations.
        limit: maximum number of citations.

    Raises:
        UsageError: the query is not understood; the message says where.
    """
    sql = answers.select(plan(query).condition, count=count, limit=limit)
    log.debug("the query %s becomes\n%s", query, sql)
    return sql


def search(home: Path | str, query: str, *, sort: str = "date", limit: int | None = None) -> pyarrow.Table:
    """Return the citations and books of the published version that match a query, newest first.

    Args:
        home: a directory, or the URL of an object store.
        query: in PubMed's language.
        sort: "date", newest first, or "best", those first that match best.
        limit: maximum number of citations.

    Returns:
        A table of pmid, title, pub_date, pub_year, medline_ta and doi.

    Raises:
        UsageError: the query is not understood, or there is no database yet.
    """
    from medline.home import open_home
    from medline.searching.vocabulary import open_vocabulary
    from medline.warehouse import database

    with open_home(home, "warehouse") as opened, database.reader(opened) as connection:
        condition = plan(query, open_vocabulary(connection)).condition
        sql = answers.statement(connection, opened, condition, sort=Sort(sort), limit=limit)
        return connection.sql(sql).to_arrow_table()
