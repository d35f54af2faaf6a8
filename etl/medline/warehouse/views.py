"""The views and macros of `sql/views`, one file each, which every published database has.

They cost nothing to make, so another version of them means a new version of the database, but no other rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from medline import sqlfile
from medline.schema.ddl import literal
from medline.sqlfile import SqlFile
from medline.warehouse import countries

if TYPE_CHECKING:
    import duckdb

MACRO = re.compile(r"^CREATE OR REPLACE MACRO", re.MULTILINE)

#: The parameter of country_names.
COUNTRY_NAMES = "$country_names"


class View(SqlFile):
    """A file of sql/views, named like the view or macro that it makes. A view states Grain and Key, a macro Returns."""

    def create(self, connection: duckdb.DuckDBPyConnection, names: Callable[[], str] = countries.lines) -> None:
        """Make it; DuckDB lets no view have a parameter, so the one that there is becomes a part of the text.

        Args:
            names: gives the names of countries.
        """
        sql = self.sql.replace(COUNTRY_NAMES, literal(names())) if COUNTRY_NAMES in self.sql else self.sql
        SqlFile(self.folder, self.name, sql).execute(connection)

    @property
    def is_macro(self) -> bool:
        return MACRO.search(self.sql) is not None

    @property
    def grain(self) -> str:
        return self.field("Grain")

    @property
    def key(self) -> str:
        return self.field("Key")

    @property
    def returns(self) -> str:
        return self.field("Returns")

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables, views and macros that it reads."""
        return self.names("Reads") if "Reads" in self.fields else ()


@cache
def views() -> tuple[View, ...]:
    """All views and macros, each after those that it reads."""
    by_name = {file.name: View(file.folder, file.name, file.sql) for file in sqlfile.read_all("views")}
    order = TopologicalSorter(
        {view.name: [name for name in view.reads if name in by_name] for view in by_name.values()}
    )
    return tuple(by_name[name] for name in order.static_order())


@dataclass(frozen=True)
class Description:
    """A view or macro as the comments of a database describe it; a column is its name, type and meaning."""

    view: View
    meaning: str
    columns: tuple[tuple[str, str, str], ...]


def describe(connection: duckdb.DuckDBPyConnection) -> tuple[Description, ...]:
    """Describe the views and macros of a database that has them, by name."""
    comments = dict(
        connection.execute(
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
            " UNION SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"
        ).fetchall()
    )
    columns = connection.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
        " ORDER BY table_name, column_index"
    ).fetchall()
    return tuple(
        Description(view, comments[view.name], tuple(tuple(column) for of, *column in columns if of == view.name))
        for view in sorted(views(), key=lambda view: view.name)
    )


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the database `medline` the views and macros of sql/views, and no other."""
    for kind, name in connection.execute(
        "SELECT 'VIEW', view_name FROM duckdb_views()"
        " WHERE NOT internal AND database_name = 'medline' AND schema_name = 'main'"
        " UNION SELECT if(function_type = 'table_macro', 'MACRO TABLE', 'MACRO'), function_name FROM duckdb_functions()"
        " WHERE NOT internal AND database_name = 'medline' AND schema_name = 'main'"
    ).fetchall():
        quoted = name.replace('"', '""')
        connection.execute(f'DROP {kind} main."{quoted}"')
    for view in views():
        view.create(connection)
