"""A home on a disk: steps work in it, and what they have written is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from medline.home import disk, layout
from medline.home.base import Home


class LocalHome(Home):
    """A home that is a directory."""

    is_remote = False

    def __str__(self) -> str:
        return str(self.path)

    def location(self, path: Path) -> str:
        return os.path.join(os.path.realpath(self.path), path.relative_to(self.path))  # noqa: PTH118

    def download(self, paths: Collection[Path], *, missing_ok: bool = False) -> None:
        pass

    def upload(self) -> None:
        pass

    def release(self) -> None:
        pass

    def remove(self, paths: Collection[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    def remove_bundle(self, name: str, tables: Collection[Path]) -> None:
        self.bundle(name).unlink()
        self.remove(tables)

    def discard(self, directory: Path) -> None:
        shutil.rmtree(directory, ignore_errors=True)

    def folders(self, directory: Path) -> list[str]:
        return sorted(path.name for path in directory.iterdir() if path.is_dir()) if directory.exists() else []

    def files(self, directory: Path) -> list[Path]:
        return sorted(path for path in directory.rglob("*") if path.is_symlink() or not path.is_dir())

    def disk_usage(self, part: str) -> int:
        return disk.disk_usage(self.path / part)

    def has_tables(self, tables: Mapping[Path, int | None] | Mapping[str, int | None]) -> bool:
        return all(_is_whole(path, size) for path, size in tables.items())

    def check_unchanged(self, manifest: Path) -> None:
        pass

    def check_is_published(self, version: str) -> None:
        pass

    def publish(self, version: str, rolled_back: str = "") -> None:
        pass

    def sweep_versions(self, version: str) -> None:
        directory = self.database(version).parent.parent
        known = self.version_names()
        for name in filter(layout.VERSION_NAME.match, self.folders(directory)):
            if name not in known:  # a kill came while it was removed
                self.discard(directory / name)


def _is_whole(path: Path | str, size: int | None) -> bool:
    """Whether a file is there with all its bytes; of unknown size it is not empty, as a loss of power may leave it."""
    try:
        there = os.stat(path).st_size  # noqa: PTH116  a path may be a text here
    except FileNotFoundError:
        return False
    return there == size if size is not None else there > 0
