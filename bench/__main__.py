"""Measure the engine, the limit of the machine and other readers, round by round, and print a table."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import report
from bench.cases import CASES, ROWS, Case, Outcome
from bench.inputs import gather
from bench.peers import install

ERROR = re.compile(r"[\w.]+(Error|Exception|Warning): ")
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Parse the command line, run, report."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("mirror", type=Path, nargs="?", help="its baseline/ holds the volume files; made if left out")
    parser.add_argument(
        "--text", type=Path, nargs="+", default=[], help="files or directories of MEDLINE text to repeat"
    )
    parser.add_argument("--records", type=int, default=30_000, help="records of the files that are made")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="cases to run, parted by commas; see bench/cases.py")
    parser.add_argument("--peers", type=Path, default=ROOT / "bench" / ".peers", help="where other readers are kept")
    parser.add_argument("--no-peers", action="store_true", help="leave other readers out")
    parser.add_argument("--output", type=Path, help="write the report to this file too")
    given = parser.parse_args()

    home = given.peers.absolute()
    wanted = given.only.split(",") if given.only else [case.name for case in CASES]
    machine = report.machine()
    peers = {} if given.no_peers else install.install(home)
    usable = {None, *(name for name, peer in peers.items() if not peer.missing)}
    cases = [case for case in CASES if case.name in wanted and case.peer in usable]
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        os.environ["TMPDIR"] = directory  # what a process leaves behind when it is ended goes with it
        inputs = gather(given.mirror, given.text, given.records, Path(directory))
        programs = {"python": sys.executable, "peer_python": install.python(home), "xtract": install.xtract(home)}
        rounds, failures = _run_rounds(cases, given.rounds, {**inputs.paths, **programs}, inputs.records)
    paragraphs = [
        f"Measured {machine}; rounds: {given.rounds}.",
        "\n".join(f"- {line}" for line in [*inputs.descriptions, *_footnotes(peers, failures)]),
        report.table([row for row in ROWS if row.case in wanted], rounds, failures),
    ]
    text = "\n\n".join(paragraphs) + "\n"
    print(text)
    if given.output:
        given.output.write_text(text, "utf-8")


def _footnotes(peers: dict[str, install.Peer], failures: dict[str, str]) -> list[str]:
    installed = ", ".join(f"{name} {peer.version}" for name, peer in peers.items() if not peer.missing)
    missing = [f"not installed: {name} {peer.version}: {peer.missing}" for name, peer in peers.items() if peer.missing]
    return [f"other readers: {installed or 'left out'}", *missing, *(f"{name} {why}" for name, why in failures.items())]


def _run_rounds(
    cases: list[Case], count: int, words: dict[str, object], records: dict[str, int]
) -> tuple[list[dict[str, Outcome]], dict[str, str]]:
    """Each round runs every case once, so that a slow spell of the machine meets them alike; what failed stays out."""
    rounds: list[dict[str, Outcome]] = []
    failures: dict[str, str] = {}
    for number in range(count):
        rounds.append({})
        for case in cases:
            if case.name in failures or (case.once and number):
                continue
            outcome = _run(case, words, sum(records[name] for name in case.sees))
            if isinstance(outcome, Outcome):
                rounds[-1][case.name] = outcome
                result = f"{outcome.wall:.2f} s, CPU {outcome.cpu:.2f} s, {outcome.peak / 1e6:.0f} MB"
            else:
                failures[case.name] = result = f"failed in round {number + 1}: {outcome}"
            print(f"{number + 1}/{count} {case.name}: {result}", file=sys.stderr, flush=True)
    return rounds, failures


def _run(case: Case, words: dict[str, object], records: int) -> Outcome | str:
    """Run a case in a process of its own.

    Returns:
        What it took, or why it does not count: an error, no end in time, or not every record seen.
    """
    command = [word.format(**words) for word in case.command]
    every_core = os.sched_getaffinity(0)
    try:
        if case.one_core:
            os.sched_setaffinity(0, {max(every_core)})  # the process inherits it
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=case.timeout, check=False)
    except subprocess.TimeoutExpired:
        return f"no end after {case.timeout} s"
    finally:
        os.sched_setaffinity(0, every_core)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return next((line for line in lines if ERROR.match(line)), lines[-1])
    outcome = Outcome(**json.loads(done.stdout.splitlines()[-1]))
    if outcome.records != records:
        return f"saw {outcome.records:,} of {records:,} records"
    return outcome


if __name__ == "__main__":
    main()
