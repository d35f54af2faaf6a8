"""The mirror over HTTP: what is asked for, resumed, accepted and refused."""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import mirror_server
from build import ask, citation, error_of, medline, write_dump
from medline import pipeline, settings
from medline.errors import DiskFull, Locked, NetworkError, UsageError
from medline.home import LocalHome, disk
from medline.mirror import fetch, http
from medline.mirror.dumps import source
from mirror_server import Faults, MirrorServer, every, raw_server

FIRST, SECOND, THIRD = (
    "baseline/pubmed26n0001.xml.gz",
    "baseline/pubmed26n0002.xml.gz",
    "updatefiles/pubmed26n0003.xml.gz",
)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Dead connections time out after half a second, and tries follow each other at once."""
    for name, value in (("TIMEOUT", "0.5"), ("ATTEMPTS", "4"), ("BACKOFF", "0.01"), ("CONTACT", "a@example.org")):
        monkeypatch.setenv(f"MEDLINE_{name}", value)


@pytest.fixture
def mirror(tmp_path) -> Path:
    """Three dumps of a citation each, as old as NLM's would be."""
    directory = tmp_path / "mirror"
    for number, name in enumerate((FIRST, SECOND, THIRD), start=1):
        write_dump(directory / name, citation(number, article=f"<AbstractX>{'word ' * 400}</AbstractX>"))
    for path in directory.rglob("pubmed*"):
        os.utime(path, (1_750_000_000, 1_750_000_000))
    return directory


@pytest.fixture
def server(mirror):
    with MirrorServer(mirror) as server:
        yield server


def asked(server: MirrorServer) -> list[str]:
    """The paths of all requests, sorted, and forget them."""
    paths = sorted(request.path.removeprefix("/") for request in server.log)
    server.log.clear()
    return paths


def sync(server: MirrorServer, tmp_path: Path) -> list[str]:
    return pipeline.sync(server.url, tmp_path / "home")


def bring(server: MirrorServer, tmp_path: Path) -> list[str]:
    """List the mirror, and fetch and read what is new; nothing is published, which would take most of the time."""
    home = tmp_path / "home"
    return [
        name for names in pipeline.list_batches(server.url, home) for name in pipeline.ingest(server.url, home, names)
    ]


EVERYTHING = ["baseline/", "updatefiles/", *(f"{name}{md5}" for name in (FIRST, SECOND, THIRD) for md5 in ("", ".md5"))]


def test_a_sync_asks_for_everything_once_and_after_that_for_the_listing_alone(server, tmp_path):
    assert sync(server, tmp_path) == [Path(name).name for name in (FIRST, SECOND, THIRD)]
    assert asked(server) == sorted(EVERYTHING)
    assert sync(server, tmp_path) == []
    assert asked(server) == ["baseline/", "updatefiles/"]


def test_a_file_that_was_issued_again_is_seen_in_the_listing_and_fetched(server, mirror, tmp_path):
    sync(server, tmp_path)
    asked(server)
    write_dump(mirror / SECOND, citation(2), citation(22))
    assert sync(server, tmp_path) == [Path(SECOND).name]
    assert asked(server) == sorted(["baseline/", "updatefiles/", SECOND, f"{SECOND}.md5"])
    assert ask(tmp_path / "home", "SELECT count(*) FROM articles") == [(4,)]


def test_a_young_md5_file_is_read_every_time(server, mirror, tmp_path):
    """The listing's minutes cannot tell whether it was issued twice in one."""
    os.utime(mirror / f"{THIRD}.md5")
    bring(server, tmp_path)
    asked(server)
    bring(server, tmp_path)
    assert asked(server) == ["baseline/", "updatefiles/", f"{THIRD}.md5"]


def test_a_listing_without_dates_and_sizes_is_a_listing(server, tmp_path, monkeypatch):
    """As Python's http.server writes it."""
    page = "<html><body><ul>{}</ul></body></html>"

    def bare(directory: Path, path: str) -> bytes:
        return page.format("".join(f'<li><a href="{p.name}">{p.name}</a></li>' for p in directory.iterdir())).encode()

    monkeypatch.setattr("mirror_server.index_page", bare)
    bring(server, tmp_path)
    asked(server)
    assert bring(server, tmp_path) == []
    assert asked(server) == sorted(name for name in EVERYTHING if name.endswith(("/", ".md5")))


@pytest.mark.parametrize("size", ["1.2.3M", ".", "1.", "1..2K", "9" * 400, "1KK"])
def test_an_invalid_size_counts_as_unknown(server, tmp_path, monkeypatch, size):
    listed = mirror_server.index_page
    monkeypatch.setattr("mirror_server.index_page", lambda *of: re.sub(rb"[0-9.]+K", size.encode(), listed(*of)))
    assert len(bring(server, tmp_path)) == 3
    assert {entry.bytes for entry in fetch.last_listing(LocalHome(tmp_path / "home")).files.values()} == {0}


@pytest.mark.parametrize("date", ["2020-02-30 10:00", "2020-01-01 24:00", "0000-01-01 00:00"])
def test_an_invalid_date_counts_as_unknown(server, tmp_path, monkeypatch, date):
    listed = mirror_server.index_page
    monkeypatch.setattr(
        "mirror_server.index_page", lambda *of: re.sub(rb"\d+-\d+-\d+ \d+:\d+", date.encode(), listed(*of))
    )
    bring(server, tmp_path)
    asked(server)
    assert bring(server, tmp_path) == []
    assert asked(server) == sorted(name for name in EVERYTHING if name.endswith(("/", ".md5")))


def test_what_is_here_of_a_file_is_not_asked_for_again(server, mirror, tmp_path):
    size = (mirror / FIRST).stat().st_size
    server.faults = Faults(script={f"/{FIRST}": ["drop", "reset", "stall"]})
    bring(server, tmp_path)
    requests = [request for request in server.log if request.path == f"/{FIRST}"]
    assert [request.status for request in requests] == [200, 206, 206, 206]
    # what a reset throws away may be sent twice: here, at most the one of them
    assert sum(request.sent for request in requests) <= size + requests[1].sent


def test_a_file_of_wrong_md5_is_brought_from_its_start_until_it_is_right(server, tmp_path):
    server.faults = Faults(script={f"/{SECOND}": ["flipped", "flipped"]})
    bring(server, tmp_path)
    requests = [request for request in server.log if request.path == f"/{SECOND}"]
    assert [(request.status, request.fault) for request in requests] == [
        (200, "flipped"),
        (200, "flipped"),
        (200, None),
    ]


def test_a_file_that_stays_wrong_is_reported_and_what_comes_before_it_is_published(server, tmp_path):
    server.faults = Faults(script={f"/{THIRD}": ["html"] * 9})
    with pytest.raises(
        NetworkError, match=r"pubmed26n0003\.xml\.gz: its MD5 is \w+, the mirror says \w+, and is an HTML"
    ):
        sync(server, tmp_path)
    home = tmp_path / "home"
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,)]
    assert [path.name for path in (home / "dumps" / "updatefiles").iterdir()] == [f"{Path(THIRD).name}.md5"]
    server.faults = Faults()
    assert sync(server, tmp_path) == [Path(THIRD).name]


def test_a_part_of_an_earlier_issue_is_thrown_away(server, tmp_path):
    fetch.refresh(server.url, LocalHome(tmp_path / "home"), settings.read())
    left = tmp_path / "home" / "dumps" / f"baseline/.{Path(FIRST).name}.{'0' * 32}.part"
    left.write_bytes(b"old")
    bring(server, tmp_path)
    assert not left.exists()


@pytest.mark.parametrize("part", [b"\x1f\x8b wrong from the start", None])
def test_a_part_that_is_wrong_or_whole_does_no_harm(server, mirror, tmp_path, part):
    home = LocalHome(tmp_path / "home")
    directory = home.dumps
    fetch.refresh(server.url, home, settings.read())
    dump = source(directory / FIRST)
    (directory / f"baseline/.{dump.name}.{dump.expected_md5()}.part").write_bytes(part or (mirror / FIRST).read_bytes())
    bring(server, tmp_path)
    assert (directory / FIRST).read_bytes() == (mirror / FIRST).read_bytes()


@pytest.mark.parametrize("is_begun_anew", [False, True])
def test_a_part_that_got_its_name_before_it_was_locked_is_left_alone(
    server, mirror, tmp_path, monkeypatch, is_begun_anew
):
    home = LocalHome(tmp_path / "home")
    listing = fetch.refresh(server.url, home, settings.read())
    dump = source(home.dumps / FIRST)
    part = dump.path.with_name(f".{dump.name}.{dump.expected_md5()}.part")
    lock = fetch.lock_file

    def late(out, name: str) -> None:
        monkeypatch.setattr(fetch, "lock_file", lock)
        fetch_it()
        if is_begun_anew:
            part.write_bytes(b"begun by a third")
        lock(out, name)

    def fetch_it() -> None:
        with fetch.Fetcher(server.url, listing, [dump], home, settings.read()) as fetcher:
            fetcher.fetch(dump)

    monkeypatch.setattr(fetch, "lock_file", late)
    with pytest.raises(Locked, match="another process is fetching it"):
        fetch_it()
    assert dump.path.read_bytes() == (mirror / FIRST).read_bytes()
    assert part.exists() == is_begun_anew


def test_a_dead_mirror_is_not_asked_for_every_file(server, tmp_path, monkeypatch):
    monkeypatch.setattr("medline.lake.transform.FETCHED_AHEAD", 0)
    monkeypatch.setenv("MEDLINE_THREADS", "1")
    server.faults = Faults(script={f"/{name}": ["503"] * 99 for name in (FIRST, SECOND, THIRD)})
    with pytest.raises(NetworkError, match=r"pubmed26n0001\.xml\.gz: HTTP 503"):
        sync(server, tmp_path)
    assert [request.path for request in server.log if request.path.endswith(".gz")] == [f"/{FIRST}"] * 4


def test_no_more_connections_are_open_than_asked_for(mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLINE_CONNECTIONS", "2")
    for number in range(4, 14):
        write_dump(mirror / f"updatefiles/pubmed26n{number:04}.xml.gz", citation(number))
    with MirrorServer(mirror, rate=200_000) as server:
        assert len(bring(server, tmp_path)) == 13
        assert server.most_at_once <= 2 + 2  # of the listing's client, being closed, and of the files'


def test_runs_on_one_home_share_the_connections(mirror, tmp_path, monkeypatch):
    """Each would open as many by itself. A lock is one of the open file, so threads may stand for processes."""
    monkeypatch.setenv("MEDLINE_CONNECTIONS", "2")
    names = [f"updatefiles/pubmed26n{number:04}.xml.gz" for number in range(4, 16)]
    for number, name in enumerate(names, start=4):
        write_dump(mirror / name, citation(number))
    home = LocalHome(tmp_path / "home")
    with MirrorServer(mirror) as server:
        listing = fetch.refresh(server.url, home, settings.read())
        server.rate, server.most_transfers = 10_000, 0

        def run(names: list[str]) -> None:
            dumps = [source(home.dumps / name, "updatefiles") for name in names]
            with (
                fetch.Fetcher(server.url, listing, dumps, home, settings.read()) as fetcher,
                ThreadPoolExecutor(2) as two,
            ):
                list(two.map(fetcher.fetch, dumps))

        with ThreadPoolExecutor(3) as runs:
            list(runs.map(run, (names[:4], names[4:8], names[8:])))
    assert server.most_transfers == 2
    assert all((home.dumps / name).exists() for name in names)


def test_a_task_may_open_fewer_connections_than_the_setting(mirror, tmp_path):
    with MirrorServer(mirror, rate=100_000) as server:
        (names,) = pipeline.list_batches(server.url, tmp_path / "home", connections=1)
        assert pipeline.ingest(server.url, tmp_path / "home", names, connections=1) == names
        assert server.most_transfers == 1


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (HEAD + b"X: ", b"a"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ", b"a"),
    ],
    ids=["heads without end", "a head byte by byte", "a chunk's size byte by byte", "a trailer byte by byte"],
)
@pytest.mark.parametrize("before", [0, 1], ids=["new connection", "kept connection"])
def test_an_answer_that_never_gets_anywhere_is_given_up(first, piece, before):
    whole = HEAD + b"Content-Length: 4\r\n\r\nbody"
    started = time.monotonic()
    with (
        raw_server(lambda number: every(0.05, piece, first) if number > before else [whole]) as url,
        http.client(settings.read()) as client,
    ):
        for _ in range(before):
            assert http.fetched(client, "GET", url, 100) == b"body"
        with pytest.raises(NetworkError, match=r"neither a whole head nor a piece of the body came in 1 s"):
            http.fetched(client, "GET", url, 100)
    assert time.monotonic() - started < 10


def test_what_comes_slowly_in_pieces_is_waited_for():
    body = every(0.2, b"a", HEAD + b"Content-Length: 10\r\n\r\n", until=2)
    with raw_server(lambda number: body) as url, http.client(settings.read()) as client:
        assert http.fetched(client, "GET", url, 100) == b"a" * 10


def test_requests_name_the_client():
    with http.client(settings.read()) as client:
        assert client.headers["User-Agent"].startswith("medline-warehouse/")
        assert "mailto:a@example.org" in client.headers["User-Agent"]


# What the listing may say


def test_names_that_are_no_dumps_are_not_asked_for(server, mirror, tmp_path, monkeypatch):
    links = ["../../pubmed26n0004.xml.gz", "/pubmed26n0004.xml.gz", "http://192.0.2.1/pubmed26n0004.xml.gz", "README",
             "pubmed26n0004.xml.gz/../../../x", "%2e%2e/pubmed26n0004.xml.gz", "?C=M;O=A", "javascript:1"]  # fmt: skip
    page = "<html>" + "".join(f'<a href="{link}">x</a><a href="{link}.md5">x</a>' for link in links)
    own = "".join(f'<a href="{Path(FIRST).name}{md5}">x</a>' for md5 in ("", ".md5"))
    monkeypatch.setattr("mirror_server.index_page", lambda directory, path: f"{page}{own}</html>".encode())
    with pytest.raises(UsageError, match=r"pubmed26n0001\.xml\.gz is in two folders"):
        bring(server, tmp_path)
    assert asked(server) == ["baseline/", "updatefiles/"]


def test_a_listing_that_is_cut_is_asked_for_again(server, tmp_path):
    server.faults = Faults(script={"/baseline/": ["cut listing"] * 2})
    assert len(bring(server, tmp_path)) == 3


@pytest.mark.parametrize("folder", ["baseline", "updatefiles"])
def test_a_page_in_place_of_a_listing_is_asked_for_again_and_not_believed(server, tmp_path, folder):
    server.faults = Faults(script={f"/{folder}/": ["html"] * 3 + [None] + ["html"] * 4})
    assert len(bring(server, tmp_path)) == 3
    with pytest.raises(NetworkError, match="a page that is no listing"):
        bring(server, tmp_path)


def test_a_folder_of_updates_may_be_empty(server, mirror, tmp_path):
    shutil.rmtree(mirror / "updatefiles")
    (mirror / "updatefiles").mkdir()
    assert len(bring(server, tmp_path)) == 2


def test_a_file_without_its_md5_is_not_there_yet(server, mirror, tmp_path, caplog):
    (mirror / f"{THIRD}.md5").rename(mirror / "away")
    assert len(bring(server, tmp_path)) == 2
    assert "pubmed26n0003.xml.gz: has no .md5 file yet" in caplog.text
    (mirror / "away").rename(mirror / f"{THIRD}.md5")
    assert bring(server, tmp_path) == [Path(THIRD).name]


def test_a_number_that_is_missing_stops_before_it(server, mirror, tmp_path):
    for name in (SECOND, f"{SECOND}.md5"):
        (mirror / name).unlink()
    result = medline("sync", "--mirror", server.url, "--home", tmp_path / "home")
    assert "pubmed26n0003.xml.gz: no file of number 2 before it in the mirror" in error_of(result, 1)
    assert ask(tmp_path / "home", "SELECT pmid FROM articles") == [(1,)]


def test_an_invalid_md5_file_is_fetched_again(server, tmp_path):
    server.faults = Faults(script={f"/{FIRST}.md5": ["html", "503", "truncated"]})
    assert len(bring(server, tmp_path)) == 3


def test_a_redirect_is_refused_with_its_target(server, tmp_path):
    with pytest.raises(NetworkError, match="HTTP 404"):
        pipeline.sync(f"{server.url}baseline", tmp_path / "home")
    (server.directory / "elsewhere").mkdir()
    with pytest.raises(NetworkError, match="sends on to"), http.client(settings.read()) as client:
        http.fetched(client, "GET", f"{server.url}elsewhere", 100)


@pytest.mark.parametrize(
    "location",
    ["http://h:99999/", "//[x", "http://h:x/", "http://[v1.x]/", "http://xn--/", "http://h\xff/", "mailto:x", ""],
)
def test_a_redirect_to_nowhere_is_reported_in_one_line(location):
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with (
        raw_server(lambda number: [head]) as url,
        http.client(settings.read()) as client,
        pytest.raises(NetworkError, match=r"^http://127\.0\.0\.1:\d+/: sends on to [^\n]+$"),
    ):
        http.fetched(client, "GET", url, 100)


@pytest.mark.parametrize("mirror", ["ftp://127.0.0.1/pubmed/", "http://", "http://[/"])
def test_an_invalid_url_is_a_usage_error(tmp_path, mirror):
    error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 2)


def test_a_password_in_the_url_is_not_printed(tmp_path):
    with MirrorServer(tmp_path) as server:
        url = server.url.replace("http://", "http://me:secret@")
        message = error_of(medline("sync", "--mirror", url, "--home", tmp_path / "home"), 1)
    assert "secret" not in message
    assert "HTTP 404" in message


# Room, and how far it is


def test_a_disk_that_is_too_small_is_reported_before_anything_is_fetched(server, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 90, 10))
    with pytest.raises(DiskFull, match="ingesting 3 files needs"):
        sync(server, tmp_path)
    assert asked(server) == sorted(name for name in EVERYTHING if name.endswith(("/", ".md5")))


def test_progress_has_bytes_rate_and_time_left(server, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    phases = {}
    pipeline.sync(
        server.url, tmp_path / "home", lambda phase, *call, **unit: phases.setdefault(phase, []).append((*call, unit))
    )
    assert list(phases) == ["plan", "fetch", "read", "apply", "check"]
    assert phases["fetch"][0][0] == 0
    done, total, files, *_ = phases["fetch"][-1]
    assert (done == total > 0, files) == (True, "3/3 files")
    assert "3/3 files, " in caplog.text
    assert re.search(r"pubmed26n0001.xml.gz: fetched, .* MB/s, [0-9:]+ left", caplog.text)


def test_used_counts_what_files_take(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    (tmp_path / "link").symlink_to("a")
    assert 100_000 <= disk.disk_usage(tmp_path) < 200_000
    assert disk.disk_usage(tmp_path / "nothing") == 0
