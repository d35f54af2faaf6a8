"""All Iceberg tables as other engines read them, at the newest version and at the one before, against DuckDB."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import polars
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import StaticTable
from sqlalchemy import URL

import sample
from bench.spark import recipes
from build import citation, write_dump
from medline import pipeline
from medline.outputs import iceberg
from medline.schema.tables import TABLES
from medline.warehouse import database
from row_digest import digest

ROOT = Path(__file__).resolve().parents[3]
#: What URIs, globs and SQL take for something else.
HOSTILE = "a b#c%20d'é*[x];&\"q=1:"
#: Tables that an engine is asked for at the version before, too: one that changes, and one that never does.
BEFORE = ("articles", "mesh_terms")

pytestmark = pytest.mark.long

Digests = dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Digests]]:
    """A home with two versions, and what DuckDB says of the tables in each."""
    directory = tmp_path_factory.mktemp("iceberg") / HOSTILE
    mirror = sample.write_mirror(directory / "mirror", citations=80, seed=5).directory
    sample.write_mesh(mirror / "MESH_FILES")
    home, digests = directory / "home", {}
    for number in (5, 6):
        pipeline.sync(mirror, home)
        version = iceberg.write(home, width=20)
        digests[version] = digests_of_duckdb(home)
        write_dump(mirror / "updatefiles" / f"pubmed26n000{number}.xml.gz", citation(20000003), citation(7))
    assert list(digests) == ["26-000001", "26-000002"]
    assert digests["26-000001"]["articles"] != digests["26-000002"]["articles"]
    return home, digests


def digests_of_duckdb(home: Path) -> Digests:
    with database.reader(home) as connection:
        return {table.name: digest(rows_of(connection.sql(f"FROM {table.name}").to_arrow_table())) for table in TABLES}


def rows_of(table) -> list[dict]:
    return table.to_pylist(maps_as_pydicts="strict")


@pytest.mark.slow
def test_pyiceberg(made):
    home, digests = made
    uri = URL.create("sqlite", database=str(home / "iceberg/catalog.db")).render_as_string()
    catalog = SqlCatalog("medline", uri=uri)
    for version, expected in digests.items():
        for table in TABLES:
            found = catalog.load_table(("medline", table.name))
            snapshot = found.snapshot_by_name(version).snapshot_id
            assert digest(rows_of(found.scan(snapshot_id=snapshot).to_arrow())) == expected[table.name], table.name


def test_polars(made, monkeypatch):
    monkeypatch.setenv("POLARS_ICEBERG_PLANNER", "pyiceberg")  # it warns that its own planner is not installed
    home, digests = made
    manifest = json.loads((home / "iceberg/manifest.json").read_text("utf-8"))
    assert sorted(manifest["tables"]) == sorted(table.name for table in TABLES)
    for version, expected in digests.items():
        is_newest = version == manifest["version"]
        for name, entry in manifest["tables"].items():
            if not is_newest and name not in BEFORE:
                continue
            at = StaticTable.from_metadata(entry["metadata"]).snapshot_by_name(version).snapshot_id
            rows = polars.scan_iceberg(entry["metadata"], snapshot_id=at, reader_override="native").collect().to_dicts()
            assert digest(rows) == expected[name], (version, name)
            if is_newest:
                assert (at, len(rows)) == (entry["snapshot"], entry["rows"])


@pytest.mark.slow
def test_spark(made):
    """By Iceberg's own classes: the newest version as anyone reads it, the one before by `VERSION AS OF` its name."""
    if not (ROOT / ".spark/.ready").exists() or not shutil.which("java"):
        pytest.skip("needs Spark, not here: sh scripts/spark.sh")
    home, digests = made
    asked = recipes()
    names = [*(table.name for table in TABLES), *(f"{name}@26-000001" for name in BEFORE)]
    command = [".spark/bin/python", "-m", "tests.support.spark_tables", home / "iceberg", json.dumps(asked), *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found, answers = json.loads(done.stdout)
    expected = digests["26-000002"] | {f"{name}@26-000001": digests["26-000001"][name] for name in BEFORE}
    assert {name: tuple(value) for name, value in found.items()} == expected
    with database.reader(home) as connection:
        ours = {name: [list(row) for row in connection.execute(sql).fetchall()] for name, sql in asked.items()}
    assert len(ours) == 5
    assert all(ours.values())
    assert {name: answer["rows"] for name, answer in answers.items()} == ours
