"""The fuzzer for a while, with checked array bounds: a step beyond an array is a failure of its own kind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fuzz import Case, make_case, read, shrink

ROOT = Path(__file__).resolve().parents[2]
SECONDS = os.environ.get("MEDLINE_FUZZ_SECONDS", "60")


def test_mutated_documents_are_read_alike(tmp_path):
    """See the docstring of fuzz.py for how to look for longer, and to run a case again."""
    settings = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, ROOT / "tests" / "support" / "fuzz.py", "--seconds", SECONDS]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_a_case_is_a_pure_function_of_seed_and_number():
    assert [make_case(3, number) for number in range(40)] == [make_case(3, number) for number in range(40)]
    assert make_case(3, 1) != make_case(4, 1)


def test_cases_are_read_and_refused_in_turn(tmp_path):
    """Neither kind may get so rare that the fuzzer looks at nothing."""
    path, found = tmp_path / "pubmed99n0001.xml", 0
    for number in range(60):
        path.write_bytes(make_case(5, number).content or b"<")
        found += read(path, engine="reference").error is None
    assert 15 < found < 50


def test_a_case_is_shrunk_to_what_matters():
    case = Case(b"<a><b>one</b><c x='1'>two</c></a>", 300, frozenset({1}))
    small = shrink(case, lambda one: b"two" in one.content)
    assert small == Case(b"two", 300)
