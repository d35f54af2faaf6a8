"""The clock of every case, alike for the project's readers and for others: standard library only."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter


def measure(work: Callable[[], int]) -> None:
    """Do the work once and print what it took as one line of JSON: wall and CPU seconds, peak memory, records.

    Args:
        work: returns how many records it saw. CPU time of processes that it waits for counts as its own.
    """
    wall, cpu = perf_counter(), _cpu_seconds()
    records = work()
    wall, cpu = perf_counter() - wall, _cpu_seconds() - cpu
    # not ru_maxrss, which begins with the size of the process that started this one
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": int(peak) * 1024, "records": records}))


def _cpu_seconds() -> float:
    usages = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
