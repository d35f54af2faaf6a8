"""What the package finds, for comparison: the one module here that uses it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from medline import searching
from medline.home import LocalHome
from medline.searching import answers
from medline.searching.index import names
from medline.warehouse import database

#: Find the PMIDs of a query, and what the package says of it.
Find = Callable[[str], tuple[set[int], tuple[str, ...]]]


@contextmanager
def finder(home: Path, today: datetime.date, *, is_indexed: bool) -> Iterator[Find]:
    """Give a function that searches a home as on some day, by its index or by SQL alone."""

    class Today(datetime.date):
        @classmethod
        def today(cls) -> Today:
            return cls(today.year, today.month, today.day)

    with database.reader(home) as connection, mock.patch("medline.searching.dates.date", Today):
        index = answers.open_index(connection, LocalHome(home)) if is_indexed else None
        vocabulary = names.open_vocabulary(connection, index)
        assert bool(index) == is_indexed

        def find(query: str) -> tuple[set[int], tuple[str, ...]]:
            plan = searching.plan(query, vocabulary)
            if index:
                return set(index.newest(plan.condition)), plan.warnings
            return {row[0] for row in connection.execute(answers.select(plan.condition)).fetchall()}, plan.warnings

        yield find
