"""Seals: what tells a published file from one that was changed since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medline.home import seals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(bytes(3 * seals.HEADERS))
    return tmp_path / "file"


def write(path: Path, position: int, *, keep_time: bool = False) -> None:
    times = path.stat()
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(position)
        file.write(b"x")
    if keep_time:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_sealed_file_is_read_only_and_the_same(path):
    sealed = seals.seal(path)
    assert path.stat().st_mode & 0o777 == 0o444
    assert seals.change(path, sealed) == ""


@pytest.mark.parametrize(
    ("position", "keep_time", "said"),
    [
        (2 * seals.HEADERS, False, "was written to"),
        (4096, False, "was written to"),
        (3 * seals.HEADERS, True, "has 36,865 bytes, not 36,864"),
    ],
)
def test_a_change_is_seen(path, position, keep_time, said):
    sealed = seals.seal(path)
    write(path, position, keep_time=keep_time)
    assert seals.change(path, sealed) == said


def test_a_header_is_seen_where_size_and_time_are_the_same(path):
    sealed = seals.seal(path)
    write(path, 4096, keep_time=True)
    seals._head.cache_clear()  # of another process
    assert seals.change(path, sealed) == "has another header"


def test_a_file_that_is_gone_is_seen(path):
    sealed = seals.seal(path)
    path.unlink()
    assert seals.change(path, sealed) == "is missing"


def test_a_copy_gets_the_time_and_the_mode_of_the_original(path, tmp_path):
    sealed = seals.seal(path)
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    assert seals.change(copy, sealed) == "was written to"
    seals.restore(copy, sealed)
    assert seals.change(copy, sealed) == ""
    assert copy.stat().st_mode & 0o777 == 0o444
