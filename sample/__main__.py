"""Write a mirror of invented citations: small by default, of full-size files with --files."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from sample import write_mesh, write_mirror, write_volume


def main() -> None:
    """Parse the command line and write the mirror."""
    parser = argparse.ArgumentParser(prog="python -m sample", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--files", type=int, default=0, help="number of baseline files; 0 writes the small mirror")
    parser.add_argument("--records", type=int, help="records a file (default 30000, in the small mirror 200)")
    parser.add_argument("--updates", type=int, default=0, help="number of update files beside full-size baseline files")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if given.files:
        records = given.records or 30_000
        write_volume(given.directory, files=given.files, records=records, updates=given.updates, seed=given.seed)
    else:
        write_mirror(given.directory, citations=given.records or 200, seed=given.seed)
        write_mesh(given.directory / "MESH_FILES")


if __name__ == "__main__":
    main()
