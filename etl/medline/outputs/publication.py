"""Versions of an output in folders, and the manifest that names the one that counts: feeds and exported tables.

<output>/manifest.json       what readers open first: a version, and its files
<output>/26-000012…/         a version, named after the version of the database that it was made of
<output>/26-000012…/manifest.json    its own, which proves that this program made the folder: nothing else is removed

A version is complete before the manifest names it, and is never written again; the manifest is replaced in one step. So
a reader that goes from the manifest to the files sees one state, on any store that can replace one object. The lock is
on the folder of the output, not on the home: the version of the database that is read does not change.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from medline import settings
from medline.errors import UsageError
from medline.home import Home
from medline.home.disk import atomic_write, read_json, remove_empty_folders, translate_disk_full
from medline.home.layout import FEEDS_MANIFEST
from medline.home.locks import home_lock
from medline.warehouse import contents, database

log = logging.getLogger(__name__)

MANIFEST = FEEDS_MANIFEST.name

#: Name of a version of the database; in an object store the tokens of the runs that made database and output follow.
DATABASE_VERSION = r"[0-9]{2}-[0-9]{6}(\.[0-9a-f]{8}){0,2}"


@dataclass(frozen=True)
class Publication:
    """The folder of an output, locked, and a connection to the version of the database that it is made of.

    Attributes:
        home: where it is.
        folder: `<home>/feeds` or `<home>/parquet`.
        pattern: matches the names of its versions. Folders of other names are somebody else's, and stay.
        file_pattern: matches the paths of files in the folder of a version. Others are somebody else's, and stay.
        database_version: the published version of the database.
        connection: reads this version.
    """

    home: Home
    folder: Path
    pattern: re.Pattern[str]
    file_pattern: re.Pattern[str]
    database_version: str
    connection: duckdb.DuckDBPyConnection

    def manifest(self) -> dict:
        """Return the manifest; {} before the first, and where it cannot be read."""
        return read_json(self.folder / MANIFEST) or {}

    def is_whole(self, sizes: Mapping[str, int | None]) -> bool:
        """Whether the files of a version are there with their bytes; see `Home.has_tables`.

        Args:
            sizes: by path in the folder.
        """
        if self.home.has_tables({self.folder / path: size for path, size in sizes.items()}):
            return True
        log.warning("%s: files of the published version are lost, empty or cut: it is written again", self.folder)
        return False

    def versions(self) -> list[str]:
        """Return all names of versions that a folder has, complete or not, made here or not."""
        return list(filter(self.pattern.fullmatch, self.home.folders(self.folder)))

    def describe(self, version: str, **content: object) -> dict:
        """Return the manifest of a version.

        Args:
            content: what this output adds to the entries that all have.
        """
        return {
            "version": version,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "warehouse": self.database_version,
            "credit": settings.CREDIT,
            **content,
        }

    def start(self, version: str) -> Path:
        """Make the folder of a version, with the manifest that says whose it is; what a killed run left goes first.

        Raises:
            UsageError: somebody else has a folder of this name there.
        """
        directory = self.folder / version
        self.discard([version])
        if version in self.versions() and self.home.files(directory):
            raise UsageError(f"{self.home}: {self.folder.name}/{version} is not of this program; move it away")
        directory.mkdir(parents=True, exist_ok=True)
        write_manifest(directory, self.describe(version))
        self.home.upload()
        return directory

    def set_current(self, manifest: dict) -> None:
        """Make a version the one that readers see, and upload it to the store of the home.

        Raises:
            Locked: in a store, another run replaced the manifest meanwhile.
        """
        self.home.check_unchanged(self.folder / MANIFEST)
        before = self.manifest()
        if before.get("version") in self.versions() and not self._own_manifest(before["version"]):
            write_manifest(self.folder / before["version"], before)  # made before versions had one
        write_manifest(self.folder, manifest)
        self.home.upload()

    def discard(self, versions: Iterable[str]) -> None:
        """Remove versions that this program made, file by file; all else is left alone."""
        for version in filter(self.pattern.fullmatch, versions):
            if not (manifest := self._own_manifest(version)):
                continue
            log.debug("%s: removing version %s", self.folder.name, version)
            directory, listed = self.folder / version, set(_strings(manifest))
            files = {path.relative_to(directory).as_posix(): path for path in self.home.files(directory)}
            own = {name for name in files if f"{version}/{name}" in listed or self.file_pattern.fullmatch(name)}
            self.home.remove([files[name] for name in sorted(own)])
            self.home.remove([directory / MANIFEST])  # last: until then it says whose the others are
            remove_empty_folders(directory)

    def _own_manifest(self, version: str) -> dict:
        """Return the manifest in the folder of a version that names this version; {} where there is none."""
        path = self.folder / version / MANIFEST
        if path.parent.is_symlink():
            return {}
        self.home.download([path], missing_ok=True)
        with suppress(OSError, ValueError):
            manifest = json.loads(path.read_text("utf-8"))
            return manifest if isinstance(manifest, dict) and manifest.get("version") == version else {}
        return {}


def _strings(content: object) -> Iterator[str]:
    """Yield all texts in a JSON value, however deep."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from _strings(value)


@contextmanager
def opened(home: Home, folder: Path, pattern: re.Pattern[str], file_pattern: re.Pattern[str]) -> Iterator[Publication]:
    """Lock an output of a home for writing; see `Publication` for the patterns.

    Raises:
        UsageError: there is no database yet.
        Locked: another run writes this output; or, in a store, the database that is open is not the published one.
        DiskFull: the disk is full; what was published stays.
    """
    with database.reader(home) as connection, translate_disk_full(home.path), home_lock(folder):
        home.sweep_unfinished()
        version = contents.version_of(connection)
        home.check_is_published(version)
        connection.execute(database.MEMORY)
        connection.execute("SET temp_directory = $path", {"path": str(folder / ".spill")})
        try:
            yield Publication(home, folder, pattern, file_pattern, version, connection)
        finally:
            shutil.rmtree(folder / ".spill", ignore_errors=True)


def write_manifest(folder: Path, manifest: dict) -> None:
    """Write a manifest into a folder, in one step."""
    with atomic_write(folder / MANIFEST) as path:
        path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
