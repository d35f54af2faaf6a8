"""A mirror's newest year, baseline first, into a new warehouse; readers see the old one until the new one is complete.

Started by hand, or by `medline_updates` when a new year appears.
"""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk import dag

sys.path.append(str(Path(__file__).parent))  # as the scheduler does, for tools that load this file alone
from medline_steps import SETTINGS, about, steps


@dag(schedule=None, **about(__doc__), **SETTINGS)
def medline_baseline():
    steps()


DAG = medline_baseline()
