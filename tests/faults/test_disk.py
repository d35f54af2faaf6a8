"""A full disk, wherever it gets full: a clear error, what was published stays, and room is all that it takes."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from faults.small_disk import is_allowed, small_disk
from faults.world import World
from mirror_server import MirrorServer

pytestmark = pytest.mark.skipif(not is_allowed(), reason="this system lets nobody mount a disk (user namespaces)")

#: More than a home of the whole mirror ever takes.
AMPLE = 200 << 20
#: What a run has just made when the disk gets full under it, after all that it may have asked for beforehand.
LAST = "lake/manifests/pubmed26n0005.json"
MOMENTS = ["dumps/*/.*.part", "lake/.*.part", LAST, "warehouse/building", "warehouse/building/*.wal"]


@pytest.mark.sampled(2)
def test_a_disk_that_is_full_from_the_start(world: World, tmp_path: Path, disk_seed: int, record_property):
    rng = Random(disk_seed)
    before = (None, world.before)[disk_seed % 2]
    home = world.expected(world.after).home
    growth = _size(home) - (_size(world.expected(before).home) if before else 0)
    free = int(growth * rng.uniform(0, 1.2))
    with MirrorServer(world.after) as server:
        report = small_disk(tmp_path / "home", server.url, _home(world, before), AMPLE, free)
    _judge(world, report, before, record_property)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_disk_that_gets_full_while_a_run_writes(world: World, tmp_path: Path, moment: str, record_property):
    with MirrorServer(world.after, rate=60_000) as server:
        report = small_disk(tmp_path / "home", server.url, _home(world, world.before), AMPLE, 0, moment)
    assert report["full"]["met"], "the moment never came"
    _judge(world, report, world.before, record_property)


def _home(world: World, mirror: Path | None) -> Path | None:
    return world.expected(mirror).home if mirror else None


def _size(home: Path) -> int:
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and not path.is_symlink())


def _judge(world: World, report: dict, before: Path | None, record_property) -> None:
    code, err = report["full"]["code"], report["full"]["stderr"]
    after = _as_json(world.expected(world.after).tables)
    if code == 0:
        record_property("full disks", "there was room")
        assert report["published"] == after
    else:
        errors = [line for line in err.splitlines() if line.startswith("error: ")]
        assert (code, len(errors)) == (1, 1), err
        assert "Traceback" not in err
        assert any(words in errors[0] for words in ("make room", "disk is full")), errors
        assert report["published"] == _as_json(world.expected(before).tables if before else None)
        at = "publishing" if "checks passed" in err else "the warehouse" if report["building"] else "dumps and lake"
        record_property("full disks", f"{at}: {'said before' if 'needs' in errors[0] else 'met'}")
    assert report["rerun"]["code"] == 0, report["rerun"]["stderr"]
    assert report["after"] == after


def _as_json(tables: dict | None) -> dict | None:
    return json.loads(json.dumps(tables))
