"""kill -9 at any moment of a sync: the rerun goes on where it was, and readers see whole states throughout."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from mirror_server import MirrorServer

from faults import readers
from faults.harness import (
    Progress,
    assert_whole,
    difference,
    files_applied,
    kill,
    run,
    start,
    state_of,
    watched,
)
from faults.world import World

#: Bytes a second, so that a third of a run is spent on downloads: from nothing, and from the state before.
RATES = {"nothing": 1_500_000, "before": 40_000}


@pytest.fixture(scope="module")
def seconds(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How long a run takes that nobody kills."""
    found = {}
    for begin, rate in RATES.items():
        home = tmp_path_factory.mktemp("clean") / "home"
        world.start_from(world.before if begin == "before" else None, home)
        with MirrorServer(world.after, rate=rate) as server:
            started = time.monotonic()
            result = run("sync", "--mirror", server.url, "--home", home)
            found[begin] = time.monotonic() - started
        assert result.returncode == 0, result.stderr
    return found


def test_a_kill_at_a_random_moment(world: World, seconds, tmp_path: Path, kill_seed: int, record_property):
    rng = Random(kill_seed)
    begin = ("nothing", "before")[kill_seed % 2]
    moments = [rng.uniform(0, 1.1 * seconds[begin]) for _ in range(1 + (kill_seed % 5 == 4))]
    waits = [lambda _, moment=moment: time.sleep(moment) for moment in moments]
    for phase in _killed_and_gone_on(world, tmp_path / "home", begin, waits, rng):
        record_property("kills at random", phase)


#: What is waited for before a kill; each looks at the home as fast as it can.
AIMS: dict[str, Callable[[Path], bool]] = {
    "download": lambda home: any(name.endswith(".part") for name in _names(home / "dumps" / "updatefiles")),
    "transform": lambda home: any(name.endswith(".part") for name in _names(home / "lake")),
    "copy": lambda home: ".medline.duckdb.copy" in _names(home / "warehouse" / "building"),
    "load": lambda home: (home / "warehouse" / "building" / "medline.duckdb.wal").exists(),
    "publish": lambda home: "26-000002" in _names(home / "warehouse" / "versions"),
    "swap": lambda home: "26-000002" in str((home / "warehouse" / "medline.duckdb").readlink()),
}


def test_a_kill_that_is_aimed(world: World, tmp_path: Path, aimed_seed: int, record_property):
    rng = Random(aimed_seed)
    aim = list(AIMS)[aimed_seed % len(AIMS)]
    later = rng.choice((0, 0.001, 0.01, 0.1)) if aimed_seed >= len(AIMS) else 0

    def wait(home: Path) -> None:
        until = time.monotonic() + 30
        while not AIMS[aim](home) and time.monotonic() < until:
            pass
        time.sleep(later)

    for phase in _killed_and_gone_on(world, tmp_path / "home", "before", [wait], rng):
        record_property("kills that were aimed", f"{aim}: {phase}")


def _names(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)  # noqa: PTH208, the fast one
    except FileNotFoundError:
        return []


def _killed_and_gone_on(
    world: World, home: Path, begin: str, waits: list[Callable[[Path], None]], rng: Random
) -> list[str]:
    """Kill a run, or some one after the other, and let the next one end; return what the killed ones were at."""
    world.start_from(world.before if begin == "before" else None, home)
    log = home.with_name("log")
    phases = []
    with (
        MirrorServer(world.after, rate=RATES[begin]) as server,
        watched(home, *rng.sample(sorted(readers.KINDS), 2)) as seen,
    ):
        for wait in waits:
            first = len(server.log)
            with log.open("w") as err:
                process = start("-v", "sync", "--mirror", server.url, "--home", home, stderr=err)
                wait(home)
                kill(process)
            phases.append(_phase(process.returncode, log.read_text(), home, len(server.log) > first))
        left, first, server.rate = Progress.of(home), len(server.log), None
        result = run("-v", "sync", "--mirror", server.url, "--home", home)
        assert result.returncode == 0, (phases, result.stderr)
    expected = world.expected(world.after)
    assert state_of(home) == expected.state, (phases, difference(home, expected.home))
    assert_whole(seen, *([world.expected(world.before).state] if begin == "before" else []), expected.state)
    _assert_nothing_redone(home, left, server.log[first:], result.stderr)
    _assert_no_litter(home)
    return phases


def _phase(code: int, log: str, home: Path, has_asked: bool) -> str:
    if code == 0:
        return "after the end"
    if " published " in log:
        return "after publishing"
    if "26-000002" in _names(home / "warehouse" / "versions"):
        return "publish"
    if "the next version starts" in log:
        return "load"
    if re.search(r"\.xml\.gz: fetched", log):
        return "transform" if re.search(r"\.xml\.gz: articles=", log) else "download and transform"
    if re.search(r" dumps listed", log):
        return "download"
    return "listing" if has_asked else "start"


def _assert_nothing_redone(home: Path, left: Progress, requests: list, log: str) -> None:
    """At most the files in flight were fetched, read and applied once more, and of a file in parts the rest."""
    again = {request.path.rpartition("/")[2] for request in requests} & left.fetched
    assert not {name for name in again if name.endswith(".gz")}, "fetched again"
    for name, size in left.parts.items():
        first = next((request for request in requests if request.path.endswith(f"/{name}")), None)
        assert size == 0 or first is None or first.status in (206, 416), f"{name} was begun anew"
    now = Progress.of(home).manifests
    changed = {name for name, written in left.manifests.items() if now[name] != written}
    assert changed <= {"pubmed26n0004"}, f"read again: {changed}"  # 0004 was issued again
    if left.applied:
        stated = {path.name.removesuffix(".md5"): path.read_text() for path in (home / "dumps").glob("*/*.md5")}
        lacking = [name for name, md5 in stated.items() if left.applied.get(name, "none") not in md5]
        assert len(files_applied(log)) <= len(lacking), f"applied again: {files_applied(log)}"


def _assert_no_litter(home: Path) -> None:
    """What a killed run leaves unfinished is gone after the next one."""
    hidden = [path for path in home.rglob(".*") if path.name != ".lock"]
    assert not hidden
    assert not (home / "warehouse" / "building").exists()
    assert len(_names(home / "warehouse" / "versions")) <= 2
