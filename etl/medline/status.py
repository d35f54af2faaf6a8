"""Output of commands on stdout: status and the dictionary."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from medline.answers import print_rows
from medline.errors import UsageError
from medline.estimate import Estimate
from medline.home import AnyHome, Home, open_home
from medline.home.disk import gigabytes
from medline.home.layout import DUMP_NAME, PARTS
from medline.lake import failures
from medline.messages import for_people
from medline.mirror import fetch
from medline.mirror.dumps import source
from medline.outputs import feeds
from medline.schema.ddl import primary_key
from medline.schema.tables import BY_NAME, TABLES
from medline.searching.fields import FIELDS
from medline.settings import CREDIT
from medline.warehouse import checks, contents, database, index_files, runs, versions
from medline.warehouse.dictionary import described


def print_status(home: AnyHome) -> None:
    """Print the state of a home: failures, the published version and its age, the last run, disk usage."""
    with open_home(home, "dumps", "lake", "warehouse", "feeds", "journals") as home:
        failed_files, run, planned = failures.failures(home), runs.last(home), runs.last(home, "newest_listed")
        lines: list[tuple[str, str]] = []
        counts: dict[str, int] = {}
        for failed in failed_files:
            waiting = "; later dumps of its year wait for it" if DUMP_NAME.fullmatch(failed["name"]) else ""
            lines.append(("FAILED", f"{failed['error']}{waiting}"))
        if rolled_back := versions.rolled_back(home):
            lines.append(("ROLLED BACK", f"{rolled_back}; nothing is loaded until {versions.WAYS_ON}"))
        if planned.get("note"):
            lines.append(("note", planned["note"]))
        if current := versions.published(home):
            lines += _describe_version(home, current, planned)
            figures = contents.published_contents(home).figures
            counts = figures.rows if figures else {}
        elif not (lines or run):
            raise UsageError(f"{home}: {database.NO_WAREHOUSE}")
        if run:
            ended = f"{run['outcome']} after {run['seconds']:,.0f} s" if run.get("ended") else "lasts, or was killed"
            lines.append(("last run", f"{run['what']}, {_moment(run)}, {run.get('applied', 0)} files applied: {ended}"))
        sizes = [(name, home.disk_usage(name)) for name in PARTS]
        free = f"{gigabytes(shutil.disk_usage(home.path).free)} free" if home.path.exists() else ""
        lines.append(("disk", ", ".join([*(f"{name} {gigabytes(size)}" for name, size in sizes if size), free])))
        console = Console(soft_wrap=True, highlight=False)
        for name, value in lines:
            console.print(Text(for_people(f"{name:<16}{value}")))
        if counts:
            console.print()
            print_rows(["table", "rows"], [(table, f"{count:,}") for table, count in counts.items() if count])
        console.print(CREDIT)


def print_estimate(found: Estimate) -> None:
    """Print what a sync would do."""
    by = "by the runs before" if found.is_measured else "by the benchmarks"
    change = f"{found.year}" + (f", in place of {found.year_before}" if 0 < found.year_before < found.year else "")
    lines = [
        ("mirror", found.mirror),
        ("year", change),
        ("files", f"{found.files:,} of {found.listed:,}, {gigabytes(found.bytes)}"),
        ("disk", f"needs {gigabytes(found.disk_needed)}, {gigabytes(found.disk_free)} free"),
        ("time", f"about {timedelta(seconds=round(found.seconds))}, {by}"),
        *([("note", found.note)] if found.note else []),
    ]
    console = Console(soft_wrap=True, highlight=False)
    for name, value in lines:
        console.print(Text(for_people(f"{name:<16}{value}")))


def _describe_version(home: Home, current: versions.Version, planned: dict) -> list[tuple[str, str]]:
    """Return the lines about the published version.

    Args:
        planned: the last run that read the listing of the mirror.
    """
    applied = contents.published_contents(home)
    newest, figures = applied.newest, applied.figures
    assert figures
    loaded = f"{datetime.fromisoformat(figures.dump_loaded_at):%Y-%m-%d %H:%M} UTC" if figures.dump_loaded_at else ""
    kinds = Counter(source.kind for source in applied.sources.values())
    others = versions.retired(home)
    kept = f"; kept: {', '.join(version.name for version in others)}" if others else ""
    listing = fetch.last_listing(home)
    entry = listing.files.get(newest.name) if listing and newest else None
    dated = f" of {entry.changed}" if entry and entry.changed else ""
    lines = [
        ("database", f"{home.pointer} ({gigabytes(current.database.stat().st_size)})"),
        ("published", f"{current.name}{kept}"),
        ("newest dump", f"{newest.name}{dated}, loaded {loaded}" if newest else "none"),
        ("newest revision", figures.revised or "none"),
        ("files", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))),
        ("mesh", _describe_mesh(figures.mesh)),
        ("index", _describe_index(home, current.name)),
        ("anomalies", f"{figures.anomalies:,}"),
        ("unknown paths", f"{figures.unknown_paths:,}"),
        ("feeds", _feeds(home, current.name)),
    ]
    if how := versions.change(home, current):
        lines.insert(0, ("CHANGED", f"{how} after it was published: the next run makes it again from the lake"))
    if newest and planned:
        lines.insert(4, ("mirror", _describe_lag(applied, planned)))
    return lines


def _describe_index(home: Home, version: str) -> str:
    """Describe the search index of a version; whether it can be used is for a search to find."""
    state = index_files.read_state(home.index(version))
    if state is None:
        return "none here: searches read the tables"
    return f"{state.documents:,} citations ({gigabytes(state.bytes)})"


def _describe_mesh(mesh: Sequence[dict]) -> str:
    """Return year, files and MD5s of the MeSH that a version has."""
    if not mesh:
        return "none: `medline mesh` brings it"
    files = ", ".join(f"{file['name']} ({file['md5']})" for file in mesh)
    loaded = datetime.fromisoformat(mesh[0]["loaded_at"])
    return f"{mesh[0]['year']}: {files}, loaded {loaded:%Y-%m-%d %H:%M} UTC"


def _feeds(home: Home, published: str) -> str:
    """Return which version of the database the feeds were made of."""
    if not home.feeds_manifest.exists():
        return "none"
    version = feeds.manifest(home)["warehouse"]
    return f"of {version}" + ("" if version == published else f", and {published} is published: run `medline feeds`")


def _describe_lag(applied: contents.Contents, planned: dict) -> str:
    """Return how far the newest dump is behind the last listing of the mirror."""
    listed = source(Path(planned["newest_listed"]))
    listing = f"{planned['newest_listed']} listed by {planned['mirror']} at {_moment(planned)}"
    if listed.year != applied.year:
        return f"another year: {listing}"
    behind = applied.behind(listed)
    return f"{behind} dumps behind: {listing}" if behind else f"current: {listing}"


def _moment(run: dict) -> str:
    return f"{datetime.fromisoformat(run['started_at']):%Y-%m-%d %H:%M} UTC"


def past_checks(home: AnyHome) -> list[dict]:
    """Return the history of the checks; see `medline.warehouse.checks.history`."""
    with open_home(home, "journals") as home:
        return checks.history(home)


def print_checks(home: AnyHome) -> None:
    """Print the history of the checks: a line for each check with offending rows, or one line where there are none."""
    rows = []
    for run in past_checks(home):
        offending = {name: count for name, count in run["offending"].items() if count}
        rows += [
            (run["at"], run["database"], run["outcome"], name, f"{count:,}") for name, count in offending.items()
        ] or [(run["at"], run["database"], run["outcome"], "", "0")]
    print_rows(["at", "database", "outcome", "check", "rows"], rows)


def print_schema(name: str | None) -> None:
    """Print the list of tables, views and macros, or the description of one of them and of its columns."""
    entries = {entry.view.name: entry for entry in described()}
    if name is None:
        macros = [entry for entry in entries.values() if entry.view.is_macro]
        print_rows(["table", "grain", "key"], [(t.name, t.description, ", ".join(primary_key(t))) for t in TABLES])
        of_views = [
            (entry.view.name, entry.meaning, entry.view.key) for entry in entries.values() if not entry.view.is_macro
        ]
        print_rows(["view", "grain", "key"], of_views)
        print_rows(["macro", "description"], [(entry.view.name, entry.meaning) for entry in macros])
    elif (name := name.lower()) in BY_NAME:
        table = BY_NAME[name]
        _print_title(table.name, table.description, f"Rows: {', '.join(table.rows) or 'made here'}")
        rows = [(c.name, c.type.duckdb, c.path or "", c.tag or "", c.description) for c in table.stored]
        print_rows(["column", "type", "DTD path", "tag", "description"], rows)
    elif name in entries:
        entry = entries[name]
        reads = f"Reads: {', '.join(entry.view.reads) or 'nothing'}"
        if entry.view.is_macro:
            _print_title(name, entry.meaning, f"Returns: {entry.view.returns} {reads}")
        else:
            _print_title(name, entry.meaning, reads)
            print_rows(["column", "type", "description"], list(entry.columns))
    else:
        raise UsageError(f"no table, view or macro {name!r}; there are {', '.join([*BY_NAME, *entries])}")


def _print_title(name: str, meaning: str, more: str) -> None:
    Console(highlight=False).print(Text(f"{meaning if meaning.startswith(name) else f'{name}: {meaning}'}. {more}"))


def print_tags() -> None:
    """Print the field tags of the query language."""
    rows = [(f"[{f.tag}]", ", ".join(f.aliases), f.match.value, f.description) for f in FIELDS]
    print_rows(["tag", "or", "matches", "searches"], rows)
