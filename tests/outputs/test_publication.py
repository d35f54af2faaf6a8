"""Versions of feeds and exported tables: what is removed, and what is not."""

from __future__ import annotations

import pytest

from build import citation, write_mirror
from medline import pipeline
from medline.outputs import feeds, tables

#: Names that are nearly those of versions, as copies and backups have them.
FOREIGN = ("archive", "backup.2024", "26-000001.copy", "26-000001.1.old", "26-0000012", "126-000001", ".hidden")


@pytest.mark.parametrize(("folder", "write"), [("feeds", feeds.write), ("parquet", tables.write)])
def test_folders_that_are_no_versions_stay(tmp_path, folder, write):
    write_mirror(tmp_path / "mirror", [citation(1)])
    home = tmp_path / "home"
    for name in FOREIGN:
        (home / folder / name).mkdir(parents=True)
        (home / folder / name / "mine.txt").write_text("kept")
    pipeline.sync(tmp_path / "mirror", home)
    first = write(home)
    for _ in range(3):
        pipeline.rebuild(home)
        write(home)
    assert not (home / folder / first).exists(), "old versions go"
    assert [(home / folder / name / "mine.txt").read_text() for name in FOREIGN] == ["kept"] * len(FOREIGN)
