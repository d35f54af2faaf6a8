"""Full builds, daily updates and questions at growing sizes, as a user runs them, and what they say of all of PubMed.

    python -m bench.scale DUMP… [--files 20,40,80] [--output scale.md]

The given dumps are repeated with other PMIDs to as many baseline files as are asked for. Each size is built from
nothing into a home of its own; ten questions of docs/guides/cookbook.md are put to it; then update files come one by
one, 25,000 records of which 60 % revise PMIDs scattered evenly over all, and 100 deletions. The first finds no retired
version and copies the database; the later ones catch one up, so that two files are applied, as every day.
What is timed is the whole process, `medline sync`: reading, applying, checks, publishing. A line through the sizes,
by least squares, says what to expect of 1,334 files, as many as the baseline of 2026 has.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import linear_regression, median

from bench.dumps import RECORDS_A_FILE, RECORDS_AN_UPDATE, REVISED, grow, write_update
from bench.report import machine
from medline.warehouse import database
from tests.support.cookbook import COOKBOOK, RECIPE

UPDATES = 3
BASELINE = 1_334

#: Questions of the cook-book that look at whole tables, and that real dumps have answers to; each is asked so often.
QUESTIONS = (1, 2, 6, 7, 9, 11, 14, 15, 17, 18)
TIMES = 5


@dataclass(frozen=True)
class Took:
    """What a run took: seconds of the clock and of the processors, and bytes of memory at most."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Measured:
    """One size: its full build, the bytes it takes, the seconds of each question, and its updates, on a copy first."""

    files: int
    build: Took
    database: int
    lake: int
    questions: dict[str, float]
    updates: list[Took]

    @property
    def daily(self) -> Took:
        """The update of a usual day: on a retired version that is caught up."""
        return sorted(self.updates[1:], key=lambda took: took.wall)[len(self.updates[1:]) // 2]


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dumps", nargs="+", type=Path)
    parser.add_argument("--files", default="20,40,80", help="baseline files of each size")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    measured_on, sizes = machine(), []
    with tempfile.TemporaryDirectory(prefix="medline-bench-") as directory:
        mirror = Path(directory) / "mirror"
        for files in sorted(int(count) for count in given.files.split(",")):
            grow(mirror, given.dumps, files)
            sizes.append(_measure(mirror, given.dumps, files, Path(directory) / "home"))
            print(sizes[-1], file=sys.stderr, flush=True)
    text = (
        f"Measured {measured_on}.\n\n" + "\n".join([*_sizes(sizes), "", *_questions(sizes), "", *_lines(sizes)]) + "\n"
    )
    print(text)
    if given.output:
        given.output.write_text(text, "utf-8")


def _measure(mirror: Path, dumps: Sequence[Path], files: int, home: Path) -> Measured:
    build = _sync(mirror, home)
    database = (home / "warehouse" / "medline.duckdb").stat().st_size
    lake = sum(path.stat().st_size for path in (home / "lake").rglob("*.parquet"))
    questions = _ask(home)
    updates, known = [], files * RECORDS_A_FILE
    for number in range(UPDATES):
        new = number * round(RECORDS_AN_UPDATE * (1 - REVISED))
        write_update(mirror / "updatefiles", dumps, files + 1 + number, known + new)
        updates.append(_sync(mirror, home))
    shutil.rmtree(home)
    shutil.rmtree(mirror / "updatefiles")
    return Measured(files, build, database, lake, questions, updates)


def _ask(home: Path) -> dict[str, float]:
    """Median seconds of each question."""
    recipes = list(RECIPE.finditer(COOKBOOK.read_text("utf-8")))
    took = {}
    with database.reader(home) as connection:
        for number in QUESTIONS:
            seconds = []
            for _ in range(TIMES):
                started = time.perf_counter()
                connection.execute(recipes[number - 1]["sql"]).fetchall()
                seconds.append(time.perf_counter() - started)
            took[recipes[number - 1]["question"].splitlines()[0].removeprefix("## ")] = median(seconds)
    return took


def _sizes(sizes: Sequence[Measured]) -> Iterator[str]:
    yield from _row(
        ("files", "citations", "build s", "s a file", "CPU s a file", "memory MB", "database GB", "lake GB"),
        ("update s, on a copy", "update s, as every day", "CPU s", "memory MB"), is_head=True,
    )  # fmt: skip
    for size in sizes:
        build, daily = size.build, size.daily
        yield from _row(
            (f"{size.files:,}", f"{size.files * RECORDS_A_FILE:,}", f"{build.wall:,.1f}"),
            (f"{build.wall / size.files:.2f}", f"{build.cpu / size.files:.2f}", f"{build.memory / 1e6:,.0f}"),
            (f"{size.database / 1e9:.2f}", f"{size.lake / 1e9:.2f}", f"{size.updates[0].wall:.1f}"),
            (f"{daily.wall:.1f}", f"{daily.cpu:.1f}", f"{daily.memory / 1e6:,.0f}"),
        )


def _questions(sizes: Sequence[Measured]) -> Iterator[str]:
    yield from _row(
        (f"question, median of {TIMES}, s",), (f"{size.files:,} files" for size in sizes), (f"{BASELINE:,} files",),
        is_head=True,
    )  # fmt: skip
    for name in sizes[0].questions:
        seconds = [size.questions[name] for size in sizes]
        expected = _line([size.files for size in sizes], seconds).at(BASELINE)
        yield from _row((name,), (f"{one:.3f}" for one in seconds), (f"{expected:.1f}",))


@dataclass(frozen=True)
class Line:
    """`start + slope · files`, and how far the farthest measured point is from it, as a part of that point."""

    start: float
    slope: float
    misfit: float

    def at(self, files: int) -> float:
        return self.start + self.slope * files


def _line(files: Sequence[int], figures: Sequence[float]) -> Line:
    slope, start = linear_regression(files, figures) if len(files) > 1 else (figures[0] / files[0], 0.0)
    off = [abs(start + slope * x - y) / y for x, y in zip(files, figures, strict=True)]
    return Line(start, slope, max(off))


def _lines(sizes: Sequence[Measured]) -> Iterator[str]:
    """What lines through the sizes say of a whole baseline."""
    files = [size.files for size in sizes]
    figures = {
        "full build, s": [size.build.wall for size in sizes],
        "full build, memory GB": [size.build.memory / 1e9 for size in sizes],
        "database, GB": [size.database / 1e9 for size in sizes],
        "lake, GB": [size.lake / 1e9 for size in sizes],
        "update as every day, s": [size.daily.wall for size in sizes],
        "update as every day, memory GB": [size.daily.memory / 1e9 for size in sizes],
        "ten questions together, s": [sum(size.questions.values()) for size in sizes],
    }
    citations = BASELINE * RECORDS_A_FILE / 1e6
    yield from _row(
        ("what", "least squares", "misfit", f"{BASELINE:,} files, {citations:.0f} million citations"), is_head=True
    )
    for what, values in figures.items():
        line = _line(files, values)
        yield from _row(
            (what, f"{line.start:.3g} {line.slope:+.3g} · files", f"{line.misfit:.1%}", f"{line.at(BASELINE):,.1f}")
        )


def _row(*cells: Iterable[str], is_head: bool = False) -> Iterator[str]:
    words = list(chain(*cells))
    yield f"| {' | '.join(words)} |"
    if is_head:
        yield f"| {' | '.join(['---'] * len(words))} |"


def _sync(mirror: Path, home: Path) -> Took:
    """Run the command line, and ask the kernel what it took."""
    command = [sys.executable, "-m", "medline.cli", "sync", "--mirror", str(mirror), "--home", str(home)]
    started = os.times().elapsed
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: failed")
    return Took(os.times().elapsed - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main()
