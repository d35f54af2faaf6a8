"""The search index beside a version, as files: which it has, whether they are whole, how the next version gets them.

warehouse/versions/26-000012/index/state.json    what the index was made of, and its files; without it they do not count
warehouse/versions/26-000012/index/…             files of tantivy, which are never written again

`medline.searching.index` makes the index; this module does not know what is in it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path

from medline.home import Home, seals
from medline.home.disk import atomic_write, read_json
from medline.home.seals import Seal

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
        files: the seals of its files, by name.
    """

    version: str
    stamp: str
    previous: str
    documents: int
    digest: int
    files: Mapping[str, Seal]

    @property
    def bytes(self) -> int:
        """Size of its files."""
        return sum(file.bytes for file in self.files.values())


def read_state(directory: Path) -> IndexState | None:
    """Read the state of an index; None where there is none that can be read."""
    content = read_json(directory / STATE)
    try:
        files = {name: Seal(**file) for name, file in content["files"].items()}
        return IndexState(**{**content, "files": files})
    except (TypeError, KeyError, AttributeError):  # none; or of a program that did not seal
        return None


def write_state(directory: Path, state: IndexState) -> None:
    """Let the files of an index count."""
    with atomic_write(directory / STATE) as unfinished:
        unfinished.write_text(dumps(asdict(state)) + "\n", "utf-8")


def sealed(directory: Path) -> dict[str, Seal]:
    """Return the seals of the files of an index, but for locks and the state; nobody writes to them any more."""
    return {path.name: seals.seal(path) for path in _files(directory)}


def damage(directory: Path, state: IndexState) -> str:
    """Return what is wrong with the files of an index; '' where they are what they were."""
    if unknown := {path.name for path in _files(directory)} - state.files.keys():
        return f"{min(unknown)} is none of its files"
    found = ((name, seals.change(directory / name, file)) for name, file in state.files.items())
    return next((f"{name} {how}" for name, how in found if how), "")


def _files(directory: Path) -> list[Path]:
    return [path for path in sorted(directory.iterdir()) if path.name != STATE and path.suffix != ".lock"]


def download(home: Home, version: str) -> None:
    """Make sure that the index of a version is here, if it has one."""
    directory = home.index(version)
    home.download([directory / STATE], missing_ok=True)
    if home.is_remote and (state := read_state(directory)):
        lacking = [directory / name for name in state.files if not (directory / name).exists()]
        home.download(lacking, missing_ok=True)
        for path in filter(Path.exists, lacking):
            seals.restore(path, state.files[path.name])


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
        shutil.copy2(old, new)  # with its time
