"""What this process may use of the machine: processors and open files."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def processors(root: Path = Path("/")) -> int:
    """Return how many processors this process may use: of those that it may run on, what its container allows.

    Args:
        root: of the file systems /proc and /sys.
    """
    return max(1, min([len(os.sched_getaffinity(0)), *map(math.ceil, _cgroup_limits(root))]))


def _cgroup_limits(root: Path) -> Iterator[float]:
    """Yield the processors that each control group around this process allows, of version 2 and 1."""
    groups = _read(root / "proc/self/cgroup").splitlines()
    for _, controllers, path in (line.split(":", 2) for line in groups if line.count(":") >= 2):
        inner = Path(path.lstrip("/"))
        if not controllers:
            for group in (inner, *inner.parents):
                yield from _limit(_read(root / "sys/fs/cgroup" / group / "cpu.max").split())
        elif "cpu" in controllers.split(","):
            for group in (inner, *inner.parents):
                top = root / "sys/fs/cgroup/cpu" / group
                yield from _limit([_read(top / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")])


def _limit(words: list[str]) -> Iterator[float]:
    """Yield what "150000 100000" allows: microseconds in a period; nothing of "max 100000", or of "-1"."""
    if len(words) == 2 and all(word.isdecimal() for word in words) and int(words[1]):
        yield max(int(words[0]) / int(words[1]), 0.01)


def _read(path: Path) -> str:
    with suppress(OSError, ValueError):
        return path.read_text("ascii")
    return ""


def raise_open_files(wanted: int) -> int:
    """Raise the limit of open files, as far as it may be without root; return how many this process may open still.

    Args:
        wanted: files to open beside those that are open.
    """
    used = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers, not paths
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < used + wanted:
        soft = used + wanted if hard == resource.RLIM_INFINITY else min(used + wanted, hard)
        with suppress(ValueError, OSError):  # of a sandbox
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else max(soft - used, 0)
