"""Each call by which a command changes its home fails once, or the command is killed there: what then, and after.

Readers see the state before or the state after, never a part; an error is one line; the same command again ends with
what it would have made undisturbed. In CI one call of a command fails, and the commands take turns in the ways. With
MEDLINE_FAULTS=long every call does, and the calls take turns: with MEDLINE_FAULTS_TURN=1 and 2 each has the other ways.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from faults.commands import COMMANDS, NOT_HERE, Command, Scene, published, state
from faults.conftest import IS_LONG, POWER
from faults.faulty import Faulty, Outcome, is_possible
from medline.cli import app

pytestmark = pytest.mark.skipif(not is_possible(), reason="no C compiler, with which the shim is built")

#: What a call does in place of its work: it kills the command, or fails.
WAYS = {"killed": 0, "EIO": errno.EIO, "ENOSPC": errno.ENOSPC}

#: The ways in which the commands take turns in CI; a loss of power is in test_power.py.
TURNS = (*WAYS, POWER)

#: The way of the first call in a long run, by its place in WAYS.
FIRST = int(os.environ.get("MEDLINE_FAULTS_TURN", "0"))

#: Tests that share the calls of a command in a long run, so that no processor waits for the longest one.
PARTS = range(8) if IS_LONG else range(1)


def test_every_command_that_writes_is_here():
    names = {(command.name or command.callback.__name__).replace("_", "-") for command in app.registered_commands}
    assert {words.words.split(" ")[0] for words in COMMANDS.values()} == names - NOT_HERE


def undisturbed(made: Scene, faulty: Faulty, name: str, top: Path) -> tuple[dict, dict, list[str]]:
    """What readers see before a command, its state after it, and the calls that it makes."""
    command = COMMANDS[name]
    made.start(command.base, top)
    before = published(top, command)
    done = faulty.run(command.of(top, made), top)
    assert done.code == 0, done.stderr
    return before, state(top, command), done.calls


def turn(name: str) -> str:
    """The way in which a command fails in CI."""
    return TURNS[list(COMMANDS).index(name) % len(TURNS)]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", [name for name in COMMANDS if IS_LONG or turn(name) != POWER])
def test_a_call_that_fails(made: Scene, faulty: Faulty, tmp_path: Path, name: str, part: int, record_property):
    command, top = COMMANDS[name], tmp_path / "top"
    before, after, calls = undisturbed(made, faulty, name, top)
    for way, at in [*places(name, len(calls))][part :: len(PARTS)]:
        shutil.rmtree(top)
        made.start(command.base, top)
        met = faulty.run(command.of(top, made), top, at, WAYS[way])
        where = f"{name}, {way} at call {at} of {len(calls)}: {calls[at - 1]}"
        record_property("single calls", "killed" if way == "killed" else "failed")
        judge(command, before, after, met, top, where)
        recover(made, faulty, command, after, top, where)


def places(name: str, calls: int) -> Iterator[tuple[str, int]]:
    """Yield ways to fail, and the calls at which a command does: all, or one."""
    if IS_LONG:
        ways = [*WAYS]
        yield from ((ways[(FIRST + at - 1) % len(ways)], at) for at in range(1, calls + 1, COMMANDS[name].each))
    elif calls:  # alerts write where there is something to tell
        yield turn(name), Random(name).choice(range(1, calls + 1))


def judge(command: Command, before: dict, after: dict, met: Outcome, top: Path, where: str) -> None:
    """What there is after the fault."""
    assert met.is_clear, f"{where}: {met.code} {met.stderr}"
    now = published(top, command)
    for part, value in now.items():
        assert value in (before[part], after[part]), f"{where}: {part} is neither as before nor as after"
    if met.code == 0 and "WARNING MeSH: " not in met.stderr:
        assert state(top, command) == after, where


def recover(made: Scene, faulty: Faulty, command: Command, after: dict, top: Path, where: str) -> None:
    """The same command again, unless it was a rollback that is done: that one would go back."""
    is_rollback = command.words == "rollback"
    if not (is_rollback and published(top, command)["rolled back"] == after["rolled back"]):
        again = faulty.run(command.of(top, made), top)
        assert again.code == 0, f"{where}: {again.stderr}"
    assert state(top, command) == after, where
    if is_rollback and after["rolled back"]:
        sync = faulty.run(COMMANDS["sync"].of(top, made), top)
        assert (sync.code, state(top, command)) == (1, after), f"{where}: published what was rolled back"
    building = top / "home" / "warehouse" / "building"
    assert not building.exists(), where
