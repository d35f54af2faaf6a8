"""The files of MeSH that a source has, and the year that fits.

NLM's folder is https://nlmpubs.nlm.nih.gov/projects/mesh/MESH_FILES/ with xmlmesh/desc2026.gz (or .xml, .xml.gz),
qual2026, pa2026 and supp2026; a directory or another server may be laid out alike, or have the files themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from medline import settings
from medline.errors import NetworkError, UsageError
from medline.mirror.dumps import is_regular_file
from medline.mirror.http import directory_url
from medline.mirror.listing import read_listing
from medline.settings import Settings
from medline.urls import is_url, shown

if TYPE_CHECKING:
    import httpx2

#: The folder with the XML files.
FOLDER = "xmlmesh"

#: The folder beside the dumps of a directory that has MeSH too.
BESIDE_DUMPS = "MESH_FILES"

#: What is asked for, in the order in which it is loaded; the last one only where it is wanted.
KINDS = ("desc", "qual", "pa", "supp")

#: Forms of a file, the smallest first.
SUFFIXES = (".gz", ".xml.gz", ".xml")

_NAME = re.compile(r"(desc|qual|pa|supp)([0-9]{4})(\.gz|\.xml\.gz|\.xml)")


@dataclass(frozen=True)
class Release:
    """A file of MeSH that a source has.

    Attributes:
        kind: desc, qual, pa or supp.
        year: of MeSH, four digits.
        at: its URL or path.
        changed, bytes: as the source lists it; '' and 0 where it does not say.
    """

    name: str
    kind: str
    year: int
    at: str
    changed: str = ""
    bytes: int = 0


def source_of(mirror: str | Path, setting: str) -> str:
    """Return where MeSH comes from; '' for nowhere.

    Args:
        mirror: of the dumps: NLM's has MeSH on another server, a directory may have it in a folder MESH_FILES.
        setting: a URL or directory that is asked instead; "none" for nowhere.
    """
    if setting:
        return "" if setting == "none" else setting
    if is_url(str(mirror)):
        return settings.NLM_MESH if urlsplit(str(mirror)).hostname == urlsplit(settings.NLM_MIRROR).hostname else ""
    beside = Path(mirror) / BESIDE_DUMPS
    return str(beside) if beside.is_dir() else ""


def list_releases(http: httpx2.Client | None, source: str, network: Settings) -> list[Release]:
    """Return the files of MeSH of a source, the smallest form of each.

    Args:
        http: may be None for a directory.

    Raises:
        NetworkError: the server does not answer.
        UsageError: the source has no descriptors, or is no directory.
    """
    if http is not None and is_url(source):
        found = _listed(http, directory_url(source), network)
    else:
        found = list(_in_directory(Path(source)))
    smallest: dict[tuple[str, int], Release] = {}
    for release in sorted(found, key=lambda one: SUFFIXES.index(_suffix(one.name))):
        smallest.setdefault((release.kind, release.year), release)
    if not any(kind == "desc" for kind, _ in smallest):
        name = shown(source) if is_url(source) else source
        raise UsageError(f"{name}: no {FOLDER}/descYYYY.gz there; give a folder laid out like NLM's MESH_FILES")
    return list(smallest.values())


def choose(releases: Collection[Release], year: int | None, *, supplementary: bool) -> tuple[list[Release], str]:
    """Choose the files of one year of MeSH: that of the citations, else the newest before it, else the first after it.

    Args:
        year: four digits; None for the newest.

    Returns:
        The files in the order in which they are loaded, and what a person may want to know: '' for nothing.
    """
    years = sorted(release.year for release in releases if release.kind == "desc")
    earlier = [one for one in years if year is None or one <= year]
    chosen = earlier[-1] if earlier else years[0]
    by_kind = {release.kind: release for release in releases if release.year == chosen}
    wanted = [kind for kind in KINDS if kind != "supp" or supplementary]
    notes = []
    if year not in (None, chosen):
        notes.append(f"there is no MeSH {year}: MeSH {chosen} is used, whose headings may differ from the citations'")
    if missing := [f"{kind}{chosen}" for kind in wanted if kind not in by_kind]:
        notes.append(f"there is no {' and no '.join(missing)}: what only they say is missing")
    return [by_kind[kind] for kind in wanted if kind in by_kind], "; ".join(notes)


def _listed(http: httpx2.Client, url: str, network: Settings) -> list[Release]:
    """Read the listing of the folder with the files, or, where there is no such folder, of the URL itself."""
    folder = url if url.endswith(f"/{FOLDER}/") else urljoin(url, f"{FOLDER}/")
    try:
        files = read_listing(http, folder, network, is_release)
    except NetworkError as error:
        if folder == url or "HTTP 404" not in str(error):
            raise
        folder, files = url, read_listing(http, url, network, is_release)
    return [
        _release(name, urljoin(folder, name), about.changed, about.bytes) for name, about in files.items()
    ]  # a name that fits is a name, and no path


def _in_directory(directory: Path) -> Iterable[Release]:
    folders = [folder for folder in (directory / FOLDER, directory) if folder.is_dir()]
    if not folders:
        raise UsageError(f"{directory}: no such directory, from which MeSH could be read")
    inside = (directory.resolve(), folders[0].resolve())
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if is_release(path.name) and is_regular_file(path, inside, "the folder"):
                stat = path.stat()
                yield _release(path.name, str(path), f"{stat.st_mtime_ns}", stat.st_size)


def _release(name: str, at: str, changed: str, size: int) -> Release:
    match = _NAME.fullmatch(name)
    assert match
    return Release(name, match[1], int(match[2]), at, changed, size)


def is_release(name: str) -> bool:
    """Whether a file has a name as NLM's files of MeSH have."""
    return _NAME.fullmatch(name) is not None


def _suffix(name: str) -> str:
    match = _NAME.fullmatch(name)
    return match[3] if match else ""
