"""Ad hoc subsets: every record that a PubMed query finds, through NLM's E-utilities, as files that the reader reads.

A query with more hits than a search gives out is parted by Entrez date, and a day by PMID, into windows that fit. A
window becomes one file. `plan.json` says what was fetched, so that a run that ended early can be continued.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path

from medline import settings
from medline.errors import NetworkError, UsageError
from medline.eutils.client import HEAD, TAIL, WINDOW, Found, Server, Window
from medline.home import disk
from medline.home.locks import home_lock
from medline.mirror.http import client, directory_url, retrying
from medline.progress import Progress, silent
from medline.settings import NLM_EUTILS, Settings

log = logging.getLogger(__name__)

#: Records of one efetch: some megabytes.
BATCH = 500

#: Times that a search is begun anew because its hits changed meanwhile; PubMed's index changes once a day.
TRIES = 3


class _Moved(NetworkError):
    """Searches that belong together do not agree."""


def fetch(
    query: str, directory: Path, *, url: str = NLM_EUTILS, network: Settings | None = None, progress: Progress = silent,
    window: int = WINDOW, batch: int = BATCH,
) -> list[Path]:  # fmt: skip
    """Bring every record that a query finds.

    Args:
        query: in PubMed's language.
        directory: has a directory for each query, with its files, which are known by a name of their own.
        url: of the E-utilities.
        window, batch: hits of a search that the server gives out, and records of one request.

    Returns:
        The files, each with the records of at most one window; none where nothing is found.

    Raises:
        UsageError: PubMed does not understand the query.
        NetworkError: the records did not come complete; the same call fetches what is missing.
        Locked: another process fetches this query.
    """
    query, network = " ".join(query.split()), network or settings.read()
    if not query or not query.isprintable():
        raise UsageError(f"{query!r}: not a query; give PubMed's language, without control characters")
    url = directory_url(url)
    slug = re.sub("[^a-z0-9]+", "-", query.lower())[:40].strip("-") or "query"
    own = directory / f"{slug}-{hashlib.sha256(query.encode()).hexdigest()[:12]}"
    with home_lock(own), client(network) as http:
        return _Fetch(Server(http, url, network, query, window), own, batch, progress).run()


class _Fetch:
    """One query's way into its directory: `windows` is the plan, `found` what was found of those that are to come."""

    def __init__(self, server: Server, directory: Path, batch: int, progress: Progress) -> None:
        self.server, self.directory, self.batch, self.progress = server, directory, batch, progress
        self.windows: list[Window] = []
        self.found: dict[int, Found] = {}
        self.changes: Counter[int] = Counter()

    def run(self) -> list[Path]:
        """Go on with the last run's plan, or make one; files of an earlier answer stay until they are replaced."""
        if not self._read_plan():
            fitting = self._fitting(Window())
            for part in self._own(".*.part"):
                part.unlink()
            self._add(fitting)
        while todo := [window for window in self.windows if not self._is_whole(window)]:
            found = self.found.pop(todo[0].number, None) or self._found_again(todo[0])
            if found:
                self._fill(todo[0], found)
        paths = sorted(self._path(window) for window in self.windows)
        for path in self._own("*.xml.gz"):
            if path not in paths:
                path.unlink()
        self._write_plan(finished=True)
        log.info("%s: %d records in %d files", self.directory, sum(w.count for w in self.windows), len(paths))
        return paths

    def _fitting(self, window: Window) -> list[tuple[Window, Found]]:
        """Search a window, and part it until all parts fit; together they have each of its hits, once."""
        for _ in range(TRIES):
            found = self.server.search(window)
            if not window.days:
                _check_understood(found)
            try:
                fitting = self._parted(window, found)
                _check_equal(found.count, len({pmid for _, part in fitting for pmid in part.pmids}))
                return fitting
            except _Moved as error:
                moved = error
                log.info("%s; the search is begun anew", error)
        raise moved

    def _parted(self, window: Window, found: Found) -> list[tuple[Window, Found]]:
        self.progress("fetch", 0, found.count, f"searched {window}", "records")
        if found.count <= self.server.window:
            return [(window, found)] if found.count else []
        parts = [(part, self.server.search(part)) for part in window.parts(found.pmids)]
        _check_equal(found.count, sum(part.count for _, part in parts))
        return [fit for part in parts for fit in self._parted(*part)]

    def _add(self, fitting: Sequence[tuple[Window, Found]], number: int = 1) -> None:
        """Plan windows, with the least numbers from this one on that are free."""
        taken = {window.number for window in self.windows}
        free = (candidate for candidate in count(number) if candidate not in taken)
        for bounds, found in fitting:
            window = replace(bounds, number=next(free), count=found.count, digest=found.digest, records=0, bytes=0)
            self.windows.append(window)
            self.found[window.number] = found
        self._write_plan()

    def _found_again(self, window: Window) -> Found | None:
        """Search a planned window again. If its hits changed, new windows take its place in the plan: None."""
        fitting = self._fitting(window)
        if [found.digest for _, found in fitting] == [window.digest]:
            return fitting[0][1]
        self.changes[window.number] += 1
        if self.changes[window.number] > TRIES:
            raise _Moved(f"{self.server.name('esearch')}: each search finds other records; try again later")
        log.info("%s: its hits have changed, it is fetched anew", self._path(window).name)
        self._part(window).unlink(missing_ok=True)
        self.windows.remove(window)
        self._add(fitting, window.number)
        return None

    def _fill(self, window: Window, found: Found) -> None:
        """Bring what is missing of a window, a gzip member a batch: its file is there once it is whole."""
        part = self._part(window)
        part.touch()
        with part.open("r+b") as file:
            if file.seek(0, os.SEEK_END) < window.bytes:
                window.records = window.bytes = 0
            file.truncate(window.bytes)
            file.seek(window.bytes)
            while window.records < window.count:
                if not (batch := self._batch(window, found)):
                    return
                found, records = batch
                file.write(gzip.compress(records if window.records else HEAD + records, mtime=0))
                file.flush()
                os.fsync(file.fileno())  # before the plan says so
                window.records, window.bytes = min(window.records + self.batch, window.count), file.tell()
                self._write_plan()
                done, total = (sum(getattr(one, name) for one in self.windows) for name in ("records", "count"))
                self.progress("fetch", done, total, self._path(window).name, "records")
            file.write(gzip.compress(TAIL, mtime=0))
        disk.move(part, self._path(window))

    def _batch(self, window: Window, found: Found) -> tuple[Found, bytes] | None:
        """The next records, and the search they are from. A second try searches again, since NLM keeps what a search
        found for some hours only; None where it finds others."""
        for attempt in retrying(self.server.network):
            if attempt.retry_state.attempt_number > 1:
                if not (again := self._found_again(window)):
                    return None
                found = again
            with attempt:
                records = self.server.records(found, window.records, self.batch)
        return found, records

    def _is_whole(self, window: Window) -> bool:
        return window.records == window.count and self._path(window).exists() and not self._part(window).exists()

    def _path(self, window: Window) -> Path:
        return self.directory / f"{self.directory.name}-{window.number:04}.xml.gz"

    def _part(self, window: Window) -> Path:
        return self.directory / f".{self._path(window).name}.part"

    def _own(self, pattern: str) -> list[Path]:
        """Return the files of windows, whole or not, that are there; others are somebody else's."""
        name = re.compile(rf"\.?{re.escape(self.directory.name)}-[0-9]{{4,}}\.xml\.gz(?:\.part)?")
        return [path for path in self.directory.glob(pattern) if name.fullmatch(path.name)]

    def _read_plan(self) -> bool:
        """Whether an earlier run of this query left something to do."""
        try:
            plan = disk.read_json(self.directory / "plan.json")
            if plan["finished"] or plan["query"] != self.server.query:
                return False
            self.windows = [Window(**item) for item in plan["windows"]]
        except (KeyError, TypeError):  # none yet, or another version's
            return False
        log.info("%s: resuming an earlier run", self.directory)
        return True

    def _write_plan(self, finished: bool = False) -> None:
        windows = [asdict(window) for window in self.windows]
        plan = {"query": self.server.query, "finished": finished, "windows": windows}
        with disk.atomic_write(self.directory / "plan.json") as unfinished:
            unfinished.write_text(json.dumps(plan, ensure_ascii=False, indent=1), "utf-8")


def _check_understood(found: Found) -> None:
    """PubMed answers also what it did not understand, as if that part of the query were not there.

    Raises:
        UsageError: a field that it does not know; or nothing found, with a phrase that it does not know.
    """
    ignored = [(kind, text) for kind, text in found.ignored if text != "No items found."]
    said = "; ".join(f"{re.sub('(?<=[a-z])(?=[A-Z])', ' ', kind).lower()}: {text}" for kind, text in ignored)
    unknown = [
        kind for kind, _ in ignored if kind == "FieldNotFound" or (not found.count and kind.endswith("NotFound"))
    ]
    if unknown:
        raise UsageError(f"PubMed does not understand the query ({said}); correct it")
    if said:
        log.warning("PubMed on the query: %s", said)


def _check_equal(whole: int, parts: int) -> None:
    if whole != parts:
        raise _Moved(
            f"a search finds {whole:,} records, and parted by Entrez date and PMID {parts:,}:"
            " PubMed's index changes, or some have no Entrez date; try again later"
        )
