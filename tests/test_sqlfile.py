"""Headers of SQL files, and errors that name the file and the line."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from build import citation, write_mirror
from medline import pipeline, sqlfile
from medline.errors import SqlFileError
from medline.outputs import feeds
from medline.sqlfile import SqlFile
from medline.warehouse import checks, views
from medline.warehouse.revision import description_version

HEADER = """-- Grain: journal and year.
-- Key: nlm_unique_id, pub_year
-- Citations of a journal: in each year
-- that has some.
--   nlm_unique_id VARCHAR: NLM's identifier
--   pub_year INTEGER: year of the issue
SELECT 'a' AS nlm_unique_id, 1 AS pub_year  -- Reads: not the header
"""


def sql_file(sql: str) -> SqlFile:
    return SqlFile("feeds", "journals", sql)


def test_a_header_has_fields_then_prose_then_columns():
    file = sql_file(HEADER)
    assert file.fields == {"Grain": "journal and year.", "Key": "nlm_unique_id, pub_year"}
    assert file.names("Key") == ("nlm_unique_id", "pub_year")
    assert file.description == "Citations of a journal: in each year that has some."
    assert [column[:2] for column in file.columns] == [("nlm_unique_id", "VARCHAR"), ("pub_year", "INTEGER")]
    with pytest.raises(SqlFileError, match=r"sql/feeds/journals.sql line 1: its header lacks a line `-- Level: …`"):
        file.field("Level")


def test_every_file_states_what_its_kind_must_state():
    assert all(check.is_fatal in (True, False) and check.description for check in map(_check, checks_there()))
    assert all(view.returns if view.is_macro else view.grain and view.key for view in views.views())
    assert all(feed.field("Grain") and feed.names("Key") and feed.columns for feed in feeds.feeds())


def checks_there() -> list[SqlFile]:
    return sqlfile.read_all("checks")


def _check(file: SqlFile) -> checks.Check:
    return checks.Check(file.folder, file.name, file.sql)


def test_a_check_has_one_of_two_levels():
    with pytest.raises(SqlFileError, match="Level is 'fatal'; it is fail or warn"):
        _ = checks.Check("checks", "x", "-- Level: fatal\nSELECT 1;").is_fatal


@pytest.mark.parametrize(
    ("sql", "line", "problem"),
    [
        ("-- a\nSELECT\n    1 +;\n", 3, "syntax error"),
        ("-- a\nSELECT 1;\n\n-- b\nSELECT 2;\nSELECT 1\nFROM artcles;\n", 6, "artcles"),
        ("SELECT 1;\nSELECT 1;\nSELECT\n    CAST(word AS INTEGER)\nFROM (SELECT 'x' AS word) AS words;\n", 4, "'x'"),
        ("SELECT 1;\nSELECT $there, $absent;\n", 2, "absent"),
    ],
)
def test_an_error_names_file_line_and_cause(sql, line, problem):
    with duckdb.connect() as connection, pytest.raises(SqlFileError, match=problem) as caught:
        sql_file(sql).execute(connection, {"there": 1})
    assert (caught.value.path, caught.value.line) == ("sql/feeds/journals.sql", line)
    assert isinstance(caught.value.__cause__, duckdb.Error)
    assert "\n" not in str(caught.value)


def test_each_statement_is_given_the_parameters_that_it_has():
    with duckdb.connect() as connection:
        file = sql_file("CREATE TABLE t AS SELECT $a AS a;\nINSERT INTO t VALUES ($b);\nFROM t ORDER BY a;")
        assert file.execute(connection, {"a": 1, "b": 2}).fetchall() == [(1,), (2,)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("published")
    write_mirror(directory / "mirror", [citation(1)])
    pipeline.sync(directory / "mirror", directory / "home")
    return directory / "home"


@pytest.mark.parametrize(
    ("folder", "name", "command"),
    [("checks", "unknown_paths", "check"), ("feeds", "languages", "feeds"), ("views", "funding", "rebuild")],
)
def test_a_misspelt_table_in_any_file_is_one_line_that_names_it(
    folder, name, command, published, tmp_path, monkeypatch
):
    home, sql = tmp_path / "home", tmp_path / "sql"
    shutil.copytree(published, home, symlinks=True)
    shutil.copytree(sqlfile.SQL_DIRECTORY, sql)
    monkeypatch.setattr(sqlfile, "SQL_DIRECTORY", sql)
    path = sql / folder / f"{name}.sql"
    table = {"checks": "unknown_paths", "feeds": "languages", "views": "grants"}[folder]
    path.write_text(path.read_text("utf-8").replace(f"FROM {table}", "FROM misspelt"), "utf-8")
    run = {"check": checks.run, "feeds": feeds.write, "rebuild": pipeline.rebuild}[command]
    views.views.cache_clear()
    description_version.cache_clear()
    try:
        with pytest.raises(SqlFileError, match=f"sql/{folder}/{name}.sql line [0-9]+: .*misspelt"):
            run(home)
    finally:
        monkeypatch.undo()
        views.views.cache_clear()
        description_version.cache_clear()
