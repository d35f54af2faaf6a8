"""The views and macros of sql/views: each file says what it makes, and every published database has them."""

from __future__ import annotations

import re
import shutil

import duckdb
import pytest

from build import ask, citation, title, write_mirror
from medline import pipeline, render, sqlfile
from medline.home import LocalHome
from medline.warehouse import build, contents, database, revision, versions, views


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    place = tmp_path_factory.mktemp("views")
    write_mirror(place / "mirror", [citation(1, title=title("One."))])
    pipeline.sync(place / "mirror", place / "home")
    return place / "home"


def test_a_published_database_has_every_view_and_macro(home):
    made = ask(
        home,
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' UNION"
        " SELECT function_name FROM duckdb_functions() WHERE NOT internal AND schema_name = 'main' ORDER BY 1",
    )
    assert [name for (name,) in made] == sorted(view.name for view in views.views())


def test_each_says_what_it_is(home):
    for view in views.views():
        assert view.returns if view.is_macro else (view.grain and view.key), view.name
    without = "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL"
    assert ask(home, without) == []
    columns = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        " AND schema_name = 'main'"
    )
    assert ask(home, columns) == []
    macros = (
        "SELECT function_name FROM duckdb_functions() WHERE NOT internal AND schema_name = 'main' AND comment IS NULL"
    )
    assert ask(home, macros) == []


def test_reads_is_what_the_sql_reads(home):
    """The order of creation follows from it."""
    macros = [view.name for view in views.views() if view.is_macro]
    others = {view.name for view in views.views() if not view.is_macro}
    with database.reader(home) as connection:
        bodies = dict(
            connection.execute(
                "SELECT view_name, regexp_replace(sql, '^CREATE VIEW .*? AS ', '') FROM duckdb_views()"
                " WHERE NOT internal UNION SELECT function_name, 'SELECT ' || macro_definition FROM duckdb_functions()"
                " WHERE NOT internal"
            ).fetchall()
        )
        for view in views.views():
            inner = connection.get_table_names(bodies[view.name])  # of the views that it reads, their tables
            named = {name for name in others if re.search(rf"(FROM|JOIN) \(*{name}\b", bodies[view.name])}
            read = named | {name for name in inner if not named or re.search(rf"\b{name}\b", bodies[view.name])}
            called = {name for name in macros if re.search(rf"\b{name}\(", bodies[view.name])}
            assert set(view.reads) == read | called, view.name


def test_other_views_make_a_new_version_without_a_new_file(home, tmp_path, monkeypatch):
    mirror = home.parent / "mirror"
    changed = tmp_path / "sql"
    shutil.copytree(sqlfile.SQL_DIRECTORY, changed)
    for path in (changed / "views").iterdir():
        path.unlink()
    for name, reads in (("twice", "once"), ("once", "articles")):
        (changed / "views" / f"{name}.sql").write_text(
            f"-- Grain: citation\n-- Key: pmid\n-- Reads: {reads}\n"
            f"CREATE OR REPLACE VIEW {name} AS SELECT pmid FROM {reads};"
        )
    assert pipeline.sync(mirror, home) == []
    before = versions.published(LocalHome(home))
    with monkeypatch.context() as patch:
        patch.setattr(sqlfile, "SQL_DIRECTORY", changed)
        _forget()
        assert pipeline.sync(mirror, home) == []
        assert versions.published(LocalHome(home)) != before
        assert ask(home, "FROM twice") == [(1,)]
        with pytest.raises(duckdb.CatalogException):
            ask(home, "FROM open_ids")
    _forget()
    assert pipeline.sync(mirror, home) == []
    assert ask(home, "SELECT count(*) FROM open_ids") == [(0,)]


def test_another_description_reaches_the_next_version_without_a_new_file(home, monkeypatch):
    mirror = home.parent / "mirror"
    pipeline.sync(mirror, home)
    before = contents.published_contents(LocalHome(home))
    with monkeypatch.context() as patch:
        patch.setattr(database, "comments", lambda table: f"COMMENT ON TABLE {table.name} IS 'in other words'")
        patch.setattr(database, "description_version", lambda: "another")
        patch.setattr(build, "description_version", lambda: "another")
        assert pipeline.sync(mirror, home) == []
        assert ask(home, "SELECT DISTINCT comment FROM duckdb_tables() WHERE schema_name = 'main'") == [
            ("in other words",)
        ]
        assert contents.published_contents(LocalHome(home)).lineage == before.lineage
    assert pipeline.sync(mirror, home) == []


def _forget() -> None:
    views.views.cache_clear()
    revision.description_version.cache_clear()


def test_a_file_is_named_like_what_it_makes():
    for view in views.views():
        assert f"CREATE OR REPLACE {'MACRO' if view.is_macro else 'VIEW'} {view.name}" in view.sql
        assert (render.SQL_DIRECTORY / "views" / f"{view.name}.sql").exists()


def test_tools_with_duckdb_1_5_can_run_them():
    """Seen with 1.5.6: `if(…)` is kept as a function, which 1.5 does not have; CASE is kept as an expression."""
    assert [view.name for view in views.views() if re.search(r"\bif\s*\(", view.sql, re.IGNORECASE)] == []
