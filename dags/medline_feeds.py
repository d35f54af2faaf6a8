"""Feeds and dashboard of the published version, after each update of `medline_warehouse`."""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk import dag, task

sys.path.append(str(Path(__file__).parent))  # as the scheduler does, for tools that load this file alone
from medline_steps import PARAMS, SETTINGS, WAREHOUSE, log


@task
def write_feeds(params: dict | None = None) -> str:
    """Write the feeds, unless those of this database are published already."""
    from medline.outputs import feeds

    version = feeds.write(params["home"])
    return log(f"feeds {version} written" if version else "nothing new: the feeds are current")


@task
def write_dashboard(params: dict | None = None) -> str:
    """Write the dashboard from the feeds."""
    from medline.home import shown
    from medline.home.layout import DASHBOARD
    from medline.outputs import dashboard

    dashboard.write(params["home"])
    return log(f"the page is {shown(params['home'])}/{DASHBOARD.form}")


@dag(schedule=[WAREHOUSE], doc_md=__doc__, **{**SETTINGS, "params": {"home": PARAMS["home"]}})
def medline_feeds():
    write_feeds() >> write_dashboard()


medline_feeds()
