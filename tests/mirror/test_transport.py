"""Connections over the proxies that the environment names. Slow answers are in `test_fetch.py`."""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from contextlib import contextmanager

import pytest

from medline import settings
from medline.errors import NetworkError, UsageError
from medline.mirror import http

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("MEDLINE_ATTEMPTS", "1")


@contextmanager
def proxy(answer: bytes):
    """A proxy that gives one answer to everything: its address, and the heads of what it was asked."""
    heads: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for _ in range(4):
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    heads.append(connection.recv(1 << 16))
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", heads
        listening.shutdown(socket.SHUT_RDWR)


def get(url: str) -> bytes:
    with http.client(settings.read()) as client:
        return http.fetched(client, "GET", url, 100)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"


@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["", "http://"])
def test_a_proxy_is_asked_for_what_lies_elsewhere(monkeypatch, name, scheme):
    with proxy(OK) as (address, heads):
        monkeypatch.setenv(name, f"{scheme}user:secret@{address}")
        assert get("http://mirror.invalid/pubmed/") == b"body"
    assert heads[0].startswith(b"GET http://mirror.invalid/pubmed/ HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + b64encode(b"user:secret") in heads[0]


def test_a_host_without_proxy_is_asked_itself(monkeypatch):
    with proxy(OK) as (address, heads):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert get(f"http://{address}/") == b"body"
    assert heads[0].startswith(b"GET / HTTP/1.1\r\n")


def test_a_tunnel_that_a_proxy_refuses_is_an_error_with_its_answer(monkeypatch):
    with proxy(b"HTTP/1.1 403 Not here\r\nContent-Length: 0\r\n\r\n") as (address, heads):
        monkeypatch.setenv("https_proxy", f"http://{address}")
        with pytest.raises(NetworkError, match=r"https://mirror\.invalid/: 403 Not here"):
            get("https://mirror.invalid/")
    assert heads[0].startswith(b"CONNECT mirror.invalid:443 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "value",
    ["socks5://user:secret@127.0.0.1:9", "http://user:secret@host:port", "ftp://secret@x", "http://secret@", "secret://",
     "http://secret@host:99999", "http://secret@host:-1", "http://secret@[::1", "httpx2://secret@x"],
)  # fmt: skip
def test_an_invalid_proxy_is_an_error_that_does_not_repeat_it(monkeypatch, value):
    monkeypatch.setenv("http_proxy", value)
    with pytest.raises(UsageError, match="HTTP_PROXY") as error:
        get("http://mirror.invalid/")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("host", ["a" * 70, ".", "..", "é" * 70, "a..b", "xn--"])
@pytest.mark.parametrize("is_proxy", [True, False])
def test_a_host_that_is_no_name_is_an_error_of_the_network_or_of_the_user(monkeypatch, host, is_proxy):
    if is_proxy:
        monkeypatch.setenv("http_proxy", f"http://me:secret@{host}:1")
    with pytest.raises((NetworkError, UsageError)) as error:
        get("http://mirror.invalid/" if is_proxy else http.directory_url(f"http://me:secret@{host}/"))
    assert "secret" not in str(error.value)


def test_odd_exceptions_to_proxies_are_taken_as_they_are(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for value in ("*.", ",,", "[::1", "http://x", "\udcff", "a" * 300, "*"):
        monkeypatch.setenv("no_proxy", value)
        with pytest.raises(NetworkError):
            get("http://mirror.invalid/")
