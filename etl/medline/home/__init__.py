"""A home: the directory or object-store path that holds all state.

layout   every path, and what it is
base     `Home`, the interface of a home that is open; `local` and `remote` are its two implementations
store    an object store, whatever it holds
locks    the lock of a home, and directories for unfinished files
fresh    a home that goes again where nothing came of it
disk     files written in one step, free space
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from os.path import realpath  # unlike resolve, no error of a link to itself
from pathlib import Path
from urllib.parse import unquote, urlsplit

from medline import settings, urls
from medline.errors import MedlineError, UsageError
from medline.home.base import Home
from medline.home.fresh import removed_if_empty
from medline.home.local import LocalHome
from medline.home.locks import LOCK, scratch_directory
from medline.home.remote import RemoteHome
from medline.messages import redact

log = logging.getLogger(__name__)

#: A home as a caller gives it: a directory, the URL of a directory or of a path in an object store, or an open home.
AnyHome = Path | str | Home


def is_remote(home: Path | str) -> bool:
    """Whether a home is in an object store."""
    return "://" in str(home) and not str(home).startswith("file://")


def shown(home: AnyHome) -> str:
    """Return the name of a home for messages, without a password."""
    return str(home) if isinstance(home, Home) or not is_remote(home) else urls.named(str(home))


@contextmanager
def open_home(home: AnyHome, *parts: str, only: Collection[str] | None = None) -> Iterator[Home]:
    """Open a home for a step; one that is open already is given back as it is.

    Args:
        parts: of a home in a store, those whose small files the step needs: a folder of it, "warehouse" for the
            versions of the database, "journals" for the journals of earlier runs.
        only: names of sources; the small files of others are not downloaded.

    Raises:
        NetworkError: the store does not answer.
        UsageError: there is no fsspec for this URL here, or it is not allowed; or a setting is wrong.
    """
    if isinstance(home, Home):
        yield home
        return
    settings.read()
    if is_remote(home):
        _check_url(str(home))
        with _workspace(str(home).rstrip("/"), parts, only) as remote:
            yield remote
        return
    local = _local(unquote(urlsplit(str(home)).path) if str(home).startswith("file://") else str(home))
    with removed_if_empty(local):
        yield local


def _local(path: str) -> LocalHome:
    """Return a home in a directory whose name, and those above it, DuckDB and Arrow understand.

    Raises:
        UsageError: they do not.
    """
    try:
        whole = realpath(path)
        whole.encode()
    except ValueError:  # of \0, or of bytes that are no UTF-8
        raise UsageError(f"{path}: the path of a home must be UTF-8, which DuckDB and Arrow expect") from None
    if set(path + whole) & set("?\\"):
        raise UsageError(f"{path}: DuckDB opens no file below a directory with ? or \\ in its name")
    return LocalHome(Path(path).absolute() if ":" in path else path)  # else Arrow takes a:b for a URI


def _check_url(url: str) -> None:
    """Make sure that a URL is one, and has no secret: clients repeat URLs in errors, and most take it for the bucket.

    Raises:
        UsageError: it is none, or has a password, a key or a token.
    """
    try:
        urls.shown(url)
    except ValueError:
        raise UsageError(f"{url}: not a URL of a home") from None
    if redact(url) != url or ";" in url:
        raise UsageError(
            f"{redact(url)}: the URL of a home may have no password, key or token; the client of the store reads them"
            " from the environment, as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )


@contextmanager
def _workspace(url: str, parts: Collection[str], only: Collection[str] | None) -> Iterator[RemoteHome]:
    """Make a workspace for a step, and upload what the step made when it ends."""
    cache = _local(str(Path(settings.read().work) / hashlib.sha256(url.encode()).hexdigest()[:16]))
    cache.warehouse.mkdir(parents=True, exist_ok=True)
    with scratch_directory(cache.path / "steps", "step") as directory:
        home = RemoteHome(url, directory)
        home.warehouse.symlink_to(cache.warehouse)
        (directory / LOCK).symlink_to(cache.path / LOCK)
        try:
            home.start(parts, only)
            yield home
        except BaseException:
            try:
                home.upload(is_last=True)  # the journal of the failure, and what the step made
            except MedlineError as error:
                log.warning("%s", error)
            raise
        else:
            home.upload(is_last=True)
