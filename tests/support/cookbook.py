"""The cook-book: questions, their SQL, and what the sample answers; `make cookbook` writes that anew."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from medline import pipeline
from medline.settings import SQL_DIRECTORY
from medline.warehouse import database
from sample import write_mesh, write_mirror

COOKBOOK = SQL_DIRECTORY.parent / "docs" / "guides" / "cookbook.md"
#: A question, the one statement that answers it, and the answer.
RECIPE = re.compile(
    r"^(?P<question>## .+\n(?:(?!```|## ).*\n)*)```sql\n(?P<sql>[^`]+)```\n(?:\n```text\n(?P<answer>[^`]*)```\n)?", re.M
)


def make_home(directory: Path) -> Path:
    """A home that holds the sample, as `make run` loads it."""
    write_mirror(directory / "mirror")
    write_mesh(directory / "mirror" / "MESH_FILES")
    pipeline.sync(directory / "mirror", directory / "home")
    return directory / "home"


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What a statement answers, as a table of text: numbers to the right, everything else to the left."""
    result = connection.execute(sql)
    types, rows = result.description, result.fetchall()
    names = [name for name, *_ in types]
    shown = [names, *([_shown(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    numeric = [str(kind) in ("INTEGER", "BIGINT", "HUGEINT", "DOUBLE") for _, kind, *_ in types]
    lines = [
        " | ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in shown
    ]
    return "\n".join([lines[0], "-+-".join("-" * width for width in widths), *lines[1:]]) + "\n"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(text: str, ask: Callable[[str], str]) -> str:
    """The cook-book with the answer of each statement after it."""
    return RECIPE.sub(
        lambda match: f"{match['question']}```sql\n{match['sql']}```\n\n```text\n{ask(match['sql'])}```\n", text
    )


def main() -> None:
    """Write the answers of the sample into the cook-book."""
    with tempfile.TemporaryDirectory() as directory, database.reader(make_home(Path(directory))) as connection:
        text = written(COOKBOOK.read_text("utf-8"), lambda sql: answer(connection, sql))
    COOKBOOK.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
