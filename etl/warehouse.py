"""The warehouse: a DuckDB database that holds the current citations of the lake.

Every source file is applied in one transaction over all tables, together with its row in `dumps`. Which record wins is
said in one place, `sql/ledger/winners.sql`; this module only brings what it asks for from the lake into the tables.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from glob import escape
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa

from etl import sqlfile, versions, views, workspace
from etl.bundles import table_path
from etl.errors import BadInput, Busy, MedlineError, Misuse
from etl.lake import Index, Manifest
from etl.mirror import Source
from etl.render import arrow_schema, comments, database_version, ddl, description_version, literal
from etl.schema import BY_NAME, CITATION_TABLES, TABLES
from etl.store import CONTENTS
from etl.versions import pointer
from etl.workspace import Home

log = logging.getLogger(__name__)

#: Told after each transaction: what was done, how many files of how many.
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


#: Written so that today's BI tools, which carry DuckDB 1.5, open the file.
STORAGE_VERSION = "v1.5.0"

#: Rows taken out stay where they were until the next rebuild. To close the gaps DuckDB would, at a commit of its
#: choice, write most of the database anew for a hundredth of its rows: 17 to 38 s in place of 5 at 2 million citations.
SETTINGS = "SET max_vacuum_tasks = 0"

#: What every job holds DuckDB to, so that it runs beside others; what needs more is spilled to the disk.
MEMORY = "SET memory_limit = '4GB'"

#: Tries of a reader to open what the pointer names, while that moves.
READER_TRIES = 5

#: Files of the lake in one transaction, of the baseline and of exports; updates go one by one.
GROUP = 32

#: Else DuckDB would take a folder `year=2026` above a home for a column of its files.
PLAIN = "hive_partitioning = false"

#: How an answer becomes a file.
COPY_OPTIONS = {
    "csv": "FORMAT csv, HEADER",
    "json": "FORMAT json, ARRAY true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}

#: Tables of a file as such, not of a citation.
FILE_TABLES = ("deleted_citations", "anomalies", "unknown_paths")

#: The temporary tables that statements about files read; `lake_file` is `etl.lake.Manifest.stem`.
INCOMING = pa.schema(
    {"source_file": pa.string(), "source_format": pa.string(), "dump_order": pa.int64(), "lake_file": pa.string()}
)
REINSTATED = pa.schema({"source_file": pa.string(), "pmid": pa.int64(), "version": pa.int32()})
PLACES = pa.schema({"source_file": pa.string(), "lake_file": pa.string()})


def database(home: Path) -> Path:
    """The database of a home, for readers; see `etl.versions`."""
    return pointer(home)


@contextmanager
def reader(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published version, which stays as it is while the connection lasts.

    Raises:
        Misuse: there is no database yet.
        MedlineError: it cannot be opened; Busy: not now.
    """
    with workspace.opened(home, "warehouse") as directory, _opened(directory) as connection:
        yield connection


def _opened(home: Path) -> duckdb.DuckDBPyConnection:
    if not database(home).is_symlink():
        raise Misuse(f"{home}: no warehouse there yet; make one with `medline sync` or `medline load`")
    for _ in range(READER_TRIES):
        if current := versions.published(home):
            workspace.bring([current.database])
        path = database(home).resolve()
        try:
            with _opening(path):
                return duckdb.connect(str(path), read_only=True)
        except MedlineError:
            # Between the look at the pointer and the opening the version may have been retired and taken up again.
            if path == database(home).resolve():
                raise
    raise Busy(f"{database(home)} changes faster than it can be opened: try again later")


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The one connection that writes a database; one that is not there is made."""
    with duckdb.connect() as connection:
        connection.execute(f"{SETTINGS}; {MEMORY}")
        connection.execute("SET temp_directory = $path", {"path": str(path.parent / ".spill")})
        with _opening(path):
            connection.execute(f"ATTACH {literal(path)} AS medline (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE medline")
        if not _one(
            connection,
            "SELECT count(*) FROM duckdb_schemas() WHERE schema_name = 'ledger' AND database_name = 'medline'",
        ):
            _create(connection)
        yield connection
        connection.execute("CHECKPOINT medline")
        connection.execute("USE memory")
        connection.execute("DETACH medline")


def apply(
    connection: duckdb.DuckDBPyConnection, home: Path, manifests: Sequence[Manifest], progress: Progress = silent
) -> None:
    """Apply sources of the lake in the given order; what a database holds already with this MD5 is applied again to no
    effect."""
    done, coming = 0, {item.name: item for item in manifests}
    for group in _transactions(manifests):
        _apply(connection, home, group, coming)
        done += len(group)
        progress(f"applied {group[-1].name}", done, len(manifests))


@dataclass(frozen=True)
class Held:
    """A source that a database holds; see `etl.mirror.Source` and `etl.lake.Manifest`."""

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
    """

    sources: dict[str, Held]
    version: str
    views: str
    lineage: str = ""

    @property
    def year(self) -> int:
        """Production year of its dumps; 0 where it holds exports only."""
        return max((item.year for item in self.sources.values() if item.year), default=0)

    @property
    def newest(self) -> Held | None:
        """The last dump that was applied; None where it holds exports only."""
        return max(
            (item for item in self.sources.values() if item.number), key=lambda item: item.number or 0, default=None
        )

    def behind(self, listed: Source) -> int:
        """Dumps up to this one of a mirror that came after the newest one here; all of them in a new year."""
        newest = self.newest
        had = newest.number if newest and newest.year == listed.year else 0
        return max(0, (listed.number or 0) - (had or 0))

    @property
    def is_outdated(self) -> bool:
        """Whether another version of the schema, or of the ledger, made it."""
        return self.version != database_version()

    def lacks(self, name: str, md5: str, kind: str) -> bool:
        """Whether a source is not here, or another one of its name."""
        held = self.sources.get(name)
        return held is None or (held.md5, held.kind) != (md5, kind)


def contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """What a database holds."""
    rows = connection.execute(
        "SELECT name, kind, year, number, md5 FROM dumps ORDER BY year NULLS LAST, number, name"
    ).fetchall()
    state = one_row(connection, "SELECT * FROM ledger.state")
    return Contents(
        {row[0]: Held(*row) for row in rows}, state["version"], state.get("views") or "", state.get("lineage") or ""
    )


def one_row(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The only row of an answer, by column."""
    answer = connection.execute(sql)
    return dict(zip([name for name, *_ in answer.description], *answer.fetchall(), strict=True))


def version_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the version that a reader has open."""
    [(path,)] = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = 'medline'").fetchall()
    return Path(path).parent.name


def held(home: Path) -> Contents:
    """What the published version holds; nothing where there is none yet."""
    current = versions.published(home)
    if current is None:
        return Contents({}, database_version(), description_version())
    told = current.database.with_name(CONTENTS)
    if told.exists():
        content = json.loads(told.read_text("utf-8"))
        return Contents({item["name"]: Held(**item) for item in content.pop("sources")}, **content)
    with reader(home) as connection:
        return contents(connection)


def tell_contents(made_of: Contents, database: Path) -> None:
    """Write beside a database what it holds."""
    content = {**vars(made_of), "sources": [asdict(item) for item in made_of.sources.values()]}
    database.with_name(CONTENTS).write_text(json.dumps(content) + "\n", "utf-8")


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN")
    sqlfile.read("ledger", "create").execute(connection)
    sqlfile.read("ledger", "winners").execute(connection)
    for table in TABLES:
        connection.execute(ddl(table))
    state = {"version": database_version(), "lineage": uuid4().hex}
    connection.execute("INSERT INTO ledger.state (version, lineage) VALUES ($version, $lineage)", state)
    connection.execute("COMMIT")


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a database the views, macros and comments of this program, in one transaction."""
    connection.execute("BEGIN")
    views.create(connection)
    for table in TABLES:
        connection.execute(comments(table))
    connection.execute("UPDATE ledger.state SET views = $version", {"version": description_version()})
    connection.execute("COMMIT")


def _transactions(manifests: Sequence[Manifest]) -> Iterator[list[Manifest]]:
    """The sources that are applied together, in order; those that share files in the lake are never parted."""
    for kind, items in groupby(manifests, key=lambda item: item.kind):
        files: dict[str, list[Manifest]] = {}
        for item in items:
            files.setdefault(item.stem, []).append(item)
        parts, size = list(files.values()), 1 if kind == "update" else GROUP
        yield from (list(chain(*parts[start : start + size])) for start in range(0, len(parts), size))


def _apply(
    connection: duckdb.DuckDBPyConnection, home: Path, group: Sequence[Manifest], coming: Mapping[str, Manifest]
) -> None:
    """Apply some sources in one transaction: their events, the records that win by them, and their rows in `dumps`."""
    connection.execute("BEGIN")
    try:
        _name_incoming(connection, group)
        sqlfile.read("ledger", "forget").execute(connection)
        files = _lake_files(home, group, ("articles", "books", "deleted_citations"))
        sqlfile.read("ledger", "events").execute(connection, files)
        connection.execute("INSERT INTO touched SELECT pmid FROM ledger.events SEMI JOIN incoming USING (source_file)")
        sqlfile.read("ledger", "unchecked").execute(connection)
        _replace_rows(connection, home, coming)
        _record_files(connection, home, group)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a COMMIT that found the disk full has rolled back already
            connection.execute("ROLLBACK")
        raise
    workspace.release(home)
    for item in group:
        counts = item.rows["articles"], item.rows["deleted_citations"]
        log.info("%s: applied, %d citations, %d deletions", item.name, *counts, extra={"file": item.name})


def _name_incoming(connection: duckdb.DuckDBPyConnection, group: Sequence[Manifest]) -> None:
    """Tell the statements of sql/ledger which files are being applied, and where in the lake they are."""
    orders = (None if item.year is None else item.year * 1_000_000 + (item.number or 0) for item in group)
    incoming = [(item.name, item.format, order, item.stem) for item, order in zip(group, orders, strict=True)]
    _name(connection, "incoming", INCOMING, incoming)
    reinstated = [(item.name, pmid, version) for item in group for pmid, version in item.reinstated]
    _name(connection, "reinstated", REINSTATED, reinstated)


def _name(connection: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, rows: Sequence[Sequence]) -> None:
    """Make a temporary table of these rows: of thousands, in one statement."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    connection.register("named", pa.table(arrays, schema=schema))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM named").fetchall()
    connection.unregister("named")


def _replace_rows(connection: duckdb.DuckDBPyConnection, home: Path, coming: Mapping[str, Manifest]) -> None:
    """Bring the rows of each touched PMID to what its winner says; what did not change is left alone.

    Args:
        coming: sources that are applied, now or later in this run; of the others the lake must have what was applied.
    """
    sqlfile.read("ledger", "changes").execute(connection)
    if _one(connection, "SELECT count(*) FROM leaving"):
        for table in CITATION_TABLES:
            connection.execute(f"DELETE FROM {table.name} WHERE pmid IN (SELECT pmid FROM leaving)")
    sources = [
        name for (name,) in connection.execute("SELECT DISTINCT source_file FROM arriving ORDER BY ALL").fetchall()
    ]
    if not sources:
        return
    others = _applied_issues(connection, home, [name for name in sources if name not in coming])
    stems = {name: (coming.get(name) or others[name]).stem for name in sources}
    _name(connection, "places", PLACES, list(stems.items()))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS"
        " SELECT pmid, version, lake_file FROM arriving JOIN places USING (source_file)"
    )
    for table in CITATION_TABLES:
        columns = ", ".join(f'lake."{column.name}"' for column in table.columns)
        connection.execute(
            f"INSERT INTO {table.name} SELECT {columns} FROM read_parquet($files, filename = true, {PLAIN}) AS lake"
            " SEMI JOIN wanted ON wanted.pmid = lake.pmid AND wanted.lake_file = parse_filename(lake.filename, true)"
            " AND wanted.version IS NOT DISTINCT FROM lake.version",
            {"files": _files(home, table.name, stems.values())},
        )


def _applied_issues(connection: duckdb.DuckDBPyConnection, home: Path, names: Sequence[str]) -> dict[str, Manifest]:
    """What the lake has of some files, which is what was applied.

    Raises:
        BadInput: a run that was killed may have brought a file that was issued again, or half of it, and not applied it
            yet.
    """
    if not names:
        return {}
    held, index, found = contents(connection).sources, Index(home), {}
    for name in names:
        if (made := index.get(name)) is None or made.md5 != held[name].md5:
            raise BadInput(
                name,
                "the lake has another issue of it than the warehouse",
                advice="run `medline sync`, or `medline load` if it is a file of yours, to apply it",
            )
        found[name] = made
    return found


def _record_files(connection: duckdb.DuckDBPyConnection, home: Path, group: Sequence[Manifest]) -> None:
    for table in FILE_TABLES:
        columns = ", ".join(f'lake."{column.name}"' for column in BY_NAME[table].columns)
        connection.execute(
            f"INSERT INTO {table} SELECT {columns} FROM read_parquet(${table}, filename = true, {PLAIN}) AS lake"
            " SEMI JOIN incoming ON incoming.source_file = lake.source_file"
            " AND incoming.lake_file = parse_filename(lake.filename, true)",
            _lake_files(home, group, (table,)),
        )
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            "name": item.name, "kind": item.kind, "year": item.year, "number": item.number, "format": item.format,
            "md5": item.md5, "bytes": item.bytes, "citations": item.rows["articles"], "books": item.rows["books"],
            "superseded": item.superseded, "deletions": item.rows["deleted_citations"],
            "rows_per_table": list(item.rows.items()), "anomalies": item.rows["anomalies"],
            "unknown_paths": item.rows["unknown_paths"], "schema_version": item.schema_version, "loaded_at": loaded_at,
        }
        for item in group
    ]  # fmt: skip
    connection.register("named", pa.Table.from_pylist(rows, arrow_schema(BY_NAME["dumps"])))
    connection.execute("INSERT INTO dumps BY NAME SELECT * FROM named").fetchall()
    connection.unregister("named")


def _lake_files(home: Path, group: Sequence[Manifest], tables: Sequence[str]) -> dict[str, list[str]]:
    """The files of a group by table, as parameters of a statement."""
    return {table: _files(home, table, (item.stem for item in group)) for table in tables}


def _files(home: Path, table: str, stems: Iterable[str]) -> list[str]:
    paths = [table_path(home, table, stem) for stem in dict.fromkeys(stems)]
    workspace.bring(paths)
    return [escape(str(path)) for path in paths]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    [(value,)] = connection.execute(query).fetchall()
    return value


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Say what DuckDB's errors on opening a file mean to a user."""
    try:
        yield
    except (duckdb.IOException, duckdb.ResourceInUseException) as error:
        if isinstance(error, duckdb.ResourceInUseException) or "lock" in str(error).lower():
            raise Busy(f"{path} is open in another process; DuckDB has one writer at a time: try again later") from None
        raise MedlineError(f"{path} cannot be opened: {str(error).splitlines()[0]}") from None
