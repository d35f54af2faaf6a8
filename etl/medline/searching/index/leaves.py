"""Leaves of a condition as queries of tantivy: exactly, or as a superset that SQL has to look through.

Words of a test are folded as those of the index are, so that terms are equal or not. `*` is at the end of the last
word, or anywhere in a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

from medline.searching.condition import (
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
)
from medline.searching.index import schema
from medline.searching.index.schema import Group, Kind
from medline.searching.sql import CONCEPTS, INITIALS, readings

if TYPE_CHECKING:
    from tantivy import Schema, Searcher

#: Words of the index that the last word of a phrase may stand for; of more, SQL looks through the citations that have
#: the words before it and one of them, which is quicker than so many phrases.
EXPANSIONS = 500

#: What a word in a group counts for when citations are sorted by how well they match. NLM says that it matters in which
#: fields words are, and not how much.
WEIGHTS = {"ti": 3.0, "ot": 1.5}

EPOCH = date(1970, 1, 1)

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
            case _:
                groups, is_whole_field = schema.groups_of(leaf.field)
                return self._united(groups, [self._group(group, test) for group in groups], is_whole_field)

    def _united(self, groups: Sequence[Group], parts: Sequence[Found], is_exact: bool) -> Found:
        queries = [part.query for part in parts if part.query is not None]
        if len(queries) < len(parts):
            return ALL
        queries = [
            Query.boost_query(query, WEIGHTS[tag]) if (tag := group.name.rstrip("0123456789")) in WEIGHTS else query
            for query, group in zip(queries, groups, strict=True)
        ]
        return Found(any_of(queries), is_exact and all(part.is_exact for part in parts))

    def _group(self, group: Group, test: Words | Near | Value | Start | Name | Days) -> Found:
        match test:
            case Days():
                return self._days(group, test) if Kind.DAY in group.kinds else ALL
            case Name():
                return self._name(group, test) if Kind.WHOLE in group.kinds else ALL
            case Words(words):
                return self._words(group, words) if Kind.WORDS in group.kinds else ALL
            case Near(words):
                each = [self._words(group, word) for word in dict.fromkeys(words)]
                return Found(all_of([one.query for one in each if one.query is not None]), is_exact=False)
            case Value(words) | Start(words):
                if Kind.WHOLE in group.kinds:
                    return Found(self._whole(group, Kind.WHOLE, words, is_start=isinstance(test, Start)))
                several = self._words(group, words) if Kind.WORDS in group.kinds else ALL
                return Found(several.query, is_exact=False)

    # Words with positions

    def _words(self, group: Group, words: str) -> Found:
        *before, last = several = words.lower().split()  # Cherokee letters are folded to capitals
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

    def _is_expansive(self, group: Group, words: Iterable[str]) -> bool:
        starts = [word.partition("*")[0] for word in words if "*" in word]
        return any(
            len(self.searcher.terms_with_prefix(group.name, start, limit=EXPANSIONS + 1)) > EXPANSIONS
            for start in starts
        )

    # Whole values

    def _whole(self, group: Group, kind: Kind, words: str, *, is_start: bool) -> Query:
        term = f"{group.name}{kind}{words.lower()}"
        if not is_start and "*" not in words:
            return Query.term_query(self.schema, schema.TERMS, term)
        return Query.regex_query(self.schema, schema.TERMS, start(term, ".") if is_start else pattern(term))

    def _name(self, group: Group, test: Name) -> Found:
        """See `sql._names`."""
        several, short = test.words.split(), test.words
        if not test.is_exact and len(several) > 1 and len(several[-1]) <= INITIALS and not short.endswith("*"):
            short += "*"
        queries = []
        if not test.is_full:
            queries.append(self._whole(group, Kind.WHOLE, short, is_start=not test.is_exact))
        if Kind.FULL in group.kinds:
            if test.is_full and len(several) == 1:
                queries.append(self._full(group, start(short, "[^/]") if not test.is_exact else pattern(short), ".*"))
            for last, given in readings(several, test.last):
                queries.append(self._full(group, pattern(last), pattern(given) if test.is_exact else start(given, ".")))
        return Found(any_of(queries))

    def _full(self, group: Group, last: str, given: str) -> Query:
        regex = f"{group.name}{Kind.FULL}{last}{schema.GIVEN}{given}".lower()
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

    def _days(self, group: Group, test: Days) -> Found:
        first, last = ((day - EPOCH).days for day in (test.first, test.last))
        return Found(Query.range_query(self.schema, f"{group.name}{Kind.DAY}", FieldType.Integer, first, last))

    # Flags and concepts

    def _flag(self, test: Flag) -> Found:
        numbers = {flag: number for number, flag in enumerate(schema.flags())}
        queries = []
        for table, predicate in test.rows:
            equals = EQUALS.fullmatch(predicate)
            if equals and schema.CODES.get(table) == equals[1]:
                term = f"{schema.CODE}{equals[2]}"
            elif (table, predicate) in numbers:
                term = f"{schema.FLAG}{numbers[table, predicate]}"
            else:
                return ALL
            queries.append(Query.term_query(self.schema, schema.TERMS, term))
        return Found(any_of(queries))

    def _headings(self, tag: str, test: Headings) -> Iterable[Query]:
        """See `sql._concepts`."""
        star = schema.MAJOR if test.is_major else ""
        ends = [f"{schema.SUBHEADING}{name}{star}" for name in test.qualifiers or ()] or [star]
        if tag == "sh":
            yield self._terms([f"{schema.SUBHEADING}{name}" for name in test.qualifiers or ()])
            return
        for table, *_ in CONCEPTS[tag]:
            if test.roots:
                keys = [f"{table}{schema.UI}{ui}" for ui in test.uis]
                keys += [f"{table}{schema.BARE}{name}" for name in test.names]
                yield self._terms([key + end for key in keys for end in ends])
            elif not test.names[0].endswith("*"):
                yield self._terms([f"{table}{schema.NAMED}{test.names[0]}{end}" for end in ends])
            else:
                begin = f"{table}{schema.NAMED}{test.names[0].removesuffix('*')}[^/*]*"
                for end in ends:
                    regex = begin.replace(".", r"\.") + end.replace("*", r"\*")
                    yield Query.regex_query(self.schema, schema.TERMS, regex)

    def _terms(self, terms: list[str]) -> Query:
        return Query.term_set_query(self.schema, schema.TERMS, terms)


def start(words: str, rest: str) -> str:
    """Return the regular expression of values that begin with these words and go on with such characters."""
    return pattern(words.removesuffix("*")) + (f"{rest}*" if words.endswith("*") else f"( {rest}*)?")


def pattern(words: str) -> str:
    """Return the regular expression of words whose `*` is the rest of a word."""
    return words.replace("*", "[^ ]*")
