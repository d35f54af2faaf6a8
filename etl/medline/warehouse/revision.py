"""Digests of what a database depends on: another one means to build, or to describe, it anew."""

from __future__ import annotations

from functools import cache

from medline import sqlfile
from medline.schema.ddl import comments, create_table
from medline.schema.tables import TABLES
from medline.schema.version import digest, schema_version
from medline.warehouse import countries, views


@cache
def database_version() -> str:
    """A short digest of all that a database depends on; another one means: make it anew from the lake."""
    ledger = [_statements(file.sql) for file in sqlfile.read_all("ledger")]
    computed = [column.sql for table in TABLES for column in table.computed]
    return digest(schema_version(), [create_table(table) for table in TABLES], computed, ledger)


@cache
def description_version() -> str:
    """A short digest of what a database says beside its rows: views, macros and comments. Another one means: give the
    next version these; nothing is read or built again."""
    return digest([view.sql for view in views.views()], countries.version(), [comments(table) for table in TABLES])


def _statements(sql: str) -> str:
    """SQL without what only people read: comments, COMMENT ON and layout."""
    lines = (line.partition("--")[0] for line in sql.splitlines() if not line.startswith("COMMENT ON "))
    return " ".join(" ".join(lines).split())
