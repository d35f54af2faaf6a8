"""What many small updates leave behind: no more than a rebuild of the same, half as large again."""

from __future__ import annotations

import shutil
import sys

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
#: Of a large database less: a third at most that waits to be put together, and room for one update.
MAX = 1.5
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


def test_rows_stay_in_their_order_where_blocks_are_put_together(tmp_path):
    """What is moved is the last row, to where it was; of a table without rows nothing is."""
    with database.writer(tmp_path / "medline.duckdb") as connection:
        connection.execute("INSERT INTO keywords (pmid, keyword) SELECT range, md5(range::VARCHAR) FROM range(1000)")
        connection.execute("CHECKPOINT medline")
        connection.execute("UPDATE ledger.state SET compact_blocks = 1")
        before = connection.execute("SELECT pmid, keyword FROM keywords").fetchall()
        with compaction.compacted(connection):
            for pmid in range(1000, 1020):
                connection.execute("INSERT INTO keywords (pmid, keyword) VALUES ($pmid, 'a')", {"pmid": pmid})
                connection.execute("CHECKPOINT medline")
        groups = "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('keywords')"
        assert connection.execute(groups).fetchall() == [(1,)]
        after = connection.execute("SELECT pmid, keyword FROM keywords").fetchall()
        assert after == [*before, *((pmid, "a") for pmid in range(1000, 1020))]
        assert connection.execute("SELECT compact_blocks FROM ledger.state").fetchall() != [(1,)]


def test_a_database_that_grew_by_few_blocks_stays_as_it_is(tmp_path):
    with database.writer(tmp_path / "medline.duckdb") as connection:
        with compaction.compacted(connection):
            pass
        [(before,)] = connection.execute("SELECT compact_blocks FROM ledger.state").fetchall()
        with compaction.compacted(connection):
            for name in ("keywords", "grants"):
                connection.execute(f"INSERT INTO {name} (pmid) VALUES (1)")
        used = "SELECT used_blocks FROM pragma_database_size() WHERE database_name = 'medline'"
        [(after,)] = connection.execute(used).fetchall()
        assert (1 + compaction.GROWN) * before < after <= before + compaction.LEAST
        assert connection.execute("SELECT compact_blocks FROM ledger.state").fetchall() == [(before,)]
