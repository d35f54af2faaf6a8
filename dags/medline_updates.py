"""New and re-issued files of the mirror, every day: all in one run, in order.

A day without new files is a success that skips its tasks. A new year is left to `medline_baseline`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag, task

sys.path.append(str(Path(__file__).parent))  # as the scheduler does, for tools that load this file alone
from medline_steps import ONE_CONNECTION, SETTINGS, about, connected, steps


@task.branch(**ONE_CONNECTION)
def look(params: dict | None = None) -> str:
    """Start the baseline for a new year, or the first one; else update."""
    from medline import pipeline

    with connected(params) as at:
        is_due = pipeline.baseline_is_due(at["mirror"], at["home"], connections=1)
    return "start_baseline" if is_due else "list_batches"


@dag(schedule="0 11 * * *", start_date=datetime(2026, 1, 1, tzinfo=UTC), **about(__doc__), **SETTINGS)
def medline_updates():
    start_baseline = TriggerDagRunOperator(
        task_id="start_baseline", trigger_dag_id="medline_baseline", conf="{{ params | tojson }}"
    )
    look() >> [start_baseline, steps()]


DAG = medline_updates()
