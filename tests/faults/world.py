"""The mirrors that the faults happen to, small enough for a run of seconds, with every rule of the updates in them."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from xml.etree.ElementTree import Element

import duckdb

from build import abstract, document
from build import citation as bare_citation
from faults import readers
from faults.harness import database, run, tables_of
from mirror_server import MirrorServer
from sample import citation, revise, write_xml
from sample.mirror import tostring

#: Citations are numbered by rank, which counts from here.
PMID = 41_000_000
NEVER_DISTRIBUTED = 999_999
RECORDS = 40
#: The file of some megabytes of which a part is worth keeping.
LARGE = "baseline/pubmed26n0003.xml.gz"


@dataclass(frozen=True)
class Expected:
    """A home that is as it should be."""

    home: Path

    @cached_property
    def tables(self) -> dict[str, tuple[int, str]]:
        return tables_of(self.home)

    @cached_property
    def glimpse(self) -> str:
        """What readers call it."""
        with duckdb.connect(str(database(self.home)), read_only=True) as connection:
            return readers.glimpse(connection)


@dataclass(frozen=True)
class World:
    """Mirrors on disk, each what another day finds.

    Attributes:
        directory: `before` has three baseline files and an update of 2026; `after` has 0004 issued again and two
            more updates; `reissues` another 0002 and 0005, see `MirrorServer`; `next_year` the baseline of 2027,
            and NLM's list of what it deleted.
    """

    directory: Path
    known: dict[str, Expected] = field(default_factory=dict)

    @property
    def before(self) -> Path:
        return self.directory / "before"

    @property
    def after(self) -> Path:
        return self.directory / "after"

    @property
    def reissues(self) -> Path:
        return self.directory / "reissues"

    @property
    def next_year(self) -> Path:
        return self.directory / "next_year"

    def expected(self, mirror: Path) -> Expected:
        """A home that a run without faults made from a mirror with these files."""
        files = sorted(mirror.rglob("*.md5"))
        key = hashlib.md5(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()
        if key not in self.known:
            home = self.directory / f"home-{key[:8]}"
            with MirrorServer(mirror) as server:
                result = run("sync", "--mirror", server.url, "--home", home)
            assert result.returncode == 0, result.stderr
            self.known[key] = Expected(home)
        return self.known[key]

    def start_from(self, mirror: Path | None, home: Path) -> None:
        """Let a home be as a run on a mirror left it, or not be there."""
        if mirror:
            shutil.copytree(self.expected(mirror).home, home, symlinks=True)


def write_world(directory: Path) -> World:
    """Write the mirrors: revisions, versions, deletions, re-added PMIDs and files that are issued again."""
    world = World(directory)
    first = range(3 * RECORDS)
    fresh = [range(1000 + start, 1010 + start) for start in range(0, 50, 10)]
    for number in (1, 2):
        _write(world.before, number, map(_record, first[(number - 1) * RECORDS : number * RECORDS]))
    _write_large(world.before / LARGE, first[2 * RECORDS :])
    versions = [revise(_record(rank, 2)) for rank in (7, 50)]
    _write(world.before, 4, [*_revised(first[::9], 1), *versions, *map(_record, fresh[0])], [3, 45, NEVER_DISTRIBUTED])
    shutil.copytree(world.before, world.after)
    _write(world.after, 4, [*_revised(first[::11], 1), *versions, *map(_record, fresh[1])], [3, 46, 5])
    _write(world.after, 5, [*_revised((*first[::5], 46, 8, 8), 3), *map(_record, fresh[2])], [(50, 2), 8, 1010, 11])
    _write(world.after, 6, [*_revised((8, 1010, 9), 4), *map(_record, fresh[3])], [13, (7, 2)])
    _write(world.reissues, 2, map(_record, first[RECORDS + 2 : 2 * RECORDS]))
    _write(world.reissues, 5, [*_revised((8, 9, 14), 6), *map(_record, fresh[4])], [(50, 2), 15, 1012])
    _write_next_year(world.next_year, [rank for ranks in (first, *fresh) for rank in ranks])
    long_ago = time.time() - 60 * 86_400
    for path in (*world.before.rglob("*.gz*"), *world.after.rglob("*n000[123].*")):
        os.utime(path, (long_ago, long_ago))
    return world


def _write_next_year(mirror: Path, ranks: Sequence[int]) -> None:
    gone = {*range(20, 30), 3, 46, 1010, 12, 13, 14}
    stay = [rank for rank in ranks if rank not in gone]
    quarter = len(stay) // 4 + 1
    for number in (1, 2, 3, 4):
        part = stay[(number - 1) * quarter : number * quarter]
        _write(mirror, number, _revised(part, 8), year=27, folder="baseline")
    (mirror / "updatefiles").mkdir()
    listed = "".join(f"{PMID + rank}\n" for rank in sorted({*gone, *range(5000, 5020), NEVER_DISTRIBUTED}))
    (mirror / "deleted.pmids.gz").write_bytes(gzip.compress(listed.encode(), mtime=0))


def _record(rank: int, version: int = 1) -> Element:
    return citation(rank, 5, pmid=PMID + rank, version=version)


def _revised(ranks: Iterable[int], times: int) -> list[Element]:
    return [revise(_record(rank), times) for rank in ranks]


def _write(
    mirror: Path, number: int, records: Iterable[Element], deletions: Iterable[int | tuple[int, int]] = (),
    *, year: int = 26, folder: str = "",
) -> None:  # fmt: skip
    """Write a dump; what it deletes is given as rank, or as rank and version."""
    path = mirror / (folder or ("baseline" if number <= 3 else "updatefiles")) / f"pubmed{year}n{number:04}.xml.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = (one if isinstance(one, tuple) else (one, 1) for one in deletions)
    write_md5(write_xml(path, records, [(PMID + rank, version) for rank, version in keys]))


def _write_large(path: Path, ranks: Iterable[int]) -> None:
    """Before the other records come some with abstracts that do not compress."""
    rng = Random(7)
    noise = [bare_citation(PMID + 5000 + n, article=abstract(rng.randbytes(100_000).hex())) for n in range(20)]
    path.write_bytes(gzip.compress(document(*noise, *(tostring(_record(rank), "unicode") for rank in ranks)), mtime=0))
    write_md5(path)


#: What a file can be whose MD5 is nevertheless the one that the mirror states; see `poisoned`.
POISONS = ["tag in the middle", "gzip that ends early", "page of HTML", "no end", "flipped byte", "nothing"]


def poisoned(packed: bytes, poison: str) -> bytes:
    """A file that cannot be read to its end."""
    content = gzip.decompress(packed)
    middle = content.index(b"<PubmedArticle>", len(content) // 2)
    return {
        "tag in the middle": gzip.compress(content[:middle] + b"</Abstract>" + content[middle:], mtime=0),
        "no end": gzip.compress(content[:middle], mtime=0),
        "gzip that ends early": packed[: len(packed) // 2],
        "flipped byte": packed[:5000] + bytes([packed[5000] ^ 1]) + packed[5001:],
        "page of HTML": b"<!DOCTYPE html>\n<html><body>Maintenance</body></html>\n",
        "nothing": b"",
    }[poison]


def write_md5(path: Path) -> Path:
    """Put the .md5 file beside a file, as NLM does."""
    beside = path.with_name(f"{path.name}.md5")
    beside.write_text(f"MD5({path.name})= {hashlib.md5(path.read_bytes()).hexdigest()}\n")
    return path
