"""Settings from environment variables."""

from __future__ import annotations

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
