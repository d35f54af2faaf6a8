"""ORCIDs and DOIs in the forms in which they occur. What is derived is right or NULL."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import authors, citation, document, rows_of, text_record
from medline.parse import identifiers
from medline.parse.kernels import xml_reader

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=150, deadline=None)
ORCID = "0000-0002-1825-0097"


# --- ORCID


def author(*numbers: str) -> str:
    listed = "".join(f'<Identifier Source="ORCID">{number}</Identifier>' for number in numbers)
    return authors("Alm").replace("</Author>", f"{listed}</Author>")


def test_the_spellings_of_an_orcid(data, engine):
    rows = rows_of(data / "cases/xml/13_orcid_forms.xml", engine=engine)
    assert rows("authors", "author_seq orcid") == [(n, ORCID if n <= 12 else None) for n in range(1, 15)]
    assert rows("person_identifiers", "identifier")[5:8] == [
        ("0000-0002-1825- 0097",),
        ("0000\u20100002\u20101825\u20100097",),
        ("0000\u20110002\u20111825\u20110097",),
    ]


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("https://orcid.org/https://orcid.org/0000-0002-1825-0097", ORCID),
        ("ORCID iD: orcid.org/0000-0002-1825-0097/.", ORCID),
        ("https%3A%2F%2Forcid.org%2F0000%2D0002%2D1825%2D0097", ORCID),
        ("\uff10\uff10\uff10\uff10-\uff10\uff10\uff10\uff12-1825-0097", ORCID),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000 0002 1694 233 \uff38.", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", "0000-0002-1825-0098"),
        ("0000-0002-1825-0098, 0000-0002-1825-0097", ORCID),
        ("0000 0002 1825 0098", None),
        ("2: 0000 0002 1825 0097", ORCID),
        ("0000 0002 1825 0097 1", ORCID),
        ("0000-0002-1825-009 Xavier", None),
        ("0000-0002-1825-OO97", None),
        ("0000 0002 and 1825 0097", None),
        ("", None),
    ],
)
def test_an_orcid_in_doubt(rows, sent, wanted):
    assert identifiers.orcid(sent) == wanted
    assert rows("authors", "orcid", citation(1, article=author(sent))) == [(wanted,)]


def test_the_first_identifier_that_is_an_orcid_counts(rows):
    writer = author("orcid", "0000 0002 1825 0097", "0000-0001-5109-3700")
    assert rows("authors", "orcid", citation(1, article=writer)) == [(ORCID,)]
    writer = author("orcid", "0000-0001-5109-3700", "0000 0002 1825 0097")
    assert rows("authors", "orcid", citation(1, article=writer)) == [("0000-0001-5109-3700",)]


def check_digit(digits: str) -> str:
    """The check digit as ORCID's own page computes it."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return "X" if result == 10 else str(result)


NUMBERS = st.builds("000{}000{}".format, st.sampled_from("09"), st.text(string.digits, min_size=8, max_size=8)).map(
    lambda digits: digits[:15]
)
NOISE = st.text(
    st.characters(categories=("Cf", "Zs", "Pd", "Po", "Ps", "Pe", "Sm", "Mn"), exclude_characters="%"), max_size=3
)
PREFIXES = st.lists(
    st.sampled_from(["https://orcid.org/", "http://www.orcid.org/", "orcid.org/", "ORCID:", "ORCID iD "])
)


@MANY
@given(NUMBERS, st.lists(NOISE, min_size=17, max_size=17), PREFIXES, st.booleans())
def test_an_orcid_whatever_stands_between_its_digits(digits, noise, prefixes, is_lower):
    number = digits + check_digit(digits)
    spelt = number.lower() if is_lower else number
    sent = "".join(prefixes) + "".join(gap + sign for gap, sign in zip(noise, spelt, strict=False)) + noise[16]
    assert identifiers.orcid(sent) == "-".join(number[n : n + 4] for n in (0, 4, 8, 12))


@MANY
@given(st.text(string.digits + "xX- /a\u2010\u200b", max_size=40))
def test_an_orcid_is_sixteen_signs_of_what_was_sent_or_none(sent):
    orcid = identifiers.orcid(sent)
    assert orcid is None or re.fullmatch(r"([0-9]{4}-){3}[0-9]{3}[0-9X]", orcid)
    assert orcid is None or orcid.replace("-", "") in re.sub("[^0-9X]", "", sent.upper())


def test_engines_agree_on_orcids(agree):
    pieces = [
        "0000",
        "0002",
        "1825",
        "0097",
        "233X",
        "-",
        "-",
        " ",
        "\u2010",
        "/",
        "0",
        "https://orcid.org/",
        "%20",
        "a",
    ]
    numbers = st.lists(st.sampled_from(pieces), max_size=11).map("".join) | NOISE.map(lambda n: f"{ORCID}{n}")

    @SOME
    @given(st.lists(st.lists(numbers.map(_escaped), max_size=3), min_size=1, max_size=9))
    def check(people):
        agree(*(citation(n, article=author(*person)) for n, person in enumerate(people, 1)))

    check()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- DOI

SICI = "10.1002/(SICI)1097-0000(19980815/30)17:15/16<1661::AID-TEST968>3.0.CO;2-2"


def ids(*sent: str, kind: str = "doi") -> str:
    listed = "".join(f'<ArticleId IdType="{kind}">{_escaped(value)}</ArticleId>' for value in sent)
    return f"<ArticleIdList>{listed}</ArticleIdList>"


def locations(*sent: tuple[str, str]) -> str:
    return "".join(f'<ELocationID EIdType="doi" ValidYN="{ok}">{_escaped(value)}</ELocationID>' for value, ok in sent)


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("10.5555/Otter.1", "10.5555/Otter.1"),
        ("10.5555/otter.", "10.5555/otter."),
        ("doi:10.5555/otter", "10.5555/otter"),
        ("DOI: 10.5555/otter", "10.5555/otter"),
        ("https://doi.org/10.5555/otter", "10.5555/otter"),
        ("http://dx.doi.org/doi:10.5555/otter", "10.5555/otter"),
        ("\u200b10.5555/otter\ufeff", "10.5555/otter"),
        ("10.1000.10/123", "10.1000.10/123"),
        ("10.5555/\u00e9", "10.5555/\u00e9"),
        (SICI, SICI),
        ("10.1016/S0000-6736(05)17789-3", "10.1016/S0000-6736(05)17789-3"),
        ("10.5555/a%2Fb&c", "10.5555/a%2Fb&c"),
        ("51466", None),
        ("10.5555/a b", None),
        ("10.5555/a\tb", None),
        ("10.5555/", None),
        ("10.555/a", None),
        ("10.1234567890/a", None),
        ("S0000-6736(05)17789-3", None),
        ("see 10.5555/a", None),
    ],
)
def test_a_doi_or_none(rows, sent, wanted):
    assert rows("articles", "doi", citation(1, data=ids(sent))) == [(wanted,)]
    assert rows("articles", "doi", citation(1, article=locations((sent, "Y")))) == [(wanted,)]
    assert rows("article_ids", "article_id", citation(1, data=ids(sent))) == [(sent,)]


def test_the_first_doi_that_is_one_counts(rows):
    record = citation(
        1, article=locations(("10.5555/no", "N"), ("10.5555/e", "Y")), data=ids("51466", "10.5555/a", "10.5555/b")
    )
    assert rows("articles", "doi", record) == [("10.5555/a",)]
    record = citation(1, article=locations(("10.5555/no", "N"), ("x", "Y"), ("10.5555/e", "Y")), data=ids("51466"))
    assert rows("articles", "doi", record) == [("10.5555/e",)]
    record = citation(1, data=ids("x", "doi:10.5555/a", "10.5555/b", "doi:10.5555/c"))
    assert rows("articles", "doi", record) == [("10.5555/a",)]


def test_the_doi_of_a_book_and_of_text(rows):
    assert rows(
        "articles", "doi pii", text_record(1, "AID - 51466 [doi]", "AID - S0 [pii]", "LID - 10.5555/e [doi]")
    ) == [("10.5555/e", "S0")]
    assert rows("books", "doi", text_record(1, "BTI - Otters", "AID - doi:10.5555/book [doi]")) == [("10.5555/book",)]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp")), min_size=1, max_size=12
)
FRAMES = st.sampled_from(
    ["", " ", "doi:", "DOI: ", "https://doi.org/", "http://dx.doi.org/", "\u00a0", "doi.org/", "x"]
)
DOIS = st.builds("10.{}/{}".format, st.integers(1, 10**10), NAMES)


@MANY
@given(st.lists(FRAMES, max_size=3).map("".join), DOIS | NAMES, st.sampled_from(["", " ", "\n", "\u200b", " x"]))
def test_a_doi_is_of_its_form_and_part_of_what_was_sent(before, name, after):
    doi = identifiers.doi(before + name + after)
    assert doi is None or (re.fullmatch(r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+", doi) and doi in before + name + after)
    if re.fullmatch(r"10\.[0-9]{4,9}/\S+", name) and "x" not in before + after:
        assert doi == name


def test_engines_agree_on_dois(agree):
    sent = st.builds("{}{}{}".format, FRAMES, DOIS | st.sampled_from([SICI, "51466", "", "10.5555/a b"]), FRAMES)
    sent = sent.map(lambda text: re.sub("[^\t -\ud7ff\ue000-\ufffd]", "", text))

    @SOME
    @given(st.lists(st.tuples(sent, sent, sent), min_size=1, max_size=9))
    def check(records):
        agree(*(citation(n, article=locations((c, "Y")), data=ids(a, b)) for n, (a, b, c) in enumerate(records, 1)))

    check()


def test_unusual_values_leave_their_record_to_the_kernels(tmp_path, monkeypatch):
    monkeypatch.setattr(
        xml_reader.XmlReader, "_read_plainly", lambda *_: pytest.fail("a record went to the plain reader")
    )
    article = "<Pagination><MedlinePgn>120-2; discussion 4</MedlinePgn></Pagination>" + author("0000 0002 1825 0097")
    path = tmp_path / "records.xml"
    path.write_bytes(document(*(citation(n, article=article, data=ids("x", "doi:10.5555/a")) for n in range(1, 50))))
    rows = rows_of(path, engine="compiled")
    assert rows("articles", "start_page end_page doi") == [("120", "122", "10.5555/a")] * 49
    assert rows("authors", "orcid") == [(ORCID,)] * 49
