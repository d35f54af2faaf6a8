"""Where a step works on a home: the home itself, or of one in an object store a workspace.

A workspace is a local directory, laid out like a home, that lasts as long as the step. The small files that the step
asks for are downloaded when it starts, large ones when they are first read (`bring`); what it made or changed is
uploaded (`push`). Databases stay in a cache on the local disk, where the next one is made from them. Of a home on a
disk all this does nothing.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from medline import settings, urls
from medline.errors import MedlineError, UsageError
from medline.home import disk
from medline.home.locks import scratch_directory
from medline.home.store import Store

log = logging.getLogger(__name__)

#: A directory, or the URL of a place in an object store.
Home = Path | str

#: What takes room in a home.
PARTS = ("dumps", "lake", "warehouse", "feeds", "fetched", "parquet")

_open: dict[Path, Store] = {}


def is_remote(home: Home) -> bool:
    return "://" in str(home) and not str(home).startswith("file://")


def local(*parts: str) -> Callable[[Callable], Callable]:
    """Make a step that takes a `home` take any: in a store, it is called with a workspace.

    Args:
        parts: whose small files it needs: keys of SMALL, "warehouse" for the versions of the database, "journals" for
            what earlier runs wrote down.
    """

    def decorated(step: Callable) -> Callable:
        names = signature(step)

        @wraps(step)
        def called(*args: Any, **options: Any) -> Any:
            given = names.bind(*args, **options)
            with opened(given.arguments["home"], *parts) as home:
                given.arguments["home"] = home
                return step(*given.args, **given.kwargs)

        return called

    return decorated


@contextmanager
def opened(home: Home, *parts: str, only: Collection[str] | None = None) -> Iterator[Path]:
    """The directory in which a step works on a home.

    Args:
        parts: see `local`.
        only: names of sources in the lake; the small files of others are left where they are.

    Raises:
        NetworkError: the store does not answer.
        UsageError: there is no fsspec for this URL here, or it is not allowed; or a setting is wrong.
    """
    settings.read()
    if not is_remote(home):
        if set(str(home)) & set("?\\"):
            raise UsageError(f"{home}: DuckDB opens no file below a directory with ? or \\ in its name")
        yield Path(unquote(urlsplit(str(home)).path) if str(home).startswith("file://") else home)
        return
    url = str(home).rstrip("/")
    cache = Path(settings.read().work) / hashlib.sha256(url.encode()).hexdigest()[:16]
    (cache / "warehouse").mkdir(parents=True, exist_ok=True)
    with scratch_directory(cache / "steps", "step") as directory:
        (directory / "warehouse").symlink_to(cache / "warehouse")
        (directory / ".lock").symlink_to(cache / ".lock")
        _open[directory] = store = Store(url, directory)
        try:
            store.pull(parts, only)
            yield directory
        except BaseException:
            try:
                store.push(is_last=True)  # why it failed, and what it had made
            except MedlineError as error:
                log.warning("%s", error)
            raise
        else:
            store.push(is_last=True)
        finally:
            del _open[directory]


def of(path: Path) -> Store | None:
    """The store that a file belongs to; None for one of a home on a disk."""
    return next((store for directory, store in list(_open.items()) if path.is_relative_to(directory)), None)


def suffix(home: Path) -> str:
    """What makes the name of a version unique: in a store two runs may make one at a time."""
    found = of(home)
    return f".{found.token}" if found else ""


def shown(home: Home) -> str:
    """The name of a home for people, without a password."""
    found = of(home) if isinstance(home, Path) else None
    return urls.shown(found.url if found else str(home)) if found or is_remote(home) else str(home)


def disk_usage(path: Path) -> int:
    """Bytes that a part of a home takes; see `medline.home.disk.disk_usage`."""
    found = of(path)
    return found.used(path) if found else disk.disk_usage(path)


def download(paths: Collection[Path], *, missing_ok: bool = False) -> None:
    """Make sure that files of a home are here: of a workspace, they may be in the store still."""
    for path in list(paths)[:1]:
        if found := of(path):
            found.bring([path for path in paths if not path.exists()], missing_ok=missing_ok)


def release(home: Path) -> None:
    """Let go of what was brought of the lake: it is in the store."""
    if found := of(home):
        found.release()


def check_unchanged(manifest: Path) -> None:
    """Make sure that a manifest in the store still is what it was when this step began.

    Raises:
        Locked: another run published meanwhile.
    """
    if found := of(manifest):
        found.refuse_outrun(manifest)


def check_is_published(home: Path, version: str) -> None:
    """Make sure that a version of the database is the one that is published in the store.

    Raises:
        Locked: it is not: while another run works on this machine, steps see what was published before.
    """
    if found := of(home):
        found.refuse_outdated(version)


def upload(path: Path) -> None:
    """Put what was made so far into the store, if the home of this path is in one."""
    if found := of(path):
        found.push()


def remove(paths: Collection[Path]) -> None:
    """Remove files of a home, here and in its store."""
    for path in paths:
        path.unlink(missing_ok=True)
    for path in list(paths)[:1]:
        if found := of(path):
            found.remove(paths)


def discard(directory: Path) -> None:
    """Remove a directory of a home, here and in its store."""
    shutil.rmtree(directory, ignore_errors=True)
    if found := of(directory):
        found.discard(directory)


def folders(directory: Path) -> list[str]:
    """Names of the folders in a directory of a home."""
    if found := of(directory):
        return found.folders(directory)
    return sorted(path.name for path in directory.iterdir() if path.is_dir()) if directory.exists() else []
