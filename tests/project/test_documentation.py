"""The documentation against the code: commands, settings, tests and links that it names exist, and none is missing."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from medline import cli
from medline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMMANDS, SETTINGS, SECURITY, README = (
    (ROOT / name).read_text("utf-8")
    for name in ("docs/reference/commands.md", "docs/reference/settings.md", "SECURITY.md", "README.md")
)
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sql").glob("*.md")]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([\w-]*))?\)")


def test_the_reference_has_a_row_for_every_command():
    commands = set(typer.main.get_command(cli.app).commands)
    assert "sync" in commands
    assert set(re.findall(r"^\| `medline (\w+)", COMMANDS, re.MULTILINE)) == commands


def test_the_reference_has_a_row_for_every_setting():
    read = {
        name
        for path in (*(ROOT / "etl").rglob("*.py"), *(ROOT / "dags").glob("*.py"))
        for name in re.findall(
            r"""(?:environ(?:\.get)?[\[(]|envvar=|_setting\()"((?:MEDLINE|NCBI)_\w+)""", path.read_text("utf-8")
        )
    }
    assert read == {one.metadata["variable"] for one in fields(Settings)}
    assert set(re.findall(r"^\| ((?:MEDLINE|NCBI)_\w+) \|", SETTINGS, re.MULTILINE)) == read


def test_the_readme_fits_on_a_page():
    assert README.count("\n") < 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        if ":" in target:
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have on the usual forges."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_test_that_the_threat_notes_name_exists():
    named = set(re.findall(r"`(test_\w+)`", SECURITY))
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in tests} == set()
    assert all((ROOT / name).exists() for name in re.findall(r"`((?:tests|scripts)/[\w./]+)`", SECURITY))
