"""The tree of a query as it is written: terms, and chains of terms joined from left to right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term as written.

    Attributes:
        text: without its quotes; words of an unquoted term are separated by one blank.
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


@dataclass(frozen=True)
class Chain:
    """Operands with the operator before each (AND, OR or NOT), joined from left to right. The first has AND."""

    items: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class LineNumber:
    """The number of an earlier line of a strategy."""

    number: int
    start: int


Node = Term | Chain | LineNumber
