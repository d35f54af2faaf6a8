"""The way from a mirror to a published warehouse, step by step: what `medline sync` and the DAGs call.

plan → ingest (fetch, transform) → build (apply, check, publish). Every step may run again, and does what is left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from medline import settings
from medline.errors import MedlineError, MissingDump, UsageError
from medline.estimate import ROOM_PER_BYTE
from medline.home import AnyHome, Home, disk, open_home
from medline.home.layout import lake_name
from medline.home.locks import home_lock, sweep
from medline.lake import failures, manifest, transform
from medline.lake.gather import gather
from medline.mirror import dumps, inputs
from medline.mirror.dumps import Source
from medline.mirror.fetch import Fetcher, fetch_deleted, forget_years, last_listing
from medline.parse import ENGINE
from medline.plan import Plan, last_plan, make_plan, name_of, readiness
from medline.progress import Progress, silent
from medline.searching.index import build as indexer
from medline.urls import is_url
from medline.vocabulary import releases, update
from medline.warehouse import build as warehouse_build
from medline.warehouse import contents, runs, versions

log = logging.getLogger(__name__)

#: Publishes a version with its index.
build_version = partial(warehouse_build.build_version, indexer=indexer)

#: The parts of a home that a step which publishes needs.
PARTS_OF_BUILD = ("dumps", "lake", "mesh", "warehouse", "journals")


def sync(
    mirror: str | Path, home: AnyHome, progress: Progress = silent, *, engine: str = ENGINE, mesh: str = ""
) -> list[str]:
    """Bring the warehouse to the state of the mirror: plan, ingest and build; MeSH comes with it, or a warning.

    Args:
        mirror: a URL or a directory.
        engine: see `medline.parse.iter_batches`.
        mesh: see `medline.vocabulary.releases.source_of`; '' for the setting.

    Returns:
        The files that were applied, of MeSH too; none where the warehouse was current.

    Raises:
        MedlineError: of the first file, in order, that could not be fetched or read; what comes before it is published.
        MissingDump: a file is missing; likewise.
        CheckFailed: the new state breaks a rule of sql/checks, and is not published.
        Locked: another run works on this home.
    """
    if not is_url(str(mirror)):
        dumps.list_sources(Path(mirror))  # what is no mirror leaves no home behind
    with open_home(home, *PARTS_OF_BUILD) as home, _only_run(home, "sync") as run:
        wanted = make_plan(mirror, home, progress=progress)
        home.is_kept = True
        run.update(_mirror_state(wanted, mirror))
        outcomes = _ingest(wanted.sources, mirror, home, engine, progress)
        update.follow(mirror, mesh or settings.read().mesh, home, wanted.year, progress)
        applied, waiting = _build(mirror, home, wanted, progress)
        failed = (outcomes.get(source) for source in wanted.sources)
        errors = [outcome for outcome in failed if isinstance(outcome, MedlineError)]
        if errors or waiting:
            raise errors[0] if errors else MissingDump(waiting)
    return applied


def list_batches(mirror: str | Path, home: AnyHome, *, connections: int | None = None) -> list[list[str]]:
    """Return the names of the files that the lake lacks, in order, in batches for `ingest`.

    Args:
        connections: of this step to the mirror; the setting by default.

    Raises:
        RolledBack: after a rollback; for other errors see `medline.plan.make_plan`.
    """
    with open_home(home, "dumps", "lake", "warehouse") as home:
        versions.check_not_rolled_back(home)
        sources, index = make_plan(mirror, home, connections).sources, manifest.Index(home)
        names = [source.name for source in sources if not manifest.is_current(source, index)]
    size = settings.read().batch
    return [names[start : start + size] for start in range(0, len(names), size)]


def baseline_is_due(mirror: str | Path, home: AnyHome, *, connections: int | None = None) -> bool:
    """Whether there is no warehouse yet, or a newer year whose baseline is whole; see `list_batches`."""
    with open_home(home, "dumps", "lake", "warehouse") as home:
        return make_plan(mirror, home, connections).is_new_year or not contents.published_contents(home).year


def ingest(
    mirror: str | Path, home: AnyHome, names: Sequence[str], engine: str = ENGINE, *, connections: int | None = None
) -> list[str]:
    """Fetch some files of a mirror and read them into the lake, all of them, before an error is raised.

    The listing that was read last says what they are.

    Args:
        connections: of this step to the mirror; the setting by default.

    Raises:
        MedlineError: of the first file, in order, that could not be fetched or read.
    """
    asked = {one for name in names for one in (name, lake_name(name))}
    with open_home(home, "dumps", "lake", "warehouse", only=asked) as home, runs.recorded(home, "ingest"):
        wanted = [source for source in last_plan(mirror, home).sources if source.name in asked]
        outcomes = _ingest(wanted, mirror, home, engine, silent, connections)
        for source in wanted:
            if isinstance(outcome := outcomes.get(source), MedlineError):
                raise outcome
    return [source.name for source in wanted]


def build(mirror: str | Path, home: AnyHome, progress: Progress = silent) -> tuple[list[str], str]:
    """Publish a warehouse with what the lake holds of a mirror, in order, up to the first dump that is not there.

    A higher year than the warehouse's replaces everything but the exports.

    Returns:
        The files that were applied, and what the others wait for: '' where none does.

    Raises:
        MissingDump: the baseline of a new year is not in the lake; nothing of it is applied.
        CheckFailed, Locked: see `sync`.
    """
    with open_home(home, *PARTS_OF_BUILD) as home, _only_run(home, "load") as run:
        wanted = last_plan(mirror, home)
        run.update(_mirror_state(wanted, mirror))
        applied, waiting = _build(mirror, home, wanted, progress)
        run.update(outcome=waiting or "done", ended="waiting" if waiting else "done")
    return applied, waiting


def check_nothing_pending(mirror: str | Path, home: AnyHome) -> None:
    """Make sure that no file of the mirror, as it was listed last, waits to be applied.

    Raises:
        MissingDump: one does.
    """
    with open_home(home, "dumps", "lake", "warehouse") as home:
        waiting = readiness(last_plan(mirror, home), contents.published_contents(home), home).waiting
    if waiting:
        raise MissingDump(waiting)


def published_version(home: AnyHome) -> str:
    """Return the name of the published version; '' for none."""
    with open_home(home, "warehouse") as home:
        version = versions.published(home)
    return version.name if version else ""


def rollback(home: AnyHome) -> str:
    """Let readers see another version, see `versions.rollback`; returns its name."""
    with open_home(home, "warehouse") as home, _only_run(home, "rollback", may_follow_rollback=True) as run:
        made = versions.rollback(home)
        run.update(version=made.name, outcome=versions.rolled_back(home) or f"back at {made.name}")
    return made.name


def rebuild(home: AnyHome, progress: Progress = silent) -> list[str]:
    """Make the database anew from the lake, with all files that the published version holds, and publish it.

    Raises:
        BadInput: the lake has lost one of them.
    """
    with open_home(home, *PARTS_OF_BUILD) as home, _only_run(home, "rebuild", may_follow_rollback=True):
        published = contents.published_contents(home)
        return build_version(home, manifest.read_manifests(home, published.sources), progress, alone=True, afresh=True)


def mesh(
    home: AnyHome, source: str = "", *, supplementary: bool = False, progress: Progress = silent
) -> tuple[update.Update, str]:
    """Bring the MeSH that fits the citations, and publish it with them; where nothing is published yet, it waits.

    Args:
        source: URL or directory; '' for the setting, which is NLM's folder unless another one is set.
        supplementary: whether supplementary records are wanted too; a home that has them keeps them.

    Returns:
        What was done, and the version that was published; '' for none.

    Raises:
        NetworkError, UsageError, BadInput: see `medline.vocabulary.update.update`.
        CheckFailed, Locked: see `sync`.
    """
    source = source or releases.source_of(settings.NLM_MIRROR, settings.read().mesh) or settings.NLM_MESH
    if source == "none":
        raise UsageError("MeSH is to come from nowhere: give --source, a URL or a directory")
    with open_home(home, *PARTS_OF_BUILD) as home, _only_run(home, "mesh") as run, disk.translate_disk_full(home.path):
        year = update.mesh_year(contents.published_contents(home).year)
        network = settings.read()
        done = update.update(source, home, year, network, supplementary=supplementary, progress=progress)
        before = versions.published(home)
        if before is None or not build_version(home, [], progress):
            return done, ""
        return done, run["version"]


def transform_files(
    paths: Sequence[Path],
    home: AnyHome,
    *,
    name: str | None = None,
    replace: bool = False,
    engine: str = ENGINE,
    progress: Progress = silent,
) -> dict[Source, manifest.Manifest | MedlineError]:
    """Read files of any format into the lake.

    Args:
        paths, name: see `medline.mirror.inputs.files`.
        replace: whether an export may replace another one of its name; what the lake has is read again, too.
        engine: see `medline.parse.iter_batches`.

    Returns:
        Each file, dumps in order first, with its manifest or the error that it failed with.

    Raises:
        UsageError: two files share a name, or an export's name is taken by another export.
    """
    with open_home(home, "lake") as home, _sources(paths, home, name, replace=replace) as sources:
        return _transform(sources, home, engine, progress, again=replace)


@contextmanager
def _sources(paths: Sequence[Path], home: Home, name: str | None, *, replace: bool) -> Iterator[list[Source]]:
    """Give the files that a person names as sources, dumps in order first; see `transform_files` for the errors."""
    with inputs.files(paths, home, name) as files:
        sources = sorted(map(dumps.source, files))
        transform.check_unique_names(sources)
        if not replace:
            transform.check_names_free(sources, home)
        yield sources


def _transform(
    sources: Sequence[Source], home: Home, engine: str, progress: Progress, *, again: bool
) -> dict[Source, manifest.Manifest | MedlineError]:
    outcomes: dict[Source, manifest.Manifest | MedlineError] = {}
    progress("read", 0, len(sources))
    with disk.translate_disk_full(home.path):
        for source, outcome in _read(sources, home, engine, again=again):
            outcomes[source] = outcome
            progress("read", len(outcomes), len(sources), source.name)
    return {source: outcomes[source] for source in sources}


def load_files(
    paths: Sequence[Path],
    home: AnyHome,
    *,
    name: str | None = None,
    replace: bool = False,
    engine: str = ENGINE,
    progress: Progress = silent,
) -> tuple[list[str], list[MedlineError]]:
    """Read files of any format and apply them: exports beside the dumps, files named like dumps in their order.

    Args:
        paths, name: see `medline.mirror.inputs.files`.
        replace: whether an export may replace another one of its name; what the lake has is read again, too.
        engine: see `medline.parse.iter_batches`.

    Returns:
        The files that were applied, none where the warehouse holds them all, and the errors of those that were not:
        each that could not be read, and each dump that waits for one of these.

    Raises:
        UsageError: as `transform_files`; or dumps of several years, or of another year than the warehouse's.
        CheckFailed, Locked: see `sync`.
    """
    parts = ("lake", "mesh", "warehouse", "journals")
    with open_home(home, *parts) as home, _sources(paths, home, name, replace=replace) as sources:
        return _load_files(sources, home, engine, progress, again=replace)


def _load_files(
    sources: Sequence[Source], home: Home, engine: str, progress: Progress, *, again: bool
) -> tuple[list[str], list[MedlineError]]:
    with _only_run(home, "load files") as run:
        published = contents.published_contents(home)
        _check_one_year({source.year for source in sources if not source.is_export} | {published.year} - {0})
        outcomes = _transform(sources, home, engine, progress, again=again)
        failed = [
            one
            for one in (dumps.source(Path(failure["name"])) for failure in failures.failures(home))
            if not one.is_export
        ]
        errors, made = [], []
        for source, outcome in outcomes.items():
            earlier = [one for one in failed if (one.year, one.number) < (source.year, source.number)]
            if isinstance(outcome, MedlineError):
                errors.append(outcome)
            elif before := [one for one in earlier if one.year == source.year and not source.is_export]:
                errors.append(
                    MissingDump(f"{source.name} waits for {before[0].name}, which failed: see `medline status`")
                )
            else:
                made.append(outcome)
        exports = {source.name for source in outcomes if source.is_export}  # the caller learns of their errors below
        failures.forget_failures(home, but_of={failure["name"] for failure in failures.failures(home)} - exports)
        home.upload()  # before a version counts that refers to them
        applied = build_version(home, made, progress)
        _gather(home)
        if errors:
            run.update(ended="failed", outcome=f"failed: {errors[0]}")
    return applied, errors


def fetch(
    query: str, home: AnyHome, url: str = settings.NLM_EUTILS, *, engine: str = ENGINE, progress: Progress = silent
) -> tuple[list[str], list[MedlineError]] | None:
    """Load what a PubMed query finds, through the E-utilities; the same call goes on where an error ended it.

    Returns:
        As `load_files`; None where PubMed finds nothing.

    Raises:
        UsageError, NetworkError, Locked: see `medline.eutils.subset.fetch`.
    """
    from medline.eutils import subset

    with open_home(home, "fetched", "lake", "mesh", "warehouse", "journals") as home:
        with home_lock(home.path):  # what takes long is not done for a home that is busy
            pass
        with disk.translate_disk_full(home.path):
            paths = subset.fetch(query, home.fetched, url=url, progress=progress)
        if not paths:
            return None
        with _sources(paths, home, None, replace=True) as sources:
            return _load_files(sources, home, engine, progress, again=False)


def _ingest(
    sources: Iterable[Source], mirror: str | Path, home: Home, engine: str, progress: Progress,
    connections: int | None = None,
) -> dict[Source, manifest.Manifest | MedlineError]:  # fmt: skip
    """Fetch and read what the lake lacks; return the outcome of each source."""
    index = manifest.Index(home)
    wanted = [source for source in sources if not manifest.is_current(source, index)]
    fetching: Fetcher | nullcontext[None] = nullcontext()
    if wanted and is_url(str(mirror)) and (listing := last_listing(home)):
        fetching = Fetcher(str(mirror), listing, wanted, home, settings.read(connections=connections), progress)
        if not home.is_remote:  # there each file leaves the workspace once it is in the lake
            disk.require_free_space(
                round(fetching.bytes_asked * ROOM_PER_BYTE), home.dumps, f"ingesting {len(wanted)} files"
            )
    outcomes: dict[Source, manifest.Manifest | MedlineError] = {}
    pushed = ""
    with fetching as fetcher, disk.translate_disk_full(home.path):
        if wanted:
            progress("read", 0, len(wanted))
        for source, outcome in _read(wanted, home, engine, fetcher.fetch if fetcher else None):
            outcomes[source] = outcome
            bundle = outcome.bundle if isinstance(outcome, manifest.Manifest) else ""
            if not bundle or bundle != pushed:  # else it went with the file before
                home.upload()
            pushed = bundle
            progress("read", len(outcomes), len(wanted), source.name)
        if fetcher:
            runs.count(fetched=fetcher.files, fetched_bytes=fetcher.bytes)
    return outcomes


def _read(
    sources: Collection[Source], home: Home, engine: str, fetch: Callable[[Source], None] | None = None,
    *, again: bool = False,
) -> Iterator[tuple[Source, manifest.Manifest | MedlineError]]:  # fmt: skip
    """`lake.small.transform_all`, and count what it read for the run; what the lake has is not read again."""
    if not sources:
        sweep(home.lake)  # what a killed run left
        return
    from medline.lake import small  # here, since a run that finds nothing new would wait for Arrow

    index = manifest.Index(home)
    previous = {source: index.get(source.name) for source in sources}
    with runs.step("ingest"):
        for source, outcome in small.transform_all(sources, home, engine, fetch, again=again):
            if isinstance(outcome, manifest.Manifest) and outcome != previous[source]:
                runs.count(
                    read=1, read_bytes=outcome.bytes, rows=sum(outcome.rows.values()),
                    anomalies=outcome.rows["anomalies"], unknown_paths=outcome.rows["unknown_paths"],
                )  # fmt: skip
            yield source, outcome


def _build(mirror: str | Path, home: Home, wanted: Plan, progress: Progress) -> tuple[list[str], str]:
    """Publish what is ready of a plan. Returns the files that were applied, and what the others wait for."""
    published = contents.published_contents(home)
    if not published.sources and (lost := manifest.exports(home) - {source.name for source in wanted.sources}):
        log.warning("the lake has files of yours that no warehouse holds; load them again: %s", _some(lost))
    state = readiness(wanted, published, home)
    if wanted.is_new_year and any(source.kind == "baseline" for source in state.held_back):
        raise MissingDump(f"the baseline of year {wanted.year} is not whole: {state.waiting}")
    goal, alone = state.ready, wanted.is_new_year or published.is_outdated
    if alone:
        ready = {source.name for source in goal}
        stay = [
            name
            for name, applied in published.sources.items()
            if name not in ready and applied.year in (None, wanted.year)
        ]
        goal = [*goal, *manifest.read_manifests(home, stay)]
    applied = build_version(home, goal, progress, alone=alone, list_deleted=partial(_list_deleted, mirror, home))
    if applied:  # of a new year's run that was killed right after it had published, the next one sees to it
        _forget_years(home)
    _gather(home)
    return applied, state.waiting


def _gather(home: Home) -> None:
    """Put small files of the lake together; what was published is, whether or not that can be done now."""
    try:
        with disk.translate_disk_full(home.path):
            gather(home)
    except (MedlineError, OSError) as error:
        log.warning("small files of the lake stay as they are: %s", error)


def _some(names: Collection[str], most: int = 20) -> str:
    """The first names of many."""
    more = len(names) - most
    return ", ".join(sorted(names)[:most]) + (f" and {more:,} more" if more > 0 else "")


def _forget_years(home: Home) -> None:
    """Let go of the dumps of years of which no version is kept: two years are on the disk at most."""
    oldest = min((version.year for version in versions.versions(home) if version.year), default=0)
    manifest.forget_years(home, oldest)
    forget_years(home, oldest)


def _mirror_state(wanted: Plan, mirror: str | Path) -> dict[str, str]:
    """What `medline status` says of the mirror."""
    newest = [source.name for source in wanted.sources if not source.is_export][-1:]
    return {"mirror": name_of(mirror), "note": wanted.note, "newest_listed": newest[0] if newest else ""}


def _list_deleted(mirror: str | Path, home: Home) -> Path | None:
    if is_url(str(mirror)):
        return fetch_deleted(str(mirror), home, settings.read())
    return dumps.list_deleted(Path(mirror))


@contextmanager
def _only_run(home: Home, what: str, *, may_follow_rollback: bool = False) -> Iterator[dict]:
    """Be the one run that works on a home, and keep what became of it; see `runs.recorded`.

    Args:
        may_follow_rollback: after a rollback. Such a run needs a database: a home that is misspelt must not come to be.

    Raises:
        RolledBack: nothing is loaded.
        UsageError: nothing is published.
        Locked: another run works here.
    """
    if may_follow_rollback and not versions.versions(home):
        raise UsageError(f"{home}: nothing is published here")
    with home_lock(home.path), runs.recorded(home, what) as run:
        home.sweep_unfinished()
        versions.restore_pointer(home)
        if not may_follow_rollback:
            versions.check_not_rolled_back(home)
        yield run


def _check_one_year(years: set[int]) -> None:
    if len(years) > 1:
        listed = " and ".join(str(year) for year in sorted(years))
        raise UsageError(
            f"dumps of years {listed}: a warehouse holds one, since a new baseline replaces all; use another home"
        )
