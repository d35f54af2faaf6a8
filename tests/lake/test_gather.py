"""Small files that come one by one share files in the lake, whatever a kill leaves; what they say stays as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from build import authors, citation, contents, deletion, killed_after, title, write_mirror
from medline import pipeline
from medline.home import LocalHome
from medline.home.layout import lake_name
from medline.lake import bundles, gather, manifest
from medline.schema.tables import LAKE_TABLES

DUMPS = [
    [citation(1, title=title("Old.")), citation(2)],
    *([citation(1, title=title(f"Number {n}."), article=authors(f"A{n}")), citation(10 + n)] for n in range(1, 4)),
    [citation(3), deletion(2)],
]


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(gather, "FEWEST", 3)


def _sync_all(directory: Path) -> None:
    write_mirror(directory / "mirror", *DUMPS)
    pipeline.sync(directory / "mirror", directory / "home")


@pytest.fixture
def home(copy_of, tmp_path) -> Path:
    copy_of(_sync_all, tmp_path)
    return tmp_path / "home"


def bundles_in(home: Path) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted((home / "lake" / "bundles").glob("*.json"))]


def table_files(home: Path) -> int:
    return len(list((home / "lake").glob("*/*.parquet")))


def test_small_updates_share_files_and_say_what_they_said(home):
    (bundle,) = bundles_in(home)
    assert sorted(bundle["members"]) == [f"pubmed26n000{n}.xml.gz" for n in range(2, 6)]
    assert table_files(home) == 2 * len(LAKE_TABLES), "the baseline has its own"
    before = contents(home)
    pipeline.rebuild(home)
    assert contents(home) == before
    assert pipeline.sync(home.parent / "mirror", home) == []


def test_a_dump_that_is_issued_again_leaves_and_what_was_before_it_wins(home):
    write_mirror(home.parent / "mirror", *DUMPS[:3], [citation(9)], DUMPS[4])
    assert pipeline.sync(home.parent / "mirror", home) == ["pubmed26n0004.xml.gz"]
    assert [name for name in bundles_in(home)[0]["members"] if "0004" in name] == []
    rows = contents(home)
    assert {row[0] for row in rows["articles"]} == {1, 3, 9, 11, 12}
    assert [row for row in rows["authors"] if "A2" in row]
    pipeline.rebuild(home)
    assert contents(home) == rows


def test_bundles_that_are_not_half_full_are_put_together_without_rows_of_files_that_left(home):
    more = [[citation(20 + n)] for n in range(3)]
    write_mirror(home.parent / "mirror", *DUMPS[:3], [citation(9)], DUMPS[4], *more)
    pipeline.sync(home.parent / "mirror", home)
    (bundle,) = bundles_in(home)
    assert len(bundle["members"]) == 7
    rows = pq.read_table(LocalHome(home).table("articles", bundle["stem"]))["source_file"].to_pylist()
    of_members = [[name] * member["rows"].get("articles", 0) for name, member in bundle["members"].items()]
    assert rows == [name for names in of_members for name in names]
    assert table_files(home) == 2 * len(LAKE_TABLES)


def test_full_bundles_and_large_files_stay(home, monkeypatch):
    before = bundles_in(home)
    monkeypatch.setattr(gather, "BUNDLE_RECORDS", 4)
    monkeypatch.setattr(gather, "MOST_RECORDS", 1)
    write_mirror(home.parent / "mirror", *DUMPS, *([citation(20 + n)] for n in range(3)), [citation(30), citation(31)])
    pipeline.sync(home.parent / "mirror", home)
    now = bundles_in(home)
    assert [bundle for bundle in now if bundle in before] == before
    assert sorted(len(bundle["members"]) for bundle in now) == [3, 4]
    assert manifest.read_manifest(LocalHome(home), "pubmed26n0009.xml.gz").bundle == ""


def test_dumps_of_a_year_that_nobody_keeps_leave_their_bundle(home):
    manifest.forget_years(LocalHome(home), 27)
    assert bundles_in(home) == []
    assert table_files(home) == 0


@pytest.mark.long
@pytest.mark.parametrize("replaced", [0, 20, len(LAKE_TABLES)])
def test_a_kill_while_files_are_put_together_changes_nothing_and_is_made_good(replaced, home):
    local, before = LocalHome(home), contents(home)
    write_mirror(home.parent / "mirror", *DUMPS, *([citation(20 + n)] for n in range(3)))
    made = [pipeline.transform_files([path], home) for path in sorted(home.parent.rglob("*n000[678].xml.gz"))]
    with pytest.raises(KeyboardInterrupt), killed_after(replaced):
        gather.gather(local)
    assert all(manifest.read_manifest(local, source.name) for one in made for source in one)
    assert contents(home) == before
    pipeline.sync(home.parent / "mirror", home)
    assert len(bundles_in(home)) == 1
    assert table_files(home) == 2 * len(LAKE_TABLES)
    pipeline.rebuild(home)


def test_a_file_that_a_kill_left_in_two_places_is_in_its_bundle(home):
    local, name = LocalHome(home), "pubmed26n0002.xml.gz"
    shared = manifest.read_manifest(local, name)
    bundle = bundles.members(local)[name]
    path = next(home.parent.rglob(name))
    pipeline.transform_files([path], home, replace=True)
    bundles.write(bundle, local)  # it has not left yet
    assert manifest.read_manifest(local, name).bundle == ""
    gather.gather(local)
    assert manifest.read_manifest(local, name) == shared
    assert not local.table("articles", lake_name(name)).exists()


def test_tables_without_a_manifest_go(home):
    local = LocalHome(home)
    for table in ("articles", "mesh"):
        local.table(table, "pubmed26n0099").write_bytes(b"x")
    gather.gather(local)
    assert table_files(home) == 2 * len(LAKE_TABLES)
