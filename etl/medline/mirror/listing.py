"""Listings of a server: HTML pages, which say of each file when it changed and, in three digits, how large it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

from medline.mirror.http import fetched, retrying, try_again
from medline.settings import Settings
from medline.urls import shown

if TYPE_CHECKING:
    import httpx

#: NLM's listing of 1,500 files has 300 kB.
LARGEST_LISTING = 64 << 20

#: What the listing prints behind a file's name: date of the last change, and size with three digits.
LISTED = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2})\s+([0-9]{1,15}(?:\.[0-9]{1,15})?)([KMGT]?)(?![\w.])"
)
#: What servers call a listing: Apache and nginx, Python's http.server.
LISTING = re.compile(r"\s*(?:index of|directory listing)\b", re.IGNORECASE)
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class ListedFile(NamedTuple):
    """A file as a listing has it.

    Attributes:
        changed: "2026-01-29 14:29"; '' where the listing has no date.
        bytes: as exactly as the listing says, or 0.
    """

    changed: str
    bytes: int


def read_listing(
    http: httpx.Client, url: str, network: Settings, is_wanted: Callable[[str], bool]
) -> dict[str, ListedFile]:
    """Return the wanted files of a listing, by name.

    Raises:
        NetworkError: the server does not answer, or not with a whole listing.
    """
    for attempt in retrying(network):
        with attempt:
            page = _Index()
            page.feed(fetched(http, "GET", url, LARGEST_LISTING).decode("utf-8", "replace"))
            links = {link.removeprefix("./"): about for link, about in page.links.items()}
            files = {name: _listed(about) for name, about in links.items() if is_wanted(name)}
            if not page.is_whole:
                raise try_again(f"{shown(url)}: the listing ends before its </html>")
            if not files and not page.is_listing:
                raise try_again(f"{shown(url)}: a page that is no listing")
    return files


def listed_date(text: str) -> datetime | None:
    """Return a date as the listing prints it; None for a day or a time that does not exist."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _listed(about: str) -> ListedFile:
    match = LISTED.match(about)
    if not match:
        return ListedFile("", 0)
    return ListedFile(match[1] if listed_date(match[1]) else "", round(float(match[2]) * UNITS[match[3]]))


class _Index(HTMLParser):
    """The links of an index page with the text behind each, and whether the page is whole.

    A page that says that the server is down for maintenance is whole too, so one without dumps must call itself a
    listing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.link: str | None = None
        self.is_whole = self.is_inside = self.is_listing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.link, self.is_inside = dict(attrs).get("href") or "", True
            self.links.setdefault(self.link, "")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "a"
        self.is_whole = self.is_whole or tag == "html"

    def handle_data(self, data: str) -> None:
        self.is_listing = self.is_listing or bool(LISTING.match(data))
        if self.link is not None and not self.is_inside:
            self.links[self.link] += data
