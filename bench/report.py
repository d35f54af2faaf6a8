"""The table, and on what machine it was measured."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.cases import Outcome, Row

LIBRARIES = ("isal", "numba", "numpy", "pyarrow")
HEAD = ("what", "wall s", "CPU s", "figure, median (least – most)", "target", "reached?")


def table(rows: Iterable[Row], rounds: Sequence[dict[str, Outcome]], failures: dict[str, str]) -> str:
    """The rows as Markdown. A ratio is taken within each round, and the median of the ratios is shown."""
    lines = [HEAD, ("---",) * len(HEAD), *(_cells(row, rounds, failures) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row, rounds: Sequence[dict[str, Outcome]], failures: dict[str, str]) -> tuple[str, ...]:
    took = [outcomes[row.case] for outcomes in rounds if row.case in outcomes]
    seconds = [f"{median(getattr(one, clock) for one in took):.2f}" if took else "" for clock in ("wall", "cpu")]
    complete = [outcomes for outcomes in rounds if outcomes.keys() >= {row.case, *row.under}]
    target = f"≥ {row.at_least:,g}" if row.at_least else f"≤ {row.at_most:,g}" if row.at_most else ""
    if not complete:
        missing = [
            f"{name}: {failures.get(name, 'not run')}" for name in (row.case, *row.under) if name not in rounds[0]
        ]
        return (row.what, *seconds, "; ".join(missing), target, "not measured" if target else "")
    figures = [row.figure(outcomes, row.clock) for outcomes in complete]
    spread = f"{_number(min(figures))} – {_number(max(figures))}" if len(figures) > 1 else "one round"
    result = f"**{_number(median(figures))} {row.unit}** ({spread}"
    if row.under:
        other = "cpu" if row.clock == "wall" else "wall"
        result += f"; by {other} {_number(median(row.figure(outcomes, other) for outcomes in complete))}"
    reached = (row.at_least or float("-inf")) <= median(figures) <= (row.at_most or float("inf"))
    return (row.what, *seconds, f"{result})", target, ("yes" if reached else "**no**") if target else "")


def _number(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


def machine() -> str:
    """Date, processor, memory, versions, and how busy the machine was."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    facts = (
        f"{date.today()}",
        f"{model[1] if model else platform.machine()}",
        f"{os.cpu_count()} cores",
        f"{memory:.0f} GiB",
        f"load {os.getloadavg()[0]:.1f} at the start",
        f"{platform.system()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in LIBRARIES),
    )
    return ", ".join(facts)
