"""A webhook that keeps what is posted to it."""

from __future__ import annotations

import pytest

from webhook_server import Webhook


@pytest.fixture
def hook(monkeypatch):
    with Webhook() as hook:
        monkeypatch.setenv("MEDLINE_WEBHOOK", hook.url)
        monkeypatch.setenv("MEDLINE_BACKOFF", "0.01")
        yield hook
