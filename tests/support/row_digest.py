"""A digest of rows, whatever their order, that is the same in each engine that gives them as Python's values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


def digest(rows: Iterable[Mapping[str, object]]) -> tuple[int, str]:
    """Return the number of rows, and a digest of their values by column."""
    count = total = 0
    for row in rows:
        text = repr(sorted((name, _plain(value)) for name, value in row.items()))
        total += int.from_bytes(hashlib.sha256(text.encode()).digest())
        count += 1
    return count, f"{total % 2**128:032x}"


def _plain(value: object) -> object:
    """A map as a sorted list of pairs: engines give it as a dictionary, or as a list of pairs with names."""
    if isinstance(value, dict):
        return sorted(value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted((pair["key"], pair["value"]) for pair in value)
    return value
