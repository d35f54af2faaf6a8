"""Versions of feeds and exported tables: what is removed, and what is not."""

from __future__ import annotations

import json

import pytest

from build import citation, write_mirror
from medline import pipeline
from medline.errors import UsageError
from medline.outputs import feeds, tables

#: Names that are nearly those of versions, as copies and backups have them.
FOREIGN = ("archive", "backup.2024", "26-000001.copy", "26-000001.1.old", "26-0000012", "126-000001", ".hidden")
WRITE = {"feeds": feeds.write, "parquet": tables.write}


@pytest.fixture(autouse=True)
def one_is_kept(monkeypatch):
    """So that two more versions let the first one go."""
    monkeypatch.setenv("MEDLINE_KEEP", "1")
    monkeypatch.setenv("MEDLINE_FEEDS_KEEP", "1")


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
    for _ in range(2):
        pipeline.rebuild(home)
        for write in WRITE.values():
            write(home)
    for folder, version in first.items():
        assert not (home / folder / version).exists(), "old versions go"
    assert [path.read_text() for path in mine] == ["kept"] * len(mine)


BOTH = pytest.mark.parametrize(("folder", "write"), [*WRITE.items()])


def written_once(directory, write):
    """Return a home of one citation, and the version that was written of it."""
    write_mirror(directory / "mirror", [citation(1)])
    pipeline.sync(directory / "mirror", directory / "home")
    return directory / "home", write(directory / "home")


def write_again(home, write):
    for _ in range(2):
        pipeline.rebuild(home)
        write(home)


#: Names as versions have them: of a run that was rolled back, of another program, of a year to come.
ALIKE = {"feeds": ("26-000001.9", "24-000007.1", "99-999999.99"), "parquet": ("24-000001", "24-123456", "99-999999")}


@pytest.mark.long
@BOTH
def test_folders_that_somebody_else_named_like_versions_stay(tmp_path, folder, write):
    home, first = written_once(tmp_path, write)
    for name in ALIKE[folder]:
        (home / folder / name / "articles").mkdir(parents=True)
        (home / folder / name / "articles" / "part-0001.parquet").write_text("kept")
        (home / folder / name / "journals.csv").write_text("kept")
        (home / folder / name / "manifest.json").write_text('{"version": "another"}')
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "manifest.json").write_text(json.dumps({"version": "25-000001.1"}))
    (home / folder / "25-000001.1").symlink_to(tmp_path / "elsewhere")
    before = {path for path in home.joinpath(folder).rglob("*") if path.relative_to(home / folder).parts[0] != first}
    write_again(home, write)
    assert not (home / folder / first).exists(), "old versions go"
    assert {path for path in before if path.name not in (".lock", "manifest.json") and not path.exists()} == set()
    assert (tmp_path / "elsewhere" / "manifest.json").exists()


@pytest.mark.long
@BOTH
def test_what_somebody_put_into_a_version_stays_when_it_goes(tmp_path, folder, write):
    home, first = written_once(tmp_path, write)
    (home / folder / first / "notes.txt").write_text("kept")
    write_again(home, write)
    assert [path.name for path in (home / folder / first).rglob("*")] == ["notes.txt"]


def test_a_folder_of_somebody_else_in_the_place_of_a_version_is_an_error_and_stays(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    home = tmp_path / "home"
    pipeline.sync(tmp_path / "mirror", home)
    (home / "parquet" / "26-000001").mkdir(parents=True)
    (home / "parquet" / "26-000001" / "mine.txt").write_text("kept")
    with pytest.raises(UsageError, match="parquet/26-000001 is not of this program; move it away"):
        tables.write(home)
    assert (home / "parquet" / "26-000001" / "mine.txt").read_text() == "kept"


@pytest.mark.long
@BOTH
def test_a_version_of_an_earlier_program_is_known_by_the_manifest_that_names_it(tmp_path, folder, write):
    home, first = written_once(tmp_path, write)
    (home / folder / first / "manifest.json").unlink()
    write_again(home, write)
    assert not (home / folder / first).exists()
