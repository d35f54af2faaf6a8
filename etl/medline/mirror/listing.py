"""Listings of a server: HTML pages, which say of each file when it changed and, in three digits, how large it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from medline.mirror.http import fetched, retrying, try_again
from medline.settings import Settings
from medline.urls import shown

if TYPE_CHECKING:
    import httpx2

#: NLM's listing of 1,500 files has 300 kB.
LARGEST_LISTING = 16 << 20

#: What the listing prints behind a file's name: date of the last change, and size with three digits.
LISTED = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2})\s+([0-9]{1,15}(?:\.[0-9]{1,15})?)([KMGT]?)(?![\w.])"
)
#: What servers call a listing: Apache and nginx, Python's http.server.
LISTING = re.compile(r"\s*(?:index of|directory listing)\b", re.IGNORECASE)
#: Characters of a text between two tags that are looked at.
LONGEST_TEXT = 1_000

#: A tag with its attributes, or the begin of a comment. Nothing in it is read twice, so that no page takes long.
_TAG = re.compile(r"""<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
_HREF = re.compile(r"""(?:^|\s)href\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
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
    http: httpx2.Client, url: str, network: Settings, is_wanted: Callable[[str], bool]
) -> dict[str, ListedFile]:
    """Return the wanted files of a listing, by name.

    Raises:
        NetworkError: the server does not answer, or not with a whole listing.
    """
    for attempt in retrying(network):
        with attempt:
            page = _Index(fetched(http, "GET", url, LARGEST_LISTING).decode("utf-8", "replace"))
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


class _Index:
    """The links of an index page with the text behind each, and whether the page is whole.

    A page that says that the server is down for maintenance is whole too, so one without dumps must call itself a
    listing. Of HTML no more is read than a listing has: Python's parser fails on some pages, and takes minutes for
    others.

    Attributes:
        links: what stands behind each link, to the next one.
    """

    def __init__(self, page: str) -> None:
        self.links: dict[str, str] = {}
        self.link: str | None = None
        self.is_whole = self.is_inside = self.is_listing = False
        position = 0
        while match := _TAG.search(page, position):
            self._add_text(page[position : match.start()])
            position = match.end()
            if match[2]:
                self._add_tag(match[2].lower(), is_end=bool(match[1]), attributes=match[3])
            elif (end := page.find("-->", position)) < 0:
                return  # a comment that does not end
            else:
                position = end + 3
        self._add_text(page[position:])

    def _add_tag(self, tag: str, *, is_end: bool, attributes: str) -> None:
        if is_end:
            self.is_inside = self.is_inside and tag != "a"
            self.is_whole = self.is_whole or tag == "html"
        elif tag == "a":
            href = _HREF.search(attributes)
            self.link, self.is_inside = _unescaped(href[1] or href[2] or href[3] or "") if href else "", True
            self.links.setdefault(self.link, "")

    def _add_text(self, text: str) -> None:
        text = _unescaped(text[:LONGEST_TEXT])
        self.is_listing = self.is_listing or bool(LISTING.match(text))
        if self.link is not None and not self.is_inside and len(self.links[self.link]) < LONGEST_TEXT:
            self.links[self.link] += text


def _unescaped(text: str) -> str:
    """Return a text with the characters that its references stand for; as it is, where one is no character."""
    try:
        return unescape(text)
    except (ValueError, OverflowError):  # a number of more digits than Python converts
        return text
