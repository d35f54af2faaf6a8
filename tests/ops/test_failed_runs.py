"""Of which failed runs an alert is sent, whatever ran later and whatever the clock said."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from build import citation, medline, write_dump, write_mirror
from medline import pipeline
from medline.errors import BadInput, CheckFailed, Locked, NetworkError, UsageError
from medline.home import LocalHome
from medline.ops import alerts, metrics
from medline.warehouse import runs


@pytest.fixture
def home(tmp_path) -> LocalHome:
    (tmp_path / "home").mkdir()
    return LocalHome(tmp_path / "home")


def ran(home: LocalHome, error: BaseException | None = None, what: str = "sync", days_ago: float = 0) -> str:
    """Record a run; return its key."""
    with suppress(BaseException), runs.recorded(home, what) as run:
        if error:
            raise error
    lines = runs.read(home.runs)
    home.runs.unlink()
    for line in lines:
        if line["started_at"] == run["started_at"]:
            moment = datetime.fromisoformat(line["started_at"]) - timedelta(days_ago)
            line["started_at"] = moment.isoformat(timespec="microseconds")
        runs.append(home.runs, line)
    return runs.key(lines[-1])


def posted_details(home: LocalHome, mirror: Path | str = "/none") -> list[str]:
    """The alerts of failed runs."""
    rules = alerts.RULES
    try:
        alerts.RULES = rules[:1]
        return [alert.detail for alert in alerts.watch(str(mirror), home)[0]]
    finally:
        alerts.RULES = rules


def test_a_later_run_hides_no_failure_of_which_nobody_was_told(home, hook):
    ran(home, BadInput("a.xml", "cut"))
    ran(home, CheckFailed("no_orphans"), "load")
    ran(home)
    (detail,) = posted_details(home)
    assert "no_orphans; and 1 more failed, from 20" in detail
    assert posted_details(home) == [], "posted once"
    ran(home, BadInput("b.xml", "cut"))
    ran(home, what="mesh")
    assert ["b.xml: cut" in detail for detail in posted_details(home)] == [True]
    assert len(hook.got) == 2


def test_without_a_webhook_failures_are_printed_for_a_week(home):
    ran(home, BadInput("old.xml", "cut"), days_ago=8)
    ran(home, BadInput("new.xml", "cut"), days_ago=6)
    ran(home)
    (detail,) = posted_details(home)
    assert ("new.xml" in detail, "more failed" in detail) == (True, False)


def test_a_failure_that_was_posted_when_it_happened_is_not_told_again_and_hides_no_other(home, hook):
    ran(home, BadInput("a.xml", "cut"))
    error = BadInput("b.xml", "cut")
    ran(home, error)
    alerts.post_failure(home, error)
    ran(home)
    assert ["a.xml: cut" in detail and "b.xml" not in detail for detail in posted_details(home)] == [True]


def test_mapped_tasks_are_told_by_the_alert_of_the_first(home, hook):
    errors = [BadInput(f"{name}.xml", "cut") for name in "abc"]
    for error in errors:
        ran(home, error, "ingest")
        alerts.post_failure(home, error, "medline_updates run_1 ingest")
    assert (len(hook.got), posted_details(home)) == (1, [])


def test_a_task_that_was_killed_is_told_once(home, hook):
    runs.append(home.runs, {"started_at": datetime.now(UTC).isoformat(), "what": "ingest"})
    alerts.post_failure(home, "no exception: its process was killed", "medline_updates run_1 ingest")
    line = runs.read(home.runs)[0]
    assert runs.key(line) in runs.read(home.alerts)[0]["runs"]


@pytest.mark.parametrize("error", [NetworkError("no answer"), Locked("busy")])
def test_an_error_that_passes_is_told_until_it_has(home, hook, monkeypatch, error):
    ran(home, error)
    ran(home, what="mesh")
    monkeypatch.delenv("MEDLINE_WEBHOOK")
    assert len(posted_details(home)) == 1, "another kind of run says nothing of this one"
    ran(home)
    assert posted_details(home) == []


@pytest.mark.long
@pytest.mark.parametrize("call", [
    ("mesh", "--source", "/no/such/folder"), ("load", "/no/such/file"), ("sync", "--mirror", "/no/such/mirror"),
    ("load", "pubmed25n0001.xml.gz"), ("rollback",), ("sync", "--mirror", "older"),
])  # fmt: skip
def test_a_mistyped_command_is_no_failed_run(tmp_path, hook, call):
    write_mirror(tmp_path / "mirror", [citation(1)])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    write_mirror(tmp_path / "older", [citation(1)], year=25)
    write_dump(tmp_path / "pubmed25n0001.xml.gz", citation(2))
    result = medline(*call, "--home", tmp_path / "home", cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    home = LocalHome(tmp_path / "home")
    assert metrics.failed_runs(home) == []
    assert posted_details(home) == []
    assert 'outcome="failed"' not in metrics.text(home)


def test_what_the_journal_says_of_a_wrong_request(home):
    ran(home, UsageError("no such folder"))
    assert {name: runs.last(home)[name] for name in ("ended", "outcome")} == {
        "ended": "misused", "outcome": "failed: no such folder",
    }  # fmt: skip


# Clocks


def test_an_alert_of_a_clock_that_was_ahead_silences_nothing(home, hook):
    """A line as earlier programs wrote it, which tells up to its moment."""
    runs.append(home.alerts, {"at": "2099-01-01T00:00:00+00:00", "reason": "stale data", "about": []})
    ran(home, BadInput("a.xml", "cut"))
    assert len(posted_details(home)) == 1


def test_alerts_of_earlier_programs_tell_the_runs_before_them(home, hook):
    ran(home, BadInput("a.xml", "cut"), days_ago=1)
    runs.append(
        home.alerts, {"at": datetime.now(UTC).isoformat(timespec="seconds"), "reason": "failed run", "about": []}
    )
    assert posted_details(home) == []


@pytest.mark.parametrize("days", [-3650, 3650])
def test_a_run_that_was_killed_while_the_clock_was_wrong_is_told(home, hook, days):
    moment = datetime.now(UTC) - timedelta(days)
    runs.append(home.runs, {"started_at": moment.isoformat(timespec="microseconds"), "what": "sync"})
    assert ["it has no end" in detail for detail in posted_details(home)] == [True]


def test_a_failure_while_the_clock_was_ahead_is_told(home, hook):
    ran(home, BadInput("a.xml", "cut"), days_ago=-3650)
    ran(home)
    assert len(posted_details(home)) == 1


def test_a_publication_of_a_clock_that_was_ahead_does_not_keep_data_fresh(tmp_path, hook):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)], [citation(2)])
    pipeline.sync(mirror, home)
    journal = [json.loads(line) for line in (home / "runs.jsonl").read_text().splitlines()]
    (home / "runs.jsonl").write_text(
        "".join(json.dumps(run | {"started_at": "2099-01-01T00:00:00+00:00"}) + "\n" for run in journal)
    )
    assert metrics.days_without_update(LocalHome(home)) == float("inf")
    assert alerts.watch(str(mirror), home) == ([], 0), "nothing newer"
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3))
    (alert,), _ = alerts.watch(str(mirror), home)
    assert (alert.reason, "no update at a time that is not in the future" in alert.detail) == ("stale data", True)
    pipeline.sync(mirror, home)
    assert alerts.watch(str(mirror), home) == ([], 0)
