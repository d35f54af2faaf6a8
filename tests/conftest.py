"""What several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

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
