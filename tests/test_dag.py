"""End to end: the real DAG, in Airflow, over the sample mirror, against an independent calculation."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from build import citation, write_dump, write_mirror
from mirror_server import MirrorServer

from etl import pipeline, sample

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    """A function that runs an airflow command in a fresh AIRFLOW_HOME on SQLite."""
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    }
    program = Path(sys.executable).with_name("airflow")

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, timeout=300, cwd=home
        )

    def python(code: str, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)

    run.python = python
    assert run("db", "migrate").returncode == 0
    assert run("pools", "set", "medline_writer", "1", "one writer to DuckDB").returncode == 0
    return run


def run_dag(airflow, mirror: Path, home: Path, dag: str = "medline_baseline") -> subprocess.CompletedProcess:
    params = json.dumps({"mirror": str(mirror), "home": str(home)})
    return airflow("dags", "test", dag, "--conf", params)


def shown(home: Path) -> set[tuple[int, int | None]]:
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        return set(
            connection.execute(
                "SELECT pmid, version FROM articles UNION ALL SELECT pmid, version FROM books"
            ).fetchall()
        )


def test_the_dag_brings_a_mirror_into_the_warehouse(airflow, tmp_path):
    mirror = sample.write_mirror(tmp_path / "mirror", citations=80, seed=5)
    home = tmp_path / "home"
    finished = run_dag(airflow, mirror.directory, home)
    assert finished.returncode == 0, finished.stdout + finished.stderr

    expected = Counter(pmid for pmid, _ in mirror.current)
    expected.update(mirror.exported["new"])
    assert Counter(pmid for pmid, _ in shown(home)) == expected
    assert all(count == 1 for count in expected.values())
    from_export = {pmid for pmid, version in shown(home) if version is None}
    assert from_export == {*mirror.exported["new"], *mirror.exported["newer"]}
    assert {key for key in shown(home) if key[0] not in from_export} == {
        key for key in mirror.current if key[0] not in from_export
    }

    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        keywords = "SELECT count(*) FROM keywords WHERE pmid = $pmid"
        assert connection.execute(keywords, {"pmid": mirror.without_keywords}).fetchone() == (0,)
        deleted = set(connection.execute("SELECT pmid, version FROM deleted_citations").fetchall())
        assert deleted == set(mirror.deleted)

    written = airflow("dags", "test", "medline_feeds", "--conf", json.dumps({"home": str(home)}))
    log = written.stdout + written.stderr
    assert "feeds 26-000001.1 written" in log
    assert f"the page is {home}/feeds/dashboard.html" in log
    assert json.loads((home / "feeds" / "manifest.json").read_text("utf-8"))["warehouse"] == "26-000001"

    before = (home / "warehouse" / "medline.duckdb").resolve()
    assert run_dag(airflow, mirror.directory, home).returncode == 0
    assert (home / "warehouse" / "medline.duckdb").resolve() == before, "a second run changes nothing"


def test_updates_come_daily_and_a_day_without_any_skips(airflow, tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)], [citation(2)])
    pipeline.sync(mirror, home)
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3))
    write_dump(mirror / "updatefiles" / "pubmed26n0004.xml.gz", citation(4))
    with MirrorServer(mirror) as server:
        first = run_dag(airflow, server.url, home, "medline_updates")
        assert shown(home) == {(1, 1), (2, 1), (3, 1), (4, 1)}
        assert (
            "published, 2 files applied (pubmed26n0003.xml.gz to pubmed26n0004.xml.gz)" in first.stdout + first.stderr
        )
        second = run_dag(airflow, server.url, home, "medline_updates")
        log = second.stdout + second.stderr
        assert "nothing new: the warehouse is current" in log
        assert "state=success" in log
        assert "new_state=skipped" in log

        write_mirror(mirror, [citation(1), citation(5)], [citation(6)], year=27)
        third = run_dag(airflow, server.url, home, "medline_updates")
        assert "trigger_dag_id=medline_baseline" in third.stdout + third.stderr
        assert shown(home) == {(1, 1), (2, 1), (3, 1), (4, 1)}, "a new year is a baseline's work"
        assert run_dag(airflow, server.url, home).returncode == 0
    assert shown(home) == {(1, 1), (5, 1), (6, 1)}


POLICY = """
import os, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from etl.errors import *
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
(asset,) = bag.dags["medline_feeds"].timetable.asset_condition.objects
print("feeds are scheduled by", asset.name)
for name in ("medline_baseline", "medline_updates", "medline_feeds"):
    for task in bag.dags[name].tasks:
        decide = lambda error: task.retry_policy.evaluate(error, 1, task.retries).action.name
        unreachable = AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR))
        print(name, task.task_id, task.retries, decide(NetworkError("x")), decide(Busy("x")), decide(unreachable),
              decide(BadInput("a", "b")), decide(CheckFailed("x")), decide(ValueError("x")))
"""


def test_networks_are_tried_again_and_bad_data_is_not(airflow):
    out = airflow.python(POLICY, str(ROOT / "dags")).stdout.splitlines()
    told = [line.split() for line in out if line.startswith("medline_")]
    assert {name for name, *_ in told} == {"medline_baseline", "medline_updates", "medline_feeds"}
    assert "feeds are scheduled by medline_warehouse" in out
    assert {tuple(line[2:]) for line in told} == {("6", "RETRY", "RETRY", "RETRY", "FAIL", "FAIL", "FAIL")}


def test_a_bad_dump_fails_the_run_after_what_comes_before_it_is_applied(airflow, tmp_path):
    mirror = sample.write_mirror(tmp_path / "mirror", citations=60, seed=6)
    bad = mirror.updates[0]
    bad.write_bytes(bad.read_bytes()[:-100])
    home = tmp_path / "home"
    finished = run_dag(airflow, mirror.directory, home)
    assert "state=failed" in finished.stdout + finished.stderr
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM dumps WHERE year IS NOT NULL ORDER BY name").fetchall()
        ]
    assert names == [path.name for path in mirror.baseline]


def test_only_dags_import_airflow():
    for path in (ROOT / "etl").rglob("*.py"):
        assert "airflow" not in path.read_text("utf-8").replace("Airflow", ""), path


def test_the_command_line_does_not_load_airflow_or_duckdb_to_print_help():
    code = "import sys, etl.cli; print([name for name in ('airflow', 'duckdb', 'pyarrow') if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
