"""A fetch that failed, was killed or met other hits: the next run resumes it and ends with the same files."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from build import ask, citation, medline, rows_of, title
from eutils_queries import KEY, batches, broken, fetch_from, pmids_in, serve, the_error
from medline.errors import Locked, NetworkError
from medline.home.locks import home_lock
from medline.pipeline import load_files


def plan_of(directory: Path) -> dict:
    (path,) = directory.glob("*/plan.json")
    return json.loads(path.read_text("utf-8"))


def test_a_run_that_failed_is_resumed(tmp_path: Path):
    with serve(range(1, 61), window=40, faults=broken(5, 6, 7)) as server:
        the_error(server, tmp_path, NetworkError)
        assert len(batches(server)) == 4
        seen = len(server.requests)
        paths = fetch_from(server, tmp_path)
        fetched, searched = len(batches(server)), sum(r.utility == "esearch" for r in server.requests[seen:])
    assert pmids_in(paths) == list(range(1, 61))
    windows = plan_of(tmp_path)["windows"]
    assert fetched == sum(-(-window["count"] // 10) for window in windows)
    assert searched < len(windows)


def test_a_run_that_was_killed_is_resumed(tmp_path: Path):
    with serve(range(1, 61)) as server:
        stalled = threading.Event()

        def stall(request) -> None:
            if len(server.requests) == 5:
                stalled.set()
                server.closing.wait(5)

        server.before = stall
        program = (
            "import sys; from pathlib import Path\n"
            "from medline.eutils.subset import fetch; from medline.settings import Settings\n"
            f"network = Settings(api_key={KEY!r}, timeout=20.0, attempts=3, backoff=0.01, connections=2)\n"
            "fetch('all', Path(sys.argv[1]), url=sys.argv[2], batch=10, network=network)"
        )
        process = subprocess.Popen([sys.executable, "-c", program, tmp_path, server.url])
        assert stalled.wait(20)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        server.before = lambda request: None
        assert [window["records"] for window in plan_of(tmp_path)["windows"]] == [30]
        seen = len(server.requests)
        paths = fetch_from(server, tmp_path)
        again = [(request.utility, request.asked.get("retstart")) for request in server.requests[seen:]]
    assert again == [("esearch", "0"), ("efetch", "30"), ("efetch", "40"), ("efetch", "50")]
    assert pmids_in(paths) == list(range(1, 61))


@pytest.mark.parametrize("at", [2, 3, 5])
def test_an_expired_history_is_searched_anew(tmp_path: Path, at: int):
    with serve() as server:
        server.before = lambda request: server.forget() if len(server.requests) == at else None
        paths = fetch_from(server, tmp_path)
    assert pmids_in(paths) == list(range(1, 41))
    assert len(server.asked("esearch")) == 2
    assert sorted({start for (start,) in server.asked("efetch", "retstart")}) == ["0", "10", "20", "30"]


def test_a_window_whose_hits_have_changed_is_fetched_anew(tmp_path: Path):
    with serve(faults=broken(3, 4, 5)) as server:
        the_error(server, tmp_path, NetworkError)
        del server.citations[40]
        server.citations[50] = citation(50)
        seen = len(server.requests)
        paths = fetch_from(server, tmp_path)
    assert pmids_in(paths) == [*range(1, 40), 50]
    assert [r.asked["retstart"] for r in server.requests[seen:] if r.utility == "efetch"] == ["0", "10", "20", "30"]


def test_a_record_that_goes_meanwhile_is_no_error(tmp_path: Path):
    def withdraw(request) -> None:
        if len(server.requests) == 3:
            server.citations.pop(25)
            server.lost.add(25)

    with serve() as server:
        server.before = withdraw
        assert pmids_in(fetch_from(server, tmp_path)) == [pmid for pmid in range(1, 41) if pmid != 25]


def test_hits_that_change_with_each_search_are_an_error(tmp_path: Path):
    def change(request) -> None:
        if request.utility == "esearch":
            server.citations.pop(max(server.citations))
        else:
            server.forget()

    with serve() as server:
        server.before = change
        message = the_error(server, tmp_path, NetworkError)
    assert "each search finds other records" in message


def test_a_window_that_has_outgrown_its_size_is_parted(tmp_path: Path):
    pmids = range(1, 61)
    with serve(pmids, queries={"q": range(1, 31)}, window=40, faults=broken(3, 4, 5)) as server:
        the_error(server, tmp_path, NetworkError, "q")
        server.queries["q"] = set(pmids)
        paths = fetch_from(server, tmp_path, "q")
    assert pmids_in(paths) == list(pmids)
    assert len(paths) > 1


def test_a_finished_query_starts_afresh_and_leaves_nothing_old(tmp_path: Path):
    with serve(range(1, 31), queries={"q": range(1, 31)}, window=20) as server:
        many = fetch_from(server, tmp_path, "q")
        server.queries["q"] = set(range(1, 11))
        few = fetch_from(server, tmp_path, "q")
        assert pmids_in(few) == list(range(1, 11))
        assert [path.name for path in few] == [many[0].name]
        assert sorted(few[0].parent.glob("*.gz")) == few
        server.queries["q"] = set()
        assert fetch_from(server, tmp_path, "q") == []
    assert list(tmp_path.glob("*/*.gz")) == []


def test_the_old_answer_stays_until_the_new_one_is_there(tmp_path: Path):
    with serve() as server:
        (path,) = fetch_from(server, tmp_path)
        was = path.read_bytes()
        server.citations[41] = citation(41)
        server.faults = broken(6, 7, 8)
        the_error(server, tmp_path, NetworkError)
        assert path.read_bytes() == was
        assert pmids_in(fetch_from(server, tmp_path)) == list(range(1, 42))


@pytest.mark.parametrize(
    ("change", "again"), [(lambda b: b[:-1], ["0", "10", "20", "30"]), (lambda b: b * 9, ["20", "30"])]
)
def test_what_the_plan_does_not_know_of_an_unfinished_file_is_given_up(tmp_path: Path, change, again: list[str]):
    with serve(faults=broken(3, 4, 5)) as server:
        the_error(server, tmp_path, NetworkError)
        (part,) = tmp_path.glob("*/.*.part")
        part.write_bytes(change(part.read_bytes()))
        seen = len(server.requests)
        assert pmids_in(fetch_from(server, tmp_path)) == list(range(1, 41))
    assert [r.asked["retstart"] for r in server.requests[seen:] if r.utility == "efetch"] == again


def test_a_run_that_ended_before_its_last_file_was_renamed_is_resumed(tmp_path: Path):
    with serve() as server:
        (path,) = fetch_from(server, tmp_path)
        whole = path.read_bytes()
        path.with_name(f".{path.name}.part").write_bytes(whole)
        path.write_bytes(b"an earlier answer")
        (plan,) = tmp_path.glob("*/plan.json")
        plan.write_text(plan.read_text("utf-8").replace('"finished": true', '"finished": false'), "utf-8")
        assert fetch_from(server, tmp_path) == [path]
        assert len(batches(server)) == 4
    assert path.read_bytes() == whole


def test_a_plan_of_another_version_is_made_anew(tmp_path: Path):
    with serve(faults=broken(3, 4, 5)) as server:
        the_error(server, tmp_path, NetworkError)
        (path,) = tmp_path.glob("*/plan.json")
        path.write_text(path.read_text("utf-8").replace('"digest"', '"checksum"'), "utf-8")
        assert pmids_in(fetch_from(server, tmp_path)) == list(range(1, 41))


def test_versions_of_a_record_come_together(tmp_path: Path):
    with serve(range(1, 4)) as server:
        server.citations[2] = citation(2, 1) + citation(2, 2)
        (path,) = fetch_from(server, tmp_path)
    assert rows_of(path, engine="reference")("articles", "pmid version") == [(3, 1), (2, 1), (2, 2), (1, 1)]


def test_two_runs_of_one_query_do_not_meet(tmp_path: Path):
    with serve() as server:
        (path,) = fetch_from(server, tmp_path)
        with home_lock(path.parent):
            assert "another run" in the_error(server, tmp_path, Locked)


def test_progress_ends_at_all(tmp_path: Path):
    steps: list[tuple] = []
    with serve(range(1, 31), window=20) as server:
        fetch_from(server, tmp_path, progress=lambda *step: steps.append(step))
    assert steps[-1][1:3] == (30, 30)
    assert all(done <= total for _, done, total, *_ in steps)


def test_what_was_fetched_is_loaded(tmp_path: Path):
    with serve(range(1, 31), window=20) as server:
        paths = fetch_from(server, tmp_path / "fetched")
        applied, errors = load_files(paths, tmp_path / "home", replace=True, engine="reference")
        assert (len(applied), errors) == (len(paths), [])
        assert ask(tmp_path / "home", "SELECT count(*), count(DISTINCT pmid) FROM articles") == [(30, 30)]
        server.citations[7] = citation(7, title=title("Corrected."))
        load_files(fetch_from(server, tmp_path / "fetched"), tmp_path / "home", replace=True, engine="reference")
    assert ask(tmp_path / "home", "SELECT title FROM articles WHERE pmid = 7") == [("Corrected.",)]


def test_files_are_gzip_in_members_that_others_read(tmp_path: Path):
    with serve() as server:
        (path,) = fetch_from(server, tmp_path)
    assert gzip.decompress(path.read_bytes()).count(b"<PubmedArticle>") == 40


def test_the_command_loads_what_a_query_finds_and_again_finds_it_unchanged(tmp_path):
    query = 'cancer[ti] AND "2002"[dp]'
    with serve(queries={query: range(1, 41)}) as server:
        command = ("fetch", query, "--home", tmp_path, "--eutils", server.url)
        first, second = (medline(*command, env={"NCBI_API_KEY": KEY}) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "1 files applied\n")
    assert (second.returncode, second.stderr) == (0, "nothing new: the warehouse has these records\n")
    assert ask(tmp_path, "SELECT count(*), min(source_format) FROM articles") == [(40, "xml")]
