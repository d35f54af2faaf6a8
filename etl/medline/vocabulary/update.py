"""Bring the MeSH of a home to the state of a source."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medline import settings
from medline.errors import BadInput, MedlineError
from medline.home import Home
from medline.home.disk import translate_disk_full
from medline.messages import redact
from medline.mirror.files import md5
from medline.mirror.http import client
from medline.progress import Progress, silent
from medline.settings import Settings
from medline.urls import is_url, shown
from medline.vocabulary import fetch, store
from medline.vocabulary.releases import Release, choose, list_releases, source_of
from medline.vocabulary.store import MeshFile

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Update:
    """What an update did.

    Attributes:
        year: of MeSH, four digits.
        changed: the files whose rows are new in the home.
        note: what a person may want to know; '' for nothing.
    """

    year: int
    changed: list[str]
    note: str


def follow(mirror: str | Path, setting: str, home: Home, year: int, progress: Progress = silent) -> None:
    """Update MeSH as a part of another run, which a failure does not stop: it is logged.

    Args:
        mirror, setting: see `medline.vocabulary.releases.source_of`.
        year: production year of the citations, two digits; 0 for none.
    """
    if source := source_of(mirror, setting):
        try:
            with translate_disk_full(home.path):
                update(source, home, mesh_year(year), settings.read(), progress=progress)
        except MedlineError as error:
            log.warning("MeSH: %s; the citations are loaded all the same: run `medline mesh` later", error)


def mesh_year(year: int) -> int | None:
    """Return the year of MeSH that citations of a production year are indexed with; None for 0."""
    return 2000 + year if year else None


def update(
    source: str,
    home: Home,
    year: int | None,
    network: Settings,
    *,
    supplementary: bool = False,
    progress: Progress = silent,
) -> Update:
    """Fetch and read the files of MeSH that fit the citations, where the source has one that the home lacks.

    Args:
        source: a URL or a directory, see `medline.vocabulary.releases`.
        year: of MeSH that fits the citations, four digits; None for the newest.
        supplementary: whether supplementary records are wanted; a home that has them keeps them.

    Raises:
        NetworkError: the server does not answer.
        UsageError: the source has no MeSH.
        BadInput: a file cannot be read; what the home had still counts.
    """
    try:
        before = store.mesh_files(home)
    except BadInput as error:
        log.warning("MeSH: %s; it is brought anew", error)
        before = []
    wants_all = supplementary or any(file.kind == "supp" for file in before)
    with client(network, home.connections(network.connections)) if is_url(source) else nullcontext() as http:
        chosen, note = choose(list_releases(http, source, network), year, supplementary=wants_all)
        if note:
            log.warning("MeSH: %s", note)
        known = {file.name: file for file in before}
        files = []
        progress("mesh", 0, len(chosen), ", ".join(release.name for release in chosen))
        for number, release in enumerate(chosen, start=1):
            files.append(_bring(http, release, known.get(release.name), source, home, network))
            progress("mesh", number, len(chosen), release.name)
    if files != before:
        store.write_manifest(home, files)
    changed = [file.name for file in files if _identity(file) != _identity(known.get(file.name))]
    return Update(chosen[0].year, changed, note)


def reread(home: Home) -> None:
    """Read the files of a home again that were read with another schema, or whose rows are gone; without a network.

    Raises:
        BadInput: one of them is gone or damaged: `medline mesh` fetches it again.
    """
    files = store.mesh_files(home)
    if all(_is_whole(home, file) for file in files):
        return
    home.download([home.mesh_file(file.name) for file in files], missing_ok=True)
    if gone := next((file.name for file in files if not home.mesh_file(file.name).exists()), None):
        raise BadInput(gone, "it is gone from the home", advice="run `medline mesh` to fetch MeSH again")
    store.write_manifest(home, [_read(home, file) for file in files])


def _bring(
    http: httpx2.Client | None, release: Release, known: MeshFile | None, source: str, home: Home, network: Settings
) -> MeshFile:
    """Return a file of the source as the home has it, fetched and read if need be."""
    said = fetch.stamp(http, release, network)
    usable = known if known and _is_whole(home, known) else None
    if usable and usable.stamp == said:
        return usable
    path = fetch.fetch(http, release, said, home, network)
    if usable and usable.md5 == md5(path):
        return replace(usable, stamp=said)
    try:
        made = store.read_file(home, release.name, release.kind, release.year)
    except BadInput:
        home.remove([path])
        raise
    changed = release.changed if is_url(release.at) else ""
    shown_source = shown(source) if is_url(source) else redact(source)
    return replace(made, stamp=said, changed=changed, source=shown_source)


def _read(home: Home, file: MeshFile) -> MeshFile:
    made = store.read_file(home, file.name, file.kind, file.year)
    return replace(made, stamp=file.stamp, changed=file.changed, source=file.source)


def _is_whole(home: Home, file: MeshFile) -> bool:
    """Whether the home has the rows of a file, of today's schema and as they were written."""
    if not file.is_current:
        return False
    is_whole = home.has_tables(dict.fromkeys(store.rows_files(home, file).values()))
    if not is_whole or store.are_damaged(home, file):
        log.warning("mesh: rows of %s are lost or damaged: they count as absent, and it is read again", file.name)
        return False
    return True


def _identity(file: MeshFile | None) -> str:
    return file.identity if file else ""
