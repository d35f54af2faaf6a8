"""One request: which answers are tried again, which are errors, and what a part of a file gets. No server is needed."""

from __future__ import annotations

from threading import Event

import httpx2
import pytest

from medline.errors import NetworkError, UsageError
from medline.mirror import http
from medline.settings import Settings

URL = "https://user:secret@mirror.example.org/a.gz?key=secret"
NETWORK = Settings(attempts=3, backoff=0, contact="a@example.org")


class Stream:
    """What the transport of the package counts silence with."""

    def begin(self) -> None:
        pass


class Server:
    """A client whose requests get these answers, one after the other: (status, body, headers) or an error."""

    def __init__(self, *answers: tuple | Exception) -> None:
        self.answers, self.requests = list(answers), list[httpx2.Request]()

    def client(self) -> httpx2.Client:
        hooks = {"response": [http._keep_location]}
        return httpx2.Client(transport=httpx2.MockTransport(self._answer), event_hooks=hooks)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3]
        return httpx2.Response(status, content=iter([body]), headers=headers, extensions={"network_stream": Stream()})

    def get(self, most: int = 100) -> bytes:
        """Get the body as often as may be."""
        return http.retrying(NETWORK)(http.fetched, self.client(), "GET", URL, most)


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """The seconds that are waited between two tries, without waiting."""
    pauses: list[float] = []
    monkeypatch.setattr(http, "_pause", pauses.append)
    return pauses


@pytest.mark.parametrize("first", [*((status, b"") for status in sorted(http.PASSING)), httpx2.ReadError("reset")])
def test_what_passes_is_tried_again(pauses, first):
    assert Server(first, (200, b"body")).get() == b"body"
    assert len(pauses) == 1


def test_the_second_error_is_a_warning_that_says_what_to_do(pauses, caplog):
    caplog.set_level("INFO", "medline")
    with pytest.raises(NetworkError):
        Server(*[(503, b"")] * 3).get()
    first, second = (record for record in caplog.records if "follows" in record.message)
    assert (first.levelname, "try 2 of 3 follows" in first.message) == ("INFO", True)
    assert (second.levelname, "try 3 of 3 follows in 0 s. " in second.message) == ("WARNING", True)
    assert second.message.endswith(http.ADVICE)


def test_a_process_that_is_to_end_neither_waits_nor_reads_on(monkeypatch):
    monkeypatch.setattr(http, "stopping", Event())
    http.stopping.set()
    for answers in ([(503, b""), (200, b"")], [(200, b"body")]):
        with pytest.raises(NetworkError, match=http.STOPPED):
            Server(*answers).get()


def test_a_server_is_left_after_so_many_tries_with_its_last_error(pauses):
    server = Server((503, b""), (503, b""), (500, b""), (200, b"body"))
    with pytest.raises(NetworkError, match=r"^https://mirror\.example\.org/a\.gz: HTTP 500$"):
        server.get()
    assert len(server.requests) == NETWORK.attempts


@pytest.mark.parametrize(("asked", "seconds"), [("7", 7), ("3600", http.LONGEST_PAUSE), ("soon", 0), ("-1", 0)])
def test_a_server_that_asks_for_a_pause_gets_it_within_bounds(pauses, asked, seconds):
    Server((429, b"", {"Retry-After": asked}), (200, b"")).get()
    assert pauses == [seconds]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204])
def test_what_stays_wrong_is_an_error_at_once(pauses, status):
    server = Server((status, b""))
    with pytest.raises(NetworkError, match=rf"^https://mirror\.example\.org/a\.gz: HTTP {status}$"):
        server.get()
    assert pauses == []


def test_a_redirect_is_not_followed_and_its_target_is_named_without_a_password():
    server = Server((302, b"", {"Location": "https://me:secret@other.example.org/b?x=1"}))
    with pytest.raises(NetworkError, match=r"a\.gz: sends on to https://other\.example\.org/b; name that one$"):
        server.get()


def test_an_answer_is_as_large_as_it_may_be_and_no_larger(pauses):
    assert Server((200, b"x" * 100)).get() == b"x" * 100
    with pytest.raises(NetworkError, match="more than 100 bytes, where few were asked for"):
        Server((200, b"x" * 101)).get()
    assert pauses == []


@pytest.mark.parametrize(
    ("here", "answer", "whole"),
    [
        (b"", (200, b"body"), b"body"),
        (b"bo", (206, b"dy", {"Content-Range": "bytes 2-3/4"}), b"body"),
        (b"bo", (200, b"body"), b"body"),
        (b"bo", (206, b"body", {"Content-Range": "bytes 0-3/4"}), b"body"),
        (b"body", (416, b"no"), b"body"),
    ],
)
def test_a_file_gets_what_it_lacks(here, answer, whole, tmp_path):
    server, path, counted = Server(answer), tmp_path / "a.gz.part", []
    path.write_bytes(here)
    with path.open("ab") as out:
        http.download(server.client(), URL, out, 4, counted.append)
    assert path.read_bytes() == whole
    assert server.requests[0].headers.get("Range") == (f"bytes={len(here)}-" if here else None)
    assert sum(counted) == (0 if answer[0] == 416 else len(answer[1]))


def test_a_file_that_is_too_large_is_emptied(tmp_path):
    path = tmp_path / "a.gz.part"
    path.write_bytes(b"bo")
    with path.open("ab") as out, pytest.raises(NetworkError, match="more than 4 bytes: no such file is so large"):
        http.download(Server((200, b"bodies")).client(), URL, out, 4)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("url", ["https://a.org/x", "https://a.org/x/"])
def test_a_directory_ends_in_a_slash(url):
    assert http.directory_url(url) == "https://a.org/x/"


@pytest.mark.parametrize("url", ["ftp://secret@a.org/", "http://", "http://a:secret/", "a.org"])
def test_what_is_no_url_of_a_directory_is_a_usage_error_that_keeps_the_secret(url):
    with pytest.raises(UsageError, match=r"no(?:t an)? http\(s\) URL") as error:
        http.directory_url(url)
    assert "secret" not in str(error.value)


def test_a_client_says_who_it_is_and_takes_files_as_they_lie_there():
    with http.client(NETWORK) as client:
        assert client.headers["User-Agent"].endswith(" (mailto:a@example.org)")
        assert client.headers["Accept-Encoding"] == "identity"
        assert not client.follow_redirects
