"""Small files into the lake: many at a time share their Parquet files, see `medline.lake.bundles`.

A file of its own would take 41 files on the disk, and most of the time would go into making them. Small files are read
by the plain reader, one after the other: the compiled ones take longer to begin than it to end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pyarrow as pa

from medline.errors import BadInput, MedlineError
from medline.home import Home
from medline.home.locks import scratch_directory
from medline.lake import bundles, failures, manifest, transform
from medline.lake.bundles import BUNDLE_RECORDS, MOST_RECORDS
from medline.lake.manifest import Index, Manifest
from medline.lake.tables import Keys, TableFile, within_file
from medline.mirror.dumps import Source
from medline.parse import REFERENCE, iter_batches
from medline.parse.batch import Batch, Collected
from medline.schema.tables import LAKE_TABLES
from medline.schema.version import schema_version

#: Bytes of files, as they lie on the disk, that are kept in memory until a bundle is written.
BUNDLE_BYTES = 32 << 20

#: Records that become a batch of Arrow arrays.
BATCH_RECORDS = 1_000

Outcome = tuple[Source, Manifest | MedlineError]


@dataclass
class _Member:
    """A small file that was read."""

    source: Source
    made: Manifest
    records: int
    rows: Collected


@dataclass
class _Bundle:
    """Files that are to be written together."""

    members: list[_Member] = field(default_factory=list)
    records: int = 0
    bytes: int = 0
    collected: Collected = field(default_factory=Collected)
    tables: dict[str, list[pa.RecordBatch]] = field(default_factory=lambda: {table.name: [] for table in LAKE_TABLES})
    in_lists: int = 0

    def add(self, member: _Member) -> None:
        self.members.append(member)
        self.records += member.records
        self.bytes += member.made.bytes
        self.collected.add(member.rows)
        member.rows = Collected()
        self.in_lists += member.records
        if self.in_lists >= BATCH_RECORDS:
            self.convert()

    def convert(self) -> None:
        """Make Arrow arrays, which take a fraction of the room, of what was added."""
        for name in self.collected.rows():
            self.tables[name].append(self.collected[name])
        self.collected, self.in_lists = Collected(), 0


def transform_all(
    sources: Collection[Source], home: Home, engine: str, fetch: Callable[[Source], None] | None = None,
    *, again: bool = False,
) -> Iterator[Outcome]:  # fmt: skip
    """`lake.transform.transform_all`, but where several exports are small, these share their files."""
    small = sorted((one for one in sources if not fetch and _is_small(one, home)), key=lambda source: source.name)
    done = set()
    for source, outcome in _transform_small(small, home, again=again):
        done.add(source)
        yield source, outcome
    others = [source for source in sources if source not in done]
    yield from transform.transform_all(others, home, engine, fetch, again=again)


def _is_small(source: Source, home: Home) -> bool:
    """Whether an export may share files. In a store one that has its own stays there: a manifest is put after another
    is taken away."""
    if not source.is_export or not transform.is_small(source.path):
        return False
    return not (home.is_remote and manifest.has_own_files(home, source.name))


def _transform_small(sources: Sequence[Source], home: Home, *, again: bool) -> Iterator[Outcome]:
    """Each file with its outcome; but large ones, and one that would be alone in a bundle, are left out."""
    index, new = Index(home), []
    for source in sources:
        try:
            digest = transform.verified_md5(source)
        except BadInput as error:
            yield _failed(source, home, error)
            continue
        made = index.get(source.name)
        if made and not again and (made.md5, made.kind) == (digest, source.kind):
            failures.forget_failure(home, source.name)
            yield source, made
        else:
            new.append((source, digest))
    if len(new) > 1:
        yield from _bundle(new, home)


def _bundle(new: Sequence[tuple[Source, str]], home: Home) -> Iterator[Outcome]:
    making = _Bundle()
    for source, digest in new:
        try:
            member = _read(source, digest)
        except BadInput as error:
            yield _failed(source, home, error)
            continue
        if member is None:
            continue
        making.add(member)
        if making.records > BUNDLE_RECORDS or making.bytes > BUNDLE_BYTES:
            yield from _publish(making, home)
            making = _Bundle()
    if making.members:
        yield from _publish(making, home)


def _failed(source: Source, home: Home, error: BadInput) -> Outcome:
    failures.note_failure(home, source.name, str(error))
    return source, error


def _read(source: Source, digest: str) -> _Member | None:
    """Read a file whole; None where it has more records than a small one."""
    batch = _only_batch(source.path)
    if batch is None:
        return None
    superseded, reinstated = within_file(Keys(batch.keys))
    if superseded.size and (batch := _only_batch(source.path, superseded)) is None:
        return None
    rows = cast("Collected", batch.tables)
    made = Manifest(
        source.name, source.kind, None, None, batch.format, digest, source.path.stat().st_size, schema_version(),
        len(superseded), reinstated, {table.name: 0 for table in LAKE_TABLES} | rows.rows(),
    )  # fmt: skip
    return _Member(source, made, sum(not is_deletion for _, _, is_deletion in batch.keys), rows)


def _only_batch(path: Path, skip: Collection[int] = ()) -> Batch | None:
    batches = iter_batches(path, engine=REFERENCE, skip=skip, records=MOST_RECORDS)
    with closing(cast("Generator[Batch]", batches)):
        first = next(batches)
        return first if next(batches, None) is None else None


def _publish(bundle: _Bundle, home: Home) -> Iterator[Outcome]:
    """Write a bundle, its manifest last."""
    bundle.convert()
    stem = bundles.stem_of({member.made.name: member.made.md5 for member in bundle.members}, schema_version())
    with scratch_directory(home.lake, stem) as temporary:
        for table in LAKE_TABLES:
            with TableFile(table, temporary) as file:
                for batch in bundle.tables[table.name]:
                    file.add(batch)
        with manifest.placing(home):
            if not home.is_remote:  # which has what it made itself, and may have put its manifest away
                bundles.sweep(home)
            files = manifest.place_bundle(home, stem, temporary, [member.made for member in bundle.members])
    for member, made in zip(bundle.members, files, strict=True):
        failures.forget_failure(home, made.name)
        transform.log_rows(made)
        yield member.source, made
