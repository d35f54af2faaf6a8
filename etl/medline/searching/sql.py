"""SQL of a tree of conditions: a predicate on `pmid` that runs in the published database alone.

Text of a query gets into the SQL as words (letters, digits, `*`, blanks), which `words.py` makes, or as a number or a
date.
"""

from __future__ import annotations

from collections.abc import Iterator

from medline.searching import fields
from medline.searching.condition import (
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
)
from medline.searching.fields import Field, Source

STEP = "    "

#: Words that DuckDB finds quickly in one test (10 of ten letters do, 15 take 40 times as long); they are tried first.
QUICK = 6

#: Letters that initials may have.
INITIALS = 3

#: A table and a predicate on its rows.
Row = tuple[str, str]


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
    yield from (where(part, indent, within) for part in condition.parts if part not in leaves)
    if leaves:
        yield _in_rows(leaves, indent, within)


def _in_rows(leaves: list[Leaf], indent: str, within: str | None) -> str:
    """Return the predicate that a citation has a row that matches one of some leaves."""
    tables: dict[str, dict[str, None]] = {}
    for leaf in leaves:
        for table, predicate in rows(leaf):
            tables.setdefault(table, {})[predicate] = None
    inner = indent + STEP
    selects = []
    for table, predicates in tables.items():
        either = f"\n{inner}{STEP}OR ".join(predicates)
        if within:
            either = f"pmid IN (SELECT pmid FROM {within}) AND ({either})"
        selects.append(f"{inner}SELECT pmid FROM {table}\n{inner}WHERE {either}")
    return "pmid IN (\n" + f"\n{inner}UNION ALL\n".join(selects) + f"\n{indent})"


def rows(leaf: Leaf) -> Iterator[Row]:
    """Yield the tables of a leaf, each with the predicate of its rows."""
    field, test = fields.BY_NAME[leaf.field], leaf.test
    match test:
        case Flag():
            yield from test.rows
        case Headings():
            yield from _headings(test)
        case Name():
            yield from _names(field, test)
        case _:
            for source in fields.sources(field):
                yield source.table, _restricted(source, _predicate(source.value, test))


def _predicate(value: str, test: Words | Near | Value | Start | Days | Numbers) -> str:
    match test:
        case Words():
            return _has(value, test.words)
        case Near():
            return " AND ".join(_has(value, word) for word in test.words)
        case Value():
            return f"is_words({value}, '{test.words}')"
        case Start():
            return f"starts_with_words({value}, '{test.words}')"
        case Days():
            return f"{value} BETWEEN DATE '{test.first}' AND DATE '{test.last}'"
        case Numbers():
            return _in_ranges(value, test)


def _has(value: str, words: str) -> str:
    several = words.split()
    quick = " ".join(several[:QUICK])
    test = f"has_words({value}, '{words}')"
    return f"has_words({value}, '{quick}') AND {test}" if len(several) > QUICK else test


def _in_ranges(value: str, test: Numbers) -> str:
    single = [first for first, last in test.ranges if first == last]
    tests = [f"{value} IN ({', '.join(map(str, single))})"] if single else []
    tests += [f"{value} BETWEEN {first} AND {last}" for first, last in test.ranges if first != last]
    return " OR ".join(tests)


def _names(field: Field, test: Name) -> Iterator[Row]:
    """Match names as PubMed prints them, and full names in either order."""
    several = test.words.split()
    compare, short = ("is_words" if test.is_exact else "starts_with_words"), test.words
    if not test.is_exact and len(several) > 1 and len(several[-1]) <= INITIALS and not short.endswith("*"):
        short += "*"
    for source in fields.sources(field):
        if not test.is_full:
            yield source.table, _restricted(source, f"{compare}({source.value}, '{short}')")
        if source.value == fields.NAME and (test.is_full or len(several) > 1):
            for full in ("last_name, fore_name, suffix", "fore_name, last_name, suffix"):
                full_test = f"{compare}(concat_ws(' ', {full}), '{test.words}')"
                yield source.table, _restricted(source, full_test)


JOINED = "mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq"


def _headings(test: Headings) -> Iterator[Row]:
    is_qualified = " OR ".join(f"is_words(qualifier, '{name}')" for name in test.qualifiers or ())
    if not test.names:
        yield "mesh_qualifiers", is_qualified
        return
    named = " OR ".join(
        f"{'starts_with_words' if name.endswith('*') else 'is_words'}(descriptor, '{name}')" for name in test.names
    )
    if is_qualified:
        is_major = " AND (mesh_qualifiers.is_major OR mesh.is_major)" if test.is_major else ""
        named += f" AND EXISTS (FROM mesh_qualifiers WHERE {JOINED} AND {is_qualified}{is_major})"
    elif test.is_major:
        named += f" AND (is_major OR EXISTS (FROM mesh_qualifiers WHERE {JOINED} AND mesh_qualifiers.is_major))"
    yield "mesh", named


def _restricted(source: Source, predicate: str) -> str:
    return f"{predicate} AND {source.where}" if source.where else predicate
