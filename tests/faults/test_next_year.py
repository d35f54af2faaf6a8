"""A new baseline that comes over days, and the runs that meet it half there or are killed while they build it."""

from __future__ import annotations

import gzip
import shutil
import time
from functools import partial
from pathlib import Path
from random import Random

import duckdb
import pytest

from faults.harness import (
    assert_whole,
    database,
    dumps_of,
    kill,
    run,
    start,
    tables_of,
    the_error,
    watched,
)
from faults.world import PMID, World
from mirror_server import MirrorServer


@pytest.fixture
def home(world: World, tmp_path: Path) -> Path:
    world.start_from(world.after, tmp_path / "home")
    return tmp_path / "home"


def half(world: World, mirror: Path, *, is_old_there: bool) -> Path:
    """A mirror with two files of 2027's baseline; 2026's files beside them, or gone already."""
    if is_old_there:
        shutil.copytree(world.after, mirror)
    (mirror / "baseline").mkdir(parents=True, exist_ok=True)
    (mirror / "updatefiles").mkdir(exist_ok=True)
    for path in world.next_year.glob("baseline/*n000[12].*"):
        shutil.copy(path, mirror / "baseline" / path.name)
    return mirror


@pytest.mark.sampled(2)
@pytest.mark.parametrize("is_old_there", [True, False])
def test_half_a_baseline_changes_nothing_and_the_whole_one_everything(
    world: World, home: Path, tmp_path: Path, is_old_there: bool
):
    old, new = world.expected(world.after), world.expected(world.next_year)
    with (
        MirrorServer(half(world, tmp_path / "half", is_old_there=is_old_there)) as server,
        watched(home, "anew", "burst") as seen,
    ):
        result = run("sync", "--mirror", server.url, "--home", home)
        assert result.returncode == 0, result.stderr
        assert "27" in result.stderr
        assert tables_of(home) == old.tables
        server.directory = world.next_year
        result = run("sync", "--mirror", server.url, "--home", home)
        assert result.returncode == 0, result.stderr
    assert tables_of(home) == new.tables
    assert dumps_of(home) == [f"27n{number:04}" for number in range(1, 5)]
    with duckdb.connect(str(database(home)), read_only=True) as connection:
        gone = connection.execute("SELECT count(*) FROM articles WHERE pmid IN ($1, $2)", [PMID + 20, PMID + 5001])
        assert gone.fetchone() == (0,), "what the new baseline lacks is gone"
    assert_whole(seen, old.glimpse, new.glimpse)
    for expected in (old, new):
        assert run("rollback", "--home", home).returncode == 0
        assert tables_of(home) == expected.tables


def test_updates_of_the_old_year_go_on_beside_half_a_baseline(world: World, tmp_path: Path):
    home = tmp_path / "home"
    world.start_from(world.before, home)
    with MirrorServer(half(world, tmp_path / "half", is_old_there=True)) as server:
        result = run("sync", "--mirror", server.url, "--home", home)
    assert result.returncode == 0, result.stderr
    assert "27" in result.stderr
    assert tables_of(home) == world.expected(world.after).tables


def test_a_hole_in_the_new_baseline_is_waited_for(world: World, home: Path, tmp_path: Path):
    mirror = Path(shutil.copytree(world.next_year, tmp_path / "mirror"))
    for path in mirror.glob("baseline/*n0002.*"):
        path.unlink()
    with MirrorServer(mirror) as server:
        result = run("sync", "--mirror", server.url, "--home", home)
        assert result.returncode == 0, result.stderr
        assert "27" in result.stderr
        assert tables_of(home) == world.expected(world.after).tables


def test_a_new_baseline_that_lost_too_much_is_not_published(world: World, home: Path, tmp_path: Path):
    mirror = Path(shutil.copytree(world.next_year, tmp_path / "mirror"))
    (mirror / "deleted.pmids.gz").write_bytes(gzip.compress(f"{PMID + 3}\n{PMID + 46}\n".encode()))
    with MirrorServer(mirror) as server:
        error = the_error(run("sync", "--mirror", server.url, "--home", home))
        assert "27" in error
        assert tables_of(home) == world.expected(world.after).tables
        shutil.copy(world.next_year / "deleted.pmids.gz", mirror)
        result = run("sync", "--mirror", server.url, "--home", home)
    assert result.returncode == 0, result.stderr
    assert tables_of(home) == world.expected(world.next_year).tables


def test_kills_while_the_new_year_is_built(world: World, home: Path, year_seed: int, record_property):
    old, new = world.expected(world.after), world.expected(world.next_year)
    with MirrorServer(world.next_year, rate=60_000) as server, watched(home, "anew", "package") as seen:
        command = partial(start, "-v", "sync", "--mirror", server.url, "--home", home)
        _kill_some(command, Random(year_seed), home, record_property, "kills of a new year")
        result = run("sync", "--mirror", server.url, "--home", home)
    assert result.returncode == 0, result.stderr
    assert tables_of(home) == new.tables
    assert_whole(seen, old.glimpse, new.glimpse)


def test_kills_while_a_rebuild_works(world: World, home: Path, year_seed: int, record_property):
    expected = world.expected(world.after)
    with watched(home, "anew", "kept") as seen:
        command = partial(start, "-v", "rebuild", "--home", home)
        _kill_some(command, Random(year_seed), home, record_property, "kills of a rebuild")
        result = run("rebuild", "--home", home)
        assert result.returncode == 0, result.stderr
    assert tables_of(home) == expected.tables
    assert_whole(seen, expected.glimpse)
    assert not (home / "warehouse" / "building").exists()


def _kill_some(command, rng: Random, home: Path, record_property, kind: str) -> None:
    """Kill two runs, each some time after it has begun to build, or before."""
    for _ in range(2):
        process = command()
        try:
            if rng.random() < 0.7:
                while process.poll() is None and not (home / "warehouse" / "building").exists():
                    time.sleep(0.005)
            time.sleep(rng.uniform(0, 1.5))
        finally:
            kill(process)
        err = process.stderr
        is_building = (home / "warehouse" / "building").exists()
        done = "after the end" if process.returncode == 0 else "published" if " published " in err else ""
        record_property(kind, done or (f"building, {err.count(': applied,')} applied" if is_building else "before"))
