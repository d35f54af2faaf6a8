"""Render the feeds as a page of Markdown, from the headers of `sql/feeds`."""

from __future__ import annotations

from medline.outputs.feeds import feeds

HEAD = """\
# Feeds

This page lists the columns of every feed. It is generated from the headers of `sql/feeds` by `make render`.
[Feeds and dashboard](../guides/feeds.md) explains how to write the feeds, how to poll them and what stays compatible.
Each feed is written as Parquet, CSV and JSON; the rows have a fixed order.

| feed | grain | key |
|---|---|---|"""


def feed_reference() -> str:
    """Return the page of feeds."""
    parts = [HEAD]
    parts += [
        f"| [{one.name}](#{one.name}) | {one.field('Grain')} | {', '.join(one.names('Key'))} |" for one in feeds()
    ]
    for one in feeds():
        parts += [f"\n## {one.name}\n", f"{one.description}\n", "| column | type | description |\n|---|---|---|"]
        parts += [f"| {name} | {kind} | {description} |" for name, kind, description in one.columns]
    return "\n".join(parts) + "\n"
