"""Versions of an output in folders, and the manifest that names the one that counts: feeds and exported tables.

<output>/manifest.json       what readers open first: a version, and its files
<output>/26-000012…/         a version, named after the version of the database that it was made of

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
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from medline import settings
from medline.home import Home
from medline.home.disk import atomic_write, read_json, translate_disk_full
from medline.home.layout import FEEDS_MANIFEST
from medline.home.locks import home_lock
from medline.warehouse import contents, database

log = logging.getLogger(__name__)

MANIFEST = FEEDS_MANIFEST.name

#: Name of a version of the database; in an object store the tokens of the runs that made database and output follow.
DATABASE_VERSION = r"\d\d-\d{6}(\.[0-9a-f]{8}){0,2}"


@dataclass(frozen=True)
class Publication:
    """The folder of an output, locked, and a connection to the version of the database that it is made of.

    Attributes:
        home: where it is.
        folder: `<home>/feeds` or `<home>/parquet`.
        pattern: matches the names of its versions. Folders of other names are somebody else's, and stay.
        database_version: the published version of the database.
        connection: reads this version.
    """

    home: Home
    folder: Path
    pattern: re.Pattern[str]
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
        """Return the names of all versions that have a folder, complete or not."""
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

    def set_current(self, manifest: dict) -> None:
        """Make a version the one that readers see, and upload it to the store of the home.

        Raises:
            Locked: in a store, another run replaced the manifest meanwhile.
        """
        self.home.check_unchanged(self.folder / MANIFEST)
        write_manifest(self.folder, manifest)
        self.home.upload()

    def discard(self, versions: Iterable[str]) -> None:
        """Remove versions; a name that is not a version's is left alone."""
        for version in filter(self.pattern.fullmatch, versions):
            log.debug("%s: removing version %s", self.folder.name, version)
            self.home.discard(self.folder / version)


@contextmanager
def opened(home: Home, folder: Path, pattern: re.Pattern[str]) -> Iterator[Publication]:
    """Lock an output of a home for writing.

    Raises:
        UsageError: there is no database yet.
        Locked: another run writes this output; or, in a store, the database that is open is not the published one.
        DiskFull: the disk is full; what was published stays.
    """
    with database.reader(home) as connection, translate_disk_full(home.path), home_lock(folder):
        version = contents.version_of(connection)
        home.check_is_published(version)
        connection.execute(database.MEMORY)
        connection.execute("SET temp_directory = $path", {"path": str(folder / ".spill")})
        try:
            yield Publication(home, folder, pattern, version, connection)
        finally:
            shutil.rmtree(folder / ".spill", ignore_errors=True)


def write_manifest(folder: Path, manifest: dict) -> None:
    """Write a manifest into a folder, in one step."""
    with atomic_write(folder / MANIFEST) as path:
        path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
