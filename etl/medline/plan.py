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
from medline.home import AnyHome, Home, open_home
from medline.lake import failures, manifest
from medline.lake.manifest import Manifest
from medline.messages import redact
from medline.mirror.dumps import Source, list_sources
from medline.mirror.fetch import last_listing, refresh
from medline.progress import Progress, silent
from medline.urls import is_url, named, shown
from medline.warehouse import runs
from medline.warehouse.contents import Contents, published_contents

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """The state that the warehouse is to reach.

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
        later = sum(not source.is_export for source in self.held_back) - 1
        return next(iter(self.held_back.values())) + (f"; {later} later dumps wait for it" if later > 0 else "")


def make_plan(mirror: str | Path, home: Home, connections: int | None = None, progress: Progress = silent) -> Plan:
    """Read the mirror's listing, and choose what of it counts.

    Raises:
        NetworkError: the mirror does not answer, or not with whole listings.
        UsageError: it is no mirror, or older than the warehouse.
    """
    if is_url(str(mirror)):
        refresh(str(mirror), home, settings.read(connections=connections), progress)
    plan = last_plan(mirror, home)
    if plan.note:
        log.warning("%s", plan.note)
    failed = {failure["name"] for failure in failures.failures(home)}
    index = manifest.Index(home)
    still = (source for source in plan.sources if source.name in failed and not manifest.is_current(source, index))
    failures.forget_failures(home, but_of={source.name for source in still})
    return plan


def mirror_of(home: AnyHome, given: str = "") -> str:
    """Return the mirror that a home is synced with: the one that is given, the one of the runs before, or the setting.

    Raises:
        UsageError: a setting names another one than the runs before: a mirror is changed on purpose, or not at all.
    """
    if given:
        return given
    wanted = settings.read().mirror
    with open_home(home, "journals") as home:
        known = runs.last(home, "newest_listed").get("mirror") or ""
    if not known or known == name_of(wanted):
        return wanted
    if settings.is_given("mirror"):
        raise UsageError(
            f"{home} follows {known}, and the setting MEDLINE_MIRROR is {name_of(wanted)}: give --mirror to choose one"
        )
    if "…" in known:
        raise UsageError(f"{home} follows {known}, whose password is not kept: give --mirror in full")
    return known


def name_of(mirror: str | Path) -> str:
    """Return a mirror as runs remember it: a directory in full, a URL without its password."""
    text = str(mirror)
    if is_url(text):
        return named(text if text.endswith("/") else f"{text}/")
    return redact(str(settings.expanded(text).absolute()))  # which may be a mistyped URL


def last_plan(mirror: str | Path, home: Home) -> Plan:
    """Choose what counts of a mirror, by the listing that was read last."""
    if not is_url(str(mirror)):
        return choose(list_sources(Path(mirror)), published_contents(home))
    if (listing := last_listing(home)) is None:
        raise UsageError(f"{home}: the listing of {shown(str(mirror))} was not read yet")
    return choose(listing.sources(home), published_contents(home))


def choose(sources: Sequence[Source], published: Contents) -> Plan:
    """Choose the year of a mirror that counts: the newest whole one, and never an older one than the warehouse's.

    Args:
        sources: all that the mirror has, in order.
        published: what the published version of the warehouse contains.

    Raises:
        UsageError: the mirror is older than the warehouse.
    """
    listed = sorted({source.year for source in sources if source.kind == "baseline"}, reverse=True)
    if published.year > listed[0]:
        raise UsageError(
            f"the warehouse is of year {published.year}, the mirror of year {listed[0]}:"
            " sync an older one to another home"
        )
    unfinished = {year: _unfinished(year, sources, published) for year in listed if year > published.year}
    year = next((year for year, reason in unfinished.items() if not reason), published.year or listed[0])
    notes = [
        f"the baseline of year {later} is not whole ({reason}): year {year} goes on"
        for later, reason in unfinished.items()
        if reason and later > year
    ]
    mine = [source for source in sources if source.is_export or source.year == year]
    numbers = [source.number for source in mine if not source.is_export]
    if not published.year and numbers and numbers[0] != 1:
        notes.append(f"the mirror begins with number {numbers[0]}, not with 1: it is a part of PubMed")
    return Plan(year, bool(published.year) and year > published.year, mine, "; ".join(notes))


def readiness(plan: Plan, published: Contents, home: Home) -> Readiness:
    """What of a plan may be applied now: a dump waits for every dump before it.

    Args:
        published: what the published version contains: these numbers are no gaps, though the mirror may not list them.
    """
    index = manifest.Index(home)
    ready: list[Manifest] = []
    held_back: dict[Source, str] = {}
    numbers = {source.number for source in plan.sources if not source.is_export} | _numbers(published, plan.year)
    is_waiting = False
    for source in plan.sources:
        made = index.get(source.name)
        reason = failures.failure(home, source.name)
        if not source.is_export:
            if is_waiting:
                reason = f"{source.name} waits for an earlier dump"
            elif source.number - 1 not in numbers and source.number != min(numbers):
                reason = f"{source.name}: no file of number {source.number - 1} before it in the mirror; get that one"
                failures.note_failure(home, source.name, reason)
            is_waiting = is_waiting or not (made and not reason)
        if made and not reason:
            ready.append(made)
        else:
            held_back[source] = reason or f"{source.name} is not in the lake; run `medline sync` or `medline transform`"
    return Readiness(ready, held_back)


def _unfinished(year: int, sources: Iterable[Source], published: Contents) -> str:
    """Why a year's baseline cannot be whole; '' if it may be.

    It begins with number 1; only the mirror that a warehouse begins with may be a part of PubMed. The updates of a year
    begin where its baseline ends. Before there is one, a baseline has no fewer files than that of the year before
    (1,219 in 2024, 1,274 in 2025, 1,334 in 2026).
    """
    baseline = sorted(source.number for source in sources if (source.kind, source.year) == ("baseline", year))
    updates = [source.number for source in sources if (source.kind, source.year) == ("update", year)]
    last = min(updates) - 1 if updates else baseline[-1]
    first = 1 if published.year else baseline[0]
    if holes := set(range(first, last + 1)).difference(baseline):
        return f"number {min(holes)} is missing"
    before = [source.number for source in sources if source.kind == "baseline" and source.year < year]
    known = [source for source in published.sources.values() if source.kind == "baseline"]
    before += [source.number or 0 for source in known if (source.year or 0) < year]
    if not updates and before and baseline[-1] < max(before):
        return f"{baseline[-1]:,} files of at least {max(before):,}"
    return ""


def _numbers(published: Contents, year: int) -> set[int]:
    return {source.number for source in published.sources.values() if source.number is not None and source.year == year}
