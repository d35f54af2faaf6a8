"""URLs of mirrors, services and homes, as messages may show them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from medline.messages import redact


def is_url(mirror: str) -> bool:
    """Whether a mirror is named by URL, and not by directory."""
    return "://" in mirror


def shown(url: str) -> str:
    """A URL for messages: without the password, the query or the parameters (`;token=…`) that it may carry.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(url)
    path = re.sub(";[^/]*", "", parts.path)
    return redact(f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{path}")


def named(text: str) -> str:
    """What was given as a URL, for messages: also what is none, or mistyped."""
    try:
        return shown(text)
    except ValueError:  # which repeats a part of it
        return redact(text)
