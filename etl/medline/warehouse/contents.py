"""What a database holds: the source files that were applied, and the versions of the schema and views that made it.

Of a version, `contents.json` beside it says so, with its seal: no session that has the database open, or that changed
it, stops an update or `medline status`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from medline.home import Home, seals
from medline.home.disk import atomic_write, read_json
from medline.mirror.dumps import Source
from medline.schema.tables import TABLES
from medline.vocabulary import load
from medline.warehouse import versions
from medline.warehouse.database import one_row, reader
from medline.warehouse.revision import database_version, description_version


@dataclass(frozen=True)
class AppliedSource:
    """A source that a database holds; see `medline.mirror.dumps.Source` and `medline.lake.manifest.Manifest`."""

    name: str
    kind: str
    year: int | None
    number: int | None
    md5: str


@dataclass(frozen=True)
class Figures:
    """What `medline status` and the metrics say of a version.

    Attributes:
        rows: of each table.
        revised: the newest date of revision of a citation, ISO 8601; None where there is none.
        loaded_at, dump_loaded_at: when a source, and when a dump, was applied last, ISO 8601, UTC; None for never.
        anomalies, unknown_paths: of all sources.
        mesh: the files of MeSH: name, year, md5 and loaded_at.
    """

    rows: dict[str, int]
    revised: str | None
    loaded_at: str | None
    dump_loaded_at: str | None
    anomalies: int
    unknown_paths: int
    mesh: list[dict[str, Any]]


@dataclass(frozen=True)
class Contents:
    """What a database holds, and what made it.

    Attributes:
        sources: by name, dumps in order, then exports.
        version: what `database_version` was when it was made.
        views: what `description_version` was when its views and comments were made.
        lineage: the same in all versions that were made of one another; '' before the first.
        vocabulary: the identity of each file of MeSH, by name; see `medline.vocabulary.store`.
        figures: None where nobody asked for them.
    """

    sources: dict[str, AppliedSource]
    version: str
    views: str
    lineage: str = ""
    vocabulary: dict[str, str] = field(default_factory=dict)
    figures: Figures | None = None

    @property
    def year(self) -> int:
        """Production year of its dumps; 0 where it holds exports only."""
        return max((source.year for source in self.sources.values() if source.year), default=0)

    @property
    def newest(self) -> AppliedSource | None:
        """The last dump that was applied; None where it holds exports only."""
        return max(
            (source for source in self.sources.values() if source.number),
            key=lambda source: source.number or 0,
            default=None,
        )

    def behind(self, listed: Source) -> int:
        """Dumps up to this one of a mirror that came after the newest one here; all of them in a new year."""
        newest = self.newest
        number_here = newest.number if newest and newest.year == listed.year else 0
        return max(0, (listed.number or 0) - (number_here or 0))

    @property
    def is_outdated(self) -> bool:
        """Whether another version of the schema, or of the ledger, made it."""
        return self.version != database_version()

    def lacks(self, name: str, md5: str, kind: str) -> bool:
        """Whether a source is not here, or another one of its name."""
        applied = self.sources.get(name)
        return applied is None or (applied.md5, applied.kind) != (md5, kind)


def contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """What a database holds."""
    rows = connection.execute(
        "SELECT name, kind, year, number, md5 FROM source_files ORDER BY year NULLS LAST, number, name"
    ).fetchall()
    state = one_row(connection, "SELECT * FROM ledger.state")
    return Contents(
        {row[0]: AppliedSource(*row) for row in rows},
        state["version"],
        state.get("views") or "",
        state.get("lineage") or "",
        load.loaded(connection),
    )


def version_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the version that a reader has open."""
    [(path,)] = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = 'medline'").fetchall()
    return Path(path).parent.name


def published_contents(home: Home) -> Contents:
    """What the published version holds, with its figures; nothing where there is none yet."""
    current = versions.published(home)
    if current is None:
        return Contents({}, database_version(), description_version())
    if (written := _read(home.contents(current.name))) is not None:
        return written
    with reader(home) as connection:  # of a program that wrote no contents
        return whole_contents(connection)


def kept_contents(home: Home, version: versions.Version) -> Contents | None:
    """What a kept version holds; None where it is not known to be what was published."""
    is_known = version.database.exists() and versions.is_base(home, version)
    return _read(home.contents(version.name)) if is_known else None


def whole_contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """What a database holds, with its figures."""
    counts = " UNION ALL ".join(f"SELECT '{table.name}', count(*) FROM {table.name}" for table in TABLES)
    facts = one_row(
        connection,
        "SELECT (SELECT max(date_revised)::VARCHAR FROM articles) AS revised, max(loaded_at) AS loaded_at,"
        " max(loaded_at) FILTER (number IS NOT NULL) AS dump_loaded_at, coalesce(sum(anomalies), 0)::BIGINT AS"
        " anomalies, coalesce(sum(unknown_paths), 0)::BIGINT AS unknown_paths FROM source_files",
    )
    times = {name: facts[name] and facts[name].isoformat() for name in ("loaded_at", "dump_loaded_at")}
    mesh = connection.execute("SELECT name, year, md5, loaded_at FROM mesh_files ORDER BY kind").fetchall()
    files = [{"name": row[0], "year": row[1], "md5": row[2], "loaded_at": row[3].isoformat()} for row in mesh]
    rows = dict(connection.execute(counts).fetchall())
    return replace(contents(connection), figures=Figures(rows=rows, mesh=files, **facts | times))


def write_contents(made_of: Contents, database: Path, path: Path) -> None:
    """Write what a database holds, and seal it: nobody writes to it any more."""
    content = asdict(made_of) | {"sources": [asdict(source) for source in made_of.sources.values()]}
    with atomic_write(path) as unfinished:
        unfinished.write_text(json.dumps({**content, "seal": asdict(seals.seal(database))}) + "\n", "utf-8")


def _read(path: Path) -> Contents | None:
    """Return what a file of contents says; None where it cannot be read, or is of a program that wrote less."""
    content = read_json(path)
    with suppress(TypeError, KeyError, AttributeError):
        content.pop("seal")
        sources = {source["name"]: AppliedSource(**source) for source in content.pop("sources")}
        return Contents(sources, figures=Figures(**content.pop("figures")), **content)
    return None
