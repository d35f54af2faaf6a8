"""Truncated downloads and killed runs: the next run ends with the rows of an undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from pyarrow import parquet

from build import (
    WITH_CHILDREN,
    abstract,
    ask,
    citation,
    contents,
    deletion,
    files_there,
    medline,
    write_dump,
    write_mirror,
)
from medline import pipeline
from medline.errors import BadInput
from medline.home import LocalHome
from medline.home.layout import lake_name
from medline.lake import manifest, transform
from medline.mirror.dumps import source
from medline.parse import iter_batches

# Truncated downloads are accepted; a kill restarts from the first file.

pytestmark = pytest.mark.long


def test_a_truncated_download_is_refused_at_every_place(tmp_path):
    whole = write_dump(tmp_path / "pubmed26n0001.xml.gz", *(citation(pmid) for pmid in range(1, 40))).read_bytes()
    cut = tmp_path / "cut.xml.gz"
    for size in (10, 11, len(whole) // 2, len(whole) - 9, len(whole) - 8, len(whole) - 4, len(whole) - 1):
        cut.write_bytes(whole[:size])
        with pytest.raises(BadInput, match=r"cut\.xml\.gz"):
            list(iter_batches(cut))


DIE_AT = """
import logging, os, signal, sys
from medline.cli import app
class Death(logging.Handler):
    def emit(self, record):
        if record.getMessage().startswith(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
logging.getLogger("medline").setLevel(logging.INFO)
logging.getLogger().addHandler(Death())
app(sys.argv[2:])
"""
YEAR = ([citation(1, **WITH_CHILDREN), citation(2)], [citation(2, **WITH_CHILDREN), citation(3), deletion(1)])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a home holds after YEAR, if nothing disturbs."""
    mirror, home = tmp_path_factory.mktemp("mirror"), tmp_path_factory.mktemp("home")
    for path in write_mirror(mirror, *YEAR):
        pipeline.load_files([path], home)
    return contents(home)


def sync_killed_at(message, mirror, home):
    """A sync that is killed the moment it logs this; what is logged is done, what comes after is not."""
    command = [sys.executable, "-c", DIE_AT, message, "sync", "--mirror", mirror, "--home", home]
    return subprocess.run(command, check=False, timeout=60, capture_output=True)


@pytest.mark.parametrize(
    "message",
    [
        "pubmed26n0001.xml.gz: articles=2",  # one file read, the other not, no database yet
        "pubmed26n0001.xml.gz: applied",  # one file applied, the other not
    ],
)
def test_a_killed_run_continues_to_the_same_rows(tmp_path, undisturbed, message):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, *YEAR)
    assert sync_killed_at(message, mirror, home).returncode == -signal.SIGKILL
    pipeline.sync(mirror, home)
    assert contents(home) == undisturbed


def test_a_run_killed_before_the_new_year_does_not_spoil_it(sync, tmp_path, undisturbed):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, *YEAR, year=25)
    assert sync_killed_at("pubmed25n0001.xml.gz: applied", mirror, home).returncode == -signal.SIGKILL
    sync(*YEAR, year=26)
    assert contents(home) == undisturbed


def test_a_run_killed_while_it_changes_to_the_new_year_continues(sync, tmp_path, undisturbed):
    home = sync([citation(99)], year=25)
    mirror = tmp_path / "mirror"
    write_mirror(mirror, *YEAR)
    assert sync_killed_at("pubmed26n0001.xml.gz: applied", mirror, home).returncode == -signal.SIGKILL
    assert ask(home, "SELECT pmid FROM articles") == [(99,)]
    pipeline.sync(mirror, home)
    assert contents(home) == undisturbed


def test_what_a_killed_run_leaves_beside_the_database_does_no_harm(sync, tmp_path, undisturbed):
    (tmp_path / "home" / "warehouse").mkdir(parents=True)
    for leftover in (".medline.duckdb.building", ".medline.duckdb.building.wal"):
        (tmp_path / "home" / "warehouse" / leftover).write_bytes(b"half a file")
    assert contents(sync(*YEAR)) == undisturbed


def group_is_alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def kill_when(seen, mirror, home):
    """Kill -9 a real `medline sync` as soon as a file of this pattern is in its home; its process group remains."""
    command = [sys.executable, "-m", "medline.cli", "sync", "--mirror", mirror, "--home", home]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not files_there(home, seen) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    process.kill()
    process.wait()
    return process.pid


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """A mirror that takes a while to read, and what it becomes when nothing disturbs."""
    mirror, home = tmp_path_factory.mktemp("big"), tmp_path_factory.mktemp("undisturbed")
    text = abstract("Otters count. " * 40)
    write_mirror(
        mirror, *([citation(n * 10_000 + i, article=text) for i in range(1_200)] + [deletion(n)] for n in range(2))
    )
    pipeline.sync(mirror, home)
    return mirror, contents(home)


@pytest.mark.parametrize("seen", ["lake/.*.part/articles.parquet", "warehouse/medline.duckdb"])
def test_a_killed_sync_can_be_run_again_at_once(big, tmp_path, seen):
    mirror, expected = big
    group = kill_when(seen, mirror, tmp_path / "home")
    try:
        again = medline("sync", "--mirror", mirror, "--home", tmp_path / "home")
    finally:
        if group_is_alive(group):
            os.killpg(group, signal.SIGKILL)
    assert (again.returncode, again.stderr.count("error")) == (0, 0), again.stderr
    assert contents(tmp_path / "home") == expected


def test_two_runs_that_read_one_file_at_the_same_time_do_not_spoil_it(tmp_path, monkeypatch):
    path, home = write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1), citation(2)), tmp_path / "home"
    others = []

    def iter_while_another_run_begins_and_ends(path, **options):
        batches = iter_batches(path, **options)
        if not others:
            others.append("the other run")
            transform.transform(source(path), LocalHome(home))
        return batches

    monkeypatch.setattr(transform, "iter_batches", iter_while_another_run_begins_and_ends)
    assert transform.transform(source(path), LocalHome(home)).rows["articles"] == 2
    assert manifest.read_manifest(LocalHome(home), path.name).rows["articles"] == 2
    assert parquet.read_table(LocalHome(home).table("articles", lake_name(path.name)))["pmid"].to_pylist() == [1, 2]
