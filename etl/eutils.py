"""Ad hoc subsets: every record that a PubMed query finds, through NLM's E-utilities, as files that the reader reads.

esearch finds a query's PMIDs and keeps them on NLM's history server, efetch reads records from there. Neither sees more
than the first 9,999 hits of a search, and efetch says nothing where a batch reaches beyond: so a query with more is
parted by Entrez date, and a day by PMID, into windows that fit, and each batch is held against the PMIDs asked for.
A window becomes one file. What is there already says `plan.json`, so that a run that ended early is gone on with.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path
from queue import Queue
from xml.etree import ElementTree

import httpx

from etl import settings
from etl.errors import BadInput, Misuse, NetworkError
from etl.lock import only_run
from etl.parse.splitter import Splitter
from etl.settings import NLM_EUTILS, Network
from etl.warehouse import Progress, silent
from etl.web import client, directory_url, fetched, retrying, shown, try_again

log = logging.getLogger(__name__)

TOOL = "medline-warehouse"

#: Hits of a search that PubMed gives out. NBK25499 says 10,000; the servers say "'retstart' cannot be larger than
#: 9998", and cut a batch that reaches beyond without a word.
WINDOW = 9_999

#: Records of one efetch: some megabytes.
BATCH = 500

#: Where Entrez dates are parted first; the ends are those that PubMed's own pages put where a range is left open. They
#: go back as far as articles do: since 2008 a record that enters a year late has its publication date for one.
DAYS = (date(1000, 1, 1), date(1900, 1, 1), date(2050, 1, 1), date(3001, 1, 1))
LAST_PMID = 99_999_999

#: Times that a search is begun anew because its hits changed meanwhile; PubMed's index changes once a day.
TRIES = 3

#: Bytes of an answer: 500 records have some 5 MB, one with thousands of authors 2 MB.
MOST = 512 << 20

#: What efetch gives of PubMed.
RECORDS = ("PubmedArticle", "PubmedBookArticle")

HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
TAIL = b"</PubmedArticleSet>\n"
SET = re.compile(
    rb"\s*+(?:<\?xml[^<>]*>)?\s*+(?:<!DOCTYPE[^<>\[]*>)?\s*+<PubmedArticleSet>(.*)</PubmedArticleSet>\s*+", re.DOTALL
)
#: An error, as XML or as JSON, whose line breaks are raw, so that no JSON parser reads it.
TOLD = re.compile(r"""<(?:ERROR|error)>(.*?)</|\A\s*\{.*?"(?:ERROR|error)"\s*:\s*"((?:[^"\\]|\\.)*)""", re.DOTALL)

#: Requests that NLM takes within a second, without an API key and with one.
RATE = {False: 3, True: 10}

#: A queue of as many places for each server: a place says when the request that had it last was answered, and is taken
#: a second after that. So no second has more requests at the server, however late each arrives, whichever thread asks.
PLACES: dict[tuple[str, bool], Queue[float]] = {}


class _Refused(NetworkError):
    """The server will not answer this request, however often it is sent."""


class _Moved(NetworkError):
    """Searches that belong together do not agree."""


@dataclass
class Window:
    """A part of a query's hits that fits, and what is there of it.

    Attributes:
        number: of its file.
        days: the first and the last Entrez date, ISO 8601; empty for all.
        pmids: the least and the greatest PMID; empty for all.
        count: hits.
        digest: of the PMIDs in the order in which they are fetched.
        records, bytes: fetched so far, in hits and in bytes of the unfinished file.
    """

    number: int = 0
    days: Sequence[str] = ()
    pmids: Sequence[int] = ()
    count: int = 0
    digest: str = ""
    records: int = 0
    bytes: int = 0

    def __str__(self) -> str:
        days, pmids = (" to ".join(map(str, bounds)) for bounds in (self.days, self.pmids))
        return f"Entrez date {days or 'any'}, PMID {pmids or 'any'}"

    def parts(self, pmids: Sequence[int]) -> tuple[Window, ...]:
        """Windows that together have every hit of this one: by date, and of a day, halves at the median of `pmids`."""
        if not self.days:
            days = [(first.isoformat(), (end - timedelta(1)).isoformat()) for first, end in pairwise(DAYS)]
            return tuple(Window(days=bounds) for bounds in days)
        first, last = (date.fromisoformat(day) for day in self.days)
        if first < last:
            middle = first + (last - first) // 2
            after = (middle + timedelta(1)).isoformat()
            return Window(days=(self.days[0], middle.isoformat())), Window(days=(after, self.days[1]))
        least, greatest = self.pmids or (1, LAST_PMID)
        middle = sorted(pmids)[(len(pmids) - 1) // 2]
        return Window(days=self.days, pmids=(least, middle)), Window(days=self.days, pmids=(middle + 1, greatest))


@dataclass(frozen=True)
class Found:
    """What esearch answered: hits, their PMIDs as far as it gives them, where the history server keeps them, and what
    of the query PubMed ignored, as kind (`PhraseNotFound` …) and words."""

    count: int
    pmids: list[int]
    web_env: str
    query_key: str
    ignored: list[tuple[str, str]]

    @property
    def digest(self) -> str:
        return hashlib.md5(repr(self.pmids).encode()).hexdigest()


def fetch(
    query: str, directory: Path, *, url: str = NLM_EUTILS, network: Network | None = None, progress: Progress = silent,
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
        Misuse: PubMed does not understand the query.
        NetworkError: the records could not be had whole; the same call goes on with what is missing.
        Busy: another process fetches this query.
    """
    query, network = " ".join(query.split()), network or settings.network()
    if not query or not query.isprintable():
        raise Misuse(f"{query!r}: not a query; give PubMed's language, without control characters")
    url = directory_url(url)
    slug = re.sub("[^a-z0-9]+", "-", query.lower())[:40].strip("-") or "query"
    own = directory / f"{slug}-{hashlib.sha256(query.encode()).hexdigest()[:12]}"
    with only_run(own), client(network) as http:
        return _Fetch(Server(http, url, network, query, window), own, batch, progress).run()


class Server:
    """The E-utilities, asked about one query. Parameters are posted: neither query nor key stands in a URL."""

    def __init__(self, http: httpx.Client, url: str, network: Network, query: str, window: int) -> None:
        self.http, self.url, self.network, self.query, self.window = http, url.rstrip("/"), network, query, window
        http.event_hooks = {"response": [self._explain]}
        places: Queue[float] = Queue()
        for _ in range(RATE[bool(network.api_key)]):
            places.put(float("-inf"))
        self.places = PLACES.setdefault((self.url, bool(network.api_key)), places)

    def search(self, window: Window) -> Found:
        """Find a window's hits.

        Raises:
            NetworkError: no whole answer in several tries, or one that says that there will be none.
        """
        term = f"({self.query}) AND {window.pmids[0]}:{window.pmids[1]}[uid]" if window.pmids else self.query
        # sorted by date, for the default is a score, which need not be the same in the next search
        asked = {"term": term, "usehistory": "y", "sort": "pub_date", "retstart": 0, "retmax": self.window}
        days = zip(("mindate", "maxdate"), window.days, strict=False)
        asked |= {"datetype": "edat"} | {name: day.replace("-", "/") for name, day in days} if window.days else {}
        for attempt in retrying(self.network):
            with attempt:
                answer = self._call("esearch", asked)
                found = _read_found(answer)
                if not found or len(set(found.pmids)) != min(found.count, self.window):
                    raise try_again(f"{self.name('esearch')}: no whole answer: {self._words(answer)}")
        return found

    def records(self, found: Found, start: int, most: int) -> bytes:
        """The XML of some hits, and of no others, without the root around it.

        Raises:
            NetworkError: one that `retrying` answers with another try, which may go well after a new search.
        """
        place = {"WebEnv": found.web_env, "query_key": found.query_key, "retstart": start, "retmax": most}
        try:
            answer = self._call("efetch", place)
        except _Refused as error:
            raise try_again(str(error)) from None
        name, inner = self.name("efetch"), SET.fullmatch(answer)
        if not inner:
            raise try_again(f"{name}: no whole PubmedArticleSet: {self._words(answer)}")
        records, splitter = inner[1].strip() + b"\n", Splitter("its answer")
        try:
            elements = splitter.feed(HEAD + records + TAIL) + splitter.feed(b"", last=True)
        except BadInput as error:
            raise try_again(f"{name}: {self._words(str(error).encode())}") from None
        got = {element.findtext("*/PMID") if element.tag in RECORDS else element.tag for element, _ in elements}
        wanted = {str(pmid) for pmid in found.pmids[start : start + most]}
        if missing := sorted(wanted - got, key=int):
            told = ", ".join(missing[:20]) + (f" and {len(missing) - 20} more" if len(missing) > 20 else "")
            raise try_again(f"{name}: {len(missing)} of {len(wanted)} records are missing: PMID {told}")
        if others := got - wanted:
            raise try_again(f"{name}: {len(others)} records came that were not asked for, like {min(map(str, others))}")
        return records

    def name(self, utility: str) -> str:
        """A utility for messages."""
        return shown(f"{self.url}/{utility}.fcgi")

    def _call(self, utility: str, asked: dict[str, object]) -> bytes:
        """The body of an answer that is no error."""
        contact = {"email": self.network.contact, "api_key": self.network.api_key}
        asked |= {
            "db": "pubmed",
            "tool": TOOL,
            "retmode": "xml",
            **{name: contact[name] for name in contact if contact[name]},
        }
        free = self.places.get()
        try:
            time.sleep(max(0.0, free + 1 - time.monotonic()))
            body = fetched(self.http, "POST", f"{self.url}/{utility}.fcgi", MOST, data=asked)
        finally:
            self.places.put(time.monotonic())
        if told := TOLD.search(body[:4096].decode("utf-8", "replace")):
            raise try_again(f"{self.name(utility)}: {self._words((told[1] or told[2] or '').encode())}")
        return body

    def _explain(self, response: httpx.Response) -> None:
        """NLM says in the body of a 400 what is wrong: the key, the length of the query, the place in the history."""
        if response.status_code in (400, 401, 403, 414):
            body = next(response.iter_bytes(4096), b"")
            told = TOLD.search(body.decode("utf-8", "replace"))
            words = self._words((told[1] or told[2] or "").encode() if told else body)
            raise _Refused(f"{shown(str(response.url))}: HTTP {response.status_code}: {words}")

    def _words(self, answer: bytes) -> str:
        """The beginning of an answer for a message, without the key, which NLM repeats in errors."""
        words = " ".join(answer[:4096].decode("utf-8", "replace").split())
        return (words.replace(self.network.api_key, "…") if self.network.api_key else words)[:200] or "nothing"


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
            for part in self.directory.glob(".*.part"):
                part.unlink()
            self._add(fitting)
        while todo := [window for window in self.windows if not self._is_whole(window)]:
            found = self.found.pop(todo[0].number, None) or self._found_again(todo[0])
            if found:
                self._fill(todo[0], found)
        paths = sorted(self._path(window) for window in self.windows)
        for path in self.directory.glob(f"{self.directory.name}-*.xml.gz"):
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
                _refuse_misunderstood(found)
            try:
                fitting = self._parted(window, found)
                _refuse_unequal(found.count, len({pmid for _, part in fitting for pmid in part.pmids}))
                return fitting
            except _Moved as error:
                moved = error
                log.info("%s; the search is begun anew", error)
        raise moved

    def _parted(self, window: Window, found: Found) -> list[tuple[Window, Found]]:
        self.progress(f"searched {window}", 0, found.count)
        if found.count <= self.server.window:
            return [(window, found)] if found.count else []
        parts = [(part, self.server.search(part)) for part in window.parts(found.pmids)]
        _refuse_unequal(found.count, sum(part.count for _, part in parts))
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
        """Search a planned window anew; None where its hits are others now: then others stand for it in the plan."""
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
                found, records = self._batch(window, found)
                if not found:
                    return
                file.write(gzip.compress(records if window.records else HEAD + records, mtime=0))
                file.flush()
                window.records, window.bytes = min(window.records + self.batch, window.count), file.tell()
                self._write_plan()
                done, total = (sum(getattr(one, name) for one in self.windows) for name in ("records", "count"))
                self.progress(f"fetched {self._path(window).name}", done, total)
            file.write(gzip.compress(TAIL, mtime=0))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path(window))

    def _batch(self, window: Window, found: Found) -> tuple[Found | None, bytes]:
        """The next records, and where they were found: after a failure in a new search, for a history lives some hours.
        None where that one's hits are others."""
        for attempt in retrying(self.server.network):
            if attempt.retry_state.attempt_number > 1 and not (found := self._found_again(window)):
                return None, b""
            with attempt:
                records = self.server.records(found, window.records, self.batch)
        return found, records

    def _is_whole(self, window: Window) -> bool:
        return window.records == window.count and self._path(window).exists() and not self._part(window).exists()

    def _path(self, window: Window) -> Path:
        return self.directory / f"{self.directory.name}-{window.number:04}.xml.gz"

    def _part(self, window: Window) -> Path:
        return self.directory / f".{self._path(window).name}.part"

    def _read_plan(self) -> bool:
        """Whether an earlier run of this query left something to do."""
        try:
            plan = json.loads((self.directory / "plan.json").read_text("utf-8"))
            if plan["finished"] or plan["query"] != self.server.query:
                return False
            self.windows = [Window(**item) for item in plan["windows"]]
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # none yet, or another version's
            return False
        log.info("%s: an earlier run is gone on with", self.directory)
        return True

    def _write_plan(self, finished: bool = False) -> None:
        windows = [asdict(window) for window in self.windows]
        plan = {"query": self.server.query, "finished": finished, "windows": windows}
        temporary = self.directory / "plan.json.tmp"
        temporary.write_text(json.dumps(plan, ensure_ascii=False, indent=1), "utf-8")
        temporary.replace(self.directory / "plan.json")


def _read_found(answer: bytes) -> Found | None:
    """What an answer of esearch says; None where it is none, or not whole."""
    try:
        text = answer.decode("utf-8-sig")
        root = ElementTree.fromstring("" if "<!ENTITY" in text else text)
        told = [item for kind in ("ErrorList", "WarningList") for item in root.iterfind(f"{kind}/*") if item.text]
        found = Found(
            int(root.findtext("Count")), [int(item.text) for item in root.iterfind("IdList/Id")],
            root.findtext("WebEnv") or "", root.findtext("QueryKey") or "",
            [(item.tag, " ".join(item.text.split())) for item in told],
        )  # fmt: skip
    except (ValueError, TypeError, ElementTree.ParseError):
        return None
    is_kept = found.web_env and found.query_key
    return found if root.tag == "eSearchResult" and (is_kept or not found.count) else None


def _refuse_misunderstood(found: Found) -> None:
    """PubMed answers also what it did not understand, as if that part of the query were not there.

    Raises:
        Misuse: a field that it does not know; or nothing found, with a phrase that it does not know.
    """
    told = [(kind, text) for kind, text in found.ignored if text != "No items found."]
    said = "; ".join(f"{re.sub('(?<=[a-z])(?=[A-Z])', ' ', kind).lower()}: {text}" for kind, text in told)
    unknown = [kind for kind, _ in told if kind == "FieldNotFound" or (not found.count and kind.endswith("NotFound"))]
    if unknown:
        raise Misuse(f"PubMed does not understand the query ({said}); correct it")
    if said:
        log.warning("PubMed on the query: %s", said)


def _refuse_unequal(whole: int, parts: int) -> None:
    if whole != parts:
        raise _Moved(
            f"a search finds {whole:,} records, and parted by Entrez date and PMID {parts:,}:"
            " PubMed's index changes, or some have no Entrez date; try again later"
        )
