"""What many small updates leave behind: no more than a rebuild of the same, half as large again."""

from __future__ import annotations

import errno
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from build import citation, contents, deletion, title, write_mirror
from medline import pipeline
from medline.home import LocalHome
from medline.lake import gather
from medline.schema.tables import LAKE_TABLES
from medline.warehouse import compaction, database, versions

UPDATES = 8
#: Small files that are put together in the lake; of `pipeline.sync` after these updates none are.
FEWEST, EARLY, LATE = 3, 3, 7
#: A third at most that waits to be put together.
MAX = 1.35
#: What the last run may take more than an early one, in calls of Python: files that it looks at, statements, rows.
MAX_CALLS = 1.3


def database_bytes(home) -> int:
    return versions.published(LocalHome(home)).database.stat().st_size


def calls(mirror, home) -> int:
    """Bring a home up to a mirror; return the calls of functions that this takes."""
    count = 0

    def note(frame: object, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        pipeline.sync(mirror, home)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.long
def test_many_small_updates_leave_hardly_more_than_a_rebuild_and_a_run_takes_no_longer(tmp_path, monkeypatch):
    """Law: bytes of the database, files of the lake and work of a run do not grow with the number of updates before."""
    monkeypatch.setenv("MEDLINE_INDEX", "none")
    monkeypatch.setattr(gather, "FEWEST", FEWEST)
    monkeypatch.setattr(compaction, "LEAST", 0)  # as of a larger database
    mirror, home, again = (tmp_path / name for name in ("mirror", "home", "again"))
    dumps, sizes, took, files = [[citation(pmid) for pmid in range(1, 40)]], [], [], []
    for number in range(UPDATES):
        revised = [citation(pmid, title=title(f"Number {number}.")) for pmid in range(number + 1, number + 4)]
        dumps.append([*revised, citation(100 + number), *([deletion(99 + number)] if number else [])])
        write_mirror(mirror, *dumps)
        took.append(calls(mirror, home))
        sizes.append(database_bytes(home))
        files.append(len(list((home / "lake").glob("*/*.parquet"))))
    assert max(files) <= (1 + FEWEST) * len(LAKE_TABLES), "the baseline, a bundle, and what waits to be put together"
    assert took[LATE] < MAX_CALLS * took[EARLY], took
    shutil.copytree(home, again, symlinks=True)
    pipeline.rebuild(again)
    assert contents(home) == contents(again)
    assert max(sizes) <= MAX * database_bytes(again), (sizes, database_bytes(again))


@pytest.fixture
def path(tmp_path) -> Path:
    """A database with some rows that were written one by one."""
    path = tmp_path / "medline.duckdb"
    with database.writer(path) as connection:
        assert not compaction.is_due(connection), "what it has is what it may grow from"
        connection.execute("INSERT INTO keywords (pmid, keyword) SELECT range, md5(range::VARCHAR) FROM range(1000)")
        connection.execute("INSERT INTO ledger.events (pmid) SELECT range FROM range(5)")
        connection.execute("INSERT INTO ledger.unindexed FROM range(3)")
        connection.execute("DELETE FROM keywords WHERE pmid % 7 = 0")
        for pmid in range(1000, 1020):
            connection.execute("INSERT INTO keywords (pmid, keyword) VALUES ($pmid, 'a')", {"pmid": pmid})
            connection.execute("CHECKPOINT medline")
    return path


def rows(path: Path) -> dict[str, list[tuple]]:
    """All rows, in their order, but for the size that it may grow from."""
    with database.writer(path) as connection:
        named = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'medline'"
        found = {
            name: connection.execute(f"FROM {name}").fetchall() for (name,) in connection.execute(named).fetchall()
        }
        [state] = connection.execute("SELECT * EXCLUDE (compact_blocks) FROM ledger.state").fetchall()
        return found | {"ledger.state": [state]}


def test_rows_are_copied_in_their_order_with_the_state_and_no_more_space_than_they_take(path, tmp_path):
    before, size = rows(path), path.stat().st_size
    compaction.compact(path)
    assert rows(path) == before
    assert len(before["main.keywords"]) > 800
    with database.writer(path) as connection:
        groups = "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('keywords')"
        assert connection.execute(groups).fetchall() == [(1,)]
        assert not compaction.is_due(connection)
        comments = "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        assert connection.execute(comments).fetchall() == [(0,)]
    assert path.stat().st_size < size
    assert list(tmp_path.iterdir()) == [path]


def fill_the_disk(_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_a_killed_copy_left_is_gone_after_the_next_run(sync):
    home = sync([citation(1)])
    versions.clone(LocalHome(home), versions.published(LocalHome(home)), copy=True)
    left = LocalHome(home).building.with_name(compaction.FOLDER)
    left.mkdir()
    (left / "medline.duckdb.wal").write_bytes(b"some")
    home = sync([citation(1)], [citation(2)])
    assert not [path for path in home.rglob(".*") if path.name not in (".lock", ".connections")]


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_where_the_disk_has_no_room_the_database_stays_as_it_is(path, monkeypatch, caplog, when):
    before, free = path.read_bytes(), path.stat().st_size - 1
    if when == "before":
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    else:
        monkeypatch.setattr(compaction, "_used_blocks", fill_the_disk)
    compaction.compact(path)
    assert path.read_bytes() == before
    assert "needs" in caplog.text or "full" in caplog.text
    assert not path.with_name(compaction.FOLDER).exists()


def test_a_database_that_grew_by_few_blocks_stays_as_it_is(tmp_path):
    with database.writer(tmp_path / "medline.duckdb") as connection:
        compaction.is_due(connection)
        [(before,)] = connection.execute("SELECT compact_blocks FROM ledger.state").fetchall()
        for name in ("keywords", "grants"):
            connection.execute(f"INSERT INTO {name} (pmid) VALUES (1)")
        assert not compaction.is_due(connection)
        used = "SELECT used_blocks FROM pragma_database_size() WHERE database_name = 'medline'"
        [(after,)] = connection.execute(used).fetchall()
        assert (1 + compaction.GROWN) * before < after <= before + compaction.LEAST
        assert connection.execute("SELECT compact_blocks FROM ledger.state").fetchall() == [(before,)]
