"""Deliberate breaks of the sources, each of which a test must find: `make mutants`.

`mutants.toml` names for each the file, a text that occurs once in it, the text in its stead, and the tests of which one
must fail. The program works on a copy of the sources, one mutant after the other, and reports which survived. First the
tests must pass on the unbroken copy.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MEDLINE_TEST_DATA", ROOT.parent / "shared" / "data"))
COPIED = ("bench", "dags", "docs", "etl", "sample", "sql", "tests", "pyproject.toml")
#: Seconds after which tests count as failed: a mutant may never end.
PATIENCE = 900


@dataclass(frozen=True)
class Mutant:
    """A break of one file, and what finds it."""

    file: str
    old: str
    new: str
    tests: list[str]

    def text(self, copy: Path) -> str:
        """Return the broken file.

        Raises:
            SystemExit: the text to be replaced does not occur once.
        """
        text = (copy / self.file).read_text("utf-8")
        if text.count(self.old) != 1:
            sys.exit(f"{self.file}: {self.old!r} occurs {text.count(self.old)} times; mend tests/mutants/mutants.toml")
        return text.replace(self.old, self.new)


def outcome(copy: Path, tests: list[str]) -> str:
    """Run these tests in the copy: killed if one fails, endless if they do not end, SURVIVED otherwise.

    Raises:
        SystemExit: pytest could not run them.
    """
    options = "-x -q --numprocesses=0 -p no:cacheprovider -m".split()
    command = [sys.executable, "-m", "pytest", *options, "not slow", *tests]
    settings = {"PYTHONPATH": str(copy / "etl"), "MEDLINE_TEST_DATA": str(DATA), "CI": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=os.environ | settings, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return "endless"
    if done.returncode not in (0, 1):
        sys.exit(f"pytest {' '.join(tests)}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return "killed" if done.returncode else "SURVIVED"


def main() -> None:
    """Run the mutants whose file or text matches, and exit with 1 if one survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only mutants that have one of these words in file, old or new text")
    parser.add_argument("--check", action="store_true", help="only see that each text occurs once")
    given = parser.parse_args()
    listed = [Mutant(**one) for one in tomllib.loads((Path(__file__).with_name("mutants.toml")).read_text())["mutant"]]
    listed = [
        one for one in listed if not given.words or any(w in f"{one.file} {one.old} {one.new}" for w in given.words)
    ]
    for one in listed:
        one.text(ROOT)
    if given.check:
        return
    survivors = 0
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "project"
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / name)
        if outcome(copy, sorted({test for one in listed for test in one.tests})) != "SURVIVED":
            sys.exit("the tests fail on unbroken sources too")
        for one in listed:
            path, whole, started = copy / one.file, (copy / one.file).read_text("utf-8"), time.monotonic()
            path.write_text(one.text(copy), "utf-8")
            result = outcome(copy, one.tests)
            path.write_text(whole, "utf-8")
            survivors += result == "SURVIVED"
            seconds = time.monotonic() - started
            print(f"{result:8}  {seconds:4.0f} s  {one.file}: {one.old!r} -> {one.new!r}", flush=True)
    print(f"{len(listed)} mutants, {survivors} survived")
    sys.exit(bool(survivors))


if __name__ == "__main__":
    main()
