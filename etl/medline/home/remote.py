"""A home in an object store.

A step gets a workspace: a local directory, laid out like a home, that lasts as long as the step. The small files that
the step asks for are downloaded when it starts, large ones when they are first read; what the step made or changed is
uploaded. Databases stay in a cache on the local disk, where the next one is made from them.

An object appears whole, but several do not. So what makes the others count goes last:

lake/manifests/<dump>.json       the tables of a dump; removed before one of them is replaced
lake/manifests/<export>.json     the tables of an export; until all of them are there, it says which step puts them
lake/bundles/<bundle>.json       the tables of many small exports, which are never replaced
feeds/manifest.json              a version of the feeds; parquet/manifest.json likewise
warehouse/log/000017.json        the entry with the highest number names the published version of the database

An entry of the log can be made only once (a conditional write): of two runs that publish at a time, the second one
fails with Locked. So does the second of two that write an export of one name: unlike dumps, nothing says which of the
two is right.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

from medline import urls
from medline.errors import Locked, NetworkError
from medline.home import layout
from medline.home.base import Home
from medline.home.disk import read_json
from medline.home.layout import Files, Kind, dump_manifest, export_manifest, files_of
from medline.home.locks import exclusive, home_lock
from medline.home.store import ObjectStore

#: Times that a listing is read again because files that it named are gone: other steps replace them.
TRIES = 3


class RemoteHome(Home):
    """The workspace of a step on a home in an object store.

    Attributes:
        known: size and time of the files here that are the same in the store, by name.
        exports: what the manifests of exports say in the store, as far as this step knows.
        bundles_to_remove: the tables of bundles that were removed here, by the name of their manifest.
        uploaded: bytes of each journal that are in the store.
        entry: number of the newest entry of the log.
        published: the versions that the log names.
        token: of this step, in the names of what it makes.
    """

    is_remote = True

    def __init__(self, url: str, path: Path) -> None:
        super().__init__(path)
        self.url, self.store = url, ObjectStore(url)
        self.known: dict[str, tuple[int, int]] = {}
        self.exports: dict[str, bytes] = {}
        self.bundles_to_remove: dict[str, list[str]] = {}
        self.uploaded = {files.form: 0 for files in layout.JOURNALS}
        self.entry = 0
        self.published: set[str] = set()
        self.token = uuid4().hex[:8]
        self.version_suffix = f".{self.token}"
        self.lock = Lock()

    def __str__(self) -> str:
        return urls.shown(self.url)

    # The start of a step

    def start(self, parts: Collection[str], only: Collection[str] | None = None) -> None:
        """Download the small files of some parts."""
        for left in reversed(range(TRIES)):
            try:
                return self._start(parts, only)
            except NetworkError as error:
                if not left or not isinstance(error.__cause__, FileNotFoundError):
                    raise

    def _start(self, parts: Iterable[str], only: Collection[str] | None) -> None:
        wanted = []
        for part in parts:
            if part == "warehouse":
                self._download_log()
            elif part == "journals":
                self._download_journals()
            else:
                small = layout.small_files(part)
                for name in self.store.list(*dict.fromkeys(files.folder() for files in small)):
                    files = files_of(name)
                    source = (files.match(name) or {}).get("source")
                    if files in small and (only is None or source is None or source in only):
                        wanted.append(name)
        self._get(wanted)

    def _download_journals(self) -> None:
        for files in layout.JOURNALS:
            journal = files.form
            content = self.store.read_all(sorted(self.store.list(layout.LINES.folder(journal=journal))))
            self.uploaded[journal] = len(content)
            if content:
                (self.path / journal).write_bytes(content)

    def _download_log(self) -> None:
        """Learn the versions of the database and which of them is published, without downloading them.

        While another run on this machine holds the cache, the cache is not brought up to date: this step may read, but
        what it would publish is refused.
        """
        with exclusive(self.warehouse / ".pull"), suppress(Locked), home_lock(self.path, patience=0):
            self._follow_log()

    def _follow_log(self) -> None:
        entries = self._stored(layout.LOG)
        self._get([name for name in entries if read_json(self.path / name) is None])
        log_entries = [json.loads((self.path / name).read_bytes()) for name in entries]
        self.published = {entry["version"] for entry in log_entries}
        kept = {fields["version"]: name for name, fields in self._stored(layout.CONTENTS).items()}
        kept = {version: name for version, name in kept.items() if version in self.published}  # others came too late
        self._get([name for name in kept.values() if read_json(self.path / name) is None])
        if log_entries:
            self.follow(log_entries[-1]["version"], log_entries[-1]["rolled_back"])
        self.entry = max((int(fields["number"]) for fields in entries.values()), default=0)
        for version in self.version_names():
            if version not in kept:  # discarded by another machine, or made by a run that was killed here
                shutil.rmtree(self.database(version).parent, ignore_errors=True)

    # Files

    def location(self, path: Path) -> str:
        return f"{self.url}/{self._name(path)}"

    def download(self, paths: Collection[Path], *, missing_ok: bool = False) -> None:
        names = [self._name(path) for path in paths if not path.exists()]
        if missing_ok:
            names = [name for name in names if self.store.exists(name)]
        self._get(names)

    def upload(self, *, is_last: bool = False) -> None:
        """Put what was made or changed here into the store, and remove there what is gone here.

        Args:
            is_last: whether the step ends. Until then a dump without a manifest is kept here: it has still to be read.

        Raises:
            Locked: another run wrote an export of the same name since this one began; all else is put.
        """
        with self.lock:
            here = self._files()
            new = {name for name, state in here.items() if self.known.get(name) != state}
            changed = sorted(name for name in new if self._is_ready(name, new, is_last))
            gone = {
                name for name in self.known.keys() - here.keys() if not _is_large(name) and not export_manifest(name)
            }
            left = {name for name in gone if layout.BUNDLE.match(name)}  # their files are in others, not yet put
            gone |= {dump_manifest(name) for name in changed} & self.known.keys()
            self._remove(sorted(gone - left))
            for name in gone - left:
                self.known.pop(name, None)
            exports = {name for name in changed if export_manifest(name) == name and not self._has(name)}
            late = {name for name in exports if not self._claim(name)}
            to_put = [name for name in changed if export_manifest(name) in {"", *exports} - late]
            self.store.put([name for name in to_put if not files_of(name).counts_last], self.path)
            late |= {name for name in exports - late if self.store.read(name) != self.exports[name]}
            self.store.put([name for name in to_put if files_of(name).counts_last and name not in late], self.path)
            self.exports.update((name, (self.path / name).read_bytes()) for name in exports - late)
            bundles = {name for name in new - self.known.keys() if layout.BUNDLE.match(name)}
            late |= self._outrun(bundles | exports - late, here)
            self._remove_bundles({name: self.bundles_to_remove[name] for name in left})
            self.known.update((name, here[name]) for name in changed)
            for name in filter(_is_large, changed):
                (self.path / name).unlink()
            self._forget(late)
            self._upload_journals()
            if late:
                raise Locked(f"{self}: another run wrote {min(late)} meanwhile; run this one again")

    def release(self) -> None:
        for name in filter(layout.TABLE.match, self.known):
            (self.path / name).unlink(missing_ok=True)

    def remove(self, paths: Collection[Path]) -> None:
        names = [self._name(path) for path in paths]
        for path, name in zip(paths, names, strict=True):
            path.unlink(missing_ok=True)
            self.known.pop(name, None)
        self._remove(names)

    def remove_bundle(self, name: str, tables: Collection[Path]) -> None:
        manifest = self.bundle(name)
        manifest.unlink()
        for path in tables:
            path.unlink(missing_ok=True)
        self.bundles_to_remove[self._name(manifest)] = [self._name(path) for path in tables]

    def discard(self, directory: Path) -> None:
        shutil.rmtree(directory, ignore_errors=True)
        self._discard(directory)

    def folders(self, directory: Path) -> list[str]:
        top = f"{self._name(directory)}/"
        inner = [name.removeprefix(top) for name in [*self.store.list(top), *self._files()] if name.startswith(top)]
        return sorted({name.partition("/")[0] for name in inner if "/" in name})

    def files(self, directory: Path) -> list[Path]:
        top = f"{self._name(directory)}/"
        names = {*self.store.list(self._name(directory)), *self._files()}
        return sorted(self.path / name for name in names if name.startswith(top))

    def disk_usage(self, part: str) -> int:
        return sum(self.store.list(part).values())

    def has_tables(self, tables: Mapping[Path, int | None] | Mapping[str, int | None]) -> bool:
        return True

    # Manifests and versions, which other runs may replace

    def check_unchanged(self, manifest: Path) -> None:
        name = self._name(manifest)
        if self.store.read(name) != (manifest.read_bytes() if manifest.exists() else b""):
            raise Locked(f"{self}: another run wrote {name} meanwhile; run this one again")

    def check_is_published(self, version: str) -> None:
        entries = self._stored(layout.LOG)
        if entries and (newest := json.loads(self.store.read(max(entries)))["version"]) != version:
            raise Locked(f"{self}: {newest} is published, and {version} is what this machine has while a run works")

    def publish(self, version: str, rolled_back: str = "") -> None:
        """Add the entry to the log; the version is uploaded first, unless it is there."""
        database, contents = self._name(self.database(version)), self._name(self.contents(version))
        if not self.store.exists(contents):
            if not self.database(version).exists():
                raise Locked(f"{self}: another run took {version} away meanwhile; run this one again")
            index = [self._name(path) for path in sorted(self.index(version).glob("*"))]
            self.store.put([database, *index], self.path)
            self.store.put([contents], self.path)
        entry = {"version": version, "rolled_back": rolled_back, "by": self.token}
        if not self.store.create(layout.LOG.path(number=f"{self.entry + 1:06}"), json.dumps(entry).encode()):
            raise Locked(f"{self}: another run published meanwhile; run this one again")
        self.entry += 1
        self.published.add(version)

    def sweep_versions(self, version: str) -> None:
        directory = self.database(version).parent
        for name in set(filter(layout.VERSION_NAME.match, self.folders(directory.parent))) - self.published:
            if int(name[3:9]) <= int(version[3:9]):
                self._discard(directory.with_name(name))

    # Exports and bundles, which other steps may put at the same time

    def _is_ready(self, name: str, new: Collection[str], is_last: bool) -> bool:
        """Whether a new file is to be put: an export's with its manifest only, a dump's own once it has been read."""
        if export := export_manifest(name):
            return export in new
        dump = layout.DUMP.match(name) if files_of(name) is layout.DUMP else None
        return is_last or not dump or layout.MANIFEST.path(source=layout.lake_name(dump["source"])) in new

    def _has(self, manifest: str) -> bool:
        """Whether the store has this very export: another run may have written it, too."""
        return self.store.read(manifest) == (self.path / manifest).read_bytes()

    def _claim(self, manifest: str) -> bool:
        """Let the store know who puts an export, before its tables are: those of two steps must not mix.

        A claim reads as no manifest. One that a killed step left, and that was there when this step began, is replaced.

        Returns:
            Whether the store had the manifest that this step knows of.
        """
        known = self.exports.get(manifest, b"")
        if self.store.read(manifest) != known:
            return False
        if known:
            self._remove([manifest])
        claim = f"{self.token} puts it\n".encode()
        if not self.store.create(manifest, claim):
            return False
        self.exports[manifest] = claim
        return True

    def _forget(self, exports: Collection[str]) -> None:
        """Remove exports and bundles here, so that nothing of them is put or removed in the store."""
        for name in [name for name in self.known if export_manifest(name) in exports or name in exports]:
            (self.path / name).unlink(missing_ok=True)
            del self.known[name]

    def _outrun(self, put: Collection[str], here: Iterable[str]) -> set[str]:
        """Return the manifests just put that disagree about a file with one of another step, put meanwhile.

        A claim guards the manifest of one export; but one file may be in bundles of two names. Each step checks after
        it has put: so of two that put at a time one sees the other, or both do. Bundles that came too late are removed.
        """
        if not put:
            return set()
        mine = {name: _digests((self.path / name).read_bytes()) for name in put}
        own = {layout.MANIFEST.path(source=layout.lake_name(file)) for digests in mine.values() for file in digests}
        listed = self.store.list(layout.BUNDLE.folder(), layout.MANIFEST.folder())
        unknown = listed.keys() - self.known.keys() - mine.keys()
        theirs = [_digests(self.store.read(name)) for name in unknown if layout.BUNDLE.match(name) or name in own]
        late = {
            name
            for name, digests in mine.items()
            if any(other.get(file, digest) != digest for other in theirs for file, digest in digests.items())
        }
        bundles = {fields["bundle"]: name for name in late if (fields := layout.BUNDLE.match(name))}
        tables: dict[str, list[str]] = {name: [] for name in bundles.values()}
        for name in here:
            if (fields := layout.TABLE.match(name)) and fields["source"] in bundles:
                tables[bundles[fields["source"]]].append(name)
        self._remove_bundles(tables)
        self._remove([name for name in late if name not in tables])
        return late

    def _remove_bundles(self, tables: Mapping[str, list[str]]) -> None:
        """Remove bundles, given the tables of each manifest: what makes them count first."""
        self._remove(sorted(tables))
        for manifest, names in tables.items():
            self.known.pop(manifest, None)
            self._remove(names)

    def _upload_journals(self) -> None:
        """Put the lines of this step beside those of others."""
        for journal, size in self.uploaded.items():
            path = self.path / journal
            if new := path.read_bytes()[size:] if path.exists() else b"":
                step = f"{time.time_ns():020}-{self.token}"
                self.store.write(layout.LINES.path(journal=journal, step=step), new)
                self.uploaded[journal] += len(new)

    # Names

    def _files(self) -> dict[str, tuple[int, int]]:
        """Return size and time of each file here. Manifests are read first: the files that they name are there then."""
        states = {}
        manifests = [self.path / files.folder() for files in (layout.MANIFEST, layout.BUNDLE)]
        for top in (*manifests, self.path):
            for folder, folders, names in os.walk(top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for path in (Path(folder, name) for name in names if not name.startswith(".")):
                    name = self._name(path)
                    if name not in self.uploaded and not (top == self.path and path.parent in manifests):
                        with suppress(FileNotFoundError):  # others work here at the same time
                            states[name] = self._state(path)
        return states

    def _state(self, path: Path) -> tuple[int, int]:
        stat = path.stat()
        return stat.st_size, stat.st_mtime_ns

    def _stored(self, files: Files) -> dict[str, dict[str, str]]:
        """Return the objects of one form, by name, with their fields, in order."""
        fields = {name: files.match(name) for name in sorted(self.store.list(files.folder()))}
        return {name: found for name, found in fields.items() if found is not None}

    def _get(self, names: Sequence[str]) -> None:
        self.store.get(names, self.path)
        for name in names:
            path = self.path / name
            self.known[name] = self._state(path)
            if export_manifest(name) == name:
                self.exports[name] = path.read_bytes()

    def _remove(self, names: Collection[str]) -> None:
        """Remove objects, first those that make others count."""
        first = [name for name in names if files_of(name).counts_last]
        self.store.remove(first, one_by_one=True)
        self.store.remove([name for name in names if name not in first])

    def _discard(self, directory: Path) -> None:
        self._remove([*self.store.list(self._name(directory))])

    def _name(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()


def _is_large(name: str) -> bool:
    """Whether a workspace has no lasting copy of a file."""
    return files_of(name).kind in (Kind.LARGE, Kind.DATABASE)


def _digests(manifest: bytes) -> dict[str, str]:
    """Return the MD5 of each file that a manifest names, by name; of a claim, nothing."""
    with suppress(ValueError):
        content = json.loads(manifest)
        members = content.get("members") or {content["name"]: content}
        return {name: member["md5"] for name, member in members.items()}
    return {}
