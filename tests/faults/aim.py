"""Kills at chosen moments: the kernel (inotify) reports what a run does in its directories as it happens."""

from __future__ import annotations

import ctypes
import os
import re
import select
import struct
import time
from contextlib import suppress
from pathlib import Path

from faults.harness import Run

#: linux/inotify.h
MADE, CAME, WENT = 0x100, 0x80, 0x40
EVENT = struct.Struct("iIII")
LIBC = ctypes.CDLL(None, use_errno=True)

#: Moments of a sync onto a home that has a version: directory, what happens in it, and to which name.
MOMENTS = {
    "download begins": ("dumps/updatefiles", MADE, r"\.pubmed26n0005.*\.part"),
    "file is fetched": ("dumps/updatefiles", CAME, r"pubmed26n0005\.xml\.gz"),
    "reading begins": ("lake", MADE, r"\..*\.part"),
    "old manifest goes": ("lake/manifests", CAME | WENT | 0x200, r"pubmed26n0004\.json"),
    "tables come": ("lake/mesh", CAME, r"pubmed26n0005\.parquet"),
    "manifest comes": ("lake/manifests", CAME, r"pubmed26n0005\.json"),
    "copy begins": ("warehouse", MADE, "building"),
    "building is named": ("warehouse/versions", CAME, "26-000002"),
    "link is made": ("warehouse", MADE, r"\.medline\.duckdb\..*"),
    "link is moved": ("warehouse", CAME, r"medline\.duckdb"),
}


class Aim:
    """Waits for a moment. `with Aim(home, moment) as aim: process = …; aim.wait(process)`

    The process has to share a processor with this thread and to give way to it, so that it does not go on meanwhile.
    """

    def __init__(self, home: Path, moment: str) -> None:
        directory, mask, name = MOMENTS[moment]
        self.name = re.compile(name)
        self.processors = os.sched_getaffinity(0)
        self.events = LIBC.inotify_init()
        watch = LIBC.inotify_add_watch(self.events, os.fsencode(home / directory), mask)
        assert watch >= 0, (home / directory, os.strerror(ctypes.get_errno()))

    def __enter__(self) -> Aim:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.events)
        os.sched_setaffinity(0, self.processors)
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))

    def wait(self, process: Run) -> bool:
        """Until it comes, or the process is over; whether it came."""
        until = time.monotonic() + 180
        shared = {min(os.sched_getaffinity(0))}
        os.sched_setaffinity(0, shared)
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), shared)
            os.setpriority(os.PRIO_PROCESS, int(task.name), 5)
        with suppress(PermissionError):  # without the right to it, kills come some steps later
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        while time.monotonic() < until:
            if not select.select([self.events], [], [], 0.2)[0]:
                if process.poll() is not None:
                    return False
                continue
            content, offset = os.read(self.events, 1 << 16), 0
            while offset < len(content):
                *_, size = EVENT.unpack_from(content, offset)
                name = content[offset + EVENT.size : offset + EVENT.size + size].rstrip(b"\0").decode()
                if self.name.fullmatch(name):
                    return True
                offset += EVENT.size + size
        return False
