"""What follows from the schema: Arrow schemas, DuckDB DDL with comments, data dictionary, checks of keys.

The dictionary tells of the views and macros of sql/views as well, by their own comments.

`python -m etl.render` writes these and the reference of settings; with `--check` it fails where
they are stale.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyarrow as pa

from etl import settings, sqlfile, views
from etl.schema import CITATION_TABLES, LAKE_TABLES, ORDINAL, READER_REVISION, TABLES, Column, Table
from etl.settings import SQL_DIRECTORY

ARROW_TYPES = {
    "string": pa.string(),
    "list<string>": pa.list_(pa.string()),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "timestamp[us]": pa.timestamp("us"),
    "float64": pa.float64(),
    "map<string, int64>": pa.map_(pa.string(), pa.int64()),
}
#: Columns of long text. Against what DuckDB would choose, zstd makes the database a third smaller and a load a fifth
#: cheaper; a search through every abstract costs twice the processor time.
LONG_TEXTS = {"abstract", "affiliation", "citation", "text", "text_markup", "title"}
GENERATED = "Generated from etl/schema.py by `make render`"
CHECK_OF_RECORDS = "-- Level: fail\n-- Scope: PMID\n"


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table; DTD path, MEDLINE tag and meaning stand in the fields' metadata."""
    fields = [
        pa.field(column.name, ARROW_TYPES[column.type.arrow], metadata=_metadata(column)) for column in table.columns
    ]
    paths = " | ".join(table.rows)
    return pa.schema(fields, metadata={"grain": table.meaning, "path": paths, "schema_version": schema_version()})


def _metadata(column: Column) -> dict[str, str]:
    known = {"path": column.path, "tag": column.tag, "meaning": column.meaning}
    return {name: value for name, value in known.items() if value}


@cache
def schema_version() -> str:
    """A short digest of all that rows of the lake depend on; another one means: transform again."""
    declared = [
        (table.name, table.key, table.outer,
         sorted((path, sorted(fixed.items())) for path, fixed in table.rows.items()),
         [(c.name, c.type.arrow, c.path, c.tag, c.derive, c.of) for c in table.columns])
        for table in LAKE_TABLES
    ]  # fmt: skip
    return _digest(READER_REVISION, declared)


@cache
def database_version() -> str:
    """A short digest of all that a database depends on; another one means: make it anew from the lake."""
    ledger = [_statements(file.sql) for file in sqlfile.read_all("ledger")]
    return _digest(schema_version(), [_create(table) for table in TABLES], ledger)


@cache
def description_version() -> str:
    """A short digest of what a database says beside its rows: views, macros and comments. Another one means: give the
    next version these; nothing is read or built again."""
    return _digest([view.sql for view in views.views()], [comments(table) for table in TABLES])


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _statements(sql: str) -> str:
    """SQL without what only people read: comments, COMMENT ON and layout."""
    lines = (line.partition("--")[0] for line in sql.splitlines() if not line.startswith("COMMENT ON "))
    return " ".join(" ".join(lines).split())


def ddl(table: Table) -> str:
    """CREATE TABLE and its comments. Names and types come from the schema only, never from data."""
    return f"{_create(table)}\n{comments(table)}\n"


def _create(table: Table) -> str:
    columns = ",\n".join(f'    "{column.name}" {_stored(column)}' for column in table.columns)
    return f"CREATE TABLE {table.name} (\n{columns}\n);"


def comments(table: Table) -> str:
    """COMMENT ON a table and each of its columns."""
    lines = [
        f"COMMENT ON TABLE {table.name} IS {literal(table.meaning)};",
        *(f'COMMENT ON COLUMN {table.name}."{c.name}" IS {literal(comment(c))};' for c in table.columns),
    ]
    return "\n".join(lines)


def _stored(column: Column) -> str:
    return f"{column.type.duckdb} USING COMPRESSION zstd" if column.name in LONG_TEXTS else column.type.duckdb


def comment(column: Column) -> str:
    """A column's meaning with the MEDLINE tag and the DTD path it comes from."""
    origin = ", ".join(filter(None, (column.tag, column.path and column.path.replace("#markup", ""))))
    return f"{column.meaning} [{origin}]" if origin and column.path != "." else column.meaning


def literal(text: str | Path) -> str:
    """A text as SQL has it, for the statements of DuckDB that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


@cache
def described() -> tuple[views.Description, ...]:
    """The views and macros as a database without rows describes them."""
    import duckdb

    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(ddl(table))
        for view in views.views():
            view.execute(connection)
        return views.describe(connection)


def dictionary() -> str:
    """The data dictionary, as Markdown."""
    parts = [
        "# The tables, views and macros\n",
        "Generated from `etl/schema.py` and `sql/views` by `make render`; do not edit. `medline schema NAME` prints the"
        " same. [COOKBOOK.md](COOKBOOK.md) shows them at work.\n",
        "In DuckDB these tables hold the current citations only: one version per PMID, none that is deleted. NULL means"
        " absent in the source, '' present but empty. Paths are relative to the row's DTD path, `@` is an attribute.\n",
        "| table | grain | key |\n|---|---|---|",
        *(f"| [{t.name}](#{t.name}) | {t.meaning} | {', '.join(primary_key(t))} |" for t in TABLES),
    ]
    for table in TABLES:
        parts += ["", f"## {table.name}\n", f"{table.meaning[0].upper()}{table.meaning[1:]}.\n"]
        if table.rows:
            parts.append("Rows: " + ", ".join(f"`{path}`" for path in table.rows) + "\n")
        parts.append("| column | type | DTD path | MEDLINE tag | meaning |\n|---|---|---|---|---|")
        parts += [_row(column) for column in table.columns]
    return "\n".join([*parts, *_views_and_macros()]) + "\n"


def _views_and_macros() -> Iterator[str]:
    found = [told for told in described() if not told.view.is_macro]
    macros = [told for told in described() if told.view.is_macro]
    yield "\n# Views\n"
    yield "| view | grain | key |\n|---|---|---|"
    yield from (f"| [{t.view.name}](#{t.view.name}) | {t.view.grain} | {t.view.key} |" for t in found)
    for told in found:
        yield f"\n## {told.view.name}\n\n{told.meaning[0].upper()}{told.meaning[1:]}.\n"
        yield f"Reads {', '.join(told.view.reads)}.\n"
        yield "| column | type | meaning |\n|---|---|---|"
        yield from (f"| {name} | {kind} | {meaning} |" for name, kind, meaning in told.columns)
    yield "\n# Macros\n"
    yield "Those that read tables need the database as the default: opened directly, or `USE` after `ATTACH`.\n"
    yield "| macro | returns | meaning |\n|---|---|---|"
    yield from (f"| {told.view.name} | {told.view.returns} | {told.meaning} |" for told in macros)


def _row(column: Column) -> str:
    return f"| {column.name} | {column.type.duckdb} | {_code(column.path)} | {column.tag or ''} | {column.meaning} |"


def _code(path: str | None) -> str:
    return f"`{path}`" if path else ""


def primary_key(table: Table) -> tuple[str, ...]:
    """The columns that make a row unique in the database, where one version of a PMID is current."""
    return ("pmid", *table.key) if table.of_citation else table.key


def unique_keys() -> str:
    """The check that no row stands twice, by the key of each table."""
    selects = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid,\n    count(*) AS occurrences\nFROM {table.name}\n"
        f"GROUP BY {', '.join(primary_key(table))}\nHAVING count(*) > 1"
        for table in CITATION_TABLES
    ]
    return (
        f"{CHECK_OF_RECORDS}-- {GENERATED}: each table's key is unique.\n"
        + "\nUNION ALL\n".join(selects)
        + "\nORDER BY ALL;\n"
    )


def no_orphans() -> str:
    """The check that every row belongs to a record that is shown, and to a row of the table that its ordinals name."""
    in_records = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid\nFROM {table.name}\n"
        "ANTI JOIN shown ON shown.pmid = "
        f"{table.name}.pmid AND shown.version IS NOT DISTINCT FROM {table.name}.version"
        for table in CITATION_TABLES
        if table.key
    ]
    in_parents = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid\nFROM {table.name}\n"
        f"ANTI JOIN {parent.name} USING (pmid, {ordinal})\nWHERE {table.name}.{ordinal} IS NOT NULL"
        for table in CITATION_TABLES
        for parent, ordinal in _parents(table)
    ]
    records = "\n    UNION ALL\n".join(f"    SELECT pmid, version FROM {name}" for name in ("articles", "books"))
    return (
        f"{CHECK_OF_RECORDS}-- {GENERATED}: every row belongs to an article or a book, and to the row around it.\n"
        f"WITH shown AS (\n{records}\n)\n\n" + "\nUNION ALL\n".join(in_records + in_parents) + "\nORDER BY ALL;\n"
    )


def _parents(table: Table) -> list[tuple[Table, str]]:
    """The tables whose only ordinal is one of this table's, which it names but does not count."""
    counted = {other.key[0]: other for other in CITATION_TABLES if len(other.key) == 1}
    return [
        (counted[name], name)
        for name in table.key
        if name in counted and table[name].type is ORDINAL and table[name].path is None
    ]


def ordinals_have_no_holes() -> str:
    """The check that the rows of a list count 1, 2, 3 …: a row that is lost leaves a hole."""
    selects = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid\nFROM {table.name}\n"
        f"GROUP BY {', '.join(primary_key(table)[:-1])}\nHAVING max({table.key[-1]}) != count({table.key[-1]})"
        for table in CITATION_TABLES
        if table.key and table[table.key[-1]].type is ORDINAL
    ]
    return (
        f"{CHECK_OF_RECORDS}-- {GENERATED}: the last ordinal of each key counts from 1 without a hole.\n"
        + "\nUNION ALL\n".join(selects)
        + "\nORDER BY ALL;\n"
    )


def rendered() -> dict[Path, str]:
    """Every generated file and what should stand in it."""
    tables = {SQL_DIRECTORY / "tables" / f"{table.name}.sql": ddl(table) for table in TABLES}
    checks = {
        "unique_keys": unique_keys(),
        "no_orphans": no_orphans(),
        "ordinals_have_no_holes": ordinals_have_no_holes(),
    }
    return {
        SQL_DIRECTORY / "README.md": dictionary(),
        SQL_DIRECTORY.parent / "docs" / "reference" / "settings.md": settings.reference(),
        **tables,
        **{SQL_DIRECTORY / "checks" / f"{name}.sql": text for name, text in checks.items()},
    }


def stale() -> list[Path]:
    """Generated files that do not stand as the schema has them, and files in their place that it does not know."""
    files = rendered()
    strangers = set((SQL_DIRECTORY / "tables").glob("*")) - set(files)
    return sorted(strangers | {p for p, text in files.items() if not p.exists() or p.read_text("utf-8") != text})


def main(arguments: list[str]) -> int:
    """Write the generated files, or with `--check` name the stale ones and return 1."""
    if "--check" in arguments:
        for path in stale():
            sys.stderr.write(f"stale: {path.relative_to(SQL_DIRECTORY.parent)}; run `make render`\n")
        return 1 if stale() else 0
    for path, text in rendered().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
