"""DuckDB DDL of the tables: CREATE TABLE and COMMENT ON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from medline.schema.tables import Column, Table

#: Columns of long text. Against what DuckDB would choose, zstd makes the database a third smaller and a load a fifth
#: cheaper; a search through every abstract costs twice the processor time.
LONG_TEXTS = {"abstract", "affiliation", "citation", "text", "text_markup", "title"}


def ddl(table: Table) -> str:
    """Return CREATE TABLE and its comments. Names and types come from the schema only, never from data."""
    return f"{create_table(table)}\n{comments(table)}\n"


def create_table(table: Table) -> str:
    columns = ",\n".join(f'    "{column.name}" {_stored(column)}' for column in table.stored)
    return f"CREATE TABLE {table.name} (\n{columns}\n);"


def comments(table: Table) -> str:
    """Return COMMENT ON a table and each of its columns."""
    lines = [
        f"COMMENT ON TABLE {table.name} IS {literal(table.description)};",
        *(f'COMMENT ON COLUMN {table.name}."{c.name}" IS {literal(comment(c))};' for c in table.stored),
    ]
    return "\n".join(lines)


def _stored(column: Column) -> str:
    return f"{column.type.duckdb} USING COMPRESSION zstd" if column.name in LONG_TEXTS else column.type.duckdb


def comment(column: Column) -> str:
    """Return a column's description with the MEDLINE tag and the DTD path it comes from."""
    origin = ", ".join(filter(None, (column.tag, column.path and column.path.replace("#markup", ""))))
    return f"{column.description} [{origin}]" if origin and column.path != "." else column.description


def file_metadata(description: str, columns: Mapping[str, str]) -> str:
    """Return the option of COPY by which a Parquet file says what it means: `description`, and `columns` as JSON.

    DuckDB writes metadata of files, not of fields.
    """
    meanings = json.dumps(dict(columns), ensure_ascii=False)
    return f"KV_METADATA {{description: {literal(description)}, columns: {literal(meanings)}}}"


def literal(text: str | Path) -> str:
    """Return a text as an SQL literal, for the statements of DuckDB that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def primary_key(table: Table) -> tuple[str, ...]:
    """Return the columns that make a row unique in the database, where one version of a PMID is current."""
    return ("pmid", *table.key) if table.of_citation else table.key
