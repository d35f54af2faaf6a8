"""The state of a home as OpenMetrics, for Prometheus: `medline metrics`, or a file for whoever serves one.

Gauges and counters only: node_exporter's textfile collector knows no type that is new in OpenMetrics.

Runs and checks are told from what they wrote down, the rest from the published version. Nothing of it reads a column
of a large table, so that it may be asked every minute.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import generate_latest

from medline.home import AnyHome, Home, disk, open_home
from medline.home.layout import PARTS
from medline.lake import failures
from medline.mirror import fetch
from medline.mirror.dumps import source
from medline.schema.tables import TABLES
from medline.warehouse import checks, contents, database, runs, versions

#: What is told of the last run of each kind: key in its line, metric, unit, meaning.
OF_A_RUN = (
    ("fetched_bytes", "medline_run_fetched", "bytes", "Bytes fetched"),
    ("read", "medline_run_read", "files", "Files read into the lake"),
    ("read_bytes", "medline_run_read", "bytes", "Bytes of the files read into the lake"),
    ("rows", "medline_run_read", "rows", "Rows written to the lake"),
    ("applied", "medline_run_applied", "files", "Files applied"),
    ("database_bytes", "medline_run_database", "bytes", "Bytes of the database published"),
)


def text(home: AnyHome) -> str:
    """All metrics of a home in OpenMetrics text; those of the warehouse are left out where there is none yet."""
    registry = CollectorRegistry(auto_describe=False)
    with open_home(home, "dumps", "lake", "warehouse", "journals") as home:
        registry.register(_Home(home))
        return generate_latest(registry).decode()


def write(home: AnyHome, path: Path) -> Path:
    """Put the metrics into a file in one step, as whoever reads it in the middle would have it."""
    with disk.atomic_write(path) as unfinished:
        unfinished.write_text(text(home), "utf-8")
    return path


class _Home:
    """What `prometheus_client` asks for metrics."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def collect(self) -> Iterator[Metric]:
        yield from _of_runs(runs.history(self.home))
        yield from _of_checks(checks.history(self.home))
        yield from _of_disk(self.home)
        if versions.published(self.home):
            yield from _of_warehouse(self.home)


def _of_runs(known: list[dict]) -> Iterator[Metric]:
    told = [run for run in known if "ended" in run]
    last = {run["what"]: run for run in told}
    counted = Counter((run["what"], run["ended"]) for run in told)
    yield _counter("medline_runs", "Runs by what they did and how they ended: done, waiting or failed.", counted)
    yield _gauge(
        "medline_last_run_timestamp", "When the last run of each kind and ending started.", "seconds",
        ("what", "outcome"),
        {(run["what"], run["ended"]): _stamp(run["started_at"]) for run in told},
    )  # fmt: skip
    unended = Counter(run["what"] for run in known if "ended" not in run)
    values = {(what,): unended[what] for what in dict.fromkeys(run["what"] for run in known)}
    yield _gauge("medline_unended", "Runs that last, or were killed.", "runs", ("what",), values)
    steps = {(what, "all"): run["seconds"] for what, run in last.items()}
    steps |= {
        (what, step): run[f"{step}_seconds"]
        for what, run in last.items()
        for step in runs.STEPS
        if f"{step}_seconds" in run
    }
    yield _gauge("medline_run", "Seconds of the last run of each kind, by step.", "seconds", ("what", "step"), steps)
    for key, name, unit, meaning in OF_A_RUN:
        values = {(what,): run.get(key, 0) for what, run in last.items()}
        yield _gauge(name, f"{meaning} by the last run of each kind.", unit, ("what",), values)


def _of_checks(history: list[dict]) -> Iterator[Metric]:
    last = {run["database"]: run for run in history}
    offending = {(check, database): rows for database, run in last.items() for check, rows in run["offending"].items()}
    yield _gauge(
        "medline_check_offending",
        "Rows that a check of sql/checks found when it ran last, on the next version (what changed) or the published"
        " one (everything).", "rows", ("check", "database"), offending,
    )  # fmt: skip
    yield _gauge(
        "medline_checks_timestamp", "When the checks ran last.", "seconds", ("database", "outcome"),
        {(database, run["outcome"]): _stamp(run["at"]) for database, run in last.items()},
    )  # fmt: skip


def _of_disk(home: Home) -> Iterator[Metric]:
    sizes = {(part,): home.disk_usage(part) for part in PARTS}
    yield _gauge("medline_disk", "Bytes that a part of the home takes.", "bytes", ("part",), sizes)
    if home.path.exists():
        free = {(): shutil.disk_usage(home.path).free}
        yield _gauge("medline_disk_free", "Bytes that are free on the disk of the home.", "bytes", (), free)
    failed = {(): len(failures.failures(home))}
    yield _gauge("medline_failed", "Files that could not be read, or wait for a missing one.", "files", (), failed)


def _of_warehouse(home: Home) -> Iterator[Metric]:
    with database.reader(home) as connection:
        held = contents.contents(connection)
        [(loaded, anomalies, unknown)] = connection.execute(
            "SELECT max(loaded_at), coalesce(sum(anomalies), 0), coalesce(sum(unknown_paths), 0) FROM dumps"
        ).fetchall()
        counts = ", ".join(f"(SELECT count(*) FROM {table.name})" for table in TABLES)
        [rows] = connection.execute(f"SELECT {counts}").fetchall()
    newest = held.newest
    version = versions.published(home)
    shown = (version.name if version else "", newest.name if newest else "")
    yield _gauge(
        "medline_published_timestamp", "When a file was last applied to what readers see.", "seconds",
        ("version", "newest_dump"), {shown: _stamp(loaded)} if loaded else {},
    )  # fmt: skip
    yield _gauge(
        "medline_newest_dump", "Production number of the newest dump that readers see.", "number", ("year",),
        {(f"{newest.year:02}",): newest.number or 0} if newest else {},
    )  # fmt: skip
    size = {(): home.pointer.stat().st_size}
    yield _gauge("medline_database", "Size of the database that readers see.", "bytes", (), size)
    yield from _behind(home, held)
    by_table = {(table.name,): count for table, count in zip(TABLES, rows, strict=True)}
    yield _gauge("medline", "Rows of a table that readers see.", "rows", ("table",), by_table)
    yield _gauge("medline", "Values of the files applied that could not be typed.", "anomalies", (), {(): anomalies})
    yield _gauge(
        "medline_unknown", "Elements, attributes and tags of the files applied that the schema does not know.",
        "paths", (), {(): unknown},
    )  # fmt: skip


def _behind(home: Home, held: contents.Contents) -> Iterator[Metric]:
    """How far the newest dump is behind what the mirror listed when a run looked last."""
    look = runs.last(home, "newest_listed")
    if not look or not held.newest:
        return
    behind = {(): held.behind(source(Path(look["newest_listed"])))}
    yield _gauge("medline_behind", "Dumps that the mirror listed, and readers do not see yet.", "dumps", (), behind)
    listing = fetch.last_listing(home)
    at = max([look["started_at"], *([listing.at] if listing else [])], key=_stamp)
    yield _gauge("medline_listed_timestamp", "When the mirror was last read.", "seconds", (), {(): _stamp(at)})


def _gauge(name: str, meaning: str, unit: str, labels: Iterable[str], values: Mapping[Any, float]) -> GaugeMetricFamily:
    """A family of gauges; its unit becomes the end of its name."""
    family = GaugeMetricFamily(name, meaning, labels=tuple(labels), unit=unit)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counter(name: str, meaning: str, values: Mapping[Any, float]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, meaning, labels=("what", "outcome"), unit="runs")
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _stamp(moment: str | datetime) -> float:
    """Seconds since 1970 of a moment; one without a zone is UTC."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
