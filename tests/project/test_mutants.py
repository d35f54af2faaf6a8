"""The mutants of `make mutants` are up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_text_that_each_mutant_breaks_is_there():
    command = [sys.executable, "-m", "tests.mutants", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
