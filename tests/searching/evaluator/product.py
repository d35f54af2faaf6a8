"""What the package finds, for comparison: the one module here that uses it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from medline import searching
from medline.searching import answers
from medline.warehouse import database

#: Find the PMIDs of a query, and what the package says of it.
Find = Callable[[str], tuple[set[int], tuple[str, ...]]]


@contextmanager
def finder(home: Path, today: datetime.date) -> Iterator[Find]:
    """Give a function that searches a home as on some day."""

    class Today(datetime.date):
        @classmethod
        def today(cls) -> Today:
            return cls(today.year, today.month, today.day)

    with database.reader(home) as connection, mock.patch("medline.searching.dates.date", Today):
        vocabulary = searching.open_vocabulary(connection)

        def find(query: str) -> tuple[set[int], tuple[str, ...]]:
            plan = searching.plan(query, vocabulary)
            rows = connection.execute(answers.select(plan.condition)).fetchall()
            return {row[0] for row in rows}, plan.warnings

        yield find
