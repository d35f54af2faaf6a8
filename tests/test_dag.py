"""End to end: the real DAG, in Airflow, over the sample mirror, against an independent calculation."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from etl import sample

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

    assert run("db", "migrate").returncode == 0
    assert run("pools", "set", "medline_writer", "1", "one writer to DuckDB").returncode == 0
    return run


def run_dag(airflow, mirror: Path, home: Path) -> subprocess.CompletedProcess:
    params = json.dumps({"mirror": str(mirror), "home": str(home)})
    return airflow("dags", "test", "medline_baseline", "--conf", params)


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

    before = (home / "warehouse" / "medline.duckdb").read_bytes()
    assert run_dag(airflow, mirror.directory, home).returncode == 0
    assert (home / "warehouse" / "medline.duckdb").read_bytes() == before, "a second run changes nothing"


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
