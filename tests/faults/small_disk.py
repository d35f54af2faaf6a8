"""A home on a disk of its own size, in a mount namespace: `small_disk(…)` calls this file below `unshare`.

`python small_disk.py HOME MIRROR BEFORE SIZE FREE WHEN` mounts a tmpfs of SIZE bytes at HOME, puts the home BEFORE
there, fills the disk up to FREE bytes (at once, or WHEN a run has made something of that name below the home) and runs
`medline sync`; then room is made, and it runs again. Prints what came of it as JSON: the disk goes with the process.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in (".", "support", "..")]

from build import files_there
from faults.harness import kill, start, tables_of

BALLAST = "ballast"


def is_allowed() -> bool:
    """Whether this system lets us mount a disk: user namespaces may be switched off."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "x", "/mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def small_disk(home: Path, mirror: str, before: Path | None, size: int, free: int, when: str = "") -> dict:
    """Let a run meet a full disk; see the module for what is done, `main` for what comes back."""
    home.mkdir()
    words = [sys.executable, __file__, home, mirror, before or "", size, free, when]
    command = ["unshare", "--user", "--map-root-user", "--mount", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def fill(home: Path, free: int) -> None:
    """Leave so many bytes."""
    with (home / BALLAST).open("ab", buffering=0) as ballast:  # else what is left would be written at the end
        try:
            while (room := shutil.disk_usage(home).free) > free:
                ballast.write(bytes(min(1 << 20, max(4096, room - free))))
        except OSError:  # others take of it too
            pass


def sync(home: Path, mirror: str, free: int = 0, when: str = "") -> dict:
    """Run; with `when`, fill the disk once there is something of that name: `met`, if the run still works then."""
    met = False
    process = start("-v", "sync", "--mirror", mirror, "--home", home)
    try:
        while when and process.poll() is None and not files_there(home, when):
            time.sleep(0.002)
        if when:
            met = process.poll() is None
            fill(home, free)
        process.wait()
    finally:
        kill(process)
    return {"code": process.returncode, "stderr": process.stderr, "met": met}


def main() -> None:
    """Print `full`, the run that met the disk; `published`, the tables after it, and `after`, those of the rerun."""
    home, mirror, before, size, free, when = sys.argv[1:]
    home, size, free = Path(home), int(size), int(free)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "small", str(home)], check=True)
    if before:
        shutil.copytree(before, home, symlinks=True, dirs_exist_ok=True)
    if not when:
        fill(home, free)
    report: dict = {"full": sync(home, mirror, free, when)}
    report["building"] = (home / "warehouse" / "building").exists()
    report["published"] = tables_of(home)
    (home / BALLAST).unlink(missing_ok=True)
    report["rerun"] = sync(home, mirror)
    report["after"] = tables_of(home)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
