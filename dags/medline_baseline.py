"""A mirror's newest year, baseline first, into a new warehouse; readers see the old one until it is whole.

Started by hand, or by `medline_updates` when a new year appears.
"""

from __future__ import annotations

from airflow.sdk import dag
from medline_steps import SETTINGS, steps


@dag(schedule=None, doc_md=__doc__, **SETTINGS)
def medline_baseline():
    steps()


medline_baseline()
