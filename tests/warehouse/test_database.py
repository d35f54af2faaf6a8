"""Connections of readers: what they spill goes where nothing of the home is, and goes away with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import medline
from build import citation

SORT = """\
import sys, time, medline
connection = medline.connect(sys.argv[1])
connection.execute("SET enable_progress_bar = false")
connection.execute("SET memory_limit = '120MB'; SET threads = 1")
connection.execute("SELECT range, repeat(hash(range)::VARCHAR, 10) AS text FROM range(2_000_000) ORDER BY text")
print("sorted", flush=True)
time.sleep(60)
"""


def files(directory: Path) -> set[Path]:
    return {path for path in directory.rglob("*") if path.is_file()}


def test_readers_spill_outside_the_home_and_a_killed_one_leaves_nothing(sync, tmp_path, monkeypatch):
    home, work = sync([citation(1)]), tmp_path / "work"
    before = files(home)
    monkeypatch.setenv("MEDLINE_WORK", str(work))
    with subprocess.Popen([sys.executable, "-c", SORT, str(home)], stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "sorted\n"
        spilled = [path for path in files(work) if path.name.startswith("duckdb_temp")]
        os.kill(reader.pid, signal.SIGKILL)
    assert spilled
    assert files(home) == before
    run = [sys.executable, "-c", "import sys, medline; medline.connect(sys.argv[1])", str(home)]
    subprocess.run(run, check=True)
    assert not [path for path in files(work) if path.name != ".lock"]
    assert files(home) == before


def test_a_reader_that_can_write_nowhere_reads_all_the_same(sync, tmp_path, monkeypatch):
    from medline.warehouse import database

    home, file = sync([citation(1)]), tmp_path / "file"
    file.touch()
    monkeypatch.setenv("MEDLINE_WORK", str(file))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(file))
    database._spill_directory.cache_clear()
    try:
        with medline.connect(home) as connection:
            assert connection.sql("SELECT count(*) FROM articles").fetchall() == [(1,)]
    finally:
        database._spill_directory.cache_clear()
