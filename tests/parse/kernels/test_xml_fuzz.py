"""Mutated documents are read alike, also with checked array bounds: a step beyond an array is a failure of its kind.

hypothesis shrinks a disagreement to a small document. MEDLINE_FUZZ_CASES looks longer.
"""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from compare import difference, read
from medline.parse.source import sniff
from xml_fuzz.case import make_case
from xml_records import RICH, wrapped

CASES = int(os.environ.get("MEDLINE_FUZZ_CASES", "150"))
#: Seconds for one reading of a small document, after which it counts as endless.
ENDLESS = 120
FUZZ = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _ends() -> None:
    """Each reading has a limit of its own here."""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> None:
    """Compile the kernels before time is taken."""
    path = tmp_path_factory.mktemp("compiled") / "pubmed99n0001.xml"
    path.write_text(wrapped(*RICH))
    for skip in ((), (0,)):
        assert difference(path, skip) is None


@pytest.mark.long
@FUZZ
@given(rng=st.randoms(use_true_random=False))
def test_mutated_documents_are_read_alike(compiled, tmp_path, rng):
    case, path = make_case(rng), tmp_path / "pubmed99n0001.xml"
    note(f"chunk {case.chunk}, skip {sorted(case.skip)}: {case.content!r}")
    path.write_bytes(case.content)
    with path.open("rb") as stream:
        if not case.content or sniff(stream) != "xml":
            return
    faulthandler.dump_traceback_later(ENDLESS, exit=True)
    try:
        assert difference(path, case.skip, chunk=case.chunk) is None
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.mark.slow
def test_no_kernel_steps_beyond_an_array(tmp_path):
    checked = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path), "MEDLINE_FUZZ_CASES": str(4 * CASES)}
    command = [sys.executable, "-m", "pytest", "-q", "--numprocesses=0", __file__, "-k", "mutated_documents"]
    done = subprocess.run(command, env=os.environ | checked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_cases_are_read_and_refused_in_turn(tmp_path):
    """Neither kind may get so rare that the fuzzer tests nothing."""
    path, accepted = tmp_path / "pubmed99n0001.xml", 0
    for seed in range(60):
        path.write_bytes(make_case(Random(seed)).content or b"<")
        accepted += read(path, engine="reference").error is None
    assert 15 < accepted < 50
