"""The tree of conditions that a query becomes, as data: AND, OR and NOT over leaves.

A leaf is a test of the values of one field (`medline.searching.fields`). The tree knows no database: `sql.py` makes SQL
of it, an index may make its own query of it. Words in tests are folded (`words.fold`): small letters, no accents, one
blank between words, `*` for the rest of a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Words:
    """The value has these words in sequence."""

    words: str


@dataclass(frozen=True)
class Near:
    """The value has these words in any order, with at most so many other words between each and the next.

    Attributes:
        words: none has a `*`.
        distance: the number of other words.
    """

    words: tuple[str, ...]
    distance: int


@dataclass(frozen=True)
class Value:
    """The value is these words and no other."""

    words: str


@dataclass(frozen=True)
class Start:
    """The value begins with these words."""

    words: str


@dataclass(frozen=True)
class Name:
    """The value is the name of a person or group.

    Attributes:
        words: as written, `smith ja`, `john a smith`.
        is_exact: whether initials stand for themselves alone, as a name in quotes has them; otherwise `smith j` also
            matches Smith JA.
        is_full: whether names with given names are compared alone; otherwise also last names with initials.
        last: the last name where the query shows it by a comma; otherwise the words are tried in both orders. Given
            names may go on, `jane otter` matches Jane Ann Otter, unless the name is exact.
    """

    words: str
    is_exact: bool
    is_full: bool = False
    last: str = ""


@dataclass(frozen=True)
class Headings:
    """The citation has one of some concepts of MeSH; headings, with one of some subheadings where those are named.

    Of `mh` and `majr` the concepts are MeSH headings, of `pt` publication types, of `nm` and `pa` substances; of `sh`
    there are subheadings alone.

    Attributes:
        roots: UIs of the concepts that the query names.
        trees: tree numbers of the roots, where concepts below them match too.
        uis: UIs of all concepts that match, roots and those below them.
        names: with roots, all names of the concepts, for records that have no UIs and for substances. Without roots, a
            name that the vocabulary does not know and that any record may have, then with `*` at its end or without.
        former: those of the names that are names of former headings.
        qualifiers: names of the subheadings that match; None where any heading will do, with a subheading or without.
        is_major: whether the heading, or the subheading, must be a major topic.
    """

    roots: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    uis: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] | None = None
    is_major: bool = False


@dataclass(frozen=True)
class Days:
    """The value is a date from the first to the last of these days."""

    first: date
    last: date


@dataclass(frozen=True)
class Numbers:
    """The value is a number in one of these ranges, both ends included."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Flag:
    """The citation has a row in one of some tables for which a condition holds.

    Attributes:
        rows: (table, predicate in SQL) pairs, from the program's own data and never from a query.
    """

    rows: tuple[tuple[str, str], ...]


Test = Words | Near | Value | Start | Name | Headings | Days | Numbers | Flag


@dataclass(frozen=True)
class Leaf:
    """A test of the values of one field.

    Attributes:
        field: its tag, a key of `fields.BY_TAG`.
        test: what its values are compared with; one matching value is enough.
    """

    field: str
    test: Test


@dataclass(frozen=True)
class Joined:
    """Conditions that all hold (AND), or of which one holds (OR)."""

    operator: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """A condition that does not hold."""

    part: Condition


#: Letters that initials may have.
INITIALS = 3

Condition = Leaf | Joined | Not

#: What every citation matches, and what none does.
EVERYTHING: Condition = Joined("AND", ())
NOTHING: Condition = Joined("OR", ())


def join(operator: str, left: Condition, right: Condition) -> Condition:
    """Join two conditions by AND, OR or NOT, which is AND NOT."""
    if operator == "NOT":
        operator, right = "AND", Not(right)
    return Joined(operator, (*_parts(operator, left), *_parts(operator, right)))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that one of some conditions holds."""
    parts = tuple(dict.fromkeys(part for condition in conditions for part in _parts("OR", condition)))
    return parts[0] if len(parts) == 1 else Joined("OR", parts)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of some conditions hold."""
    parts = tuple(part for condition in conditions for part in _parts("AND", condition))
    return parts[0] if len(parts) == 1 else Joined("AND", parts)


def _parts(operator: str, part: Condition) -> tuple[Condition, ...]:
    return part.parts if isinstance(part, Joined) and part.operator == operator else (part,)


def levels(condition: Condition) -> int:
    """Return how many levels of joined conditions a condition has."""
    count, level = 0, [condition]
    while level := [inner for part in level if not isinstance(part, Leaf) for inner in _inner(part)]:
        count += 1
    return count


def _inner(part: Joined | Not) -> tuple[Condition, ...]:
    return (part.part,) if isinstance(part, Not) else part.parts


def leaves(condition: Condition) -> list[Leaf]:
    """Return the leaves of a condition, from left to right."""
    found: list[Leaf] = []
    left = [condition]
    while left:
        part = left.pop()
        if isinstance(part, Leaf):
            found.append(part)
        else:
            left += reversed(_inner(part))
    return found


def readings(several: list[str], last: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read words as last name and given names."""
    for at in range(1, len(several)):
        before, behind = " ".join(several[:at]), " ".join(several[at:])
        if last in ("", before):
            yield before, behind
        if not last and not before.endswith("*"):
            yield behind.removesuffix("*"), before
