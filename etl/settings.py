"""Where things are, from the environment; every command and DAG parameter may say otherwise."""

from __future__ import annotations

import os
from pathlib import Path

CREDIT = "Courtesy of the U.S. National Library of Medicine"


def home() -> Path:
    """Directory of lake and warehouse: MEDLINE_HOME, or `home` below the current directory."""
    return Path(os.environ.get("MEDLINE_HOME", "home"))


def mirror() -> Path:
    """Directory laid out like NLM's mirror: MEDLINE_MIRROR, or `mirror` below the home."""
    return Path(os.environ.get("MEDLINE_MIRROR") or home() / "mirror")
