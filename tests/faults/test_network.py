"""Whatever the network does: the warehouse of a run without faults, or an error that a rerun gets past."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from faults.harness import dumps_of, run, tables_of, the_error
from faults.world import LARGE, World
from mirror_server import Faults, MirrorServer

SMALL = "updatefiles/pubmed26n0005.xml.gz"
#: What a clear error of the network names: the URL, or the file.
NAMES_WHAT = re.compile(r"http://127\.0\.0\.1:\d+/(baseline|updatefiles)/|pubmed26n\d{4}\.xml\.gz")


def sync(server: MirrorServer, home: Path):
    return run("-v", "sync", "--mirror", server.url, "--home", home)


@pytest.mark.sampled(2)
def test_random_faults(world: World, tmp_path: Path, fault_seed: int, record_property):
    home, mirror, reissues = (tmp_path / name for name in ("home", "mirror", "reissues"))
    shutil.copytree(world.after, mirror)
    shutil.copytree(world.reissues, reissues)
    world.start_from((None, world.before)[fault_seed // 4 % 2], home)
    faults = Faults((0.1, 0.3, 0.5, 0.7)[fault_seed % 4], fault_seed)
    tries = 0
    with MirrorServer(mirror, faults, reissues=reissues) as server:
        while (result := sync(server, home)).returncode != 0:
            assert NAMES_WHAT.search(the_error(result)), result.stderr
            tries += 1
            if tries == 3:
                server.faults = Faults()
            assert tries < 4, f"a rerun without faults fails too: {result.stderr}"
        assert tables_of(home) == world.expected(mirror).tables
    for request in server.log:
        if request.fault:
            record_property("faults met", request.fault)
    record_property("runs with random faults", f"the same after {tries} errors")


@pytest.mark.sampled(3)
@pytest.mark.parametrize("kind", ["hang up", "drop", "reset", "stall", "503", "421", "truncated", "flipped", "html"])
def test_a_fault_twice_and_right_the_third_time(world: World, tmp_path: Path, kind: str):
    names = [f"/{name}" for name in (LARGE, SMALL, f"{SMALL}.md5")]
    with MirrorServer(world.after, Faults(script={name: [kind, kind] for name in names})) as server:
        result = sync(server, tmp_path / "home")
    assert result.returncode == 0, result.stderr
    assert tables_of(tmp_path / "home") == world.expected(world.after).tables
    for name in names:
        assert [request.fault for request in server.log if request.path == name][:3] == [kind, kind, None]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("folder", ["baseline", "updatefiles"])
def test_a_listing_that_is_not_whole_is_never_believed(world: World, tmp_path: Path, folder: str):
    home, path = tmp_path / "home", f"/{folder}/"
    world.start_from(world.before, home)
    with MirrorServer(world.after) as server:
        for kind in ("hang up", "drop", "reset", "stall", "503", "421", "cut listing", "html"):
            server.faults = Faults(script={path: [kind] * 999})
            error = the_error(sync(server, home))
            assert NAMES_WHAT.search(error), (kind, error)
            assert tables_of(home) == world.expected(world.before).tables, kind
        server.numbers.clear()
        server.faults = Faults(script={path: ["drop", "503", "cut listing", "html", "reset"]})
        result = sync(server, home)
    assert result.returncode == 0, result.stderr
    assert tables_of(home) == world.expected(world.after).tables


def test_what_is_there_of_a_large_file_is_not_fetched_again(world: World, tmp_path: Path):
    with MirrorServer(world.after, Faults(script={f"/{LARGE}": ["drop", "reset", "drop"]})) as server:
        result = sync(server, tmp_path / "home")
    assert result.returncode == 0, result.stderr
    met = [request for request in server.log if request.path == f"/{LARGE}"]
    size = (world.after / LARGE).stat().st_size
    assert any(request.status == 206 for request in met), met
    assert met[-1].sent < size, "the last try began anew"


def test_a_mirror_is_met_with_manners(world: World, tmp_path: Path):
    with MirrorServer(world.after, rate=1_500_000) as server:
        assert sync(server, tmp_path / "home").returncode == 0
        first = len(server.log)
        assert sync(server, tmp_path / "home").returncode == 0
    assert server.most_at_once <= 4
    fetched = [request.path for request in server.log[:first] if request.path.endswith(".gz")]
    assert len(fetched) == len(set(fetched)) == 6, "each file once"
    assert not [request for request in server.log[first:] if request.path.endswith(".gz")], "nothing was new"


def test_what_the_listing_shows_as_unchanged_is_not_asked_for(world: World, tmp_path: Path):
    """Files of long ago; of the others the minutes of the listing cannot tell."""
    home = tmp_path / "home"
    with MirrorServer(world.before) as server:
        assert sync(server, home).returncode == 0
        first, server.directory = len(server.log), world.after
        assert sync(server, home).returncode == 0
    asked = {request.path.rpartition("/")[2] for request in server.log[first:] if "pubmed26" in request.path}
    new = {f"pubmed26n{number:04}.xml.gz" for number in (4, 5, 6)}
    assert asked == new | {f"{name}.md5" for name in new}
    assert tables_of(home) == world.expected(world.after).tables


def test_a_directory_gives_the_warehouse_that_its_server_gives(world: World, tmp_path: Path):
    result = run("sync", "--mirror", world.after, "--home", tmp_path / "home")
    assert result.returncode == 0, result.stderr
    assert tables_of(tmp_path / "home") == world.expected(world.after).tables
    assert dumps_of(tmp_path / "home") == [f"26n{number:04}" for number in range(1, 7)]
