"""Small exports of a home in an object store: files that share their files in the lake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from build import citation, contents, document
from medline import pipeline
from medline.errors import Locked
from medline.home import open_home
from medline.schema.tables import LAKE_TABLES
from object_store import HOME, filesystem, stored

pytestmark = pytest.mark.long


def small_exports(directory: Path, *pmids: int, first: int = 1) -> list[Path]:
    """Small files, which share files in the lake: 1.xml, 2.xml, … with these PMIDs."""
    directory.mkdir()
    paths = [directory / f"{number}.xml" for number, _ in enumerate(pmids, start=first)]
    for path, pmid in zip(paths, pmids, strict=True):
        path.write_bytes(document(citation(pmid)))
    return paths


def assert_bundles_whole() -> list[str]:
    """The bundles have their tables in the store, and no other bundle has; the names of their files."""
    stems = [Path(name).stem for name in stored("lake/bundles")]
    tables = [name for name in stored("lake") if "/bundle-" in name and name.endswith(".parquet")]
    assert tables == sorted(f"lake/{table.name}/{stem}.parquet" for table in LAKE_TABLES for stem in stems)
    manifests = [json.loads(filesystem().cat_file(f"{HOME}/lake/bundles/{stem}.json")) for stem in stems]
    return sorted(name for bundle in manifests for name in bundle["members"])


def test_small_exports_share_files_whatever_machine_loads_or_replaces_them(on, tmp_path):
    disk, first = tmp_path / "disk", small_exports(tmp_path / "first", 11, 12, 13, 14)
    second = small_exports(tmp_path / "second", 21, 22)
    third = small_exports(tmp_path / "third", 33, 34, first=3)
    for machine, paths in (("one", first), ("two", first), ("two", second), ("one", third), ("three", third[:1])):
        on(machine)
        is_known = (machine, paths) in (("two", first), ("three", third[:1]))
        for home in (HOME, disk):
            applied, _ = pipeline.load_files(paths, home, replace=not is_known)
            assert len(applied) == (0 if is_known else len(paths))
        assert contents(HOME) == contents(disk)
        assert len(assert_bundles_whole()) == 4
    assert len(stored("lake/bundles")) == 2, "the first one has lost all of its files"
    on("four")
    pipeline.rebuild(HOME)
    assert contents(HOME) == contents(disk)
    small_exports(tmp_path / "fourth", 99)
    pipeline.load_files([tmp_path / "fourth" / "1.xml"], HOME, replace=True)
    assert assert_bundles_whole() == ["2.xml", "3.xml", "4.xml"]
    on("one")
    pipeline.rebuild(HOME)
    assert {row[0] for row in contents(HOME)["articles"]} == {99, 22, 33, 34}


@pytest.mark.parametrize("number", [1, 2])
def test_of_two_machines_that_put_a_small_export_of_one_name_one_is_refused(on, number, tmp_path):
    first, second = small_exports(tmp_path / "first", 11, 12), small_exports(tmp_path / "second", 21, 22, 23)
    with open_home(HOME, "lake", "warehouse", "journals") as late:
        on("two")
        pipeline.load_files(first[:number], HOME)
        with pytest.raises(
            Locked, match=r"another run wrote lake/bundles/bundle-.*\.json meanwhile; run this one again"
        ):
            pipeline.load_files(second, late)
    on("three")
    assert assert_bundles_whole() == (["1.xml", "2.xml"] if number == 2 else [])
    for is_rebuilt in (False, True):
        if is_rebuilt:
            pipeline.rebuild(HOME)
        assert {row[0] for row in contents(HOME)["articles"]} == set([11, 12][:number])
    pipeline.load_files(second, HOME, replace=True)
    pipeline.rebuild(HOME)
    assert {row[0] for row in contents(HOME)["articles"]} == {21, 22, 23}


def test_the_same_small_exports_from_two_machines_are_no_matter(on, tmp_path):
    paths = small_exports(tmp_path / "mine", 11, 12, 13)
    with open_home(HOME, "lake", "warehouse", "journals") as late:
        on("two")
        pipeline.transform_files(paths[:2], HOME)
        on("one")
        assert pipeline.load_files(paths, late) == ([path.name for path in paths], [])
    on("three")
    pipeline.rebuild(HOME)
    assert {row[0] for row in contents(HOME)["articles"]} == {11, 12, 13}
