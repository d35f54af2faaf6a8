"""What is wrong with a query: all of it is collected, each with its place, before anything is said."""

from __future__ import annotations

import re
from bisect import bisect_right

from medline.errors import QueryError, clip

#: Characters of one problem, and problems that are reported.
LONGEST, MOST = 240, 50


class Problems:
    """The errors and warnings of a query, or of one line of a strategy.

    Args:
        text: the query.
        source: what it is called in messages.
        first_line: number of its first line in the source.
        before: characters before it on that line.
        has_lines: whether the source has other lines, so that places need the number of the line.
    """

    def __init__(
        self, text: str, source: str = "query", first_line: int = 1, before: int = 0, *, has_lines: bool = False
    ) -> None:
        self.source, self.first_line, self.before = source, first_line, before
        self._errors: dict[str, int] = {}
        self._warnings: dict[str, int] = {}
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._is_one_line = len(self._lines) == 1 and not has_lines

    def error(self, at: int, problem: str) -> None:
        """Note what makes the query impossible to search.

        Args:
            at: position in the query, counted from 0; people count from 1.
            problem: what is wrong and what to write.
        """
        self._errors.setdefault(self._told(at, problem), at)

    def warn(self, at: int, problem: str) -> None:
        """Note what is searched otherwise than it is written."""
        self._warnings.setdefault(self._told(at, problem), at)

    def say(self, problem: str) -> None:
        """Note a warning about the query as a whole."""
        self._warnings.setdefault(f"{self.source}: {problem}", -1)

    @property
    def errors(self) -> list[str]:
        """The errors, by their place."""
        return sorted(self._errors, key=self._errors.__getitem__)

    @property
    def warnings(self) -> list[str]:
        """The warnings, by their place; first those about the whole."""
        return sorted(self._warnings, key=self._warnings.__getitem__)

    def raise_errors(self) -> None:
        """Raise all errors as one.

        Raises:
            QueryError: there is one.
        """
        if self.errors:
            raise QueryError(self.errors[:MOST])

    def _told(self, at: int, problem: str) -> str:
        line = bisect_right(self._lines, at) - 1
        column = f"character {at - self._lines[line] + 1 + (0 if line else self.before)}"
        where = column if self._is_one_line else f"line {line + self.first_line}, {column}"
        return f"{self.source}, {where}: {clip(problem, LONGEST)}"
