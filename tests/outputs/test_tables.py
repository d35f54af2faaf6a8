"""The tables as plain Parquet, read by an engine that is not DuckDB."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import polars
import pytest

import sample
from build import ask, citation, write_dump, write_mirror
from medline import pipeline
from medline.outputs import tables
from medline.schema.ddl import primary_key
from medline.schema.tables import CITATION_TABLES, TABLES
from medline.warehouse import database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("parquet")
    mirror = sample.write_mirror(directory / "mirror", citations=80, seed=5)
    pipeline.sync(mirror.directory, directory / "home")
    assert tables.write(directory / "home", least=20) == "26-000001"
    return directory / "home"


def manifest(home: Path) -> dict:
    return json.loads((home / "parquet" / "manifest.json").read_text("utf-8"))


@pytest.mark.long
def test_another_engine_counts_and_reads_the_same_rows(home):
    written = manifest(home)
    assert sorted(written["tables"]) == sorted(table.name for table in TABLES)
    with database.reader(home) as connection:
        for table in TABLES:
            files = [home / "parquet" / name for name in written["tables"][table.name]["files"]]
            theirs = polars.read_parquet(files).to_dicts()
            said = polars.read_parquet_metadata(files[0])
            assert said["description"] == written["tables"][table.name]["description"] == table.description
            assert list(json.loads(said["columns"])) == [column.name for column in table.stored]
            order = ", ".join(primary_key(table)) or "ALL"
            ours = (
                connection.sql(f"FROM {table.name} ORDER BY {order}")
                .to_arrow_table()
                .to_pylist(maps_as_pydicts="strict")
            )
            assert len(theirs) == len(ours) == written["tables"][table.name]["rows"]
            assert _digest(theirs) == _digest(ours), table.name


def _digest(rows: list[dict]) -> str:
    """Of rows in order."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_rows_are_sorted_and_all_tables_are_cut_at_the_same_pmids(home):
    ranges: dict[int, list[tuple[int, int]]] = {}
    for table in CITATION_TABLES:
        names = manifest(home)["tables"][table.name]["files"]
        assert len(names) > 5
        for number, name in enumerate(names):
            pmids = polars.read_parquet(home / "parquet" / name)["pmid"]
            assert pmids.is_sorted()
            if len(pmids):
                ranges.setdefault(number, []).append((pmids.min(), pmids.max()))
    bounds = [(min(low for low, _ in pairs), max(high for _, high in pairs)) for _, pairs in sorted(ranges.items())]
    assert all(before[1] < after[0] for before, after in pairwise(bounds)), bounds


@pytest.mark.long
def test_the_version_before_stays_until_the_next_but_one(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)])
    for number in (2, 3, 4):
        pipeline.sync(mirror, home)
        version = tables.write(home)
        assert tables.write(home) is None, "nothing new"
        assert manifest(home)["version"] == version
        write_dump(mirror / "updatefiles" / f"pubmed26n000{number}.xml.gz", citation(number))
    assert sorted(path.name for path in (home / "parquet").iterdir() if path.is_dir()) == ["26-000002", "26-000003"]
    assert ask(home, "SELECT count(*) FROM articles") == [
        (polars.read_parquet(home / "parquet/26-000003/articles").height,)
    ]


def test_a_version_that_was_gone_back_to_is_not_written_again(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)])
    pipeline.sync(mirror, home)
    tables.write(home)
    written, before = manifest(home), _states(home, "26-000001")
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(2))
    pipeline.sync(mirror, home)
    assert tables.write(home) == "26-000002"
    newer = _states(home, "26-000002")
    pipeline.rollback(home)
    assert tables.write(home) == "26-000001"
    assert manifest(home) == written
    assert tables.write(home) is None
    assert (_states(home, "26-000001"), _states(home, "26-000002")) == (before, newer)
    (lost := min(newer)).unlink()
    pipeline.rollback(home)
    assert tables.write(home) == "26-000002"
    assert lost.exists(), "what was taken away in part is written anew"


def _states(home: Path, version: str) -> dict[Path, tuple[int, int]]:
    """What shows of each file of a version whether it was written again."""
    stats = {path: path.stat() for path in (home / "parquet" / version).rglob("*.*")}
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in stats.items()}


def test_a_killed_run_is_not_seen_and_the_next_one_writes_all(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    home = tmp_path / "home"
    pipeline.sync(tmp_path / "mirror", home)
    half = home / "parquet" / "26-000001" / "mesh"
    with subprocess.Popen([sys.executable, "-m", "medline.cli", "export-tables", "--home", home]) as run:
        while not half.exists() and run.poll() is None:
            time.sleep(0.001)
        run.send_signal(signal.SIGKILL)
    assert half.exists()
    assert not (home / "parquet" / "manifest.json").exists()
    (half / "part-0009.parquet").write_bytes(b"litter")
    assert tables.write(home) == "26-000001"
    files = [home / "parquet" / name for table in manifest(home)["tables"].values() for name in table["files"]]
    assert sorted(files) == sorted((home / "parquet").rglob("*.parquet"))
