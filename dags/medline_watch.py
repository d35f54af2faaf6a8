"""Alerts, every evening: stale data, elements unknown to the schema, failed runs. Posted to MEDLINE_WEBHOOK."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import dag, task

sys.path.append(str(Path(__file__).parent))  # as the scheduler does, for tools that load this file alone
from medline_steps import PARAMS, SETTINGS, about, connected, log


@task
def watch(params: dict | None = None) -> list[str]:
    """Post the alerts; one that cannot be sent fails the task."""
    from medline.errors import NetworkError
    from medline.ops import alerts

    with connected(params) as at:
        raised, unsent = alerts.watch(at["mirror"], at["home"])
    if unsent:
        raise NetworkError(f"{unsent} of {len(raised)} alerts could not be sent")
    return [log(alert.text) for alert in raised] or [log("no alerts")]


@dag(
    schedule="0 19 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    **about(__doc__),
    **{**SETTINGS, "params": {name: PARAMS[name] for name in ("mirror", "home")}},
)
def medline_watch():
    watch()


DAG = medline_watch()
