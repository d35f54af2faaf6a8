"""Full builds and daily updates at growing sizes, as a user runs them: `medline sync` on a mirror in a directory.

    python -m bench.updates DUMP… [--sizes 510000,1020000,2010000] [--output table.md]

The given dumps are repeated with other PMIDs to the sizes asked for. Each size is built from nothing into a home of its
own; then update files come one by one, 25,000 records of which 60 % revise PMIDs scattered evenly over all there are,
and 100 deletions. The first finds no retired version and copies the database; the later ones catch one up, so that two
files are applied, as every day. What is timed is the whole process: reading, applying, checks, publishing.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path
from random import Random

from bench.report import machine

RECORDS_A_FILE = 30_000
RECORDS_AN_UPDATE = 25_000
REVISED = 0.6
DELETED = 100
UPDATES = 3

RECORD = re.compile(rb"(?s)<PubmedArticle>.*?</PubmedArticle>")
PMID = re.compile(rb"(<PMID[^>]*>)\d+")


@dataclass(frozen=True)
class Took:
    """What a run took: seconds of the clock and of the processors, and bytes of memory at most."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dumps", nargs="+", type=Path)
    parser.add_argument("--sizes", default="510000,1020000,2010000", help="citations, in files of 30,000")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="medline-bench-") as directory:
        mirror = Path(directory) / "mirror"
        lines = [machine(), "", *HEAD]
        print(*lines, sep="\n", flush=True)
        for size in sizes:
            grow(mirror, given.dumps, size)
            for line in _measured(mirror, given.dumps, size, Path(directory) / "home"):
                lines.append(line)
                print(line, flush=True)
    if given.output:
        given.output.write_text("\n".join(lines) + "\n", "utf-8")


HEAD = ["| citations | what | wall s | CPU s | memory MB | database GB |", "| --- | --- | --- | --- | --- | --- |"]


def _measured(mirror: Path, dumps: Sequence[Path], size: int, home: Path) -> Iterator[str]:
    files = size // RECORDS_A_FILE
    took = _sync(mirror, home)
    a_file = f"{took.wall / files:.2f} s a file"
    yield _line(size, f"full build of {files} files, {a_file}", took, home)
    updates = mirror / "updatefiles"
    for place in range(1, UPDATES + 1):
        _write_update(updates, dumps, files + place, size + (place - 1) * round(RECORDS_AN_UPDATE * (1 - REVISED)))
        took = _sync(mirror, home)
        how = "on a copy" if place == 1 else "on a retired version, caught up"
        yield _line(size, f"update of {RECORDS_AN_UPDATE:,} records, {how}", took, home)
    shutil.rmtree(home)
    shutil.rmtree(updates)


def _line(size: int, what: str, took: Took, home: Path) -> str:
    database = (home / "warehouse" / "medline.duckdb").stat().st_size
    figures = f"{took.wall:.1f} | {took.cpu:.1f} | {took.memory / 1e6:,.0f} | {database / 1e9:.2f}"
    return f"| {size:,} | {what} | {figures} |"


def _sync(mirror: Path, home: Path) -> Took:
    """Run the command line, and ask the kernel what it took."""
    command = [sys.executable, "-m", "etl.cli", "sync", "--mirror", str(mirror), "--home", str(home)]
    started = os.times().elapsed
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: failed")
    return Took(os.times().elapsed - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def grow(mirror: Path, dumps: Sequence[Path], size: int) -> None:
    """Add baseline files until the mirror has this many citations."""
    for number in range(1, size // RECORDS_A_FILE + 1):
        path = mirror / "baseline" / f"pubmed26n{number:04}.xml.gz"
        if not path.exists():
            first = (number - 1) * RECORDS_A_FILE + 1
            records = _records([dumps[number % len(dumps)]])
            _write(path, range(first, first + RECORDS_A_FILE), records)


def _write_update(directory: Path, dumps: Sequence[Path], number: int, known: int) -> None:
    """Write an update file onto PMIDs 1 to `known`."""
    rng = Random(number)
    revised = sorted(rng.sample(range(1, known + 1), round(RECORDS_AN_UPDATE * REVISED)))
    new = range(known + 1, known + 1 + RECORDS_AN_UPDATE - len(revised))
    gone = rng.sample(sorted(set(range(1, known + 1)) - set(revised)), DELETED)
    _write(directory / f"pubmed26n{number:04}.xml.gz", chain(revised, new), _records(dumps), gone)


def _records(dumps: Sequence[Path]) -> Iterator[bytes]:
    """The records of dumps as they are printed, over and over."""
    return (match[0] for path in cycle(dumps) for match in RECORD.finditer(gzip.decompress(path.read_bytes())))


def _write(
    path: Path, pmids: Sequence[int] | Iterator[int], records: Iterator[bytes], gone: Sequence[int] = ()
) -> None:
    """Write a dump and its .md5: a record for each PMID, then the deletions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as out:
        out.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
        for pmid, record in zip(pmids, records, strict=False):
            out.write(PMID.sub(rb"\g<1>%d" % pmid, record, count=1) + b"\n")
        if gone:
            listed = b"".join(b'<PMID Version="1">%d</PMID>' % pmid for pmid in gone)
            out.write(b"<DeleteCitation>" + listed + b"</DeleteCitation>\n")
        out.write(b"</PubmedArticleSet>\n")
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {digest}\n", "utf-8")


if __name__ == "__main__":
    main()
