"""Text without end: read or refused with a position, in bounded memory, with work that grows as the text does."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from compare import read
from hostile_text import KINDS, record, repeated
from medline.errors import BadInput
from medline.parse import batch
from medline.parse.batch import skip_mask
from medline.parse.kernels import text_reader
from medline.parse.text import fields, lines, reference
from packing import PACKERS

SIZE = 6_000


def read_plainly(text: str) -> str:
    """Records, or what is wrong."""
    try:
        made = reference.iter_batches(io.BytesIO(text.encode()), "otters.txt", skip_mask(()))
        return str(sum(len(one.keys) for one in made))
    except BadInput as error:
        return str(error)


def work(text: str) -> int:
    """Lines of Python that reading a text takes, each turn of a loop counted."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read_plainly(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.long
@pytest.mark.sampled(5)
@pytest.mark.parametrize("kind", KINDS)
def test_the_work_grows_as_the_text_does(kind):
    """Law: what three times the text adds is not more than three times what the first third took."""
    once, thrice = work(KINDS[kind](SIZE)), work(KINDS[kind](3 * SIZE))
    assert thrice < 3.2 * once + 3_000


READ = """
import os, resource, sys
from pathlib import Path
from medline.errors import BadInput
from medline.parse import iter_batches
from medline.parse.kernels import text_reader
from medline.parse.text import fields, lines
for module in (fields, lines, text_reader):
    module.MAX_RECORD = 1 << 20
for module in (fields, text_reader):
    module.MAX_LINES = 4096
resource.setrlimit(resource.RLIMIT_CPU, (240, 240))  # what is not linear does not end
for path in map(Path, sys.argv[2:]):
    try:
        print(sum(len(batch.keys) for batch in iter_batches(path, engine=sys.argv[1])))
    except BadInput as error:
        print(error)
    print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) >> 10)
"""


def read_in_a_process(engine: str, *paths: Path) -> list[tuple[str, int]]:
    """What became of each file, with limits of 1 MB and 4,096 lines, and the most memory so far in MB."""
    done = subprocess.run([sys.executable, "-c", READ, engine, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = done.stdout.splitlines()
    return list(zip(said[::2], map(int, said[1::2]), strict=True))


#: What is beyond the limits, and what becomes of it.
BEYOND = {
    "an endless value": (HEAD := "PMID- 1\nOWN - NLM\nTI  - x\nAB  - ", "word ", r"line 4: a line of more than 1 MB"),
    "wrapped lines": (HEAD, "x" * 1000 + "\n      ", r"line 1: a record of more than 1 MB: 'PMID- 1'"),
    "fields": (HEAD, "x\nOT  - ", r"line 1: a record of more than 4,096 lines: 'PMID- 1'"),
    "empty lines": (HEAD + "x\n", "\n", "1"),
    "large records": (HEAD, "word\n      word " * 3_000 + "\nSO  - x. 2001\n\n" + HEAD, r"\d+"),
}

#: MB of a text of each kind, which are read one size after the other, and the MB that the larger ones may add.
SIZES_MB, MOST_MB = (6, 20), 100


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_what_is_beyond_the_limits_is_refused_or_read_in_bounded_memory(engine, tmp_path):
    """20 times the limit of a record, as 1.3 GB would be."""
    paths = []
    for size in SIZES_MB:
        for number, (start, piece, _) in enumerate(BEYOND.values()):
            paths.append(tmp_path / f"{number}-{size}.txt.gz")
            with gzip.open(paths[-1], "wb", 1) as out:
                out.write(start.encode())
                for _ in range(size):
                    out.write(repeated(piece, 1 << 20).encode())
                out.write(b"\nSO  - x. 2001\n")
    outcomes = read_in_a_process(engine, *paths)
    at_first = outcomes[len(BEYOND) - 1][1]
    for (name, (_, _, result)), (said, peak) in zip([*BEYOND.items()] * len(SIZES_MB), outcomes, strict=True):
        assert re.search(result, said), (name, said)
        assert peak < at_first + MOST_MB, (name, peak, at_first)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_no_kind_takes_more_time_or_memory_than_its_size(engine, tmp_path):
    paths = []
    for number, make in enumerate(KINDS.values()):
        paths.append(tmp_path / f"{number}.txt.gz")
        paths[-1].write_bytes(gzip.compress(make(1 << 17).encode(), 1))
    read_in_a_process(engine, paths[0])  # compiled
    for kind, (_, peak) in zip(KINDS, read_in_a_process(engine, *paths), strict=True):
        assert peak < 1_000, kind


@pytest.fixture
def small_limits(monkeypatch):
    """64 KB and 100 lines."""
    for module in (fields, lines, text_reader):
        monkeypatch.setattr(module, "MAX_RECORD", 1 << 16)
    for module in (fields, text_reader):
        monkeypatch.setattr(module, "MAX_LINES", 100)
    monkeypatch.setattr(lines, "_BLOCK", 1 << 12)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.usefixtures("small_limits")
def test_a_record_beyond_the_limit_is_one_clear_error_however_it_is_packed(kind, encoding, tmp_path):
    path = tmp_path / "otters.txt"
    beyond = {
        "AB  - é\n" + "      word\n" * 200: "line 8: a record of more than 100 lines: 'PMID- 1'",
        "AB  - é\n" + ("      " + "word " * 500 + "\n") * 50: "line 8: a record of more than 0 MB: 'PMID- 1'",
        "AB  - é\n      " + "word " * 20_000: "line 14: a line of more than 0 MB",
    }
    for body, problem in beyond.items():
        text = record().replace("PMID- 1", "PMID- 7") + record(body + "\n") + record()
        path.write_bytes(PACKERS[kind](text.encode(encoding)))
        for engine in ("compiled", "reference"):
            error = read(path, engine=engine).error
            assert (error or "").startswith(f"otters.txt {problem}; export the records again "), error


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.usefixtures("small_limits")
def test_empty_lines_count_for_nothing(engine, tmp_path):
    path = tmp_path / "otters.txt"
    path.write_text(record() + "\n" * 70_000 + record("\n" * 300 + "AB  - x\n") + "TI  - x\nAU  - x\n")
    assert "line 70316" in (error := read(path, engine=engine).error), error
    assert "without PMID" in error


def test_the_lines_of_a_record_are_numbered_as_in_the_file_whatever_is_left_out():
    text = record()[:-1] + "\n\n\n" + record()[8:-1] + "\n\n\n\n" + record()[8:]
    made = list(fields.iter_records(io.BytesIO(text.encode()), "otters.txt"))
    expected = [number for number, line in enumerate(text.splitlines(), 1) if line[:4] in ("PMID", "OWN ")]
    assert [one.line for one in made] == [1, *expected[2:]]


def test_a_batch_holds_no_more_than_its_size(monkeypatch):
    monkeypatch.setattr(batch, "BATCH_SIZE", 20_000)
    text = (record("AB  - " + "word " * 1000 + "\n") * 40).encode()
    made = list(reference.iter_batches(io.BytesIO(text), "otters.txt", skip_mask(())))
    assert len(made) > 8
    assert sum(len(one.keys) for one in made) == 40


def test_paths_without_end_that_the_schema_does_not_know_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(batch, "MOST_UNKNOWN", 5_000)
    path = tmp_path / "otters.txt"
    path.write_text(record("".join(f"Z{chr(65 + n % 26)}{chr(65 + n // 26)} - x\n" for n in range(90))))
    for engine in ("compiled", "reference"):
        error = read(path, engine=engine).error
        assert "otters.txt PMID 1: 90 kinds of elements or tags that the schema does not know" in error
