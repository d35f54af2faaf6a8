"""A mirror over HTTP: its listing and its files are copied into a directory of the same layout, `<home>/dumps`.

`refresh` fetches the listing and the .md5 files, a `Fetcher` the dumps. An unfinished file is a hidden
`.NAME.MD5.part`, which a later run resumes; a file gets its name once its MD5 is the one that the mirror states.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from medline.errors import NetworkError, UsageError
from medline.home import Home
from medline.home.disk import atomic_write, flush_all, move, read_json
from medline.home.layout import DELETED_PMIDS, DUMP_NAME
from medline.home.locks import Slots, lock_file
from medline.mirror.dumps import LARGEST_MD5, MD5_LINE, Source, in_order, source
from medline.mirror.files import md5
from medline.mirror.http import client, directory_url, download, fetched, retrying, try_again
from medline.mirror.listing import listed_date, read_listing
from medline.progress import BYTES, Progress, silent
from medline.settings import Settings
from medline.urls import shown

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

FOLDERS = ("baseline", "updatefiles")

#: The largest dumps have some 100 MB; a server without end would fill the disk.
LARGEST_DUMP = 4 << 30

#: The dates of a listing are in minutes, of an unknown clock: an .md5 file younger than this is always fetched again.
SETTLED = timedelta(days=2)


@dataclass(frozen=True)
class Entry:
    """A dump as the listing has it.

    Attributes:
        folder: baseline or updatefiles.
        changed: "2026-01-29 14:29", as listed for the .md5 file; '' where the listing has no dates.
        bytes: of the dump, as exactly as the listing says (three digits), or 0.
    """

    folder: str
    changed: str
    bytes: int


@dataclass(frozen=True)
class Listing:
    """What a mirror listed.

    Attributes:
        mirror: its URL, as it may be shown: without a password.
        at: when it was read, ISO 8601, UTC.
        files: the dumps that have an .md5 file, by name.
    """

    mirror: str
    at: str
    files: dict[str, Entry]

    def sources(self, home: Home) -> list[Source]:
        """Return the dumps of every year in order, as they lie or will lie in the home."""
        found = (source(home.dumps / entry.folder / name, entry.folder) for name, entry in self.files.items())
        return in_order(found, self.mirror)


def last_listing(home: Home) -> Listing | None:
    """The listing that `refresh` kept; None before the first time, and where it cannot be read."""
    with suppress(TypeError, KeyError, AttributeError):  # there is none that can be read
        content = read_json(home.listing)
        return Listing(content["mirror"], content["at"], {n: Entry(**entry) for n, entry in content["files"].items()})
    return None


def read_mirror(mirror: str, network: Settings, slots: Slots | None = None) -> Listing:
    """Read a mirror's listing.

    Raises:
        NetworkError: the mirror does not answer, or not with whole listings.
    """
    mirror = directory_url(mirror)
    files: dict[str, Entry] = {}
    with client(network, slots) as http:
        for name, entry in (found for folder in FOLDERS for found in _list(http, mirror, folder, network)):
            if name in files:
                raise UsageError(f"{shown(mirror)}: {name} is in two folders; a mirror has it in one")
            files[name] = entry
    return Listing(shown(mirror), datetime.now(UTC).isoformat(timespec="seconds"), files)


def refresh(mirror: str, home: Home, network: Settings, progress: Progress = silent) -> Listing:
    """Read a mirror's listing, and fetch every .md5 file that is new, or changed since, or too young to tell.

    Raises:
        NetworkError: the mirror does not answer, or not with whole listings.
    """
    mirror = directory_url(mirror)
    previous = last_listing(home)
    progress("plan", 0, 1, "the listings")
    slots = home.connections(network.connections)
    listing = read_mirror(mirror, network, slots)
    files, known = listing.files, previous.files if previous and previous.mirror == listing.mirror else {}
    with client(network, slots) as http:
        listing.sources(home)  # refuses what is no mirror before anything is fetched
        for folder in FOLDERS:
            (home.dumps / folder).mkdir(parents=True, exist_ok=True)
        asked = [name for name, entry in files.items() if not _is_settled(home, name, entry, known.get(name))]
        with ThreadPoolExecutor(network.connections) as pool:
            jobs = [pool.submit(_fetch_md5, http, mirror, home, name, files[name], network) for name in asked]
            try:
                for number, job in enumerate(jobs, start=1):
                    job.result()
                    progress("plan", number, len(jobs), ".md5 files")
            finally:
                pool.shutdown(cancel_futures=True)
    progress("plan", 1, 1)
    if asked:
        flush_all(home.dumps)  # before the listing says that they are known
    _write(home.listing, json.dumps(asdict(listing), indent=1).encode())
    log.info("%s: %d dumps listed, %d .md5 files read", shown(mirror), len(files), len(asked))
    return listing


def fetch_deleted(mirror: str, home: Home, network: Settings) -> Path | None:
    """NLM's list of all PMIDs ever deleted, `deleted.pmids.gz`; None where the mirror has none."""
    try:
        with client(network, home.connections(network.connections)) as http:
            for attempt in retrying(network):
                with attempt:
                    body = fetched(http, "GET", urljoin(directory_url(mirror), DELETED_PMIDS.name), 1 << 30)
    except NetworkError as error:
        log.warning("%s: the lost citations are not compared with NLM's list", error)
        return None
    _write(home.deleted_pmids, body)
    return home.deleted_pmids


def forget_years(home: Home, before: int) -> None:
    """Remove the dumps of earlier years from the local copy."""
    for path in home.dump_files():
        match = DUMP_NAME.fullmatch(path.name.removesuffix(".md5"))
        if match and int(match[1]) < before:
            home.remove([path, path.with_name(match[0])])


class Fetcher:
    """Fetches dumps, over few connections, and knows how far it is. `with Fetcher(…) as fetcher: fetcher.fetch(dump)`

    Args:
        mirror: its URL.
        listing: of the mirror; each file's .md5 is in the directory already.
        asked: the files that will be fetched.
    """

    def __init__(
        self, mirror: str, listing: Listing, asked: Collection[Source], home: Home, network: Settings,
        progress: Progress = silent,
    ) -> None:  # fmt: skip
        self.mirror, self.listing, self.home, self.network = directory_url(mirror), listing, home, network
        self.asked = len(asked)
        self.bytes_asked = sum(listing.files[dump.name].bytes for dump in asked)
        self.files = self.bytes = 0
        self.counting, self.progress = Lock(), progress
        self.started = time.monotonic()
        self.http = client(network, home.connections(network.connections))
        self.failed: NetworkError | None = None

    def __enter__(self) -> Fetcher:
        self._show()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def fetch(self, dump: Source) -> None:
        """Bring a dump, unless it is there with the MD5 that the mirror states. May be called in several threads.

        Raises:
            NetworkError: the mirror did not give it, in several tries.
            Locked: another process is fetching it.
        """
        if not _has_md5(dump.md5_path):
            _fetch_md5(self.http, self.mirror, self.home, dump.name, self.listing.files[dump.name], self.network)
        self.home.download([dump.path], missing_ok=True)
        if dump.path.exists() and md5(dump.path) == dump.expected_md5():
            with self.counting:
                self.asked -= 1
                self.bytes_asked -= self.listing.files[dump.name].bytes
            return
        if self.failed:  # a mirror that failed in all tries is not asked for a thousand more files
            raise NetworkError(f"{dump.name}: not fetched, since {self.failed}")
        started, entry = time.monotonic(), self.listing.files[dump.name]
        try:
            for attempt in retrying(self.network):
                with attempt:
                    self._try(dump, entry)
        except NetworkError as error:
            self.failed = error
            raise
        size, seconds = dump.path.stat().st_size, time.monotonic() - started
        with self.counting:
            self.files += 1
        self._show()
        about = {"file": dump.name, "bytes": size, "seconds": round(seconds, 3)}
        log.info("%s: fetched, %.1f MB in %.1f s; %s", dump.name, size / 1e6, seconds, self, extra=about)

    def __str__(self) -> str:
        """How far the whole is: bytes, rate and time left."""
        rate = self.bytes / max(time.monotonic() - self.started, 1e-3)
        left = max(self.bytes_asked - self.bytes, 0) / max(rate, 1.0)
        of_all = f" of {self.bytes_asked / 1e9:,.2f}" if self.bytes_asked else ""
        progress_text = f"{self.files}/{self.asked} files, {self.bytes / 1e9:,.2f}{of_all} GB, {rate / 1e6:,.1f} MB/s"
        return f"{progress_text}, {timedelta(seconds=round(left))} left" if self.bytes_asked else progress_text

    def _try(self, dump: Source, entry: Entry) -> None:
        expected = dump.expected_md5()
        part = dump.path.with_name(f".{dump.name}.{expected}.part")
        for other in dump.path.parent.glob(f".{dump.name}.{'[0-9a-f]' * 32}.part"):
            if other != part:  # of a file that was issued again since
                other.unlink(missing_ok=True)
        url = urljoin(self.mirror, f"{entry.folder}/{dump.name}")
        with part.open("ab") as out:
            lock_file(out, dump.name)
            with self.counting:
                self.bytes_asked = max(self.bytes_asked - out.tell(), 0)
            download(self.http, url, out, LARGEST_DUMP, self._count)
            if (digest := md5(part)) == expected:
                move(part, dump.path)
                return
            with part.open("rb") as got:
                head = got.read(64).lstrip().lower()
            part.unlink()
        _get_md5(self.http, self.mirror, self.home, dump.name, entry)
        page = ", and is an HTML page" if head.startswith((b"<!doctype", b"<html")) else ""
        raise try_again(f"{shown(url)}: its MD5 is {digest}, the mirror says {expected}{page}")

    def _count(self, size: int) -> None:
        with self.counting:
            self.bytes += size
        self._show()

    def _show(self) -> None:
        """Show the bytes. A listing has sizes of three digits, or none: the total is what came where that is more, and
        in the end."""
        total = self.bytes if self.files == self.asked else max(self.bytes, self.bytes_asked)
        self.progress("fetch", self.bytes, total or 1, f"{self.files}/{self.asked} files", BYTES)


def _list(http: httpx2.Client, mirror: str, folder: str, network: Settings) -> Iterable[tuple[str, Entry]]:
    url = urljoin(mirror, f"{folder}/")
    files = read_listing(http, url, network, lambda name: bool(DUMP_NAME.fullmatch(name.removesuffix(".md5"))))
    for name, file in files.items():
        if name.endswith(".md5"):
            continue
        if (of_md5 := files.get(f"{name}.md5")) is None:
            log.warning("%s%s: has no .md5 file yet, and is not read before it has", shown(url), name)
            continue
        yield name, Entry(folder, of_md5.changed, file.bytes)


def _is_settled(home: Home, name: str, entry: Entry, known: Entry | None) -> bool:
    """Whether the .md5 file that is here is the mirror's, as far as the listing shows."""
    changed = listed_date(entry.changed)
    if entry != known or not changed or not _has_md5(home.dumps / entry.folder / f"{name}.md5"):
        return False
    return datetime.now(UTC) - changed > SETTLED


def _has_md5(path: Path) -> bool:
    """Whether an .md5 file is here that can be read."""
    if not path.exists():
        return False
    if is_md5 := bool(MD5_LINE.fullmatch(path.read_text("utf-8", errors="replace"))):
        return is_md5
    log.warning("%s is damaged: it counts as absent and is fetched again", path)
    return False


def _fetch_md5(http: httpx2.Client, mirror: str, home: Home, name: str, entry: Entry, network: Settings) -> None:
    for attempt in retrying(network):
        with attempt:
            _get_md5(http, mirror, home, name, entry)


def _get_md5(http: httpx2.Client, mirror: str, home: Home, name: str, entry: Entry) -> None:
    url = urljoin(mirror, f"{entry.folder}/{name}.md5")
    body = fetched(http, "GET", url, LARGEST_MD5)
    if not MD5_LINE.fullmatch(body.decode("utf-8", "replace")):
        raise try_again(f"{shown(url)}: no MD5 in {body[:60]!r}")
    _write(home.dumps / entry.folder / f"{name}.md5", body, is_durable=False)


def _write(path: Path, content: bytes, *, is_durable: bool = True) -> None:
    with atomic_write(path, is_durable=is_durable) as unfinished:
        unfinished.write_bytes(content)
