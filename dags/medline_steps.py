"""What the DAGs share: params, when to try again, and the steps that bring files and publish them.

Every step is one call into `medline` and may run twice. Only `publish` writes the database: its pool has one slot.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, XComArg, task
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowRuntimeError, AirflowSkipException

from medline import settings
from medline.errors import Locked, NetworkError

#: The published database; what depends on it is scheduled by it.
WAREHOUSE = Asset("medline_warehouse")

DEFAULTS = settings.read()
PARAMS = {
    "mirror": Param(DEFAULTS.mirror, type="string", description="URL of NLM's mirror or another, or a directory."),
    "home": Param(DEFAULTS.home, type="string", description="Where lake and warehouse are: a directory, or s3://…"),
    "engine": Param("compiled", enum=["compiled", "reference"], description="Reader of the files."),
}


def tell_of_failure(context: Context) -> None:
    """Post a task that failed for good to the webhook: once for each task of a DAG run, however often it is mapped, and
    once more if it is cleared and fails again."""
    from medline.ops import alerts

    task = context["ti"]
    error = context.get("exception") or "no exception: its process was killed, or ran out of time"
    where = f"{task.dag_id} {task.run_id} {task.task_id}, try {task.try_number}"
    alerts.post_failure(context["params"]["home"], error, where)


#: Networks mend themselves, other runs end, and Airflow's API comes back (AirflowRuntimeError). Bad data stays bad.
#: A task whose worker was lost raises nothing: the policy is not asked, and it is tried again. The first delay is
#: Airflow's [core] default_task_retry_delay.
DEFAULT_ARGS = {
    "on_failure_callback": tell_of_failure,
    "retries": 6,
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(hours=1),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(exception=[NetworkError, Locked, AirflowRuntimeError], action=RetryAction.RETRY),
            RetryRule(exception=Exception, action=RetryAction.FAIL),
        ]
    ),
}

SETTINGS: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "params": PARAMS,
    "default_args": DEFAULT_ARGS,
    "tags": ["medline"],
}


@task
def list_batches(params: dict | None = None) -> list[list[str]]:
    """Read the mirror's listing: the files that the lake lacks, in batches, since a DAG may not map as many."""
    from medline import pipeline

    batches = pipeline.list_batches(params["mirror"], params["home"])
    tell(f"{sum(map(len, batches))} files to bring, in {len(batches)} batches")
    return batches or [[]]  # a mapped task without items would be skipped, and `publish` with it


@task
def bring(names: list[str], params: dict | None = None) -> str:
    """Fetch the files of a batch and read them into the lake."""
    from medline import pipeline

    brought = pipeline.ingest(params["mirror"], params["home"], names, params["engine"]) if names else []
    return tell(f"{len(brought)} files brought into the lake {_ends(brought)}")


@task(pool="medline_writer", trigger_rule="all_done_min_one_success", outlets=[WAREHOUSE])
def publish(params: dict | None = None) -> str:
    """Apply in order what the lake holds, up to the first file that is not there, check, and publish."""
    from medline import pipeline

    applied, waiting = pipeline.build(params["mirror"], params["home"])
    if not applied:
        raise AirflowSkipException(tell(waiting or "nothing new: the warehouse is current"))
    return tell(f"published, {len(applied)} files applied {_ends(applied)}")


@task(trigger_rule="none_failed_min_one_success")
def nothing_waits(params: dict | None = None) -> str:
    """Fail while a file of the mirror cannot be applied: what came before it is published all the same."""
    from medline import pipeline

    pipeline.check_nothing_pending(params["mirror"], params["home"])
    return tell("every file of the mirror is in the warehouse")


def steps() -> XComArg:
    """list_batches → bring → publish → nothing_waits; the first of them is returned."""
    batches = list_batches()
    brought = bring.expand(names=batches)
    published = publish()
    [batches, brought] >> published
    [batches, brought, published] >> nothing_waits()
    return batches


def _ends(names: list[str]) -> str:
    return f"({names[0]} to {names[-1]})" if names else ""


def tell(line: str) -> str:
    """Log what a task did, in one line; returned, it is what the task's XCom shows too."""
    import logging

    logging.getLogger("medline").info("%s", line)
    return line
