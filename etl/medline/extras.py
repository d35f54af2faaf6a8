"""The extras of the package: what an installation lacks for a command, and how to get it."""

from __future__ import annotations

#: Modules that only an extra of pyproject.toml installs, with its name.
EXTRAS = {
    "httpcore2": "read", "httpx2": "read", "isal": "read", "llvmlite": "read", "numba": "read", "numpy": "read",
    "pyarrow": "read", "pycountry": "read", "tenacity": "read",
    "altair": "dashboard", "vl_convert": "dashboard",
    "tantivy": "search",
    "fsspec": "s3", "s3fs": "s3",
    "pyiceberg": "iceberg", "sqlalchemy": "iceberg",
    "airflow": "airflow",
}  # fmt: skip


def advice(error: ModuleNotFoundError) -> str:
    """Return which extra brings a module that is missing; '' where none does."""
    module = (error.name or "").partition(".")[0]
    if not (extra := EXTRAS.get(module)):
        return ""
    return f"{module} is not installed, which this needs: pip install 'medline-warehouse[{extra}]'"
