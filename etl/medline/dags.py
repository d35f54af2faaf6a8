"""All DAGs, for a line in a folder of DAGs: `from medline.dags import *`. Needs Airflow."""

from __future__ import annotations

import sys
from importlib import import_module

from medline.settings import DAGS_DIRECTORY

sys.path.append(str(DAGS_DIRECTORY))

_MODULES = [import_module(path.stem) for path in sorted(DAGS_DIRECTORY.glob("medline_*.py"))]

DAGS = {one.dag_id: one for module in _MODULES for one in vars(module).values() if type(one).__name__ == "DAG"}

globals().update(DAGS)

__all__ = list(DAGS)  # pyright: ignore
