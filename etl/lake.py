"""The lake: one Parquet file per source file and table, `<home>/lake/<table>/<dump>.parquet`.

A Parquet file is a pure function of one source file and of the schema, and is replaced whole. A source counts as
transformed only when its manifest, written last, names its MD5 and the schema's version.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Semaphore
from urllib.parse import quote

from etl import bundles, settings, workspace
from etl.errors import BadInput, MedlineError, Misuse
from etl.lock import alone, own_directory, sweep
from etl.mirror import DUMP_NAME, Source
from etl.parse import ENGINE, REFERENCE, iter_batches
from etl.parse.source import AGAIN, md5
from etl.render import schema_version
from etl.schema import LAKE_TABLES
from etl.tables import Key, TableFile, within_file

log = logging.getLogger(__name__)

#: Characters of a name in the lake: file systems take 255 bytes, and what makes a hidden one of it comes to that.
LONGEST_NAME = 180

#: Bytes of a small file, as it lies on the disk. The plain reader takes half a second for one that is gzipped; the
#: compiled ones take 1.3 until they begin.
SMALL = 256 << 10

#: Files that are fetched while others are read.
FETCHED_AHEAD = 4


@dataclass(frozen=True)
class Manifest:
    """What the lake holds of one source file.

    Attributes:
        name, kind, year, number: see `etl.mirror.Source`; year and number are None for exports.
        format: xml or medline.
        md5, bytes: of the source file.
        schema_version: of the schema it was read with.
        superseded: records that a later record of the same file replaces; they have no rows.
        reinstated: deleted keys that a later record of the same file brings back.
        rows: rows per table.
        bundle: name of the files that it shares with others; '' where it has its own. See `etl.bundles`.
    """

    name: str
    kind: str
    year: int | None
    number: int | None
    format: str
    md5: str
    bytes: int
    schema_version: str
    superseded: int
    reinstated: list[tuple[int, int]]
    rows: dict[str, int]
    bundle: str = ""

    @property
    def stem(self) -> str:
        """Name of its files in the lake, the same in the folder of each table."""
        return self.bundle or lake_name(self.name)


def lake_name(name: str) -> str:
    """A source's name in the lake: `pubmed26n0001` for pubmed26n0001.xml.gz; of exports, the whole name, made safe."""
    if DUMP_NAME.fullmatch(name):
        return name.partition(".")[0]
    safe = quote(name, safe=" ")
    if DUMP_NAME.fullmatch(f"{name}.xml") or bundles.STEM.fullmatch(name):  # an export may be named as those are here
        return f"%{ord(name[0]):x}{safe[1:]}"
    if len(safe) <= LONGEST_NAME:
        return safe
    return f"{safe[: LONGEST_NAME - 33]}-{hashlib.md5(name.encode()).hexdigest()}"


def table_path(home: Path, table: str, name: str) -> Path:
    """Where the lake keeps a table of a source that has its own files."""
    return bundles.table_path(home, table, lake_name(name))


class Index:
    """What the lake holds, for a step that asks for many sources: bundles are read once.

    A manifest of its own counts before one in a bundle: a file that has one came after that one.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.members = bundles.members(home)
        self.is_whole: dict[str, bool] = {}

    def get(self, name: str) -> Manifest | None:
        """What the lake holds of a source; None where it is not transformed, not whole, or of another schema."""
        content = self.written(name)
        if content is None or content["schema_version"] != schema_version():
            return None
        found = Manifest(**content)
        if found.stem not in self.is_whole:
            paths = (bundles.table_path(self.home, table.name, found.stem) for table in LAKE_TABLES)
            self.is_whole[found.stem] = bool(workspace.of(self.home)) or all(path.exists() for path in paths)
        return found if self.is_whole[found.stem] else None

    def written(self, name: str) -> dict | None:
        """What a source's manifest says, of whatever schema version."""
        content = _read(_manifest_path(self.home, name))
        if content and content["name"] == name:
            return content
        bundle = self.members.get(name)
        if bundle is None:
            return None
        content = bundle.members[name]
        rows = {table.name: 0 for table in LAKE_TABLES} | content["rows"]
        return {
            "name": name, "year": None, "number": None, **content, "rows": rows,
            "schema_version": bundle.schema_version, "bundle": bundle.stem,
        }  # fmt: skip


def manifest(home: Path, name: str) -> Manifest | None:
    """What the lake holds of a source; see `Index`, which is quicker for many."""
    return Index(home).get(name)


def manifests(home: Path, names: Iterable[str]) -> list[Manifest]:
    """What the lake holds of these sources.

    Raises:
        BadInput: it lacks one.
    """
    index = Index(home)
    found = {name: index.get(name) for name in names}
    if lost := [name for name, made in found.items() if made is None]:
        raise BadInput(
            lost[0], f"is not in the lake, or is of another version of the schema, as are {len(lost) - 1} more files",
            advice="run `medline transform` on them, then this again",
        )  # fmt: skip
    return [made for made in found.values() if made]


def exports(home: Path) -> set[str]:
    """Names of the exports that the lake holds."""
    found = (_read(path) for path in (home / "lake" / "manifests").glob("*.json"))
    return {content["name"] for content in found if content and content["kind"] == "export"} | {*bundles.members(home)}


def has(item: Source, home: Path) -> bool:
    """Whether the lake has this very file: told by the MD5 beside it and its size, without reading it."""
    with suppress(BadInput, OSError):
        expected = item.expected_md5()
        had = manifest(home, item.name) if expected else None
        if had and (had.md5, had.kind) == (expected, item.kind):
            return not item.path.exists() or item.path.stat().st_size == had.bytes
    return False


def _read(path: Path) -> dict | None:
    """What a manifest says. One that a loss of power has emptied says nothing, as if it were not there."""
    with suppress(FileNotFoundError, ValueError):
        return json.loads(path.read_text("utf-8"))
    return None


def is_small(path: Path) -> bool:
    """Whether the plain reader ends with a file before the compiled ones, which have to be loaded, begin."""
    return path.is_file() and path.stat().st_size <= SMALL


def refuse_equal_names(items: Iterable[Source]) -> None:
    """A file is known by its name: two of one name in one call are a mistake.

    Raises:
        Misuse: so that nothing vanishes silently; to rename a file keeps both.
    """
    paths: dict[str, Path] = {}
    for item in items:
        if (other := paths.setdefault(item.name, item.path)) is not item.path:
            raise Misuse(
                f"two files are named {item.name} ({other}, {item.path}); rename one, for a file is known by its name"
            )


def refuse_taken_names(items: Collection[Source], home: Path) -> None:
    """Another export than the one of its name that is there is a mistake, unless it is to replace it.

    Raises:
        Misuse: so that nothing vanishes silently; to rename a file keeps both.
    """
    index = Index(home)
    for item in items:
        had = index.written(item.name) if item.is_export else None
        if had and had["md5"] != md5(item.path):
            told = f"MD5 {had['md5']}, {had['rows']['articles']} citations"
            raise Misuse(
                f"{item.name}: another file of this name is here ({told}); rename one to have both, or say --replace"
            )


def transform(item: Source, home: Path, engine: str = ENGINE) -> Manifest:
    """Read a source into the lake, unless the lake has it already.

    Args:
        engine: see `etl.parse.iter_batches`.

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
    items: Collection[Source], home: Path, engine: str = ENGINE, fetch: Callable[[Source], None] | None = None
) -> Iterable[tuple[Source, Manifest | MedlineError]]:
    """Read many sources into the lake, some at a time: in threads, for the compiled readers hold no lock.

    Args:
        fetch: downloads a source before it is read; FETCHED_AHEAD more threads do that meanwhile.

    Yields:
        Each source with its manifest, or with the error that it failed with, as they are done.
    """
    sweep(home / "lake")
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


def forget_years(home: Path, before: int) -> None:
    """Remove the dumps of earlier years from the lake, manifests first."""
    for path in (home / "lake" / "manifests").glob("pubmed*.json"):
        match = DUMP_NAME.fullmatch(f"{path.stem}.xml")
        if match and int(match[1]) < before:
            workspace.remove([path])
            workspace.remove([table_path(home, table.name, f"{path.stem}.xml") for table in LAKE_TABLES])


def note_failure(home: Path, name: str, error: str) -> None:
    """Keep why a source cannot be applied, for `medline status` and for the dumps after it."""
    path = _failure_path(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"name": name, "error": error, "at": datetime.now(UTC).isoformat()}
    bundles.write_whole(path, json.dumps(told, indent=1) + "\n")


def forget_failure(home: Path, name: str) -> None:
    """Forget that a source failed: it did not this time."""
    _failure_path(home, name).unlink(missing_ok=True)


def failure(home: Path, name: str) -> str | None:
    """The error that the last try to transform a source ended with; None if it did not fail."""
    path = _failure_path(home, name)
    return json.loads(path.read_text("utf-8"))["error"] if path.exists() else None


def failures(home: Path) -> list[dict[str, str]]:
    """All sources whose last try failed: name, error, at (ISO 8601, UTC)."""
    return [json.loads(path.read_text("utf-8")) for path in sorted((home / "lake" / "failures").glob("*.json"))]


def forget_failures(home: Path, but_of: Collection[str]) -> None:
    """Forget failures of sources that are not there any more, so that nothing waits for them."""
    for failed in failures(home):
        if failed["name"] not in but_of:
            forget_failure(home, failed["name"])


def _transform(item: Source, home: Path, engine: str) -> Manifest:
    digest = verified_md5(item)
    had = manifest(home, item.name)
    if had and had.md5 == digest and had.kind == item.kind:
        log.info("%s: already in the lake", item.name)
        return had
    with own_directory(home / "lake", lake_name(item.name)) as temporary:
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


@contextmanager
def placing(home: Path) -> Iterator[None]:
    """Be the only one who puts files in place: two of a name would become one of the files of both."""
    directory = home / "lake" / "manifests"
    directory.mkdir(parents=True, exist_ok=True)
    with alone(directory / ".lock"):
        yield


def log_rows(made: Manifest) -> None:
    """Say what was read of a source."""
    counts = " ".join(f"{name}={count}" for name, count in made.rows.items() if count)
    log.info("%s: %s", made.name, counts, extra={"file": made.name, "rows": sum(made.rows.values())})


def has_own_files(home: Path, name: str) -> bool:
    """Whether a source has a manifest of its own."""
    return _manifest_path(home, name).exists()


def remove_own_files(home: Path, names: Iterable[str]) -> None:
    """Remove the manifests of sources that are in a bundle now, and their tables."""
    for path, name in [(_manifest_path(home, name), name) for name in names]:
        if path.exists():
            workspace.remove([path])
            workspace.remove([table_path(home, table.name, name) for table in LAKE_TABLES])


def _publish(made: Manifest, temporary: Path, home: Path) -> None:
    """Put a source's finished files in place. Its manifest goes first and comes last: without it they do not count.

    A file that was in a bundle counts there until then, and leaves it after.
    """
    path = _manifest_path(home, made.name)
    with placing(home):
        path.unlink(missing_ok=True)
        bundles.put_tables(temporary, home, made.stem)
        bundles.write_whole(path, json.dumps(asdict(made), indent=1) + "\n")
        bundles.leave(home, {made.name})


def _manifest_path(home: Path, name: str) -> Path:
    return home / "lake" / "manifests" / f"{lake_name(name)}.json"


def _failure_path(home: Path, name: str) -> Path:
    return home / "lake" / "failures" / f"{lake_name(name)}.json"
