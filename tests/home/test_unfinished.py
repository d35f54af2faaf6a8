"""Files in the making, and what killed processes leave of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from medline.home import LocalHome
from medline.home.disk import atomic_write
from medline.home.locks import new_locked


def dead_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_a_killed_process_left_goes_with_the_next_one(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from medline.home.disk import atomic_write\n"
        "with atomic_write(Path(sys.argv[1])) as path: path.write_text('half'); print(1, flush=True); time.sleep(99)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path / "a.json"], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    with atomic_write(tmp_path / "a.json") as path:
        path.write_text("whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", f".a.json.{process.pid}.tmp"}, "it is alive"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with atomic_write(tmp_path / "a.json") as path:
        path.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    "name",
    [".b.json.{}.tmp", "a.json.{}.tmp", ".a.json.{}.tmp~", ".a.json.0{}.tmp", ".a.json.-{}.tmp", ".a.json.x{}.tmp",
     ".a.json.tmp", ".a.json.1.tmp", ".a.json.{}.part"],
)  # fmt: skip
def test_other_files_stay(tmp_path, name):
    """Also one whose process lives: 1 does."""
    (tmp_path / name.format(dead_process())).write_text("kept")
    with atomic_write(tmp_path / "a.json") as path:
        path.write_text("whole")
    assert len(list(tmp_path.iterdir())) == 2


def test_one_that_a_process_of_another_container_has_locked_stays(tmp_path):
    left = tmp_path / f".a.json.{dead_process()}.tmp"
    with new_locked(left):
        with atomic_write(tmp_path / "a.json") as path:
            path.write_text("whole")
        assert left.exists()


def test_a_directory_and_a_link_stay_and_a_link_is_not_written_through(tmp_path):
    process = dead_process()
    (tmp_path / "mine").write_text("kept")
    (tmp_path / f".a.{process}.tmp").mkdir()
    (tmp_path / f".b.{process}.tmp").symlink_to("mine")
    (tmp_path / f".b.{os.getpid()}.tmp").symlink_to("mine")
    for name in ("a", "b"):
        with atomic_write(tmp_path / name) as path:
            path.write_text("whole")
    assert (tmp_path / "mine").read_text() == "kept"
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("name", ["x" * 255, "ä" * 127, "x" * 240])
def test_a_name_may_be_as_long_as_names_are(tmp_path, name):
    with atomic_write(tmp_path / name) as path:
        path.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_home_is_swept_of_its_own_files_and_of_no_others(tmp_path):
    home, process = LocalHome(tmp_path), dead_process()
    own = [
        home.listing, home.dumps / "baseline" / "pubmed26n0001.xml.gz.md5", home.mesh_manifest, home.feeds_manifest,
        home.dashboard, home.parquet / "26-000001" / "manifest.json", home.rolled_back,
        home.reports / "27-after-26.json",
        home.building_index / "state.json", home.fetched / "otters-0123" / "plan.json",
    ]  # fmt: skip
    left = [path.with_name(f".{path.name}.{process}.tmp") for path in own]
    foreign = [
        tmp_path / f".notes.txt.{process}.tmp",
        tmp_path / "mine" / f".a.{process}.tmp",
        left[0].with_name(".x.tmp"),
    ]
    for path in (*left, *foreign):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    home.sweep_unfinished()
    assert [path for path in left if path.exists()] == []
    assert [path for path in foreign if not path.exists()] == []
