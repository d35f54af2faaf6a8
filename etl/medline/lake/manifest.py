"""Manifests: what the lake holds of each source file, `<home>/lake/manifests/<file>.json`.

A source counts as transformed only when its manifest, written last, names its MD5 and the schema's version.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path

from medline.errors import BadInput
from medline.home import Home
from medline.home.disk import flush, read_json
from medline.home.layout import DUMP_NAME, TABLE, lake_name
from medline.home.locks import exclusive
from medline.lake import bundles
from medline.lake.bundles import Bundle
from medline.mirror.dumps import Source
from medline.schema.tables import LAKE_TABLES
from medline.schema.version import schema_version

log = logging.getLogger(__name__)

LAKE_NAMES = [table.name for table in LAKE_TABLES]


@dataclass(frozen=True)
class Manifest:
    """What the lake holds of one source file.

    Attributes:
        name, kind, year, number: see `medline.mirror.dumps.Source`; year and number are None for exports.
        format: xml or medline.
        md5, bytes: of the source file.
        schema_version: of the schema it was read with.
        superseded: records that a later record of the same file replaces; they have no rows.
        reinstated: deleted keys that a later record of the same file brings back.
        rows: rows per table.
        bundle: name of the files that it shares with others; '' where it has its own. See `medline.lake.bundles`.
        first: row of each of these files from 0 that is its first one; {} where it has its own, or in a bundle of an
            earlier program, in which no two files have a key in common.
        sizes: bytes of its own Parquet files, by table; {} from a program that did not keep them.
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
    sizes: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Name of its files in the lake, the same in the folder of each table."""
        return self.bundle or lake_name(self.name)

    @property
    def key_count(self) -> int:
        """Records that have rows, and deletions."""
        return self.rows["articles"] + self.rows["books"] + self.rows["deleted_citations"]


class Index:
    """What the lake holds, for a step that asks for many sources: bundles are read once.

    A manifest of its own counts before one in a bundle, since it was written later.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.members = bundles.members(home)
        self.is_whole: dict[str, bool] = {}

    def get(self, name: str) -> Manifest | None:
        """Return what the lake holds of a source; None where it is not transformed, not whole, or of another schema."""
        return self._valid(self.written(name))

    def get_shared(self, name: str) -> Manifest | None:
        """Return the same of a source in a bundle, whether or not it has a manifest of its own, too."""
        return self._valid(self._written_shared(name))

    def written(self, name: str) -> dict | None:
        """Return what a source's manifest says, of whatever schema version."""
        content = _read(self.home.manifest(lake_name(name)))
        return content if content and content["name"] == name else self._written_shared(name)

    def _written_shared(self, name: str) -> dict | None:
        bundle = self.members.get(name)
        if bundle is None:
            return None
        content = bundle.members[name]
        rows = dict.fromkeys(LAKE_NAMES, 0) | content["rows"]
        return {
            "name": name, "year": None, "number": None, **content, "rows": rows,
            "schema_version": bundle.schema_version, "bundle": bundle.stem,
        }  # fmt: skip

    def _valid(self, content: dict | None) -> Manifest | None:
        if content is None or content["schema_version"] != schema_version():
            return None
        found = Manifest(**content)
        if found.stem not in self.is_whole:
            sizes = self.members[found.name].sizes if found.bundle else found.sizes
            top = self.home.path  # as text: paths of sixty thousand files take seconds
            tables = {f"{top}/{TABLE.path(table=name, source=found.stem)}": sizes.get(name) for name in LAKE_NAMES}
            self.is_whole[found.stem] = self.home.has_tables(tables)
            if not self.is_whole[found.stem]:
                _name_damaged(self.home.lake, found.stem)
        return found if self.is_whole[found.stem] else None


def read_manifest(home: Home, name: str) -> Manifest | None:
    """Return what the lake holds of a source; see `Index`, which is quicker for many."""
    return Index(home).get(name)


def read_manifests(home: Home, names: Iterable[str]) -> list[Manifest]:
    """Return what the lake holds of these sources.

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


def exports(home: Home) -> set[str]:
    """Return the names of the exports that the lake holds."""
    own = {content["name"] for content in own_manifests(home) if content["kind"] == "export"}
    return own | {name for name, bundle in bundles.members(home).items() if bundle.members[name]["kind"] == "export"}


def own_manifests(home: Home) -> Iterator[dict]:
    """Yield what the manifests say of sources that have files of their own, of whatever schema version."""
    yield from filter(None, map(_read, home.manifests()))


def is_current(source: Source, index: Index) -> bool:
    """Whether the lake has this very file, by the MD5 beside it and its size, without reading it."""
    with suppress(BadInput, OSError):
        expected = source.expected_md5()
        manifest = index.get(source.name) if expected else None
        if manifest and (manifest.md5, manifest.kind) == (expected, source.kind):
            return not source.path.exists() or source.path.stat().st_size == manifest.bytes
    return False


def _read(path: Path) -> dict | None:
    """Return what a manifest says; None where there is none that can be read."""
    content = read_json(path)
    return content if isinstance(content, dict) else None


@cache
def _name_damaged(lake: Path, stem: str) -> None:
    log.warning("%s: files of %s are lost, empty or cut: they count as absent, and it is read again", lake, stem)


def forget_years(home: Home, before: int) -> None:
    """Remove the dumps of earlier years from the lake, manifests first."""
    for path in home.manifests():
        match = DUMP_NAME.fullmatch(f"{path.stem}.xml")
        if match and int(match[1]) < before:
            home.remove([path])
            bundles.remove_tables(home, path.stem)
    shared = bundles.members(home).items()
    if gone := {name for name, bundle in shared if (bundle.members[name].get("year") or before) < before}:
        with placing(home):
            bundles.leave(home, gone)


@contextmanager
def placing(home: Home) -> Iterator[None]:
    """Be the only step that puts files in place: those of two sources of one name must not mix."""
    home.lake_lock.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(home.lake_lock):
        yield


def check_own_files(home: Home, made: Manifest) -> None:
    """Make sure that a source does not take the files of another one; a dump may be packed in another way than before.

    Raises:
        BadInput: it would.
    """
    there = _read(home.manifest(lake_name(made.name)))
    if there and there["name"] != made.name and (made.number is None or there["number"] is None):
        problem = f"its files in the lake are those of {there['name']}"
        raise BadInput(made.name, problem, advice="rename the file of your own, for a file is known by its name")


def has_own_files(home: Home, name: str) -> bool:
    """Whether a source has a manifest of its own."""
    return home.manifest(lake_name(name)).exists()


def remove_own_files(home: Home, names: Iterable[str]) -> None:
    """Remove the manifests of sources that are in a bundle now, and their tables."""
    stems = [stem for stem in map(lake_name, names) if home.manifest(stem).exists()]
    home.remove([home.manifest(stem) for stem in stems])
    if stems:
        flush(home.lake_lock.parent)  # else they would count again, before the bundle, after a loss of power
    for stem in stems:
        bundles.remove_tables(home, stem)


def place_bundle(home: Home, stem: str, directory: Path, files: Sequence[Manifest]) -> list[Manifest]:
    """Put the tables of a bundle in place, then its manifest, and take its files out of where they were before.

    Args:
        directory: has the tables, with the rows of the files in this order.

    Returns:
        The files as they are now.
    """
    names, behind = {made.name for made in files}, Counter[str]()
    now = []
    for made in files:
        first = {name: behind[name] for name, count in made.rows.items() if count}
        now.append(replace(made, bundle=stem, first=first, sizes={}))
        behind.update(made.rows)
    sizes = bundles.put_tables(directory, home, stem)
    members = {made.name: _member(made) for made in now}
    bundles.write(Bundle(stem, bundles.next_serial(home, names), schema_version(), members, sizes), home)
    remove_own_files(home, names)
    bundles.leave(home, names, but=stem)
    return now


def _member(made: Manifest) -> dict:
    """Return what a bundle's manifest says of a file."""
    content = asdict(made)
    for name in ("name", "schema_version", "bundle", "sizes"):
        del content[name]
    return content | {"rows": {name: count for name, count in made.rows.items() if count}}
