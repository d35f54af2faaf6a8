"""Faults, on purpose: `pytest tests/faults`, and with MEDLINE_FAULTS=long 100 runs on bad networks and 50 kills.

Plain `pytest` leaves this directory out. Nothing of the code under test is replaced here: the server, the processes,
the kills and the full disk are real.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.commands import Scene, scene
from faults.faulty import Faulty
from faults.world import POISONS, World, write_world

HERE = Path(__file__).resolve().parent
#: A loss of power, among the ways in which a call fails.
POWER = "power lost"
IS_LONG = os.environ.get("MEDLINE_FAULTS") == "long"
#: Runs of each kind: in CI, and by `MEDLINE_FAULTS=long`. Networks have four rates of faults and two homes, of which
#: CI has two; kills begin on both homes, and one run is killed twice; disks are filled on both homes.
RUNS = {
    "fault_seed": ((5, 2), range(100)),
    "kill_seed": ((1, 4), range(50)),
    "aimed_seed": (range(0, 10, 2), range(30)),
    "disk_seed": (range(2), range(20)),
    "year_seed": (range(1), range(12)),
    "poison": (POISONS[:2], POISONS),
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """These take minutes: they run if asked for by path."""
    asked = (Path(argument.partition("::")[0]).resolve() for argument in config.args)
    return None if any(HERE in (path, *path.parents) for path in asked) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, (bounded, long) in RUNS.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, long if IS_LONG else bounded)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The mirrors, and what a warehouse of each holds if nothing goes wrong."""
    return write_world(tmp_path_factory.mktemp("world"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the runs met: `record_property(kind, what)` in a test is counted here."""
    counts: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for kind, what in report.user_properties:
                    counts.setdefault(kind, Counter())[what] += 1
    for kind, counter in counts.items():
        listed = ", ".join(f"{what} {count}" for what, count in counter.most_common())
        terminalreporter.write_line(f"{kind} ({counter.total()}): {listed}")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("scene")) as made:
        yield made


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    with Faulty(tmp_path_factory.mktemp("faulty")) as faulty:
        yield faulty
