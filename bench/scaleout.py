"""A baseline of eight files by two Celery workers and by one, each reading one file at a time.

    python -m bench.scaleout DUMP… [--files 8] [--rounds 1] [--output table.md]

The given dumps are repeated with other PMIDs. The services of docker-compose.yml are started by hand, as tests/stack
does, with PostgreSQL and a broker of their own; then `medline_baseline` is triggered through the API, with both workers
and with one, each time into a new home. The clock is Airflow's: of the run, and from the end of `list_batches` to the
end of the last `ingest`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import sample
from bench.dumps import grow
from bench.report import machine

sys.path += [
    str(Path(__file__).resolve().parents[1] / "tests"),
    str(Path(__file__).resolve().parents[1] / "tests" / "support"),
]
from stack.by_hand import Stack

SETTINGS = {"WORKER_CONCURRENCY": "1", "MEDLINE_THREADS": "1", "MEDLINE_BATCH": "1"}
HEAD = ["| workers | round | load before | whole run s | mapped stage s | tasks by worker |", "| --- " * 6 + "|"]
DAG = "medline_baseline"


@dataclass(frozen=True)
class Took:
    """Seconds of a run and of its mapped stage, and the tasks that each worker did."""

    run: float
    mapped: float
    files: list[int]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dumps", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    lines = [machine(), "", *HEAD]
    print(*lines, sep="\n", flush=True)
    for line in measured(given.dumps, given.files, given.rounds):
        lines.append(line)
        print(line, flush=True)
    if given.output:
        given.output.write_text("\n".join(lines) + "\n", "utf-8")


def measured(dumps: Sequence[Path], files: int, rounds: int) -> Iterator[str]:
    """A line for each run, and one for what comes of them."""
    with tempfile.TemporaryDirectory(prefix="medline-bench-") as name:
        directory = Path(name)
        grow(directory / "mirror", dumps, files)
        small = sample.write_mirror(directory / "small", citations=60).directory
        took: dict[int, list[Took]] = {2: [], 1: []}
        with Stack(directory, 2, {**SETTINGS, "MEDLINE_MIRROR": f"{small}"}) as stack:
            _settle(stack)  # the first start has a run of its own, over the small mirror
            for number in range(1, rounds + 1):
                for workers, runs in took.items():
                    if workers == 1:
                        stack.kill("worker-1")
                    load = os.getloadavg()[0]
                    home = directory / f"home-{workers}-{number}"
                    runs.append(_run(stack, directory / "mirror", home))
                    shared = " + ".join(map(str, runs[-1].files))
                    figures = f"{runs[-1].run:.1f} | {runs[-1].mapped:.1f}"
                    yield f"| {workers} | {number} | {load:.1f} | {figures} | {shared} |"
                    if workers == 1:
                        stack.start("worker-1")
                        stack.until(lambda: stack.is_healthy("worker-1"), "the second worker")
        run, mapped = (
            median(getattr(two, part) / getattr(one, part) for two, one in zip(took[2], took[1], strict=True))
            for part in ("run", "mapped")
        )
        yield f"| two ÷ one |  |  | **{run:.2f}** | **{mapped:.2f}** | target ≤ 0.6 |"


def _run(stack: Stack, mirror: Path, home: Path) -> Took:
    before = [stack.tasks_done_by(name) for name in stack.worker_names]
    run = stack.trigger(DAG, mirror=f"{mirror}", home=f"{home}")
    if stack.finish(DAG, run) != "success":
        raise SystemExit(f"the run failed; see {stack.directory}")
    _settle(stack)
    after = [stack.tasks_done_by(name) for name in stack.worker_names]
    (finished,) = (one for one in stack.runs(DAG) if one["dag_run_id"] == run)
    tasks = stack.tasks(DAG, run)
    listed = max(_time(task["end_date"]) for task in tasks if task["task_id"] == "list_batches")
    ingested = max(_time(task["end_date"]) for task in tasks if task["task_id"] == "ingest")
    whole = _time(finished["end_date"]) - _time(finished["start_date"])
    return Took(whole, ingested - listed, [new - old for new, old in zip(after, before, strict=True)])


def _settle(stack: Stack) -> None:
    """Wait until nothing runs: the feeds follow every run."""
    dags = (DAG, "medline_updates", "medline_feeds")

    def is_still() -> bool:
        runs = [run["state"] for dag in dags for run in stack.runs(dag)]
        return bool(stack.runs("medline_feeds")) and all(state in ("success", "failed") for state in runs)

    stack.until(is_still, "the end of all runs")


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    main()
