"""A home: the directory or object-store path that holds all state, as the steps see it."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import ClassVar

from medline.home import layout
from medline.home.disk import atomic_write, flush
from medline.home.layout import Files, files_of
from medline.home.locks import CONNECTIONS, LOCK, Slots
from medline.home.unfinished import finished_name, left_in


class Home(ABC):
    """A home that is open: where each of its files is, and what a step does with them.

    A step works in one local directory. Of a home on a disk (`LocalHome`) that is the home itself, and most of what
    follows does nothing; of one in an object store (`RemoteHome`) it is a workspace that lasts as long as the step.

    Attributes:
        path: the directory.
        is_remote: whether the home is in an object store, where steps on other machines work on it at the same time.
        is_kept: whether a home that is new stays although there is nothing in it yet.
        version_suffix: makes the name of a version unique, since in a store two runs may make one at a time.
    """

    is_remote: ClassVar[bool]
    is_kept = False
    version_suffix = ""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @abstractmethod
    def __str__(self) -> str:
        """Return the name of the home for messages, without a password."""

    def connections(self, number: int) -> Slots:
        """Return the slots for transfers that the processes on this machine share which work on this home."""
        return Slots((self.path / LOCK).resolve().parent / CONNECTIONS, number)

    # Where things are

    @property
    def dumps(self) -> Path:
        """The local copy of a mirror over HTTP, laid out like it."""
        return self.path / "dumps"

    @property
    def listing(self) -> Path:
        return self._at(layout.LISTING)

    @property
    def deleted_pmids(self) -> Path:
        return self._at(layout.DELETED_PMIDS)

    def dump_files(self) -> list[Path]:
        """Return the dumps that are here, and their .md5 files."""
        return self._find(layout.DUMP)

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    def manifest(self, name: str) -> Path:
        """Return the manifest of a source by its name in the lake; see `layout.lake_name`."""
        return self._at(layout.MANIFEST, source=name)

    def manifests(self) -> list[Path]:
        return self._find(layout.MANIFEST)

    def bundle(self, name: str) -> Path:
        """Return the manifest of a bundle."""
        return self._at(layout.BUNDLE, bundle=name)

    def bundles(self) -> list[Path]:
        return self._find(layout.BUNDLE)

    def failure(self, name: str) -> Path:
        """Return the file that keeps why a source could not be read, by its name in the lake."""
        return self._at(layout.FAILURE, source=name)

    def failures(self) -> list[Path]:
        return self._find(layout.FAILURE)

    def table(self, table: str, name: str) -> Path:
        """Return the file of a table, of one source by its name in the lake, or of a bundle."""
        return self._at(layout.TABLE, table=table, source=name)

    def table_files(self, table: str) -> list[Path]:
        return self._find(layout.TABLE, table=table)

    @property
    def lake_lock(self) -> Path:
        """The file that is locked while files are put in place in the lake."""
        return self.path / layout.MANIFEST.folder() / LOCK

    @property
    def mesh_manifest(self) -> Path:
        """The file that says which files of MeSH the home has."""
        return self._at(layout.MESH_MANIFEST)

    def mesh_file(self, name: str) -> Path:
        """Return a file of MeSH as it was fetched."""
        return self._at(layout.MESH_FILE, name=name)

    def mesh_table(self, table: str, name: str) -> Path:
        """Return the rows of a table that a file of MeSH gave."""
        return self._at(layout.MESH_TABLE, table=table, name=name)

    def mesh_files(self) -> list[Path]:
        """Return all files of MeSH that are here, and their rows."""
        return [*self._find(layout.MESH_FILE), *self._find(layout.MESH_TABLE)]

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse"

    @property
    def pointer(self) -> Path:
        """The symbolic link to the published database, which readers open."""
        return self._at(layout.POINTER)

    @property
    def building(self) -> Path:
        """The database of the next version, in the making."""
        return self._at(layout.BUILDING)

    def database(self, version: str) -> Path:
        return self._at(layout.DATABASE, version=version)

    def index(self, version: str) -> Path:
        """Return the folder of the search index of a version; it may lack one."""
        return self.path / layout.INDEX.folder(version=version)

    @property
    def building_index(self) -> Path:
        """The index of the next version, in the making."""
        return self.path / layout.BUILDING_INDEX.folder()

    def contents(self, version: str) -> Path:
        """Return the file that says what a version holds, so that nobody has to open its database for that."""
        return self._at(layout.CONTENTS, version=version)

    @property
    def building_contents(self) -> Path:
        return self.building.with_name(self.contents("").name)

    @property
    def rolled_back(self) -> Path:
        """The file that says which version was rolled back to which; it is there after a rollback only."""
        return self._at(layout.ROLLED_BACK)

    def version_names(self) -> list[str]:
        """Return the names of the versions of the database that are whole; in a store the database may be elsewhere."""
        forms = (layout.DATABASE, layout.CONTENTS) if self.is_remote else (layout.DATABASE,)
        whole = {path.parent.name for files in forms for path in self._find(files)}
        return sorted(filter(layout.VERSION_NAME.match, whole))

    @property
    def reports(self) -> Path:
        return self.path / "reports"

    @property
    def feeds(self) -> Path:
        return self.path / "feeds"

    @property
    def feeds_manifest(self) -> Path:
        return self._at(layout.FEEDS_MANIFEST)

    @property
    def dashboard(self) -> Path:
        return self._at(layout.DASHBOARD)

    @property
    def parquet(self) -> Path:
        return self.path / "parquet"

    @property
    def parquet_manifest(self) -> Path:
        return self._at(layout.PARQUET_MANIFEST)

    @property
    def iceberg(self) -> Path:
        return self.path / "iceberg"

    @property
    def iceberg_catalog(self) -> Path:
        return self._at(layout.ICEBERG_CATALOG)

    @property
    def fetched(self) -> Path:
        """The records that PubMed queries gave, a directory for each query."""
        return self.path / "fetched"

    @property
    def runs(self) -> Path:
        return self._at(layout.RUNS)

    @property
    def checks(self) -> Path:
        return self._at(layout.CHECKS)

    @property
    def alerts(self) -> Path:
        return self._at(layout.ALERTS)

    @abstractmethod
    def location(self, path: Path) -> str:
        """Return where other programs find a file or folder of the home: its whole path, or its URL in the store."""

    def _at(self, files: Files, **fields: str) -> Path:
        return self.path / files.path(**fields)

    def _find(self, files: Files, **fields: str) -> list[Path]:
        """Return the files of one form, sorted; fields that are not given stand for any name."""
        return sorted(self.path.glob(files.path(**dict.fromkeys(files.fields, "*") | fields)))

    # What a step does with them

    @abstractmethod
    def download(self, paths: Collection[Path], *, missing_ok: bool = False) -> None:
        """Make sure that large files are here: of a home in a store they may be in the store alone.

        Raises:
            NetworkError: the store does not have one of them, unless it may be missing, or does not answer.
        """

    @abstractmethod
    def upload(self) -> None:
        """Put what was made so far into the store.

        Raises:
            Locked: another run wrote an export of the same name since this step began.
        """

    @abstractmethod
    def release(self) -> None:
        """Remove here the tables of the lake that were downloaded."""

    @abstractmethod
    def remove(self, paths: Collection[Path]) -> None:
        """Remove files, here and in the store."""

    @abstractmethod
    def remove_bundle(self, name: str, tables: Collection[Path]) -> None:
        """Remove a bundle whose files are all in others now: its manifest, then its tables.

        In the store it goes with the next upload, once these others are there.
        """

    @abstractmethod
    def discard(self, directory: Path) -> None:
        """Remove a directory, here and in the store."""

    @abstractmethod
    def folders(self, directory: Path) -> list[str]:
        """Return the names of the folders in a directory, sorted."""

    @abstractmethod
    def files(self, directory: Path) -> list[Path]:
        """Return all files below a directory, however deep, here or in the store, sorted."""

    @abstractmethod
    def disk_usage(self, part: str) -> int:
        """Return the bytes that one of `layout.PARTS` takes."""

    @abstractmethod
    def has_tables(self, tables: Mapping[Path, int | None] | Mapping[str, int | None]) -> bool:
        """Whether the tables that a manifest names are there: in a store they are, since the manifest came last.

        Args:
            tables: with their bytes; None where the manifest, of an earlier program, does not say.
        """

    @abstractmethod
    def check_unchanged(self, manifest: Path) -> None:
        """Make sure that a manifest in the store still is what it was when this step began.

        Raises:
            Locked: another run published meanwhile.
        """

    @abstractmethod
    def check_is_published(self, version: str) -> None:
        """Make sure that a version of the database is the one that is published in the store.

        Raises:
            Locked: it is not: while another run works on this machine, steps see what was published before.
        """

    @abstractmethod
    def publish(self, version: str, rolled_back: str = "") -> None:
        """Let the store know which version of the database is published; `follow` lets the readers here know.

        Args:
            rolled_back: see `follow`.

        Raises:
            Locked: another run published since this step began.
        """

    @abstractmethod
    def sweep_versions(self, version: str) -> None:
        """Remove what is left of versions up to this one that do not count, of runs that were killed or late."""

    def sweep_unfinished(self) -> None:
        """Remove files that killed processes left in the making: of the forms that a home has, and no others."""
        folders = [self.path, *(Path(top) for part in layout.SWEPT for top, _, _ in os.walk(self.path / part))]
        for left in (left for folder in folders for left in left_in(folder)):
            final = left.with_name(finished_name(left)).relative_to(self.path).as_posix()
            if files_of(final) is not layout.OTHER:
                left.unlink(missing_ok=True)

    def follow(self, version: str, rolled_back: str = "") -> None:
        """Let the pointer name a version: the one step that counts.

        A mark says nothing while the pointer names another version than its own (`versions.rolled_back`). So it is
        written before the pointer moves, and removed after: whatever fails or is killed, all is done or nothing is.

        Args:
            rolled_back: which version was rolled back to which, after a rollback.
        """
        if rolled_back:
            with atomic_write(self.rolled_back) as mark:
                mark.write_text(rolled_back, "utf-8")
        self.point(version)
        if not rolled_back and self.rolled_back.exists():
            self.rolled_back.unlink()
            flush(self.rolled_back.parent)

    def point(self, version: str) -> None:
        """Let the pointer name a version in one step, and leave the mark of a rollback as it is."""
        link = self.pointer.with_name(f".{self.pointer.name}.next")
        link.unlink(missing_ok=True)
        link.symlink_to(self.database(version).relative_to(self.pointer.parent))
        link.replace(self.pointer)
        flush(self.pointer.parent)
