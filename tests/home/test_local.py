"""A home on a disk: what its steps remove is gone, and of the rest nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from build import ask, citation, error_of, medline, write_mirror
from medline.errors import UsageError
from medline.home import LocalHome, open_home


@pytest.fixture
def home(tmp_path) -> LocalHome:
    return LocalHome(tmp_path / "home")


def made(*paths: Path) -> tuple[Path, ...]:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 5_000)
    return paths


def test_it_is_named_by_its_directory(home):
    assert str(home) == str(home.path)
    assert not home.is_remote


def test_an_open_home_is_given_back_as_it_is(home):
    with open_home(home) as again:
        assert again is home
    with open_home(home.path) as opened:
        assert opened.path == home.path


def test_files_are_removed_and_one_that_is_not_there_is_no_matter(home):
    one, other, kept = made(*(home.path / "lake" / name for name in ("one", "other", "kept")))
    home.remove([one, other, home.path / "lake" / "gone"])
    assert list(home.lake.iterdir()) == [kept]


def test_a_bundle_goes_with_its_tables(home):
    manifest, table, kept = made(home.bundle("b1"), home.table("articles", "b1"), home.table("articles", "b2"))
    home.remove_bundle("b1", [table])
    assert not manifest.exists()
    assert not table.exists()
    assert kept.exists()


def test_a_bundle_that_is_not_there_is_an_error_and_its_tables_stay(home):
    (table,) = made(home.table("articles", "b1"))
    with pytest.raises(FileNotFoundError):
        home.remove_bundle("b1", [table])
    assert table.exists()


def test_a_directory_is_discarded_whole_and_none_is_no_matter(home):
    made(home.reports / "a" / "b")
    home.discard(home.reports)
    home.discard(home.reports)
    assert not home.reports.exists()


def test_folders_are_sorted_and_files_are_none(home):
    assert home.folders(home.feeds) == []
    made(home.feeds / "2" / "a", home.feeds / "1" / "a", home.feeds / "manifest")
    assert home.folders(home.feeds) == ["1", "2"]


def test_disk_usage_is_that_of_one_part(home):
    made(home.lake / "a", home.feeds / "a")
    assert home.disk_usage("lake") >= 5_000
    assert home.disk_usage("warehouse") == 0


def test_tables_are_there_only_together(home):
    there, gone = home.table("articles", "a"), home.table("books", "a")
    made(there)
    size = there.stat().st_size
    assert home.has_tables({there: size})
    assert home.has_tables({there: None})
    assert home.has_tables({})
    assert not home.has_tables({there: size, gone: size})
    assert not home.has_tables({there: size + 1})
    there.write_bytes(b"")
    assert not home.has_tables({there: None}), "of an earlier program's manifest"


def test_what_is_left_of_a_version_that_was_removed_is_swept(home):
    made(home.contents("26-000001"), home.database("26-000002"))
    home.sweep_versions("26-000002")
    assert home.folders(home.database("").parent.parent / "versions") == ["26-000002"]


def test_what_a_store_needs_changes_nothing_here(home):
    files = made(home.lake / "a", home.database("20260101T000000"))
    home.download([home.lake / "gone"])
    home.upload()
    home.release()
    home.check_unchanged(home.lake / "a")
    home.check_is_published("another")
    home.publish("20260101T000000")
    home.sweep_versions("20260101T000000")
    assert sorted(path for path in home.path.rglob("*") if path.is_file()) == sorted(files)


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "name", ["a:b", "s3:x", "C:x", "x:y/z", "file:x", "https:/x", "a#b", "a%20b", "a*b", "a[b]", "a\nb"]
)
def test_a_home_may_be_named_like_this(tmp_path, name):
    write_mirror(tmp_path / "mirror", [citation(1)])
    for command in (("sync", "--mirror", "mirror"), ("feeds",), ("export-tables",), ("status",)):
        result = medline(*command, "--home", name, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert ask(tmp_path / name, "SELECT pmid FROM articles") == [(1,)]


@pytest.mark.parametrize("name", [b"n\xff", b"n\xff/inner", b"n?", b"n\\", b"link/inner"])
def test_a_home_that_cannot_be_is_one_line_and_nothing_is_made(tmp_path, name):
    write_mirror(tmp_path / "mirror", [citation(1)])
    (tmp_path / "link").symlink_to(os.fsdecode(b"m\xff"))
    before = sorted(tmp_path.iterdir())
    for command in (("sync", "--mirror", "mirror"), ("status",), ("query", "SELECT 1")):
        error_of(medline(*command, "--home", os.fsdecode(name), cwd=tmp_path), 2)
    assert sorted(tmp_path.iterdir()) == before


def test_a_home_of_nobody_is_one_line(tmp_path):
    assert "~no-such-user/home: no such user" in error_of(medline("status", "--home", "~no-such-user/home"), 2)
    with pytest.raises(UsageError, match="UTF-8"), open_home("a\0b"):
        pass
