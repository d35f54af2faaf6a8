"""The server of the tests does to its clients what it says."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from mirror_server import FAULTS, Faults, MirrorServer, Request

NAME = "baseline/pubmed26n0001.xml.gz"
BODY = bytes(range(256)) * 400


@pytest.fixture
def directory(tmp_path) -> Path:
    file = tmp_path / "mirror" / NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(BODY)
    file.with_name(f"{file.name}.md5").write_text(f"MD5({file.name})= {'0' * 31}f\n")
    (file.parent / ".hidden").write_text("x")
    (tmp_path / "secret").write_text("x")
    return tmp_path / "mirror"


@pytest.fixture
def server(directory) -> Iterator[MirrorServer]:
    with MirrorServer(directory) as server:
        yield server


def get(server: MirrorServer, path: str, **headers: str) -> tuple[int, bytes]:
    """One request on a new connection; the path goes out as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=2)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_a_listing_looks_like_nlms(server):
    page = urlopen(f"{server.url}baseline/").read().decode()
    assert re.findall(r'<a href="(.*?)">', page) == ["/", "pubmed26n0001.xml.gz", "pubmed26n0001.xml.gz.md5"]
    assert re.search(r">pubmed26n0001.xml.gz</a> +\d{4}-\d\d-\d\d \d\d:\d\d +100\.0K  \n", page)
    assert page.endswith("</pre>\n</body></html>\n")
    assert b'<a href="baseline/">' in urlopen(server.url).read()
    assert get(server, "/baseline")[0] == 301


def test_ranges_are_given(server):
    assert get(server, f"/{NAME}", Range="bytes=1000-") == (206, BODY[1000:])
    assert get(server, f"/{NAME}", Range="bytes=1000-1009") == (206, BODY[1000:1010])
    assert get(server, f"/{NAME}", Range=f"bytes={len(BODY)}-")[0] == 416
    assert get(server, f"/{NAME}", Range="bytes=5-", **{"If-Range": '"other"'}) == (200, BODY)


def test_a_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    for _ in range(5):
        connection.request("GET", f"/{NAME}")
        assert connection.getresponse().read() == BODY
    connection.close()
    assert server.most_at_once == 1
    assert server.log == [Request(f"/{NAME}", 200, None, len(BODY))] * 5


@pytest.mark.parametrize(
    "path", ["/../secret", "/%2e%2e/secret", "/baseline/../../secret", "/baseline/.hidden", "//etc/passwd", "/a%00b"]
)
def test_nothing_outside_is_served(server, path):
    assert get(server, path)[0] == 404


def outcome(server: MirrorServer, path: str) -> object:
    """What a plain client makes of an answer: status and body, or the kind of its error."""
    try:
        return get(server, path)
    except http.client.IncompleteRead as error:
        return "IncompleteRead", len(error.partial)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_what_it_says(directory, tmp_path, kind):
    path = "/baseline/" if kind == "cut listing" else f"/{NAME}"
    again = tmp_path / "again" / NAME
    again.parent.mkdir(parents=True)
    again.write_bytes(b"issued again")
    again.with_name(f"{again.name}.md5").write_text("MD5")
    with MirrorServer(directory, Faults(script={path: [kind, None]}), reissues=tmp_path / "again") as server:
        met, after = outcome(server, path), outcome(server, path)
    right = (200, b"issued again" if kind == "reissue" else BODY)
    assert after == right or kind == "cut listing"
    assert server.log[0].fault == kind
    match kind:
        case "hang up":
            assert met == "RemoteDisconnected"
        case "drop":
            assert met[0] == "IncompleteRead"
            assert 0 < met[1] < len(BODY)
        case "reset":
            assert met in ("ConnectionResetError", "ConnectionAbortedError") or met[0] == "IncompleteRead"
        case "stall":
            assert met == "TimeoutError"
        case "503" | "421":
            assert met[0] == int(kind)
        case "truncated" | "cut listing":
            assert met[0] == 200
            assert after[1].startswith(met[1])
            assert met != after
        case "flipped":
            assert len(met[1]) == len(BODY)
            assert sum(one != other for one, other in zip(met[1], BODY, strict=True)) == 1
        case "html":
            assert b"<html>" in met[1]
        case "reissue":
            assert met == right
        case _:
            pytest.fail(f"what is {kind}?")


def test_chance_is_drawn_from_the_seed_alone():
    paths = [f"/baseline/pubmed26n{number:04}.xml.gz" for number in range(400)]
    drawn = [[Faults(0.2, seed).pick(path, 1)[0] for path in paths] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 50 < sum(kind is not None for kind in drawn[0]) < 110
    assert set(drawn[0]) - {None} <= set(FAULTS) - {"cut listing"}


def test_a_rate_holds_a_connection_back(directory):
    with MirrorServer(directory, rate=400_000) as server, socket.create_connection(server.server_address) as client:
        client.sendall(f"GET /{NAME} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n".encode())
        client.settimeout(0.1)
        assert len(client.recv(1 << 20)) < len(BODY)
