"""Commands in which one call that changes a directory fails, or that are killed there; see shim.c.

`python faulty.py`, with the shim loaded, has its imports done and forks a process for each request: a line of JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHIM = Path(__file__).with_name("shim.c")


def is_possible() -> bool:
    """Whether the shim can be built here."""
    return sys.platform == "linux" and shutil.which("cc") is not None


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes:
        code: its exit code; -9 where it was killed.
        stderr: what it printed there.
        calls: its mutating calls below the directory: "rename /home/lake/…".
    """

    code: int
    stderr: str
    calls: list[str]

    @property
    def is_clear(self) -> bool:
        """Whether it was killed, ended well, or said in one line why not."""
        errors = [line for line in self.stderr.splitlines() if line.startswith("error: ")]
        return self.code == -9 or (self.code in (0, 1) and len(errors) == self.code and "Traceback" not in self.stderr)


class Faulty:
    """The process from which commands are forked. `with Faulty(directory) as faulty: faulty.run(…)`

    Args:
        directory: for the shim and what commands print.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.library = directory / "shim.so"
        command = ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", str(self.library), str(SHIM), "-ldl"]
        subprocess.run(command, check=True)

    def __enter__(self) -> Faulty:
        environment = {
            **os.environ, "LD_PRELOAD": str(self.library), "MEDLINE_KEEP": "2", "MEDLINE_INDEX": "none",
            "MEDLINE_BACKOFF": "0.01", "MEDLINE_ATTEMPTS": "2", "MEDLINE_CONTACT": "", "MEDLINE_THREADS": "1",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, __file__], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def run(self, words: Sequence[object], below: Path, at: int = 0, error: int = 0) -> Outcome:
        """Run a command.

        Args:
            below: the directory whose changes count.
            at: the call that fails, from 1; 0 for none.
            error: its errno; 0 to be killed there.
        """
        log, err = self.directory / "calls", self.directory / "stderr"
        for path in (log, err):
            path.unlink(missing_ok=True)
        request = {"words": list(map(str, words)), "below": str(below), "at": at, "error": error}
        self.process.stdin.write(json.dumps({**request, "log": str(log), "err": str(err)}) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        calls = [line.partition(" ")[2] for line in log.read_text().splitlines()] if log.exists() else []
        return Outcome(code, err.read_text(errors="replace"), calls)


def main() -> None:
    from medline import cli, pipeline, status  # noqa: F401  what commands would import
    from medline.outputs import dashboard, feeds, tables  # noqa: F401

    shim = ctypes.CDLL(os.environ["LD_PRELOAD"])
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            _run(shim, cli, request)
        _, status_of_child = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status_of_child), flush=True)


def _run(shim: ctypes.CDLL, cli, request: dict) -> None:
    err = os.open(request["err"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, target in ((0, nothing), (1, nothing), (2, err)):
        os.dup2(target, number)
    code = 1
    try:
        shim.fault_arm(*(request[name].encode() for name in ("below",)), ctypes.c_long(request["at"]),
                       ctypes.c_int(request["error"]), request["log"].encode())  # fmt: skip
        sys.argv = ["medline"]
        cli.app(request["words"])
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
