"""Subsets by query: against a server that speaks NLM's protocol, has its limits, and fails as it does."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from build import citation, rows_of
from eutils_queries import BOOK, KEY, NETWORK, batches, broken, entrez_days, fetch_from, pmids_in, serve, the_error
from medline.errors import NetworkError, UsageError
from medline.eutils.subset import fetch
from medline.settings import Settings
from mirror_server import every, raw_server


def test_a_query_becomes_one_file(tmp_path: Path):
    with serve() as server:
        paths = fetch_from(server, tmp_path)
    (path,) = paths
    assert re.fullmatch(r"all-[0-9a-f]{12}-0001\.xml\.gz", path.name)
    assert path.parent.parent == tmp_path
    assert pmids_in(paths) == list(range(1, 41))
    assert rows_of(path, engine="reference")("articles", "title")[0] == ("Of 40 & µ.",)
    assert batches(server) == [("0", "10"), ("10", "10"), ("20", "10"), ("30", "10")]
    assert server.asked("esearch", "usehistory", "retmax") == [("y", "9999")]
    assert path.read_bytes()[4:8] == bytes(4)  # gzip's time stamp


def test_the_same_answer_makes_the_same_bytes(tmp_path: Path):
    with serve() as server:
        (one,), (other,) = fetch_from(server, tmp_path / "a"), fetch_from(server, tmp_path / "b")
    assert one.read_bytes() == other.read_bytes()


def test_every_request_says_who_asks_and_no_url_says_what(tmp_path: Path):
    with serve() as server:
        fetch_from(server, tmp_path)
    assert {(r.asked["tool"], r.asked["email"], r.asked["api_key"]) for r in server.requests} == {
        ("medline-warehouse", "who@example.org", KEY)
    }
    assert {request.url for request in server.requests} == {"/entrez/eutils/esearch.fcgi", "/entrez/eutils/efetch.fcgi"}


def test_books_come_too(tmp_path: Path):
    with serve(range(1, 4)) as server:
        server.citations[2] = BOOK.format(2)
        (path,) = fetch_from(server, tmp_path)
    assert rows_of(path, engine="reference")("books", "pmid") == [(2,)]
    assert rows_of(path, engine="reference")("articles", "pmid") == [(3,), (1,)]


def test_nothing_found_is_no_file(tmp_path: Path):
    with serve(queries={"none": []}) as server:
        assert fetch_from(server, tmp_path, "none") == []
        assert fetch_from(server, tmp_path, "none") == []


@pytest.mark.parametrize(
    "query",
    [
        '"multiple sclerosis"[mh] AND 2002[dp]',
        "β-catenin ≥ 5 µm 漢字",
        "a&term=all&retmax=1",
        "50% + 1 #2; <b>",
        "../../etc",
    ],
)
def test_a_query_arrives_as_it_was_written(tmp_path: Path, query: str):
    with serve(queries={query: [3, 5]}) as server:
        paths = fetch_from(server, tmp_path, query)
    assert pmids_in(paths) == [3, 5]
    assert re.fullmatch(r"[a-z0-9-]+-0001\.xml\.gz", paths[0].name)
    assert paths[0].parent.parent == tmp_path


def test_queries_do_not_share_files(tmp_path: Path):
    with serve(queries={"A b": [1], "a-b": [2]}) as server:
        one, other = fetch_from(server, tmp_path, "A b"), fetch_from(server, tmp_path, "a-b")
    assert one[0].name != other[0].name


def test_line_breaks_of_a_query_are_blanks(tmp_path: Path):
    with serve(queries={"a OR b": [3]}) as server:
        assert fetch_from(server, tmp_path, "a\nOR\r\n  b ") == fetch_from(server, tmp_path, "a OR b")


@pytest.mark.parametrize("query", ["", " \n", "a\0b", "a\ud800b", "a\x1b[31mb"])
def test_an_invalid_query_is_refused(tmp_path: Path, query: str):
    with serve() as server:
        assert "not a query" in the_error(server, tmp_path, UsageError, query)
    assert server.requests == []


@pytest.mark.parametrize("url", ["/some/where", "ftp://127.0.0.1/", "http://", "http://[/"])
def test_an_invalid_url_is_refused(tmp_path: Path, url: str):
    with pytest.raises(UsageError, match=r"http\(s\) URL"):
        fetch("all", tmp_path, url=url, network=NETWORK)
    assert list(tmp_path.iterdir()) == []


# What PubMed did not understand


@pytest.mark.parametrize(
    ("query", "notes", "said"),
    [
        ("all", "<ErrorList><FieldNotFound>mhh</FieldNotFound></ErrorList>", "field not found: mhh"),
        ("x", "<ErrorList><PhraseNotFound>xyzzy</PhraseNotFound></ErrorList>", "phrase not found: xyzzy"),
        ("x", "<WarningList><QuotedPhraseNotFound>\"x\ny\"</QuotedPhraseNotFound><OutputMessage>No items found."
         "</OutputMessage></WarningList>", 'quoted phrase not found: "x y"'),
    ],
)  # fmt: skip
def test_a_query_that_is_not_understood_is_an_error(tmp_path: Path, query: str, notes: str, said: str):
    with serve(notes={query: notes}) as server:
        message = the_error(server, tmp_path, UsageError, query)
    assert message == f"PubMed does not understand the query ({said}); correct it"


def test_what_pubmed_ignored_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    notes = (
        "<ErrorList><PhraseNotFound>xyzzy</PhraseNotFound></ErrorList>"
        "<WarningList><OutputMessage>Unmatched double quote ignored.</OutputMessage></WarningList>"
    )
    with serve(notes={"all": notes}) as server:
        assert len(pmids_in(fetch_from(server, tmp_path))) == 40
    (warning,) = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warning == "PubMed on the query: phrase not found: xyzzy; output message: Unmatched double quote ignored."


# Windows


def test_more_hits_than_a_window_are_parted_by_date(tmp_path: Path):
    with serve(range(1, 71), window=20) as server:
        paths = fetch_from(server, tmp_path)
        searched = server.asked("esearch", "datetype", "mindate", "maxdate", "term")
    assert pmids_in(paths) == list(range(1, 71))
    assert len(paths) >= 4
    assert searched[0] == ("", "", "", "all")
    assert searched[1:4] == [
        ("edat", "1000/01/01", "1899/12/31", "all"),
        ("edat", "1900/01/01", "2049/12/31", "all"),
        ("edat", "2050/01/01", "3000/12/31", "all"),
    ]
    assert {(kind, term) for kind, *_, term in searched[1:]} == {("edat", "all")}


@pytest.mark.parametrize("hits", [19, 20, 21])
def test_a_window_that_is_just_full_is_not_cut(tmp_path: Path, hits: int):
    with serve(range(1, hits + 1), window=20) as server:
        paths = fetch_from(server, tmp_path)
    assert pmids_in(paths) == list(range(1, hits + 1))
    assert (len(paths) == 1) == (hits <= 20)


def test_a_day_with_more_hits_than_a_window_is_parted_by_pmid(tmp_path: Path):
    pmids = range(5_000_000, 5_000_045)
    with serve(pmids, window=20, entrez=dict.fromkeys(pmids, "2002/03/04")) as server:
        paths = fetch_from(server, tmp_path)
        terms = [term for (term,) in server.asked("esearch", "term")]
    assert pmids_in(paths) == list(pmids)
    assert any(re.fullmatch(r"\(all\) AND 1:50000[0-9]{2}\[uid\]", term) for term in terms)
    assert any(re.fullmatch(r"\(all\) AND 50000[0-9]{2}:99999999\[uid\]", term) for term in terms)


def test_a_server_that_gives_out_fewer_than_it_should_is_seen(tmp_path: Path):
    with serve(range(1, 26), window=20) as server:
        assert "no whole answer" in the_error(server, tmp_path, NetworkError, window=25)


def test_records_without_a_date_are_not_lost_silently(tmp_path: Path):
    pmids = range(1, 41)
    dated = {pmid: day for pmid, day in entrez_days(pmids).items() if pmid != 7}
    with serve(pmids, window=20, entrez=dated) as server:
        message = the_error(server, tmp_path, NetworkError)
    assert message.startswith("a search finds 40 records, and parted by Entrez date and PMID 39")


def test_a_search_whose_hits_change_is_begun_anew(tmp_path: Path):
    pmids = range(1, 41)

    def grow(request) -> None:
        if len(server.requests) == 4:
            server.citations[41], server.entrez[41] = citation(41), "2001/01/01"

    with serve(pmids, window=20) as server:
        server.before = grow
        paths = fetch_from(server, tmp_path)
        whole = [dates for dates in server.asked("esearch", "mindate") if dates == ("",)]
    assert pmids_in(paths) == list(range(1, 42))
    assert len(whole) == 2


# Rate


@pytest.mark.parametrize(("key", "most"), [("", 3), (KEY, 10)])
def test_no_second_has_more_requests_than_nlm_takes(tmp_path: Path, key: str, most: int):
    # a request that is given up frees its place while it is on its way
    network = Settings(api_key=key, timeout=60.0, attempts=3, backoff=0.01, connections=2)
    with serve(range(1, 31 if key else 8)) as server:
        workers = [
            threading.Thread(
                target=fetch_from, args=(server, tmp_path / str(n)), kwargs={"network": network, "batch": batch}
            )
            for n, batch in enumerate((3, 4))
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert {request.status for request in server.requests} == {200}
    assert len(server.requests) > most
    assert server.busiest() <= most


# Faults


@pytest.mark.parametrize("fault", ["503", "429", "html", "json", "backend", "empty", "bomb", "drop", "cut", "lack"])
def test_a_fault_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str):
    caplog.set_level(logging.DEBUG)
    with serve(faults={"esearch 1": fault, "efetch 2": fault}) as server:
        paths = fetch_from(server, tmp_path)
    assert pmids_in(paths) == list(range(1, 41))
    assert caplog.text.count("try 2 of 3 follows") == (1 if fault == "lack" else 2)
    assert KEY not in caplog.text


def test_a_server_that_stalls_is_left(tmp_path: Path):
    with serve(faults={"esearch 1": "stall", "efetch 2": "stall"}) as server:
        network = Settings(api_key=KEY, timeout=0.2, attempts=3, backoff=0.01, connections=2)
        assert len(pmids_in(fetch_from(server, tmp_path, network=network))) == 40


def test_a_server_whose_answer_never_begins_is_left(tmp_path: Path):
    endless = b"HTTP/1.1 102 Processing\r\n\r\n"
    with (
        raw_server(lambda number: every(0.05, endless)) as url,
        pytest.raises(NetworkError, match=r"esearch\.fcgi: neither a whole head nor .* came in 0\.6 s"),
    ):
        fetch("all", tmp_path, url=url, network=replace(NETWORK, timeout=0.3))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("503", "HTTP 503"),
        ("html", "Maintenance"),
        ("json", "API rate limit exceeded"),
        ("backend", "Search Backend failed: Exception: no"),
        ("bomb", "no whole PubmedArticleSet"),
        ("cut", "no whole PubmedArticleSet"),
        ("lack", "1 of 10 records are missing: PMID 40"),
    ],
)
def test_a_fault_that_stays_is_one_line(tmp_path: Path, fault: str, said: str):
    with serve(faults=broken(1, 2, 3, by=fault)) as server:
        message = the_error(server, tmp_path, NetworkError)
    assert message.startswith(f"{server.url}efetch.fcgi: ")
    assert said in message


def test_records_that_never_come_are_named(tmp_path: Path):
    lost = [*range(3, 28), 31]
    with serve(lost=lost) as server:
        message = the_error(server, tmp_path, NetworkError, batch=40)
    assert "26 of 40 records are missing: PMID 3, 4, 5, " in message
    assert message.endswith("22 and 6 more")
    assert list(tmp_path.glob("*/*.gz")) == []


@pytest.mark.parametrize("first", [1, 2])
def test_a_refusal_of_the_server_is_reported_without_the_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, first: int
):
    caplog.set_level(logging.DEBUG)
    utility = ("esearch", "efetch")[first - 1]
    with serve(faults={f"{utility} {number}": "bad key" for number in (1, 2, 3)}) as server:
        message = the_error(server, tmp_path, NetworkError)
    assert message == f"{server.url}{utility}.fcgi: HTTP 400: API key invalid: …"
    assert KEY not in caplog.text
    assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_entities_of_a_search_are_refused(tmp_path: Path):
    bomb = '<!DOCTYPE eSearchResult [<!ENTITY a "0">]><eSearchResult><Count>&a;</Count></eSearchResult>'
    with serve() as server:
        server.answer = lambda request, fault: (200, bomb.encode())
        assert "no whole answer" in the_error(server, tmp_path, NetworkError)


def test_a_search_that_names_fewer_than_it_counts_is_tried_again(tmp_path: Path):
    with serve() as server:
        right = server.answer
        short = iter([(b"<Id>7</Id>", b""), (b"<Id>7</Id>", b"<Id>8</Id>")])

        def answer(request, fault):
            status, body = right(request, fault)
            return status, body.replace(*next(short, (b"\0", b"")))

        server.answer = answer
        assert len(pmids_in(fetch_from(server, tmp_path))) == 40
        assert len(server.asked("esearch")) == 3


def test_records_that_were_not_asked_for_are_refused(tmp_path: Path):
    with serve(range(1, 4)) as server:
        server.citations[2] += "<DeleteCitation><PMID Version='1'>99</PMID></DeleteCitation>"
        assert "1 records came that were not asked for, like DeleteCitation" in the_error(
            server, tmp_path, NetworkError
        )
