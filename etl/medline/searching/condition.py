"""What a query comes to: conditions on `pmid`, and how they read in SQL."""

from __future__ import annotations

from dataclasses import dataclass

STEP = "    "


@dataclass(frozen=True)
class Found:
    """Citations that have a row in one of these tables for which one of its conditions holds."""

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
    """Conditions that hold together (AND), or of which one holds (OR)."""

    operator: str
    parts: tuple[Condition, ...]

    def sql(self, indent: str = STEP) -> str:
        inner = indent + STEP
        listed = f"\n{inner}{self.operator} ".join(part.sql(inner) for part in self.parts)
        return f"(\n{inner}{listed}\n{indent})"


@dataclass(frozen=True)
class Without:
    """What does not hold."""

    part: Condition

    def sql(self, indent: str = STEP) -> str:
        return f"NOT {self.part.sql(indent)}"


Condition = Found | Joined | Without


def join(operator: str, left: Condition, right: Condition) -> Condition:
    """Two conditions as one. What one OR joins is looked for in one pass over each table."""
    if operator == "NOT":
        operator, right = "AND", Without(right)
    if operator == "OR" and isinstance(left, Found) and isinstance(right, Found):
        return Found((*left.rows, *right.rows))
    parts = (*_parts(operator, left), *_parts(operator, right))
    if operator == "OR":
        found = [part for part in parts if isinstance(part, Found)]
        others = [part for part in parts if not isinstance(part, Found)]
        if len(found) > 1:
            parts = (*others, Found(tuple(row for part in found for row in part.rows)))
    return Joined(operator, parts)


def _parts(operator: str, part: Condition) -> tuple[Condition, ...]:
    return part.parts if isinstance(part, Joined) and part.operator == operator else (part,)
