"""NLM's esearch and efetch with their history, served over HTTP on loopback: with their limits, and with their faults.

What it answers is what NLM's servers were seen to answer: a batch that reaches beyond the window is cut without a word,
one that begins beyond is refused, errors come with status 200 as with 400, and repeat the API key.
"""

from __future__ import annotations

import json
import re
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)
ERROR = '<?xml version="1.0" encoding="UTF-8" ?>\n<{kind}>\n\t<ERROR>{text}</ERROR>\n</{kind}>\n'
BEYOND = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than {}. For PubMed, ESearch can only retrieve the"
    " first {:,} records matching the query."
)
RANGE = re.compile(r"\((.*)\) AND ([0-9]+):([0-9]+)\[uid\]", re.DOTALL)

#: What may go wrong with a request, whatever was asked: status and body.
BODIES = {
    "503": (503, b"<html>Service Unavailable</html>"),
    "html": (200, b"<!DOCTYPE html>\n<html><body><h1>Maintenance</h1></body></html>"),
    "json": (200, b'{"error":"API rate limit\nexceeded","api-key":"127.0.0.1","count":"11","limit":"10"}'),
    "backend": (200, ERROR.format(kind="eSearchResult", text="Search Backend failed: Exception:\nno").encode()),
    "empty": (200, b""),
    "bomb": (
        200,
        b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "aaaa">]><PubmedArticleSet>&a;</PubmedArticleSet>',
    ),
}


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Attributes:
        at: seconds of a steady clock.
        utility: esearch or efetch.
        asked: parameters, of body and of URL.
        url: with its query, which should be empty.
        status: of the answer; 0 until it is sent.
    """

    at: float
    utility: str
    asked: dict[str, str]
    url: str
    status: int = 0


class EutilsServer:
    """A PubMed of some citations. `with EutilsServer(…) as server: server.url`

    Args:
        citations: XML by PMID.
        entrez: Entrez date of each PMID, `2002/03/04`; a PMID without one is found by no date.
        queries: PMIDs that a query finds; what is no query here, PubMed does not know. `all` finds all.
        window: hits of a search that are given out.
        faults: what goes wrong, by the number of the request, from 1, or by that of a utility's, "efetch 2": see
            BODIES, and "429", "bad key", "drop", "cut", "stall", "lack".
        lost: PMIDs that are found and not given.
        notes: XML of esearch's ErrorList and WarningList, by query.

    Attributes:
        requests: all that came.
        before: called with each request before it is answered.
    """

    def __init__(
        self,
        citations: Mapping[int, str],
        entrez: Mapping[int, str],
        *,
        queries: Mapping[str, Iterable[int]] | None = None,
        window: int = 9_999,
        faults: Mapping[int | str, str] | None = None,
        lost: Iterable[int] = (),
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.citations, self.entrez, self.window = dict(citations), dict(entrez), window
        self.queries = {name: set(pmids) for name, pmids in (queries or {}).items()}
        self.faults, self.lost, self.notes = dict(faults or {}), set(lost), dict(notes or {})
        self.requests: list[Request] = []
        self.before: Callable[[Request], None] = lambda request: None
        self.history: dict[str, list[int]] = {}
        self.tokens, self.lock, self.closing = count(1), threading.Lock(), threading.Event()

    def __enter__(self) -> EutilsServer:
        handler = type("Handler", (_Handler,), {"eutils": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/entrez/eutils/"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()

    def asked(self, utility: str, *names: str) -> list[tuple[str, ...]]:
        """Of the answered requests to a utility, these parameters."""
        return [
            tuple(request.asked.get(name, "") for name in names)
            for request in self.requests
            if request.utility == utility and request.status == 200
        ]

    def busiest(self) -> int:
        """The most requests that came within a second."""
        times = sorted(request.at for request in self.requests)
        return max((index + 1 - bisect_left(times, at - 1 + 1e-9) for index, at in enumerate(times)), default=0)

    def forget(self) -> None:
        """Let all searches on the history server expire."""
        self.history.clear()

    def fault(self, request: Request, number: int) -> str:
        """What goes wrong with the request of this number, or ''."""
        same = sum(other.utility == request.utility for other in self.requests[:number])
        return self.faults.get(number) or self.faults.get(f"{request.utility} {same}", "")

    def answer(self, request: Request, fault: str) -> tuple[int, bytes]:
        """Status and body for a request that came in time."""
        if fault in BODIES:
            return BODIES[fault]
        if fault == "429":
            return refusal(request, 429, "API rate limit exceeded")
        if fault == "bad key":
            return refusal(request, 400, f"API key invalid: {request.asked.get('api_key')}")
        if request.utility == "esearch":
            return 200, self._esearch(request.asked).encode()
        if request.utility == "efetch":
            return self._efetch(request.asked, lack=fault == "lack")
        return 404, b"not found"

    def _esearch(self, asked: dict[str, str]) -> str:
        term, low, high = asked["term"], 0, 1 << 40
        if inner := RANGE.fullmatch(term):
            term, low, high = inner[1], int(inner[2]), int(inner[3])
        matches = self.queries.get(term, set(self.citations) if term == "all" else set())
        pmids = sorted((pmid for pmid in matches if low <= pmid <= high), reverse=True)
        if "mindate" in asked:
            first, last = asked["mindate"], asked["maxdate"]
            pmids = [pmid for pmid in pmids if first <= self.entrez.get(pmid, "") <= last]
        start = int(asked.get("retstart", 0))
        if start >= self.window:
            return ERROR.format(kind="eSearchResult", text=BEYOND.format(self.window - 1, self.window))
        shown = pmids[start : min(start + int(asked.get("retmax", 20)), self.window)]
        kept = ""
        if asked.get("usehistory") == "y" and pmids:
            token = f"MCID_{next(self.tokens)}"
            self.history[token] = pmids
            kept = f"<QueryKey>1</QueryKey><WebEnv>{token}</WebEnv>"
        notes = self.notes.get(
            term, "" if pmids else "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
            ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
            f"<eSearchResult><Count>{len(pmids)}</Count><RetMax>{len(shown)}</RetMax><RetStart>{start}</RetStart>{kept}"
            f"<IdList>{''.join(f'<Id>{pmid}</Id>' for pmid in shown)}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(term)}</QueryTranslation>{notes}</eSearchResult>\n"
        )

    def _efetch(self, asked: dict[str, str], lack: bool) -> tuple[int, bytes]:
        kept = self.history.get(asked.get("WebEnv", ""))
        if kept is None:
            return 200, ERROR.format(kind="eFetchResult", text="Unable to obtain query #1").encode()
        start = int(asked.get("retstart", 0))
        if start >= min(self.window, len(kept)):
            error = f"Cannot retrieve history data: OUT OF RANGE. History includes {len(kept)} IDs."
            return 400, ERROR.format(kind="eFetchResult", text=error).encode()
        pmids = [p for p in kept[start : min(start + int(asked["retmax"]), self.window)] if p not in self.lost]
        body = "\n".join(self.citations[pmid] for pmid in (pmids[1:] if lack else pmids))
        return 200, f'<?xml version="1.0" ?>\n{DOCTYPE}\n<PubmedArticleSet>\n{body}\n</PubmedArticleSet>'.encode()


def refusal(request: Request, status: int, error: str) -> tuple[int, bytes]:
    """An answer that repeats the key, or the address of who has none, as NLM's do."""
    return status, json.dumps({"error": error, "api-key": request.asked.get("api_key", "127.0.0.1")}).encode()


class _Handler(BaseHTTPRequestHandler):
    eutils: EutilsServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets, and the second would wait for the first's receipt

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        at, server = time.monotonic(), self.eutils
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        parts = urlsplit(self.path)
        given = parse_qs(parts.query, keep_blank_values=True) | parse_qs(body, keep_blank_values=True)
        asked = {name: values[0] for name, values in given.items()}
        utility = parts.path.rpartition("/")[2].removesuffix(".fcgi")
        request = Request(at, utility, asked, self.path)
        with server.lock:
            limit = 10 if "api_key" in asked else 3
            # A request whose body is late has others counted before it that came after it.
            recent = sum(at - 1 < other.at <= at for other in server.requests) + 1
            server.requests.append(request)
            number = len(server.requests)
        server.before(request)
        fault = server.fault(request, number)
        if recent > limit:
            status, answer = refusal(request, 429, "API rate limit exceeded")
        else:
            status, answer = server.answer(request, fault)
        if fault == "stall":
            server.closing.wait(30)
        server.requests[number - 1] = Request(
            at, utility, asked, self.path, 0 if fault in ("stall", "drop") else status
        )
        self._send(status, answer, fault)

    def _send(self, status: int, answer: bytes, fault: str) -> None:
        """A dropped answer is shorter than its head says; a cut one says nothing of its length, and ends early."""
        try:
            self.send_response(status)
            if fault == "cut":
                self.send_header("Connection", "close")
            else:
                self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer[: len(answer) // 2] if fault in ("drop", "cut") else answer)
        except OSError:  # the client went away
            self.close_connection = True
        if fault in ("drop", "cut", "stall"):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass
