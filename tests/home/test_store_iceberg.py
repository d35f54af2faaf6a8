"""Iceberg tables of a home in an object store: data and metadata are there, the catalog is one that is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from medline import pipeline
from medline.errors import UsageError
from medline.outputs import iceberg
from medline.schema.tables import BY_NAME
from object_store import HOME, days, stored

pytestmark = pytest.mark.long


SOME = [BY_NAME[name] for name in ("articles", "books")]


def write(catalog: str | None = None) -> str | None:
    return iceberg.write(HOME, tables=SOME, catalog=catalog)


def test_tables_in_the_store(on, tmp_path: Path):
    uri = f"sqlite:///{tmp_path}/catalog.db"
    versions = []
    for machine, _ in zip("abc", days(tmp_path / "mirror"), strict=True):
        on(machine)
        pipeline.sync(tmp_path / "mirror", HOME)
        if not versions:
            with pytest.raises(UsageError, match="name one with --catalog"):
                write()
        versions.append(write(uri))
        assert write(uri) is None
    options = {"uri": uri, "py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"}
    articles = SqlCatalog("medline", **options).load_table("medline.articles")
    assert articles.location() == f"{HOME}/iceberg/articles"
    found = [
        sorted(articles.scan(snapshot_id=articles.snapshot_by_name(version).snapshot_id).to_arrow()["pmid"].to_pylist())
        for version in versions
    ]
    assert found == [[1, 2, 3], [2, 3, 4], [2, 3, 4, 5, 6]]
    files = {entry.file_path.removeprefix(f"{HOME}/") for s in articles.snapshots() for entry in _files(articles, s)}
    assert files == set(stored("iceberg/articles/data")), "nothing is left of what no version names"
    assert "iceberg/manifest.json" in stored("iceberg")


def _files(table, snapshot):
    for manifest in snapshot.manifests(table.io):
        yield from (entry.data_file for entry in manifest.fetch_manifest_entry(table.io))
