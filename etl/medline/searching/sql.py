"""SQL of a tree of conditions: a predicate on `pmid` that runs in the published database alone.

Text of a query gets into the SQL as words (letters, digits, `*`, blanks), which `words.py` makes, or as a number or a
date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations

from medline.searching.condition import (
    INITIALS,
    Condition,
    Days,
    Flag,
    Headings,
    Joined,
    Leaf,
    Name,
    Near,
    Not,
    Numbers,
    Start,
    Value,
    Words,
    readings,
)
from medline.searching.fields import BY_TAG, NAME, Field, Source, sources
from medline.searching.vocabulary import tree_pattern

STEP = "    "

#: The size of the largest pattern: beyond some 10,000 states RE2 takes forty times as long. A class of characters
#: counts as so many letters.
LARGEST_PATTERN, CLASS = 4_000, 8

#: A character between words and one in them, of folded texts.
SEPARATOR, LETTER = r"[\x00-/:-@\[-`{-\x7F]", r"[0-9A-Za-z\x80-\x{10FFFF}]"

#: A word that no text has.
BETWEEN = "zqqz"

#: Words near each other that are tried in all orders, and other words that a pattern can count between two.
MOST_ORDERED, GAP = 5, 300


def where(condition: Condition, indent: str = STEP, within: str | None = None) -> str:
    """Return the predicate of a condition.

    Args:
        condition: the tree.
        indent: blanks before continuation lines.
        within: a relation with a column pmid, to whose citations the scans are restricted.
    """
    if isinstance(condition, Leaf):
        return _in_rows([condition], indent, within)
    if isinstance(condition, Not):
        return f"NOT {where(condition.part, indent, within)}"
    if not condition.parts:
        return "true" if condition.operator == "AND" else "false"
    inner = indent + STEP
    listed = f"\n{inner}{condition.operator} ".join(_parts(condition, inner, within))
    return f"(\n{inner}{listed}\n{indent})"


def _parts(condition: Joined, indent: str, within: str | None) -> Iterator[str]:
    """Yield the predicates of the parts. The leaves of one OR need a single pass over each table."""
    leaves = [part for part in condition.parts if isinstance(part, Leaf)] if condition.operator == "OR" else []
    yield from (where(part, indent, within) for part in condition.parts if not (leaves and isinstance(part, Leaf)))
    if leaves:
        yield _in_rows(leaves, indent, within)


def _in_rows(leaves: list[Leaf], indent: str, within: str | None) -> str:
    """Return the predicate that a citation has a row that matches one of some leaves."""
    inner = indent + STEP
    selects = []
    for table, predicates in rows(leaves).items():
        either = f"\n{inner}{STEP}OR ".join(predicates)
        if within:
            either = f"pmid IN (SELECT pmid FROM {within}) AND ({either})"
        selects.append(f"{inner}SELECT pmid FROM {table}\n{inner}WHERE {either}")
    return "pmid IN (\n" + f"\n{inner}UNION ALL\n".join(selects) + f"\n{indent})"


def rows(leaves: Iterable[Leaf]) -> dict[str, list[str]]:
    """Return the tables of some leaves, each with the predicates of rows that match one of them.

    Words that are sought in one column become one predicate, as one pattern with alternatives costs hardly more than
    one with a word: DuckDB plans some milliseconds for each, and folds the text anew.
    """
    found: dict[str, dict[str, None]] = {}
    sought: dict[tuple[str, Source], dict[str, None]] = {}
    concepts: dict[tuple[str, bool], list[Headings]] = {}
    for leaf in leaves:
        if isinstance(leaf.test, Headings) and leaf.test.roots and leaf.test.qualifiers is None:
            concepts.setdefault((leaf.field, leaf.test.is_major), []).append(leaf.test)
            continue
        for table, row in _rows(leaf):
            if isinstance(row, str):
                found.setdefault(table, {})[row] = None
            else:
                found.setdefault(table, {})
                sought.setdefault((row.macro, row.source), {})[row.words] = None
    for (field, _), tests in concepts.items():
        for table, predicate in _concepts(BY_TAG[field], _united(tests)):
            found.setdefault(table, {})[predicate] = None
    for (macro, words), several in _by_words(sought).items():
        for source in _together(several) if macro == "has_words" else several:
            for group in _groups(words):
                predicate = f"{macro}({source.value}, '{' | '.join(group)}')"
                found[source.table][_restricted(source, predicate)] = None
    return {table: list(predicates) for table, predicates in found.items()}


def _by_words(
    sought: dict[tuple[str, Source], dict[str, None]],
) -> dict[tuple[str, tuple[str, ...]], list[Source]]:
    """Return the sources in which the same words are sought in the same way."""
    alike: dict[tuple[str, tuple[str, ...]], list[Source]] = {}
    for (macro, source), words in sought.items():
        alike.setdefault((macro, tuple(words)), []).append(source)
    return alike


def _together(several: list[Source]) -> list[Source]:
    """Return sources of which those with the same rows are one, with a word between its values that no phrase has.

    DuckDB plans a fraction of the time for one test of all.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for source in several:
        alike.setdefault((source.table, source.where), []).append(source.value)
    return [
        Source(table, f"concat_ws(' {BETWEEN} ', {', '.join(values)})" if len(values) > 1 else values[0], where)
        for (table, where), values in alike.items()
    ]


@dataclass(frozen=True)
class Sought:
    """Words that one of the macros has_words, is_words and starts_with_words finds in a column."""

    macro: str
    source: Source
    words: str


def _groups(words: tuple[str, ...]) -> Iterator[list[str]]:
    """Yield words in groups whose pattern RE2 matches quickly: a blank or `*` becomes a class of characters."""
    group: list[str] = []
    size = 0
    for one in words:
        cost = len(one) + CLASS * (one.count(" ") + one.count("*"))
        if group and size + cost > LARGEST_PATTERN:
            yield group
            group, size = [], 0
        group.append(one)
        size += cost
    yield group


def _rows(leaf: Leaf) -> Iterator[tuple[str, str | Sought]]:
    """Yield the tables of a leaf, each with the predicate of its rows or the words that they have."""
    field, test = BY_TAG[leaf.field], leaf.test
    match test:
        case Flag():
            yield from test.rows
        case Headings():
            yield from _concepts(field, test)
        case Name():
            yield from _names(field, test)
        case Words() | Value() | Start():
            for source in sources(field):
                yield source.table, Sought(MACROS[type(test)], source, test.words)
        case _:
            for source in sources(field):
                yield source.table, _restricted(source, _predicate(source.value, test))


MACROS: dict[type, str] = {Words: "has_words", Value: "is_words", Start: "starts_with_words"}


def _predicate(value: str, test: Near | Days | Numbers) -> str:
    match test:
        case Near():
            return _near(value, test)
        case Days(first, last) if last == date.max:
            return f"{value} >= DATE '{first}'"
        case Days(first, last):
            return f"{value} BETWEEN DATE '{first}' AND DATE '{last}'"
        case Numbers():
            return _in_ranges(value, test)


def _near(value: str, test: Near) -> str:
    """Return a pattern of all orders of the words, behind quick tests whether each occurs.

    Of more than five words there are too many orders: they only have to stand together as close as the distance allows.
    """
    each = " AND ".join(f"has_words({value}, '{word}')" for word in dict.fromkeys(test.words))
    between = f"(?:{SEPARATOR}+{LETTER}+){{0,{min(test.distance, GAP)}}}{SEPARATOR}+"
    if len(test.words) <= MOST_ORDERED:
        orders = "|".join(between.join(order) for order in dict.fromkeys(permutations(test.words)))
        pattern = f"(?i)(?:^|{SEPARATOR})(?:{orders})(?:{SEPARATOR}|$)"
        return f"{each} AND regexp_matches(folded({value}), '{pattern}')"
    span = len(test.words) + (len(test.words) - 1) * test.distance
    words = ", ".join(f"'{word}'" for word in dict.fromkeys(test.words))
    split = f"string_split(word_key({value}), ' ')"
    return (
        f"{each} AND len(list_filter(generate_series(1, len({split})),"
        f" lambda i: list_has_all({split}[i : i + {span - 1}], [{words}]))) > 0"
    )


def _in_ranges(value: str, test: Numbers) -> str:
    single = [first for first, last in test.ranges if first == last]
    tests = [f"{value} IN ({', '.join(map(str, single))})"] if single else []
    tests += [f"{value} BETWEEN {first} AND {last}" for first, last in test.ranges if first != last]
    return " OR ".join(tests)


def _names(field: Field, test: Name) -> Iterator[tuple[str, str | Sought]]:
    """Match names as PubMed prints them, and full names in either order."""
    several = test.words.split()
    macro, short = ("is_words" if test.is_exact else "starts_with_words"), test.words
    if not test.is_exact and len(several) > 1 and len(several[-1]) <= INITIALS and not short.endswith("*"):
        short += "*"
    for source in sources(field):
        if not test.is_full:
            yield source.table, Sought(macro, source, short)
        elif len(several) == 1:
            yield source.table, Sought(macro, replace(source, value="last_name"), short)
        if source.value == NAME:
            for last, given in readings(several, test.last):
                row = f"is_words(last_name, '{last}') AND {macro}(fore_name, '{given}')"
                yield source.table, _restricted(source, row)


JOINED = "mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq"

#: The tables of the concepts of a field, with the columns of UI and name.
CONCEPTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mh": (("mesh", "descriptor_ui", "descriptor"),),
    "majr": (("mesh", "descriptor_ui", "descriptor"),),
    "pt": (("publication_types", "publication_type_ui", "publication_type"),),
    "nm": (("chemicals", "substance_ui", "substance"), ("supplementary_mesh", "ui", "name")),
    "pa": (("chemicals", "substance_ui", "substance"), ("mesh", "descriptor_ui", "descriptor")),
}


def _united(tests: list[Headings]) -> Headings:
    """Return one test for all concepts of some."""
    return Headings(
        roots=tuple(dict.fromkeys(ui for test in tests for ui in test.roots)),
        trees=tuple(dict.fromkeys(tree for test in tests for tree in test.trees)),
        names=tuple(dict.fromkeys(name for test in tests for name in test.names)),
        former=tuple(dict.fromkeys(name for test in tests for name in test.former)),
        is_major=tests[0].is_major,
    )


def _concepts(field: Field, test: Headings) -> Iterator[tuple[str, str]]:
    """Match concepts of MeSH, and subheadings of any heading."""
    qualifiers = " | ".join(test.qualifiers or ())
    if field.tag == "sh":
        yield "mesh_qualifiers", f"is_words(qualifier, '{qualifiers}')"
        return
    for table, ui, name in CONCEPTS[field.tag]:
        predicate = _concept(field.tag, ui, name, test)
        if qualifiers:
            is_major = " AND (mesh_qualifiers.is_major OR mesh.is_major)" if test.is_major else ""
            has = f"is_words(qualifier, '{qualifiers}'){is_major}"
            predicate = f"({predicate}) AND EXISTS (FROM mesh_qualifiers WHERE {JOINED} AND {has})"
        elif test.is_major:
            starred = f"EXISTS (FROM mesh_qualifiers WHERE {JOINED} AND mesh_qualifiers.is_major)"
            predicate = f"({predicate}) AND (is_major OR {starred})"
        yield table, predicate


def _concept(tag: str, ui: str, name: str, test: Headings) -> str:
    """Match the UI of a concept; its name where the record has none, or the vocabulary does not know it.

    Of substances names always count: when one becomes a heading, its UI changes, and older records keep the old one.
    """
    if not test.roots:
        (words,) = test.names
        return f"{'starts_with_words' if words.endswith('*') else 'is_words'}({name}, '{words}')"
    concepts = _uis(test)
    if tag == "pa":
        named = ", ".join(map(repr, test.roots))
        having = f"SELECT ui FROM mesh_pharmacological_actions WHERE action_ui IN ({concepts})"
        concepts = f"SELECT unnest([{named}]) UNION ALL {having}"
    predicate = f"{ui} IN ({concepts})"
    if test.names:
        terms = f"SELECT word_key(term) FROM mesh_terms WHERE mesh_terms.ui IN ({concepts})"
        terms += f" UNION ALL SELECT unnest([{', '.join(map(repr, test.former))}])" if test.former else ""
        without_ui = "" if tag == "nm" else f"{ui} IS NULL AND "
        predicate += f" OR ({without_ui}word_key({name}) IN ({terms}))"
    return predicate


def _uis(test: Headings) -> str:
    roots = ", ".join(f"'{ui}'" for ui in test.roots)
    if not test.trees:
        return roots
    return (
        f"SELECT descriptor_ui FROM mesh_descriptors WHERE descriptor_ui IN ({roots})"
        " UNION ALL SELECT descriptor_ui FROM mesh_tree_numbers"
        f" WHERE regexp_matches(tree_number, '{tree_pattern(test.trees)}')"
    )


def _restricted(source: Source, predicate: str) -> str:
    return f"{predicate} AND ({source.where})" if source.where else predicate
