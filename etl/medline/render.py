"""What follows from the schema: Arrow schemas, DuckDB DDL with comments, data dictionary, checks of keys.

The dictionary tells of the views and macros of sql/views as well, by their own comments.

`python -m medline.render` writes these and the reference of settings; with `--check` it fails where
they are stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from medline import settings
from medline.schema.checks import no_orphans, ordinals_have_no_holes, unique_keys
from medline.schema.ddl import ddl
from medline.schema.tables import TABLES
from medline.settings import SQL_DIRECTORY
from medline.warehouse.dictionary import dictionary


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
