"""A mirror's newest year, baseline first, into a new warehouse; readers see the old one until it is whole.

Started by hand, or by `medline_updates` when a new year appears.
"""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk import dag

sys.path.append(str(Path(__file__).parent))  # as the scheduler does; whoever loads this file alone may not
from medline_steps import SETTINGS, steps


@dag(schedule=None, doc_md=__doc__, **SETTINGS)
def medline_baseline():
    steps()


medline_baseline()
