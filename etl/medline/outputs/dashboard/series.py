"""Series: the citations of each journal, descriptor, country … by year, in little JSON, for rankings and trends."""

from __future__ import annotations

from collections import Counter

#: Largest series of a kind that the page has; it bounds the page, as the feeds have some thousands of journals.
ITEMS = 3000

Rows = list[dict]


def series(rows: Rows, key: str, label: str, full: str = "") -> dict:
    """Return the series of a feed, the largest first.

    Args:
        label, full: columns with the short and the full name; full names are found by typing, too.

    Returns:
        `totals`, the citations that shares of a year are of; `items`, each with label, full name, first year, and the
        citations of that year and those after it. A year without any is 0: such rows are in no feed.
    """
    groups = _by(rows, key)
    size = {value: sum(row["citations"] for row in group) for value, group in groups.items()}
    largest = sorted(groups, key=lambda value: (-size[value], str(value)))[:ITEMS]
    names = {value: _name(groups[value][-1][label], value) for value in largest}
    uses = Counter(names.values())
    items = []
    for value in largest:
        counts = {row["pub_year"]: row["citations"] for row in groups[value]}
        name = names[value] if uses[names[value]] == 1 else f"{names[value]} ({value})"
        years = range(min(counts), max(counts) + 1)
        items.append([name, (full and groups[value][-1][full]) or "", years[0], [counts.get(y, 0) for y in years]])
    totals = {row["pub_year"]: round(row["citations"] / row["share"]) for row in rows}
    return {"totals": totals, "items": items}


def _name(label: str | None, key: str | None) -> str:
    return label or key or "not stated"


def _by(rows: Rows, key: str) -> dict:
    groups: dict = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
