"""Versions of feeds and exported tables: what is removed, and what is not."""

from __future__ import annotations

import pytest

from build import citation, write_mirror
from medline import pipeline
from medline.outputs import feeds, tables

#: Names that are nearly those of versions, as copies and backups have them.
FOREIGN = ("archive", "backup.2024", "26-000001.copy", "26-000001.1.old", "26-0000012", "126-000001", ".hidden")
WRITE = {"feeds": feeds.write, "parquet": tables.write}


@pytest.mark.long
def test_folders_that_are_no_versions_stay(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    home = tmp_path / "home"
    mine = [home / folder / name / "mine.txt" for folder in WRITE for name in FOREIGN]
    for path in mine:
        path.parent.mkdir(parents=True)
        path.write_text("kept")
    pipeline.sync(tmp_path / "mirror", home)
    first = {folder: write(home) for folder, write in WRITE.items()}
    for _ in range(3):
        pipeline.rebuild(home)
        for write in WRITE.values():
            write(home)
    for folder, version in first.items():
        assert not (home / folder / version).exists(), "old versions go"
    assert [path.read_text() for path in mine] == ["kept"] * len(mine)
