"""What commands print, as objects for programs: `--format json`."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import Any

from medline.errors import UsageError
from medline.home import AnyHome, open_home
from medline.home.layout import PARTS
from medline.lake import failures
from medline.outputs import feeds
from medline.schema.ddl import primary_key
from medline.schema.tables import BY_NAME, TABLES
from medline.warehouse import contents, database, runs, versions
from medline.warehouse.dictionary import described


def of_home(home: AnyHome) -> dict[str, Any]:
    """Return the state of a home: failures, published version, newest dump, mirror, rows, last run, bytes on the disk.

    Raises:
        UsageError: nothing was ever done here.
    """
    with open_home(home, "dumps", "lake", "warehouse", "feeds", "journals") as home:
        run, planned, current = runs.last(home), runs.last(home, "newest_listed"), versions.published(home)
        failed = failures.failures(home)
        if not (current or run or failed):
            raise UsageError(f"{home}: {database.NO_WAREHOUSE}")
        state: dict[str, Any] = {
            "home": str(home),
            "version": current.name if current else None,
            "kept": [version.name for version in versions.retired(home)] if current else [],
            "rollback": versions.rolled_back(home) or None,
            "failed": failed,
            "mirror": planned.get("mirror"),
            "newest_listed": planned.get("newest_listed"),
            "note": planned.get("note") or None,
            "last_run": run or None,
            "feeds_of": feeds.manifest(home)["warehouse"] if home.feeds_manifest.exists() else None,
            "disk_bytes": {part: home.disk_usage(part) for part in PARTS},
            "free_bytes": shutil.disk_usage(home.path).free if home.path.exists() else None,
        }
        if current:
            applied = contents.published_contents(home)
            figures = applied.figures
            assert figures
            state |= {
                "database": str(home.pointer),
                "database_bytes": current.database.stat().st_size,
                "changed": versions.change(home, current) or None,
                "newest_dump": applied.newest.name if applied.newest else None,
                "newest_dump_loaded_at": figures.dump_loaded_at,
                "newest_revision": figures.revised,
                "files": dict(Counter(source.kind for source in applied.sources.values())),
                "anomalies": figures.anomalies,
                "unknown_paths": figures.unknown_paths,
                "mesh": figures.mesh,
                "rows": figures.rows,
            }
        return state


def of_schema(name: str | None) -> list[dict[str, Any]] | dict[str, Any]:
    """Return all tables, views and macros, or one of them, with columns.

    Raises:
        UsageError: there is none of this name.
    """
    relations: dict[str, dict[str, Any]] = {}
    for table in TABLES:
        columns = [
            {"name": c.name, "type": c.type.duckdb, "path": c.path, "tag": c.tag, "description": c.description}
            for c in table.stored
        ]
        about = {"description": table.description, "key": list(primary_key(table)), "rows": list(table.rows)}
        relations[table.name] = {"name": table.name, "kind": "table", **about, "columns": columns}
    for entry in described():
        view = entry.view
        columns = [dict(zip(("name", "type", "description"), column, strict=True)) for column in entry.columns]
        kind = {"kind": "macro", "returns": view.returns} if view.is_macro else {"kind": "view", "key": view.key}
        about = {"description": entry.meaning, "reads": list(view.reads)}
        relations[view.name] = {"name": view.name, **kind, **about, "columns": columns}
    if name is None:
        return list(relations.values())
    if (found := relations.get(name.lower())) is None:
        raise UsageError(f"no table, view or macro {name!r}; there are {', '.join([*BY_NAME, *relations])}")
    return found
