"""What set-up installs: pinned, by hash, and from no host that a file names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))

#: Files whose commands install something.
FILES = [ROOT / "Makefile", ROOT / "Dockerfile", *sorted((ROOT / "scripts").glob("*.sh")), *sorted(ROOT.glob(".ci/*")),
         *sorted(ROOT.glob(".github/**/*.yml"))]  # fmt: skip


def installs(text: str) -> list[str]:
    """The commands of a file that install packages of Python, each in one line, variables of make replaced."""
    text = text.replace("\\\n", " ")
    for name, value in re.findall(r"^(\w+) := (.*)$", text, re.MULTILINE):
        text = text.replace(f"$({name})", value)
    commands = re.split(r"\n|&&|;", text)
    return [command.strip() for command in commands if re.search(r"\b(pip3?|uv|pipx)\b.*\binstall\b", command)]


@pytest.mark.parametrize("path", [path for path in FILES if path.is_file()], ids=lambda path: path.name)
def test_every_package_that_is_installed_has_a_hash(path):
    wild = [
        one for one in installs(path.read_text("utf-8")) if "--require-hashes" not in one and "--no-deps" not in one
    ]
    assert wild == []


def test_the_commands_that_install_are_found():
    assert len(installs((ROOT / "scripts" / "setup.sh").read_text("utf-8"))) == 5
    assert installs("x:\n\t.venv/bin/python -m pip install \\\n\t  --quiet uv\n") == [
        ".venv/bin/python -m pip install  \t  --quiet uv"
    ]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_by_hash_and_names_no_host(path):
    text = path.read_text("utf-8")
    assert "://" not in text
    pins = re.findall(r"^[a-z].*$", text, re.MULTILINE)
    assert pins
    assert [pin for pin in pins if not re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+ .*\\$", pin)] == []
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
