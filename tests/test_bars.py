"""Bars on a terminal."""

from __future__ import annotations

import io
import logging
import re

import pytest
from rich.console import Console

from medline import console
from medline.bars import bars
from medline.progress import BYTES


@pytest.fixture
def terminal():
    return Console(file=io.StringIO(), force_terminal=True, width=140, color_system=None)


def shown(bars) -> list[str]:
    """The lines of the bars, as they are now."""
    page = Console(file=io.StringIO(), width=140)
    page.print(bars.rich.make_tasks_table(bars.rich.tasks))
    return [line.rstrip() for line in page.file.getvalue().splitlines()]


def test_each_phase_has_a_bar_and_the_whole_a_clock(terminal):
    with bars("sync", terminal) as progress:
        progress("fetch", 0, 50_000_000_000, "0/2 files", BYTES)
        progress("read", 0, 2)
        whole, fetch, read = shown(progress)
        assert re.search(r"sync .* 0:00:0\d$", whole)
        assert re.search(r"fetch .* 0\.0/50\.0 GB .*0/2 files$", fetch)
        assert re.search(r"read .* 0/2 ", read)
        progress("fetch", 25_000_000_000, 50_000_000_000, "1/2 files", BYTES)
        progress("read", 1, 2, "a.xml.gz")
        _, fetch, read = shown(progress)
        assert re.search(r"fetch .* 25\.0/50\.0 GB .*1/2 files$", fetch)
        assert re.search(r"read .* 1/2 .*a\.xml\.gz$", read)


def test_rate_and_time_left_are_there_from_the_first_piece(terminal):
    clock = iter(range(1000))
    with bars("sync", terminal) as progress:
        progress.rich.get_time = lambda: float(next(clock))
        progress("fetch", 0, 100_000_000, "", BYTES)
        progress("fetch", 1_000_000, 100_000_000, "", BYTES)
        progress("fetch", 2_000_000, 100_000_000, "", BYTES)
        line = shown(progress)[1]
    assert re.search(r"2\.0/100\.0 MB [\d.]+ [kM]B/s \d:\d\d:\d\d", line)


def test_a_phase_that_begins_again_is_one_bar(terminal):
    with bars("feeds", terminal) as progress:
        for done in (0, 3, 0, 1):
            progress("feeds", done, 3)
        assert [task.completed for task in progress.rich.tasks] == [0, 1]


def test_the_clock_of_the_whole_runs_on_when_all_phases_are_done(terminal):
    with bars("sync", terminal) as progress:
        progress("read", 1, 1)
        assert [task.finished for task in progress.rich.tasks] == [False, True]


def test_lines_of_the_log_stand_above_the_bars(terminal, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal.file)
    handler = console._Stderr()
    handler.setFormatter(console._Lines("%(levelname)s %(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    with bars("sync", terminal) as progress:
        progress("read", 0, 1)
        logger.warning("a line [bold]of[/bold] the log")
    lines = terminal.file.getvalue().replace("\x1b[2K", "\n").replace("\r", "\n").splitlines()
    assert "WARNING a line [bold]of[/bold] the log" in [line.strip() for line in lines]


def test_what_a_terminal_obeys_is_escaped(terminal):
    with bars("load", terminal) as progress:
        progress("read", 1, 2, "a\x1b[2J.xml")
        assert "a\\x1b[2J.xml" in shown(progress)[1]
