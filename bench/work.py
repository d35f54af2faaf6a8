"""The timed work of one case, in a process of its own: `python -m bench.work NAME ARGUMENTS`.

Each function prepares (imports, a small file read so that compiled kernels are loaded) and returns what is timed.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.parsers import expat

from isal import igzip

from bench.measure import measure
from bench.peers.xtract import WIDE_SET
from medline.lake import transform
from medline.parse import ENGINE, iter_batches

BLOCK = 8 << 20  # bytes inflated at a time
OUT = Path(tempfile.mkdtemp(prefix="bench-"))
atexit.register(shutil.rmtree, OUT, ignore_errors=True)

Work = Callable[[], int]


def inflate(path: str) -> Work:
    """The streamed inflate, the floor of every reader: isal's stream itself, without a buffer around it."""

    def work() -> int:
        with igzip.open(path) as stream:
            while stream.read(BLOCK):
                pass
        return 0

    return work


def arrow(small: str, engine: str, threads: str, *paths: str) -> Work:
    """Read files into record batches of all tables, and let these go."""

    def read(path: str) -> int:
        return sum(batch.tables["articles"].num_rows for batch in iter_batches(Path(path), engine=engine))

    read(small)
    return lambda: _for_each(read, paths, int(threads))


def parquet(small: str, threads: str, *paths: str) -> Work:
    """Read files into Parquet with the lake's own code."""
    _write(small)
    return lambda: _for_each(_write, paths, int(threads))


def write(small: str, path: str) -> Work:
    """Only the writing: the lake's own code again, over batches that are in memory already."""
    _write(small)
    batches = list(iter_batches(Path(path)))
    transform.iter_batches = lambda *_, **__: iter(batches)
    return lambda: _write(path)


def bare_expat(path: str) -> Work:
    """Parse with pyexpat without a single handler: nothing comes out."""

    def work() -> int:
        parser = expat.ParserCreate()
        with igzip.open(path) as stream:
            while data := stream.read(BLOCK):
                parser.Parse(data)
        parser.Parse(b"", True)
        return 0

    return work


def xtract(program: str, path: str) -> Work:
    """NLM's xtract over the inflated file, a line per record."""
    plain, lines = OUT / "plain.xml", OUT / "lines.tsv"
    with igzip.open(path) as stream, plain.open("wb") as out:
        shutil.copyfileobj(stream, out, BLOCK)

    def work() -> int:
        with lines.open("wb") as out:
            subprocess.run([program, "-mixed", "-input", plain, *WIDE_SET], stdout=out, check=True)
        with lines.open("rb") as made:
            return sum(1 for _ in made)

    return work


def cli_help() -> Work:
    """`medline --help`, from start to end of its process."""
    return _process([str(Path(sys.executable).with_name("medline")), "--help"])


def first_batch(path: str) -> Work:
    """From the start of a process to the first batch of a file."""
    code = (
        "import os, sys; from pathlib import Path; from medline.parse import ENGINE, iter_batches;"
        "next(iter_batches(Path(sys.argv[1]))); os._exit(0)"
    )
    return _process([sys.executable, "-c", code, path])


def _process(command: list[str]) -> Work:
    def work() -> int:
        code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        return sys.exit(code) if code else 0

    work()  # so that every cache is warm
    return work


def _write(path: str) -> int:
    rows, *_ = transform._write_tables(Path(path), Path(tempfile.mkdtemp(dir=OUT)), ENGINE)
    return rows["articles"]


def _for_each(work: Callable[[str], int], paths: Iterable[str], threads: int) -> int:
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(work, paths))


if __name__ == "__main__":
    measure(globals()[sys.argv[1]](*sys.argv[2:]))
