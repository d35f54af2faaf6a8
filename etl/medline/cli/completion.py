"""Completion in the shell, of names that a warehouse and its query language have: `medline --install-completion`."""

from __future__ import annotations

import re
from collections.abc import Iterator


def _relations() -> Iterator[tuple[str, str]]:
    """Yield all tables, views and macros with their descriptions."""
    from medline.schema.tables import TABLES
    from medline.warehouse.dictionary import described

    yield from ((table.name, table.description) for table in TABLES)
    yield from ((entry.view.name, entry.meaning) for entry in described())


def relations(incomplete: str) -> list[tuple[str, str]]:
    """Complete the name of a table, view or macro."""
    return [(name, about) for name, about in _relations() if name.startswith(incomplete.lower())]


def sql(incomplete: str) -> list[tuple[str, str]]:
    """Complete the last word of a statement: a table, view, macro or column."""
    from medline.schema.tables import TABLES
    from medline.warehouse.dictionary import described

    before, word = incomplete[: (start := _last_word(incomplete))], incomplete[start:].lower()
    if not word:
        return []
    names = dict(_relations())
    for table in TABLES:
        names |= {column.name: f"column of {table.name}" for column in table.stored if column.name not in names}
    for entry in described():
        names |= {name: f"column of {entry.view.name}" for name, *_ in entry.columns if name not in names}
    return [(before + name, about) for name, about in names.items() if name.startswith(word)]


def _last_word(text: str) -> int:
    return max((match.end() for match in re.finditer(r"\W", text)), default=0)


def tags(incomplete: str) -> list[tuple[str, str]]:
    """Complete the field tag at the end of a query: `asthma[m` to `asthma[mh]`."""
    from medline.searching.fields import FIELDS

    before, bracket, begun = incomplete.rpartition("[")
    if not bracket or "]" in begun:
        return []
    known = [(tag, field.description) for field in FIELDS for tag in (field.tag, *field.aliases)]
    return [(f"{before}[{tag}]", about) for tag, about in known if tag.startswith(begun.lower())]
