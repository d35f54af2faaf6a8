"""The stack of docker-compose.yml, started once: `pytest tests/stack`; plain `pytest` leaves it out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from build import citation, deletion, write_mirror
from stack.by_hand import POSTGRES, Stack

HERE = Path(__file__).resolve().parent
#: One task at a time in each worker, and one file in each task, so that tasks wait in the broker; a lost worker is
#: detected in seconds, where the file says minutes.
SETTINGS = {"WORKER_CONCURRENCY": "1", "MEDLINE_BATCH": "1"}
SOON = {
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Run if asked for by path."""
    asked = (Path(argument.partition("::")[0]).resolve() for argument in config.args)
    return None if any(HERE in (path, *path.parents) for path in asked) else True


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mirror that the stack takes by default, there before it starts: the first run is at once.

    A baseline of a file and two update files: a revision, a deletion, and new citations.
    """
    directory = tmp_path_factory.mktemp("mirror")
    first = [citation(pmid) for pmid in range(1, 20)]
    write_mirror(directory, first, [citation(3, title="<ArticleTitle>B.</ArticleTitle>"), citation(30)], [deletion(5)])
    return directory


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> Iterator[Stack]:
    """Two workers and all the rest, up."""
    try:
        psycopg.connect(**POSTGRES, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"needs PostgreSQL as {POSTGRES['user']}@{POSTGRES['host']}:{POSTGRES['port']}: {error}")
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server, not here")
    directory = tmp_path_factory.mktemp("stack")
    with Stack(directory, 2, {**SETTINGS, "MEDLINE_MIRROR": f"{mirror}", "MEDLINE_MESH": "none"}, SOON) as stack:
        yield stack
