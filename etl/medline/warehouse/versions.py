"""The versions of the database as files, and the one that readers see.

warehouse/medline.duckdb                        a symbolic link to the published version: the name that readers know
warehouse/versions/26-000012/medline.duckdb     a version: production year, and a number that grows
warehouse/versions/26-000012/contents.json      what it holds, and its seal; see `medline.warehouse.contents`
warehouse/versions/26-000012/index/             its search index, where it has one; see `medline.warehouse.index_files`
warehouse/building/medline.duckdb               the next one, in the making; a killed run's is continued

A published version is never written again: it is read-only, and one that differs from its seal is neither shown nor a
base, but made again from the lake (`change`). Each lies in a folder of its own so that the file is always `medline`,
which DuckDB takes for the catalog's name. Names are never used again: DuckDB knows open files by their path, so a
process that still holds the old file would get that one.
"""

from __future__ import annotations

import fcntl
import logging
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from medline.errors import Locked, MedlineError, RolledBack, UsageError
from medline.home import Home, disk, seals
from medline.home.layout import VERSION_NAME
from medline.schema.ddl import literal
from medline.warehouse import index_files, runs

log = logging.getLogger(__name__)

#: linux/fs.h: share the blocks of another file until one of the two is written (btrfs, xfs, bcachefs).
FICLONE = 0x40049409

#: Files of DuckDB that a published version lacks: what another session wrote, and did not put into the file yet.
LOG_SUFFIX = ".wal"

#: What `rollback` leaves; see `Home.follow`.
MARK = re.compile(r"rolled back from (\S+) to (\S+)")

WAYS_ON = "`medline rollback` goes back to the newer one, or `medline rebuild` makes it anew"


@dataclass(frozen=True, order=True)
class Version:
    """A whole version. Versions sort as they were made.

    Attributes:
        number: grows by one with each.
        year: production year of its dumps, two digits; 0 where it holds exports only.
        database: its file.
    """

    number: int
    year: int
    database: Path

    @property
    def name(self) -> str:
        return self.database.parent.name


def versions(home: Home) -> list[Version]:
    """Return all whole versions that are kept, the oldest first."""
    return sorted(_version(home, name) for name in home.version_names())


def _version(home: Home, name: str) -> Version:
    match = VERSION_NAME.match(name)
    assert match
    return Version(int(match[2]), int(match[1]), home.database(name))


def published(home: Home) -> Version | None:
    """The version that readers see; None before the first."""
    if not home.pointer.is_symlink():
        return None
    target = home.pointer.readlink().parent.name
    return next((version for version in versions(home) if version.name == target), None)


def retired(home: Home) -> list[Version]:
    """Versions that the pointer does not name, the newest first."""
    current = published(home)
    return [version for version in reversed(versions(home)) if version != current]


def set_current(home: Home, year: int, keep: int) -> Version:
    """Make the database that was built the one that readers see, and discard versions that nobody needs.

    Args:
        year: of its dumps.
        keep: versions of a year that stay. Of the year before, the last one stays for `rollback` too.
    """
    mark = _mark(home)
    made = _version(home, next_name(home, year))
    directory = made.database.parent
    directory.parent.mkdir(exist_ok=True)
    disk.flush_all(home.building.parent)  # before it has a name that counts
    home.building.parent.rename(directory)
    disk.flush(directory.parent)
    try:
        home.publish(made.name)
    except BaseException as error:
        directory.rename(home.building.parent)
        if isinstance(error, Locked):
            home.discard(directory)
        raise
    home.follow(made.name)
    try:
        _prune(home, keep, mark[:1])
        home.sweep_versions(made.name)
    except MedlineError as error:  # of a store: what was published is, all the same
        log.warning("%s; old versions stay until the next one is published", error)
    return made


def next_name(home: Home, year: int) -> str:
    """Return the name of the next version: one that no version ever had, even if all of them are lost."""
    names = (VERSION_NAME.match(run["version"]) for run in runs.history(home) if run.get("database_bytes"))
    numbers = [version.number for version in versions(home)] + [int(match[2]) for match in names if match]
    return f"{year:02}-{max(numbers, default=0) + 1:06}{home.version_suffix}"


def restore_pointer(home: Home) -> None:
    """Let the pointer name the newest version, or what was rolled back to, where a kill came first or it was lost."""
    if not home.is_remote and not home.pointer.is_symlink() and (whole := versions(home)):
        name = ([version.name for version in whole if version.name in _mark(home)[1:]] or [whole[-1].name])[0]
        log.warning("%s is gone: it names %s again", home.pointer, name)
        home.point(name)


def rollback(home: Home) -> Version:
    """Let readers see the year before again, or, where none is kept, the version before. Twice is back again.

    Raises:
        UsageError: no other version is kept, or none that is as it was published.
    """
    current, (rejected, _) = published(home), _mark(home) or ("", "")
    others = [version for version in retired(home) if not change(home, version)]
    if rejected:  # a later one is of a run that was killed before it was published
        others = [version for version in others if version.name == rejected]
    elif current:
        others = [version for version in others if version < current]
    if current is None or not others:
        raise UsageError(
            f"{home}: no other version is kept that readers could go back to: there is one again"
            " once the next run has published"
        )
    other = next((version for version in others if version.year != current.year), others[0])
    mark = "" if rejected else f"rolled back from {current.name} to {other.name}\n"
    home.publish(other.name, mark)
    home.follow(other.name, mark)
    return other


def change(home: Home, version: Version) -> str:
    """Return how a version differs from what was published, with its file; '' where it does not.

    Of a version of a program that did not seal, nobody knows; nor, in a store, of one that is not here.
    """
    sealed = _seal(home, version)
    if sealed is None or (home.is_remote and not version.database.exists()):
        return ""
    if how := seals.change(version.database, sealed):
        return f"{version.database} {how}"
    log_file = version.database.with_name(version.database.name + LOG_SUFFIX)
    return f"{log_file} was written by another session" if log_file.exists() else ""


def is_base(home: Home, version: Version) -> bool:
    """Whether the next version may start from this one: it is known to be what was published."""
    return _seal(home, version) is not None and not change(home, version)


def _seal(home: Home, version: Version) -> seals.Seal | None:
    content = disk.read_json(home.contents(version.name))
    sealed = content.get("seal") if isinstance(content, dict) else None
    return seals.Seal(**sealed) if sealed else None


def bring(home: Home, version: Version) -> None:
    """Make sure that the file of a version is here, of a home in a store: as it was published."""
    if not home.is_remote:
        return
    if change(home, version):
        version.database.unlink()
    if not version.database.exists():
        home.download([version.database])
        if sealed := _seal(home, version):
            seals.restore(version.database, sealed)


def check_not_rolled_back(home: Home) -> None:
    """What was rolled back would only come again with the next run: a person has to say what is to be.

    Raises:
        RolledBack: after a rollback.
    """
    if mark := rolled_back(home):
        raise RolledBack(f"{mark}: nothing is loaded until {WAYS_ON}")


def rolled_back(home: Home) -> str:
    """Which version was rolled back to which; '' if none was."""
    return "rolled back from {} to {}".format(*mark) if (mark := _mark(home)) else ""


def _mark(home: Home) -> tuple[str, ...]:
    """The version that was rolled back, and the one that readers see instead; () where the pointer says otherwise."""
    match = MARK.match(home.rolled_back.read_text("utf-8")) if home.rolled_back.exists() else None
    if match is None or (home.pointer.is_symlink() and home.pointer.readlink().parent.name != match[2]):
        return ()
    return match.groups()


def start_afresh(home: Home) -> None:
    """Nothing, as the base of the next version."""
    shutil.rmtree(home.building.parent, ignore_errors=True)
    home.building.parent.mkdir(parents=True)


def reuse(home: Home, version: Version) -> bool:
    """A retired version, as the base of the next one: it is no more.

    Returns:
        Whether it could be done: nobody reads it, which DuckDB's own lock says.
    """
    version.database.chmod(0o644)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {literal(version.database)} AS retired")
    except duckdb.Error as error:
        version.database.chmod(seals.READ_ONLY)
        log.debug("no base: %s: %s", version.database, error)
        return False
    shutil.rmtree(home.building.parent, ignore_errors=True)
    version.database.parent.rename(home.building.parent)
    if home.is_remote:  # in the store it stays until the next one is published: who knows what others read
        version.database.parent.mkdir()
        shutil.copy(home.building_contents, version.database.parent)
    return True


def clone(home: Home, version: Version, *, copy: bool) -> bool:
    """The blocks of a version, as the base of the next one: shared where the file system can, or copied if asked.

    Returns:
        Whether it could be done.

    Raises:
        DiskFull: to copy.
    """
    start_afresh(home)
    bring(home, version)
    unfinished = home.building.with_name(f".{home.building.name}.copy")
    if not copy:
        try:
            with version.database.open("rb") as old, unfinished.open("wb") as new:
                fcntl.ioctl(new, FICLONE, old.fileno())
        except OSError:
            unfinished.unlink(missing_ok=True)
            return False
    else:
        disk.require_free_space(version.database.stat().st_size, unfinished.parent, "a copy of the database")
        shutil.copyfile(version.database, unfinished)
    if change(home, version):  # while it was copied
        return False
    index_files.share(home, version.name)
    disk.move(unfinished, home.building)
    return True


def _prune(home: Home, keep: int, rejected: Collection[str]) -> None:
    """Let go of old versions, first of one that was rolled back or changed: others are the better to go back to."""
    current = published(home)
    year = current and current.year
    others = sorted(retired(home), key=lambda version: version.name in rejected or bool(change(home, version)))
    same = [version for version in others if version.year == year]
    other = [version for version in others if version.year != year]
    for version in [*same[keep - 1 :], *other[1:]]:
        home.discard(version.database.parent)
