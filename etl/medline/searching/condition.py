"""Conditions on `pmid`, which a query becomes, and their SQL."""

from __future__ import annotations

from dataclasses import dataclass

STEP = "    "


@dataclass(frozen=True)
class HasRow:
    """Matches citations with a row in one of some tables, for which one of the conditions on that table holds.

    Attributes:
        rows: (table, condition) pairs.
    """

    rows: tuple[tuple[str, str], ...]

    def sql(self, indent: str = STEP) -> str:
        tables: dict[str, dict[str, None]] = {}
        for table, condition in self.rows:
            tables.setdefault(table, {})[condition] = None
        inner = indent + STEP
        selects = []
        for table, conditions in tables.items():
            either = f"\n{inner}{STEP}OR ".join(conditions)
            selects.append(f"{inner}SELECT pmid FROM {table}\n{inner}WHERE {either}")
        return "pmid IN (\n" + f"\n{inner}UNION ALL\n".join(selects) + f"\n{indent})"


@dataclass(frozen=True)
class Joined:
    """Conditions that all hold (AND), or of which one holds (OR)."""

    operator: str
    parts: tuple[Condition, ...]

    def sql(self, indent: str = STEP) -> str:
        inner = indent + STEP
        listed = f"\n{inner}{self.operator} ".join(part.sql(inner) for part in self.parts)
        return f"(\n{inner}{listed}\n{indent})"


@dataclass(frozen=True)
class Not:
    """A condition that does not hold."""

    part: Condition

    def sql(self, indent: str = STEP) -> str:
        return f"NOT {self.part.sql(indent)}"


Condition = HasRow | Joined | Not


def join(operator: str, left: Condition, right: Condition) -> Condition:
    """Join two conditions. Those of one OR need a single pass over each table."""
    if operator == "NOT":
        operator, right = "AND", Not(right)
    if operator == "OR" and isinstance(left, HasRow) and isinstance(right, HasRow):
        return HasRow((*left.rows, *right.rows))
    parts = (*_parts(operator, left), *_parts(operator, right))
    if operator == "OR":
        rows = [part for part in parts if isinstance(part, HasRow)]
        others = [part for part in parts if not isinstance(part, HasRow)]
        if len(rows) > 1:
            parts = (*others, HasRow(tuple(row for part in rows for row in part.rows)))
    return Joined(operator, parts)


def _parts(operator: str, part: Condition) -> tuple[Condition, ...]:
    return part.parts if isinstance(part, Joined) and part.operator == operator else (part,)
