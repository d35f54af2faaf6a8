"""One record on its way from a source to the tables: raw values, as either format sends them."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from medline.parse import identifiers
from medline.schema.tables import BY_NAME, ORDINAL_PATH, Column, Table

#: Column names to raw values: strings, the parts of a date by name, lists of strings, ordinals as int. Rows of MEDLINE
#: text say under "_from" which tag and value a column, or (None) the whole row, comes from.
Row = dict[str, Any]


class Record:
    """The raw rows of one citation, book document or list of deletions.

    Attributes:
        kind: articles, books or deleted_citations.
        where: position in the source, for errors: "line 12".
        rows: table name to rows; a row maps column names to raw values (strings, ordinals as int).
        anomalies: (path, value, reason) of what has no column.
        unknown: path to occurrences of what the schema does not know.
        databanks: number of each databank of its accessions in text.
        size: of its text, in bytes or characters.
    """

    def __init__(self, kind: str, where: str, size: int = 0) -> None:
        self.kind, self.where, self.size = kind, where, size
        self.databanks: dict[str, int] = {}
        self.rows: dict[str, list[Row]] = {}
        self.anomalies: list[tuple[str, str, str]] = []
        self.unknown: Counter[str] = Counter()
        self._counts: Counter[tuple] = Counter()

    def add(self, table: Table, row: dict) -> dict:
        self.rows.setdefault(table.name, []).append(row)
        return row

    def append(self, name: str, row: Row) -> Row:
        """Add a row with its own ordinal, the last column of its table's key."""
        table = BY_NAME[name]
        own = table[table.key[-1]]
        return self.add(table, {own.name: self.count(table, own, row), **row})

    def count(self, table: Table, column: Column, around: dict) -> int | str:
        """The next ordinal of a table's rows or lists, within the ordinals `around` that come before it in the key."""
        if column.type is ORDINAL_PATH:
            outer = around.get(column.name)
            number = self._next(table.name, column.name, outer)
            return f"{outer}.{number}" if outer else str(number)
        before = table.key[: table.key.index(column.name)]
        return self._next(table.name, column.name, *(around.get(name) for name in before))

    def _next(self, *key: object) -> int:
        self._counts[key] += 1
        return self._counts[key]

    @cached_property
    def orcids(self) -> dict[tuple[str, int], str]:
        """(role, person_seq) to the person's first ORCID."""
        numbers: dict[tuple[str, int], str] = {}
        for row in self.rows.get("person_identifiers", ()):
            own = row.get("affiliation_seq") is None and (row.get("source") or "").upper() == "ORCID"
            if own and (number := identifiers.orcid(row.get("identifier") or "")):
                numbers.setdefault((row["role"], row["person_seq"]), number)
        return numbers
