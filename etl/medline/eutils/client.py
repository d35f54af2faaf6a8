"""NLM's E-utilities: esearch finds the PMIDs of a query and keeps them on NLM's history server, efetch reads records.

Neither sees more than the first 9,999 hits of a search, and efetch says nothing where a batch reaches beyond: so a
search can be of a window, by Entrez date and PMID, and each batch is compared with the PMIDs asked for.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from queue import Queue
from xml.etree import ElementTree

import httpx2

from medline.errors import BadInput, NetworkError
from medline.mirror.http import fetched, retrying, try_again
from medline.parse.ncbi import ERROR_SIZE, error_text
from medline.parse.xml.splitter import Splitter
from medline.settings import Settings
from medline.urls import shown

TOOL = "medline-warehouse"

#: Hits of a search that PubMed gives out. NBK25499 says 10,000; the servers say "'retstart' cannot be larger than
#: 9998", and cut a batch that reaches beyond without a word.
WINDOW = 9_999

#: Where Entrez dates are parted first; the ends are those that PubMed's own pages put where a range is left open. They
#: go back as far as articles do: since 2008 a record that enters a year late has its publication date for one.
DAYS = (date(1000, 1, 1), date(1900, 1, 1), date(2050, 1, 1), date(3001, 1, 1))
LAST_PMID = 99_999_999

#: Bytes of an answer: 500 records have some 5 MB, one with thousands of authors 2 MB.
MOST = 512 << 20

#: What efetch gives of PubMed.
RECORDS = ("PubmedArticle", "PubmedBookArticle")

HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
TAIL = b"</PubmedArticleSet>\n"
SET = re.compile(
    rb"\s*+(?:<\?xml[^<>]*>)?\s*+(?:<!DOCTYPE[^<>\[]*>)?\s*+<PubmedArticleSet>(.*)</PubmedArticleSet>\s*+", re.DOTALL
)

#: Requests that NLM takes within a second, without an API key and with one.
RATE = {False: 3, True: 10}

#: Rate limit of each server: RATE places, each with the time of the last answer to a request in it, and free
#: again a second later. So the server never sees more in a second, however late each arrives, whichever thread asks.
PLACES: dict[tuple[str, bool], Queue[float]] = {}


class _Refused(NetworkError):
    """The server will not answer this request, however often it is sent."""


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
            half = first + (last - first) // 2
            after = (half + timedelta(1)).isoformat()
            return Window(days=(self.days[0], half.isoformat())), Window(days=(after, self.days[1]))
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


class Server:
    """The E-utilities, asked about one query. Parameters are posted: neither query nor key stands in a URL."""

    def __init__(self, http: httpx2.Client, url: str, network: Settings, query: str, window: int) -> None:
        self.http, self.url, self.network, self.query, self.window = http, url.rstrip("/"), network, query, window
        http.event_hooks["response"].append(self._explain)
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
        return retrying(self.network)(self._search, asked)

    def _search(self, asked: dict) -> Found:
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
            raise try_again(str(error)) from error
        name, inner = self.name("efetch"), SET.fullmatch(answer)
        if not inner:
            raise try_again(f"{name}: no whole PubmedArticleSet: {self._words(answer)}")
        records, splitter = inner[1].strip() + b"\n", Splitter("its answer")
        try:
            elements = splitter.feed(HEAD + records + TAIL) + splitter.feed(b"", last=True)
        except BadInput as error:
            raise try_again(f"{name}: {self._words(str(error).encode())}") from None
        got = {element.findtext("*/PMID") if element.tag in RECORDS else element.tag for element, *_ in elements}
        wanted = {str(pmid) for pmid in found.pmids[start : start + most]}
        if missing := sorted(wanted - got, key=int):
            listed = ", ".join(missing[:20]) + (f" and {len(missing) - 20} more" if len(missing) > 20 else "")
            raise try_again(f"{name}: {len(missing)} of {len(wanted)} records are missing: PMID {listed}")
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
        if (message := error_text(body[:ERROR_SIZE])) is not None:
            raise try_again(f"{self.name(utility)}: {self._words(message.encode())}")
        return body

    def _explain(self, response: httpx2.Response) -> None:
        """NLM says in the body of a 400 what is wrong: the key, the query's length, the position in the history."""
        if response.status_code in (400, 401, 403, 414):
            body = next(response.iter_bytes(ERROR_SIZE), b"")
            message = error_text(body)
            words = self._words(body if message is None else message.encode())
            raise _Refused(f"{shown(str(response.url))}: HTTP {response.status_code}: {words}")

    def _words(self, answer: bytes) -> str:
        """The beginning of an answer for a message, without the key, which NLM repeats in errors."""
        words = " ".join(answer[:ERROR_SIZE].decode("utf-8", "replace").split())
        return (words.replace(self.network.api_key, "…") if self.network.api_key else words)[:200] or "nothing"


def _read_found(answer: bytes) -> Found | None:
    """Read an answer of esearch; None if it is of another kind, or incomplete."""
    try:
        text = answer.decode("utf-8-sig")
        root = ElementTree.fromstring("" if "<!ENTITY" in text else text)
        ignored = [item for kind in ("ErrorList", "WarningList") for item in root.iterfind(f"{kind}/*") if item.text]
        found = Found(
            int(root.findtext("Count", "")), [int(item.text or "") for item in root.iterfind("IdList/Id")],
            root.findtext("WebEnv") or "", root.findtext("QueryKey") or "",
            [(item.tag, " ".join((item.text or "").split())) for item in ignored],
        )  # fmt: skip
    except (ValueError, TypeError, ElementTree.ParseError):
        return None
    is_kept = found.web_env and found.query_key
    return found if root.tag == "eSearchResult" and (is_kept or not found.count) else None
