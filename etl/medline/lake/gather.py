"""Small files that came one by one, put together into bundles: see `medline.lake.bundles`.

A source file of its own has a file a table, which is read, listed and looked for with each run: hundreds of small
updates would leave thousands. Once some have come, their rows are copied into a bundle, with those of bundles that are
not half full, so that a row is copied a bounded number of times and rows of files that left a bundle go.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from medline.home import Home
from medline.home.locks import scratch_directory
from medline.lake import bundles, manifest
from medline.lake.bundles import BUNDLE_RECORDS, MOST_RECORDS
from medline.lake.manifest import Index, Manifest
from medline.lake.tables import TableFile
from medline.lake.transform import SMALL
from medline.schema.tables import LAKE_TABLES
from medline.schema.version import schema_version

log = logging.getLogger(__name__)

#: Small files with files of their own that are put together, at least.
FEWEST = 8


def gather(home: Home) -> None:
    """Put small files of a kind together, where there are enough of them; only the run that has the home may do so.

    In an object store they stay as they are: a manifest is put there after another is taken away.
    """
    if home.is_remote:
        return
    with manifest.placing(home):
        bundles.sweep(home)
        index = Index(home)
        own = [made for content in manifest.own_manifests(home) if (made := _small(content, index))]
        ended = {made.name for made in own if _is_shared(made, index)}
        manifest.remove_own_files(home, ended)  # what a killed run had put together
        for kind in sorted({made.kind for made in own}):
            alone = [made for made in own if made.kind == kind and made.name not in ended]
            if len(alone) >= FEWEST:
                for files in _parted([*_half_full(index, kind), *alone]):
                    _write(home, files)


def _small(content: dict, index: Index) -> Manifest | None:
    """Return the manifest of a small source, by what it says; None of others, and where it does not count."""
    made = index.get(content["name"]) if content["bytes"] <= SMALL else None
    return made if made and made.key_count <= MOST_RECORDS else None


def _is_shared(made: Manifest, index: Index) -> bool:
    """Whether a bundle has the same file."""
    shared = index.get_shared(made.name)
    return shared is not None and (shared.md5, shared.kind) == (made.md5, made.kind)


def _half_full(index: Index, kind: str) -> Iterator[Manifest]:
    """Yield the files in bundles that are not half full, but for those of a program that did not say whose rows are."""
    shared: dict[str, list[Manifest]] = {}
    for name, bundle in index.members.items():
        made = index.get(name) if bundle.members[name]["kind"] == kind and bundle.members[name].get("first") else None
        if made and made.bundle:
            shared.setdefault(made.bundle, []).append(made)
    for files in shared.values():
        if sum(made.key_count for made in files) < BUNDLE_RECORDS // 2:
            yield from files


def _parted(files: Iterable[Manifest]) -> Iterator[list[Manifest]]:
    """Yield files that go into a bundle each, in the order of their names."""
    part: list[Manifest] = []
    for made in sorted(files, key=lambda one: one.name):
        part.append(made)
        if sum(made.key_count for made in part) > BUNDLE_RECORDS:
            yield part
            part = []
    if part:
        yield part


def _write(home: Home, files: Sequence[Manifest]) -> None:
    """Copy the rows of some files into a bundle."""
    import pyarrow.parquet as pq  # here, since a run that finds nothing new would wait for it

    serial = bundles.next_serial(home, {made.name for made in files})
    # of another name than any that was there: the files of one that counts are never changed
    stem = bundles.stem_of({made.name: made.md5 for made in files}, f"{schema_version()} {serial}")
    with scratch_directory(home.lake, stem) as temporary:
        for table in LAKE_TABLES:
            with_rows = [made for made in files if made.rows[table.name]]
            there = {stem: pq.read_table(home.table(table.name, stem)) for stem in {made.stem for made in with_rows}}
            with TableFile(table, temporary) as file:
                for made in with_rows:
                    rows = there[made.stem].slice(made.first.get(table.name, 0), made.rows[table.name])
                    for batch in rows.to_batches():
                        file.add(batch)
        manifest.place_bundle(home, stem, temporary, files)
    log.debug("%d small files share %s now", len(files), stem)
