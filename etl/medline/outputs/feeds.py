"""Feeds: what dashboards poll, one SELECT of `sql/feeds` each, as Parquet, CSV and JSON.

feeds/manifest.json               what a poller reads first: the feeds of one version, their files, their SHA-256
feeds/26-000012.7/journals.csv    version: the published database, and a number that grows with each run

A version is whole before the manifest names it, and never written again; the manifest is replaced in one step. So a
poller that goes from manifest to files sees one state, on any store that can replace one object. No lock on the home is
taken: the database that a reader opened stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from medline import settings, sqlfile
from medline.errors import SqlFileError, UsageError
from medline.home import AnyHome, Home, open_home
from medline.home.disk import atomic_write, flush, translate_disk_full
from medline.home.layout import FEEDS_MANIFEST
from medline.home.locks import home_lock
from medline.progress import Progress, silent
from medline.schema.ddl import literal
from medline.sqlfile import SqlFile
from medline.warehouse import contents, database
from medline.warehouse.database import COPY_OPTIONS

log = logging.getLogger(__name__)

MANIFEST = FEEDS_MANIFEST.name
VERSION = re.compile(r"(.+)\.(\d+)")
STEM = re.compile(r"^(.+?)(?:_v(\d+))?$")


class Feed(SqlFile):
    """A file of sql/feeds. `journals_v2.sql` is version 2 of the feed journals, and stands beside version 1."""

    @property
    def feed(self) -> str:
        """The name that all its versions share."""
        return STEM.findall(self.name)[0][0]

    @property
    def version(self) -> int:
        return int(STEM.findall(self.name)[0][1] or 1)


def feeds() -> list[Feed]:
    """All feeds, by name."""
    return [Feed(file.folder, file.name, file.sql) for file in sqlfile.read_all("feeds")]


def manifest(home: Home) -> dict:
    """The manifest of the feeds that are published.

    Raises:
        UsageError: there are none yet.
    """
    if not home.feeds_manifest.exists():
        raise UsageError(f"{home}: no feeds there yet; make them with `medline feeds`")
    return json.loads(home.feeds_manifest.read_text("utf-8"))


def write(home: AnyHome, progress: Progress = silent) -> str | None:
    """Write the feeds of the published database, and let the manifest name them.

    Returns:
        The version that was written; None where the published one is of this database and these SELECTs already.

    Raises:
        UsageError: there is no database yet.
        Locked: another run writes feeds; or, in a store, the database that is open is not the published one.
    """
    with (
        open_home(home, "feeds", "warehouse") as home,
        database.reader(home) as connection,
        translate_disk_full(home.path),
        home_lock(home.feeds),
    ):
        warehouse, made_of = contents.version_of(connection), feeds()
        home.check_is_published(warehouse)
        digest = hashlib.sha256("\0".join(feed.sql for feed in made_of).encode()).hexdigest()[:12]
        had = manifest(home) if home.feeds_manifest.exists() else {"version": ""}
        _sweep(home, had["version"])
        if (had.get("warehouse"), had.get("sql")) == (warehouse, digest) and had["version"] in _versions(home):
            return None
        number = max([_number(had["version"]), *map(_number, _versions(home))]) + 1
        version = f"{warehouse}{home.version_suffix}.{number}"
        written = _write_version(connection, home.feeds / version, made_of, progress)
        currency = database.one_row(connection, next(f.sql for f in made_of if f.name == "data_currency"))
        told = {
            "version": version,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "warehouse": warehouse,
            "sql": digest,
            "as_of": {"dump": currency["newest_dump"], "date": currency["newest_revision"]},
            "credit": settings.CREDIT,
            "feeds": written,
        }
        home.check_unchanged(home.feeds_manifest)
        with atomic_write(home.feeds_manifest, is_durable=True) as path:
            path.write_text(json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
        home.upload()
        _prune(home, settings.read().feeds_keep)
    log.info("feeds %s: %d feeds written", version, len(written))
    return version


def _write_version(
    connection: duckdb.DuckDBPyConnection, directory: Path, made_of: list[Feed], progress: Progress
) -> list[dict]:
    """Write all feeds into a new directory, whole and on the disk; what the manifest says of them."""
    directory.mkdir(parents=True)
    connection.execute(database.MEMORY)
    connection.execute("SET temp_directory = $path", {"path": str(directory / ".spill")})
    written = []
    for place, feed in enumerate(made_of, start=1):
        feed.create_table(connection, "feed")
        found = connection.execute("SELECT column_name, column_type FROM (DESCRIBE feed)").fetchall()
        if found != [column[:2] for column in feed.columns]:
            raise SqlFileError(feed.path, 1, f"its header lists other columns than its SELECT gives: {found}")
        [(rows,)] = connection.execute("SELECT count(*) FROM feed").fetchall()
        files = {form: _write_file(connection, directory / f"{feed.name}.{form}") for form in COPY_OPTIONS}
        written.append(
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
        progress(feed.name, place, len(made_of))
    shutil.rmtree(directory / ".spill", ignore_errors=True)
    flush(directory)
    flush(directory.parent)
    return written


def _write_file(connection: duckdb.DuckDBPyConnection, path: Path) -> dict:
    connection.execute(f"COPY feed TO {literal(path)} ({COPY_OPTIONS[path.suffix[1:]]})")
    flush(path)
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"path": f"{path.parent.name}/{path.name}", "bytes": path.stat().st_size, "sha256": digest}


def tables(home: Home, told: dict) -> dict[str, list[dict]]:
    """The rows of the feeds that a manifest tells of, by name; the first version of each."""
    import pyarrow.parquet as pq

    paths = {
        feed["name"]: home.feeds / feed["files"]["parquet"]["path"] for feed in told["feeds"] if feed["version"] == 1
    }
    home.download(paths.values())
    return {name: pq.ParquetFile(path).read().to_pylist() for name, path in paths.items()}


def _versions(home: Home) -> list[str]:
    """Versions whose folders are there, the oldest first; other folders are not ours."""
    return sorted(filter(VERSION.fullmatch, home.folders(home.feeds)), key=_number)


def _number(version: str) -> int:
    return int(version.rpartition(".")[2]) if version else 0


def _sweep(home: Home, published: str) -> None:
    """Take away what killed runs left: versions after the published one, which no manifest ever named. In a store they
    may belong to a run that goes on; there `_prune` removes them once they are old."""
    if home.is_remote:
        return
    for version in _versions(home):
        if _number(version) > _number(published):
            home.discard(home.feeds / version)


def _prune(home: Home, keep: int) -> None:
    """Let go of old versions; pollers that still read one have had time for `keep` - 1 runs."""
    for version in _versions(home)[:-keep]:
        home.discard(home.feeds / version)
