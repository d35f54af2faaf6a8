"""Every command that writes, as the faults meet it: the state before, its words, and what a home says of itself."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from pyiceberg.table import StaticTable

from build import WITH_CHILDREN, citation, deletion, text_record, write_mirror
from eutils_server import EutilsServer
from faults import readers
from medline import pipeline
from medline.lake import gather
from medline.outputs import dashboard, feeds
from medline.outputs import tables as parquet
from medline.schema.tables import VOCABULARY_TABLES
from mesh_records import descriptor, write
from mirror_server import MirrorServer

BEFORE = ([citation(1, **WITH_CHILDREN), citation(2)], [citation(2, **WITH_CHILDREN), citation(3)])
#: As many small updates as are put together in the lake once there is one more.
MANY = (*BEFORE, *([citation(100 + number)] for number in range(gather.FEWEST - 2)))
AFTER = (*BEFORE, [citation(3, **WITH_CHILDREN), citation(4), deletion(1)])


#: What PubMed finds.
FETCHED = (301, 302)


@dataclass(frozen=True)
class Command:
    """A command that writes.

    Attributes:
        words: its arguments; `{top}` is the directory of home, mirror and files, `{url}` the mirror over HTTP,
            `{eutils}` the E-utilities.
        base: the home that it finds, see `Scene`.
        outputs: files that it writes outside of the home.
        each: where it does the same for one table after the other, each so many calls one fails in a long run.
    """

    words: str
    base: str = "published"
    outputs: tuple[str, ...] = ()
    each: int = 1

    def of(self, top: Path, made: Scene) -> list[str]:
        return [*self.words.format(top=top, url=made.url, eutils=made.eutils).split(" "), "--home", str(top / "home")]


#: By name; its first word is the command's.
COMMANDS = {
    "sync": Command("sync --mirror {top}/mirror"),
    "sync from nothing": Command("sync --mirror {top}/mirror", "nothing"),
    "sync over HTTP": Command("sync --mirror {url} --mesh none", "nothing"),
    "load": Command("load {top}/files/one.nbib {top}/files/two.nbib"),
    "load again": Command("load {top}/files/own.nbib --replace"),
    "fetch": Command("fetch all --eutils {eutils}"),
    "transform": Command("transform {top}/mirror/updatefiles/pubmed26n0003.xml.gz"),
    "mesh": Command("mesh --source {top}/mirror/MESH_FILES"),
    "rebuild": Command("rebuild"),
    "rollback": Command("rollback", "updated"),
    "rollback forward": Command("rollback", "rolled back"),
    "rebuild after a rollback": Command("rebuild", "rolled back"),
    "feeds": Command("feeds", "updated"),
    "export-tables": Command("export-tables", "updated"),
    "export-tables as Iceberg": Command("export-tables --as iceberg", "updated", each=23),
    "dashboard": Command("dashboard"),
    "dashboard elsewhere": Command("dashboard --out {top}/page.html", outputs=("page.html",)),
    "check": Command("check"),
    "alerts": Command("alerts --mirror {top}/mirror"),
    "export": Command("export 1 2 --format ris --out {top}/out.ris", outputs=("out.ris",)),
    "query": Command("query FROM(articles) --out {top}/out.csv", outputs=("out.csv",)),
    "search": Command("search title --out {top}/out.parquet", outputs=("out.parquet",)),
    "metrics": Command("metrics --out {top}/out.prom"),
    "sync of a last small update": Command("sync --mirror {top}/mirror", "many updates"),
}  # fmt: skip

#: The tables of MeSH: where it cannot be brought, `sync` says so, and publishes the citations all the same.
VOCABULARY = {table.name for table in VOCABULARY_TABLES}

#: Commands that write nothing.
NOT_HERE = {"status", "schema", "runs"}


@dataclass
class Scene:
    """Homes to begin with, by name, each with its mirror and files; the mirror over HTTP, and E-utilities.

    nothing        no home yet
    published      a version with its outputs; the mirror has a newer dump and another MeSH
    updated        two versions, the outputs of the first
    rolled back    the same after a rollback
    many updates   small ones, each with files of its own in the lake; with the next one they are put together
    """

    directory: Path
    url: str
    eutils: str

    def start(self, base: str, top: Path) -> None:
        shutil.copytree(self.directory / base, top, symlinks=True, dirs_exist_ok=True)


@contextmanager
def scene(directory: Path) -> Iterator[Scene]:
    """Make the homes."""
    first = directory / "published"
    write_mirror(first / "mirror", *BEFORE)
    write(first / "mirror" / "MESH_FILES", "desc", descriptor("D1", "Otters", "B90"))
    (first / "files").mkdir()
    for pmid, name in enumerate(("own", "one", "two"), start=90):
        (first / "files" / f"{name}.nbib").write_text(text_record(pmid, f"TI  - {name.title()}."))
    pipeline.sync(first / "mirror", first / "home")
    pipeline.load_files([first / "files" / "own.nbib"], first / "home")
    feeds.write(first / "home")
    parquet.write(first / "home")
    dashboard.write(first / "home")
    write_mirror(first / "mirror", *AFTER)
    write(first / "mirror" / "MESH_FILES", "desc", descriptor("D1", "Otters", "B90"), descriptor("D2", "Fur", "B91"))
    many = directory / "many updates"
    write_mirror(many / "mirror", *MANY)
    pipeline.sync(many / "mirror", many / "home")
    write_mirror(many / "mirror", *MANY, [citation(200)])
    for base in ("mirror", "files"):
        shutil.copytree(first / base, directory / "nothing" / base)
    for base, before, step in (
        ("updated", "published", lambda top: pipeline.sync(top / "mirror", top / "home")),
        ("rolled back", "updated", lambda top: pipeline.rollback(top / "home")),
    ):
        shutil.copytree(directory / before, directory / base, symlinks=True)
        step(directory / base)
    dates = dict.fromkeys(FETCHED, "2002/03/04")
    with (
        MirrorServer(first / "mirror") as server,
        EutilsServer(
            {pmid: citation(pmid, **WITH_CHILDREN) for pmid in FETCHED}, dates, queries={"all": FETCHED}
        ) as eutils,
    ):
        yield Scene(directory, server.url, eutils.url)


# What a home says of itself, read without the package, but for how tables are compared


def published(top: Path, command: Command) -> dict:
    """What readers see; each file that is named is whole."""
    home = top / "home"
    page = home / "feeds" / "dashboard.html"
    tables = {name: rows for name, rows in _tables(home / "warehouse" / "medline.duckdb").items() if rows[0]}
    return {
        "citations": {name: rows for name, rows in tables.items() if name not in VOCABULARY},
        "mesh": {name: rows for name, rows in tables.items() if name in VOCABULARY},
        "rolled back": _is_rolled_back(home / "warehouse"),
        "feeds": _feeds(home / "feeds"),
        "parquet": _parquet(home / "parquet"),
        "iceberg": _iceberg(home / "iceberg"),
        "page": hashlib.md5(page.read_bytes()).hexdigest() if page.exists() else "",
        **{name: (top / name).read_bytes() if (top / name).exists() else b"" for name in command.outputs},
    }  # fmt: skip


def state(top: Path, command: Command) -> dict:
    """The same, and what the lake holds."""
    return {**published(top, command), "lake": _lake(top / "home" / "lake")}


def _tables(path: Path) -> dict:
    if not path.exists():
        assert not path.is_symlink(), "the pointer names nothing"
        return {}
    with duckdb.connect(str(path), read_only=True) as connection:
        return readers.tables(connection)


def _is_rolled_back(warehouse: Path) -> bool:
    mark = warehouse / "rolled_back"
    return mark.exists() and mark.read_text().split()[5] == (warehouse / "medline.duckdb").readlink().parent.name


def _feeds(folder: Path) -> dict:
    if not (folder / "manifest.json").exists():
        return {}
    manifest = json.loads((folder / "manifest.json").read_text())
    for feed in manifest["feeds"]:
        for file in feed["files"].values():
            assert hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]
    return {feed["name"]: feed["rows"] for feed in manifest["feeds"]}


def _parquet(folder: Path) -> dict:
    if not (folder / "manifest.json").exists():
        return {}
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, table in manifest["tables"].items():
        assert sum(pq.ParquetFile(folder / path).read().num_rows for path in table["files"]) == table["rows"], name
    return {name: table["rows"] for name, table in manifest["tables"].items()}


def _iceberg(folder: Path) -> dict:
    """The rows of each table in the version that the manifest names; its tag is there, and each file is whole."""
    manifest = folder / "manifest.json"
    if not manifest.exists() or "tables" not in (content := json.loads(manifest.read_text())):
        return {}
    for name, entry in content["tables"].items():
        table = StaticTable.from_metadata(entry["metadata"])
        assert table.snapshot_by_name(content["version"]).snapshot_id == entry["snapshot"], name
        files = [str(folder / path) for path in entry["files"]]
        planned = {task.file.file_path for task in table.scan(snapshot_id=entry["snapshot"]).plan_files()}
        assert planned == (set(files) if entry["rows"] else set()), name
        assert sum(pq.ParquetFile(path).read().num_rows for path in files) == entry["rows"], name
    return {name: entry["rows"] for name, entry in content["tables"].items()}


def _lake(lake: Path) -> dict:
    """The MD5 of each source, by name; its files have the rows that its manifest says, a bundle's maybe more."""
    members: dict[str, tuple[str, str, dict]] = {}
    for path in sorted((lake / "bundles").glob("*.json")):
        bundle = json.loads(path.read_text())
        members |= {name: (bundle["stem"], one["md5"], one["rows"]) for name, one in bundle["members"].items()}
    for path in sorted((lake / "manifests").glob("*.json")):
        one = json.loads(path.read_text())
        members[one["name"]] = (path.stem, one["md5"], one["rows"])
    wanted: dict[tuple[str, str], int] = {}
    for stem, _, rows in members.values():
        for table, count in rows.items():
            wanted[table, stem] = wanted.get((table, stem), 0) + count
    for (table, stem), count in wanted.items():
        rows = pq.ParquetFile(lake / table / f"{stem}.parquet").read().num_rows
        assert rows == count or (rows > count and stem.startswith("bundle-")), (table, stem)
    return {name: digest for name, (_, digest, _) in members.items()}
