"""What follows from the schema: Arrow metadata, DDL with comments, fresh generated files."""

import dataclasses
import os
import subprocess
import sys

import duckdb
import pytest

from medline import render, sqlfile
from medline.render import stale
from medline.schema import version
from medline.schema.arrow import arrow_schema
from medline.schema.ddl import ddl
from medline.schema.tables import BY_NAME, INTEGER, LAKE_TABLES, TABLES, Column
from medline.schema.version import schema_version
from medline.warehouse import revision
from medline.warehouse.revision import database_version, description_version


def test_generated_files_are_fresh():
    assert stale() == [], "run `make render`"


def test_a_stale_file_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("medline.render.SQL_DIRECTORY", tmp_path / "sql")
    assert tmp_path / "docs" / "reference" / "tables.md" in stale()


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
        rows = connection.execute(f"DESCRIBE {table.name}").fetchall()
        assert [kind for _, kind, *_ in rows] == [column.type.duckdb for column in table.columns]


def test_arrow_fields_say_path_tag_and_description():
    field = arrow_schema(BY_NAME["articles"]).field("title")
    assert field.metadata[b"path"] == b"MedlineCitation/Article/ArticleTitle"
    assert field.metadata[b"tag"] == b"TI"
    assert field.metadata[b"description"]


def test_the_schema_version_is_short_and_every_process_has_the_same():
    versions = {
        subprocess.run(
            [sys.executable, "-c", "from medline.schema.version import schema_version; print(schema_version())"],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert versions == {schema_version()}
    assert len(schema_version()) == 12


def versions_with(monkeypatch: pytest.MonkeyPatch, **changes: object) -> tuple[str, str, str]:
    """The three versions as they would be if the last column of `keywords` were declared otherwise."""
    table = BY_NAME["keywords"]
    changed = dataclasses.replace(table, columns=(*table.columns[:-1], table.columns[-1]._replace(**changes)))
    functions = (schema_version, database_version, description_version)
    with monkeypatch.context() as patch:
        for module, name, tables in ((version, "LAKE_TABLES", LAKE_TABLES), (revision, "TABLES", TABLES)):
            patch.setattr(module, name, [changed if one is table else one for one in tables])
        for function in functions:
            function.cache_clear()
        versions = tuple(function() for function in functions)
    for function in functions:
        function.cache_clear()
    return versions


def test_another_description_reads_no_file_and_builds_no_database_again(monkeypatch):
    schema, database, description = versions_with(monkeypatch, description="said in other words")
    assert (schema, database) == (schema_version(), database_version())
    assert description != description_version()


@pytest.mark.parametrize("field", sorted(set(Column._fields) - {"description"}))
def test_anything_else_that_a_column_declares_does(field, monkeypatch):
    other = {"type": INTEGER, "of": ("author_seq",)}.get(field, "another")
    schema, database, _ = versions_with(monkeypatch, **{field: other})
    assert schema != schema_version()
    assert database != database_version()


def test_comments_in_the_rule_do_not_count_and_statements_do(tmp_path, monkeypatch):
    ledger = render.SQL_DIRECTORY / "ledger"
    (tmp_path / "ledger").mkdir()
    monkeypatch.setattr(sqlfile, "SQL_DIRECTORY", tmp_path)
    versions = []
    for added in ("", "-- said in other words\n", "SELECT 1;\n"):
        for path in ledger.glob("*.sql"):
            (tmp_path / "ledger" / path.name).write_text(path.read_text("utf-8"))
        with (tmp_path / "ledger" / "winners.sql").open("a") as rule:
            rule.write(added)
        database_version.cache_clear()
        versions.append(database_version())
    monkeypatch.undo()
    database_version.cache_clear()
    assert versions[0] == versions[1] == database_version() != versions[2]
