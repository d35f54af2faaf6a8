"""A disk that loses power: an ext4 file system in a file, mounted through a loop device.

What was not written to the disk is in the page cache of the mounted file system, and not in the file: a copy of the
file is what a machine finds that lost its power then. The file system is the least helpful one that ext4 can be:
metadata are journaled without their data (data=writeback), a rename does not flush what it renames (noauto_da_alloc),
and nothing is written by itself for minutes (commit).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 96 << 20
OPTIONS = "loop,data=writeback,noauto_da_alloc,commit=600"


def missing() -> str:
    """Return what keeps us from mounting an image here; '' for nothing."""
    reasons = {
        " not root": os.geteuid() != 0,
        " no loop devices": not Path("/dev/loop-control").exists(),
        " no mkfs.ext4": shutil.which("mkfs.ext4") is None,
    }
    return ",".join(reason for reason, is_so in reasons.items() if is_so)


def make(image: Path) -> None:
    """Write an empty file system."""
    with image.open("wb") as file:
        file.truncate(SIZE)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(image)], check=True)


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """Mount an image; it is unmounted however the block ends, which writes all of it."""
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", OPTIONS, str(image), str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def cut(image: Path, copy: Path) -> None:
    """Copy what is on the disk itself now."""
    subprocess.run(["cp", "--sparse=always", str(image), str(copy)], check=True)
