"""DuckDB DDL: every table and column as the schema declares it, with its comment, whatever the comment holds."""

from __future__ import annotations

import duckdb
import pytest

from medline.schema.ddl import comment, create_table, ddl, literal, primary_key
from medline.schema.tables import BY_NAME, TABLES, TEXT, Column


def test_ddl_makes_every_table_with_a_comment_on_it_and_on_each_column():
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(ddl(table))
    tables = connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
    columns = connection.execute("SELECT table_name, column_name, data_type, comment FROM duckdb_columns()").fetchall()
    assert {name for name, comment in tables if comment} == {table.name for table in TABLES}
    declared = {(table.name, column.name) for table in TABLES for column in table.stored}
    assert {(table, column) for table, column, _, comment in columns if comment} == declared


def test_duckdb_has_the_type_that_the_schema_declares():
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(ddl(table))
        rows = connection.execute(f"DESCRIBE {table.name}").fetchall()
        assert [kind for _, kind, *_ in rows] == [column.type.duckdb for column in table.stored]


@pytest.mark.parametrize("text", ["", "it's", "''", "a\nb", "\\", "'); DROP TABLE articles; --", "ü\u2028"])
def test_a_literal_is_its_text_whatever_is_in_it(text):
    assert duckdb.connect().execute(f"SELECT {literal(text)}").fetchall() == [(text,)]


@pytest.mark.parametrize(
    ("path", "tag", "expected"),
    [
        (None, None, "what it is"),
        ("A/B", None, "what it is [A/B]"),
        ("A/B", "TI", "what it is [TI, A/B]"),
        ("A/B#markup", "TI", "what it is [TI, A/B]"),
        (None, "AD", "what it is [AD]"),
        (".", "AD", "what it is"),
    ],
)
def test_a_comment_says_where_a_column_comes_from(path, tag, expected):
    assert comment(Column("name", TEXT, path, tag, "what it is")) == expected


def test_long_texts_are_compressed_with_zstd_and_others_as_duckdb_chooses():
    lines = create_table(BY_NAME["articles"]).splitlines()
    assert [line.split()[0] for line in lines if "zstd" in line] == ['"title"', '"abstract"']
    assert '    "doi" VARCHAR,' in lines


def test_a_key_has_the_pmid_where_rows_belong_to_a_citation():
    assert primary_key(BY_NAME["articles"]) == ("pmid",)
    assert primary_key(BY_NAME["authors"]) == ("pmid", "author_seq")
    assert primary_key(BY_NAME["source_files"]) == ("name",)
