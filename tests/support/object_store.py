"""A home in an object store: what is in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import fsspec
import pyarrow.parquet as pq

from build import citation, deletion, write_dump, write_mirror
from medline.home.layout import lake_name
from medline.schema.tables import LAKE_TABLES

HOME = "s3://medline/a/home"
#: Rows of Parquet objects by ETag, the MD5 of an object: most tables of a small dump are empty, and alike.
ROWS: dict[str, int] = {}


def filesystem() -> fsspec.AbstractFileSystem:
    return fsspec.filesystem("s3", use_listings_cache=False)


def stored(pattern: str = "") -> list[str]:
    """Names of the objects below the home."""
    root = HOME.removeprefix("s3://")
    return sorted(path.removeprefix(f"{root}/") for path in filesystem().find(f"{root}/{pattern}"))


def assert_lake_whole() -> list[str]:
    """Check every manifest in the store against its tables; return the names of the manifests."""
    root = HOME.removeprefix("s3://")
    objects = filesystem().find(f"{root}/lake", detail=True)
    manifests = [path for path in objects if path.startswith(f"{root}/lake/manifests/")]
    for content in filesystem().cat(manifests).values() if manifests else ():
        manifest = json.loads(content)
        for table in LAKE_TABLES:
            path = f"{root}/lake/{table.name}/{lake_name(manifest['name'])}.parquet"
            assert rows_of_object(path, objects[path]["ETag"]) == manifest["rows"][table.name], path
    return sorted(path.removeprefix(f"{root}/") for path in manifests)


def rows_of_object(path: str, etag: str) -> int:
    if etag not in ROWS:
        ROWS[etag] = pq.ParquetFile(BytesIO(filesystem().cat_file(path))).metadata.num_rows
    return ROWS[etag]


def days(mirror: Path) -> Iterator[None]:
    """A mirror that grows."""
    write_mirror(mirror, [citation(1), citation(2)], [citation(3), citation(2)])
    yield
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(4), deletion(1))
    yield
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(3), citation(5))  # issued again
    write_dump(mirror / "updatefiles" / "pubmed26n0004.xml.gz", citation(6))
    yield
