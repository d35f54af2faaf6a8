"""What is posted to the webhook, and when nothing is."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from build import citation, error_of, write_dump, write_mirror
from build import medline as medline_of
from medline import pipeline
from medline.errors import BadInput, CheckFailed, NetworkError, UsageError
from medline.home import LocalHome
from medline.home.locks import home_lock
from medline.ops import alerts
from medline.warehouse import runs
from mirror_server import MirrorServer
from webhook_server import Webhook


@pytest.fixture(scope="module", autouse=True)
def started():
    """What commands are forked from keeps the environment in which it was started: it is to know no webhook."""
    medline_of("--help")


def medline(*arguments: object):
    """Run the command line in the environment of the test."""
    variables = {name: os.environ.get(name, "") for name in ("MEDLINE_WEBHOOK", "MEDLINE_BACKOFF")}
    return medline_of(*arguments, env={name: value for name, value in variables.items() if value})


def _sync_all(directory: Path) -> None:
    write_mirror(directory / "mirror", [citation(1)])
    (directory / "mirror" / "updatefiles").mkdir()
    pipeline.sync(directory / "mirror", directory / "home")


@pytest.fixture
def grown(copy_of, tmp_path) -> tuple[Path, Path]:
    """A mirror, and a home that holds all of it."""
    copy_of(_sync_all, tmp_path)
    return tmp_path / "mirror", tmp_path / "home"


def age(home: Path, days: float) -> None:
    """Make every run in the journal of the home so many days older."""
    journal = runs.read(home / "runs.jsonl")
    (home / "runs.jsonl").unlink()
    for run in journal:
        started = datetime.fromisoformat(run["started_at"]) - timedelta(days)
        runs.append(home / "runs.jsonl", {**run, "started_at": started.isoformat()})


def reasons(hook: Webhook) -> list[str]:
    return [alert["reason"] for alert in hook.got]


# What is posted


def test_a_run_that_fails_is_posted(grown, hook):
    mirror, home = grown
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", content=b"<PubmedArticleSet><!channel>")
    result = medline("sync", "--mirror", mirror, "--home", home)
    message = error_of(result, 1)
    (alert,) = hook.got
    assert (alert["reason"], alert["home"], alert["newest_dump"]) == ("failed run", str(home), "pubmed26n0001.xml.gz")
    assert alert["detail"] == message
    assert "A poisoned file" in alert["advice"]
    assert "\n" not in alert["text"]
    assert all(alert[name] in alert["text"] for name in ("reason", "home", "newest_dump", "advice"))
    assert datetime.now(UTC) - datetime.fromisoformat(alert["at"]) < timedelta(minutes=10)


def test_a_run_that_succeeds_or_is_misused_is_not_posted(grown, hook):
    mirror, home = grown
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0
    assert medline("sync", "--mirror", mirror / "none", "--home", home).returncode == 2
    assert hook.got == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("error", "reason", "advice"),
    [
        (CheckFailed("checks failed: no_orphans"), "failed checks", "readers keep the version before"),
        (BadInput("a.xml", "cut"), "failed run", "A poisoned file"),
        (KeyError("bug"), "failed run", "see the log"),
        ("killed", "failed run", "see the log"),
    ],
)
def test_what_to_do_is_said_by_error(grown, hook, error, reason, advice):
    alerts.post_failure(grown[1], error)
    (alert,) = hook.got
    assert alert["reason"] == reason
    assert advice in alert["advice"]
    assert ("KeyError: 'bug'" in alert["text"]) == isinstance(error, KeyError)


def test_a_task_is_posted_once_however_often_it_is_mapped(grown, hook):
    for _ in range(3):
        alerts.post_failure(grown[1], BadInput("a.xml", "cut"), "medline_updates run_1 ingest")
    alerts.post_failure(grown[1], BadInput("a.xml", "cut"), "medline_updates run_2 ingest")
    assert [alert["detail"].split(":")[0] for alert in hook.got] == [
        "medline_updates run_1 ingest",
        "medline_updates run_2 ingest",
    ]


def test_a_cleared_task_that_fails_again_is_posted_again(grown, hook):
    for number in (1, 1, 2):
        alerts.post_failure(grown[1], BadInput("a.xml", "cut"), f"medline_updates run_1 publish, try {number}")
    assert reasons(hook) == ["failed run"] * 2


def test_a_failure_is_posted_although_the_home_cannot_be_reached(hook, monkeypatch):
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    alerts.post_failure("s3://bucket/home", NetworkError("s3://bucket/home: the store does not answer"))
    (alert,) = hook.got
    assert (alert["home"], alert["newest_dump"]) == ("s3://bucket/home", "")


def test_a_failure_that_could_not_be_posted_is_posted_later(grown, hook, monkeypatch, tmp_path):
    mirror, home = grown
    bad = write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", content=b"<PubmedArticleSet><")
    url = os.environ["MEDLINE_WEBHOOK"]
    monkeypatch.setenv("MEDLINE_WEBHOOK", "http://127.0.0.1:9/")
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 1
    monkeypatch.setenv("MEDLINE_WEBHOOK", url)
    ((alert,), unsent) = alerts.watch(str(mirror), home)
    assert (alert.reason, bad.name in alert.detail, unsent) == ("failed run", True, 0)
    assert alerts.watch(str(mirror), home) == ([], 0), "posted once"
    write_dump(bad, citation(2))
    pipeline.sync(mirror, home)
    assert alerts.watch(str(mirror), home) == ([], 0)
    with (home / "runs.jsonl").open("a") as out:
        out.write(json.dumps({"started_at": "2026-01-01T00:00:00.000000+00:00", "what": "sync"}) + "\n")
    assert "killed" in str(alerts.watch(str(mirror), home)), "no alert named this one, long ago as it is"
    assert alerts.watch(str(mirror), home) == ([], 0), "posted once"


def test_status_shows_a_rolled_back_home_and_a_run_on_it_is_posted(grown, hook):
    mirror, home = grown
    assert pipeline.rebuild(home)
    assert medline("rollback", "--home", home).returncode == 0
    status = medline("status", "--home", home).stdout
    assert "ROLLED BACK" in status
    assert "rollback, " in status
    result = medline("sync", "--mirror", mirror, "--home", home)
    assert "nothing is loaded until" in error_of(result, 1)
    assert reasons(hook) == ["failed run"]


def test_a_lock_that_lasts_is_posted_once(grown, hook):
    mirror, home = grown
    with home_lock(home):
        error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
        age(home, 0.1)
        error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
        assert hook.got == [], "the next run may find it free"
        age(home, 0.2)
        for _ in range(2):
            error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
    (post,) = hook.got
    assert post["reason"] == "locked"
    assert f"(process {os.getpid()})" in post["detail"]
    assert runs.last(LocalHome(home))["ended"] == "done", "what did nothing is no last run"
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0
    with home_lock(home):
        error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
    assert len(hook.got) == 1, "it was free meanwhile"


def test_data_are_stale_when_the_mirror_has_newer_for_long(grown, hook, monkeypatch):
    mirror, home = grown
    with MirrorServer(mirror) as server:
        age(home, 30)
        assert alerts.watch(server.url, home) == ([], 0), "old, and the mirror has nothing newer"
        write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(2))
        monkeypatch.setenv("MEDLINE_STALE_DAYS", "31")
        assert alerts.watch(server.url, home) == ([], 0), "not old enough"
        monkeypatch.setenv("MEDLINE_STALE_DAYS", "7")
        (alert,), unsent = alerts.watch(server.url, home)
        assert unsent == 0
        assert "no update for 30 days, while the mirror has 1 files that are not published" in alert.detail
        assert "pubmed26n0002.xml.gz the first" in alert.detail
        alerts.watch(server.url, home)
        assert reasons(hook) == ["stale data"] * 2, "it is posted as long as it lasts"
        pipeline.sync(server.url, home)
        assert alerts.watch(server.url, home) == ([], 0)


def test_a_mirror_that_is_silent_for_long_is_stale_too(grown, hook, monkeypatch):
    monkeypatch.setenv("MEDLINE_ATTEMPTS", "1")
    mirror, home = grown
    with MirrorServer(mirror) as server:
        url = server.url
    assert alerts.watch(url, home) == ([], 0)
    age(home, 8)
    (alert,), _ = alerts.watch(url, home)
    assert "the mirror does not answer" in alert.detail


def test_a_warehouse_that_never_came_to_be_is_stale_in_time(tmp_path, hook):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    dump = write_dump(mirror / "baseline" / "pubmed26n0001.xml.gz", content=b"<")
    assert alerts.watch(mirror, home) == ([], 0), "nobody tried yet"
    with pytest.raises(BadInput):
        pipeline.sync(mirror, home)
    age(home, 8)
    (failed, stale), _ = alerts.watch(mirror, home)
    assert (stale.reason, stale.newest_dump, dump.name in stale.detail) == ("stale data", "", True)
    assert (failed.reason, dump.name in failed.detail) == ("failed run", True)


def test_drift_is_posted_once_for_each_file(grown, hook):
    mirror, home = grown
    new = "<NewIn2027>x</NewIn2027>"
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(2, article=new))
    pipeline.sync(mirror, home)
    (alert,), _ = alerts.watch(mirror, home)
    assert alert.reason == "schema drift"
    assert "1 files from pubmed26n0002.xml.gz on" in alert.detail
    assert "PubmedArticle/MedlineCitation/Article/NewIn2027" in alert.detail
    assert alerts.watch(mirror, home) == ([], 0)
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3, article=new))
    pipeline.sync(mirror, home)
    (alert,), _ = alerts.watch(mirror, home)
    assert "1 files from pubmed26n0003.xml.gz on" in alert.detail
    assert reasons(hook) == ["schema drift"] * 2


def test_an_alert_that_could_not_be_sent_is_posted_again(grown, hook):
    mirror, home = grown
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(2, article="<NewIn2027>x</NewIn2027>"))
    pipeline.sync(mirror, home)
    hook.answers = [404]
    result = medline("alerts", "--mirror", mirror, "--home", home)
    assert result.returncode == 1
    assert "error: 1 of 1 alerts could not be sent" in result.stderr
    assert hook.SECRET not in result.stderr
    result = medline("alerts", "--mirror", mirror, "--home", home)
    assert (result.returncode, result.stdout) == (0, f"{hook.got[0]['text']}\n")
    result = medline("alerts", "--mirror", mirror, "--home", home)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "no alerts\n")


# How it is sent


def test_a_webhook_that_is_busy_is_tried_again(grown, hook):
    hook.answers = [503, 429]
    alerts.post_failure(grown[1], "x")
    assert len(hook.got) == 1


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_webhook_that_fails_is_logged_without_its_path_and_nothing_else_happens(grown, hook, caplog, status):
    caplog.set_level("DEBUG")
    hook.answers = [status] * 9
    alerts.post_failure(grown[1], "x")
    assert (hook.got, f"webhook at 127.0.0.1: HTTP {status}" in caplog.text) == ([], True)
    assert hook.SECRET not in caplog.text.replace(f"send_request_headers {hook.SECRET}", "")
    assert "/elsewhere" not in hook.paths, "no redirect is followed"
    assert runs.read(LocalHome(grown[1]).alerts) == []


def test_a_webhook_that_is_not_there_is_logged_without_its_path(grown, hook, caplog):
    hook.shutdown()
    hook.server_close()
    caplog.set_level("INFO")
    alerts.post_failure(grown[1], "x")
    assert "webhook at 127.0.0.1: ConnectError" in caplog.text
    assert hook.SECRET not in caplog.text
    with Webhook() as again:  # the fixture ends a server that still runs
        hook.socket = again.socket


@pytest.mark.parametrize(
    "url",
    ["http://chat.example.org/s3cr3t", "ftp://127.0.0.1/s3cr3t", "s3cr3t", "https://", "file:///s3cr3t",
     "http://127.0.0.1.example.org/s3cr3t", "http://localhost@example.org/s3cr3t", "https://[s3cr3t"],
)  # fmt: skip
def test_an_invalid_webhook_is_refused_without_being_shown(grown, monkeypatch, caplog, url):
    mirror, home = grown
    monkeypatch.setenv("MEDLINE_WEBHOOK", url)
    message = error_of(medline("alerts", "--mirror", mirror, "--home", home), 2)
    assert "MEDLINE_WEBHOOK" in message
    assert "s3cr3t" not in message
    alerts.post_failure(home, "x")
    assert "s3cr3t" not in caplog.text
    assert "MEDLINE_WEBHOOK" in caplog.text


@pytest.mark.parametrize("url", ["https://chat.example.org/x", "http://localhost:1/x", "http://[::1]:1/x"])
def test_these_are_webhooks(monkeypatch, url):
    monkeypatch.setenv("MEDLINE_WEBHOOK", url)
    assert alerts._webhook() == url


def test_without_a_webhook_nothing_is_sent_and_all_is_printed(grown, monkeypatch):
    monkeypatch.delenv("MEDLINE_WEBHOOK", raising=False)
    mirror, home = grown
    age(home, 8)
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(2))
    assert "stale data" in medline("alerts", "--mirror", mirror, "--home", home).stdout
    with pytest.raises(UsageError):
        pipeline.sync(mirror / "none", home)
    assert not LocalHome(home).alerts.exists()


def test_an_alert_is_one_line_without_links(grown, hook):
    alerts.post_failure(grown[1], BadInput("a.xml", "<https://example.org|click> <!channel>\nnow"))
    (alert,) = hook.got
    assert "‹https:⁄⁄example․org|click› ‹!channel› now" in alert["text"]
    assert len(alert["text"].splitlines()) == 1
