"""From one published version of the database to the next: choose what to start from, apply, check, publish.

Nothing is applied to what readers see. The next version starts from whatever leaves the least to do, is given one file
after the other up to the goal, and becomes the published one when sql/checks pass. After a kill the next run goes on
with it.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from glob import escape
from pathlib import Path
from typing import Protocol

import duckdb

from medline import settings, sqlfile
from medline.errors import BadInput, CheckFailed, Locked, MedlineError
from medline.home import Home
from medline.home.disk import FULL_WORDS, atomic_write, require_free_space, translate_disk_full
from medline.home.locks import scratch_directory
from medline.lake import manifest
from medline.lake.manifest import Manifest
from medline.progress import Progress, silent
from medline.schema.ddl import literal
from medline.vocabulary import load, store, update
from medline.vocabulary.store import MeshFile
from medline.warehouse import apply, checks, compaction, contents, database, runs, versions
from medline.warehouse.contents import Contents
from medline.warehouse.database import COPY_OPTIONS
from medline.warehouse.revision import description_version

log = logging.getLogger(__name__)

#: What a copy of the database costs: as much as applying so many update files, measured at 2 million citations.
COPY_IN_FILES = 16


#: A thread of DuckDB takes so many rows of a table at a time. Where fewer come, and the database is no larger than such
#: a table makes it, others have nothing to do, and took a quarter of the processor time of an update of one citation.
ROWS_OF_A_THREAD, SMALL = 122_880, 32 << 20

#: The base that is always possible.
NOTHING = "nothing"

#: What DuckDB raises on a database that is damaged.
DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)


class Indexer(Protocol):
    """What makes the index beside a version; see `medline.searching.index.build`."""

    def is_due(self, home: Home) -> bool:
        """Whether the published version lacks an index that could be made."""

    def make(self, connection: duckdb.DuckDBPyConnection, home: Home, progress: Progress) -> None:
        """Make the index of the database in the making."""


def build_version(
    home: Home,
    manifests: Sequence[Manifest],
    progress: Progress = silent,
    *,
    alone: bool = False,
    afresh: bool = False,
    list_deleted: Callable[[], Path | None] = lambda: None,
    indexer: Indexer | None = None,
) -> list[str]:
    """Publish a version with these sources and the home's MeSH, where the published one lacks some, or today's views.

    Args:
        manifests: of the lake; with the sources of the published version they are the goal.
        alone: hold these and no others.
        afresh: start from an empty database.
        list_deleted: gives NLM's list of deleted PMIDs, to hold a new year's losses against; asked for only then.
        indexer: makes the index of the version for searches; None for no index.

    Returns:
        The names of the sources, and of the files of MeSH, that the published version did not hold.

    Raises:
        CheckFailed: the new state breaks a rule of sql/checks; the old one stays.
        DiskFull: the disk is full; the old one stays.
    """
    published = contents.published_contents(home)
    is_all_new = afresh or published.is_outdated
    new = [source for source in manifests if is_all_new or published.lacks(source.name, source.md5, source.kind)]
    mesh = _readable_mesh(home)
    new_mesh = [file.name for file in mesh if published.vocabulary.get(file.name) != file.identity]
    is_due = _is_changed(home) or (indexer is not None and indexer.is_due(home))
    if not new and not new_mesh and not is_due and published.views == description_version():
        return []
    goal: dict[str, Manifest | None] = {source.name: source for source in manifests}
    if not alone:
        goal = {name: goal.get(name) for name in [*published.sources, *goal]}
    with translate_disk_full(home.path):
        with runs.step("publish"):
            base = _choose_base(home, published, goal, len(new), afresh=afresh)
        job = _Job(home, published, goal, mesh, len(new), progress, list_deleted, indexer)
        try:
            todo, made_of = _fill(job)
        except DAMAGE as error:  # of the base, where no seal shows it
            if base == NOTHING or any(words in str(error) for words in FULL_WORDS):
                raise
            log.warning("%s cannot be filled, and is made from nothing: %s", home.building, str(error).splitlines()[0])
            versions.start_afresh(home)
            todo, made_of = _fill(job)
        with runs.step("publish"):
            contents.write_contents(made_of, home.building, home.building_contents)
            made = versions.set_current(home, made_of.year, settings.read().keep)
        runs.note(version=made.name, database_bytes=made.database.stat().st_size)
    about = {"version": made.name}
    log.info("published %s: %d files applied, %d of them new", made.name, len(todo), len(new), extra=about)
    return [*(source.name for source in new), *new_mesh]


@dataclass(frozen=True)
class _Job:
    """What the next version is to be.

    Attributes:
        published: contents of the published version.
        goal: the manifest of each source; None where the published version's source stays as it is.
        mesh: the files of MeSH; none for what the base has.
        new: how many sources the published version lacks.
        progress, list_deleted, indexer: see `build_version`.
    """

    home: Home
    published: Contents
    goal: dict[str, Manifest | None]
    mesh: Sequence[MeshFile]
    new: int
    progress: Progress
    list_deleted: Callable[[], Path | None]
    indexer: Indexer | None


def _fill(job: _Job) -> tuple[list[Manifest], Contents]:
    """Let the database in the making become the goal, and check it; return what was applied, and what it holds."""
    home = job.home
    compaction.sweep(home.building)
    with database.writer(home.building) as connection:
        log.debug("building the next version in %s", home.building)
        with runs.step("apply"):
            todo = _todo(home, contents.contents(connection), job.published, job.goal)
            if not _is_small(home, [*todo, *job.mesh]):
                database.use_all_processors(connection)
            apply.apply(connection, home, todo, job.progress)
            _apply_mesh(connection, home, job.mesh)
        database.describe(connection)
        with runs.step("checks"):
            checks.run_on_new(connection, home, job.progress)
        with runs.step("index"):
            if job.indexer is not None:
                job.indexer.make(connection, home, job.progress)
        year = contents.contents(connection).year
        _check_new_year(connection, home, year, job.list_deleted)
        runs.note(applied=job.new)
        runs.write_table(connection, home, versions.next_name(home, year))
        made_of = contents.whole_contents(connection)
        is_grown = compaction.is_due(connection)
    if is_grown:
        compaction.compact(home.building)
    return todo, made_of


def _is_small(home: Home, coming: Sequence[Manifest | MeshFile]) -> bool:
    """Whether the database in the making is small, and stays so with what comes."""
    rows = sum(sum(source.rows.values()) for source in coming)
    return rows < ROWS_OF_A_THREAD and home.building.stat().st_size < SMALL


def _is_changed(home: Home) -> bool:
    """Whether the published version is no longer what was published, which is said: it is made again from the lake."""
    current = versions.published(home)
    how = versions.change(home, current) if current else ""
    if how:
        log.warning("%s after it was published: it is made again from the lake", how)
    return bool(how)


def _readable_mesh(home: Home) -> list[MeshFile]:
    """Return the files of MeSH that the home has, read with today's schema; none, with a warning, where that fails."""
    try:
        update.reread(home)
    except BadInput as error:
        log.warning("MeSH: %s; the tables of MeSH stay as they are", error)
        return []
    return store.mesh_files(home)


def _apply_mesh(connection: duckdb.DuckDBPyConnection, home: Home, mesh: Sequence[MeshFile]) -> None:
    """Load these files of MeSH, unless the database has them, and no others."""
    if mesh and load.loaded(connection) != {file.name: file.identity for file in mesh}:
        load.load(connection, home, mesh)
        about = {"files": [file.name for file in mesh]}
        log.info("MeSH %d: %s loaded", mesh[0].year, ", ".join(about["files"]), extra=about)


def _choose_base(home: Home, published: Contents, goal: dict[str, Manifest | None], new: int, *, afresh: bool) -> str:
    """Put into `building` the database that leaves the fewest files to apply; return what it is."""
    current = versions.published(home)
    options: list[tuple[int, str, Callable[[], bool | None]]] = [
        (len(goal) + COPY_IN_FILES, NOTHING, partial(versions.start_afresh, home))
    ]
    if not afresh:
        if (lacking := _lacking(_unfinished(home.building), published, goal)) is not None:
            options.append((lacking, "what an earlier run left", lambda: None))
        for version in versions.retired(home):
            base = contents.kept_contents(home, version)
            if (lacking := _lacking(base, published, goal, published.lineage)) is not None:
                options.append((lacking, f"retired {version.name}", partial(versions.reuse, home, version)))
        is_base = current and versions.is_base(home, current)
        if current and is_base and not published.is_outdated and set(published.sources) <= set(goal):
            clone = partial(versions.clone, home, current)
            options.append((new, f"shared blocks of {current.name}", partial(clone, copy=False)))
            options.append((new + COPY_IN_FILES, f"a copy of {current.name}", partial(clone, copy=True)))
    for cost, name, prepare in sorted(options, key=lambda option: option[0]):
        log.debug("base %s: as much as applying %d files", name, cost)
        if prepare() is not False:  # as sharing is, where the file system cannot
            log.info("the next version starts from %s", name)
            return name
    raise AssertionError("to start from nothing is always possible")


def _unfinished(path: Path) -> Contents | None:
    """What the database that an earlier run left holds; None where there is none, or none that can be opened."""
    if not path.exists():
        return None
    path.chmod(0o644)  # it may have been sealed already
    try:
        with database.writer(path) as connection:
            return contents.contents(connection)
    except (MedlineError, duckdb.Error) as error:
        log.debug("no base: %s: %s", path, error)
        return None


def _lacking(
    base: Contents | None, published: Contents, goal: dict[str, Manifest | None], lineage: str = ""
) -> int | None:
    """How many files of the goal a base lacks; None where it cannot become that.

    Args:
        lineage: that it must have. A version that a rebuild replaced may have what the rebuild was to mend.
    """
    if base is None:
        return None
    if base.is_outdated or (lineage and base.lineage != lineage) or not set(base.sources) <= set(goal):
        log.debug("no base: it is of another version or lineage, or it holds files that are not wanted")
        return None
    wanted = {name: (source or published.sources[name]) for name, source in goal.items()}
    return sum(base.lacks(name, source.md5, source.kind) for name, source in wanted.items())


def _todo(home: Home, base: Contents, published: Contents, goal: dict[str, Manifest | None]) -> list[Manifest]:
    """The sources that the base lacks, dumps in order, then exports.

    Raises:
        BadInput: the lake has lost one that the published version holds.
    """
    index = manifest.Index(home)
    todo = []
    for name, source in goal.items():
        wanted = source or published.sources[name]
        if not base.lacks(name, wanted.md5, wanted.kind):
            continue
        source = source or index.get(name)
        if source is None or source.md5 != wanted.md5:
            raise BadInput(
                name, "the lake has lost it, or reads it otherwise now", advice="run `medline transform` on it"
            )
        todo.append(source)
    return sorted(todo, key=lambda source: (source.number is None, source.year or 0, source.number or 0, source.name))


def _check_new_year(
    connection: duckdb.DuckDBPyConnection, home: Home, year: int, list_deleted: Callable[[], Path | None]
) -> None:
    """Compare a new year with the published one, where there is one."""
    old = versions.published(home)
    if old and old.year and year != old.year:
        if how := versions.change(home, old):
            raise CheckFailed(
                f"{how} after it was published: year {year} is not compared with it; run `medline rebuild`, then this"
            )
        _compare_years(connection, home, old, year, list_deleted)


def _compare_years(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    old: versions.Version,
    new: int,
    list_deleted: Callable[[], Path | None],
) -> None:
    """Report what a new year's baseline lost and gained against the published version.

    `<home>/reports/27-after-26.json` has the counts, `…-lost.parquet` and `…-gained.parquet` the citations.

    Raises:
        CheckFailed: more citations are gone than NLM says it has deleted: the baseline is not whole.
    """
    home.reports.mkdir(exist_ok=True)
    stem = f"{new:02}-after-{old.year:02}"
    _read_deleted(connection, list_deleted())
    with _attached(connection, home, old):
        sqlfile.read("reports", "year_change").execute(connection)
        for what in ("lost", "gained"):
            path = home.reports / f"{stem}-{what}.parquet"
            connection.execute(f"COPY (FROM {what} ORDER BY pmid) TO {literal(path)} ({COPY_OPTIONS['parquet']})")
        counts = database.one_row(connection, "FROM year_change")
    report = {
        "year": new,
        "before": old.year,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        **counts,
    }
    with atomic_write(home.reports / f"{stem}.json") as unfinished:
        unfinished.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    log.info("year %d after %d: %s", new, old.year, report)
    if report["lost_unexplained"] > settings.read().max_loss:
        raise CheckFailed(
            f"year {new} lacks {report['lost_unexplained']:,} of {report['citations_before']:,} citations that NLM does"
            f" not list as deleted: its baseline may not be whole; see {home.reports / stem}.json, or raise"
            " MEDLINE_MAX_LOSS"
        )


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, home: Home, old: versions.Version) -> Iterator[None]:
    """Attach a published version as `before`; where a session keeps readers out, a copy of it."""
    versions.bring(home, old)
    with scratch_directory(home.lake, "before") as directory:
        try:
            with database.opening(old.database):
                connection.execute(f"ATTACH {literal(old.database)} AS before (READ_ONLY)")
        except Locked as error:
            log.warning("%s. Until then a copy is read", error)
            require_free_space(old.database.stat().st_size, directory, "a copy of the published database")
            copy = shutil.copyfile(old.database, directory / old.database.name)
            connection.execute(f"ATTACH {literal(copy)} AS before (READ_ONLY)")
        try:
            yield
        finally:
            connection.execute("DETACH before")


def _read_deleted(connection: duckdb.DuckDBPyConnection, path: Path | None) -> None:
    """NLM's list of deleted PMIDs as the table `deleted_pmids`; empty where there is none that can be read."""
    connection.execute("CREATE OR REPLACE TEMP TABLE deleted_pmids (pmid BIGINT)")
    if path is None:
        return
    try:
        connection.execute(
            "INSERT INTO deleted_pmids FROM read_csv($path, header = false, columns = {'pmid': 'BIGINT'})",
            {"path": escape(str(path))},
        )
    except duckdb.Error as error:
        log.warning("%s: %s; the lost citations are not compared with it", path.name, str(error).splitlines()[0])
