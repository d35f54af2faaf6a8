"""End to end: the real DAG, in Airflow, over the sample mirror, against an independent calculation."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

import sample
from build import ask, citation, write_dump, write_mirror
from medline import pipeline, settings
from mesh_records import TREE
from mesh_records import write as write_mesh
from mirror_server import MirrorServer
from webhook_server import Webhook

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Airflow:
    """Airflow on SQLite in a fresh AIRFLOW_HOME, its commands in one process: it takes 10 s to start."""

    process: subprocess.Popen
    log: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """The exit code of `airflow …`, and what it printed."""
        before = self.log.stat().st_size if self.log.exists() else 0
        self.process.stdin.write(json.dumps({"arguments": arguments, "environment": environment}) + "\n")
        self.process.stdin.flush()
        code = self.process.stdout.readline()
        printed = self.log.read_bytes()[before:].decode()
        assert code, printed
        return int(code), printed

    def python(self, code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=300, check=True
        ).stdout


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    }
    log = home / "commands.log"
    program = [sys.executable, ROOT / "tests" / "support" / "airflow_commands.py", log]
    with subprocess.Popen(
        program, env=environment, cwd=home, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        run = Airflow(process, log, environment)
        assert run("db", "migrate")[0] == 0
        assert run("pools", "import", str(ROOT / "dags" / "medline_pools.json"))[0] == 0
        yield run
        process.stdin.close()


#: What Connections of Airflow say beside their hosts: of a mirror, of a home.
NLM = {"login": "visitor", "password": "of-no-store", "extra": {"contact": "me@example.org"}}
LAKE = {"login": "who", "password": "open-sesame", "extra": {"region_name": "north"}}


def airflow_connection(host: Path | str, **fields) -> str:
    """A Connection as Airflow reads it from the environment."""
    return json.dumps({"conn_type": "generic", "host": str(host), **fields})


def run_dag(
    airflow, mirror: Path | str, home: Path | str, dag: str = "medline_baseline", **env: str
) -> tuple[int, str]:
    params = json.dumps({"mirror": str(mirror), "home": str(home)})
    return airflow("dags", "test", dag, "--conf", params, **env)


def shown(home: Path) -> set[tuple[int, int | None]]:
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        return set(
            connection.execute(
                "SELECT pmid, version FROM articles UNION ALL SELECT pmid, version FROM books"
            ).fetchall()
        )


@pytest.mark.long
def test_the_dag_loads_a_mirror_into_the_warehouse(airflow, tmp_path):
    mirror = sample.write_mirror(tmp_path / "mirror", citations=80, seed=5)
    home = tmp_path / "home"
    code, log = run_dag(airflow, mirror.directory, home)
    assert code == 0, log

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

    _, log = airflow("dags", "test", "medline_feeds", "--conf", json.dumps({"home": str(home)}))
    assert "feeds 26-000001.1 written" in log
    assert f"the page is {home}/feeds/dashboard.html" in log
    assert json.loads((home / "feeds" / "manifest.json").read_text("utf-8"))["warehouse"] == "26-000001"

    before = (home / "warehouse" / "medline.duckdb").resolve()
    named = {
        "AIRFLOW_CONN_NLM": airflow_connection(mirror.directory, **NLM),
        "AIRFLOW_CONN_LAKE": airflow_connection(home, **LAKE),
    }
    code, log = run_dag(airflow, "conn:nlm", "conn:lake", **named)
    assert code == 0, log
    assert "nothing new: the warehouse is current" in log
    assert LAKE["password"] not in log
    assert (home / "warehouse" / "medline.duckdb").resolve() == before, "a second run changes nothing"


def test_mesh_waits_for_the_first_baseline_and_comes_with_what_is_new_later(airflow, tmp_path):
    mirror, home, folder = tmp_path / "mirror", tmp_path / "home", tmp_path / "mesh"
    write_mirror(mirror, [citation(1)], [])
    write_mesh(folder, "desc", *TREE)
    conf = json.dumps({"home": str(home), "mesh": str(folder)})
    _, log = airflow("dags", "test", "medline_mesh", "--conf", conf)
    assert "MeSH 2026: it waits for the first baseline" in log
    pipeline.sync(mirror, home)
    assert len(ask(home, "FROM mesh_descriptors")) == len(TREE)
    write_mesh(folder, "desc", *TREE[:-1])
    _, log = airflow("dags", "test", "medline_mesh", "--conf", conf)
    assert "MeSH 2026 published with 26-000002" in log


@pytest.mark.long
def test_updates_come_daily_and_a_day_without_any_skips(airflow, tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)], [citation(2)])
    pipeline.sync(mirror, home)
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3))
    write_dump(mirror / "updatefiles" / "pubmed26n0004.xml.gz", citation(4))
    with MirrorServer(mirror) as server:
        _, log = run_dag(airflow, server.url, home, "medline_updates")
        assert shown(home) == {(1, 1), (2, 1), (3, 1), (4, 1)}
        assert "published, 2 files applied (pubmed26n0003.xml.gz to pubmed26n0004.xml.gz)" in log
        assert server.most_transfers == 1, "a task has one slot of the pool, and so one connection"
        _, log = run_dag(airflow, server.url, home, "medline_updates")
        assert "nothing new: the warehouse is current" in log
        assert "state=success" in log
        assert "new_state=skipped" in log

        write_mirror(mirror, [citation(1), citation(5)], [citation(6)], year=27)
        _, log = run_dag(airflow, server.url, home, "medline_updates")
        assert "trigger_dag_id=medline_baseline" in log
        assert shown(home) == {(1, 1), (2, 1), (3, 1), (4, 1)}, "a new year is a baseline's work"
        assert run_dag(airflow, server.url, home)[0] == 0
    assert shown(home) == {(1, 1), (5, 1), (6, 1)}


POLICY = """
import os, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from medline.errors import *
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
from medline_steps import connected
from medline import settings
VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "MEDLINE_CONTACT")
before = [os.environ.get(name) for name in VARIABLES]
with connected({"home": "conn:lake", "mirror": "conn:nlm", "engine": "compiled"}) as at:
    print("connected to", at, settings.read().contact, *map(os.environ.get, VARIABLES[:4]))
assert before == [os.environ.get(name) for name in VARIABLES]
(asset,) = bag.dags["medline_feeds"].timetable.asset_condition.objects
print("feeds are scheduled by", asset.name)
for name in ("medline_baseline", "medline_updates", "medline_feeds", "medline_watch", "medline_mesh"):
    for task in bag.dags[name].tasks:
        decide = lambda error: task.retry_policy.evaluate(error, 1, task.retries).action.name
        unreachable = AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR))
        if task.pool != "default_pool":
            print("a slot of", task.pool, "has", name, task.task_id)
        print(name, task.task_id, task.retries, decide(NetworkError("x")), decide(Locked("x")), decide(unreachable),
              decide(BadInput("a", "b")), decide(CheckFailed("x")), decide(ValueError("x")))
"""


def test_the_pools_have_one_writer_and_as_many_connections_as_the_setting():
    pools = json.loads((ROOT / "dags" / "medline_pools.json").read_text("utf-8"))
    slots = {name: pool["slots"] for name, pool in pools.items()}
    assert slots == {"medline_writer": 1, "medline_mirror": settings.Settings().connections}


@pytest.mark.long
def test_networks_are_tried_again_and_bad_data_is_not(airflow, monkeypatch):
    monkeypatch.setitem(airflow.environment, "AIRFLOW_CONN_LAKE", airflow_connection("s3://lake/home", **LAKE))
    monkeypatch.setitem(airflow.environment, "AIRFLOW_CONN_NLM", airflow_connection("https://nlm.example", **NLM))
    out = airflow.python(POLICY, str(ROOT / "dags")).splitlines()
    policies = [line.split() for line in out if line.startswith("medline_")]
    dags = {"medline_baseline", "medline_updates", "medline_feeds", "medline_watch", "medline_mesh"}
    assert {name for name, *_ in policies} == dags
    assert "feeds are scheduled by medline_warehouse" in out
    places = {"home": "s3://lake/home", "mirror": "https://nlm.example", "engine": "compiled"}
    assert f"connected to {places} me@example.org who open-sesame None north" in out
    slots = [line.split()[3:] for line in out if line.startswith("a slot of ")]
    assert {(pool, task) for pool, _, _, task in slots} == {
        ("medline_writer", "publish"),
        ("medline_writer", "publish_mesh"),
        ("medline_mirror", "look"),
        ("medline_mirror", "list_batches"),
        ("medline_mirror", "ingest"),
    }
    assert {tuple(line[2:]) for line in policies} == {("6", "RETRY", "RETRY", "RETRY", "FAIL", "FAIL", "FAIL")}


@pytest.mark.long
def test_a_bad_dump_fails_the_run_after_the_dumps_before_it_are_applied_and_posts_an_alert(airflow, tmp_path):
    mirror = sample.write_mirror(tmp_path / "mirror", citations=60, seed=6)
    bad = mirror.updates[0]
    bad.write_bytes(bad.read_bytes()[:-100])
    home = tmp_path / "home"
    with Webhook() as hook:
        code, log = run_dag(airflow, mirror.directory, home, MEDLINE_WEBHOOK=hook.url)
    assert code == 1
    assert "state=failed" in log
    (alert,) = hook.got
    assert (alert["reason"], alert["home"]) == ("failed run", str(home))
    assert re.match(rf"medline_baseline manual\S+ ingest, try 1: {bad.name}", alert["detail"]), alert["detail"]
    assert hook.SECRET not in log
    with duckdb.connect(str(home / "warehouse" / "medline.duckdb"), read_only=True) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM source_files WHERE year IS NOT NULL ORDER BY name"
            ).fetchall()
        ]
    assert names == [path.name for path in mirror.baseline]


PLACES = """
import json, os, sys
from copy import copy
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
def is_taken(dag, name, value):
    try:
        return copy(bag.dags[dag].params.get_param(name)).resolve(value) == value
    except ValueError as error:
        assert "does not match" in str(error), error
        return False
print(json.dumps([is_taken(*case) for case in json.loads(sys.argv[2])]))
"""
HOMES = ("/data/medline", "s3://bucket/home")


def is_below(place: str, tops: tuple[str, ...]) -> bool:
    """Whether a place is one of some, or below it, judged by its parts."""
    parts = place.split("/")
    return (
        ".." not in parts
        and "\n" not in place
        and any(parts[: len(top)] == top for top in (t.split("/") for t in tops))
    )


@pytest.mark.long
def test_a_run_names_only_homes_and_mirrors_that_are_allowed(airflow, monkeypatch):
    monkeypatch.setitem(airflow.environment, "MEDLINE_HOME", "/default")
    monkeypatch.setitem(airflow.environment, "MEDLINE_HOMES", ", ".join(HOMES))
    monkeypatch.setitem(airflow.environment, "MEDLINE_MIRRORS", "https://mirror.example/pubmed/")
    tails = (
        "",
        "/",
        "/a",
        "/a/b",
        "2",
        "/..",
        "/a/../..",
        "/a/../b",
        "/...",
        "/..a",
        "\n",
        "/a\n",
        "/a\n/..",
        ":80",
        "@evil.example",
        " ",
    )
    tops = ("/data/medline", "/data", "/", "", "s3://bucket/home", "s3://bucket", "S3://bucket/home", "/data//medline")
    homes = [top + tail for top in tops for tail in tails]
    cases = [(dag, "home", home) for dag in ("medline_baseline", "medline_feeds", "medline_watch") for home in homes]
    right = [is_below(home, HOMES) for _, _, home in cases]
    mirrors = ["https://mirror.example/pubmed", "https://mirror.example/pubmed/a", "https://mirror.example/", "/etc"]
    cases += [("medline_updates", "mirror", mirror) for mirror in mirrors] + [("medline_mesh", "mesh", "/etc")]
    cases += [("medline_mesh", "mesh", mesh) for mesh in ("", "none", settings.NLM_MESH)]
    cases += [("medline_baseline", "home", "/default"), ("medline_baseline", "mirror", settings.NLM_MIRROR)]
    right += [True, True, False, False, False, True, True, True, True, True]
    answers = json.loads(airflow.python(PLACES, str(ROOT / "dags"), json.dumps(cases)).splitlines()[-1])
    assert [case for case, is_taken, expected in zip(cases, answers, right, strict=True) if is_taken != expected] == []
    assert any(answers)


def test_only_dags_import_airflow():
    for path in (ROOT / "etl" / "medline").rglob("*.py"):
        assert not re.search(r"\b(import|from) airflow\b", path.read_text("utf-8")), path


@pytest.mark.long
def test_the_command_line_does_not_load_airflow_or_duckdb_to_print_help():
    code = "import sys, medline.cli; print([name for name in ('airflow', 'duckdb', 'pyarrow') if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
