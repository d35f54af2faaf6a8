"""Run cases for as long as you like; see the docstring of the package."""

from __future__ import annotations

import argparse
import sys

from file_fuzz.running import run
from real_data import DATA


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, help="stop after so many seconds")
    parser.add_argument("--cases", type=int, help="stop after so many cases")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="run this case only")
    parser.add_argument("--real", action="store_true", help="real records instead of invented ones")
    parser.add_argument("--only", action="append", default=[], help="only cases with this damage")
    parser.add_argument("--alone", action="store_true", help="only cases with one damage")
    parser.add_argument("--plain", action="store_true", help="the plain reader only, so that no kernels are compiled")
    parser.add_argument("--most", type=int, default=1, help="stop after so many different failures")
    given = parser.parse_args()
    if given.case is not None:
        given.first, given.cases = given.case, 1
    tally = run(
        given.seed, first=given.first, cases=given.cases, seconds=given.seconds, most=given.most,
        data=DATA if given.real else None, only=given.only, alone=given.alone, compiled=not given.plain,
    )  # fmt: skip
    print(tally.table())
    sys.exit(bool(tally.failures))


if __name__ == "__main__":
    main()
