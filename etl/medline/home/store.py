"""An object store that holds a home: `s3://bucket/path`, or what else fsspec knows.

Nothing can be renamed there, but an object appears whole. So what makes the rest count goes last:

lake/manifests/<dump>.json                a dump's tables; taken away before one of them is replaced
lake/manifests/<export>.json              an export's; until they are all there, it says which step puts them
lake/bundles/<bundle>.json                that of many small exports, whose tables are never replaced
feeds/manifest.json                       a version of the feeds; parquet/manifest.json likewise
warehouse/log/000017.json                 the entry with the highest number names the published version of the database

An entry of the log can be made only once (a conditional write): of two runs that publish at a time, one is told that it
came too late. So is one of two that bring an export of one name: unlike dumps, nothing says which of them is right.
`medline.home.workspace` is what steps see of this.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

from medline.errors import Locked, MedlineError, NetworkError, UsageError
from medline.home.locks import home_lock
from medline.lake.bundles import STEM
from medline.mirror.dumps import DUMP_NAME
from medline.schema.tables import LAKE_TABLES

log = logging.getLogger(__name__)

#: The small files that each part of a home has; steps ask for parts.
SMALL = {
    "dumps": re.compile(r"dumps/(listing\.json|\w+/(?P<of>[^/]+)\.md5)"),
    "lake": re.compile(r"lake/(bundles/.+|(manifests|failures)/(?P<of>[^/]+)\.json)"),
    "feeds": re.compile(r"feeds/manifest\.json"),
    "parquet": re.compile(r"parquet/manifest\.json"),
    "fetched": re.compile(r"fetched/.+"),
}

#: Files that runs leave lines in. The store has each step's lines as an object: none is lost where two end at once.
JOURNALS = ("runs.jsonl", "checks.jsonl", "alerts.jsonl")

MANIFEST = re.compile(r"lake/manifests/")
BUNDLE = re.compile(r"lake/bundles/(?P<stem>[^/]+)\.json")
TABLE = re.compile(r"lake/\w+/[^/]+\.parquet")
COUNTS_LAST = re.compile(
    r"lake/(manifests|bundles)/|(feeds|parquet)/manifest\.json|dumps/listing\.json|.*/contents\.json"
)

#: What a workspace has no lasting copy of: dumps and tables, which leave it for the store, and databases.
DUMP = re.compile(r"dumps/\w+/([^/.]+).+(?<!\.md5)$")
LARGE = re.compile(rf"{DUMP.pattern}|lake/(?!manifests/|bundles/|failures/)|parquet/.+/|warehouse/")

#: A version of the database, and beside it what it holds, so that a step need not have the database to know.
DATABASE, CONTENTS = "medline.duckdb", "contents.json"

#: Files that are put at a time: the client has each in memory, up to 100 MB.
PUT_AT_A_TIME = 8

#: Times that a listing is read anew because files that it named are gone: other steps replace them.
TRIES = 3


def _manifest(stem: str) -> str:
    return f"lake/manifests/{stem}.json"


def _export(name: str) -> str:
    """The manifest of the export that a file of the lake is of; '' for other files, and those of a bundle."""
    stem = Path(name).stem
    of_lake = MANIFEST.match(name) or (TABLE.match(name) and not STEM.fullmatch(stem))
    return _manifest(stem) if of_lake and not DUMP_NAME.fullmatch(f"{stem}.xml") else ""


def _digests(manifest: bytes) -> dict[str, str]:
    """The MD5 of each file that a manifest tells of, by name; of a claim, nothing."""
    with suppress(ValueError):
        content = json.loads(manifest)
        members = content.get("members") or {content["name"]: content}
        return {name: member["md5"] for name, member in members.items()}
    return {}


class Store:
    """The store behind a workspace.

    Attributes:
        known: size and time of the files here that are the same in the store, by name.
        exports: what the manifests of exports say in the store, as far as this step knows.
        told: bytes of each journal that are in the store.
        entry: number of the newest entry of the log.
        published: the versions that the log names.
        token: of this step, in the names of what it makes.
    """

    def __init__(self, url: str, directory: Path) -> None:
        import fsspec

        if set(url) & set("*?[]"):
            raise UsageError(f"{url}: has a character that stores take for a pattern")
        self.url, self.directory = url, directory
        try:
            self.fs, self.root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise UsageError(f"{url}: {error}") from error
        self.known: dict[str, tuple[int, int]] = {}
        self.exports: dict[str, bytes] = {}
        self.told = dict.fromkeys(JOURNALS, 0)
        self.entry = 0
        self.published: set[str] = set()
        self.token = uuid4().hex[:8]
        self.lock = Lock()

    def pull(self, parts: Collection[str], only: Collection[str] | None = None) -> None:
        """Get the small files of some parts."""
        for left in reversed(range(TRIES)):
            try:
                return self._pull(parts, only)
            except NetworkError as error:
                if not left or not isinstance(error.__cause__, FileNotFoundError):
                    raise

    def _pull(self, parts: Iterable[str], only: Collection[str] | None) -> None:
        wanted = []
        for part in parts:
            if part == "warehouse":
                self._pull_warehouse()
                continue
            if part == "journals":
                self._pull_journals()
                continue
            for name in self._names(
                *(["lake/manifests", "lake/bundles", "lake/failures"] if part == "lake" else [part])
            ):
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
            is_last: whether the step ends. Until then a dump without a manifest is kept here: it has still to be read.

        Raises:
            Locked: another run brought an export of the same name since this one began; all else is put.
        """
        with self.lock:
            here = self._files()
            new = {name for name, state in here.items() if self.known.get(name) != state}
            changed = sorted(name for name in new if self._is_ready(name, new, is_last))
            gone = {name for name in self.known.keys() - here.keys() if not LARGE.match(name) and not _export(name)}
            left = {name for name in gone if BUNDLE.fullmatch(name)}  # their files are in others, which are not put yet
            gone -= left
            stale = {_manifest(Path(name).stem) for name in changed if TABLE.match(name) or MANIFEST.match(name)}
            stale = {name for name in stale & self.known.keys() if not _export(name)}
            self._remove(sorted(gone | stale))
            for name in gone | stale:
                self.known.pop(name, None)
            exports = {name for name in changed if _export(name) == name and not self._has(name)}
            late = {name for name in exports if not self._claim(name)}
            to_put = [name for name in changed if _export(name) in {"", *exports} - late]
            self._put([name for name in to_put if not COUNTS_LAST.match(name)])
            late |= {name for name in exports - late if self._content(name) != self.exports[name]}
            self._put([name for name in to_put if COUNTS_LAST.match(name) and name not in late])
            self.exports.update((name, (self.directory / name).read_bytes()) for name in exports - late)
            late |= self._outrun({name for name in new - self.known.keys() if BUNDLE.fullmatch(name)} | exports - late)
            self._remove_bundles(left)
            self.known.update((name, here[name]) for name in changed)
            for name in filter(LARGE.match, changed):
                (self.directory / name).unlink()
            self._forget(late)
            self._push_journals()
            if late:
                raise Locked(f"{self.url}: another run wrote {min(late)} meanwhile; run this one again")

    def release(self) -> None:
        """Remove here what was brought of the lake's tables."""
        for name in self.known:
            if TABLE.match(name):
                (self.directory / name).unlink(missing_ok=True)

    def publish(self, version: Path, rolled_back: str) -> None:
        """Make a version of the database the published one; it is uploaded first, unless it is there.

        Args:
            version: its directory.
            rolled_back: see `versions.rollback`.

        Raises:
            Locked: another run published since this one began.
        """
        database, contents = (self._name(version / name) for name in (DATABASE, CONTENTS))
        if not self._exists(contents):
            if not (version / DATABASE).exists():
                raise Locked(f"{self.url}: another run took {version.name} away meanwhile; run this one again")
            self._put([database])
            self._put([contents])
        told = {"version": version.name, "rolled_back": rolled_back, "by": self.token}
        if not self._create(f"warehouse/log/{self.entry + 1:06}.json", json.dumps(told).encode()):
            raise Locked(f"{self.url}: another run published meanwhile; run this one again")
        self.entry += 1
        self.published.add(version.name)

    def sweep(self, version: Path) -> None:
        """Remove versions that can be published no more: of runs that were killed, or came too late."""
        for name in set(self.folders(version.parent)) - self.published:
            if int(name[3:9]) <= int(version.name[3:9]):
                self.discard(version.parent / name)

    def refuse_outrun(self, manifest: Path) -> None:
        """Raise Locked where a manifest is another one in the store than here, as it was pulled."""
        name = self._name(manifest)
        if self._content(name) != (manifest.read_bytes() if manifest.exists() else b""):
            raise Locked(f"{self.url}: another run wrote {name} meanwhile; run this one again")

    def refuse_outdated(self, version: str) -> None:
        """Raise Locked where the newest entry of the log does not name this version of the database."""
        entries = [name for name in self._names("warehouse/log") if name.endswith(".json")]
        if entries and (newest := json.loads(self._content(max(entries)))["version"]) != version:
            raise Locked(f"{self.url}: {newest} is published, and {version} is what this machine has while a run works")

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
            found = self.fs.find(self._path(self._name(path)), detail=True)
            return sum(info["size"] for info in found.values())

    def _is_ready(self, name: str, new: Collection[str], is_last: bool) -> bool:
        """Whether a new file is to be put: an export's with its manifest only, a dump's own once it has been read."""
        if export := _export(name):
            return export in new
        dump = DUMP.match(name)
        return is_last or not dump or _manifest(dump[1]) in new

    def _has(self, manifest: str) -> bool:
        """Whether the store has this very export: another run may have brought it, too."""
        return self._content(manifest) == (self.directory / manifest).read_bytes()

    def _claim(self, manifest: str) -> bool:
        """Let the store know who puts an export, before its tables are: those of two steps must not mix.

        A claim reads as no manifest. One that a killed step left, and this one found when it began, is replaced.

        Returns:
            Whether the store still had what this step knows of.
        """
        known = self.exports.get(manifest, b"")
        if self._content(manifest) != known:
            return False
        if known:
            self._remove([manifest])
        claim = f"{self.token} puts it\n".encode()
        if not self._create(manifest, claim):
            return False
        self.exports[manifest] = claim
        return True

    def _forget(self, exports: Collection[str]) -> None:
        """Remove exports and bundles here, so that nothing of them is put or taken away in the store."""
        for name in [name for name in self.known if _export(name) in exports or name in exports]:
            (self.directory / name).unlink(missing_ok=True)
            del self.known[name]

    def _outrun(self, put: Collection[str]) -> set[str]:
        """Manifests of exports just put that tell of a file otherwise than one of another step, put meanwhile, does.

        A claim guards the manifest of one export; but one file may be in bundles of two names. Each step looks after it
        has put: so of two that put at a time one sees the other, or both do. Bundles that came too late are taken away.
        """
        if not put:
            return set()
        from medline.lake.manifest import lake_name

        mine = {name: _digests((self.directory / name).read_bytes()) for name in put}
        own = {_manifest(lake_name(file)) for digests in mine.values() for file in digests}
        unknown = set(self._names("lake/bundles", "lake/manifests")) - self.known.keys() - mine.keys()
        theirs = [_digests(self._content(name)) for name in unknown if BUNDLE.match(name) or name in own]
        late = {
            name
            for name, digests in mine.items()
            if any(other.get(file, digest) != digest for other in theirs for file, digest in digests.items())
        }
        self._remove_bundles({name for name in late if BUNDLE.match(name)})
        self._remove([name for name in late if not BUNDLE.match(name)])
        return late

    def _remove_bundles(self, manifests: Collection[str]) -> None:
        """Remove bundles: what makes them count first."""
        self._remove(sorted(manifests))
        for name in manifests:
            self.known.pop(name, None)
            self._remove([f"lake/{table.name}/{Path(name).stem}.parquet" for table in LAKE_TABLES])

    def _pull_journals(self) -> None:
        for journal in JOURNALS:
            names = sorted(self._names(f"journals/{journal}"))
            with self._asking(journal):
                content = b"".join(self.fs.cat([self._path(name) for name in names]).values()) if names else b""
            self.told[journal] = len(content)
            if content:
                (self.directory / journal).write_bytes(content)

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

        While another run on this machine holds the cache it is not brought up to date: this step may read, but what it
        would publish is refused.
        """
        with (self.directory / "warehouse" / ".pull").open("w") as one_at_a_time, suppress(Locked):
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            with home_lock(self.directory, patience=0):
                self._follow()

    def _follow(self) -> None:
        from medline.warehouse import versions

        entries = sorted(name for name in self._names("warehouse/log") if name.endswith(".json"))
        self._get([name for name in entries if not (self.directory / name).exists()])
        told = [json.loads((self.directory / name).read_bytes()) for name in entries]
        self.published = {entry["version"] for entry in told}
        kept = {name.split("/")[2]: name for name in self._names("warehouse/versions") if name.endswith(CONTENTS)}
        kept = {version: name for version, name in kept.items() if version in self.published}  # others came too late
        self._get([name for name in kept.values() if not (self.directory / name).exists()])
        if told:
            versions.follow(self.directory, told[-1]["version"], told[-1]["rolled_back"])
        self.entry = max((int(Path(name).stem) for name in entries), default=0)
        for version in versions.versions(self.directory):
            if version.name not in kept:  # let go of by another machine, or made by a run killed here
                shutil.rmtree(version.database.parent, ignore_errors=True)

    def _files(self) -> dict[str, tuple[int, int]]:
        """Size and time of each file here. Manifests are looked for first: what they tell of is there then."""
        found = {}
        lake = self.directory / "lake"
        for top in (lake / "manifests", lake / "bundles", self.directory):
            for folder, folders, names in os.walk(top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for path in (Path(folder, name) for name in names if not name.startswith(".")):
                    name = self._name(path)
                    is_manifest = MANIFEST.match(name) or BUNDLE.match(name)
                    if name not in JOURNALS and not (is_manifest and top == self.directory):
                        with suppress(FileNotFoundError):  # others work here at the same time
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

    def _content(self, name: str) -> bytes:
        """Of an object; empty where there is none."""
        with self._asking(name), suppress(FileNotFoundError):
            return self.fs.cat_file(self._path(name))
        return b""

    def _create(self, name: str, content: bytes) -> bool:
        """Make an object that nobody else has made; whether this step did."""
        path = self._path(name)
        with self._asking(name):
            try:
                self.fs.pipe_file(path, content, mode="create")
            except OSError:  # of which FileExistsError is one; or the answer to a write that succeeded was lost
                if not self.fs.exists(path):
                    raise
                return self.fs.cat_file(path) == content
        return True

    def _get(self, names: Sequence[str]) -> None:
        """Get files; each has its name here once it is whole."""
        if not names:
            return
        paths = [self.directory / name for name in names]
        parts = [self.directory / f".{uuid4().hex}.part" for _ in paths]  # goes with the step
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._asking(f"{names[0]} and {len(names) - 1} more"):
            self.fs.get([self._path(name) for name in names], [str(part) for part in parts])
        for name, path, part in zip(names, paths, parts, strict=True):
            part.replace(path)
            self.known[name] = self._state(path)
            if _export(name) == name:
                self.exports[name] = path.read_bytes()

    def _put(self, names: Sequence[str]) -> None:
        if names:
            with self._asking(f"{names[0]} and {len(names) - 1} more"):
                here, there = [str(self.directory / name) for name in names], [self._path(name) for name in names]
                self.fs.put(here, there, batch_size=PUT_AT_A_TIME)

    def _remove(self, names: Sequence[str]) -> None:
        if names:
            with self._asking(f"{names[0]} and {len(names) - 1} more"):
                last = [name for name in names if not COUNTS_LAST.match(name)]
                for name in set(names).difference(last):
                    self.fs.rm_file(self._path(name))  # one by one: of many the client does not tell which failed
                if last:
                    self.fs.rm([self._path(name) for name in last])

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
            raise UsageError(f"{self.url}: not allowed: {what}: {error}") from error
        except Exception as error:
            raise NetworkError(f"{self.url}: {what}: {type(error).__name__}: {error}") from error
