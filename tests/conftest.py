"""What several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# In CI the examples are the same each time, so that a change is judged by what it changes; at a desk they are new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The directory of real records, which are no part of the project: tests that need them skip without it."""
    if not DATA.is_dir():
        pytest.skip("needs ../shared/data (real records), not here")
    return DATA


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not DATA.is_dir():
        terminalreporter.write_line("../shared/data (real records) is not here: the tests that need it were skipped")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be missing (`.ci/run`), a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("MEDLINE_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("tests were skipped, and MEDLINE_NO_SKIPS is set: failed")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
