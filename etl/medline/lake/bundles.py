"""Bundles: small files that share Parquet files and one manifest in the lake.

lake/<table>/<bundle>.parquet    the rows of all its files, one file after the other
lake/bundles/<bundle>.json       a manifest for each of its files, with its first row of each table; it is written last,
                                 and makes them count

The Parquet files of a bundle are never changed. A file that is replaced leaves the manifest, and its rows are not read
any more; the last one takes the bundle with it. Until it has left, the bundle of the higher serial number counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from medline.home import Home
from medline.home.disk import flush_all, move, read_json
from medline.home.layout import BUNDLE_NAME
from medline.home.locks import scratch_directory
from medline.schema.tables import LAKE_TABLES

#: Records of a small file at most; those of one file are in memory together.
MOST_RECORDS = 1_000

#: Records after which a bundle is full.
BUNDLE_RECORDS = 5_000

#: A file with its inode, time and size, which differ from those of another one of its name.
State = tuple[Path, int, int, int]


@dataclass(frozen=True)
class Bundle:
    """What the lake says of a bundle.

    Attributes:
        stem: name of its files.
        serial: higher than that of the bundles that its files were in before.
        schema_version: of the schema that its files were read with.
        members: by name, what a manifest says of each file; of `rows` and `first` those of tables that have rows.
        sizes: bytes of its Parquet files, by table; {} from a program that did not keep them.
    """

    stem: str
    serial: int
    schema_version: str
    members: dict[str, dict]
    sizes: dict[str, int] = field(default_factory=dict)


def stem_of(digests: dict[str, str], schema_version: str) -> str:
    """Return the name of a bundle of these files, which depends on what is in its Parquet files.

    Args:
        digests: MD5 by name.
    """
    content = json.dumps([schema_version, sorted(digests.items())])
    return f"bundle-{hashlib.sha256(content.encode()).hexdigest()[:40]}"


def lake_tables(home: Home, stem: str) -> list[Path]:
    """Return the files of all tables, of one source or of a bundle."""
    return [home.table(table.name, stem) for table in LAKE_TABLES]


def remove_tables(home: Home, stem: str) -> None:
    """Remove the files of all tables: the one by which `sweep` finds them last."""
    home.remove(lake_tables(home, stem)[::-1])


def members(home: Home) -> dict[str, Bundle]:
    """Return the bundle of each file that is in one."""
    return _members(_states(home))


def put_tables(directory: Path, home: Home, stem: str) -> dict[str, int]:
    """Move finished tables to where they belong, on the disk itself; return the bytes of each."""
    sizes = {}
    for table in LAKE_TABLES:
        final, made = home.table(table.name, stem), directory / f"{table.name}.parquet"
        final.parent.mkdir(parents=True, exist_ok=True)
        sizes[table.name] = made.stat().st_size
        made.replace(final)
    flush_all(home.lake)
    return sizes


def write(bundle: Bundle, home: Home) -> None:
    """Write the manifest of a bundle whose tables are in place: it makes them count."""
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(member)}" for name, member in bundle.members.items())
    head = f'"stem": "{bundle.stem}", "serial": {bundle.serial}, "schema_version": "{bundle.schema_version}"'
    head = f'{head}, "sizes": {json.dumps(bundle.sizes)}'
    write_whole(home.bundle(bundle.stem), f'{{{head}, "members": {{\n{lines}\n}}}}\n')


def write_whole(path: Path, text: str) -> None:
    """Write a small file of the lake in one step, on the disk itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with scratch_directory(path.parents[1], path.stem) as directory:
        unfinished = directory / path.name
        unfinished.write_text(text, "utf-8")
        move(unfinished, path)


def next_serial(home: Home, names: Collection[str]) -> int:
    """Return a serial number for a bundle that takes files over from others, or from none."""
    found = [bundle.serial for bundle in _read_all(_states(home)) if not bundle.members.keys().isdisjoint(names)]
    return max(found, default=0) + 1


def leave(home: Home, names: Collection[str], but: str = "") -> None:
    """Take files out of their bundles: all but one, which they are in now."""
    for bundle in _read_all(_states(home)):
        if bundle.stem == but or bundle.members.keys().isdisjoint(names):
            continue
        left = {name: member for name, member in bundle.members.items() if name not in names}
        if left:
            write(replace(bundle, members=left), home)
        else:
            home.remove_bundle(bundle.stem, lake_tables(home, bundle.stem)[::-1])


def sweep(home: Home) -> None:
    """Remove tables that no manifest makes count: a killed run was putting them in place, or taking them away."""
    known = {bundle.stem for bundle in _read_all(_states(home))}
    for path in home.table_files(LAKE_TABLES[0].name):
        is_bundle = BUNDLE_NAME.fullmatch(path.stem)
        if path.stem not in known if is_bundle else not home.manifest(path.stem).exists():
            remove_tables(home, path.stem)


def _states(home: Home) -> tuple[State, ...]:
    found = []
    for path in home.bundles():
        with suppress(FileNotFoundError):  # another process takes them away
            stat = path.stat()
            found.append((path, stat.st_ino, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@lru_cache(maxsize=4)
def _members(states: tuple[State, ...]) -> dict[str, Bundle]:
    in_order = sorted(_read_all(states), key=lambda bundle: (bundle.serial, bundle.stem))
    return {name: bundle for bundle in in_order for name in bundle.members}


def _read_all(states: tuple[State, ...]) -> list[Bundle]:
    return [bundle for state in states if (bundle := _read(state))]


@lru_cache(maxsize=4096)
def _read(state: State) -> Bundle | None:
    with suppress(TypeError):  # of one that is not there
        return Bundle(**read_json(state[0]))
    return None
