"""What hundreds of tiny updates leave behind: bytes, files and processor seconds, against a rebuild of the same.

    python -m bench.growth [--citations 500] [--updates 300] [--minutes 10]

Each update revises three citations, brings one and deletes one, and is published by a run of its own in one process, as
`medline sync` does it. Seconds are of the processors, of all threads. A copy of the home is rebuilt at the end. When
the minutes are over, no update comes any more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from medline import pipeline
from medline.home import LocalHome
from medline.warehouse import database, versions
from sample.mirror import write_dump
from sample.records import article

#: Citations of an update that are revised.
REVISED = 3


def grow(mirror: Path, home: Path, citations: int, updates: int) -> Iterator[float]:
    """Yield the processor seconds of each run: of the baseline, then of one update after the other."""
    first = 1_000
    records = (article(rank, 1, pmid=first + rank) for rank in range(citations))
    write_dump(mirror / "baseline", 1, records)
    yield _sync(mirror, home)
    for number in range(1, updates + 1):
        pmids = [first + REVISED + (number * 7 + step) % (citations - REVISED) for step in range(REVISED)]
        changed = [*pmids, first + citations + number]
        gone = [(first + citations + number - 1, 1)] if number > 1 else []
        write_dump(mirror / "updatefiles", number + 1, (article(pmid, number, pmid=pmid) for pmid in changed), gone)
        yield _sync(mirror, home)


def sizes(home: Path) -> dict[str, tuple[int, int]]:
    """Return bytes and files of what a home has: a file with several names counts once."""
    found: dict[str, tuple[int, int]] = {}
    seen = set()
    for path in sorted(home.rglob("*")):
        stat = path.lstat()
        if path.is_file() and not path.is_symlink() and stat.st_ino not in seen:
            seen.add(stat.st_ino)
            size, files = found.get(part := path.relative_to(home).parts[0], (0, 0))
            found[part] = size + stat.st_size, files + 1
    return found


def published_size(home: Path) -> tuple[int, int]:
    """Return the bytes of the published database, and of its index."""
    current = versions.published(LocalHome(home))
    assert current
    index = LocalHome(home).index(current.name)
    return current.database.stat().st_size, sum(path.stat().st_size for path in index.glob("*"))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, default=500)
    parser.add_argument("--updates", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medline-bench-") as directory:
        mirror, home, again = (Path(directory) / name for name in ("mirror", "home", "again"))
        took, end = [], time.monotonic() + 60 * given.minutes
        for number, seconds in enumerate(grow(mirror, home, given.citations, given.updates)):
            took.append(seconds)
            if number in (1, 10) or number % 50 == 0:
                files = ", ".join(
                    f"{name} {size / 1e6:.1f} MB in {count}" for name, (size, count) in sizes(home).items()
                )
                published = [round(size / 1e6, 1) for size in published_size(home)]
                print(
                    f"after {number} updates: {seconds:.2f} s, database and index {published} MB; {files}", flush=True
                )
            if time.monotonic() > end:
                break
        shutil.copytree(home, again, symlinks=True)
        pipeline.rebuild(again)
        grown, made = published_size(home), published_size(again)
        with database.reader(home) as left, database.reader(again) as right:
            hashes = [one.execute("SELECT sum(hash(articles)) FROM articles").fetchone() for one in (left, right)]
    first, last = median(took[3:13]), median(took[-10:])
    sizes_made = [round(size / 1e6, 1) for size in made]
    times = [round(size / new, 2) for size, new in zip(grown, made, strict=True) if new]  # there may be no index
    print(f"rebuilt: {sizes_made} MB; what grew is {times} times that; the same rows: {hashes[0] == hashes[1]}")
    print(f"{len(took) - 1} updates; a run: {first:.2f} s at first, {last:.2f} s at the end ({last / first:.2f} times)")


def _sync(mirror: Path, home: Path) -> float:
    before = os.times()
    pipeline.sync(mirror, home)
    after = os.times()
    return after.user + after.system - before.user - before.system


if __name__ == "__main__":
    main()
