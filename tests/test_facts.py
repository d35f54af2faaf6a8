"""What commands print for programs."""

from __future__ import annotations

import json

import pytest

from build import citation, medline, rewritten, text_record, write_mirror
from medline import facts, pipeline
from medline.errors import UsageError
from medline.schema.tables import TABLES
from medline.warehouse import views


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home of two versions, so that there is one to go back to."""
    directory = tmp_path_factory.mktemp("facts")
    write_mirror(directory / "mirror", [citation(1)], [citation(2, article="<New>x</New>")])
    pipeline.sync(directory / "mirror", directory / "home")
    (directory / "a.nbib").write_text(text_record(5))
    pipeline.load_files([directory / "a.nbib"], directory / "home")
    return directory / "home"


def printed(*words, code=0):
    result = medline(*words, "--format", "json")
    assert result.returncode == code, result.stderr
    assert result.stdout.isascii()
    return json.loads(result.stdout)


def test_status(home):
    state = printed("status", "--home", home)
    assert state["version"] == "26-000002"
    assert (state["newest_dump"], state["newest_listed"]) == ("pubmed26n0002.xml.gz",) * 2
    assert state["mirror"] == str(home.parent / "mirror")
    assert state["files"] == {"baseline": 1, "update": 1, "export": 1}
    assert (state["rows"]["articles"], state["unknown_paths"], state["failed"]) == (3, 1, [])
    assert state["last_run"]["what"] == "load files"


def test_status_of_nothing_is_misuse(tmp_path):
    with pytest.raises(UsageError, match="no warehouse"):
        facts.of_home(tmp_path / "home")


def test_runs(home):
    assert [run["what"] for run in printed("runs", "--home", home)] == ["sync", "load files"]
    assert [run["what"] for run in printed("runs", "--limit", 1, "--home", home)] == ["load files"]
    assert "load files" in medline("runs", "--home", home).stdout


def test_checks(home):
    results = {one["name"]: one for one in printed("check", "--home", home)}
    assert (results["unknown_paths"]["offending"], results["unknown_paths"]["is_fatal"]) == (1, False)
    assert [run["outcome"] for run in printed("check", "--history", "--home", home)][-1] == "passed"


def test_alerts(home):
    alerts = printed("alerts", "--home", home)
    assert [alert["reason"] for alert in alerts] == ["schema drift"]
    assert {"home", "detail", "advice", "at"} <= set(alerts[0])


def test_schema_has_every_relation_and_column():
    relations = {one["name"]: one for one in printed("schema")}
    assert set(relations) == {*(table.name for table in TABLES), *(view.name for view in views.views())}
    for table in TABLES:
        assert [column["name"] for column in relations[table.name]["columns"]] == [c.name for c in table.stored]
    assert printed("schema", "ARTICLES") == relations["articles"]


def test_schema_of_nothing_is_misuse():
    with pytest.raises(UsageError, match="no table, view or macro 'x'"):
        facts.of_schema("x")


def test_rollback_and_failed_checks(home):
    assert printed("rollback", "--home", home) == {"version": "26-000001"}
    with rewritten(home) as connection:
        connection.execute("INSERT INTO articles SELECT * FROM articles")
    results = printed("check", "--home", home, code=1)
    assert any(one["is_fatal"] and one["offending"] for one in results)
