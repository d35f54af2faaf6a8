"""A mirror laid out like NLM's, over HTTP on loopback, with a real one's faults: each a function of FAULTS, from the
right answer to the one that is sent. By hand: `python tests/support/mirror_server.py DIR --faults 0.2`."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from urllib.parse import unquote, urlsplit

HTML = {"Content-Type": "text/html;charset=UTF-8"}


@dataclass(frozen=True)
class Answer:
    """What goes over the wire: a head (none, if status is 0) that promises the whole body, of which `sent` bytes follow
    (None: all). Then the connection is kept, closed or reset, or nothing more comes ("stall")."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent: int | None = None
    end: str = "keep"


def _ends(end: str) -> Callable[[Answer, Random], Answer]:
    return lambda answer, rng: replace(answer, sent=rng.randrange(max(1, len(answer.body))), end=end)


def _cut(answer: Answer, rng: Random) -> Answer:
    return replace(answer, body=answer.body[: rng.randrange(max(1, len(answer.body)))])


def _flipped(answer: Answer, rng: Random) -> Answer:
    """One byte is another; of an .md5 file, a digit of the MD5."""
    body = bytearray(answer.body or b" ")
    digest = re.search(rb"[0-9a-f]{32}", body)
    index = rng.randrange(*digest.span()) if digest else rng.randrange(len(body))
    body[index] = ord("1" if body[index] == ord("0") else "0")
    return replace(answer, body=bytes(body))


_PAGE = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>\n"
#: A listing as NLM's Apache writes it.
_INDEX = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html><head><title>{title}</title></head><body><h1>{title}</h1>
<pre>Name                          Last modified      Size  <hr>{lines}
<hr></pre>\n</body></html>
"""

#: What can be wrong with an answer. "reissue" changes the file before it is answered, see `MirrorServer.reissues`.
FAULTS: dict[str, Callable[[Answer, Random], Answer]] = {
    "hang up": lambda answer, rng: replace(answer, status=0, sent=0, end="close"),
    "drop": _ends("close"),
    "reset": _ends("reset"),
    "stall": _ends("stall"),
    "503": lambda answer, rng: Answer(503, {**HTML, "Retry-After": "0"}, b"<html>Service Unavailable</html>"),
    "421": lambda answer, rng: Answer(421, HTML, b"<html>Misdirected Request</html>"),
    "truncated": _cut,
    "flipped": _flipped,
    "html": lambda answer, rng: Answer(200, HTML, _PAGE),
    "cut listing": _cut,
    "reissue": lambda answer, rng: answer,
}
#: Where a fault makes sense: bytes of a listing are not flipped, for nothing could detect it.
ONLY_FOR = dict.fromkeys(("truncated", "flipped", "reissue"), r".*\.(gz|md5)") | {"cut listing": ".*/"}


@dataclass
class Faults:
    """Which request meets a fault: what the script says of a path's first, second … request, else chance at this rate,
    drawn from seed, path and number of the request, so that the order of threads does not matter."""

    rate: float = 0.0
    seed: int = 0
    kinds: Sequence[str] = tuple(FAULTS)
    script: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    def pick(self, path: str, number: int) -> tuple[str | None, Random]:
        """The fault of a path's request of this number (from 1), and the chance to draw its details from."""
        rng = Random(f"{self.seed} {path} {number}")
        scripted = self.script.get(path, ())
        if number <= len(scripted):
            return scripted[number - 1], rng
        kinds = [kind for kind in self.kinds if re.fullmatch(ONLY_FOR.get(kind, ".*"), path)]
        return (rng.choice(kinds) if kinds and rng.random() < self.rate else None), rng


@dataclass
class Request:
    """A request: its path, the status (0 for none) and fault of its answer, and the bytes of body sent so far."""

    path: str
    status: int
    fault: str | None
    sent: int = 0


class MirrorServer(ThreadingHTTPServer):
    """`with MirrorServer(directory) as server: … server.url`.

    Args:
        directory: laid out like NLM's mirror; may change while it is served.
        faults: may be replaced while it serves.
        rate: bytes a second of each connection; None for no limit.
        reissues: laid out like the directory; a file in it, and its .md5, moves there at the fault "reissue".

    Attributes:
        log: all requests, as they came.
        most_at_once: connections open at a time, at most.
        most_transfers: requests answered at a time, at most.
    """

    def __init__(
        self, directory: Path, faults: Faults | None = None, *, rate: float | None = None, reissues: Path | None = None
    ) -> None:
        self.directory, self.reissues, self.rate = directory.resolve(), reissues, rate
        self.faults = faults or Faults()
        self.log: list[Request] = []
        self.numbers: Counter[str] = Counter()
        self.open = self.most_at_once = self.transfers = self.most_transfers = 0
        self.lock, self.closing = threading.Lock(), threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"

    def __enter__(self) -> MirrorServer:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are killed leave in the middle; that is no news here."""

    def count_connection(self, change: int) -> None:
        with self.lock:
            self.open += change
            self.most_at_once = max(self.most_at_once, self.open)

    @contextmanager
    def transfer(self) -> Iterator[None]:
        """Count a request while it is answered."""
        with self.lock:
            self.transfers += 1
            self.most_transfers = max(self.most_transfers, self.transfers)
        try:
            yield
        finally:
            with self.lock:
                self.transfers -= 1

    def fault_for(self, path: str) -> tuple[str | None, Random]:
        """Count a request, draw its fault, and re-issue its file if that is the fault."""
        with self.lock:
            self.numbers[path] += 1
            fault, rng = self.faults.pick(path, self.numbers[path])
            name = path.removesuffix(".md5").lstrip("/")
            if fault == "reissue" and self.reissues and (self.reissues / name).exists():
                for new in (f"{name}.md5", name):
                    (self.reissues / new).replace(self.directory / new)
        return fault, rng


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: MirrorServer

    def log_message(self, *_: object) -> None:
        """Nothing on stderr: `MirrorServer.log` has it."""

    def handle(self) -> None:
        self.server.count_connection(1)
        try:
            super().handle()
        finally:
            self.server.count_connection(-1)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        with ExitStack() as counted:
            counted.enter_context(self.server.transfer())
            fault, rng = self.server.fault_for(path)
            answer = FAULTS[fault](self._answer(path), rng) if fault else self._answer(path)
            self.server.log.append(request := Request(path, answer.status, fault))
            self._send(answer, request, counted)

    def do_HEAD(self) -> None:
        path = unquote(urlsplit(self.path).path)
        answer = self._answer(path)
        self.server.log.append(request := Request(f"HEAD {path}", answer.status, None))
        self._send(replace(answer, sent=0), request, ExitStack())

    def _answer(self, path: str) -> Answer:
        file = (self.server.directory / path.lstrip("/")).resolve() if "\0" not in path else Path()
        is_inside = file.is_relative_to(self.server.directory) and "/." not in path
        if is_inside and file.is_dir():
            right = Answer(200, HTML, index_page(file, path))
            return right if path.endswith("/") else Answer(301, {**HTML, "Location": f"{path}/"})
        if not is_inside or not file.is_file():
            return Answer(404, HTML, b"<html><head><title>404 Not Found</title></head></html>\n")
        body = file.read_bytes()
        tag = f'"{hashlib.md5(body).hexdigest()[:12]}"'
        headers = {"Content-Type": "application/x-gzip", "ETag": tag, "Accept-Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked or self.headers.get("If-Range", tag) != tag:
            return Answer(200, headers, body)
        first, last = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
        if first > last:
            return Answer(416, {**HTML, "Content-Range": f"bytes */{len(body)}"})
        return Answer(206, {**headers, "Content-Range": f"bytes {first}-{last}/{len(body)}"}, body[first : last + 1])

    def _send(self, answer: Answer, request: Request, counted: ExitStack) -> None:
        if answer.status:
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": len(answer.body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
        body, rate = answer.body[: answer.sent], self.server.rate
        step = max(1, min(1 << 16, int((rate or 2e6) / 20)))
        for start in range(0, len(body), step):
            part = body[start : start + step]
            request.sent += len(part)
            time.sleep(len(part) / rate if rate else 0)
            if start + step >= len(answer.body):
                counted.close()  # before the client has the last byte, and may ask for more
            self.wfile.write(part)
        self.close_connection |= answer.end != "keep"
        if answer.end == "stall":  # until the client hangs up
            while not self.server.closing.is_set() and not select.select([self.connection], [], [], 0.05)[0]:
                pass
        if answer.end == "reset":  # what is not sent yet is thrown away, and the client sees a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


def index_page(directory: Path, path: str) -> bytes:
    lines = [f'<a href="{path.rstrip("/").rpartition("/")[0]}/">Parent Directory</a>{" " * 29}-   ']
    for file in sorted(file for file in directory.iterdir() if not file.name.startswith(".")):
        name, size = (f"{file.name}/", "-") if file.is_dir() else (file.name, f"{file.stat().st_size / 1024:.1f}K")
        when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(file.stat().st_mtime))
        lines.append(f'<a href="{name}">{name}</a>{" " * max(1, 30 - len(name))}{when}  {size:>5}  ')
    return _INDEX.format(title=f"Index of /pubmed{path.rstrip('/')}", lines="\n".join(lines)).encode()


@contextmanager
def raw_server(answer: Callable[[int], Iterable[bytes]]) -> Iterator[str]:
    """A server of bytes that need not be HTTP, by its URL: what it sends to the first, second … request of all."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        requests = itertools.count(1)

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                while connection.recv(1 << 16):
                    for piece in answer(next(requests)):
                        connection.sendall(piece)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)


def every(seconds: float, piece: bytes, first: bytes = b"", until: float = 20.0) -> Iterator[bytes]:
    """A beginning, and then a piece again and again: no test waits for its end."""
    yield first
    for _ in range(round(until / seconds)):
        time.sleep(seconds)
        yield piece


def main() -> None:
    """Serve a directory until the key of interruption is pressed."""
    parser = argparse.ArgumentParser(prog="python tests/support/mirror_server.py", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that meet a fault")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, help="bytes a second of each connection")
    given = parser.parse_args()
    with MirrorServer(given.directory, Faults(given.faults, given.seed), rate=given.rate) as server:
        print(server.url, flush=True)
        server.closing.wait()


if __name__ == "__main__":
    main()
