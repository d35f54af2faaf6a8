"""A term of a query, and errors that point into the query."""

from __future__ import annotations

from dataclasses import dataclass

from medline.errors import UsageError


@dataclass(frozen=True)
class Term:
    """A term as written.

    Attributes:
        text: without its quotes.
        is_quoted: whether it has quotes.
        tag: without its brackets; None where there is none.
        start: position of the text in the query.
        tag_start: position of the tag; that of the text where there is none.
    """

    text: str
    is_quoted: bool
    tag: str | None
    start: int
    tag_start: int

    def error(self, problem: str) -> UsageError:
        """Return an error at this term."""
        return error_at(self.start, problem)

    def tag_error(self, problem: str) -> UsageError:
        """Return an error at the tag of this term."""
        return error_at(self.tag_start, problem)


def error_at(position: int, problem: str) -> UsageError:
    """Return an error at a character, counted from 0; people count from 1."""
    return UsageError(f"query, character {position + 1}: {problem}")
