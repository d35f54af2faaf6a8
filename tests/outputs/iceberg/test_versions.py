"""Versions of the Iceberg tables: what a new one writes, what stays, what goes, and what a kill leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table as IcebergTable

from build import ask, citation, deletion, write_dump, write_mirror
from medline import pipeline
from medline.outputs import iceberg
from medline.schema.tables import BY_NAME

WIDTH = 10
#: All tables take ten times as long, and are in test_engines.py.
SOME = [BY_NAME[name] for name in ("articles", "authors", "books", "mesh_terms", "source_files")]


SCRIPT = """
from medline.outputs import iceberg
from medline.schema.tables import BY_NAME
iceberg.write({home!r}, tables=[BY_NAME[name] for name in {names}], width={width})
"""


def make(directory: Path) -> None:
    write_mirror(directory / "mirror", [citation(1), citation(11)])
    pipeline.sync(directory / "mirror", directory / "home")


@pytest.fixture
def home(copy_of: Callable, tmp_path: Path) -> Path:
    """A home with one version, of PMIDs in two slices."""
    copy_of(make, tmp_path)
    assert write(tmp_path / "home") == "26-000001"
    return tmp_path / "home"


def write(home: Path) -> str | None:
    return iceberg.write(home, tables=SOME, width=WIDTH)


def update(home: Path, number: int, *records: str) -> str | None:
    write_dump(home.parent / "mirror" / "updatefiles" / f"pubmed26n000{number}.xml.gz", *records)
    pipeline.sync(home.parent / "mirror", home)
    return write(home)


def table(home: Path, name: str) -> IcebergTable:
    return SqlCatalog("medline", uri=f"sqlite:///{home}/iceberg/catalog.db").load_table(f"medline.{name}")


def pmids(found: IcebergTable, version: str | None = None) -> list[int]:
    at = found.snapshot_by_name(version).snapshot_id if version else None
    return sorted(found.scan(snapshot_id=at).to_arrow()["pmid"].to_pylist())


def tags(found: IcebergTable) -> list[str]:
    return sorted(name for name in found.refs() if name != "main")


def named(home: Path) -> set[Path]:
    """The data files that a version names."""
    return {
        Path(entry.data_file.file_path)
        for one in SOME
        for snapshot in table(home, one.name).snapshots()
        for manifest in snapshot.manifests(table(home, one.name).io)
        for entry in manifest.fetch_manifest_entry(table(home, one.name).io)
    }


def states(home: Path) -> dict[Path, tuple[int, int]]:
    """What shows of each file whether it was written again."""
    found = {path: path.stat() for path in (home / "iceberg").rglob("[!.]*.*")}
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}


def test_nothing_new_writes_nothing(home):
    before = states(home)
    assert write(home) is None
    assert states(home) == before


def test_a_version_writes_the_files_whose_rows_changed_and_each_can_be_read(home):
    before, snapshot = named(home), table(home, "mesh_terms").current_snapshot()
    assert update(home, 2, citation(12), deletion(11)) == "26-000002"
    found = table(home, "articles")
    assert (pmids(found), pmids(found, "26-000001"), pmids(found, "26-000002")) == ([1, 12], [1, 11], [1, 12])
    assert tags(found) == ["26-000001", "26-000002"]
    assert found.current_snapshot().summary.additional_properties["medline.version"] == "26-000002"
    new = {path for path in named(home) - before if path.parts[-3] == "articles"}
    assert [path.name.partition("-")[0] for path in new] == ["00001"], "PMIDs below 10 are in a file that stays"
    unchanged = table(home, "mesh_terms")
    assert unchanged.current_snapshot() == snapshot, "an unchanged table has no commit"
    assert tags(unchanged) == ["26-000001", "26-000002"]


@pytest.mark.long
def test_versions_beyond_the_setting_go_with_their_files(home, monkeypatch):
    monkeypatch.setenv("MEDLINE_ICEBERG_KEEP", "2")
    (first,) = (home / "iceberg" / "articles" / "data").glob("00001-*")
    own = [home / "iceberg" / "articles" / "data" / name for name in ("mine.parquet", "notes.txt")]
    for path in own:
        path.write_text("mine")
    table(home, "articles").manage_snapshots().create_tag(
        table(home, "articles").current_snapshot().snapshot_id, "paper"
    ).commit()
    update(home, 2, citation(12))
    update(home, 3, citation(13))
    found = table(home, "articles")
    assert tags(found) == ["26-000002", "26-000003", "paper"]
    assert pmids(found, "paper") == [1, 11], "a tag of the user's own keeps its rows"
    found.manage_snapshots().remove_tag("paper").commit()
    update(home, 4, citation(14))
    assert tags(table(home, "articles")) == ["26-000003", "26-000004"]
    assert not first.exists()
    assert pmids(table(home, "articles"), "26-000003") == [1, 11, 12, 13]
    assert named(home) == {path for path in (home / "iceberg").rglob("*.parquet") if path not in own}
    assert all(path.exists() for path in own), "files of other names stay"


def test_a_version_that_was_gone_back_to_is_current_again_and_not_written(home):
    update(home, 2, citation(12))
    before = named(home)
    for version, expected in (("26-000001", [1, 11]), ("26-000002", [1, 11, 12])):
        pipeline.rollback(home)
        assert write(home) == version
        assert pmids(table(home, "articles")) == expected
        assert named(home) == before


def test_files_that_were_lost_are_written_again(home):
    lost = min(path for path in named(home) if path.parts[-3] == "authors")
    content = table(home, "authors").scan().to_arrow()
    lost.write_bytes(lost.read_bytes()[:-1])
    assert write(home) == "26-000001"
    assert table(home, "authors").scan().to_arrow().equals(content)
    assert write(home) is None


def test_an_empty_table_and_records_without_a_pmid_are_there(home):
    assert table(home, "books").scan().to_arrow().num_rows == 0
    assert tags(table(home, "books")) == ["26-000001"]
    manifest = json.loads((home / "iceberg/manifest.json").read_text("utf-8"))
    for one in SOME:
        [(count,)] = ask(home, f"SELECT count(*) FROM {one.name}")
        assert manifest["tables"][one.name]["rows"] == count == table(home, one.name).scan().to_arrow().num_rows


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("moment", ["data/*", "metadata/snap-*"])
def test_a_killed_run_is_not_seen_and_the_next_one_goes_on(home, moment):
    update(home, 2, citation(12))
    manifest = (home / "iceberg/manifest.json").read_bytes()
    write_dump(home.parent / "mirror" / "updatefiles" / "pubmed26n0003.xml.gz", citation(13))
    pipeline.sync(home.parent / "mirror", home)
    before = set((home / "iceberg" / "articles").glob(moment))
    script = SCRIPT.format(names=[one.name for one in SOME], home=str(home), width=WIDTH)
    with subprocess.Popen([sys.executable, "-c", script]) as run:
        while run.poll() is None and before == set((home / "iceberg" / "articles").glob(moment)):
            time.sleep(0.001)
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    assert (home / "iceberg/manifest.json").read_bytes() == manifest
    assert "26-000003" not in tags(table(home, "articles"))
    assert pmids(table(home, "articles"), "26-000002") == [1, 11, 12]
    assert write(home) == "26-000003"
    for one in SOME:
        assert "26-000003" in tags(table(home, one.name))
    assert pmids(table(home, "articles"), "26-000003") == [1, 11, 12, 13]
    assert named(home) == set((home / "iceberg").rglob("*.parquet"))
