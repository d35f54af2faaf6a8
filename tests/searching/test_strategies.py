"""Published strategies: each that PubMed takes is taken; the others are told what is wrong."""

from __future__ import annotations

import csv

import pytest

from medline import searching
from medline.errors import QueryError

#: What PubMed cannot search either, by the id of the strategy, and what is said of it.
REFUSED = {
    "airpollution_vaccine": "unknown subset or filter 'risk'",
    "colrev06": "this ( is never closed",
    "colrev07": 'this " is never closed',
    "colrev10": "this ) closes nothing",
    "colrev20": "unknown subset or filter 'digital health'",
    "colrev38": 'this " is never closed',
}


@pytest.fixture(scope="module")
def strategies(data) -> dict[str, str]:
    with (data / "search" / "strategies.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["id"]: row["query"].replace("\\n", "\n") for row in rows}


def test_published_strategies_are_taken(strategies):
    refused = {}
    for name, query in strategies.items():
        try:
            assert searching.to_sql(query)
        except QueryError as error:
            refused[name] = error.problems[0]
    assert refused.keys() == REFUSED.keys()
    assert all(REFUSED[name] in problem for name, problem in refused.items()), refused


@pytest.mark.long
def test_what_a_published_strategy_is_searched_as_is_a_query_that_means_the_same(strategies, vocabulary):
    """But for details that PubMed prints of lines and filters, whose names stand for their queries."""
    for name in strategies.keys() - REFUSED.keys():
        details = searching.plan(strategies[name], vocabulary).details
        if "#" not in details:
            again = searching.plan(details, vocabulary, mapping=False).details
            assert searching.plan(again, vocabulary, mapping=False).details == again, name
