"""The state of a home as OpenMetrics, for Prometheus: `medline metrics`, or a file for whoever serves one.

Gauges and counters only: node_exporter's textfile collector knows no type that is new in OpenMetrics.

Metrics of runs and checks come from their journals, the others from what is written beside the published version. None
opens it, so that a scraper may ask every minute. `failed_runs`, `days_without_update` and `unknown_paths` are the
metrics that `alerts` watches.
"""

from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import generate_latest

from medline.home import AnyHome, Home, open_home
from medline.home.layout import PARTS
from medline.home.out import written
from medline.lake import failures
from medline.mirror import fetch
from medline.mirror.dumps import source
from medline.warehouse import checks, contents, runs, versions

#: A run without an end counts as killed after this time; a clock that is ahead by more was wrong.
LONG = timedelta(days=1)

#: How far back failed runs are looked for.
RECENT = timedelta(days=7)

#: Metrics of the last run of each kind: key in its line of the journal, metric, unit, description.
RUN_METRICS = (
    ("fetched_bytes", "medline_run_fetched", "bytes", "Bytes fetched"),
    ("read", "medline_run_read", "files", "Files read into the lake"),
    ("read_bytes", "medline_run_read", "bytes", "Bytes of the files read into the lake"),
    ("rows", "medline_run_read", "rows", "Rows written to the lake"),
    ("applied", "medline_run_applied", "files", "Files applied"),
    ("database_bytes", "medline_run_database", "bytes", "Bytes of the database published"),
)


def text(home: AnyHome) -> str:
    """Return all metrics of a home as OpenMetrics; without a warehouse, those of the warehouse are missing."""
    with open_home(home, "dumps", "lake", "warehouse", "journals") as home:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Home(home))
        return generate_latest(registry).decode()


def write(home: AnyHome, path: Path) -> Path:
    """Write the metrics to a file, in one step, for a collector that may read it at any time; see `out.written`."""
    with written(path) as unfinished:
        unfinished.write_text(text(home), "utf-8")
    return path


class _Home:
    """A collector for `prometheus_client`."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def collect(self) -> Iterator[Metric]:
        yield from _run_metrics(runs.history(self.home))
        yield from _check_metrics(checks.history(self.home))
        yield from _disk_metrics(self.home)
        if versions.published(self.home):
            yield from _warehouse_metrics(self.home)


def failed_runs(home: Home) -> list[dict]:
    """Return the runs that failed or were killed, of RECENT days, and the last run of all if it is one.

    A run that succeeded later does not take them back, but where the error was one that passes: the mirror did not
    answer, or another run worked.
    """
    history = [run for run in runs.history(home) if run.get("ended") != "misused"]
    now, failed = datetime.now(UTC), []
    for number, run in enumerate(history, start=1):
        age = now - datetime.fromisoformat(run["started_at"])
        has_failed = run["ended"] == "failed" if "ended" in run else abs(age) >= LONG
        if has_failed and (age <= RECENT or number == len(history)) and not _has_passed(run, history[number:]):
            failed.append(run)
    return failed


def _has_passed(run: dict, later: list[dict]) -> bool:
    """Whether an error that may pass has, since a later run of its kind did not meet it."""
    succeeded = (one for one in later if one["what"] == run["what"] and one.get("ended") in ("done", "waiting"))
    return bool(run.get("may_pass")) and any(succeeded)


def days_without_update(home: Home) -> float | None:
    """Return the days since a run last published dumps; since the first that tried, where none did; None without it.

    Runs of a clock that was ahead date nothing: infinite where there are no others.
    """
    tried = [run for run in runs.history(home) if run["what"] in ("sync", "load")]
    published = [run for run in tried if run.get("applied") and run.get("database_bytes")]
    times = [datetime.fromisoformat(run["started_at"]) for run in published or tried[:1]]
    now = datetime.now(UTC)
    past = [time for time in times if time - now < LONG]
    if times and not past:
        return math.inf
    return (now - max(past)).total_seconds() / 86_400 if past else None


def unknown_paths(home: Home) -> int:
    """Return how many paths of the published files the schema does not know."""
    figures = contents.published_contents(home).figures
    return figures.unknown_paths if figures else 0


def locked_since(home: Home, what: str) -> datetime | None:
    """Return since when a command finds the home or the database locked each time; None where it did not the last."""
    since = None
    for run in runs.history(home, locked=True):
        if run["what"] == what:
            since = (since or datetime.fromisoformat(run["started_at"])) if run.get("ended") == runs.LOCKED else None
    return since


def _run_metrics(history: list[dict]) -> Iterator[Metric]:
    ended = [run for run in history if "ended" in run]
    last = {run["what"]: run for run in ended}
    counted = Counter((run["what"], run["ended"]) for run in ended)
    yield _counter("medline_runs", "Runs by kind and ending: done, waiting, failed or misused.", counted)
    yield _gauge(
        "medline_last_run_timestamp", "When the last run of each kind and ending started.", "seconds",
        ("what", "outcome"),
        {(run["what"], run["ended"]): _stamp(run["started_at"]) for run in ended},
    )  # fmt: skip
    unended = Counter(run["what"] for run in history if "ended" not in run)
    values = {(what,): unended[what] for what in dict.fromkeys(run["what"] for run in history)}
    yield _gauge("medline_unended", "Runs that last, or were killed.", "runs", ("what",), values)
    steps = {(what, "all"): run["seconds"] for what, run in last.items()}
    steps |= {
        (what, step): run[f"{step}_seconds"]
        for what, run in last.items()
        for step in runs.STEPS
        if f"{step}_seconds" in run
    }
    yield _gauge("medline_run", "Seconds of the last run of each kind, by step.", "seconds", ("what", "step"), steps)
    for key, name, unit, description in RUN_METRICS:
        values = {(what,): run.get(key, 0) for what, run in last.items()}
        yield _gauge(name, f"{description} by the last run of each kind.", unit, ("what",), values)


def _check_metrics(history: list[dict]) -> Iterator[Metric]:
    last = {run["database"]: run for run in history}
    offending = {(check, database): rows for database, run in last.items() for check, rows in run["offending"].items()}
    yield _gauge(
        "medline_check_offending",
        "Offending rows of a check of sql/checks in its last run, on the next version (what changed) or the published"
        " one (everything).", "rows", ("check", "database"), offending,
    )  # fmt: skip
    yield _gauge(
        "medline_checks_timestamp", "When the checks ran last.", "seconds", ("database", "outcome"),
        {(database, run["outcome"]): _stamp(run["at"]) for database, run in last.items()},
    )  # fmt: skip


def _disk_metrics(home: Home) -> Iterator[Metric]:
    sizes = {(part,): home.disk_usage(part) for part in PARTS}
    yield _gauge("medline_disk", "Bytes that a part of the home takes.", "bytes", ("part",), sizes)
    if home.path.exists():
        free = {(): shutil.disk_usage(home.path).free}
        yield _gauge("medline_disk_free", "Bytes that are free on the disk of the home.", "bytes", (), free)
    failed = {(): len(failures.failures(home))}
    yield _gauge("medline_failed", "Files that could not be read, or wait for a missing one.", "files", (), failed)


def _warehouse_metrics(home: Home) -> Iterator[Metric]:
    applied = contents.published_contents(home)
    newest, figures, version = applied.newest, applied.figures, versions.published(home)
    if figures is None:
        return
    shown = (version.name if version else "", newest.name if newest else "")
    yield _gauge(
        "medline_published_timestamp", "When a file was last applied to what readers see.", "seconds",
        ("version", "newest_dump"), {shown: _stamp(figures.loaded_at)} if figures.loaded_at else {},
    )  # fmt: skip
    yield _gauge(
        "medline_newest_dump", "Production number of the newest dump that readers see.", "number", ("year",),
        {(f"{newest.year:02}",): newest.number or 0} if newest else {},
    )  # fmt: skip
    size = {(): home.pointer.stat().st_size} if home.pointer.exists() else {}
    yield _gauge("medline_database", "Size of the database that readers see.", "bytes", (), size)
    yield _gauge(
        "medline_mesh", "Year of a file of MeSH that readers see.", "year", ("file", "md5"),
        {(file["name"], file["md5"]): file["year"] for file in figures.mesh},
    )  # fmt: skip
    yield from _mirror_metrics(home, applied)
    by_table = {(table,): count for table, count in figures.rows.items()}
    yield _gauge("medline", "Rows of a table that readers see.", "rows", ("table",), by_table)
    anomalies = {(): figures.anomalies}
    yield _gauge("medline", "Values of the files applied that could not be typed.", "anomalies", (), anomalies)
    yield _gauge(
        "medline_unknown", "Elements, attributes and tags of the files applied that the schema does not know.",
        "paths", (), {(): figures.unknown_paths},
    )  # fmt: skip


def _mirror_metrics(home: Home, applied: contents.Contents) -> Iterator[Metric]:
    """How far the newest dump is behind the last listing of the mirror."""
    planned = runs.last(home, "newest_listed")
    if not planned or not applied.newest:
        return
    behind = {(): applied.behind(source(Path(planned["newest_listed"])))}
    yield _gauge("medline_behind", "Dumps that the mirror listed, and readers do not see yet.", "dumps", (), behind)
    listing = fetch.last_listing(home)
    at = max([planned["started_at"], *([listing.at] if listing else [])], key=_stamp)
    yield _gauge("medline_listed_timestamp", "When the mirror was last read.", "seconds", (), {(): _stamp(at)})


def _gauge(
    name: str, description: str, unit: str, labels: Iterable[str], values: Mapping[Any, float]
) -> GaugeMetricFamily:
    """Return a family of gauges; its unit becomes the end of its name."""
    family = GaugeMetricFamily(name, description, labels=tuple(labels), unit=unit)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counter(name: str, description: str, values: Mapping[Any, float]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, description, labels=("what", "outcome"), unit="runs")
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _stamp(moment: str | datetime) -> float:
    """Return the seconds since 1970; a moment without a zone is UTC."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
