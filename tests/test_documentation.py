"""README, runbook and threat notes against the code: what is there is told, and what is told is there."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from etl import cli

ROOT = Path(__file__).resolve().parents[1]
README, SECURITY = ((ROOT / name).read_text("utf-8") for name in ("README.md", "SECURITY.md"))


def test_readme_has_a_row_for_every_command():
    commands = set(typer.main.get_command(cli.app).commands)
    assert "sync" in commands
    assert set(re.findall(r"^\| `medline (\w+)", README, re.MULTILINE)) == commands


def test_readme_has_a_row_for_everything_that_the_environment_says():
    read = {
        name
        for path in (*(ROOT / "etl").rglob("*.py"), *(ROOT / "dags").glob("*.py"))
        for name in re.findall(
            r"""(?:environ(?:\.get)?[\[(]|envvar=|_number\()"((?:MEDLINE|NCBI)_\w+)""", path.read_text("utf-8")
        )
    }
    assert "MEDLINE_WEBHOOK" in read
    rows = re.findall(r"^\| ((?:(?:MEDLINE|NCBI)_\w+(?:, )?)+) \|", README, re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} == read


def test_every_test_that_the_threat_notes_name_exists():
    named = set(re.findall(r"`(test_\w+)`", SECURITY))
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in tests} == set()
    assert all((ROOT / name).exists() for name in re.findall(r"`((?:tests|scripts)/[\w./]+)`", SECURITY))
