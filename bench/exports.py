"""Seconds of an export of 10,000 records in each format, from a home of its own.

    python -m bench.exports [DUMP…] [--records 10000] [--output exports.md]

Without dumps, `sample` invents the records, which are shorter than real ones and fuller of rare elements. The clock
runs from the first question to the database to the last piece of text; loading the home is not timed. Each format is a
process of its own, pinned to one core, so that DuckDB has no other. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sample
from bench.report import machine
from medline import pipeline
from medline.outputs.export import FORMATS, export
from medline.outputs.export.records import pmids_where
from medline.warehouse import database


def main() -> None:
    """Parse the command line, make a home, time each format, print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    parser.add_argument("dumps", type=Path, nargs="*", help="files to load; invented if left out")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--output", type=Path, help="write the table to this file too")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)  # a home and a format: the timed process
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_timed(Path(given.one[0]), given.one[1], given.records)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        home = Path(directory, "home")
        dumps = given.dumps or [sample.write_xml(Path(directory, "sample.xml"), sample.citations(given.records, 1))]
        pipeline.load_files(dumps, home)
        rows = [_row(form, home, given.records) for form in FORMATS]
    head = "| format | records | MB | seconds | CPU seconds |\n|---|---:|---:|---:|---:|"
    text = "\n".join([f"Measured {machine()}.", "", head, *rows]) + "\n"
    print(text)
    if given.output:
        given.output.write_text(text, "utf-8")


def _row(form: str, home: Path, records: int) -> str:
    command = [sys.executable, "-m", "bench.exports", "--records", str(records), "--one", str(home), form]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    number, size, wall, cpu = json.loads(done.stdout)
    return f"| {form} | {number:,} | {size / 1e6:.1f} | {wall:.1f} | {cpu:.1f} |"


def _timed(home: Path, form: str, records: int) -> tuple[int, int, float, float]:
    """Records, characters, seconds of the clock and of the processor."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with database.reader(home) as connection:
        pmids = pmids_where(connection, "true")[:records]
        began, used = time.perf_counter(), time.process_time()
        size = sum(map(len, export(connection, pmids, form)))
        return len(pmids), size, time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    main()
