"""Sources that could not be read: what is kept of them, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from medline.home import LocalHome
from medline.lake import failures


@pytest.fixture
def home(tmp_path) -> LocalHome:
    return LocalHome(tmp_path / "home")


def names(home: LocalHome) -> list[str]:
    return [failed["name"] for failed in failures.failures(home)]


def test_the_last_error_of_a_source_is_kept_with_its_time(home):
    for error in ("first", "second: ü\n"):
        failures.note_failure(home, "pubmed26n0001.xml.gz", error)
    assert failures.failure(home, "pubmed26n0001.xml.gz") == "second: ü\n"
    (failed,) = failures.failures(home)
    assert failed["name"] == "pubmed26n0001.xml.gz"
    assert datetime.fromisoformat(failed["at"]).utcoffset() == timedelta(0)


def test_a_source_that_did_not_fail_has_none(home):
    assert failures.failure(home, "a.nbib") is None
    assert failures.failures(home) == []
    failures.forget_failure(home, "a.nbib")


def test_a_failure_is_forgotten_alone(home):
    for name in ("a.nbib", "b.nbib"):
        failures.note_failure(home, name, "cut")
    failures.forget_failure(home, "a.nbib")
    assert names(home) == ["b.nbib"]


def test_failures_of_sources_that_are_gone_are_forgotten(home):
    for name in ("a.nbib", "b.nbib", "c.nbib"):
        failures.note_failure(home, name, "cut")
    failures.forget_failures(home, ["b.nbib", "z.nbib"])
    assert names(home) == ["b.nbib"]


@pytest.mark.parametrize("name", ["../../up.nbib", "a/b.nbib", "ü \u2028.nbib", "." * 3, "x" * 250])
def test_any_name_is_kept_inside_the_lake(home, name):
    failures.note_failure(home, name, "cut")
    assert names(home) == [name]
    assert failures.failure(home, name) == "cut"
    assert all(path.is_relative_to(home.lake) for path in home.path.rglob("*") if path.is_file())
