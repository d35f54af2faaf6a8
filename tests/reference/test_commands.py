"""The page of commands says what `medline COMMAND --help` says."""

from __future__ import annotations

import pytest
import typer.main

from medline import cli
from medline.reference.commands import _text, commands

APP = typer.main.get_command(cli.app)


@pytest.fixture(scope="module")
def page() -> str:
    return commands()


def section(page: str, name: str) -> str:
    return page.split(f"\n## medline {name}\n")[1].partition("\n## ")[0]


@pytest.mark.parametrize("name", APP.commands)
def test_every_command_has_a_section_with_its_options(page, name):
    assert page.count(f"| [`medline {name}`](#medline-{name}) | ") == 1
    text = section(page, name)
    assert f"```text\nmedline {name} [OPTIONS]" in text
    for one in APP.commands[name].params:
        if one.param_type_name == "option":
            assert all(option in text for option in one.opts), one.name


def test_options_of_all_commands_are_listed_once(page):
    assert "`--debug`" in page.split("## Options of all commands")[1].partition("\n## ")[0]


def test_choices_and_defaults_are_listed(page):
    text = section(page, "query")
    assert "One of `table`, `csv`, `json`, `parquet`, `xlsx`." in text
    assert "| table; of a file its suffix |" in text


def test_no_default_is_of_this_machine(page, tmp_path):
    assert "<function" not in page
    assert "None" not in {cell.strip() for line in page.splitlines() for cell in line.split("|")}


@pytest.mark.parametrize(
    ("help_text", "expected"),
    [
        (None, ""),
        ("  two\n  lines ", "two lines"),
        ("a \\[b] c", "a [b] c"),
        ("a|b", "a\\|b"),
        ("x < y, `<home>/lake`", "x &lt; y, `<home>/lake`"),
    ],
)
def test_a_help_text_is_one_line_of_markdown(help_text, expected):
    assert _text(help_text) == expected
