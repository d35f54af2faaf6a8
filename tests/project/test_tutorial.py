"""The tutorial: every block runs as it stands, one after the other, and prints what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
#: A block of commands, with the output that the page shows below it.
BLOCKS = re.findall(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", TUTORIAL, re.DOTALL)
PATIENCE = 600


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """What each block prints on stdout and stderr; they share a directory, and the environment replaces the set-up."""
    directory = tmp_path_factory.mktemp("tutorial")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "MEDLINE_HOME": str(directory / "tutorial"), "PYTHONPATH": str(ROOT)}
    printed = {}
    for block, _ in BLOCKS[1:]:
        run = subprocess.run(
            ["sh", "-euc", block], cwd=directory, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert run.returncode == 0, (block, run.stderr)
        printed[block] = run.stdout, run.stderr
    printed["page"] = (directory / "tutorial" / "feeds" / "dashboard.html").read_text("utf-8"), ""
    return printed


def test_the_first_block_is_what_the_environment_stands_for():
    assert BLOCKS[0][0] == 'make setup\nexport PATH="$PWD/.venv/bin:$PATH" MEDLINE_HOME="$PWD/tutorial"\n'


def test_blocks_show_their_output():
    assert sum(bool(shown) for _, shown in BLOCKS) >= 5


@pytest.mark.long
@pytest.mark.parametrize(("block", "shown"), [block for block in BLOCKS[1:] if block[1]])
def test_a_block_prints_what_the_page_shows(outputs, block, shown):
    assert outputs[block][0].rstrip() == shown.rstrip(), "change docs/tutorial.md"


@pytest.mark.parametrize(
    ("command", "message"),
    [("medline sync", "8 files applied"), ("medline load", "1 files applied"), ("medline dashboard", "dashboard.html")],
)
def test_a_command_says_what_it_did(outputs, command, message):
    (stderr,) = [stderr for block, (_, stderr) in outputs.items() if command in block]
    assert message in stderr


def test_the_page_at_the_end_has_charts(outputs):
    assert "vega" in outputs["page"][0].lower()
