"""The page of feeds has what the headers of `sql/feeds` say."""

from __future__ import annotations

import pytest

from medline.outputs.feeds import feeds
from medline.reference.feeds import feed_reference


@pytest.fixture(scope="module")
def page() -> str:
    return feed_reference()


@pytest.mark.parametrize("feed", feeds(), ids=lambda feed: feed.name)
def test_a_feed_is_listed_with_grain_key_and_columns(page, feed):
    assert f"| [{feed.name}](#{feed.name}) | {feed.field('Grain')} | {', '.join(feed.names('Key'))} |\n" in page
    section = page.split(f"\n## {feed.name}\n")[1].partition("\n## ")[0]
    assert feed.description in section
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert rows == [f"| {name} | {kind} | {description} |" for name, kind, description in feed.columns]
    assert set(feed.names("Key")) <= {name for name, *_ in feed.columns}


def test_feeds_stand_in_one_order(page):
    names = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert names == [feed.name for feed in feeds()]
