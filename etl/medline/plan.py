"""Which files of a mirror count: those of one year, in unbroken order.

A new baseline comes when it comes, and over days. Its year counts once it is whole as far as a listing can tell.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from medline import settings
from medline.errors import UsageError
from medline.home import Home
from medline.lake import failures, manifest
from medline.lake.manifest import Manifest
from medline.mirror.dumps import Source, list_sources
from medline.mirror.fetch import last_listing, refresh
from medline.urls import is_url, shown
from medline.warehouse.contents import Contents, published_contents

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What the warehouse is to be brought to.

    Attributes:
        year: the production year that counts.
        is_new_year: whether the warehouse holds an earlier one.
        sources: the mirror's dumps of that year in order, then its exports.
        note: what a person may want to know; '' for nothing.
    """

    year: int
    is_new_year: bool
    sources: list[Source]
    note: str


@dataclass(frozen=True)
class Readiness:
    """How much of a plan can be applied.

    Attributes:
        ready: in order.
        held_back: the other sources, in order, and why each cannot.
    """

    ready: list[Manifest]
    held_back: dict[Source, str]

    @property
    def waiting(self) -> str:
        """Why the first source cannot be applied, and how many dumps wait for it; '' where none waits."""
        if not self.held_back:
            return ""
        later = sum(not item.is_export for item in self.held_back) - 1
        return next(iter(self.held_back.values())) + (f"; {later} later dumps wait for it" if later > 0 else "")


def make_plan(mirror: str | Path, home: Home) -> Plan:
    """Read the mirror's listing, and choose what of it counts.

    Raises:
        NetworkError: the mirror does not answer, or not with whole listings.
        UsageError: it is no mirror, or older than the warehouse.
    """
    if is_url(str(mirror)):
        refresh(str(mirror), home, settings.read())
    plan = last_plan(mirror, home)
    if plan.note:
        log.warning("%s", plan.note)
    failed = {failure["name"] for failure in failures.failures(home)}
    still = (source for source in plan.sources if source.name in failed and not manifest.is_current(source, home))
    failures.forget_failures(home, but_of={source.name for source in still})
    return plan


def last_plan(mirror: str | Path, home: Home) -> Plan:
    """Choose what counts of a mirror, by the listing that was read last."""
    if not is_url(str(mirror)):
        return choose(list_sources(Path(mirror)), published_contents(home))
    if (listing := last_listing(home)) is None:
        raise UsageError(f"{home}: the listing of {shown(str(mirror))} was not read yet")
    return choose(listing.sources(home), published_contents(home))


def choose(sources: Sequence[Source], held: Contents) -> Plan:
    """Choose the year of a mirror that counts: the newest whole one, and never an older one than the warehouse's.

    Args:
        sources: all that the mirror has, in order.
        held: what the warehouse holds.

    Raises:
        UsageError: the mirror is older than the warehouse.
    """
    listed = sorted({item.year for item in sources if item.kind == "baseline"}, reverse=True)
    if held.year > listed[0]:
        raise UsageError(
            f"the warehouse is of year {held.year}, the mirror of year {listed[0]}: sync an older one to another home"
        )
    unfinished = {year: _unfinished(year, sources, held) for year in listed if year > held.year}
    year = next((year for year, reason in unfinished.items() if not reason), held.year or listed[0])
    notes = [
        f"the baseline of year {later} is not whole ({reason}): year {year} goes on"
        for later, reason in unfinished.items()
        if reason and later > year
    ]
    mine = [item for item in sources if item.is_export or item.year == year]
    numbers = [item.number for item in mine if not item.is_export]
    if not held.year and numbers and numbers[0] != 1:
        notes.append(f"the mirror begins with number {numbers[0]}, not with 1: it is a part of PubMed")
    return Plan(year, bool(held.year) and year > held.year, mine, "; ".join(notes))


def readiness(plan: Plan, held: Contents, home: Home) -> Readiness:
    """What of a plan may be applied now: a dump waits for every dump before it.

    Args:
        held: what the warehouse holds; a number in it is no hole, even if the mirror no longer lists it.
    """
    index = manifest.Index(home)
    ready: list[Manifest] = []
    held_back: dict[Source, str] = {}
    numbers = {item.number for item in plan.sources if not item.is_export} | _numbers(held, plan.year)
    is_waiting = False
    for item in plan.sources:
        made = index.get(item.name)
        reason = failures.failure(home, item.name)
        if not item.is_export:
            if is_waiting:
                reason = f"{item.name} waits for an earlier dump"
            elif item.number - 1 not in numbers and item.number != min(numbers):
                reason = f"{item.name}: no file of number {item.number - 1} before it in the mirror; get that one"
                failures.note_failure(home, item.name, reason)
            is_waiting = is_waiting or not (made and not reason)
        if made and not reason:
            ready.append(made)
        else:
            held_back[item] = reason or f"{item.name} is not in the lake; run `medline sync` or `medline transform`"
    return Readiness(ready, held_back)


def _unfinished(year: int, sources: Iterable[Source], held: Contents) -> str:
    """Why a year's baseline cannot be whole; '' if it may be.

    It begins with number 1; only the mirror that a warehouse begins with may be a part of PubMed. The updates of a year
    begin where its baseline ends. Before there is one, a baseline has no fewer files than that of the year before
    (1,219 in 2024, 1,274 in 2025, 1,334 in 2026).
    """
    baseline = sorted(item.number for item in sources if (item.kind, item.year) == ("baseline", year))
    updates = [item.number for item in sources if (item.kind, item.year) == ("update", year)]
    last = min(updates) - 1 if updates else baseline[-1]
    first = 1 if held.year else baseline[0]
    if holes := set(range(first, last + 1)).difference(baseline):
        return f"number {min(holes)} is missing"
    before = [item.number for item in sources if item.kind == "baseline" and item.year < year]
    known = [item for item in held.sources.values() if item.kind == "baseline"]
    before += [item.number or 0 for item in known if (item.year or 0) < year]
    if not updates and before and baseline[-1] < max(before):
        return f"{baseline[-1]:,} files of at least {max(before):,}"
    return ""


def _numbers(held: Contents, year: int) -> set[int]:
    return {item.number for item in held.sources.values() if item.number is not None and item.year == year}
