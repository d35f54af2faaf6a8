"""What a loss of power or another program does to a machine's copy of a home in a store: it is downloaded again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from build import citation, contents, write_mirror
from medline import pipeline
from object_store import HOME

pytestmark = pytest.mark.long


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


FILES = ("versions/*/medline.duckdb", "versions/*/contents.json", "log/*.json")


def test_a_damaged_copy_is_downloaded_again_and_what_is_made_of_it_is_right(on, tmp_path):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, [citation(1), citation(2)])
    pipeline.sync(mirror, HOME)
    before = contents(HOME)
    for pattern in FILES:
        for damage in (cut, empty, Path.unlink, *([overwrite] if "duckdb" in pattern else [])):
            (path,) = next((tmp_path / "one").glob("*/warehouse")).glob(pattern)
            path.chmod(0o644)
            damage(path)
            assert contents(HOME) == before, (pattern, damage.__name__)
    write_mirror(mirror, [citation(1), citation(2)], [citation(3)])
    cut(next((tmp_path / "one").glob(f"*/warehouse/{FILES[0]}")))
    pipeline.sync(mirror, HOME)
    on("two")
    assert {row[0] for row in contents(HOME)["articles"]} == {1, 2, 3}
