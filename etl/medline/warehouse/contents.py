"""What a database holds: the source files that were applied, and the versions of the schema and views that made it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from medline.home import Home
from medline.mirror.dumps import Source
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
class Contents:
    """What a database holds, and what made it.

    Attributes:
        sources: by name, dumps in order, then exports.
        version: what `database_version` was when it was made.
        views: what `description_version` was when its views and comments were made.
        lineage: the same in all versions that were made of one another; '' before the first.
        vocabulary: the identity of each file of MeSH, by name; see `medline.vocabulary.store`.
    """

    sources: dict[str, AppliedSource]
    version: str
    views: str
    lineage: str = ""
    vocabulary: dict[str, str] = field(default_factory=dict)

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
    """What the published version holds; nothing where there is none yet."""
    current = versions.published(home)
    if current is None:
        return Contents({}, database_version(), description_version())
    path = home.contents(current.name)
    if path.exists():
        content = json.loads(path.read_text("utf-8"))
        return Contents({source["name"]: AppliedSource(**source) for source in content.pop("sources")}, **content)
    with reader(home) as connection:
        return contents(connection)


def write_contents(made_of: Contents, path: Path) -> None:
    """Write what a database holds."""
    content = {**vars(made_of), "sources": [asdict(source) for source in made_of.sources.values()]}
    path.write_text(json.dumps(content) + "\n", "utf-8")
