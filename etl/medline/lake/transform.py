"""The lake: one Parquet file per source file and table, `<home>/lake/<table>/<dump>.parquet`.

A Parquet file is a pure function of one source file and of the schema, and is replaced whole. A source counts as
transformed only when its manifest, written last, names its MD5 and the schema's version.
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from threading import Semaphore

from medline import settings
from medline.errors import BadInput, MedlineError, UsageError
from medline.home import Home
from medline.home.disk import flush
from medline.home.layout import lake_name
from medline.home.locks import scratch_directory, sweep
from medline.lake import bundles
from medline.lake.failures import forget_failure, note_failure
from medline.lake.manifest import Index, Manifest, check_own_files, placing, read_manifest
from medline.lake.tables import Keys, TableFile, within_file
from medline.machine import raise_open_files
from medline.mirror.dumps import Source, same_files
from medline.mirror.files import AGAIN, md5
from medline.parse import ENGINE, REFERENCE, iter_batches
from medline.schema.tables import LAKE_TABLES
from medline.schema.version import schema_version

log = logging.getLogger(__name__)

#: Bytes of a small file, as it lies on the disk. The plain reader takes half a second for one that is gzipped; the
#: compiled ones take 1.3 until they begin.
SMALL = 256 << 10

#: Files that are open while a source is read: its tables, itself, its .md5 file, locks. And those that a process has
#: open for the rest: connections, logs, the database.
FILES_A_READER, OTHER_FILES = len(LAKE_TABLES) + 8, 48
TOO_MANY_FILES = (
    f"too many open files: each file that is read takes {FILES_A_READER}; set MEDLINE_THREADS to a lower number, or"
    " raise the limit (`ulimit -n 4096`)"
)

#: Files that are fetched while others are read.
FETCHED_AHEAD = 4


def is_small(path: Path) -> bool:
    """Whether the plain reader ends with a file before the compiled ones, which have to be loaded, begin."""
    return path.is_file() and path.stat().st_size <= SMALL


def check_unique_names(sources: Iterable[Source]) -> None:
    """Make sure that no two sources of one call share a name, by which a file is known.

    Raises:
        UsageError: one has: it would replace the other silently. To rename a file keeps both.
    """
    for one, other in same_files(sources):
        both = one.name if one.name == other.name else f"{one.name} and {other.name}, which is one name,"
        raise UsageError(
            f"two files are named {both} ({one.path}, {other.path}); rename one: a file is known by its name"
        )


def check_names_free(sources: Collection[Source], home: Home) -> None:
    """Make sure that no export has the name of another one in the lake.

    Raises:
        UsageError: one has: it would replace the other silently. To rename a file keeps both.
    """
    index = Index(home)
    for source in sources:
        previous = index.written(source.name) if source.is_export else None
        if previous and previous["md5"] != md5(source.path):
            about = f"MD5 {previous['md5']}, {previous['rows']['articles']} citations"
            raise UsageError(
                f"{source.name}: another file of this name is here ({about}); rename one to have both, or say --replace"
            )


def transform(source: Source, home: Home, engine: str = ENGINE, *, again: bool = False) -> Manifest:
    """Read a source into the lake, unless the lake has it already.

    Args:
        engine: see `medline.parse.iter_batches`.
        again: even if the lake has it: its files may be damaged.

    Raises:
        BadInput: the file is not what it should be; the lake keeps the earlier issue, and `failure` returns the error.
    """
    try:
        with _translate_too_many_files():
            made = _transform(source, home, engine, again=again)
    except BadInput as error:
        note_failure(home, source.name, str(error))
        raise
    forget_failure(home, source.name)
    return made


def transform_all(
    sources: Collection[Source], home: Home, engine: str = ENGINE, fetch: Callable[[Source], None] | None = None,
    *, again: bool = False,
) -> Iterable[tuple[Source, Manifest | MedlineError]]:  # fmt: skip
    """Read many sources into the lake, some at a time: in threads, for the compiled readers hold no lock.

    Args:
        again: see `transform`.
        fetch: downloads a source before it is read; FETCHED_AHEAD more threads do that meanwhile.

    Yields:
        Each source with its manifest, or with the error that it failed with, as they are done.
    """
    sweep(home.lake)
    if not sources:
        return
    threads = _readers(len(sources))
    reading = Semaphore(threads)

    def outcome(source: Source) -> Manifest | MedlineError:
        try:
            if fetch:
                fetch(source)
            with reading:
                return transform(source, home, engine, again=again)
        except MedlineError as error:
            return error

    pool = ThreadPoolExecutor(threads + (FETCHED_AHEAD if fetch else 0))
    try:
        futures = {pool.submit(outcome, source): source for source in sources}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _readers(sources: int) -> int:
    """Return how many sources are read at a time: each has all its tables open.

    Raises:
        MedlineError: the limit of open files is too low for one.
    """
    wanted = min(settings.read().threads, sources)
    left = raise_open_files(wanted * FILES_A_READER + OTHER_FILES) - OTHER_FILES
    if left < FILES_A_READER:
        raise MedlineError(TOO_MANY_FILES)
    if (most := left // FILES_A_READER) < wanted:
        log.warning(
            "%d files are read at a time and not %d: the limit of open files (`ulimit -n`) is low", most, wanted
        )
    return min(wanted, most)


@contextmanager
def _translate_too_many_files() -> Iterator[None]:
    """Say what to do about a limit of open files that others have used up."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        raise MedlineError(TOO_MANY_FILES) from error


def _transform(source: Source, home: Home, engine: str, *, again: bool) -> Manifest:
    digest = verified_md5(source)
    previous = read_manifest(home, source.name)
    if previous and not again and previous.md5 == digest and previous.kind == source.kind:
        log.info("%s: already in the lake", source.name)
        return previous
    with scratch_directory(home.lake, lake_name(source.name)) as temporary:
        engine = REFERENCE if is_small(source.path) else engine
        rows, keys, source_format = _write_tables(source.path, temporary, engine)
        superseded, reinstated = within_file(keys)
        if superseded.size:
            rows, _, source_format = _write_tables(source.path, temporary, engine, superseded)
        year, number = (None, None) if source.is_export else (source.year, source.number)
        made = Manifest(
            source.name, source.kind, year, number, source_format, digest, source.path.stat().st_size, schema_version(),
            len(superseded), reinstated, rows,
        )  # fmt: skip
        made = _publish(made, temporary, home)
    log_rows(made)
    return made


def verified_md5(source: Source) -> str:
    """Return the MD5 of a source, which is what the .md5 file beside it says, if there is one.

    Raises:
        BadInput: it is another, or the source is not there.
    """
    if not source.path.is_file():
        raise BadInput(source.name, "no such file", advice="check the path")
    expected, digest = source.expected_md5(), md5(source.path)
    if expected is None and not source.is_export:
        log.info("%s: no .md5 beside it, taken unverified", source.name)
    if expected and digest != expected:
        raise BadInput(source.name, f"its MD5 is {digest}, the .md5 file says {expected}", advice=AGAIN)
    return digest


def _write_tables(
    path: Path, directory: Path, engine: str, skip: Collection[int] = ()
) -> tuple[dict[str, int], Keys, str]:
    """Write every table of a source, and return the rows of each, the keys in file order and the source's format."""
    keys = Keys()
    source_format = "xml"
    with ExitStack() as stack:
        files = {table.name: stack.enter_context(TableFile(table, directory)) for table in LAKE_TABLES}
        for batch in iter_batches(path, engine=engine, skip=skip):
            keys.add(batch.keys)
            source_format = batch.format
            for name, data in batch.tables.items():
                files[name].add(data)
    return {name: file.rows for name, file in files.items()}, keys, source_format


def log_rows(made: Manifest) -> None:
    """Log what was read of a source."""
    counts = " ".join(f"{name}={count}" for name, count in made.rows.items() if count)
    log.info("%s: %s", made.name, counts, extra={"file": made.name, "rows": sum(made.rows.values())})


def _publish(made: Manifest, temporary: Path, home: Home) -> Manifest:
    """Put a source's finished files in place. Its manifest goes first and comes last: without it they do not count.

    A file that was in a bundle counts there until then, and leaves it after.

    Raises:
        BadInput: another source has the files.
    """
    path = home.manifest(lake_name(made.name))
    with placing(home):
        check_own_files(home, made)
        if path.exists():
            path.unlink()
            flush(path.parent)  # before a table is another one
        made = replace(made, sizes=bundles.put_tables(temporary, home, made.stem))
        bundles.write_whole(path, json.dumps(asdict(made), indent=1) + "\n")
        bundles.leave(home, {made.name})
    return made
