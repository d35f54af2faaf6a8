"""What follows from the schema: Arrow metadata, DDL with comments, fresh generated files."""

import os
import subprocess
import sys

import duckdb

from etl.render import arrow_schema, ddl, schema_version, stale
from etl.schema import BY_NAME, TABLES


def test_generated_files_are_fresh():
    assert stale() == [], "run `make render`"


def test_a_stale_file_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("etl.render.SQL_DIRECTORY", tmp_path)
    assert tmp_path / "README.md" in stale()


def test_ddl_makes_every_table_with_a_comment_on_it_and_on_each_column():
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(ddl(table))
    tables = connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
    columns = connection.execute("SELECT table_name, column_name, data_type, comment FROM duckdb_columns()").fetchall()
    assert {name for name, comment in tables if comment} == {table.name for table in TABLES}
    declared = {(table.name, column.name) for table in TABLES for column in table.columns}
    assert {(table, column) for table, column, _, comment in columns if comment} == declared


def test_duckdb_has_the_type_that_the_schema_declares():
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(ddl(table))
        found = connection.execute(f"DESCRIBE {table.name}").fetchall()
        assert [kind for _, kind, *_ in found] == [column.type.duckdb for column in table.columns]


def test_arrow_fields_say_path_tag_and_meaning():
    field = arrow_schema(BY_NAME["articles"]).field("title")
    assert field.metadata[b"path"] == b"MedlineCitation/Article/ArticleTitle"
    assert field.metadata[b"tag"] == b"TI"
    assert field.metadata[b"meaning"]


def test_the_schema_version_is_short_and_every_process_has_the_same():
    told = {
        subprocess.run(
            [sys.executable, "-c", "from etl.render import schema_version; print(schema_version())"],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {schema_version()}
    assert len(schema_version()) == 12
