"""The data dictionary in Markdown: tables from the schema, views and macros from the comments of `sql/views`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from medline.schema.ddl import create_table, primary_key
from medline.schema.tables import TABLES, Column
from medline.warehouse import views

HEAD = """\
# Tables, views and macros

This page lists every table, view and macro of a published database with its columns. It is generated from
`etl/medline/schema/tables.py` and `sql/views` by `make render`; `medline schema NAME` prints the same. The
[cook-book](../guides/cookbook.md) has queries over them.

- A DuckDB database has the current citations only: one version per PMID, no deleted ones.
- NULL means absent in the source, `''` present but empty.
- DTD paths are relative to the row's DTD path; `@` marks an attribute, `.` the row element's own text. A column
  without a path is derived from others or made by the program.

## Diagram

Each box lists a table's key. Blue lines lead from `articles`, broken ones from `books`; a table beside another one
belongs to its rows by the columns of the key that both have. The tables in the last row describe files and runs;
`source_file` is the name of the file that a row comes from.

[![Tables and keys](tables.svg)](tables.svg)

## Tables

| table | grain | key |
|---|---|---|"""


@cache
def described() -> tuple[views.Description, ...]:
    """Return the views and macros as a database without rows describes them."""
    import duckdb

    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(create_table(table))
        for view in views.views():
            view.create(connection, names=str)  # none: their columns are as with them, and need no extra
        return views.describe(connection)


def dictionary() -> str:
    """Return the data dictionary as Markdown."""
    parts = [HEAD, *(f"| [{t.name}](#{t.name}) | {t.description} | {', '.join(primary_key(t))} |" for t in TABLES)]
    for table in TABLES:
        parts += ["", f"### {table.name}\n", f"{table.description[0].upper()}{table.description[1:]}.\n"]
        if table.rows:
            parts.append("Rows: " + ", ".join(f"`{path}`" for path in table.rows) + "\n")
        parts.append("| column | type | DTD path | MEDLINE tag | description |\n|---|---|---|---|---|")
        parts += [_row(column) for column in table.stored]
    return "\n".join([*parts, *_views_and_macros()]) + "\n"


def _views_and_macros() -> Iterator[str]:
    relations = [one for one in described() if not one.view.is_macro]
    macros = [one for one in described() if one.view.is_macro]
    yield "\n## Views\n"
    yield "| view | grain | key |\n|---|---|---|"
    yield from (f"| [{one.view.name}](#{one.view.name}) | {one.view.grain} | {one.view.key} |" for one in relations)
    for one in relations:
        yield f"\n### {one.view.name}\n\n{one.meaning[0].upper()}{one.meaning[1:]}.\n"
        yield f"Reads {', '.join(one.view.reads)}.\n"
        yield "| column | type | description |\n|---|---|---|"
        yield from (f"| {name} | {kind} | {description} |" for name, kind, description in one.columns)
    yield "\n## Macros\n"
    yield "Macros that read tables need the database as the default: opened directly, or `USE` after `ATTACH`.\n"
    yield "| macro | returns | description |\n|---|---|---|"
    yield from (f"| {one.view.name} | {one.view.returns} | {one.meaning} |" for one in macros)


def _row(column: Column) -> str:
    return (
        f"| {column.name} | {column.type.duckdb} | {_code(column.path)} | {column.tag or ''} | {column.description} |"
    )


def _code(path: str | None) -> str:
    return f"`{path}`" if path else ""
