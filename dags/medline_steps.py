"""Params, retries and steps that the DAGs share.

Every step is one call into `medline` and may run twice. Only `publish` writes the database: its pool has one slot.
A task that asks the mirror has a slot of another pool.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from airflow.sdk import (
    Asset,
    Connection,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    XComArg,
    get_current_context,
    task,
)
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowRuntimeError, AirflowSkipException

from medline import settings
from medline.errors import Locked, NetworkError

#: The published databases, and the feeds. Events name the home and the version in `extra`.
WAREHOUSE = Asset("medline_warehouse", uri="x-medline://warehouse")
FEEDS = Asset("medline_feeds", uri="x-medline://feeds")

DEFAULTS = settings.read()

#: What begins a param that names a Connection of Airflow in place of a directory or URL: `conn:nlm`.
CONNECTION = "conn:"

#: Where the libraries look for what a Connection says beside its host, which is the URL; login and password are those
#: of an object store alone.
FIELDS = {"AWS_ACCESS_KEY_ID": "login", "AWS_SECRET_ACCESS_KEY": "password"}
EXTRA = {"MEDLINE_CONTACT": "contact", "AWS_ENDPOINT_URL": "endpoint_url", "AWS_DEFAULT_REGION": "region_name"}


def place(default: str, allowed: str, description: str) -> Param:
    """Return a param for a directory or URL; Airflow refuses a run that names one that is not allowed.

    Args:
        default: is allowed.
        allowed: directories and URLs, separated by commas; what is below them is allowed too. All are, if empty.
        description: for the form of the run.
    """
    tops = [top.strip() for top in allowed.split(",") if top.strip()]
    if not tops:
        return Param(default, type="string", description=description)
    known = "|".join([f"{re.escape(top.rstrip('/'))}(/.*)?" for top in tops] + [re.escape(default)])
    outside = (
        r"(?![\s\S]*\n)(?!(.*/)?\.\.(/|$))"  # a line break would end the pattern early, `..` would leave a directory
    )
    return Param(default, type="string", pattern=f"^{outside}({known})$", description=description)


PARAMS = {
    "mirror": place(DEFAULTS.mirror, DEFAULTS.mirrors, "URL of NLM's mirror or another, a directory, or conn:ID."),
    "home": place(DEFAULTS.home, DEFAULTS.homes, "Directory, s3://… or conn:ID, that contains lake and warehouse."),
    "engine": Param("compiled", enum=["compiled", "reference"], description="Reader of the files."),
}


@contextmanager
def connected(params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the params with the URLs of the Connections that they name, in an environment with the keys, for a block.

    Keys and passwords are in the environment of the task alone, and in no URL, as URLs are logged and remembered.
    """
    named = {name: value for name, value in params.items() if str(value).startswith(CONNECTION)}
    connections = {name: Connection.get(value.removeprefix(CONNECTION)) for name, value in named.items()}
    before = dict(os.environ)
    for one in connections.values():
        said = {variable: one.extra_dejson.get(field) for variable, field in EXTRA.items()}
        if str(one.host).startswith("s3://"):
            said |= {variable: getattr(one, field) for variable, field in FIELDS.items()}
        os.environ.update({variable: value for variable, value in said.items() if value})
    try:
        yield {**params, **{name: one.host for name, one in connections.items()}}
    finally:
        for variable in (*FIELDS, *EXTRA):
            os.environ.pop(variable, None)
        os.environ.update(before)


def post_failure(context: Context) -> None:
    """Post a task that failed after its last retry to the webhook.

    Once for each task of a DAG run, however often it is mapped, and once more if it is cleared and fails again.
    """
    from medline.ops import alerts

    task = context["ti"]
    error = context.get("exception") or "no exception: its process was killed, or ran out of time"
    where = f"{task.dag_id} {task.run_id} {task.task_id}, try {task.try_number}"
    home = getattr(context["task"], "op_kwargs", {}).get("home") or context["params"]["home"]
    with connected({"home": home}) as at:
        alerts.post_failure(at["home"], error, where)


#: Retried are errors that pass: of networks, of locks, of Airflow's API (AirflowRuntimeError). Bad data stays bad.
#: A task whose worker was lost raises nothing, so this policy does not apply to it, and it is retried. The first delay
#: is Airflow's [core] default_task_retry_delay.
DEFAULT_ARGS = {
    "owner": "medline",
    "on_failure_callback": post_failure,
    "execution_timeout": timedelta(hours=12),  # all of PubMed is published within one; a task this old hangs
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

#: Of a task that asks the mirror, over one connection: the pool has as many slots as the mirror allows connections.
ONE_CONNECTION: dict[str, Any] = {"pool": "medline_mirror"}

SETTINGS: dict[str, Any] = {
    "catchup": False,
    "dagrun_timeout": timedelta(days=2),
    "max_active_runs": 1,
    "params": PARAMS,
    "default_args": DEFAULT_ARGS,
    "tags": ["medline"],
}


@task(**ONE_CONNECTION)
def list_batches(params: dict | None = None) -> list[list[str]]:
    """Read the mirror's listing: the files that the lake lacks, in batches, since a DAG may not map a task to each."""
    from medline import pipeline

    with connected(params) as at:
        batches = pipeline.list_batches(at["mirror"], at["home"], connections=1)
    log(f"{sum(map(len, batches))} files to ingest, in {len(batches)} batches")
    return batches or [[]]  # a task mapped to an empty list would be skipped, and `publish` with it


@task(map_index_template="{{ files }}", **ONE_CONNECTION)
def ingest(names: list[str], params: dict | None = None) -> str:
    """Fetch the files of a batch and read them into the lake."""
    from medline import pipeline

    cast("dict[str, Any]", get_current_context())["files"] = _first_and_last(names)
    with connected(params) as at:
        done = pipeline.ingest(at["mirror"], at["home"], names, at["engine"], connections=1) if names else []
    return log(f"{len(done)} files read into the lake ({_first_and_last(done)})")


@task(pool="medline_writer", trigger_rule="all_done_min_one_success", outlets=[WAREHOUSE])
def publish(params: dict | None = None, outlet_events: Any = None) -> str:
    """Apply the files of the lake in order, up to the first that is missing, check, and publish."""
    from medline import pipeline

    with connected(params) as at:
        applied, waiting = pipeline.build(at["mirror"], at["home"])
        version = pipeline.published_version(at["home"])
    if not applied:
        raise AirflowSkipException(log(waiting or "nothing new: the warehouse is current"))
    outlet_events[WAREHOUSE].extra = {"home": params["home"], "version": version}
    return log(f"published, {len(applied)} files applied ({_first_and_last(applied)})")


@task(trigger_rule="none_failed_min_one_success")
def nothing_waits(params: dict | None = None) -> str:
    """Fail while a file of the mirror cannot be applied; the files before it are published all the same."""
    from medline import pipeline

    with connected(params) as at:
        pipeline.check_nothing_pending(at["mirror"], at["home"])
    return log("every file of the mirror is in the warehouse")


def about(doc: str | None) -> dict[str, Any]:
    """Return the description of a DAG, and its longer one: the docstring of its file."""
    doc = doc or ""
    return {"description": doc.partition("\n")[0], "doc_md": doc}


def steps() -> XComArg:
    """Chain list_batches → ingest → publish → nothing_waits; return the first of them."""
    batches = list_batches()
    ingested = ingest.expand(names=batches)
    published = publish()
    [batches, ingested] >> published
    [batches, ingested, published] >> nothing_waits()
    return batches


def _first_and_last(names: list[str]) -> str:
    return f"{names[0]} to {names[-1]}" if names else "none"


def log(line: str) -> str:
    """Log the outcome of a task, and return it for the task's XCom."""
    import logging

    logging.getLogger("medline").info("%s", line)
    return line
