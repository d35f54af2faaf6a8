"""Searches in the index of a published version: which citations match a condition, how many, in which order.

The whole condition is one query of tantivy. Where the index does not decide a leaf, it finds candidates; SQL looks
through them, and what it finds takes the place of the leaf as a set of PMIDs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import tantivy
from tantivy import Occur, Query

from medline.errors import MedlineError
from medline.searching.condition import Condition, Joined, Leaf, Not, leaves
from medline.searching.index import schema
from medline.searching.index.leaves import ALL, Found, Leaves, all_of, any_of
from medline.searching.sql import where
from medline.warehouse import index_files
from medline.warehouse.database import one_value

log = logging.getLogger(__name__)

#: Citations that match best are sorted again with the year in mind: NLM does so with 500, and says of the weight of
#: recent ones only that it is somewhat higher. For the newest it is a quarter here, half of that five years before.
RERANKED, RECENT, HALVED = 500, 0.25, 5

#: Where the key has the year.
YEAR_AT = schema.PMID_BITS + 9

PMID_MASK = (1 << schema.PMID_BITS) - 1


class IndexUnusable(MedlineError):
    """The index of a version cannot be used; the tables answer in its place."""


class Index:
    """The open index of a published version.

    Args:
        directory: of its files.
        connection: to the database that it was made of.

    Raises:
        IndexUnusable: it is missing, stale or damaged; the message says which.
    """

    def __init__(self, directory: Path, connection: duckdb.DuckDBPyConnection) -> None:
        _check(directory, connection)
        self.connection = connection
        try:
            index = tantivy.Index.open(str(directory))
            schema.register(index)
            self.searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise IndexUnusable(f"{directory}: {error}") from error
        self.leaves = Leaves(index.schema, self.searcher)

    def count(self, condition: Condition) -> int:
        """Return the number of citations that match."""
        found = self.searcher.search(self.query(condition), limit=1, order_by_field=schema.NEWEST)
        return int(found.count)  # type: ignore[attr-defined]  # its types lack it

    def has_person(self, last: str, initials: str) -> bool:
        """Whether an author or investigator has a last name and initials that begin so."""
        query = self.leaves.initials(last, initials)
        return bool(self.searcher.search(query, limit=1, order_by_field=schema.NEWEST).count)  # type: ignore[attr-defined]

    def newest(self, condition: Condition, limit: int | None = None) -> list[int]:
        """Return the PMIDs of the citations that match, newest first."""
        query = self.query(condition)
        most = self.searcher.num_docs if limit is None else limit
        if not most:
            return []
        hits = self.searcher.search(query, limit=most, count=False, order_by_field=schema.NEWEST).hits
        return [key & PMID_MASK for key, _ in hits]

    def best(self, condition: Condition, limit: int | None = None) -> list[int]:
        """Return the PMIDs of the citations that match, those first that match best."""
        query = self.query(condition)
        most = self.searcher.num_docs if limit is None else limit
        if not most:
            return []
        hits = self.searcher.search(query, limit=max(most, RERANKED), count=False).hits
        values = self.searcher.fast_field_values(schema.NEWEST, [address for _, address in hits])
        keys = [int(value or 0) for value in values]
        scores = [score for score, _ in hits]
        newest = max((key >> YEAR_AT for key in keys), default=0)
        for place, key in enumerate(keys[:RERANKED]):
            scores[place] *= 1 + RECENT * 0.5 ** ((newest - (key >> YEAR_AT)) / HALVED)
        first = sorted(zip(scores[:RERANKED], keys[:RERANKED], strict=True), reverse=True)
        return [key & PMID_MASK for _, key in [*first, *zip(scores[RERANKED:], keys[RERANKED:], strict=True)]][:most]

    def query(self, condition: Condition) -> Query:
        """Return a query that finds the citations that match, and no others."""
        found = {leaf: self.leaves.find(leaf) for leaf in dict.fromkeys(leaves(condition))}
        unsure = [leaf for leaf, one in found.items() if not one.is_exact]
        whole = _query(condition, found, is_upper=True)
        if not unsure:
            return whole
        for leaf in unsure:
            upper = found[leaf].query
            candidates = whole if upper is None else all_of([whole, upper])
            found[leaf] = Found(self._pmids(self._decide(leaf, candidates)))
        return _query(condition, found, is_upper=True)

    def _decide(self, leaf: Leaf, candidates: Query) -> list[int]:
        """Return which of some candidates match a leaf, by SQL."""
        hits = self.searcher.search(
            candidates, limit=max(1, self.searcher.num_docs), count=False, order_by_field=schema.NEWEST
        ).hits
        if not hits:
            return []
        pmids = pa.table({"pmid": pa.array([key & PMID_MASK for key, _ in hits], pa.int64())})
        log.debug("SQL looks through %d citations for %s", len(hits), leaf)
        within = "candidates_of_search"
        self.connection.register(within, pmids)
        try:
            predicate = where(leaf, within=within)
            rows = self.connection.execute(f"SELECT pmid FROM {within} WHERE {predicate}").fetchall()
        finally:
            self.connection.unregister(within)
        return [pmid for (pmid,) in rows]

    def _pmids(self, pmids: list[int]) -> Query:
        if not pmids:
            return Query.empty_query()
        return Query.const_score_query(Query.term_set_query(self.leaves.schema, schema.PMID, pmids), 1.0)


def _check(directory: Path, connection: duckdb.DuckDBPyConnection) -> None:
    state = index_files.read_state(directory)
    if state is None:
        raise IndexUnusable("this version of the warehouse has no index")
    if state.version != schema.index_version():
        raise IndexUnusable("the index is of another version of this program")
    if state.stamp != one_value(connection, "SELECT indexed FROM medline.ledger.state"):
        raise IndexUnusable("the index is not of this state of the tables")
    if damage := index_files.damage(directory, state):
        raise IndexUnusable(f"the index is damaged: {damage}")


def _query(condition: Condition, found: Mapping[Leaf, Found], *, is_upper: bool) -> Query:
    """Return the query of a condition.

    Args:
        found: the queries of its leaves.
        is_upper: whether leaves that are not exact find all that may match; below NOT they find nothing.
    """
    if isinstance(condition, Leaf):
        one = found.get(condition, ALL)
        if not one.is_exact and not is_upper:
            return Query.empty_query()
        return Query.all_query() if one.query is None else one.query
    if isinstance(condition, Not):
        inner = _query(condition.part, found, is_upper=not is_upper)
        return Query.boolean_query(
            [(Occur.Must, Query.const_score_query(Query.all_query(), 0.0)), (Occur.MustNot, inner)]
        )
    return _joined(condition, found, is_upper)


def _joined(condition: Joined, found: Mapping[Leaf, Found], is_upper: bool) -> Query:
    if condition.operator == "OR":
        return any_of([_query(part, found, is_upper=is_upper) for part in condition.parts])
    wanted = [_query(part, found, is_upper=is_upper) for part in condition.parts if not isinstance(part, Not)]
    unwanted = [_query(part.part, found, is_upper=not is_upper) for part in condition.parts if isinstance(part, Not)]
    if not unwanted:
        return all_of(wanted)
    return Query.boolean_query([(Occur.Must, all_of(wanted)), *((Occur.MustNot, query) for query in unwanted)])
