"""How a database without rows comes to be, in how many threads one is built, and where readers spill what they need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import medline
from build import citation
from medline.warehouse import build, checks, database

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


@pytest.mark.long
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


# Databases without rows

CATALOG = """
    SELECT 'table' AS kind, table_name AS name, sql, comment FROM duckdb_tables()
    UNION ALL SELECT 'view', view_name, sql, comment FROM duckdb_views() WHERE NOT internal
    UNION ALL SELECT 'macro', function_name, macro_definition, comment FROM duckdb_functions() WHERE NOT internal
    UNION ALL SELECT 'column', table_name || '.' || column_name, data_type, comment FROM duckdb_columns()
    WHERE NOT internal
    ORDER BY ALL
"""


def catalog_and_lineage(path) -> tuple[list, object]:
    with database.writer(path) as connection:
        return connection.execute(CATALOG).fetchall(), database.one_value(
            connection, "SELECT lineage FROM ledger.state"
        )


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(database, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_a_database_that_is_copied_is_the_one_that_was_made_but_of_its_own_lineage(tmp_path, cache):
    made, lineage = catalog_and_lineage(tmp_path / "made.duckdb")
    copied, other = catalog_and_lineage(tmp_path / "copied.duckdb")
    assert copied == made
    assert {kind for kind, *_ in made} == {"table", "view", "macro", "column"}
    assert None not in (lineage, other)
    assert lineage != other
    assert len(list(cache.iterdir())) == 1


def test_where_nothing_can_be_kept_each_database_is_made(tmp_path, cache):
    cache.write_text("a file, in which no file can be")
    assert catalog_and_lineage(tmp_path / "first.duckdb")[0] == catalog_and_lineage(tmp_path / "second.duckdb")[0]


def test_no_other_program_version_gets_the_copy(tmp_path, cache, monkeypatch):
    catalog_and_lineage(tmp_path / "made.duckdb")
    monkeypatch.setattr(database, "description_version", lambda: "another")
    with database.writer(tmp_path / "other.duckdb") as connection:
        assert database.one_value(connection, "SELECT views FROM ledger.state") == "another"
    assert len(list(cache.iterdir())) == 1, "only the last one is kept"


def test_a_database_keeps_its_lineage_and_gets_one_after_a_kill(tmp_path):
    path = tmp_path / "medline.duckdb"
    _, lineage = catalog_and_lineage(path)
    assert catalog_and_lineage(path)[1] == lineage
    with database.writer(path) as connection:
        # as a kill leaves it that came before the copy got its lineage
        connection.execute("UPDATE ledger.state SET lineage = NULL")
    assert catalog_and_lineage(path)[1]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_database_is_whole_or_not_there(tmp_path, is_first, cache, monkeypatch):
    if not is_first:
        catalog_and_lineage(tmp_path / "made.duckdb")

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", killed)
    path = tmp_path / "medline.duckdb"
    with pytest.raises(KeyboardInterrupt), database.writer(path):
        pass
    assert not path.exists()


@pytest.mark.parametrize(("name", "most"), [("ROWS_OF_A_THREAD", 1), ("SMALL", 1), (None, None)])
def test_a_small_database_is_built_in_one_thread_and_others_in_all(sync, monkeypatch, name, most):
    asked, seen, run = "SELECT current_setting('threads')", [], checks.run_on_new
    with duckdb.connect() as connection:
        all_threads = database.one_value(connection, asked)
    if name:
        monkeypatch.setattr(build, name, most)

    def spy(connection, *rest):
        seen.append(database.one_value(connection, asked))
        return run(connection, *rest)

    monkeypatch.setattr(checks, "run_on_new", spy)
    sync([citation(1)])
    assert seen == [all_threads if name else 1]
