"""Two runs at once, a file that is poisoned, a listing with a hole: who has to wait says so, and goes on by itself."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from build import PATIENCE
from faults.harness import assert_whole, dumps_of, kill, run, start, tables_of, the_error, watched
from faults.world import World, poisoned, write_md5
from mirror_server import MirrorServer

POISONED = "updatefiles/pubmed26n0005.xml.gz"
NAME = "pubmed26n0005.xml.gz"


@pytest.fixture
def mirror(world: World, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world.after, tmp_path / "mirror"))


@pytest.fixture
def home(world: World, tmp_path: Path) -> Path:
    """The state before the update files came."""
    world.start_from(world.before, tmp_path / "home")
    return tmp_path / "home"


def test_of_two_runs_one_works_and_the_other_leaves(world: World, home: Path):
    with MirrorServer(world.after, rate=10_000) as server:
        first = start("sync", "--mirror", server.url, "--home", home)
        try:
            while len(server.log) < 6 and first.poll() is None:
                time.sleep(0.01)
            for command in (["sync", "--mirror", server.url], ["rebuild"], ["rollback"]):
                error = the_error(run(*command, "--home", home))
                assert "another run" in error, command
                assert str(first.pid) in error, command
                assert first.poll() is None, "the first was over before"
            assert tables_of(home) == world.expected(world.before).tables, "a reader does not wait"
            server.rate = None
            assert first.wait(PATIENCE) == 0, first.stderr
        finally:
            kill(first)
    assert tables_of(home) == world.expected(world.after).tables


def test_of_two_runs_that_start_together_one_works(world: World, home: Path):
    with MirrorServer(world.after, rate=30_000) as server:
        both = [start("sync", "--mirror", server.url, "--home", home) for _ in range(2)]
        try:
            ends = sorted((process.wait(90), process.stderr) for process in both)
        finally:
            [kill(process) for process in both]
    assert sorted(code for code, _ in ends) in ([0, 1], [0, 0]), ends
    errors = [err for code, err in ends if code]
    assert all("another run" in err and err.count("\n") == 1 for err in errors), ends
    assert tables_of(home) == world.expected(world.after).tables


@pytest.mark.sampled(2)
def test_a_poisoned_update_is_not_applied_and_later_ones_wait(world: World, home: Path, mirror: Path, poison: str):
    good = (mirror / POISONED).read_bytes()
    up_to = shutil.copytree(mirror, mirror.with_name("up_to"))
    for path in up_to.glob("updatefiles/*n000[56].*"):
        path.unlink()
    (mirror / POISONED).write_bytes(poisoned(good, poison))
    write_md5(mirror / POISONED)
    before, between, after = (world.expected(one) for one in (world.before, up_to, world.after))
    with MirrorServer(mirror) as server, watched(home, "anew", "burst") as seen:
        error = the_error(run("sync", "--mirror", server.url, "--home", home))
        assert NAME in error
        assert tables_of(home) == between.tables
        status = run("status", "--home", home)
        assert NAME in status.stdout + status.stderr
        (mirror / POISONED).write_bytes(good)
        write_md5(mirror / POISONED)
        result = run("sync", "--mirror", server.url, "--home", home)
        assert result.returncode == 0, result.stderr
        status = run("status", "--home", home)
        assert "fail" not in (status.stdout + status.stderr).lower(), "nothing failed any more"
    assert tables_of(home) == after.tables
    assert_whole(seen, before.glimpse, between.glimpse, after.glimpse)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("missing", "stays_at"), [("0005", 4), ("0002", None)])
def test_a_listing_that_lost_a_file_stops_before_the_hole(
    world: World, tmp_path: Path, mirror: Path, missing: str, stays_at: int | None
):
    home = tmp_path / "new"
    away = tmp_path / "away"
    away.mkdir()
    lost = sorted(mirror.glob(f"*/*n{missing}.*"))
    for path in lost:
        path.rename(away / path.name)
    with MirrorServer(mirror) as server:
        error = the_error(run("sync", "--mirror", server.url, "--home", home))
        assert f"number {int(missing)}" in error
        if stays_at:
            assert dumps_of(home) == [f"26n{number:04}" for number in range(1, stays_at + 1)]
        for path in lost:
            (away / path.name).rename(path)
        result = run("sync", "--mirror", server.url, "--home", home)
    assert result.returncode == 0, result.stderr
    assert tables_of(home) == world.expected(world.after).tables


def test_a_file_without_its_md5_is_left_until_it_has_one(world: World, home: Path, mirror: Path, tmp_path: Path):
    """NLM puts a file and its .md5 in place one after the other."""
    beside = mirror / f"{POISONED}.md5"
    beside.rename(tmp_path / "away")
    with MirrorServer(mirror) as server:
        result = run("sync", "--mirror", server.url, "--home", home)
        assert dumps_of(home) == [f"26n{number:04}" for number in range(1, 5)]
        assert NAME in result.stderr
        (tmp_path / "away").rename(beside)
        result = run("sync", "--mirror", server.url, "--home", home)
    assert result.returncode == 0, result.stderr
    assert tables_of(home) == world.expected(world.after).tables
