"""A file of MeSH, copied from its source into the home.

NLM's folder has no .md5 files: what a server or a directory says of a file (size, date, ETag) tells a later issue, the
size is compared, and the reader reads the file to its end before it counts.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from medline.errors import NetworkError
from medline.home import Home
from medline.home.disk import atomic_write, move
from medline.home.locks import lock_file
from medline.mirror.files import open_raw
from medline.mirror.http import answer, download, retrying, try_again
from medline.settings import Settings
from medline.urls import shown
from medline.vocabulary.releases import Release

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

#: NLM's largest, supplementary records as plain XML, has 1.5 GB.
LARGEST = 4 << 30

#: What a server may say of a file.
_SAID = ("ETag", "Last-Modified", "Content-Length")


def stamp(http: httpx2.Client | None, release: Release, network: Settings) -> str:
    """Return what the source says of a file, so that a later issue has another stamp.

    Args:
        http: None for a file of a directory.

    Raises:
        NetworkError: the server does not answer.
    """
    listed = f"{release.changed} {release.bytes}"
    if http is None:
        return listed
    return " ".join([listed, *(f"{name}={value}" for name, value in _head(http, release, network).items())])


def fetch(http: httpx2.Client | None, release: Release, said: str, home: Home, network: Settings) -> Path:
    """Copy a file into the home; what an earlier call got of it is continued.

    Args:
        http: None for a file of a directory.
        said: its stamp.

    Raises:
        NetworkError: the server did not give it, in several tries.
        Locked: another process is fetching it.
    """
    target = home.mesh_file(release.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if http is None:
        with atomic_write(target) as unfinished, open_raw(Path(release.at)) as source, unfinished.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        return target
    part = target.with_name(f".{release.name}.{hashlib.sha256(said.encode()).hexdigest()[:12]}.part")
    for other in target.parent.glob(f".{release.name}.{'[0-9a-f]' * 12}.part"):
        if other != part:  # of an earlier issue
            other.unlink(missing_ok=True)
    length = dict(word.split("=", 1) for word in said.split() if "=" in word).get("Content-Length", "")
    for attempt in retrying(network):
        with attempt:
            _try(http, release.at, part, int(length) if length.isdecimal() else None)
    move(part, target)
    log.info("%s: fetched, %.1f MB", release.name, target.stat().st_size / 1e6)
    return target


def _try(http: httpx2.Client, url: str, part: Path, length: int | None) -> None:
    with part.open("ab") as out:
        lock_file(out, part.name)
        download(http, url, out, LARGEST)
        size = out.tell()
    if length is not None and size != length:  # of a connection that was not lost: something else was sent
        part.unlink()
        raise try_again(f"{shown(url)}: {size:,} bytes, where the server says {length:,}")


def _head(http: httpx2.Client, release: Release, network: Settings) -> dict[str, str]:
    """Return what the server says of a file; nothing where it does not answer to HEAD."""
    try:
        for attempt in retrying(network):
            with attempt, answer(http, "HEAD", release.at) as response:
                return {name: response.headers[name].replace(" ", "_") for name in _SAID if name in response.headers}
    except NetworkError as error:
        if "HTTP 405" not in str(error) and "HTTP 501" not in str(error):
            raise
        log.debug("%s: no answer to HEAD: %s", release.name, error)
    return {}
