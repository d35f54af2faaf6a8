"""The documentation against the code: settings, commands, paths, tests, versions and links that it names exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import typer
import yaml

import medline
from medline import cli
from medline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SETTINGS, SECURITY, README, CHANGELOG, PYTHON = (
    (ROOT / name).read_text("utf-8")
    for name in (
        "docs/reference/settings.md",
        "SECURITY.md",
        "README.md",
        "CHANGELOG.md",
        "docs/reference/python.md",
    )
)
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sql").glob("*.md")]
BY_NAME = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([\w-]*))?\)")
#: A path of the repository as a page names it; what follows a `<` or `*` is a pattern.
PATH = re.compile(r"(?<![\w./-])(?:etl|sql|dags|docs|docker|tests|sample|scripts|bench)/[\w./-]*(?![\w<*…])")
#: The part of a name that stands for a date.
PATTERN = "YYMMDD"


def test_the_reference_has_a_row_for_every_setting():
    read = {
        name
        for path in (*(ROOT / "etl").rglob("*.py"), *(ROOT / "dags").glob("*.py"))
        for name in re.findall(
            r"""(?:environ(?:\.get)?[\[(]|envvar=|_setting\()"((?:MEDLINE|NCBI)_\w+)""", path.read_text("utf-8")
        )
    }
    read.remove("MEDLINE_CONFIG")  # names the file of the others; the page has it above the table
    assert read == {one.metadata["variable"] for one in fields(Settings)}
    assert set(re.findall(r"^\| ((?:MEDLINE|NCBI)_\w+) \|", SETTINGS, re.MULTILINE)) == read


def test_the_readme_fits_on_a_page():
    assert README.count("\n") < 100


@pytest.mark.parametrize("page", BY_NAME)
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


@pytest.mark.parametrize("page", [page for page in BY_NAME if page.id != "CHANGELOG.md"])
def test_every_path_that_a_page_names_exists(page):
    assert missing_paths(page.read_text("utf-8")) == []


def missing_paths(text: str) -> list[str]:
    without_links = LINK.sub("", text)
    names = [name.rstrip("./") for name in PATH.findall(without_links) if PATTERN not in name]
    return [name for name in names if not (ROOT / name).exists()]


def test_a_path_that_does_not_exist_is_reported():
    text = "see `etl/medline/pipeline.py`, sql/feeds/<name>.sql, `sql/checks/gone.sql` and home/lake/tests/x."
    assert missing_paths(text) == ["sql/checks/gone.sql"]


@pytest.mark.parametrize("page", [page for page in BY_NAME if page.id != "CHANGELOG.md"])
def test_every_command_that_a_page_shows_exists(page):
    shell = "".join(re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
    code = shell + "\n".join(re.findall(r"`(medline [^`]*|make [^`]*)`", page.read_text("utf-8")))
    commands = set(typer.main.get_command(cli.app).commands)
    used = set(re.findall(r"\bmedline (?:-\S+ )*([a-z][a-z-]*)", code.replace("--log-format json ", "")))
    assert used - commands == set()
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", code)) - targets == set()


def test_every_page_is_in_the_navigation_of_the_site():
    def paths(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        values = entry.values() if isinstance(entry, dict) else entry
        return [path for value in values for path in paths(value)]

    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    listed = paths(site["nav"])
    assert sorted(listed) == sorted(str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md"))


@pytest.mark.long
def test_the_site_loads_nothing_from_a_network(tmp_path):
    command = [
        Path(sys.executable).with_name("mkdocs"),
        "build",
        "--quiet",
        "--strict",
        "--site-dir",
        tmp_path / "site",
    ]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    loaded = r"""<(?:script|img|iframe)[^>]+src="?(?:https?:)?//|<link[^>]+href="?(?:https?:)?//|url\((?:https?:)?//"""
    for path in (*pages, *(tmp_path / "site").rglob("*.css")):
        assert re.findall(loaded, path.read_text("utf-8")) == [], path


def test_the_version_is_the_same_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    released = re.findall(r"^## \[([\d.]+)\] - (\d{4}-\d\d-\d\d)$", CHANGELOG, re.MULTILINE)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert released[0] == (version, str(citation["date-released"]))
    assert citation["version"] == version
    assert CHANGELOG.index("## [Unreleased]") < CHANGELOG.index(f"## [{version}]")


def test_the_page_of_the_python_api_documents_every_name():
    headings = set(re.findall(r"^## .*`medline\.(\w+)", PYTHON, re.MULTILINE))
    assert headings == {"connect", "search", "sync"}
    assert all(callable(getattr(medline, name)) for name in headings)


def test_every_test_that_the_threat_notes_name_exists():
    named = set(re.findall(r"`(test_\w+)`", SECURITY))
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in tests} == set()
    assert all((ROOT / name).exists() for name in re.findall(r"`((?:tests|scripts)/[\w./]+)`", SECURITY))


@pytest.mark.parametrize(
    ("path", "script"), re.findall(r"(?:PYTHONPATH=(\S+) )?\$\(VENV\)/bin/python (tests/\S+\.py)", MAKEFILE)
)
def test_a_script_of_a_target_finds_what_it_imports(path, script):
    """Without running it: Python looks where the script is, not where make is."""
    code = "import os, runpy, sys; sys.path[0] = os.path.dirname(sys.argv[1]); runpy.run_path(sys.argv[1])"
    environment = os.environ | {"PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code, script], cwd=ROOT, env=environment, check=True)
