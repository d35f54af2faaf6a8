"""What a process may use of the machine."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from medline import machine


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Control groups of a container on a machine of 64 processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(64))

    def write(groups: str, **limits: str):
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(groups)
        for name, limit in limits.items():
            path = tmp_path / "sys/fs/cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(limit)
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("groups", "limits", "expected"),
    [
        ("0::/\n", {"cpu.max": "400000 100000\n"}, 4),
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "1000 100000\n"}, 1),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
        ("0::/\n", {"cpu.max": "9900000 100000\n"}, 64),
        ("0::/\n", {"cpu.max": "nonsense"}, 64),
        ("0::/\n", {"cpu.max": "100000 0"}, 64),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "300000 100000", "cpu.max": "max 1"}, 3),
        ("0::/a/b\n", {"a/b/cpu.max": "200000 100000", "a/cpu.max": "300000 100000"}, 2),
        ("4:cpu,cpuacct:/d\n0::/\n", {"cpu/d/cpu.cfs_quota_us": "250000\n", "cpu/d/cpu.cfs_period_us": "100000\n"}, 3),
        ("4:cpu:/d\n", {"cpu/d/cpu.cfs_quota_us": "-1\n", "cpu/d/cpu.cfs_period_us": "100000\n"}, 64),
        ("4:cpu:/gone\n", {"cpu/cpu.cfs_quota_us": "500000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 5),
        ("", {}, 64),
        ("nonsense\n", {}, 64),
    ],
)
def test_a_container_has_fewer_processors_than_its_machine(root, groups, limits, expected):
    assert machine.processors(root(groups, **limits)) == expected


def test_a_process_has_the_processors_that_it_may_run_on():
    one = min(os.sched_getaffinity(0))
    code = "from medline.settings import Settings; print(Settings().threads)"
    alone = {"preexec_fn": lambda: os.sched_setaffinity(0, {one})}
    assert subprocess.check_output([sys.executable, "-c", code], **alone) == b"1\n"


def limited(code: str, soft: int, hard: int) -> str:
    """What a program prints that may have so many files open."""
    return subprocess.check_output(
        [sys.executable, "-c", f"import resource; from medline import machine\n{code}"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
        text=True,
    ).strip()


@pytest.mark.parametrize(("soft", "hard", "raised"), [(64, 512, 512), (64, 4096, None), (256, 256, 256)])
def test_the_limit_of_open_files_is_raised_as_far_as_is_needed_and_allowed(soft, hard, raised):
    code = (
        "left = machine.raise_open_files(1000); soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE); print(left, soft)"
    )
    left, limit = map(int, limited(code, soft, hard).split())
    assert left == (1000 if raised is None else left)
    assert left < limit <= left + 20
    assert limit == (raised or limit)
    assert limited("machine.raise_open_files(1); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])", 64, 128) == "64"
