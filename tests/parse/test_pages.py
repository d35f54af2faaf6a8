"""The first and the last page of an article, right or NULL, from the many ways in which MedlinePgn prints pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import citation, document, rows_of
from compare import difference, read
from medline.parse import ENGINES, pages

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=150, deadline=None)


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    return request.param


def paged(sent: str) -> str:
    sent = sent.replace("&", "&amp;").replace("<", "&lt;")
    return f"<Pagination><MedlinePgn>{sent}</MedlinePgn></Pagination>"


def test_pages_of_the_case_file(data, engine):
    rows = rows_of(data / "cases/text/b02_pages.xml", engine=engine)
    assert rows("articles", "start_page end_page") == [
        ("50", None), ("58", None), (None, None), ("SUPPL:4309", "4322"), ("238", "240"), ("W-123", "W-129"),
        ("918e", "919e"), ("100", "104"), ("suppl 1:S12", "S19"),
    ]  # fmt: skip
    assert rows_of(data / "cases/xml/18_empty_pages.xml", engine=engine)("articles", "medline_pgn start_page") == [
        ("", None),
        ("", None),
    ]


@pytest.mark.parametrize(
    ("sent", "start", "end"),
    [
        ("557-63", "557", "563"), ("99-101", "99", "101"), ("1001-1010", "1001", "1010"), ("001-10", "001", "010"),
        ("S63-6", "S63", "S66"), ("S1-S10", "S1", "S10"), ("S9-12", "S9", "S12"), ("e1-e5", "e1", "e5"),
        ("e99", "e99", None),
        ("A12-4", "A12", "A14"), ("12A-15A", "12A", "15A"), ("56A-D", "56A", "56D"), ("1-10.e3", "1", "10.e3"),
        ("1016-21.e6", "1016", "1021.e6"), ("123.e1-123.e7", "123.e1", "123.e7"), ("123.e1-e7", "123.e1", "123.e7"),
        ("iv-xii", "iv", "xii"), ("viii", "viii", None), ("W-123-129", "W-123", "W-129"), ("557\u201363", "557", "563"),
        ("p. 12 - 5", "12", "15"), ("14-23 contd", "14", "23"), ("14, passim", "14", None),
        ("345ps14", "345ps14", None),
        ("100-4; discussion 104-6", "100", "104"), ("1475-6; author reply 1475-6", "1475", "1476"),
        ("28-34; quiz 36, 38", "28", "34"), ("100-4 (discussion 104-6)", "100", "104"), ("557-", "557", None),
        ("1259, 1261-2", "1259", None), ("120-2, 174", "120", None), ("77-95, viii", "77", None),
        ("198-2", "198", None), ("300-250", "300", None), ("123.e1-7", "123.e1", None), ("172s-80", "172s", None),
        ("918-9e", "918", None), ("12-A-15", "12", None), ("iv-12", None, None), ("1-2-8", None, None),
        ("3 p following 32", None, None), ("1 p", None, None), ("12p", None, None), ("[12 p.]", None, None),
        ("ePub", None, None), ("N.PAG", None, None), ("-", None, None), ("no page given", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_pages(tmp_path, engine, sent, start, end):
    assert pages.split_pages(sent) == (start, end)
    path = tmp_path / "records.xml"
    path.write_bytes(document(citation(1, article=paged(sent))))
    assert rows_of(path, engine=engine)("articles", "medline_pgn start_page end_page") == [(sent, start, end)]


def test_pages_that_are_sent_stay(tmp_path, engine):
    sent = "<Pagination><StartPage>1</StartPage><EndPage>2 p</EndPage><MedlinePgn>557-63</MedlinePgn></Pagination>"
    path = tmp_path / "records.xml"
    path.write_bytes(document(citation(1, article=sent)))
    assert rows_of(path, engine=engine)("articles", "start_page end_page") == [("1", "2 p")]


SECTIONS = st.sampled_from(["", "S", "e", "A", "SA", "W-", "D-"])
LETTERS = st.sampled_from(["", "", "e", "A", "s"])


@MANY
@given(
    st.data(), SECTIONS, st.integers(1, 20_000), st.integers(0, 3_000), LETTERS, st.sampled_from(["-", " - ", "\u2013"])
)
def test_pages_from_every_short_form(data, section, first, more, letters, dash):
    last = first + more
    full, digits = str(last), len(str(first))
    shared = next((n for n in range(len(full)) if len(full) != digits or full[n] != str(first)[n]), len(full) - 1)
    short = full[data.draw(st.integers(0, shared)) :]
    again = data.draw(st.sampled_from(["", section]))
    after = data.draw(st.sampled_from(["", "; discussion 9-11", " passim", "; author reply 5", "; quiz 7, 9"]))
    part = data.draw(st.sampled_from(["", "suppl 1:", "SUPPL:"]))
    sent = f"{part}{section}{first}{letters}{dash}{again}{short}{letters}{after}"
    assert pages.split_pages(sent) == (f"{part}{section}{first}{letters}", f"{section}{last}{letters}"), sent


@MANY
@given(st.text("0123456789--- ,;.:[]eSaivxp\u2013", max_size=16))
def test_no_page_is_invented(sent):
    start, end = pages.split_pages(sent)
    assert start is None or start in " ".join(sent.replace("\u2013", "-").split())
    assert end is None or (start is not None and any(sign.isalnum() for sign in end))
    if start and end and start.isdigit() and end.isdigit():
        assert int(end) >= int(start)


def test_engines_agree_on_pages(tmp_path):
    path = tmp_path / "records.xml"
    numbers = st.integers(0, 10**17).map(str) | st.sampled_from(["00", "012", "9", "99", "100"])
    sent = st.builds("{}{}{}{}{}".format, SECTIONS, numbers, st.sampled_from(["-", "--", ""]), SECTIONS, numbers)

    @SOME
    @given(st.lists(sent | st.text("0123456789-- ,;.:eSaiv\u2013", max_size=12), min_size=1, max_size=20))
    def check(texts):
        path.write_bytes(document(*(citation(n, article=paged(text)) for n, text in enumerate(texts, 1))))
        assert difference(path, (), read(path, engine="reference")) is None

    check()


def test_real_pages_have_a_first(data):
    """Of the real pages only one has none: it is a number of words."""
    rows = rows_of(data / "mirror/2020/baseline/pubmed20n1015.xml.gz")("articles", "medline_pgn start_page end_page")
    sent = [row for row in rows if row[0]]
    assert len(sent) > 400
    assert [row for row in sent if row[1] is None] == []
    assert [row for row in sent if re.fullmatch(r"\w+-\w+", row[0]) and row[2] is None] == []
