"""The data dictionary in Markdown: tables by the schema, views and macros by the comments of `sql/views`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from medline.schema.ddl import ddl, primary_key
from medline.schema.tables import TABLES, Column
from medline.warehouse import views


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
        "Generated from `etl/medline/schema/tables.py` and `sql/views` by `make render`; do not edit."
        " `medline schema NAME` prints the same. [COOKBOOK.md](COOKBOOK.md) shows them at work.\n",
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
    view_entries = [entry for entry in described() if not entry.view.is_macro]
    macros = [entry for entry in described() if entry.view.is_macro]
    yield "\n# Views\n"
    yield "| view | grain | key |\n|---|---|---|"
    yield from (f"| [{t.view.name}](#{t.view.name}) | {t.view.grain} | {t.view.key} |" for t in view_entries)
    for entry in view_entries:
        yield f"\n## {entry.view.name}\n\n{entry.meaning[0].upper()}{entry.meaning[1:]}.\n"
        yield f"Reads {', '.join(entry.view.reads)}.\n"
        yield "| column | type | meaning |\n|---|---|---|"
        yield from (f"| {name} | {kind} | {meaning} |" for name, kind, meaning in entry.columns)
    yield "\n# Macros\n"
    yield "Those that read tables need the database as the default: opened directly, or `USE` after `ATTACH`.\n"
    yield "| macro | returns | meaning |\n|---|---|---|"
    yield from (f"| {entry.view.name} | {entry.view.returns} | {entry.meaning} |" for entry in macros)


def _row(column: Column) -> str:
    return f"| {column.name} | {column.type.duckdb} | {_code(column.path)} | {column.tag or ''} | {column.meaning} |"


def _code(path: str | None) -> str:
    return f"`{path}`" if path else ""
