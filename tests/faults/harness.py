"""Runs of the command line as processes of their own, and what a home holds after them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

import duckdb

import build
from faults import readers

#: A connection that is silent for this long is dead, a slow one is not; tries follow each other at once.
ENVIRONMENT = {
    **os.environ, "MEDLINE_TIMEOUT": "0.8", "MEDLINE_ATTEMPTS": "6", "MEDLINE_BACKOFF": "0.01", "MEDLINE_CONTACT": "",
    "MEDLINE_CONNECTIONS": "4", "MEDLINE_KEEP": "2", "MEDLINE_MAX_LOSS": "5",
}  # fmt: skip


class Run:
    """A command in a process and a session of its own, as a timer starts it, but forked from a process that has its
    imports done: a third of the time that a run takes."""

    def __init__(self, *arguments: object) -> None:
        self.out, self.err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  open as the run is
        words = [os.fsencode(str(argument)) for argument in arguments]
        streams = (DupFd(stream.fileno()) for stream in (self.out, self.err))
        self.process = build.FORKED.Process(target=_run_in_session, args=(words, *streams))
        self.process.start()
        self.pid = self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, seconds: float = 300) -> int:
        """Wait for the end; the first run on a machine compiles the readers, which takes a minute."""
        self.process.join(seconds)
        assert self.returncode is not None, f"no end after {seconds} s: {self.stderr}"
        return self.returncode

    @property
    def stderr(self) -> str:
        """What it printed there so far."""
        self.err.seek(0)
        return self.err.read().decode(errors="replace")


def _run_in_session(words: list[bytes], out: Any, err: Any) -> None:
    os.setsid()
    time.sleep(AIMING)
    build._run(words, out, err, ENVIRONMENT, None)


def start(*arguments: object) -> Run:
    """Start the command line."""
    return Run(*arguments)


#: Seconds until a run begins, about those of Python's start: who aims at it has to get ready.
AIMING = 0.3


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end, in a process that has its imports done already."""
    result = build.medline(*arguments, env=ENVIRONMENT)
    assert result.returncode is not None, f"no end after {build.PATIENCE} s: {result.stderr}"
    return result


def kill(process: Run) -> None:
    """kill -9."""
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()


def the_error(result: subprocess.CompletedProcess[str]) -> str:
    """The clear error of a run that failed: exit code 1, one line `error: …`, and no trace of Python."""
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert result.returncode == 1, (result.returncode, result.stderr)
    assert len(errors) == 1, result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    return errors[0].removeprefix("error: ")


def database(home: Path) -> Path:
    return home / "warehouse" / "medline.duckdb"


def tables_of(home: Path) -> dict[str, tuple[int, str]] | None:
    """Rows and digest of each table of the published version; None where there is none."""
    if not database(home).exists():
        return None
    with duckdb.connect(str(database(home)), read_only=True) as connection:
        return readers.tables(connection)


def dumps_of(home: Path) -> list[str]:
    """The names of the dumps in the published version, shortened to year and number: "26n0004"."""
    with duckdb.connect(str(database(home)), read_only=True) as connection:
        names = connection.execute("SELECT name FROM dumps ORDER BY year, number").fetchall()
    return [name.removeprefix("pubmed").partition(".")[0] for (name,) in names]


def files_applied(log: str) -> list[str]:
    """The files that a run with -v says that it applied."""
    return re.findall(r"^INFO (\S+): applied, ", log, re.MULTILINE)


@dataclass
class Progress:
    """What a run that was killed has behind it.

    Attributes:
        fetched: files that are here as the mirror has them, as "baseline/pubmed26n0001.xml.gz".
        parts: bytes of each file that is there in part.
        manifests: time of each manifest of the lake, by file.
        applied: MD5 of each file that the database in the making holds, by name.
    """

    fetched: set[str]
    parts: Mapping[str, int]
    manifests: Mapping[str, int]
    applied: Mapping[str, str]

    @classmethod
    def of(cls, home: Path, mirror: Path) -> Progress:
        dumps = home / "dumps"
        issued = {str(path.relative_to(mirror)): path.read_bytes() for path in mirror.rglob("*.xml.gz")}
        parts = {path: path.stat().st_size for path in dumps.glob("*/.*.part")}
        return cls(
            {name for name in issued if (dumps / name).exists() and (dumps / name).read_bytes() == issued[name]},
            {f"{path.parent.name}/{path.name[1:].rsplit('.', 2)[0]}": size for path, size in parts.items()},
            {path.stem: path.stat().st_mtime_ns for path in (home / "lake" / "manifests").glob("*.json")},
            _in_the_making(home),
        )


def _in_the_making(home: Path) -> dict[str, str]:
    """What the unfinished database holds, looked at in a copy so that nothing of it is mended."""
    path = home / "warehouse" / "building" / "medline.duckdb"
    if not path.exists():
        return {}
    with tempfile.TemporaryDirectory() as directory:
        for one in (path, path.with_name("medline.duckdb.wal")):
            if one.exists():
                (Path(directory) / one.name).write_bytes(one.read_bytes())
        try:
            with duckdb.connect(str(Path(directory) / path.name)) as connection:
                return dict(connection.execute("SELECT name, md5 FROM dumps").fetchall())
        except duckdb.Error:
            return {}


@contextmanager
def watched(home: Path, *kinds: str) -> Iterator[list[dict]]:
    """Readers look at a home throughout; what they saw is there after the block, see `readers.watch`."""
    ends, reports = [], list[dict]()
    for kind in kinds or readers.KINDS:
        mine, its = build.FORKED.Pipe()
        build.FORKED.Process(target=readers.watch, args=(its, kind, home), daemon=True).start()
        its.close()
        ends.append(mine)
    try:
        for end in ends:
            assert end.recv() == "ready"
        yield reports
    finally:
        for end in ends:
            end.send("end")
            reports.append(end.recv() if end.poll(30) else {"errors": ["no answer"], "states": [], "looks": 0})


def assert_whole(reports: list[dict], *allowed: str) -> None:
    """Readers met no error, and saw whole states alone, in this order, and none of them again after a later one."""
    for report in reports:
        assert report["errors"] == [], report
        positions = [allowed.index(state) if state in allowed else -1 for state in report["states"]]
        assert -1 not in positions, (report, allowed)
        assert positions == sorted(positions), (report, allowed)
        assert report["looks"], report
