"""Parquet files of tables in the making, and NLM's rule inside one file."""

from __future__ import annotations

import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medline.lake import tables
from medline.lake.tables import Key, Keys, TableFile, within_file
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME

KEYWORDS = BY_NAME["keywords"]


def batch(*pmids: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"pmid": pmid} for pmid in pmids], schema=arrow_schema(KEYWORDS))


def test_rows_are_kept_until_they_are_worth_a_row_group(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROW_GROUP_BYTES", batch(1, 2, 3).nbytes * 2)
    with TableFile(KEYWORDS, tmp_path) as file:
        for number in range(5):
            file.add(batch(number, number, number))
        assert file.rows == 15
    made = pq.ParquetFile(tmp_path / "keywords.parquet")
    assert [made.metadata.row_group(n).num_rows for n in range(made.num_row_groups)] == [6, 6, 3]
    assert made.read()["pmid"].to_pylist() == [n for n in range(5) for _ in range(3)]


def test_a_table_without_rows_is_a_file_with_its_schema(tmp_path):
    with TableFile(KEYWORDS, tmp_path) as file:
        file.add(batch())
    made = pq.ParquetFile(tmp_path / "keywords.parquet")
    assert made.metadata.num_rows == 0
    assert made.schema_arrow.names == arrow_schema(KEYWORDS).names


def test_what_is_pending_at_an_error_is_not_written(tmp_path):
    def fail() -> None:
        with TableFile(KEYWORDS, tmp_path) as file:
            file.add(batch(1))
            raise OSError("no")

    with pytest.raises(OSError, match="no"):
        fail()
    assert pq.ParquetFile(tmp_path / "keywords.parquet").metadata.num_rows == 0


R, D = False, True


@pytest.mark.parametrize(
    ("keys", "superseded", "reinstated"),
    [
        ([], [], []),
        ([(1, 1, R), (2, 1, R)], [], []),
        ([(1, 1, R), (1, 1, R), (1, 1, R)], [0, 1], []),
        ([(1, 1, R), (1, 2, R)], [], []),
        ([(1, None, R), (1, 1, R)], [0], []),
        ([(1, 1, R), (1, 1, D)], [], []),
        ([(1, 1, D), (1, 1, R)], [], [(1, 1)]),
        ([(1, None, D), (1, None, R)], [], [(1, 1)]),
        ([(1, 1, D), (1, 1, R), (1, 1, D)], [], []),
        ([(1, 1, R), (2, 1, D), (1, 1, R)], [0], []),
        ([(2, 1, D), (1, 1, D), (3, 1, R), (2, 1, R), (1, 1, R), (3, 1, R)], [0], [(1, 1), (2, 1)]),
    ],
)
def test_the_last_record_of_a_key_wins_and_a_deletion_applies_to_what_came_before(keys, superseded, reinstated):
    positions, brought_back = within_file(Keys(keys))
    assert (positions.tolist(), brought_back) == (superseded, reinstated)


def by_the_rule(keys: list[Key]) -> tuple[list[int], list[tuple[int, int]]]:
    """NLM's rule, key by key."""
    records = [(pmid, version or 1) for pmid, version, is_deletion in keys if not is_deletion]
    superseded = [position for position, key in enumerate(records) if key in records[position + 1 :]]
    said = [((pmid, version or 1), is_deletion) for pmid, version, is_deletion in keys]
    last = dict(said)
    deleted = {key for key, is_deletion in said if is_deletion}
    return superseded, sorted(key for key in deleted if not last[key])


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([None, 1, 2]), st.booleans())))
def test_the_rule_holds_for_all_orders_of_keys(keys):
    positions, brought_back = within_file(Keys(keys))
    assert (positions.tolist(), brought_back) == by_the_rule(keys)


@pytest.mark.long
def test_millions_of_keys_take_a_few_bytes_each():
    number = 1_000_000
    tracemalloc.start()
    keys = Keys((pmid, 1, False) for pmid in range(number))
    kept, _ = tracemalloc.get_traced_memory()
    positions, _ = within_file(keys)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert positions.size == 0
    assert kept < 20 * number
    assert peak < 100 * number
