"""Searches that take too long are given up; others are not touched."""

from __future__ import annotations

import duckdb
import pytest

import medline
from build import citation
from medline import searching
from medline.errors import MedlineError
from medline.searching.timeout import time_limit

#: More than a processor does in an hour, in little memory.
ENDLESS = "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE hash(a.range) = hash(b.range + 1)"


def test_a_statement_that_takes_too_long_is_given_up_and_the_connection_goes_on():
    with duckdb.connect() as connection:
        limit = pytest.raises(MedlineError, match=r"given up after 0\.2 seconds \(MEDLINE_SEARCH_TIMEOUT\)")
        with limit, time_limit(connection, 0.2):
            connection.execute(ENDLESS)
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_an_interrupt_between_two_statements_is_not_the_last():
    def many(connection):
        for _ in range(100_000):
            connection.execute("SELECT 1").fetchall()

    with duckdb.connect() as connection, pytest.raises(MedlineError, match="given up"), time_limit(connection, 0.01):
        many(connection)


def test_other_errors_stay_what_they_are():
    with duckdb.connect() as connection, pytest.raises(duckdb.CatalogException), time_limit(connection, 60):
        connection.execute("FROM nothing_of_this_name")


def test_a_search_has_the_limit_of_the_setting(sync, monkeypatch):
    home = sync([citation(1, title="<ArticleTitle>Otters</ArticleTitle>")])
    monkeypatch.setenv("MEDLINE_SEARCH_TIMEOUT", "60")
    assert medline.search(home, "otters[ti]").num_rows == 1
    monkeypatch.setenv("MEDLINE_SEARCH_TIMEOUT", "0.2")
    limit, answering = pytest.raises(MedlineError, match="given up"), searching.answering(home, "otters[ti]")
    with limit, answering as (connection, _statement):
        connection.execute(ENDLESS)
