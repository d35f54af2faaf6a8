"""kill -9 at any moment of a sync: the rerun goes on where it was, and readers see whole states throughout."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from faults import readers
from faults.aim import MOMENTS, Aim
from faults.harness import Progress, Run, assert_whole, files_applied, kill, run, start, tables_of, watched
from faults.world import World
from mirror_server import MirrorServer, Request

#: Bytes a second, so that a third of a run is spent on downloads: from nothing, and from the state before.
RATES = {"nothing": 1_500_000, "before": 30_000}


@pytest.fixture(scope="module")
def seconds(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How long a run takes from its first request on, if nobody kills it."""
    duration_of = {}
    for begin, rate in RATES.items():
        home = tmp_path_factory.mktemp("clean") / "home"
        world.start_from(world.before if begin == "before" else None, home)
        with MirrorServer(world.after, rate=rate) as server:
            process = start("sync", "--mirror", server.url, "--home", home)
            _until_it_asks(server, process)
            started = time.monotonic()
            assert process.wait() == 0, process.stderr
            duration_of[begin] = time.monotonic() - started
    return duration_of


@pytest.mark.sampled(2)
def test_a_kill_at_a_random_moment(world: World, seconds, tmp_path: Path, kill_seed: int, record_property):
    rng = Random(kill_seed)
    begin = ("nothing", "before")[kill_seed % 2]
    kills = 1 + (kill_seed % 5 == 4)
    moments = [rng.uniform(0, 1.1 * seconds[begin]) for _ in range(kills)]
    waits = [partial(_sleep_after_it_asks, moment) for moment in moments]
    for phase in _killed_and_resumed(world, tmp_path / "home", begin, waits, rng):
        record_property("kills at random", phase)


def _sleep_after_it_asks(moment: float, server: MirrorServer, process: Run) -> None:
    _until_it_asks(server, process)
    time.sleep(moment)


def _until_it_asks(server: MirrorServer, process: Run) -> None:
    first = len(server.log)
    while len(server.log) == first and process.poll() is None:
        time.sleep(0.01)


@pytest.mark.sampled(3)
def test_a_kill_that_is_aimed(world: World, tmp_path: Path, aimed_seed: int, record_property):
    rng = Random(aimed_seed)
    home, moment = tmp_path / "home", list(MOMENTS)[aimed_seed % len(MOMENTS)]
    later = rng.choice((0, 0.001, 0.02)) if aimed_seed >= len(MOMENTS) else 0
    world.start_from(world.before, home)
    with Aim(home, moment) as aim:
        met = []

        def wait(_: MirrorServer, process: Run) -> None:
            met.append(aim.wait(process))
            time.sleep(later)

        (phase,) = _killed_and_resumed(world, home, "before", [wait], rng)
    assert met == [True], "the moment never came"
    record_property("kills that were aimed", f"{moment}: {phase}")


def _killed_and_resumed(
    world: World, home: Path, begin: str, waits: list[Callable[[MirrorServer, Run], None]], rng: Random
) -> list[str]:
    """Kill a run, or some one after the other, and let the next one end; return what the killed ones were at."""
    before, after = world.expected(world.before), world.expected(world.after)
    if not home.exists():
        world.start_from(world.before if begin == "before" else None, home)
    phases = []
    with (
        MirrorServer(world.after, rate=RATES[begin]) as server,
        watched(home, *rng.sample(sorted(readers.KINDS), 2)) as seen,
    ):
        for wait in waits:
            process = start("-v", "sync", "--mirror", server.url, "--home", home)
            wait(server, process)
            kill(process)
            phases.append(_phase(process.returncode, process.stderr, home))
        left, first, server.rate = Progress.of(home, world.after), len(server.log), None
        result = run("-v", "sync", "--mirror", server.url, "--home", home)
        assert result.returncode == 0, (phases, result.stderr)
    assert tables_of(home) == after.tables, phases
    assert_whole(seen, *([before.glimpse] if begin == "before" else []), after.glimpse)
    reissued = {"pubmed26n0004"} if begin == "before" else set()
    _assert_nothing_redone(home, left, Progress.of(home, world.after), server.log[first:], result.stderr, reissued)
    _assert_no_litter(home)
    return phases


def _phase(code: int, log: str, home: Path) -> str:
    pointer = home / "warehouse" / "medline.duckdb"
    if code == 0:
        return "after the end"
    if " published " in log or (pointer.is_symlink() and "26-000002" in str(pointer.readlink())):
        return "after publishing"
    if "checks passed" in log:
        return "publish"
    if "the next version starts" in log:
        return "load"
    if (home / "warehouse" / "building").exists():
        return "copy"
    if re.search(r"\.xml\.gz: fetched", log):
        return "transform, the last file fetched" if log.count(": fetched") >= 6 else "download and transform"
    if " dumps listed" in log:
        return "download"
    return "listing"


def _assert_nothing_redone(
    home: Path, left: Progress, now: Progress, requests: list[Request], log: str, reissued: set[str]
) -> None:
    """At most the files in flight were fetched, read and applied once more, and of a file in parts the rest."""
    assert not {request.path.lstrip("/") for request in requests} & left.fetched, "fetched again"
    for name, size in left.parts.items():
        first = next((request.status for request in requests if request.path == f"/{name}"), None)
        assert first in (206, 416) or size == 0 or name in now.parts, f"{name} was begun anew"
    changed = {name for name, written in left.manifests.items() if now.manifests[name] != written}
    assert changed <= reissued, f"read again: {changed}"
    if left.applied:
        stated = {path.name.removesuffix(".md5"): path.read_text() for path in (home / "dumps").glob("*/*.md5")}
        lacking = [name for name, md5 in stated.items() if left.applied.get(name, "none") not in md5]
        assert len(files_applied(log)) <= len(lacking), f"applied again: {files_applied(log)}"


def _assert_no_litter(home: Path) -> None:
    """What a killed run leaves unfinished is gone after the next one."""
    assert not [path for path in home.rglob(".*") if path.name not in (".lock", ".connections")]
    assert not (home / "warehouse" / "building").exists()
    assert len(list((home / "warehouse" / "versions").iterdir())) <= 2
