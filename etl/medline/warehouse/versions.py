"""The versions of the database as files, and the one that readers see.

warehouse/medline.duckdb                        a symbolic link to the published version: the name that readers know
warehouse/versions/26-000012/medline.duckdb     a version: production year, and a number that grows
warehouse/building/medline.duckdb               the next one, in the making; a killed run's is continued

A published version is never written again. Each lies in a folder of its own so that the file is always `medline`, which
DuckDB takes for the catalog's name. Names are never used again: DuckDB knows open files by their path, so a process
that still holds the old file would get that one.
"""

from __future__ import annotations

import fcntl
import logging
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from medline.errors import Locked, MedlineError, RolledBack, UsageError
from medline.home import disk, workspace
from medline.home.store import CONTENTS, DATABASE
from medline.warehouse import runs

log = logging.getLogger(__name__)

NAME = DATABASE

#: linux/fs.h: share the blocks of another file until one of the two is written (btrfs, xfs, bcachefs).
FICLONE = 0x40049409

#: A version's folder: year and number, and in a store what makes them unique.
FOLDER = re.compile(r"(\d\d)-(\d{6})(?!\d)")

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


def pointer(home: Path) -> Path:
    """What readers open."""
    return home / "warehouse" / NAME


def building(home: Path) -> Path:
    """The database in the making."""
    return home / "warehouse" / "building" / NAME


def versions(home: Path) -> list[Version]:
    """All whole versions that are kept, the oldest first."""
    kept = home / "warehouse" / "versions"
    folders = {path.parent for name in (NAME, CONTENTS) for path in kept.glob(f"*/{name}")}
    named = [(FOLDER.match(folder.name), folder) for folder in folders]
    return sorted(Version(int(match[2]), int(match[1]), folder / NAME) for match, folder in named if match)


def published(home: Path) -> Version | None:
    """The version that readers see; None before the first."""
    path = pointer(home)
    if not path.is_symlink():
        return None
    target = path.readlink().parent.name
    return next((version for version in versions(home) if version.name == target), None)


def retired(home: Path) -> list[Version]:
    """Versions that the pointer does not name, the newest first."""
    current = published(home)
    return [version for version in reversed(versions(home)) if version != current]


def set_current(home: Path, year: int, keep: int) -> Version:
    """Make the database that was built the one that readers see, and let go of versions that nobody needs.

    Args:
        year: of its dumps.
        keep: versions of a year that stay. Of the year before, the last one stays for `rollback` too.
    """
    rejected = rolled_back(home).split(" ")[3:4]
    directory = home / "warehouse" / "versions" / next_name(home, year)
    directory.parent.mkdir(exist_ok=True)
    building(home).parent.rename(directory)
    made = Version(int(directory.name[3:9]), year, directory / NAME)
    if found := workspace.of(home):
        try:
            found.publish(directory, "")
        except BaseException as error:
            directory.rename(building(home).parent)
            if isinstance(error, Locked):
                found.discard(directory)
            raise
    follow(home, made.name, "")
    try:
        _prune(home, keep, rejected)
        if found:
            found.sweep(directory)
    except MedlineError as error:  # of a store: what was published is, all the same
        log.warning("%s; old versions stay until the next one is published", error)
    return made


def next_name(home: Path, year: int) -> str:
    """The name that the next version will have: one that none ever had, though all are lost."""
    told = (FOLDER.match(run["version"]) for run in runs.history(home) if run.get("database_bytes"))
    numbers = [version.number for version in versions(home)] + [int(match[2]) for match in told if match]
    return f"{year:02}-{max(numbers, default=0) + 1:06}{workspace.suffix(home)}"


def restore_pointer(home: Path) -> None:
    """Let the pointer name the newest version, where a kill came before it did, or the link was lost."""
    if not workspace.of(home) and not pointer(home).is_symlink() and (whole := versions(home)):
        log.warning("%s is gone: it names %s again", pointer(home), whole[-1].name)
        _point(home, whole[-1].database)


def rollback(home: Path) -> Version:
    """Let readers see the year before again, or, where none is kept, the version before. Twice is back again.

    Raises:
        UsageError: no other version is kept.
    """
    current, others = published(home), retired(home)
    if current and not rolled_back(home):  # a later one is of a run that was killed before it was published
        others = [version for version in others if version < current]
    if current is None or not others:
        raise UsageError(
            f"{workspace.shown(home)}: no other version is kept that readers could go back to: there is one again"
            " once the next run has published"
        )
    before = next((version for version in others if version.year != current.year), others[0])
    mark = "" if before == max(versions(home)) else f"rolled back from {current.name} to {before.name}\n"
    if found := workspace.of(home):
        found.publish(before.database.parent, mark)
    follow(home, before.name, mark)
    return before


def follow(home: Path, name: str, rolled_back: str) -> None:
    """Let the pointer name a version, and keep what a rollback said."""
    database = home / "warehouse" / "versions" / name / NAME
    if not rolled_back:  # first: a kill in between must not leave the mark of what is published no more
        _rolled_back(home).unlink(missing_ok=True)
        _point(home, database)
        return
    with disk.atomic_write(_rolled_back(home)) as mark:  # written before the pointer moves, for the disk may be full
        mark.write_text(rolled_back, "utf-8")
        _point(home, database)


def check_not_rolled_back(home: Path) -> None:
    """What was rolled back would only come again with the next run: a person has to say what is to be.

    Raises:
        RolledBack: after a rollback.
    """
    if told := rolled_back(home):
        raise RolledBack(f"{told}: nothing is loaded until {WAYS_ON}")


def rolled_back(home: Path) -> str:
    """Which version was rolled back to which; '' if none was."""
    mark = _rolled_back(home)
    return mark.read_text("utf-8").strip() if mark.exists() else ""


def start_afresh(home: Path) -> None:
    """Nothing, as the base of the next version."""
    shutil.rmtree(building(home).parent, ignore_errors=True)
    building(home).parent.mkdir(parents=True)


def reuse(home: Path, version: Version) -> None:
    """A retired version, as the base of the next one: it is no more."""
    shutil.rmtree(building(home).parent, ignore_errors=True)
    version.database.parent.rename(building(home).parent)
    if workspace.of(home):  # in the store it stays until the next one is published: who knows what others read
        version.database.parent.mkdir()
        shutil.copy(building(home).with_name(CONTENTS), version.database.parent)


def clone(home: Path, version: Version, *, copy: bool) -> bool:
    """The blocks of a version, as the base of the next one: shared where the file system can, or copied if asked.

    Returns:
        Whether it could be done.

    Raises:
        DiskFull: to copy.
    """
    start_afresh(home)
    workspace.download([version.database])
    unfinished = building(home).with_name(f".{NAME}.copy")
    if not copy:
        try:
            with version.database.open("rb") as had, unfinished.open("wb") as new:
                fcntl.ioctl(new, FICLONE, had.fileno())
        except OSError:
            unfinished.unlink(missing_ok=True)
            return False
    else:
        disk.require_free_space(version.database.stat().st_size, unfinished.parent, "a copy of the database")
        shutil.copyfile(version.database, unfinished)
    unfinished.rename(building(home))
    return True


def _point(home: Path, database: Path) -> None:
    path = pointer(home)
    link = path.with_name(f".{NAME}.next")
    link.unlink(missing_ok=True)
    link.symlink_to(database.relative_to(path.parent))
    link.replace(path)


def _prune(home: Path, keep: int, rejected: Collection[str]) -> None:
    """Let go of old versions, first of one that was rolled back: the one before it is the better to go back to."""
    current = published(home)
    year = current and current.year
    others = sorted(retired(home), key=lambda version: version.name in rejected)
    same = [version for version in others if version.year == year]
    other = [version for version in others if version.year != year]
    for version in [*same[keep - 1 :], *other[1:]]:
        workspace.discard(version.database.parent)


def _rolled_back(home: Path) -> Path:
    return home / "warehouse" / "rolled_back"
