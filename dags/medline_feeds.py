"""Feeds and dashboard of the published version, after each update of `medline_warehouse`, in the home of the update."""

from __future__ import annotations

import sys
from copy import copy
from pathlib import Path
from typing import Any

from airflow.sdk import dag, task

sys.path.append(str(Path(__file__).parent))  # as the scheduler does, for tools that load this file alone
from medline_steps import FEEDS, PARAMS, SETTINGS, WAREHOUSE, about, connected, log


@task
def list_homes(params: dict | None = None, triggering_asset_events: Any = None) -> list[str]:
    """List the homes whose updates started this run; the param's, if it was started by hand."""
    events = triggering_asset_events[WAREHOUSE] if triggering_asset_events else []
    named = [event.extra["home"] for event in events if event.extra.get("home")]
    return [copy(PARAMS["home"]).resolve(home) for home in dict.fromkeys(named or [params["home"]])]


@task(outlets=[FEEDS], map_index_template="{{ task.op_kwargs['home'] }}")
def write_feeds(home: str, outlet_events: Any = None) -> str:
    """Write the feeds, unless those of this database are published already."""
    from medline.outputs import feeds

    with connected({"home": home}) as at:
        version = feeds.write(at["home"])
    outlet_events[FEEDS].extra = {"home": home, "version": version}
    return log(f"feeds {version} written" if version else "nothing new: the feeds are current")


@task(map_index_template="{{ task.op_kwargs['home'] }}")
def write_dashboard(home: str) -> str:
    """Write the dashboard from the feeds."""
    from medline.home import shown
    from medline.home.layout import DASHBOARD
    from medline.outputs import dashboard

    with connected({"home": home}) as at:
        dashboard.write(at["home"])
        return log(f"the page is {shown(at['home'])}/{DASHBOARD.form}")


@dag(schedule=[WAREHOUSE], **about(__doc__), **{**SETTINGS, "params": {"home": PARAMS["home"]}})
def medline_feeds():
    homes = list_homes()
    write_feeds.expand(home=homes) >> write_dashboard.expand(home=homes)


DAG = medline_feeds()
