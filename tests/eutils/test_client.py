"""Requests to the E-utilities: windows and their parts, and what of an answer counts as one. No server is needed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import parse_qs

import httpx2
import pytest

from medline.errors import NetworkError
from medline.eutils import client
from medline.eutils.client import LAST_PMID, Found, Server, Window
from medline.settings import Settings

KEY = "0123secret"
FOUND = """<eSearchResult><Count>{count}</Count><QueryKey>1</QueryKey><WebEnv>MC</WebEnv>
<IdList><Id>3</Id><Id>1</Id></IdList>{more}</eSearchResult>"""
SET = "<?xml version='1.0'?><!DOCTYPE PubmedArticleSet PUBLIC 'a' 'b'>\n<PubmedArticleSet>{}</PubmedArticleSet>\n"
RECORD = "<PubmedArticle><MedlineCitation><PMID>{}</PMID></MedlineCitation></PubmedArticle>"


class Stream:
    """What the transport of the package counts silence with."""

    def begin(self) -> None:
        pass


class Asked:
    """The E-utilities with these answers, and the parameters of the requests to it."""

    def __init__(self, *answers: str | tuple[int, str]) -> None:
        self.answers, self.requests = list(answers), list[dict[str, str]]()
        self.urls: list[str] = []
        http = httpx2.Client(transport=httpx2.MockTransport(self._answer))
        network = Settings(attempts=1, backoff=0, api_key=KEY, contact="a@example.org")
        self.server = Server(http, "https://eutils.example.org/", network, "otters OR eels", 10)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.urls.append(str(request.url))
        self.requests.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
        answer = self.answers.pop(0)
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx2.Response(status, content=iter([body.encode()]), extensions={"network_stream": Stream()})


@pytest.fixture(autouse=True)
def _places(monkeypatch):
    """No test waits for the place of another."""
    monkeypatch.setattr(client, "PLACES", {})


def test_a_window_without_dates_is_parted_into_ones_that_follow_each_other():
    parts = Window().parts([])
    assert parts[0].days[0] == "1000-01-01"
    assert parts[-1].days[1] == "3000-12-31"
    for one, other in pairwise(parts):
        assert date.fromisoformat(one.days[1]) + timedelta(1) == date.fromisoformat(other.days[0])


def test_a_window_of_days_is_halved():
    parts = Window(days=("2020-02-28", "2020-03-01")).parts([1])
    assert [part.days for part in parts] == [("2020-02-28", "2020-02-29"), ("2020-03-01", "2020-03-01")]


@pytest.mark.parametrize(
    ("within", "pmids", "parts"),
    [
        ((), [9, 1, 5], [(1, 5), (6, LAST_PMID)]),
        ((1, 8), [8, 2, 4, 6], [(1, 4), (5, 8)]),
        ((7, 8), [7, 8], [(7, 7), (8, 8)]),
    ],
)
def test_a_day_is_parted_at_the_median_of_its_pmids(within, pmids, parts):
    day = ("2020-01-01", "2020-01-01")
    assert [(part.days, part.pmids) for part in Window(days=day, pmids=within).parts(pmids)] == [
        (day, p) for p in parts
    ]


def test_a_window_is_named_in_words():
    assert str(Window()) == "Entrez date any, PMID any"
    assert (
        str(Window(days=("2020-01-01", "2020-01-02"), pmids=(1, 9)))
        == "Entrez date 2020-01-01 to 2020-01-02, PMID 1 to 9"
    )


def test_a_digest_is_that_of_the_pmids_in_their_order():
    assert Found(2, [1, 2], "a", "1", []).digest == Found(2, [1, 2], "b", "2", []).digest
    assert Found(2, [1, 2], "a", "1", []).digest != Found(2, [2, 1], "a", "1", []).digest


def test_a_search_posts_query_window_and_who_asks():
    asked = Asked(FOUND.format(count=2, more=""))
    found = asked.server.search(Window(days=("2020-01-01", "2020-01-02"), pmids=(1, 9)))
    assert (found.count, found.pmids, found.web_env, found.query_key) == (2, [3, 1], "MC", "1")
    assert asked.urls == ["https://eutils.example.org/esearch.fcgi"]
    assert asked.requests == [
        {"db": "pubmed", "term": "(otters OR eels) AND 1:9[uid]", "usehistory": "y", "sort": "pub_date",
         "retstart": "0", "retmax": "10", "datetype": "edat", "mindate": "2020/01/01", "maxdate": "2020/01/02",
         "tool": "medline-warehouse", "retmode": "xml", "email": "a@example.org", "api_key": KEY}
    ]  # fmt: skip


def test_what_of_a_query_was_ignored_is_kept():
    more = "<WarningList><PhraseNotFound> sea \n otter </PhraseNotFound><OutputMessage/></WarningList>"
    assert Asked(FOUND.format(count=2, more=more)).server.search(Window()).ignored == [("PhraseNotFound", "sea otter")]


@pytest.mark.parametrize(
    "answer",
    [FOUND.format(count=3, more=""), FOUND.format(count="x", more=""), FOUND.replace("<WebEnv>MC</WebEnv>", "").format(
        count=2, more=""), "<!DOCTYPE a [<!ENTITY b 'c'>]>" + FOUND.format(count=2, more=""), "<eSearchResult>", ""],
)  # fmt: skip
def test_an_answer_that_is_not_whole_is_none(answer):
    with pytest.raises(NetworkError, match=r"^https://eutils\.example\.org/esearch\.fcgi: no whole answer: "):
        Asked(answer).server.search(Window())


def test_records_are_those_that_were_asked_for_and_books():
    book = "<PubmedBookArticle><BookDocument><PMID>1</PMID></BookDocument></PubmedBookArticle>"
    asked = Asked(SET.format(RECORD.format(3) + book))
    records = asked.server.records(Found(2, [3, 1], "MC", "1", []), 0, 2)
    assert records == f"{RECORD.format(3)}{book}\n".encode()
    assert (asked.requests[0]["WebEnv"], asked.requests[0]["retstart"], asked.requests[0]["retmax"]) == ("MC", "0", "2")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (SET.format(RECORD.format(3)), "1 of 2 records are missing: PMID 1"),
        (SET.format("".join(map(RECORD.format, (3, 1, 2)))), "1 records came that were not asked for, like 2"),
        (SET.format(RECORD.format(3))[:-5], "no whole PubmedArticleSet: <?xml"),
        (SET.format("<PubmedArticle>"), "efetch.fcgi: its answer "),
        ((400, f'{{"error":"API key invalid {KEY}"}}'), "HTTP 400: API key invalid …"),
        ("", "no whole PubmedArticleSet: nothing"),
    ],
)
def test_other_answers_are_errors_without_the_key(answer, said):
    with pytest.raises(NetworkError) as error:
        Asked(answer).server.records(Found(2, [3, 1], "MC", "1", []), 0, 2)
    assert str(error.value).startswith("https://eutils.example.org/efetch.fcgi: ")
    assert said in str(error.value)
    assert KEY not in str(error.value)
