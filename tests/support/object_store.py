"""A home in an object store: what is in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow.parquet as pq

from build import citation, deletion, write_dump, write_mirror
from medline.home.layout import lake_name
from medline.schema.tables import LAKE_TABLES

HOME = "s3://medline/a/home"


def filesystem() -> fsspec.AbstractFileSystem:
    return fsspec.filesystem("s3", use_listings_cache=False)


def stored(pattern: str = "") -> list[str]:
    """Names of the objects below the home."""
    root = HOME.removeprefix("s3://")
    return sorted(path.removeprefix(f"{root}/") for path in filesystem().find(f"{root}/{pattern}"))


def assert_lake_whole() -> list[str]:
    """Check every manifest in the store against its tables; return the names of the manifests."""
    names = stored("lake/manifests")
    for name in names:
        manifest = json.loads(filesystem().cat_file(f"{HOME}/{name}"))
        for table in LAKE_TABLES:
            path = f"{HOME.removeprefix('s3://')}/lake/{table.name}/{lake_name(manifest['name'])}.parquet"
            assert pq.ParquetFile(filesystem().open(path)).metadata.num_rows == manifest["rows"][table.name], path
    return names


def days(mirror: Path) -> Iterator[None]:
    """A mirror that grows."""
    write_mirror(mirror, [citation(1), citation(2)], [citation(3), citation(2)])
    yield
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(4), deletion(1))
    yield
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(3), citation(5))  # issued again
    write_dump(mirror / "updatefiles" / "pubmed26n0004.xml.gz", citation(6))
    yield
