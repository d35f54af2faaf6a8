"""The files under `sql/`: one reader of their headers, and errors that name file and line.

A file begins with comments: fields, then prose, then, in a feed, its columns.

    -- Grain: journal and year of publication
    -- Key: nlm_unique_id, pub_year
    -- Citations of a journal in each year that has some.
    --   nlm_unique_id VARCHAR: NLM's identifier of the journal

The rest is DuckDB SQL that runs in the shell as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from medline.errors import SqlFileError
from medline.settings import SQL_DIRECTORY

if TYPE_CHECKING:
    import duckdb

#: Fields of headers: of feeds and views, of macros, of checks.
FIELDS = ("Grain", "Key", "Reads", "Returns", "Level", "Scope")
FIELD = re.compile(r"-- ([A-Z][a-z]+): (.+)")
COLUMN = re.compile(r"--   (\w+) ([A-Z]+): (.+)")
LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


@dataclass(frozen=True)
class SqlFile:
    """A file under `sql/`.

    Attributes:
        folder: checks, feeds, ledger, reports or views.
        name: the file's, without suffix: that of the relation or check.
        sql: the whole text.
    """

    folder: str
    name: str
    sql: str

    @property
    def path(self) -> str:
        """The file as messages name it."""
        return f"sql/{self.folder}/{self.name}.sql"

    @cached_property
    def _header(self) -> list[str]:
        lines = []
        for line in self.sql.splitlines():
            if not line.startswith("--"):
                break
            lines.append(line)
        return lines

    @cached_property
    def fields(self) -> dict[str, str]:
        """The fields of the header, by name."""
        matches = (FIELD.fullmatch(line) for line in self._header)
        return {match[1]: match[2] for match in matches if match and match[1] in FIELDS}

    def field(self, name: str) -> str:
        """Return a field that such a file must have.

        Raises:
            SqlFileError: the header lacks it.
        """
        if name not in self.fields:
            raise SqlFileError(self.path, 1, f"its header lacks a line `-- {name}: …`")
        return self.fields[name]

    def names(self, name: str) -> tuple[str, ...]:
        """Return a field that lists names."""
        return tuple(self.field(name).split(", "))

    @property
    def description(self) -> str:
        """The header's prose."""
        stated = [f"-- {name}: {value}" for name, value in self.fields.items()]
        return " ".join(line[3:] for line in self._header if re.match(r"-- \S", line) and line not in stated)

    @property
    def columns(self) -> tuple[tuple[str, str, str], ...]:
        """(name, type, description) of the columns that the header lists."""
        matches = (COLUMN.fullmatch(line) for line in self._header)
        return tuple((match[1], match[2], match[3]) for match in matches if match)

    def execute(
        self, connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Execute the statements in order; the connection has the answer of the last.

        Args:
            parameters: by name; each statement gets those that it uses.

        Raises:
            SqlFileError: DuckDB does not understand a statement, or cannot compute it.
        """
        with self._errors(0):
            statements = connection.extract_statements(self.sql)
        at = 0
        for statement in statements:
            at = self.sql.index(statement.query, at)
            own = {name: value for name, value in (parameters or {}).items() if name in statement.named_parameters}
            with self._errors(at):
                connection.execute(statement, own)
        return connection

    def create_table(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Create a temporary table of the file, which is one SELECT; see `execute`."""
        with self._errors(0):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {self.sql}")

    @contextmanager
    def _errors(self, at: int) -> Iterator[None]:
        """Raise DuckDB's errors with file and line, for a statement that begins at a position of the text."""
        import duckdb

        try:
            yield
        except (duckdb.ProgrammingError, duckdb.DataError) as error:  # others are of the disk, the memory, the machine
            match = LINE.search(str(error))
            line = self.sql.count("\n", 0, at) + (int(match[1]) if match else 1)
            problem = " ".join(str(error).partition("\n\nLINE ")[0].split())
            raise SqlFileError(self.path, line, problem) from error


def read(folder: str, name: str) -> SqlFile:
    """Read a file of a folder of `sql/`."""
    return SqlFile(folder, name, (SQL_DIRECTORY / folder / f"{name}.sql").read_text("utf-8"))


def read_all(folder: str) -> list[SqlFile]:
    """Read all files of a folder of `sql/`, by name."""
    return [read(folder, path.stem) for path in sorted((SQL_DIRECTORY / folder).glob("*.sql"))]
