"""Every evening: are the data too old, has a new file what the schema does not know? Told to MEDLINE_WEBHOOK."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import dag, task

sys.path.append(str(Path(__file__).parent))  # as the scheduler does; whoever loads this file alone may not
from medline_steps import PARAMS, SETTINGS, tell


@task
def watch(params: dict | None = None) -> list[str]:
    """Post what there is to tell; an alert that cannot be sent fails the task."""
    from medline.errors import NetworkError
    from medline.ops import alerts

    found, unsent = alerts.watch(params["mirror"], params["home"])
    if unsent:
        raise NetworkError(f"{unsent} of {len(found)} alerts could not be sent")
    return [tell(alert.text) for alert in found] or [tell("nothing to tell")]


@dag(
    schedule="0 19 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    doc_md=__doc__,
    **{**SETTINGS, "params": {name: PARAMS[name] for name in ("mirror", "home")}},
)
def medline_watch():
    watch()


medline_watch()
