"""The services of docker-compose.yml, started by hand, and what happens to a run when one of them is lost."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from build import citation, contents, deletion, write_dump, write_mirror
from medline import pipeline
from mirror_server import MirrorServer
from stack.by_hand import Stack

#: Seconds that a file of `slow_mirror` takes at least, so that its task can be met at work.
SECONDS_A_FILE = 5


def same_as_sync(home: Path, mirror: Path, other: Path) -> None:
    """A warehouse holds what `medline sync` makes of the mirror, in this process, without Airflow."""
    pipeline.sync(mirror, other)
    made, expected = contents(home), contents(other)
    assert made.keys() == expected.keys()
    for table in expected:
        assert made[table] == expected[table], table
    assert expected["articles"]


def as_of(home: Path) -> str:
    """The newest dump that the feeds know of."""
    return json.loads((home / "feeds" / "manifest.json").read_text("utf-8"))["as_of"]["dump"]


@pytest.fixture
def slow_mirror(tmp_path: Path):
    """A mirror of eight files over HTTP, which takes its time, and the directory that it serves."""
    directory = tmp_path / "mirror"
    words = " ".join(f"{number:x}" for number in range(3000))
    write_mirror(directory, *([citation(pmid, title=f"<ArticleTitle>{words}</ArticleTitle>")] for pmid in range(1, 9)))
    size = min(path.stat().st_size for path in directory.rglob("*.gz"))
    with MirrorServer(directory, rate=size / SECONDS_A_FILE) as server:
        yield server, directory


def at_work(stack: Stack, run: str) -> tuple[dict, str]:
    """A `ingest` that runs now, while another one waits, and its worker."""

    def running() -> tuple[dict, str] | None:
        tasks_at_work = [task for task in stack.tasks("medline_baseline", run) if task["task_id"] == "ingest"]
        if not any(task["state"] == "queued" for task in tasks_at_work):
            return None
        for task in tasks_at_work:
            if task["state"] == "running" and task["pid"] and (worker := stack.worker_of(task)):
                return task, worker
        return None

    return stack.until(running, "an ingest at work")


def test_a_started_stack_ingests_publishes_and_writes_feeds_by_itself(stack, mirror, tmp_path):
    """A first start finds no warehouse: the daily DAG starts the baseline's, and its asset the feeds'."""
    home = stack.directory / "home"
    stack.until(lambda: [run["state"] for run in stack.runs("medline_feeds")] == ["success"], "the feeds")
    (baseline,), (feeds,) = stack.runs("medline_baseline"), stack.runs("medline_feeds")
    assert (baseline["state"], baseline["triggered_by"]) == ("success", "operator")
    assert feeds["triggered_by"] == "asset"
    same_as_sync(home, mirror, tmp_path / "home")
    assert as_of(home) == "pubmed26n0003.xml.gz"
    assert (home / "feeds" / "dashboard.html").is_file()
    served = [path for path in (home / "feeds").rglob("*") if not path.name.startswith(".")]
    assert all(path.stat().st_mode & stat.S_IROTH for path in served), "the web server is another user"


def test_every_health_check_of_the_file_passes(stack):
    names = [*stack.processes]
    with ThreadPoolExecutor(2) as pool:
        assert dict(zip(names, pool.map(stack.is_healthy, names), strict=True)) == dict.fromkeys(names, True)


def test_an_update_is_applied_through_the_api(stack, mirror, tmp_path):
    home = stack.directory / "home"
    write_dump(mirror / "updatefiles" / "pubmed26n0004.xml.gz", citation(40), deletion(1))
    assert stack.run("medline_updates") == "success"
    same_as_sync(home, mirror, tmp_path / "home")
    stack.until(lambda: [run["state"] for run in stack.runs("medline_feeds")] == ["success"] * 2, "the feeds")
    assert as_of(home) == "pubmed26n0004.xml.gz"


def test_the_feeds_of_an_update_are_those_of_its_home(stack, mirror, tmp_path):
    """Two homes side by side: the events of the asset say which of them was published."""
    home, other = stack.directory / "home", tmp_path / "home"
    before = (home / "feeds" / "manifest.json").read_bytes()
    write_mirror(tmp_path / "mirror", [citation(7)])
    run = stack.trigger("medline_baseline", mirror=f"{tmp_path / 'mirror'}", home=f"{other}")
    assert stack.finish("medline_baseline", run) == "success"
    stack.until((other / "feeds" / "dashboard.html").is_file, "the page of the other home")
    assert as_of(other) == "pubmed26n0001.xml.gz"
    assert (home / "feeds" / "manifest.json").read_bytes() == before


def test_a_run_outlives_the_loss_of_a_worker_then_of_the_broker_then_of_scheduler_and_api(stack, slow_mirror, tmp_path):
    server, directory = slow_mirror
    run = stack.trigger("medline_baseline", mirror=server.url, home=f"{tmp_path / 'home'}")
    task, worker = at_work(stack, run)
    stack.kill(worker)
    assert not stack.is_healthy(worker)
    stack.start(worker)
    at_work(stack, run)
    stack.kill("redis")
    stack.start("redis")
    stack.until(lambda: stack.is_healthy("redis"), "the broker")
    at_work(stack, run)
    for name in ("scheduler", "api-server"):
        stack.kill(name)
        stack.start(name)
    stack.until(stack.log_in, "the API")
    assert stack.finish("medline_baseline", run) == "success"
    (after,) = (one for one in stack.tasks("medline_baseline", run) if one["map_index"] == task["map_index"] >= 0)
    assert after["state"] == "success"
    assert after["try_number"] > task["try_number"], "what the lost worker did is done again"
    same_as_sync(tmp_path / "home", directory, tmp_path / "other")


def test_both_workers_did_tasks(stack):
    assert all(stack.tasks_done_by(name) for name in stack.worker_names)
