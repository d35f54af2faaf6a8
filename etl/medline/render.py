"""Write the generated files: SQL from the schema, and the reference pages of the documentation.

`python -m medline.render` writes them; with `--check` it names the stale ones and fails. A generated file is never
edited by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from medline import settings
from medline.reference.commands import commands
from medline.reference.diagram import diagram
from medline.reference.feeds import feed_reference
from medline.schema.checks import mesh_keys, no_orphans, ordinals_have_no_holes, table_keys, unique_keys
from medline.schema.ddl import ddl
from medline.schema.tables import TABLES
from medline.settings import SQL_DIRECTORY
from medline.warehouse.dictionary import dictionary


def rendered() -> dict[Path, str]:
    """Return every generated file with its text."""
    reference = SQL_DIRECTORY.parent / "docs" / "reference"
    return {
        reference / "commands.md": commands(),
        reference / "feeds.md": feed_reference(),
        reference / "settings.md": settings.reference(),
        reference / "tables.md": dictionary(),
        reference / "tables.svg": diagram(),
        **{SQL_DIRECTORY / "tables" / f"{table.name}.sql": ddl(table) for table in TABLES},
        SQL_DIRECTORY / "checks" / "unique_keys.sql": unique_keys(),
        SQL_DIRECTORY / "checks" / "no_orphans.sql": no_orphans(),
        SQL_DIRECTORY / "checks" / "mesh_keys.sql": mesh_keys(),
        SQL_DIRECTORY / "views" / "table_keys.sql": table_keys(),
        SQL_DIRECTORY / "checks" / "ordinals_have_no_holes.sql": ordinals_have_no_holes(),
    }


def stale() -> list[Path]:
    """Return the generated files whose text differs, and files of `sql/tables` that no table of the schema has."""
    files = rendered()
    strangers = set((SQL_DIRECTORY / "tables").glob("*")) - set(files)
    return sorted(strangers | {p for p, text in files.items() if not p.exists() or p.read_text("utf-8") != text})


def main(arguments: list[str]) -> int:
    """Write the generated files; with `--check` name the stale ones and return 1."""
    if "--check" in arguments:
        paths = stale()
        for path in paths:
            sys.stderr.write(f"{path.relative_to(SQL_DIRECTORY.parent)}: stale. Run `make render`.\n")
        return 1 if paths else 0
    for path, text in rendered().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
