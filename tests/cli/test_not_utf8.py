"""Bytes that are not UTF-8, wherever one may put them: one line that names the place, and exit code 2."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from build import ask, error_of, medline, text_record
from medline import cli, settings
from medline.errors import UsageError

LATIN_1 = os.fsdecode("Sjögren".encode("latin-1"))
APP = typer.main.get_command(cli.app)


def texts():
    """Each option and argument that takes a text, with words that let the others be."""
    for name, command in APP.commands.items():
        needed = [one for one in command.params if one.required]
        for one in command.params:
            if one.type_descriptor.annotation not in (str, Path):
                continue
            words = [word for other in needed if other is not one for word in given(other)]
            yield pytest.param([name, *words, *given(one, LATIN_1)], id=f"{name} {one.opts[-1]}")


def given(one, value="ris"):
    """Return the words that give a parameter a value, which here is a format where nothing else is wanted."""
    return [one.opts[0], value] if one.param_type_name == "option" else [value]


@pytest.mark.parametrize("words", [*texts()])
def test_a_text_that_is_not_utf_8_is_refused_by_its_name(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli.app, words)
    (line,) = result.output.splitlines()
    assert (result.exit_code, line.startswith("error: ")) == (2, True)
    assert line.endswith(" is not UTF-8 text: Sj\\udcf6gren")
    assert list(tmp_path.iterdir()) == []


TEXT_SETTINGS = [one.metadata["variable"] for one in fields(settings.Settings) if isinstance(one.default, str)]


@pytest.mark.parametrize("variable", TEXT_SETTINGS)
def test_a_setting_that_is_not_utf_8_is_an_error(monkeypatch, variable):
    monkeypatch.setenv(variable, LATIN_1)
    with pytest.raises(UsageError, match=rf"^{variable} is "):
        settings.read()


@pytest.mark.parametrize("words", [["export", "-f", "ris", "-"], ["search", "--file", "-"]])
def test_a_standard_input_that_is_not_utf_8_is_an_error(home, words):
    result = CliRunner().invoke(cli.app, [*words, "--home", str(home)], input=b"1\n\xf6")
    assert (result.exit_code, result.output) == (
        2,
        "error: standard input: byte 2 is not UTF-8; save the file as UTF-8 text\n",
    )


def test_a_file_that_is_not_utf_8_is_an_error(home, tmp_path):
    (tmp_path / "strategy.txt").write_bytes(b"1. a\xf6")
    assert error_of(medline("search", tmp_path / "strategy.txt", "--home", home), 2).startswith("strategy.txt: byte 4 ")


def test_a_file_to_read_may_have_any_name(tmp_path):
    (tmp_path / f"{LATIN_1}.nbib").write_text(text_record(1))
    result = medline("load", tmp_path / f"{LATIN_1}.nbib", "--home", tmp_path / "home")
    assert (result.returncode, result.stderr.splitlines()[-1]) == (0, "1 files applied")
    assert ask(tmp_path / "home", "SELECT source_file FROM articles") == [("Sj\ufffdgren.nbib",)]
