"""What many small updates leave behind: no more than a rebuild of the same, half as large again."""

from __future__ import annotations

import shutil

import pytest

from build import citation, contents, deletion, title, write_mirror
from medline import pipeline
from medline.home import LocalHome
from medline.warehouse import compaction, database, versions

UPDATES = 24
#: Of a large database less: a third at most that waits to be put together, and room for one update.
MAX = 1.6


def database_bytes(home) -> int:
    return versions.published(LocalHome(home)).database.stat().st_size


@pytest.mark.long
def test_a_database_of_many_small_updates_is_hardly_larger_than_a_rebuild(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLINE_INDEX", "none")
    mirror, home, again = (tmp_path / name for name in ("mirror", "home", "again"))
    dumps, sizes = [[citation(pmid) for pmid in range(1, 40)]], []
    for number in range(UPDATES):
        revised = [citation(pmid, title=title(f"Number {number}.")) for pmid in range(number + 1, number + 4)]
        dumps.append([*revised, citation(100 + number), *([deletion(99 + number)] if number else [])])
        write_mirror(mirror, *dumps)
        pipeline.sync(mirror, home)
        sizes.append(database_bytes(home))
    shutil.copytree(home, again, symlinks=True)
    pipeline.rebuild(again)
    assert contents(home) == contents(again)
    assert max(sizes) <= MAX * database_bytes(again)
    assert len(list(LocalHome(home).table_files("articles"))) == UPDATES + 1


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
