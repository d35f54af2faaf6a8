"""Compile the kernels, and keep the machine code for every process that follows: `python -m sample.kernels`."""

from __future__ import annotations

import tempfile
from collections import deque
from pathlib import Path

from medline.mirror.dumps import list_sources
from medline.parse import iter_batches
from sample import write_mirror


def main() -> None:
    """Read the sample, which has all that is to be read, in both formats."""
    with tempfile.TemporaryDirectory() as directory:
        write_mirror(Path(directory), citations=60)
        for item in list_sources(Path(directory)):
            deque(iter_batches(item.path), maxlen=0)


if __name__ == "__main__":
    main()
