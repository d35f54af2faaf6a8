"""The search index beside a version, as files: which it has, whether they are whole, how the next version gets them.

warehouse/versions/26-000012/index/state.json    what the index was made of, and its files; without it they do not count
warehouse/versions/26-000012/index/…             files of tantivy, which are never written again

`medline.searching.index` makes the index; this module does not know what is in it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from medline.home import Home
from medline.home.disk import atomic_write

STATE = "state.json"


@dataclass(frozen=True)
class IndexState:
    """What an index was made of.

    Attributes:
        version: digest of what its documents depend on beside the rows.
        stamp: `ledger.state.indexed` of the database that it was made of.
        previous: the stamp before; the database has it where a run was killed before it wrote the new one.
        documents: their number.
        digest: the sum of their marks.
        files: bytes of its files, by name.
    """

    version: str
    stamp: str
    previous: str
    documents: int
    digest: int
    files: dict[str, int]


def read_state(directory: Path) -> IndexState | None:
    """Read the state of an index; None where there is none that can be read."""
    try:
        return IndexState(**json.loads((directory / STATE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_state(directory: Path, state: IndexState) -> None:
    """Let the files of an index count."""
    with atomic_write(directory / STATE) as unfinished:
        unfinished.write_text(json.dumps(asdict(state)) + "\n", "utf-8")


def sizes(directory: Path) -> dict[str, int]:
    """Return the bytes of the files of an index, but for locks and the state."""
    files = (path for path in sorted(directory.iterdir()) if path.name != STATE and path.suffix != ".lock")
    return {path.name: path.stat().st_size for path in files}


def damage(directory: Path, state: IndexState) -> str:
    """Return what is wrong with the files of an index; '' where they are what they were."""
    found = sizes(directory)
    for name, size in state.files.items():
        if found.get(name) != size:
            return f"{name} is missing" if name not in found else f"{name} has {found[name]:,} bytes, not {size:,}"
    return ""


def download(home: Home, version: str) -> None:
    """Make sure that the index of a version is here, if it has one."""
    directory = home.index(version)
    home.download([directory / STATE], missing_ok=True)
    if state := read_state(directory):
        home.download([directory / name for name in state.files], missing_ok=True)


def share(home: Home, version: str) -> None:
    """Give the next version the files of another's index: as hard links, or as copies where there are none.

    The next index replaces files and never writes into them.
    """
    download(home, version)
    state = read_state(home.index(version))
    shutil.rmtree(home.building_index, ignore_errors=True)
    if state is None or damage(home.index(version), state):
        return
    home.building_index.mkdir()
    for name in (*state.files, STATE):
        _link(home.index(version) / name, home.building_index / name)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
