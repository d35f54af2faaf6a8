"""The files of a home: every path is written here, once, with what a home in an object store does with it.

A form like `lake/{table}/{source}.parquet` is relative to the home. It gives the path of a file, and recognizes the
path of one: a field stands for one name, `{path}` for whatever is below. The first form of FILES that fits says what a
file is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from string import Formatter
from urllib.parse import quote

#: What takes space in a home.
PARTS = ("dumps", "lake", "mesh", "warehouse", "feeds", "fetched", "parquet", "iceberg")

#: Where a killed process may leave files unfinished; in the lake they are in directories that are swept.
SWEPT = ("dumps", "mesh", "warehouse", "feeds", "fetched", "parquet", "iceberg", "reports")

#: NLM's name of a dump: production year and number.
DUMP_NAME = re.compile(r"pubmed([0-9]{2})n([0-9]{4,6})\.xml(?:\.gz)?")

#: Name of a bundle: of small source files that share their files in the lake.
BUNDLE_NAME = re.compile(r"bundle-(?:[0-9a-f]{16}|[0-9a-f]{40})")

#: Name of a version of the database: year and number, and in an object store what makes it unique. Folders of other
#: names, like a copy that a person made, are not the program's.
VERSION_NAME = re.compile(r"([0-9]{2})-([0-9]{6})(?:\.[0-9a-f]{8})?\Z")

#: Characters of a name in the lake: file systems take 255 bytes, and a scratch directory adds to the name.
LONGEST_NAME = 180


#: Names in the lake of exports with longer ones. Others that look like it are changed too, so that no two are one.
_SHORTENED = re.compile(rf".{{{LONGEST_NAME - 33}}}-[0-9a-f]{{32}}")


class Kind(Enum):
    """What a step does with the files of a home in an object store."""

    SMALL = auto()  #: downloaded when the step starts
    LARGE = auto()  #: downloaded when it is read, gone from the workspace once it is uploaded
    OUTPUT = auto()  #: uploaded, and not downloaded again
    JOURNAL = auto()  #: each step uploads the lines that it wrote as an object of its own
    DATABASE = auto()  #: in the cache of the machine; uploaded when a version is published


@dataclass(frozen=True)
class Files:
    """Files whose paths have one form.

    Attributes:
        counts_last: whether these files make others count: uploaded after them, removed before them.
    """

    form: str
    kind: Kind = Kind.OUTPUT
    counts_last: bool = False

    @cached_property
    def fields(self) -> list[str]:
        return [field for _, field, *_ in Formatter().parse(self.form) if field]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        groups = {field: f"(?P<{field}>{'.+' if field == 'path' else '[^/]+'})" for field in self.fields}
        return re.compile(re.sub(r"\\{(\w+)\\}", lambda field: groups[field[1]], re.escape(self.form)), re.DOTALL)

    @property
    def name(self) -> str:
        """The name of the file, of a form without fields."""
        return self.form.rpartition("/")[2]

    def path(self, **fields: str) -> str:
        """Return the path of one of them."""
        return self.form.format(**fields)

    def folder(self, **fields: str) -> str:
        """Return the folder that holds all of them, however deep: of those with these fields."""
        begin = self.path(**{field: fields.get(field, "{") for field in self.fields}).partition("{")[0]
        return begin.rpartition("/")[0]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the fields of a path; None where it has another form."""
        match = self._pattern.fullmatch(path)
        return match.groupdict() if match else None


LISTING = Files("dumps/listing.json", Kind.SMALL, counts_last=True)
MD5 = Files("dumps/{folder}/{source}.md5", Kind.SMALL)
DUMP = Files("dumps/{folder}/{source}", Kind.LARGE)
DELETED_PMIDS = Files("dumps/deleted.pmids.gz")

MANIFEST = Files("lake/manifests/{source}.json", Kind.SMALL, counts_last=True)
BUNDLE = Files("lake/bundles/{bundle}.json", Kind.SMALL, counts_last=True)
FAILURE = Files("lake/failures/{source}.json", Kind.SMALL)
TABLE = Files("lake/{table}/{source}.parquet", Kind.LARGE)

MESH_MANIFEST = Files("mesh/manifest.json", Kind.SMALL, counts_last=True)
MESH_FILE = Files("mesh/files/{name}", Kind.LARGE)
MESH_TABLE = Files("mesh/{table}/{name}.parquet", Kind.LARGE)

POINTER = Files("warehouse/medline.duckdb", Kind.DATABASE)
CONTENTS = Files("warehouse/versions/{version}/contents.json", Kind.DATABASE, counts_last=True)
DATABASE = Files("warehouse/versions/{version}/medline.duckdb", Kind.DATABASE)
INDEX = Files("warehouse/versions/{version}/index/{file}", Kind.DATABASE)
BUILDING = Files("warehouse/building/medline.duckdb", Kind.DATABASE)
BUILDING_INDEX = Files("warehouse/building/index/{file}", Kind.DATABASE)
LOG = Files("warehouse/log/{number}.json", Kind.DATABASE)
ROLLED_BACK = Files("warehouse/rolled_back", Kind.DATABASE)
WAREHOUSE = Files("warehouse/{path}", Kind.DATABASE)

FEEDS_MANIFEST = Files("feeds/manifest.json", Kind.SMALL, counts_last=True)
DASHBOARD = Files("feeds/dashboard.html")
FEED = Files("feeds/{version}/{path}")
PARQUET_MANIFEST = Files("parquet/manifest.json", Kind.SMALL, counts_last=True)
PARQUET = Files("parquet/{version}/{path}", Kind.LARGE)
ICEBERG_MANIFEST = Files("iceberg/manifest.json", Kind.SMALL, counts_last=True)
ICEBERG_CATALOG = Files("iceberg/catalog.db")
ICEBERG = Files("iceberg/{table}/{path}", Kind.LARGE)
FETCHED = Files("fetched/{path}", Kind.SMALL)
REPORT = Files("reports/{path}")

RUNS = Files("runs.jsonl", Kind.JOURNAL)
CHECKS = Files("checks.jsonl", Kind.JOURNAL)
ALERTS = Files("alerts.jsonl", Kind.JOURNAL)

#: In an object store alone: the lines that one step wrote into a journal.
LINES = Files("journals/{journal}/{step}.jsonl", Kind.JOURNAL)

#: What nobody has put there on purpose.
OTHER = Files("{path}")

FILES = (
    LISTING, MD5, DUMP, DELETED_PMIDS, MANIFEST, BUNDLE, FAILURE, TABLE, MESH_MANIFEST, MESH_FILE, MESH_TABLE,
    POINTER, CONTENTS, DATABASE, INDEX, BUILDING, BUILDING_INDEX, LOG, ROLLED_BACK, WAREHOUSE, FEEDS_MANIFEST,
    DASHBOARD, PARQUET_MANIFEST, PARQUET, ICEBERG_MANIFEST, ICEBERG_CATALOG, ICEBERG, FETCHED, FEED, REPORT, RUNS,
    CHECKS, ALERTS, LINES, OTHER,
)  # fmt: skip

JOURNALS = (RUNS, CHECKS, ALERTS)


def files_of(path: str) -> Files:
    """Return what a file of a home is."""
    return next(files for files in FILES if files.match(path) is not None)


def small_files(part: str) -> list[Files]:
    """Return the forms of the small files in a folder of the home."""
    return [files for files in FILES if files.kind is Kind.SMALL and files.form.startswith(f"{part}/")]


def lake_name(source: str) -> str:
    """Return a source's name in the lake: `pubmed26n0001` of pubmed26n0001.xml.gz; of an export its name, made safe."""
    if DUMP_NAME.fullmatch(source):
        return source.partition(".")[0]
    safe = quote(source, safe=" ")
    if is_dump(source) or BUNDLE_NAME.fullmatch(source):  # an export may be named as those are here
        return f"%{ord(source[0]):x}{safe[1:]}"
    if len(safe) <= LONGEST_NAME and not _SHORTENED.fullmatch(safe):
        return safe
    return f"{safe[: LONGEST_NAME - 33]}-{hashlib.sha256(source.encode()).hexdigest()[:32]}"


def is_dump(name: str) -> bool:
    """Whether a name in the lake is that of a dump."""
    return DUMP_NAME.fullmatch(f"{name}.xml") is not None


def export_manifest(path: str) -> str:
    """Return the manifest of the export that a file of the lake belongs to; '' for other files, also of bundles."""
    for files in (MANIFEST, TABLE):
        if (fields := files.match(path)) and not is_dump(fields["source"]):
            is_bundle = files is TABLE and BUNDLE_NAME.fullmatch(fields["source"])
            return "" if is_bundle else MANIFEST.path(source=fields["source"])
    return ""


def dump_manifest(path: str) -> str:
    """Return the manifest of the dump that a file of the lake belongs to; '' for other files."""
    fields = TABLE.match(path) or MANIFEST.match(path)
    return MANIFEST.path(source=fields["source"]) if fields and is_dump(fields["source"]) else ""
