"""What a sync would do: files, bytes, disk and time, without a change to the home."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from medline import settings
from medline.home import AnyHome, Home, open_home
from medline.lake import manifest
from medline.mirror.dumps import Source, list_sources
from medline.mirror.fetch import last_listing, read_mirror
from medline.plan import choose, name_of
from medline.urls import is_url
from medline.warehouse import runs
from medline.warehouse.contents import published_contents

#: Disk that a dump comes to, in its own size: itself, its Parquet (1.2) and its part of the database (1.15).
ROOM_PER_BYTE = 3.35

#: Seconds of two processors for a byte of a dump, to read and to build it: of a file of 20 MB in benchmarks.md.
SECONDS_PER_BYTE = 3.5 / 20e6

#: Bytes a second that a fetch may come to, where no earlier run says.
FETCHED_A_SECOND = 10e6


@dataclass(frozen=True)
class Estimate:
    """What a sync would do.

    Attributes:
        mirror: as it may be shown.
        year: that the warehouse would be of.
        year_before: that it is of; 0 for none.
        listed, files: dumps of the year in the mirror, and those that the lake lacks.
        bytes: of these files.
        disk_needed, disk_free: in bytes.
        seconds: that it may take: by the earlier runs of this home, or by the benchmarks where there is none.
        is_measured: whether that comes from earlier runs.
        note: what a person may want to know; '' for nothing.
    """

    mirror: str
    year: int
    year_before: int
    listed: int
    files: int
    bytes: int
    disk_needed: int
    disk_free: int
    seconds: float
    is_measured: bool
    note: str


def estimate(mirror: str | Path, home: AnyHome) -> Estimate:
    """Read the listing of a mirror, and return what a sync would do. The home is only read, and need not be there.

    Raises:
        NetworkError, UsageError: see `medline.plan.make_plan`.
    """
    with open_home(home, "dumps", "lake", "warehouse", "journals") as home:
        published = published_contents(home)
        is_fetched = is_url(str(mirror))
        sources, sizes, changed = _listed(str(mirror), home) if is_fetched else _there(Path(mirror))
        plan = choose(sources, published)
        index = manifest.Index(home)
        wanted = [one for one in plan.sources if one.name in changed or not manifest.is_current(one, index)]
        size = sum(sizes[source.name] for source in wanted)
        seconds, is_measured = _seconds(home, size, is_fetched=is_fetched)
        above = next(path for path in (home.path.absolute(), *home.path.absolute().parents) if path.exists())
        return Estimate(
            name_of(mirror), plan.year, published.year, len(plan.sources), len(wanted), size,
            round(size * (ROOM_PER_BYTE if is_fetched else ROOM_PER_BYTE - 1)), shutil.disk_usage(above).free,
            seconds, is_measured, plan.note,
        )  # fmt: skip


def _listed(mirror: str, home: Home) -> tuple[list[Source], dict[str, int], set[str]]:
    """Return the dumps of a mirror with their bytes, and the names of those that were issued again since."""
    listing, before = read_mirror(mirror, settings.read()), last_listing(home)
    known = before.files if before and before.mirror == listing.mirror else {}
    changed = {name for name, entry in listing.files.items() if name in known and known[name] != entry}
    return listing.sources(home), {name: entry.bytes for name, entry in listing.files.items()}, changed


def _there(mirror: Path) -> tuple[list[Source], dict[str, int], set[str]]:
    """Return the same of a directory."""
    sources = list_sources(mirror)
    return sources, {source.name: source.path.stat().st_size for source in sources}, set()


def _seconds(home: Home, size: int, *, is_fetched: bool) -> tuple[float, bool]:
    """Return the seconds that so many bytes may take, and whether earlier runs of this home say so."""
    fetching = [run for run in runs.history(home) if run.get("fetched_bytes", 0) > 1e8 and "seconds" in run]
    if is_fetched and fetching:
        return size * sum(run["seconds"] for run in fetching) / sum(run["fetched_bytes"] for run in fetching), True
    work = size * SECONDS_PER_BYTE * 2 / min(settings.read().threads, 8)
    return max(work, size / FETCHED_A_SECOND if is_fetched else 0.0), False
