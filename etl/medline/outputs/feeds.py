"""Feeds: what dashboards poll, one SELECT of `sql/feeds` each, as Parquet, CSV and JSON.

feeds/manifest.json               see `publication`; the feeds of one version, their files with their SHA-256
feeds/26-000012.7/journals.csv    version: the published database, and a number that grows with each run
"""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path

import duckdb

from medline import settings, sqlfile
from medline.errors import SqlFileError, UsageError
from medline.home import AnyHome, Home, open_home
from medline.home.disk import flush_all, read_json
from medline.outputs import publication
from medline.outputs.publication import DATABASE_VERSION
from medline.progress import Progress, silent
from medline.schema.ddl import file_metadata, literal
from medline.sqlfile import SqlFile
from medline.warehouse import database
from medline.warehouse.database import COPY_OPTIONS

log = logging.getLogger(__name__)

VERSION = re.compile(rf"{DATABASE_VERSION}\.[0-9]+")
STEM = re.compile(r"^(.+?)(?:_v(\d+))?$")


class Feed(SqlFile):
    """A file of sql/feeds. `journals_v2.sql` is version 2 of the feed journals, beside version 1."""

    @property
    def feed(self) -> str:
        """The name that all its versions share."""
        return STEM.findall(self.name)[0][0]

    @property
    def version(self) -> int:
        return int(STEM.findall(self.name)[0][1] or 1)


def feeds() -> list[Feed]:
    """Return all feeds, by name."""
    return [Feed(file.folder, file.name, file.sql) for file in sqlfile.read_all("feeds")]


def manifest(home: Home) -> dict:
    """Return the manifest of the published feeds.

    Raises:
        UsageError: there are no feeds yet.
    """
    if (published := read_json(home.feeds_manifest)) is None:
        raise UsageError(f"{home}: no feeds there yet; make them with `medline feeds`")
    return published


def write(home: AnyHome, progress: Progress = silent) -> str | None:
    """Write the feeds of the published database, and publish them.

    Returns:
        The version that was written; None where the published one is of this database and these SELECTs already.

    Raises:
        UsageError, Locked, DiskFull: see `publication.opened`.
        SqlFileError: a feed's SELECT fails, or its header lists other columns.
    """
    with open_home(home, "feeds", "warehouse") as home:
        selected = feeds()
        with publication.opened(home, home.feeds, VERSION, _file_pattern(selected)) as output:
            digest = hashlib.sha256("\0".join(feed.sql for feed in selected).encode()).hexdigest()[:12]
            current = output.manifest()
            published = current.get("version", "")
            if not home.is_remote:  # in a store they may belong to a run that goes on: pruning removes them
                output.discard(version for version in output.versions() if _number(version) > _number(published))
            is_same = (current.get("warehouse"), current.get("sql")) == (output.database_version, digest)
            if is_same and published in output.versions() and output.is_whole(_sizes(current)):
                return None
            number = max(map(_number, [published, *output.versions()])) + 1
            version = f"{output.database_version}{home.version_suffix}.{number}"
            written = _write_version(output.connection, output.start(version), selected, progress)
            currency = database.one_row(output.connection, next(f.sql for f in selected if f.name == "data_currency"))
            as_of = {"dump": currency["newest_dump"], "date": currency["newest_revision"]}
            output.set_current(output.describe(version, sql=digest, as_of=as_of, feeds=written))
            output.discard(sorted(output.versions(), key=_number)[: -settings.read().feeds_keep])
        log.info("feeds %s: %d feeds written", version, len(written))
        return version


def _write_version(
    connection: duckdb.DuckDBPyConnection, directory: Path, selected: list[Feed], progress: Progress
) -> list[dict]:
    """Write all feeds into a new directory; return their entries of the manifest."""
    entries = []
    progress("feeds", 0, len(selected))
    for number, feed in enumerate(selected, start=1):
        feed.create_table(connection, "feed")
        columns = connection.execute("SELECT column_name, column_type FROM (DESCRIBE feed)").fetchall()
        if columns != [column[:2] for column in feed.columns]:
            raise SqlFileError(feed.path, 1, f"its header lists other columns than its SELECT gives: {columns}")
        rows = database.one_value(connection, "SELECT count(*) FROM feed")
        files = {form: _write_file(connection, feed, directory / f"{feed.name}.{form}") for form in COPY_OPTIONS}
        entries.append(
            {
                "name": feed.feed,
                "version": feed.version,
                "grain": feed.field("Grain"),
                "key": feed.names("Key"),
                "meaning": feed.description,
                "columns": [dict(zip(("name", "type", "meaning"), column, strict=True)) for column in feed.columns],
                "rows": rows,
                "files": files,
            }
        )
        log.debug("feed %s: %d rows", feed.name, rows)
        progress("feeds", number, len(selected), feed.name)
    flush_all(directory)
    return entries


def _sizes(manifest: dict) -> dict[str, int | None]:
    return {file["path"]: file["bytes"] for feed in manifest["feeds"] for file in feed["files"].values()}


def _write_file(connection: duckdb.DuckDBPyConnection, feed: Feed, path: Path) -> dict:
    options = COPY_OPTIONS[path.suffix[1:]]
    if path.suffix == ".parquet":
        options += f", {file_metadata(feed.description, {name: meaning for name, _, meaning in feed.columns})}"
    connection.execute(f"COPY feed TO {literal(path)} ({options})")
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"path": f"{path.parent.name}/{path.name}", "bytes": path.stat().st_size, "sha256": digest}


def read(home: Home, manifest: dict) -> dict[str, list[dict]]:
    """Return the rows of the feeds in a manifest, by name; of version 1 of each."""
    import pyarrow.parquet as pq

    paths = {
        feed["name"]: home.feeds / feed["files"]["parquet"]["path"]
        for feed in manifest["feeds"]
        if feed["version"] == 1
    }
    home.download(list(paths.values()))
    return {name: pq.ParquetFile(path).read().to_pylist() for name, path in paths.items()}


def _file_pattern(selected: list[Feed]) -> re.Pattern[str]:
    """Return what matches the files of a version; `tmp_` begins those that DuckDB has not finished."""
    return re.compile(rf"(?:tmp_)?(?:{'|'.join(feed.name for feed in selected)})\.(?:{'|'.join(COPY_OPTIONS)})")


def _number(version: str) -> int:
    """Return the number of a version of the feeds; 0 before the first."""
    return int(version.rpartition(".")[2] or 0)
