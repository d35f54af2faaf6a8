"""The lake: one Parquet file per source file and table, `<home>/lake/<table>/<dump>.parquet`.

A Parquet file is a pure function of one source file and of the schema, and is replaced whole. A source counts as
transformed only when its manifest, written last, names its MD5 and the schema's version.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from threading import Semaphore

from medline import settings
from medline.errors import BadInput, MedlineError, UsageError
from medline.home import Home
from medline.home.layout import lake_name
from medline.home.locks import scratch_directory, sweep
from medline.lake import bundles
from medline.lake.failures import forget_failure, note_failure
from medline.lake.manifest import Index, Manifest, placing, read_manifest
from medline.lake.tables import Key, TableFile, within_file
from medline.mirror.dumps import Source
from medline.mirror.files import AGAIN, md5
from medline.parse import ENGINE, REFERENCE, iter_batches
from medline.schema.arrow import schema_version
from medline.schema.tables import LAKE_TABLES

log = logging.getLogger(__name__)

#: Bytes of a small file, as it lies on the disk. The plain reader takes half a second for one that is gzipped; the
#: compiled ones take 1.3 until they begin.
SMALL = 256 << 10

#: Files that are fetched while others are read.
FETCHED_AHEAD = 4


def is_small(path: Path) -> bool:
    """Whether the plain reader ends with a file before the compiled ones, which have to be loaded, begin."""
    return path.is_file() and path.stat().st_size <= SMALL


def check_unique_names(items: Iterable[Source]) -> None:
    """A file is known by its name: two of one name in one call are a mistake.

    Raises:
        UsageError: so that nothing vanishes silently; to rename a file keeps both.
    """
    paths: dict[str, Path] = {}
    for item in items:
        if (other := paths.setdefault(item.name, item.path)) is not item.path:
            raise UsageError(
                f"two files are named {item.name} ({other}, {item.path}); rename one, for a file is known by its name"
            )


def check_names_free(items: Collection[Source], home: Home) -> None:
    """Another export than the one of its name that is there is a mistake, unless it is to replace it.

    Raises:
        UsageError: so that nothing vanishes silently; to rename a file keeps both.
    """
    index = Index(home)
    for item in items:
        had = index.written(item.name) if item.is_export else None
        if had and had["md5"] != md5(item.path):
            told = f"MD5 {had['md5']}, {had['rows']['articles']} citations"
            raise UsageError(
                f"{item.name}: another file of this name is here ({told}); rename one to have both, or say --replace"
            )


def transform(item: Source, home: Home, engine: str = ENGINE) -> Manifest:
    """Read a source into the lake, unless the lake has it already.

    Args:
        engine: see `medline.parse.iter_batches`.

    Raises:
        BadInput: the file is not what it should be; the lake keeps what it had of it, and `failure` tells the error.
    """
    try:
        made = _transform(item, home, engine)
    except BadInput as error:
        note_failure(home, item.name, str(error))
        raise
    forget_failure(home, item.name)
    return made


def transform_all(
    items: Collection[Source], home: Home, engine: str = ENGINE, fetch: Callable[[Source], None] | None = None
) -> Iterable[tuple[Source, Manifest | MedlineError]]:
    """Read many sources into the lake, some at a time: in threads, for the compiled readers hold no lock.

    Args:
        fetch: downloads a source before it is read; FETCHED_AHEAD more threads do that meanwhile.

    Yields:
        Each source with its manifest, or with the error that it failed with, as they are done.
    """
    sweep(home.lake)
    threads = settings.read().threads
    reading = Semaphore(threads)

    def outcome(item: Source) -> Manifest | MedlineError:
        try:
            if fetch:
                fetch(item)
            with reading:
                return transform(item, home, engine)
        except MedlineError as error:
            return error

    pool = ThreadPoolExecutor(threads + (FETCHED_AHEAD if fetch else 0))
    try:
        futures = {pool.submit(outcome, item): item for item in items}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _transform(item: Source, home: Home, engine: str) -> Manifest:
    digest = verified_md5(item)
    had = read_manifest(home, item.name)
    if had and had.md5 == digest and had.kind == item.kind:
        log.info("%s: already in the lake", item.name)
        return had
    with scratch_directory(home.lake, lake_name(item.name)) as temporary:
        engine = REFERENCE if is_small(item.path) else engine
        rows, keys, source_format = _write_tables(item.path, temporary, engine)
        superseded, reinstated = within_file(keys)
        if superseded:
            rows, _, source_format = _write_tables(item.path, temporary, engine, superseded)
        year, number = (None, None) if item.is_export else (item.year, item.number)
        made = Manifest(
            item.name, item.kind, year, number, source_format, digest, item.path.stat().st_size, schema_version(),
            len(superseded), reinstated, rows,
        )  # fmt: skip
        _publish(made, temporary, home)
    log_rows(made)
    return made


def verified_md5(item: Source) -> str:
    """The MD5 of a source, which is what the .md5 file beside it says, if there is one.

    Raises:
        BadInput: it is another, or the source is not there.
    """
    if not item.path.is_file():
        raise BadInput(item.name, "no such file", advice="check the path")
    expected, digest = item.expected_md5(), md5(item.path)
    if expected is None and not item.is_export:
        log.info("%s: no .md5 beside it, taken unverified", item.name)
    if expected and digest != expected:
        raise BadInput(item.name, f"its MD5 is {digest}, the .md5 file says {expected}", advice=AGAIN)
    return digest


def _write_tables(
    path: Path, directory: Path, engine: str, skip: frozenset[int] = frozenset()
) -> tuple[dict[str, int], list[Key], str]:
    """Write every table of a source, and return the rows of each, the keys in file order and the source's format."""
    keys: list[Key] = []
    source_format = "xml"
    with ExitStack() as stack:
        files = {table.name: stack.enter_context(TableFile(table, directory)) for table in LAKE_TABLES}
        for batch in iter_batches(path, engine=engine, skip=skip):
            keys += batch.keys
            source_format = batch.format
            for name, data in batch.tables.items():
                files[name].add(data)
    return {name: file.rows for name, file in files.items()}, keys, source_format


def log_rows(made: Manifest) -> None:
    """Say what was read of a source."""
    counts = " ".join(f"{name}={count}" for name, count in made.rows.items() if count)
    log.info("%s: %s", made.name, counts, extra={"file": made.name, "rows": sum(made.rows.values())})


def _publish(made: Manifest, temporary: Path, home: Home) -> None:
    """Put a source's finished files in place. Its manifest goes first and comes last: without it they do not count.

    A file that was in a bundle counts there until then, and leaves it after.
    """
    path = home.manifest(lake_name(made.name))
    with placing(home):
        path.unlink(missing_ok=True)
        bundles.put_tables(temporary, home, made.stem)
        bundles.write_whole(path, json.dumps(asdict(made), indent=1) + "\n")
        bundles.leave(home, {made.name})
