"""From one published version of the database to the next: choose what to start from, apply, check, publish.

Nothing is applied to what readers see. The next version starts from whatever leaves the least to do, is given one file
after the other up to the goal, and becomes the published one when sql/checks pass. After a kill the next run goes on
with it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from glob import escape
from pathlib import Path
from typing import Protocol

import duckdb

from medline import settings, sqlfile
from medline.errors import BadInput, CheckFailed, MedlineError
from medline.home import Home
from medline.home.disk import atomic_write, translate_disk_full
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


class Indexer(Protocol):
    """What makes the index beside a version; see `medline.searching.index.build`."""

    def is_due(self, home: Home) -> bool:
        """Whether the published version lacks an index that could be made."""

    def make(self, connection: duckdb.DuckDBPyConnection, home: Home) -> None:
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
    is_index_due = indexer is not None and indexer.is_due(home)
    if not new and not new_mesh and not is_index_due and published.views == description_version():
        return []
    goal: dict[str, Manifest | None] = {source.name: source for source in manifests}
    if not alone:
        goal = {name: goal.get(name) for name in [*published.sources, *goal]}
    with translate_disk_full(home.path):
        with runs.step("publish"):
            _choose_base(home, published, goal, len(new), afresh=afresh)
        with database.writer(home.building) as connection, compaction.compacted(connection):
            log.debug("building the next version in %s", home.building)
            with runs.step("apply"):
                todo = _todo(home, contents.contents(connection), published, goal)
                apply.apply(connection, home, todo, progress)
                _apply_mesh(connection, home, mesh)
            database.describe(connection)
            progress("checking", len(todo), len(todo))
            with runs.step("checks"):
                checks.run_on_new(connection, home)
            with runs.step("index"):
                if indexer is not None:
                    indexer.make(connection, home)
            made_of = contents.contents(connection)
            year = made_of.year
            _check_new_year(connection, home, year, list_deleted)
            runs.count(applied=len(new))
            runs.write_table(connection, home, versions.next_name(home, year))
        with runs.step("publish"):
            if home.is_remote:
                contents.write_contents(made_of, home.building_contents)
            made = versions.set_current(home, year, settings.read().keep)
        runs.note(version=made.name, database_bytes=made.database.stat().st_size)
    about = {"version": made.name}
    log.info("published %s: %d files applied, %d of them new", made.name, len(todo), len(new), extra=about)
    return [*(source.name for source in new), *new_mesh]


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


def _choose_base(home: Home, published: Contents, goal: dict[str, Manifest | None], new: int, *, afresh: bool) -> None:
    """Put into `building` the database that leaves the fewest files to apply."""
    current = versions.published(home)
    options: list[tuple[int, str, Callable[[], bool | None]]] = [
        (len(goal) + COPY_IN_FILES, "nothing", partial(versions.start_afresh, home))
    ]
    if not afresh:
        if (lacking := _lacking(home.building, published, goal)) is not None:
            options.append((lacking, "what an earlier run left", lambda: None))
        for version in versions.retired(home):
            if (lacking := _lacking(version.database, published, goal, published.lineage)) is not None:
                options.append((lacking, f"retired {version.name}", partial(versions.reuse, home, version)))
        if current and not published.is_outdated and set(published.sources) <= set(goal):
            clone = partial(versions.clone, home, current)
            options.append((new, f"shared blocks of {current.name}", partial(clone, copy=False)))
            options.append((new + COPY_IN_FILES, f"a copy of {current.name}", partial(clone, copy=True)))
    for cost, name, prepare in sorted(options, key=lambda option: option[0]):
        log.debug("base %s: as much as applying %d files", name, cost)
        if prepare() is not False:  # as sharing is, where the file system cannot
            log.info("the next version starts from %s", name)
            return


def _lacking(path: Path, published: Contents, goal: dict[str, Manifest | None], lineage: str = "") -> int | None:
    """How many files of the goal a database lacks; None where it cannot become that, or is being read.

    Args:
        lineage: that it must have. A version that a rebuild replaced may have what the rebuild was to mend.
    """
    if not path.exists():
        return None
    try:
        with database.writer(path) as connection:
            base = contents.contents(connection)
    except (MedlineError, duckdb.Error) as error:
        log.debug("no base: %s: %s", path, error)
        return None
    if base.is_outdated or (lineage and base.lineage != lineage) or not set(base.sources) <= set(goal):
        log.debug("no base: %s: of another version or lineage, or it holds files that are not wanted", path)
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
    home.download([old.database])
    connection.execute(f"ATTACH {literal(old.database)} AS before (READ_ONLY)")
    try:
        sqlfile.read("reports", "year_change").execute(connection)
        for what in ("lost", "gained"):
            path = home.reports / f"{stem}-{what}.parquet"
            connection.execute(f"COPY (FROM {what} ORDER BY pmid) TO {literal(path)} ({COPY_OPTIONS['parquet']})")
        counts = database.one_row(connection, "FROM year_change")
    finally:
        connection.execute("DETACH before")
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
