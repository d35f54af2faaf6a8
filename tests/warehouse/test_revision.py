"""Digests of what a database depends on: what is read, built or described again after a change, and what is not."""

from __future__ import annotations

import dataclasses

import pytest

from medline import sqlfile
from medline.schema import version
from medline.schema.tables import BY_NAME, INTEGER, LAKE_TABLES, TABLES, Column
from medline.schema.version import schema_version
from medline.warehouse import revision
from medline.warehouse.revision import database_version, description_version


def versions_with(monkeypatch: pytest.MonkeyPatch, **changes: object) -> tuple[str, str, str]:
    """The three versions as they would be if the last column of `keywords` were declared otherwise."""
    columns = BY_NAME["keywords"].columns
    return versions_of(monkeypatch, "keywords", columns=(*columns[:-1], columns[-1]._replace(**changes)))


def versions_of(monkeypatch: pytest.MonkeyPatch, name: str, **changes: object) -> tuple[str, str, str]:
    table = BY_NAME[name]
    changed = dataclasses.replace(table, **changes)
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


@pytest.mark.parametrize("field", sorted(set(Column._fields) - {"description", "sql"}))
def test_anything_else_that_a_column_declares_does(field, monkeypatch):
    other = {"type": INTEGER, "of": ("author_seq",)}.get(field, "another")
    schema, database, _ = versions_with(monkeypatch, **{field: other})
    assert schema != schema_version()
    assert database != database_version()


def test_another_expression_builds_the_database_again_and_reads_no_file(monkeypatch):
    computed = [column._replace(sql="abstract <> ''") for column in BY_NAME["articles"].computed]
    schema, database, _ = versions_of(monkeypatch, "articles", computed=tuple(computed))
    assert schema == schema_version()
    assert database != database_version()


def test_comments_in_the_rule_do_not_count_and_statements_do(tmp_path, monkeypatch):
    ledger = sqlfile.SQL_DIRECTORY / "ledger"
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
