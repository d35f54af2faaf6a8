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

from medline.searching.plan import Plan, plan
from medline.searching.sql import where

if TYPE_CHECKING:
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


def to_sql(query: str, *, count: bool = False, limit: int | None = None) -> str:
    """Translate a query to one SELECT, which runs as it stands where the published database is the default.

    Args:
        query: in PubMed's language.
        count: select the number of citations instead of the citations.
        limit: maximum number of citations.

    Raises:
        UsageError: the query is not understood; the message says where.
    """
    sql = SELECT.format(columns="count(*) AS citations" if count else COLUMNS, condition=where(plan(query).condition))
    if not count:
        sql += ORDER
    sql += f"\nLIMIT {int(limit)};" if limit is not None else ";"
    log.debug("the query %s becomes\n%s", query, sql)
    return sql


def search(home: Path | str, query: str, *, limit: int | None = None) -> pyarrow.Table:
    """Return the citations and books of the published version that match a query, newest first.

    Args:
        home: a directory, or the URL of an object store.
        query: in PubMed's language.
        limit: maximum number of citations.

    Returns:
        A table of pmid, title, pub_date, pub_year, medline_ta and doi.

    Raises:
        UsageError: the query is not understood, or there is no database yet.
    """
    from medline.warehouse import database

    sql = to_sql(query, limit=limit)
    with database.reader(home) as connection:
        return connection.sql(sql).to_arrow_table()
