"""What several test modules share."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from build import document, rows_of, write_mirror
from medline import machine, pipeline
from real_data import DATA, HOW_TO_GET

# Few tests search: the others need no index beside each version that they publish. tests/searching/index has them.
os.environ.setdefault("MEDLINE_INDEX", "none")

# In CI the examples are the same each time, so that a change is judged by what it changes; elsewhere they are new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_xdist_auto_num_workers() -> int:
    """Tests with kills, dead networks and slow mirrors wait: a worker a processor left a quarter of two idle."""
    return machine.processors() + 1


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is slow
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the many parameters of a test that is `sampled(n)` each n-th stays; the others are slow."""
    if os.environ.get("MEDLINE_FAULTS") == "long":
        return
    counts: Counter[str] = Counter()
    for item in items:
        if (mark := item.get_closest_marker("sampled")) is not None:
            name = item.nodeid.partition("[")[0]
            if counts[name] % mark.args[0]:
                item.add_marker(pytest.mark.slow)
            counts[name] += 1


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the directory of real records; tests that need it are skipped without it."""
    if not DATA.is_dir():
        pytest.skip("needs real records: MEDLINE_TEST_DATA")
    return DATA


@pytest.fixture(scope="session")
def copy_of(tmp_path_factory) -> Callable[[Callable[[Path], object], Path], None]:
    """Copy what a function of a module makes in an empty directory; it is made once for all tests of a process."""
    made: dict[Callable[[Path], object], Path] = {}

    def copy(make: Callable[[Path], object], directory: Path) -> None:
        if make not in made:
            made[make] = tmp_path_factory.mktemp("made")
            make(made[make])
        shutil.copytree(made[make], directory, symlinks=True, dirs_exist_ok=True)

    return copy


@pytest.fixture
def read(tmp_path):
    """Read records as one XML file."""

    def read(*records):
        path = tmp_path / "records.xml"
        path.write_bytes(document(*records))
        return rows_of(path)

    return read


@pytest.fixture
def read_text(tmp_path):
    """Read MEDLINE text."""

    def read_text(*records, encoding="utf-8"):
        path = tmp_path / "records.nbib"
        path.write_bytes("".join(records).encode(encoding))
        return rows_of(path)

    return read_text


@pytest.fixture
def sync(tmp_path):
    """Sync dumps, each given as its records, the first as baseline, into a home, and return that home."""

    def sync(*dumps, year=26, home="home"):
        mirror = tmp_path / f"mirror{year}-{len(dumps)}-{home}"
        write_mirror(mirror, *dumps, year=year)
        pipeline.sync(mirror, tmp_path / home)
        return tmp_path / home

    return sync


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not DATA.is_dir():
        skipped = len(terminalreporter.stats.get("skipped", ()))
        terminalreporter.write_line(f"{skipped} tests were skipped: {HOW_TO_GET}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be missing (`.ci/run`), a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("MEDLINE_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("tests were skipped, and MEDLINE_NO_SKIPS is set: failed")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
