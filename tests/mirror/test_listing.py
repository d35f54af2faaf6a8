"""Listings: HTML pages of several servers, read to names, dates and sizes."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medline.errors import NetworkError
from medline.mirror import listing
from medline.mirror.listing import ListedFile, listed_date, read_listing
from medline.settings import Settings

URL = "https://user:secret@mirror.example.org/baseline/"
NETWORK = Settings(attempts=2, backoff=0)


class Stream:
    """What the transport of the package counts silence with."""

    def begin(self) -> None:
        pass


def listing_of(*pages: str, is_wanted=lambda name: name.endswith(".gz")) -> dict[str, ListedFile]:
    """What is read from a server that answers with these pages, one after the other."""
    left = list(pages)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=iter([left.pop(0).encode()]), extensions={"network_stream": Stream()})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        files = read_listing(client, URL, NETWORK, is_wanted)
    assert left == []
    return files


def page(*lines: str, title: str = "Index of /pubmed/baseline") -> str:
    return f"<html><head><title>{title}</title></head><body><pre>{''.join(lines)}</pre></body></html>"


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("   2026-01-29 14:29   19M  ", ListedFile("2026-01-29 14:29", 19 << 20)),
        ("   2026-01-29 14:29  4.5K  ", ListedFile("2026-01-29 14:29", 4608)),
        ("   2026-01-29 14:29   123\n", ListedFile("2026-01-29 14:29", 123)),
        ("   2026-01-29 14:29  1.5G ", ListedFile("2026-01-29 14:29", 3 << 29)),
        ("   2026-02-30 14:29   19M ", ListedFile("", 19 << 20)),
        ("   2026-01-29 14:29   19X ", ListedFile("", 0)),
        ("   29-Jan-2026 14:29  19M ", ListedFile("", 0)),
        ("", ListedFile("", 0)),
    ],
)
def test_date_and_size_stand_behind_a_name(about, expected):
    assert listing_of(page(f'<a href="one.xml.gz">one.xml.gz</a>{about}')) == {"one.xml.gz": expected}


def test_the_wanted_files_are_given_by_their_names():
    lines = '<a href="../">Parent</a>', '<a href="./one.gz">one</a> ', '<a href="two.gz.md5">two</a>', "<a>no link</a>"
    assert list(listing_of(page(*lines))) == ["one.gz"]


def test_the_first_of_two_links_to_a_file_does_not_hide_what_stands_behind_the_second():
    lines = '<a href="one.gz"><img></a>', '<a href="one.gz">one.gz</a>  2026-01-29 14:29  19M'
    assert listing_of(page(*lines)) == {"one.gz": ListedFile("2026-01-29 14:29", 19 << 20)}


@pytest.mark.parametrize("title", ["Index of /", "  index of /", "Directory listing for /"])
def test_a_listing_without_files_is_one_where_it_says_so(title):
    assert listing_of(page(title=title)) == {}


def test_a_page_that_is_none_or_is_cut_is_asked_for_again():
    good = page('<a href="one.gz">one.gz</a>')
    assert list(listing_of(good.removesuffix("</html>"), good)) == ["one.gz"]
    assert list(listing_of(page(title="Down for maintenance"), good)) == ["one.gz"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (page().removesuffix("</html>"), "baseline/: the listing ends before its </html>"),
        (page(title="Reindex of books"), "baseline/: a page that is no listing"),
        ("", "baseline/: the listing ends before its </html>"),
    ],
)
def test_one_that_stays_so_is_an_error_without_the_password(bad, said):
    with pytest.raises(NetworkError) as error:
        listing_of(bad, bad)
    assert str(error.value) == f"https://mirror.example.org/{said}"


@pytest.mark.parametrize("text", ["2026-13-01 00:00", "2026-02-29 00:00", "2026-01-01 24:00", "2026-01-01", ""])
def test_a_day_or_time_that_does_not_exist_is_none(text):
    assert listed_date(text) is None


def test_a_date_is_in_utc():
    assert listed_date("2028-02-29 23:59") == datetime(2028, 2, 29, 23, 59, tzinfo=UTC)


class Reference(HTMLParser):
    """Python's own reader of HTML: the links of a page with the text behind each, to the next one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.link, self.is_inside = "", True
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.link, self.is_inside = dict(attrs).get("href") or "", True
            self.links.setdefault(self.link, "")

    def handle_endtag(self, tag):
        self.is_inside = self.is_inside and tag != "a"

    def handle_data(self, data):
        if not self.is_inside:
            self.links[self.link] += data


LINKS = st.sampled_from(
    [
        '<a href="one.gz">one.gz</a>',
        "<A HREF='two.gz' title=\"x > y\">two</A>",
        "<a class=x href=three.gz >3</a>",
        "<b>b</b>",
        '<a href="four.gz&amp;x">4</a>',
        '<!-- <a href="no.gz">x</a> -->',
        "<td>&nbsp;</td>",
        "  2026-01-29 14:29  19M ",
        "<br/>",
        '<img src="x" alt="[   ]">',
        "&#62; &lt; &gt",
        "<a name=x>no</a>",
        '<a href="">e</a>',
        '<a data-href="x" href="5.gz">5</a>',
    ]
)


@given(st.lists(LINKS, max_size=12))
def test_links_are_those_that_pythons_reader_finds(lines):
    text = page(*lines)
    assert listing._Index(text).links == Reference(text).links


JUNK = st.sampled_from(
    [
        "<![x y>",
        "<![CDATA[",
        "<!",
        "<!DOCTYPE [",
        "<?x",
        "<?",
        "<!--",
        "-->",
        "<a ",
        "<a href=",
        '"',
        "'",
        "<",
        ">",
        "</",
        "</a",
        "&#",
        "9" * 5_000,
        ";",
        "&#x110000;",
        "&#xD800;",
        "&#-1;",
        "\0",
        '<a href="&#' + "9" * 5_000 + ';">',
        "]]>",
        "<script>",
        "<style>",
        "=",
        "<a\n",
        "\ufffd",
        "2026-99-99 99:99",
        "9" * 400 + "G",
        '<a href="one.gz">',
        "</html>",
        "Index of /",
    ]
)


@given(st.lists(JUNK | st.text(max_size=5)).map("".join))
def test_no_page_of_a_server_is_a_bug(text):
    index = listing._Index(text)
    assert all(isinstance(listing._listed(about), ListedFile) for about in index.links.values())


@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    ["<![x y>", "<!--", "<a ", '<a "', "<a href='", "<", "<a>", "x<b>", "&#9", " ", '<a href="x"  ', "</a", "<!", '"'],
)
def test_a_page_as_large_as_may_be_is_read(piece):
    """Once, and not from each place to its end."""
    listing._Index('<a href="one.gz">one</a>' + piece * (2_000_000 // len(piece)))
