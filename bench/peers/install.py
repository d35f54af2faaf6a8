"""Other readers into an environment of their own, never into the project's."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGES = {
    "pubmed-parser": "0.5.1",
    "pubmedparser2": "2.1.3",
    "pubmed-downloader": "0.1.0",
    "biopython": "1.88",
    "lxml": "6.1.3",
}
EDIRECT = "ncbi-entrez-direct"
XTRACT = "usr/lib/ncbi-entrez-direct/xtract"


@dataclass(frozen=True)
class Peer:
    """What became of a peer: its version, and the reason if it cannot be used."""

    version: str
    missing: str | None = None


def install(directory: Path) -> dict[str, Peer]:
    """Install what is not there yet.

    Args:
        directory: kept between runs; git ignores it.

    Returns:
        Each peer by the name of its package.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / ".gitignore").write_text("*\n", "utf-8")
    peers = {}
    try:
        if not python(directory).exists():
            _run(sys.executable, "-m", "venv", str(directory / "venv"))
        for name, version in PACKAGES.items():
            peers[name] = _installed(directory, name, version)
    except subprocess.CalledProcessError as error:
        peers = {name: Peer(version, f"no venv: {_reason(error)}") for name, version in PACKAGES.items()}
    peers[EDIRECT] = _edirect(directory)
    return peers


def python(directory: Path) -> Path:
    """The interpreter that has the peers."""
    return directory / "venv" / "bin" / "python"


def xtract(directory: Path) -> Path:
    """NLM's compiled xtract: the system's, or the one unpacked here. (What is on PATH is a shell script around it.)"""
    system = Path("/", XTRACT)
    return system if system.exists() else directory / "edirect" / XTRACT


def _installed(directory: Path, name: str, version: str) -> Peer:
    try:
        _run(
            str(python(directory)), *"-m pip install --quiet --disable-pip-version-check".split(), f"{name}=={version}"
        )
    except subprocess.CalledProcessError as error:
        return Peer(version, _reason(error))
    return Peer(version)


def _edirect(directory: Path) -> Peer:
    """Debian's package, unpacked without being installed, so that no root is needed."""
    program = xtract(directory)
    try:
        if not program.exists():
            if not (shutil.which("apt-get") and shutil.which("dpkg")):
                return Peer("", "no apt-get here")
            _run("apt-get", "download", EDIRECT, cwd=directory)
            (package,) = directory.glob(f"{EDIRECT}_*.deb")
            _run("dpkg", "-x", str(package), str(directory / "edirect"))
            package.unlink()
        return Peer(_run(str(program), "-version").strip())
    except OSError as error:
        return Peer("", f"does not run: {error.strerror}")
    except subprocess.CalledProcessError as error:
        return Peer("", _reason(error))


def _run(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def _reason(error: subprocess.CalledProcessError) -> str:
    """The last error of a command, without addresses."""
    lines = [line.strip() for line in f"{error.stdout}\n{error.stderr}".splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(ERROR|E|error):", line)]
    return re.sub(r"\w+://\S+", "…", (errors or lines or [f"exit code {error.returncode}"])[-1])
