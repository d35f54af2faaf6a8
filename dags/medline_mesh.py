"""MeSH, the vocabulary that citations are indexed with: each week a look whether its year or its files are new.

NLM publishes MeSH once a year, before the new baseline, and corrects files now and then. A week without news is a
success. Started by hand once, so that the first searches know the tree; before the first baseline it waits in the home.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException

sys.path.append(str(Path(__file__).parent))  # as the scheduler does, for tools that load this file alone
from medline import settings
from medline_steps import DEFAULTS, PARAMS, SETTINGS, WAREHOUSE, about, connected, log, place

#: NLM's folder is allowed with the mirrors, since the empty source stands for it.
ALLOWED = DEFAULTS.mirrors and f"{DEFAULTS.mirrors},{settings.NLM_MESH},none"
SOURCE = place(DEFAULTS.mesh, ALLOWED, "URL or directory of MeSH; empty for NLM's.")


@task(pool="medline_writer", outlets=[WAREHOUSE])
def publish_mesh(params: dict | None = None, outlet_events: Any = None) -> str:
    """Fetch and read the files of MeSH that are new, check, and publish them with the citations."""
    from medline import pipeline

    if params["mesh"] == "none":
        raise AirflowSkipException(log("MeSH is switched off: mesh is none"))
    with connected(params) as at:
        done, version = pipeline.mesh(at["home"], at["mesh"])
    if not version:
        waits = "it waits for the first baseline" if done.changed else "nothing new"
        raise AirflowSkipException(log(f"MeSH {done.year}: {waits}"))
    outlet_events[WAREHOUSE].extra = {"home": params["home"], "version": version}
    return log(f"MeSH {done.year} published with {version}")


@dag(
    schedule="0 9 * * 6",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    **about(__doc__),
    **{**SETTINGS, "params": {"home": PARAMS["home"], "mesh": SOURCE}},
)
def medline_mesh():
    publish_mesh()


DAG = medline_mesh()
