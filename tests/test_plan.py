"""The year of a mirror that counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from medline.errors import UsageError
from medline.mirror.dumps import Source
from medline.plan import choose
from medline.warehouse.contents import AppliedSource, Contents

EMPTY = Contents({}, "", "")


def listed(year: int, baseline: range, updates: range = range(0)) -> list[Source]:
    kinds = dict.fromkeys(baseline, "baseline") | dict.fromkeys(updates, "update")
    return [Source(False, year, n, Path(f"pubmed{year}n{n:04}.xml.gz"), kind) for n, kind in kinds.items()]


def applied(sources: list[Source]) -> Contents:
    return Contents({one.name: AppliedSource(one.name, one.kind, one.year, one.number, "") for one in sources}, "", "")


OLD = listed(25, range(1, 5), range(5, 8))


@pytest.mark.parametrize(
    ("new", "year", "note"),
    [
        ([], 25, ""),
        (listed(26, range(1, 5)), 26, ""),
        (listed(26, range(1, 9)), 26, ""),
        (listed(26, range(1, 4)), 25, "3 files of at least 4"),
        (listed(26, range(1, 4), range(4, 6)), 26, ""),
        (listed(26, range(2, 6)), 25, "number 1 is missing"),
        (listed(26, [1, 2, 4, 5]), 25, "number 3 is missing"),
        (listed(26, range(1, 5), range(7, 8)), 25, "number 5 is missing"),
    ],
)
def test_a_new_year_counts_once_its_baseline_is_whole(new, year, note):
    plan = choose(sorted([*OLD, *new]), applied(OLD))
    assert (plan.year, plan.is_new_year) == (year, year == 26)
    assert {source.year for source in plan.sources} == {year}
    assert note in plan.note
    assert bool(note) == bool(plan.note)


def test_an_empty_warehouse_may_begin_with_a_part_of_a_mirror():
    plan = choose(listed(26, range(7, 9), range(9, 11)), EMPTY)
    assert (plan.year, plan.is_new_year) == (26, False)
    assert "begins with number 7" in plan.note


def test_an_older_mirror_than_the_warehouse_is_an_error():
    with pytest.raises(UsageError, match="of year 26, the mirror of year 25"):
        choose(OLD, applied(listed(26, range(1, 3))))


def test_exports_come_after_the_dumps_of_any_year():
    export = Source(True, 0, 0, Path("search.nbib"), "export")
    assert choose([*OLD, export], applied(OLD)).sources == [*OLD, export]
