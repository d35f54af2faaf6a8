"""The guides: a block of commands with an output below it prints that output on the sample; the page on Python runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cookbook

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCKS = [
    pytest.param(command, shown, id=f"{page.stem}: {command.strip()[:40]}")
    for page in sorted((DOCS / "guides").glob("*.md"))
    for command, shown in re.findall(r"```sh\n([^`]*)```\n\n```text\n([^`]*)```", page.read_text("utf-8"))
]
PYTHON = "".join(re.findall(r"```python\n(.*?)```", (DOCS / "reference" / "python.md").read_text("utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cookbook.make_home(tmp_path_factory.mktemp("guides"))


def run(home: Path, *command: str) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "MEDLINE_HOME": str(home)}
    ran = subprocess.run(command, cwd=home.parent, env=env, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_guides_show_outputs():
    assert len(BLOCKS) >= 4


@pytest.mark.long
@pytest.mark.parametrize(("command", "shown"), BLOCKS)
def test_a_block_prints_what_the_page_shows(home, command, shown):
    assert run(home, "sh", "-euc", command).rstrip() == shown.rstrip()


def test_the_page_on_python_runs(home):
    code = PYTHON.replace("https://ftp.ncbi.nlm.nih.gov/pubmed/", str(home.parent / "mirror"))
    printed = run(home, sys.executable, "-c", code.replace("/data/medline", str(home)))
    assert "0 files applied" in printed
