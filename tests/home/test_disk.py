"""Files in one step, and room for them."""

from __future__ import annotations

import errno

import duckdb
import pytest

from medline.errors import DiskFull
from medline.home import disk


def test_a_file_is_replaced_when_the_block_ends(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    with disk.atomic_write(path) as unfinished:
        unfinished.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")

    def write_half():
        with disk.atomic_write(path) as unfinished:
            unfinished.write_text("ne")
            raise ValueError("half of it")

    with pytest.raises(ValueError, match="half"):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_room_is_asked_for_before_it_is_needed(tmp_path):
    disk.require_free_space(1, tmp_path, "a byte")
    with pytest.raises(DiskFull, match="a copy of the moon"):
        disk.require_free_space(1 << 60, tmp_path, "a copy of the moon")


@pytest.mark.parametrize(
    "error",
    [
        *(OSError(number, "full") for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)),
        *(duckdb.IOException(f"Could not write: {words}") for words in disk.FULL_WORDS),
    ],
    ids=str,
)
def test_a_full_disk_is_one_error_whoever_meets_it(tmp_path, error):
    with pytest.raises(DiskFull, match=tmp_path.name), disk.translate_disk_full(tmp_path):
        raise error


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "no"), duckdb.IOException("no such file")], ids=str)
def test_other_errors_stay_as_they_are(tmp_path, error):
    with pytest.raises(type(error)) as caught, disk.translate_disk_full(tmp_path):
        raise error
    assert caught.value is error
