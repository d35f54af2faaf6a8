"""The data files: which rows are in which, and when two have the same."""

from __future__ import annotations

import duckdb
import pyarrow.parquet as pq
import pytest

from exported import invented
from medline.outputs.iceberg import files
from medline.outputs.iceberg.schema import field_ids, schema_of
from medline.schema.tables import BY_NAME

LANGUAGES = BY_NAME["languages"]


@pytest.fixture
def connection():
    rows = invented(1, seed=1)["languages"]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE languages AS FROM rows")
        connection.execute("DELETE FROM languages")
        values = [(1, "eng"), (9, "fre"), (10, "ger"), (25, None), (None, "lat")]
        connection.executemany("INSERT INTO languages (pmid, language, language_seq) VALUES (?, ?, 1)", values)
        del rows
        yield connection


def names(connection) -> list[str]:
    return [one.name for one in files.slices(connection, LANGUAGES, 10)]


def test_each_row_is_in_one_file_also_those_without_a_pmid(connection, tmp_path):
    slices = files.slices(connection, LANGUAGES, 10)
    assert [(one.name[:6], one.rows) for one in slices] == [("00000-", 3), ("00001-", 1), ("00002-", 1)]
    ids = field_ids(schema_of(LANGUAGES))
    paths = [files.write(connection, LANGUAGES, one, ids, tmp_path / "data", "26-000001") for one in slices]
    assert [pq.read_table(path)["pmid"].to_pylist() for path in paths] == [[1, 9, None], [10], [25]]
    numbers = {field.name: field.metadata[b"PARQUET:field_id"] for field in pq.read_schema(paths[0])}
    assert numbers == {field.name: str(field.field_id).encode() for field in schema_of(LANGUAGES).fields}
    assert all(files.FILE.fullmatch(f"languages/data/{path.name}") for path in paths)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE languages SET language = '' WHERE pmid = 25",
        "UPDATE languages SET language = 'x' WHERE pmid = 25",
        "UPDATE languages SET version = 1 WHERE pmid = 25",
        "INSERT INTO languages FROM languages WHERE pmid = 25",
        "UPDATE languages SET pmid = 26 WHERE pmid = 25",
    ],
)
def test_other_rows_have_another_name(connection, change):
    before = names(connection)
    connection.execute(change)
    after = names(connection)
    assert (before[:2], before[2] == after[2]) == (after[:2], False)


def test_the_same_rows_in_another_order_have_the_same_name(connection):
    before = names(connection)
    connection.execute("CREATE OR REPLACE TABLE languages AS FROM languages ORDER BY pmid DESC")
    assert names(connection) == before


def test_no_rows_are_a_file_too(connection):
    connection.execute("DELETE FROM languages")
    (one,) = files.slices(connection, LANGUAGES, 10)
    assert (one.name[:6], one.rows) == ("00000-", 0)


@pytest.mark.parametrize(
    "name", ["languages/data/00001-mine.parquet", "notes/data/x.parquet", "catalog.db", "languages/metadata/notes.txt"]
)
def test_files_of_others_have_other_names(name):
    assert not files.FILE.fullmatch(name)
