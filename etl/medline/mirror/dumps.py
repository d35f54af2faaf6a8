"""The files of a mirror laid out like NLM's, in the order in which they count.

DIR/baseline/pubmed26n0001.xml.gz (+ .md5)      the year's baseline
DIR/updatefiles/pubmed26n1335.xml.gz (+ .md5)   the daily updates, numbered on from the baseline
DIR/exports/…                                   not NLM's: MEDLINE text or efetch XML of one's own, any name

`medline.mirror.fetch` copies a mirror over HTTP into such a directory first.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from os.path import realpath  # unlike resolve, no error of a link to itself
from pathlib import Path

from medline.errors import BadInput, UsageError
from medline.home.layout import DELETED_PMIDS, DUMP_NAME, lake_name
from medline.mirror.files import file_name, kind_of, open_raw

#: `MD5(name)= hash`, NLM's form, or `hash  name`, md5sum's
MD5_LINE = re.compile(r"\s*(?:MD5\s*\([^)]*\)\s*=\s*)?([0-9a-fA-F]{32})(?:\s+\S.*?)?\s*")
#: Bytes of an .md5 file at most.
LARGEST_MD5 = 4096
FOLDERS = {"baseline": "baseline", "updatefiles": "update", "exports": "export"}
#: Endings of what stands beside files, and of files that are not whole.
NOT_SOURCES = (".md5", ".part", ".tmp")


@dataclass(frozen=True, order=True)
class Source:
    """A file to be read. Sources sort in the order in which they are applied: dumps by number, then exports by name.

    Attributes:
        is_export: whether it has no production number.
        year, number: production year (two digits) and number; 0 for exports.
        path: the file; its name identifies it in the lake and in the warehouse.
        kind: baseline, update or export.
    """

    is_export: bool
    year: int
    number: int
    path: Path
    kind: str

    @property
    def name(self) -> str:
        return file_name(self.path)

    @property
    def md5_path(self) -> Path:
        return self.path.with_name(self.path.name + ".md5")

    def expected_md5(self) -> str | None:
        """The MD5 that the file beside it states; None where there is none.

        Raises:
            BadInput: the .md5 file is not one line of NLM's form, or of md5sum's.
        """
        if not self.md5_path.exists():
            return None
        with open_raw(self.md5_path) as stream:
            text = stream.read(LARGEST_MD5 + 1).decode("utf-8", errors="replace")
        match = MD5_LINE.fullmatch(text) if len(text) <= LARGEST_MD5 else None
        if not match:
            raise BadInput(file_name(self.md5_path), f"no MD5 in {text[:60]!r}", advice="get the .md5 file again")
        return match[1].lower()


def dump_order(year: int | None, number: int | None) -> int | None:
    """Return the order of a dump in the ledger, by production year and number; None for an export, which has none."""
    return None if year is None or number is None else year * 1_000_000 + number


def source(path: Path, folder: str | None = None) -> Source:
    """A file as a source: a dump if it is named like one, in the folder it lies in, and an export otherwise."""
    match = DUMP_NAME.fullmatch(path.name)
    kind = match and FOLDERS.get(folder or path.resolve().parent.name, "baseline")
    if not match or not kind or kind == "export":
        return Source(True, 0, 0, path, "export")
    return Source(False, int(match[1]), int(match[2]), path, kind)


def list_sources(mirror: Path) -> list[Source]:
    """All files of a directory laid out like a mirror: the dumps of every year in order, then the exports.

    Raises:
        UsageError: the directory is not laid out like a mirror, or a file or its exports are linked from elsewhere.
    """
    sources = [file for folder in FOLDERS for file in _files(mirror, folder)]
    return in_order(sources, str(mirror))


def list_deleted(mirror: Path) -> Path | None:
    """NLM's list of all PMIDs ever deleted in a directory laid out like a mirror; None where there is none.

    Raises:
        UsageError: it is a link out of the mirror, a pipe or a device.
    """
    path = mirror / DELETED_PMIDS.name
    return path if is_regular_file(path, [mirror.resolve()], "the mirror") else None


def in_order(sources: Iterable[Source], mirror: str) -> list[Source]:
    """The files of a mirror in the order in which they are applied.

    Args:
        mirror: its name, for errors.

    Raises:
        UsageError: there is no baseline, or two files have one name or number.
    """
    ordered = sorted(sources)
    if not any(file.kind == "baseline" for file in ordered):
        raise UsageError(f"{mirror}: no baseline/pubmedYYnNNNN.xml.gz there; give a mirror laid out like NLM's")
    for one, other in pairwise(file for file in ordered if not file.is_export):
        if (one.year, one.number) == (other.year, other.number):
            raise UsageError(f"{mirror}: two files have number {one.number}; a mirror has one")
    for one, other in same_files(ordered):
        both = f"two files are named {one.name}" if one.name == other.name else f"{one.name} and {other.name} are one"
        raise UsageError(f"{mirror}: {both}; rename the export, for a file is known by its name")
    return ordered


def same_files(sources: Iterable[Source]) -> Iterator[tuple[Source, Source]]:
    """Yield each two sources that would share their files in the lake: of one name, or named like one dump."""
    first: dict[str, Source] = {}
    for source in sources:
        if (other := first.setdefault(lake_name(source.name), source)) is not source:
            yield other, source


def _files(mirror: Path, folder: str) -> list[Source]:
    directory = mirror / folder
    if not directory.is_dir():
        return []
    inside = (mirror.resolve(), directory.resolve())
    if folder == "exports" and not inside[1].is_relative_to(inside[0]):  # any name is read there, so any file would be
        raise UsageError(f"{folder} in {mirror} is a link out of the mirror; put the files themselves there")
    paths = [path for path in sorted(directory.iterdir()) if not path.name.startswith(".")]
    if folder != "exports":
        paths = [path for path in paths if DUMP_NAME.fullmatch(path.name.removesuffix(".md5"))]
    files = [path for path in paths if is_regular_file(path, inside, "the mirror")]
    return [source(path, folder) for path in files if path.suffix not in NOT_SOURCES]


def is_regular_file(path: Path, inside: Iterable[Path], what: str) -> bool:
    """Whether a file that somebody else put there can be read; no folder, and no link to nothing, can.

    Args:
        inside, what: see `check_link_inside`.

    Raises:
        UsageError: it is a link out of the folder, or a pipe or device: to read one may take for ever.
    """
    check_link_inside(path, inside, what)
    try:
        mode = path.stat().st_mode
    except OSError:  # a link to nothing
        return False
    if kind := "" if stat.S_ISDIR(mode) else kind_of(mode):
        raise UsageError(f"{file_name(path)} in {path.parent} is {kind}, not a file; take it out of {what}")
    return stat.S_ISREG(mode)


def check_link_inside(path: Path, inside: Iterable[Path], what: str) -> None:
    """Raise UsageError where a link leads elsewhere: whoever may write to a folder could read what this process can.

    Args:
        inside: folders, without links in their paths, into which a link may lead.
        what: name of these for the error.
    """
    if path.is_symlink() and not any(Path(realpath(path)).is_relative_to(folder) for folder in inside):
        raise UsageError(f"{file_name(path)} in {path.parent} is a link out of {what}; put the file itself there")
