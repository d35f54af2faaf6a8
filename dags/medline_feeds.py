"""Feeds and page of what was published, whenever `medline_warehouse` was updated."""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk import dag, task

sys.path.append(str(Path(__file__).parent))  # as the scheduler does; whoever loads this file alone may not
from medline_steps import PARAMS, SETTINGS, WAREHOUSE, tell


@task
def write_feeds(params: dict | None = None) -> str:
    """Write the feeds, unless those of this database are there already."""
    from medline.outputs import feeds

    version = feeds.write(params["home"])
    return tell(f"feeds {version} written" if version else "nothing new: the feeds are current")


@task
def write_dashboard(params: dict | None = None) -> str:
    """Make the page from the feeds."""
    from medline.home.layout import DASHBOARD
    from medline.outputs import dashboard

    dashboard.write(params["home"])
    return tell(f"the page is {params['home']}/{DASHBOARD.form}")


@dag(schedule=[WAREHOUSE], doc_md=__doc__, **{**SETTINGS, "params": {"home": PARAMS["home"]}})
def medline_feeds():
    write_feeds() >> write_dashboard()


medline_feeds()
