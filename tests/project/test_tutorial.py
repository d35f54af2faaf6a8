"""The tutorial: every block runs as it stands, one after the other, and shows what the text says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"^## (\d+)\. .*?```sh\n(.*?)```", TUTORIAL, re.DOTALL | re.MULTILINE)
PATIENCE = 600


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each block prints; they share a directory and a shell's variables, and the environment stands for set-up."""
    directory = tmp_path_factory.mktemp("tutorial")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "MEDLINE_HOME": str(directory / "tutorial"), "PYTHONPATH": str(ROOT)}
    found = {}
    for number, block in BLOCKS[1:]:
        made = subprocess.run(
            ["sh", "-euc", block], cwd=directory, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert made.returncode == 0, (block, made.stderr)
        found[number] = made.stdout + made.stderr
    found["page"] = (directory / "tutorial" / "feeds" / "dashboard.html").read_text("utf-8")
    return found


def test_the_first_block_is_what_the_environment_stands_for():
    assert BLOCKS[0] == ("1", 'make setup\nexport PATH="$PWD/.venv/bin:$PATH" MEDLINE_HOME="$PWD/tutorial"\n')


@pytest.mark.parametrize(
    ("number", "shows"),
    [
        ("2", "5 files applied"),
        ("3", "descriptor_ui"),
        ("4", "pub_date"),
        ("5", "mine.nbib"),
        ("6", "@"),
        ("7", "the page is"),
        ("page", "vega"),
    ],
)
def test_a_block_runs_and_shows_something(outputs, number, shows):
    assert shows.lower() in outputs[number].lower()
