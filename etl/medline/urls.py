"""URLs of mirrors, services and homes, as messages may show them."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_url(mirror: str) -> bool:
    """Whether a mirror is named by URL, and not by directory."""
    return "://" in mirror


def shown(url: str) -> str:
    """A URL for messages: without the password or the query that it may carry."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
