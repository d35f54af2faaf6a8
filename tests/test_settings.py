"""Settings from environment variables."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from medline import settings
from medline.errors import UsageError

NUMBERS = [one.metadata for one in fields(settings.Settings) if one.metadata["least"] is not None]


@pytest.mark.parametrize("about", NUMBERS, ids=lambda about: about["variable"])
def test_a_number_has_a_bound_that_is_allowed_and_below_it_an_error(monkeypatch, about):
    monkeypatch.setenv(about["variable"], str(about["least"]))
    settings.read()
    for value in (about["least"] - 1, "nan", "x"):
        monkeypatch.setenv(about["variable"], str(value))
        with pytest.raises(UsageError, match=f"{about['variable']} is "):
            settings.read()


def test_an_empty_variable_is_the_default(monkeypatch):
    monkeypatch.setenv("MEDLINE_KEEP", "")
    assert settings.read().keep == settings.Settings().keep


def test_a_home_is_absolute_unless_it_is_a_url(monkeypatch):
    for value, wanted in {
        "s3://a/b": "s3://a/b",
        "~/x": str(Path("~/x").expanduser()),
        "y": str(Path.cwd() / "y"),
    }.items():
        monkeypatch.setenv("MEDLINE_HOME", value)
        assert settings.read().home == wanted


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write the file of settings."""
    for one in fields(settings.Settings):
        monkeypatch.delenv(one.metadata["variable"], raising=False)
    monkeypatch.setenv("MEDLINE_CONFIG", str(tmp_path / "config.toml"))

    def config(text: str | bytes) -> Path:
        (tmp_path / "config.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "config.toml"

    return config


def test_every_setting_may_be_in_a_file_below_the_environment(config, monkeypatch):
    values = {
        one.name: one.default + 1 if not isinstance(one.default, str) else "json" for one in fields(settings.Settings)
    }
    config("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    found = vars(settings.read())
    for name, value in values.items():
        assert found[name] == (str(Path("json").absolute()) if name in ("home", "work") else value)
        assert settings.is_given(name)
    monkeypatch.setenv("MEDLINE_KEEP", "7")
    assert settings.read().keep == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keeep = 3", "keeep is no setting; there are home, mirror"),
        ("keep = '3'", "keep must be a number"),
        ("keep = true", "keep must be a number"),
        ("home = 3", "home must be a text in quotes"),
        ("keep = 0", "keep is 0: it must be at least 1"),
        ("keep = 1.5", "keep is '1.5': not a whole number"),
        ("log = 'xml'", "log is 'xml': it is text or json"),
        ("keep", "no TOML: "),
        (b"home = '\xf6'", "byte 8 is not UTF-8"),
    ],
)
def test_what_is_wrong_in_a_file_is_an_error_that_names_it(config, text, said):
    path = config(text)
    with pytest.raises(UsageError) as caught:
        settings.read()
    assert str(caught.value).startswith(f"{path}: {said}")


def test_a_file_that_is_named_must_be_there_and_that_of_the_user_may(config, monkeypatch, tmp_path):
    with pytest.raises(UsageError, match=r"MEDLINE_CONFIG is .*config.toml: No such file"):
        settings.read()
    monkeypatch.delenv("MEDLINE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings.read().keep == settings.Settings().keep
    (tmp_path / "medline").mkdir()
    (tmp_path / "medline" / "config.toml").write_text("keep = 9")
    assert settings.read().keep == 9


def test_no_secret_is_printed(monkeypatch):
    for name in ("NCBI_API_KEY", "MEDLINE_WEBHOOK"):
        monkeypatch.setenv(name, "https://hook.example/0123secret")
    assert "0123secret" not in repr(settings.read())


@pytest.mark.parametrize("contact", ["jürgen@example.org", "me@example.org\r\nX: y", "\udcff", "a\tb"])
def test_a_contact_that_no_header_can_hold_is_an_error(monkeypatch, contact):
    monkeypatch.setenv("MEDLINE_CONTACT", contact)
    with pytest.raises(UsageError, match="MEDLINE_CONTACT is"):
        settings.read()


@pytest.mark.parametrize("variable", ["MEDLINE_HOME", "MEDLINE_WORK"])
def test_the_directory_of_a_user_that_does_not_exist_is_an_error(monkeypatch, variable):
    monkeypatch.setenv(variable, "~no-such-user/home")
    with pytest.raises(UsageError, match="~no-such-user/home: no such user"):
        settings.read()
