"""An object store: `s3://bucket/path`, or another one that fsspec knows.

A store cannot rename an object. But an object appears whole, and can be created only if it does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from medline.errors import MedlineError, NetworkError, UsageError
from medline.urls import shown

#: Files that are put at a time: the client has each in memory, up to 100 MB.
PUT_AT_A_TIME = 8


class ObjectStore:
    """The objects below a URL, each with its path relative to it as its name.

    Every method raises NetworkError where the store does not answer, and UsageError where it does not allow the call.

    Raises:
        UsageError: there is no fsspec for this URL here.
    """

    def __init__(self, url: str) -> None:
        import fsspec

        if set(url) & set("*?[]"):
            raise UsageError(f"{url}: has a character that stores take for a pattern")
        self.url = url
        try:
            self.fs, self.root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise UsageError(f"{url}: {error}") from error

    def list(self, *folders: str) -> dict[str, int]:
        """Return the size of each object in these folders, however deep, by name."""
        with self._asking(folders[0]):
            listed = (self.fs.find(self._path(folder), detail=True) for folder in folders)
            return {
                path.removeprefix(f"{self.root}/"): about["size"]
                for objects in listed
                for path, about in objects.items()
            }

    def exists(self, name: str) -> bool:
        with self._asking(name):
            return self.fs.exists(self._path(name))

    def read(self, name: str) -> bytes:
        """Return the content of an object; it is empty where there is none."""
        with self._asking(name), suppress(FileNotFoundError):
            return self.fs.cat_file(self._path(name))
        return b""

    def read_all(self, names: Sequence[str]) -> bytes:
        """Return the content of some objects, one after the other."""
        if not names:
            return b""
        with self._asking(_some(names)):
            return b"".join(self.fs.cat([self._path(name) for name in names]).values())

    def write(self, name: str, content: bytes) -> None:
        with self._asking(name):
            self.fs.pipe_file(self._path(name), content)

    def create(self, name: str, content: bytes) -> bool:
        """Make an object that nobody else has made; return whether this call did."""
        path = self._path(name)
        with self._asking(name):
            try:
                self.fs.pipe_file(path, content, mode="create")
            except OSError:  # of which FileExistsError is one; or the answer to a write that succeeded was lost
                if not self.fs.exists(path):
                    raise
                return self.fs.cat_file(path) == content
        return True

    def get(self, names: Sequence[str], directory: Path) -> None:
        """Get objects as files below a directory; each has its name there once it is whole."""
        if not names:
            return
        paths = [directory / name for name in names]
        parts = [directory / f".{uuid4().hex}.part" for _ in paths]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._asking(_some(names)):
            self.fs.get([self._path(name) for name in names], [str(part) for part in parts])
        for path, part in zip(paths, parts, strict=True):
            part.replace(path)

    def put(self, names: Sequence[str], directory: Path) -> None:
        """Put files below a directory as objects."""
        if names:
            with self._asking(_some(names)):
                here, there = [str(directory / name) for name in names], [self._path(name) for name in names]
                self.fs.put(here, there, batch_size=PUT_AT_A_TIME)

    def remove(self, names: Sequence[str], *, one_by_one: bool = False) -> None:
        """Remove objects.

        Args:
            one_by_one: each in a request of its own: of many in one, the client does not say which failed.
        """
        if names:
            with self._asking(_some(names)):
                for name in names if one_by_one else ():
                    self.fs.rm_file(self._path(name))
                if not one_by_one:
                    self.fs.rm([self._path(name) for name in names])

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Say in one line what the store's client says in many; each client has errors of its own."""
        try:
            yield
        except MedlineError:
            raise
        except PermissionError as error:
            raise UsageError(f"{shown(self.url)}: not allowed: {what}: {error}") from error
        except Exception as error:
            raise NetworkError(f"{shown(self.url)}: {what}: {type(error).__name__}: {error}") from error


def _some(names: Sequence[str]) -> str:
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
