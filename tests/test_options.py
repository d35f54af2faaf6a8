"""Options that several commands share: what they take, and from where their defaults come."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from medline import options


@pytest.fixture
def run():
    """Run a command that has the options, and prints what it got."""
    app = typer.Typer()

    @app.command()
    def show(
        home: options.Home,
        mirror: options.Mirror = "",
        engine: options.EngineOption = options.Engine.compiled,
        limit: options.Limit = 40,
        form: options.AnswerFormat = None,
    ) -> None:
        print(home, mirror, engine.value, limit, form and form.value, sep="|")

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})
        return done.exit_code, done.output.strip()

    return run


def test_options_come_from_the_command_line_before_the_environment(run, monkeypatch):
    monkeypatch.setenv("MEDLINE_HOME", "/srv/home")
    assert run() == (0, "/srv/home||compiled|40|None")
    assert run("--home", "/x", "--mirror", "/y", "-f", "csv", "--engine", "reference", "--limit", "1") == (
        0,
        "/x|/y|reference|1|csv",
    )


def test_a_home_is_a_directory_of_the_user_or_a_url_as_it_is(run):
    assert run("--home", "~/h", "--mirror", "m")[1].split("|")[0] == str(Path("~/h").expanduser())
    assert run("--home", "s3://bucket/~/h", "--mirror", "m")[1].split("|")[0] == "s3://bucket/~/h"


@pytest.mark.parametrize("home", ["", " "])
def test_an_empty_home_is_a_usage_error(run, home):
    code, said = run("--home", home)
    assert code == 2
    assert "it is empty: a variable that is not set?" in said


@pytest.mark.parametrize("words", [("--limit", "0"), ("--limit", "1000001"), ("--engine", "fast"), ("--format", "xls")])
def test_a_value_that_is_not_offered_is_a_usage_error(run, words):
    code, said = run(*words)
    assert code == 2
    assert f"Invalid value for '{words[0]}'" in said


def test_a_wrong_setting_is_one_line_and_a_usage_error(run, monkeypatch):
    monkeypatch.setenv("MEDLINE_KEEP", "many")
    code, said = run()
    assert code == 2
    assert "MEDLINE_KEEP is 'many': not a whole number" in said
