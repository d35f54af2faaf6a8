"""Leaves of a condition as queries of tantivy: exactly, or as a superset that SQL has to look through.

Words of a test are folded as those of the index are, so that terms are equal or not. `*` is at the end of the last
word, or anywhere in a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

from medline.searching.condition import (
    INITIALS,
    Days,
    Flag,
    Headings,
    Leaf,
    Name,
    Near,
    Numbers,
    Start,
    Value,
    Words,
    readings,
)
from medline.searching.index import schema
from medline.searching.index.schema import Group, Kind
from medline.searching.sql import CONCEPTS

if TYPE_CHECKING:
    from tantivy import Schema, Searcher

#: Words of the index that the last word of a phrase may stand for; of more, SQL looks through the citations that have
#: the words before it and one of them, which is quicker than so many phrases.
EXPANSIONS = 500

#: What a word in a group counts for when citations are sorted by how well they match. NLM says that it matters in which
#: fields words are, and not how much.
WEIGHTS = {"ti": 3.0, "ot": 1.5}

#: A predicate that compares one of `schema.CODES`.
EQUALS = re.compile(r"(\w+) = '(\w+)'")


@dataclass(frozen=True)
class Found:
    """A query for a leaf.

    Attributes:
        query: finds all citations that match the leaf; None where that is all there are.
        is_exact: whether it finds no others.
    """

    query: Query | None
    is_exact: bool = True


ALL = Found(None, is_exact=False)


def any_of(queries: Sequence[Query]) -> Query:
    """Return a query for what one of some finds."""
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Sequence[Query]) -> Query:
    """Return a query for what all of some find."""
    if not queries:
        return Query.all_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


class Leaves:
    """Makes queries for the leaves of conditions over one index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self.schema, self.searcher = schema, searcher

    def find(self, leaf: Leaf) -> Found:
        """Return the query of a leaf."""
        test = leaf.test
        match test:
            case Numbers():
                return self._numbers(test) if leaf.field == schema.PMID else ALL
            case Flag():
                return self._flag(test)
            case Headings():
                return Found(any_of(list(self._headings(leaf.field, test))))
            case Days():
                return self._united(leaf.field, test, Kind.DAY) or ALL
            case Name() if test.is_full and schema.groups_of(leaf.field, Kind.WHOLE):
                return ALL  # of groups of authors alone, which have no full names
            case Name():
                return self._united(leaf.field, test, Kind.PERSON, Kind.WHOLE) or ALL
            case Value() | Start():
                return self._united(leaf.field, test, Kind.WHOLE) or self._candidates(leaf.field, test)
            case Near() | Words():
                return self._united(leaf.field, test, Kind.WORDS) or ALL

    def _candidates(self, tag: str, test: Value | Start) -> Found:
        """Return what has the words of a test, of which SQL finds out whether it matches."""
        found = self._united(tag, Words(test.words), Kind.WORDS)
        return ALL if found is None else Found(found.query, is_exact=False)

    def _united(self, tag: str, test: Words | Near | Value | Start | Name | Days, *kinds: Kind) -> Found | None:
        """Return what has the test in one of the groups of a tag; None where it has none of these kinds."""
        having = schema.groups_of(tag, *kinds)
        if having is None:
            return None
        groups, is_exact = having
        parts = [self._group(group, test) for group in groups]
        queries = [
            Query.boost_query(part.query, WEIGHTS[group.tag]) if group.tag in WEIGHTS else part.query
            for part, group in zip(parts, groups, strict=True)
            if part.query is not None
        ]
        return Found(any_of(queries), is_exact and all(part.is_exact for part in parts))

    def _group(self, group: Group, test: Words | Near | Value | Start | Name | Days) -> Found:
        match test:
            case Days():
                return Found(self._days(group, test))
            case Name() if group.kind is Kind.PERSON:
                return Found(self._person(group, test))
            case Name():
                words = _short(test)
                is_start = not test.is_exact
                return Found(Query.empty_query() if test.is_full else self._whole(group, words, is_start=is_start))
            case Words(words):
                return self._words(group, words)
            case Near():
                return self._near(group, test)
            case Value(words) | Start(words):
                return Found(self._whole(group, words, is_start=isinstance(test, Start)))

    # Words with positions

    def _words(self, group: Group, words: str) -> Found:
        *before, last = several = words.lower().split()  # see `_joined`
        if "*" not in words:
            return Found(self._phrase(group, several))
        if not before:
            return Found(Query.regex_query(self.schema, group.name, pattern(last)))
        if self._is_expansive(group, several):
            return Found(all_of([self._word(group, word) for word in several]), is_exact=False)
        return Found(Query.regex_phrase_query(self.schema, group.name, [pattern(word) for word in several]))

    def _phrase(self, group: Group, words: list[str]) -> Query:
        return (
            Query.phrase_query(self.schema, group.name, list[str | tuple[int, str]](words))
            if len(words) > 1
            else self._word(group, words[0])
        )

    def _word(self, group: Group, word: str) -> Query:
        if "*" in word:
            return Query.regex_query(self.schema, group.name, pattern(word))
        return Query.term_query(self.schema, group.name, word)

    def _near(self, group: Group, test: Near) -> Found:
        """Return what has words near each other, or more: of several words, each two that are not too far apart.

        A phrase with slop whose two words are to have one place is found where both are so near, in either order.
        """
        words = [word.lower() for word in dict.fromkeys(test.words)]
        furthest = (test.distance + 1) * (len(test.words) - 1)
        pairs = [
            Query.phrase_query(self.schema, group.name, [(0, one), (0, other)], slop=furthest)
            for one, other in combinations(words, 2)
        ]
        is_exact = len(test.words) == len(words) == 2 and test.distance < schema.GAP
        return Found(all_of(pairs or [self._word(group, words[0])]), is_exact)

    def _is_expansive(self, group: Group, words: Iterable[str]) -> bool:
        starts = [word.partition("*")[0] for word in words if "*" in word]
        return any(
            len(self.searcher.terms_with_prefix(group.name, start, limit=EXPANSIONS + 1)) > EXPANSIONS
            for start in starts
        )

    # Whole values; see `folding.terms`

    def _whole(self, group: Group, words: str, *, is_start: bool) -> Query:
        term = f"{group.name}_{_joined(words)}"
        if not is_start and "*" not in words:
            return Query.term_query(self.schema, schema.TERMS, term)
        return self._regex(start(term, ".") if is_start else pattern(term))

    def _person(self, group: Group, test: Name) -> Query:
        """See `sql._names`. Terms have last name, initials and given names: `au7_van_der_smith/_ja~_john_a`."""
        several, regexes = test.words.split(), []
        if not test.is_full:
            short = "/?".join(["", *(f"_{word}" for word in _short(test).split())])
            regexes.append((pattern(short) if test.is_exact else start(short, "[^~]", "[_/]")) + "/?~.*")
        elif len(several) == 1:
            regexes.append(f"_{pattern(test.words) if test.is_exact else start(test.words, '[^/]')}/.*")
        for last, given in readings(several, test.last):
            last, given = _joined(last), _joined(given)
            regexes.append(f"_{pattern(last)}/[^~]*~_{pattern(given) if test.is_exact else start(given, '.')}")
        return any_of([self._regex(f"{group.name}{regex}".lower()) for regex in regexes])

    def initials(self, last: str, start: str) -> Query:
        """Return a query for authors and investigators of a last name, whose initials begin so."""
        return any_of([self._regex(f"{name}_{_joined(last)}/_{_joined(start)}.*") for name in _persons()])

    def may_be_last(self, last: str) -> bool:
        """Whether an author or investigator has a last name, or had it before an update: quicker than a search."""
        return self._has_term(f"{name}_{_joined(last)}/" for name in _persons())

    def may_begin(self, tag: str, words: str) -> bool:
        """Whether a value that a tag compares as a whole begins with words, or did before an update."""
        having = schema.groups_of(tag, Kind.WHOLE)
        return having is None or self._has_term(f"{group.name}_{_joined(words)}" for group in having[0])

    def _has_term(self, starts: Iterable[str]) -> bool:
        return any(self.searcher.terms_with_prefix(schema.TERMS, start, limit=1) for start in starts)

    def _regex(self, regex: str) -> Query:
        return Query.regex_query(self.schema, schema.TERMS, regex)

    # Numbers and dates

    def _numbers(self, test: Numbers) -> Found:
        single = [first for first, last in test.ranges if first == last]
        queries = [Query.term_set_query(self.schema, schema.PMID, single)] if single else []
        queries += [
            Query.range_query(self.schema, schema.PMID, FieldType.Unsigned, first, last, use_inverted_index=True)
            for first, last in test.ranges
            if first != last
        ]
        return Found(any_of(queries))

    def _days(self, group: Group, test: Days) -> Query:
        return any_of([self._regex(f"{group.name}_{regex}") for regex in days(test.first, test.last)])

    # Flags and concepts

    def _flag(self, test: Flag) -> Found:
        numbers = {flag: number for number, flag in enumerate(schema.flags())}
        queries = []
        for table, predicate in test.rows:
            equals = EQUALS.fullmatch(predicate)
            if equals and schema.CODES.get(table) == equals[1]:
                term = f"{schema.CODE}_{equals[2].lower()}"
            elif (table, predicate) in numbers:
                term = f"{schema.FLAG}{numbers[table, predicate]}"
            else:
                return ALL
            queries.append(Query.term_query(self.schema, schema.TERMS, term))
        return Found(any_of(queries))

    def _headings(self, tag: str, test: Headings) -> Iterable[Query]:
        """See `sql._concepts`. Terms have UI or name, subheading and star: `meshu_d009103/_drug_therapy*`."""
        star = "*" if test.is_major else ""
        qualifiers = [_joined(name) for name in test.qualifiers or ()]
        ends = [f"/_{name}{star}" for name in qualifiers] or [star]
        if tag == "sh":
            yield self._terms([f"{schema.SUBHEADING}_{name}" for name in qualifiers])
            return
        for table, *_ in CONCEPTS[tag]:
            ui, named, bare = (f"{schema.concepts(table, key)}_" for key in (schema.UI, schema.NAMED, schema.BARE))
            if test.roots:
                by_name = named if tag == "nm" else bare
                keys = [*(ui + one.lower() for one in test.uis), *(by_name + _joined(name) for name in test.names)]
                yield self._terms([key + end for key in keys for end in ends])
            elif not test.names[0].endswith("*"):
                yield self._terms([named + _joined(test.names[0]) + end for end in ends])
            else:
                begin = f"{named}{_joined(test.names[0].removesuffix('*'))}[^/*]*"
                for end in ends:
                    yield self._regex(begin + end.replace("*", r"\*"))

    def _terms(self, terms: list[str]) -> Query:
        return Query.term_set_query(self.schema, schema.TERMS, terms)


@cache
def _persons() -> tuple[str, ...]:
    """Return the groups of the names of authors and investigators."""
    having = filter(None, (schema.groups_of(tag, Kind.PERSON, Kind.WHOLE) for tag in ("au", "ir")))
    return tuple(group.name for several, _ in having for group in several if group.kind is Kind.PERSON)


def days(first: date, last: date) -> Iterator[str]:
    """Yield the regular expressions of a range: of its whole years, which are terms, and of the other days."""
    if first > last:
        return
    start, end = first.year, last.year
    start += first != date(start, 1, 1)
    end -= last != date(end, 12, 31)
    if start <= end:
        yield between(f"{start:04}", f"{end:04}")
    elif first.year == last.year:
        yield _days(first, last)
        return
    if start > first.year:
        yield _days(first, date(first.year, 12, 31))
    if end < last.year:
        yield _days(date(last.year, 1, 1), last)


def _days(first: date, last: date) -> str:
    return between(first.isoformat().replace("-", "_"), last.isoformat().replace("-", "_"))


def _joined(words: str) -> str:
    return words.lower().replace(" ", "_")  # Cherokee letters are folded to capitals


def _short(test: Name) -> str:
    """Return the words of a name as they are compared with last name and initials."""
    several = test.words.split()
    is_open = not test.is_exact and len(several) > 1 and len(several[-1]) <= INITIALS
    return test.words + "*" * (is_open and not test.words.endswith("*"))


def start(words: str, rest: str, between: str = "_") -> str:
    """Return the regular expression of values that begin with these words and go on with such characters."""
    return pattern(words.removesuffix("*")) + (f"{rest}*" if words.endswith("*") else f"({between}{rest}*)?")


def pattern(words: str) -> str:
    """Return the regular expression of words whose `*` is the rest of a word."""
    return words.replace("*", "[^ _/~]*")


def between(first: str, last: str) -> str:
    """Return the regular expression of texts from the first to the last, as long as these and other in digits alone."""
    if first == last:
        return first
    low, high = first[0], last[0]
    if low == high:
        return low + between(first[1:], last[1:])
    rest = "." * (len(first) - 1)
    ends = f"{low}{beyond(first[1:], '9')}|{high}{beyond(last[1:], '0')}"
    return f"({ends}|[{int(low) + 1}-{int(high) - 1}]{rest})" if int(high) - int(low) > 1 else f"({ends})"


def beyond(text: str, end: str) -> str:
    """Return the regular expression of a text and those behind it, where `end` is 9, or before it, where it is 0."""
    if not text:
        return ""
    digit, rest = text[0], text[1:]
    if digit in ("_", end):
        return digit + beyond(rest, end)
    others = f"[{int(digit) + 1}-9]" if end == "9" else f"[0-{int(digit) - 1}]"
    return f"({digit}{beyond(rest, end)}|{others}{'.' * len(rest)})"
