"""A home in an object store, `s3://bucket/path` or what else fsspec knows, laid out like a home on a disk.

A step works in a workspace: a local directory, laid out likewise, that lasts as long as the step. Into it come small
files that the step asks for, and large ones when they are read (`bring`). What the step made or changed goes into the
store (`push`), and last what makes it count, since nothing can be renamed there:

lake/manifests/<dump>.json                a dump's tables; taken away before one of them is replaced
feeds/manifest.json                       a version of the feeds; parquet/manifest.json likewise
warehouse/log/000017.json                 the entry with the highest number names the published version of the database

An object appears whole, and an entry of the log can be made only once (a conditional write): of two runs that publish
at a time one is told that it came too late. Databases stay in a cache on the local disk, where the next is made from
them. Of a home on a disk all this does nothing: its directory is the workspace.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from etl import disk, settings, web
from etl.errors import Busy, MedlineError, Misuse, NetworkError
from etl.lock import only_run, own_directory

log = logging.getLogger(__name__)

#: A directory, or the URL of a place in an object store.
Home = Path | str

#: The small files that each part of a home has; steps ask for parts.
SMALL = {
    "dumps": re.compile(r"dumps/(listing\.json|\w+/(?P<of>[^/]+)\.md5)"),
    "lake": re.compile(r"lake/(manifests|failures)/(?P<of>[^/]+)\.json"),
    "feeds": re.compile(r"feeds/manifest\.json"),
    "parquet": re.compile(r"parquet/manifest\.json"),
    "fetched": re.compile(r"fetched/.+"),
}

#: Files that runs leave lines in. The store has each step's lines as an object: none is lost where two end at once.
JOURNALS = ("runs.jsonl", "checks.jsonl", "alerts.jsonl")

MANIFEST = re.compile(r"lake/manifests/")
COUNTS_LAST = re.compile(r"lake/manifests/|(feeds|parquet)/manifest\.json|dumps/listing\.json")

#: What a workspace has no lasting copy of: dumps and tables, which leave it for the store, and databases.
DUMP = re.compile(r"dumps/\w+/([^/.]+).+(?<!\.md5)$")
LARGE = re.compile(rf"{DUMP.pattern}|lake/(?!manifests/|failures/)|parquet/.+/|warehouse/")

#: Beside a database, what it holds: so that a step need not have the database to know.
CONTENTS = "contents.json"

_open: dict[Path, Store] = {}


def is_remote(home: Home) -> bool:
    return "://" in str(home) and not str(home).startswith("file://")


def local(*parts: str) -> Callable[[Callable], Callable]:
    """Make a step that takes a `home` take any: in a store, it is called with a workspace.

    Args:
        parts: whose small files it needs: keys of SMALL, "warehouse" for the versions of the database, "journals" for
            what earlier runs wrote down.
    """

    def decorated(step: Callable) -> Callable:
        names = signature(step)

        @wraps(step)
        def called(*args: Any, **options: Any) -> Any:
            given = names.bind(*args, **options)
            with workspace(given.arguments["home"], *parts) as home:
                given.arguments["home"] = home
                return step(*given.args, **given.kwargs)

        return called

    return decorated


@contextmanager
def workspace(home: Home, *parts: str, only: Collection[str] | None = None) -> Iterator[Path]:
    """The directory in which a step works on a home.

    Args:
        parts: see `local`.
        only: names of sources in the lake; the small files of others are left where they are.

    Raises:
        NetworkError: the store does not answer.
        Misuse: there is no fsspec for this URL here, or it is not allowed.
    """
    if not is_remote(home):
        yield Path(str(home).removeprefix("file://"))
        return
    url = str(home).rstrip("/")
    cache = settings.work() / hashlib.sha256(url.encode()).hexdigest()[:16]
    (cache / "warehouse").mkdir(parents=True, exist_ok=True)
    with own_directory(cache / "steps", "step") as directory:
        (directory / "warehouse").symlink_to(cache / "warehouse")
        (directory / ".lock").symlink_to(cache / ".lock")
        _open[directory] = store = Store(url, directory)
        try:
            store.pull(parts, only)
            yield directory
        except BaseException:
            try:
                store.push(is_last=True)  # why it failed, and what it had made
            except MedlineError as error:
                log.warning("%s", error)
            raise
        else:
            store.push(is_last=True)
        finally:
            del _open[directory]


def of(path: Path) -> Store | None:
    """The store that a file belongs to; None for one of a home on a disk."""
    return next((store for directory, store in _open.items() if path.is_relative_to(directory)), None)


def suffix(home: Path) -> str:
    """What makes the name of a version unique: in a store two runs may make one at a time."""
    found = of(home)
    return f".{found.token}" if found else ""


def shown(home: Path) -> str:
    """The name of a home for people, without a password."""
    found = of(home)
    return web.shown(found.url) if found else str(home)


def used(path: Path) -> int:
    """Bytes that a part of a home takes; see `etl.disk.used`."""
    found = of(path)
    return found.used(path) if found else disk.used(path)


def bring(paths: Collection[Path], *, missing_ok: bool = False) -> None:
    """Make sure that files of a home are here: of a workspace, they may be in the store still."""
    for path in list(paths)[:1]:
        if found := of(path):
            found.bring([path for path in paths if not path.exists()], missing_ok=missing_ok)


def push(path: Path) -> None:
    """Put what was made so far into the store, if the home of this path is in one."""
    if found := of(path):
        found.push()


def remove(paths: Collection[Path]) -> None:
    """Remove files of a home, here and in its store."""
    for path in paths:
        path.unlink(missing_ok=True)
    for path in list(paths)[:1]:
        if found := of(path):
            found.remove(paths)


def discard(directory: Path) -> None:
    """Remove a directory of a home, here and in its store."""
    shutil.rmtree(directory, ignore_errors=True)
    if found := of(directory):
        found.discard(directory)


def folders(directory: Path) -> list[str]:
    """Names of the folders in a directory of a home."""
    if found := of(directory):
        return found.folders(directory)
    return sorted(path.name for path in directory.iterdir() if path.is_dir()) if directory.exists() else []


def _manifest(dump: re.Match[str]) -> str:
    return f"lake/manifests/{dump[1]}.json"


class Store:
    """The store behind a workspace.

    Attributes:
        known: size and time of the files here that are the same in the store, by name.
        told: bytes of each journal that are in the store.
        entry: number of the newest entry of the log.
        token: of this step, in the names of what it makes.
    """

    def __init__(self, url: str, directory: Path) -> None:
        import fsspec

        self.url, self.directory = url, directory
        try:
            self.fs, self.root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise Misuse(f"{url}: {error}") from None
        self.known: dict[str, tuple[int, int]] = {}
        self.told = dict.fromkeys(JOURNALS, 0)
        self.entry = 0
        self.token = uuid4().hex[:8]
        self.lock = Lock()

    def pull(self, parts: Iterable[str], only: Collection[str] | None = None) -> None:
        """Get the small files of some parts."""
        wanted = []
        for part in parts:
            if part == "warehouse":
                self._pull_warehouse()
                continue
            if part == "journals":
                self._pull_journals()
                continue
            for name in self._names(*(["lake/manifests", "lake/failures"] if part == "lake" else [part])):
                match = SMALL[part].fullmatch(name)
                source = match and match.groupdict().get("of")
                if match and (only is None or source is None or source in only):
                    wanted.append(name)
        self._get(wanted)

    def bring(self, paths: Collection[Path], *, missing_ok: bool) -> None:
        """Get large files; one that is not in the store is an error, unless it may be missing."""
        names = [self._name(path) for path in paths]
        if missing_ok:
            names = [name for name in names if self._exists(name)]
        self._get(names)

    def push(self, *, is_last: bool = False) -> None:
        """Put what was made or changed here into the store, and take away there what is gone here.

        Args:
            is_last: before it, a dump that has no manifest yet stays: it is about to be read.
        """
        with self.lock:
            here = self._files()
            changed = [name for name, state in here.items() if self.known.get(name) != state]
            if not is_last:
                changed = [name for name in changed if not (dump := DUMP.match(name)) or _manifest(dump) in here]
            gone = [name for name in self.known.keys() - here.keys() if not LARGE.match(name)]
            self._remove([*gone, *(name for name in changed if MANIFEST.match(name) and name in self.known)])
            for name in gone:
                del self.known[name]
            self._put([name for name in changed if not COUNTS_LAST.match(name)])
            self._put([name for name in changed if COUNTS_LAST.match(name)])
            self.known.update((name, here[name]) for name in changed)
            for name in filter(LARGE.match, changed):
                (self.directory / name).unlink()
            self._push_journals()

    def publish(self, version: Path, rolled_back: str) -> None:
        """Make a version of the database the published one; it is uploaded first, unless it is there.

        Args:
            version: its directory.
            rolled_back: see `versions.rollback`.

        Raises:
            Busy: another run published since this one began.
        """
        names = [self._name(path) for path in sorted(version.iterdir()) if path.is_file()]
        if not self._exists(f"warehouse/versions/{version.name}/{CONTENTS}"):
            self._put([name for name in names if not name.endswith(CONTENTS)])
            self._put([name for name in names if name.endswith(CONTENTS)])
        entry = json.dumps({"version": version.name, "rolled_back": rolled_back}).encode()
        with self._asking("warehouse/log"):
            try:
                self.fs.pipe_file(self._path(f"warehouse/log/{self.entry + 1:06}.json"), entry, mode="create")
            except FileExistsError:
                raise Busy(f"{self.url}: another run published meanwhile; run this one again") from None
        self.entry += 1

    def remove(self, paths: Iterable[Path]) -> None:
        names = [self._name(path) for path in paths]
        for name in names:
            self.known.pop(name, None)
        self._remove(names)

    def discard(self, directory: Path) -> None:
        self._remove(self._names(self._name(directory)))

    def folders(self, directory: Path) -> list[str]:
        """Names of the folders in a directory, here or in the store."""
        top = f"{self._name(directory)}/"
        inner = [name.removeprefix(top) for name in [*self._names(top), *self._files()] if name.startswith(top)]
        return sorted({name.partition("/")[0] for name in inner if "/" in name})

    def used(self, path: Path) -> int:
        with self._asking(path.name):
            return self.fs.du(self._path(self._name(path)))

    def _pull_journals(self) -> None:
        for journal in JOURNALS:
            names = sorted(self._names(f"journals/{journal}"))
            with self._asking(journal):
                content = b"".join(self.fs.cat([self._path(name) for name in names]).values()) if names else b""
            if content:
                (self.directory / journal).write_bytes(content)
            self.told[journal] = len(content)

    def _push_journals(self) -> None:
        """Put the lines of this step beside those of others."""
        for journal in JOURNALS:
            path = self.directory / journal
            if new := path.read_bytes()[self.told[journal] :] if path.exists() else b"":
                with self._asking(journal):
                    name = f"journals/{journal}/{time.time_ns():020}-{self.token}.jsonl"
                    self.fs.pipe_file(self._path(name), new)
                self.told[journal] += len(new)

    def _pull_warehouse(self) -> None:
        """Know the versions of the database and which of them is published, without having them.

        While a run works on this machine its state is left alone.
        """
        from etl import versions

        entries = [name for name in self._names("warehouse/log") if name.endswith(".json")]
        kept = {name.split("/")[2]: name for name in self._names("warehouse/versions") if name.endswith(CONTENTS)}
        self.entry = max((int(Path(name).stem) for name in entries), default=0)
        try:
            with only_run(self.directory):
                for version in versions.versions(self.directory):
                    if version.name not in kept:  # let go of by another machine, or made by a run killed here
                        shutil.rmtree(version.database.parent, ignore_errors=True)
                self._get([n for name, n in kept.items() if not (self.directory / n).exists()])
                if entries:
                    with self._asking("warehouse/log"):
                        told = json.loads(self.fs.cat_file(self._path(max(entries))))
                    versions.follow(self.directory, told["version"], told["rolled_back"])
        except Busy:
            log.info("%s: a run works on it here; the state before it is read", self.url)

    def _files(self) -> dict[str, tuple[int, int]]:
        """Size and time of each file here. Manifests are looked for first: what they tell of is there then."""
        found = {}
        for top in (self.directory / "lake" / "manifests", self.directory):
            for folder, folders, names in os.walk(top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for path in (Path(folder, name) for name in names if not name.startswith(".")):
                    name = self._name(path)
                    if name not in JOURNALS and not (MANIFEST.match(name) and top == self.directory):
                        found[name] = self._state(path)
        return found

    def _state(self, path: Path) -> tuple[int, int]:
        stat = path.stat()
        return stat.st_size, stat.st_mtime_ns

    def _names(self, *folders: str) -> list[str]:
        with self._asking(folders[0]):
            found = (path for folder in folders for path in self.fs.find(self._path(folder)))
            return [path.removeprefix(f"{self.root}/") for path in found]

    def _exists(self, name: str) -> bool:
        with self._asking(name):
            return self.fs.exists(self._path(name))

    def _get(self, names: Sequence[str]) -> None:
        """Get files; each has its name here once it is whole."""
        if not names:
            return
        paths = [self.directory / name for name in names]
        parts = [path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._asking(f"{names[0]} and {len(names) - 1} more"):
            self.fs.get([self._path(name) for name in names], [str(part) for part in parts])
        for name, path, part in zip(names, paths, parts, strict=True):
            part.replace(path)
            self.known[name] = self._state(path)

    def _put(self, names: Sequence[str]) -> None:
        if names:
            with self._asking(f"{names[0]} and {len(names) - 1} more"):
                self.fs.put([str(self.directory / name) for name in names], [self._path(name) for name in names])

    def _remove(self, names: Sequence[str]) -> None:
        if names:
            with self._asking(f"{names[0]} and {len(names) - 1} more"):
                self.fs.rm([self._path(name) for name in names])

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _name(self, path: Path) -> str:
        return path.relative_to(self.directory).as_posix()

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Say in one line what the store's client says in many; each client has errors of its own."""
        try:
            yield
        except MedlineError:
            raise
        except PermissionError as error:
            raise Misuse(f"{self.url}: not allowed: {what}: {error}") from error
        except Exception as error:
            raise NetworkError(f"{self.url}: {what}: {type(error).__name__}: {error}") from error
