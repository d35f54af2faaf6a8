"""A headless Chromium, for tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

FLAGS = ["--no-sandbox", "--no-first-run", "--disable-sync", "--disable-background-networking",
         "--disable-component-update"]  # fmt: skip


@contextmanager
def chromium() -> Iterator:
    """Playwright's browser for a block; skips the test where the machine has no Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("needs Chromium, not here: sh scripts/chromium.sh")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
