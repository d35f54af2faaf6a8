"""One rule of when something was published: `medline_date`, `publication_dates` and [dp] give the same day.

`first_day` below is the rule in plain Python, word by word, without the expressions of the SQL. Dates that are made
here say themselves which day is right, so that the two are also compared with a third.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pyarrow as pa
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from build import ask, citation, document, error_of, medline, text_record
from medline import pipeline, searching
from medline.parse import iter_batches
from medline.parse.text.fields import iter_records
from medline.schema.tables import BY_NAME
from medline.warehouse import views

# The rule in plain Python

MONTHS = "january february march april may june july august september october november december".split()
SEASONS = {
    **dict.fromkeys(("winter", "win"), 1), **dict.fromkeys(("spring", "spr", "easter"), 4),
    **dict.fromkeys(("summer", "sum"), 7), **dict.fromkeys(("autumn", "aut", "fall"), 10),
    **dict.fromkeys(("christmas", "xmas", "holiday"), 12),
}  # fmt: skip
NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
PARTS = {"quart": (1, 4, 7, 10), "qtr": (1, 4, 7, 10), "trim": (1, 5, 9, 10), "sem": (1, 7), "half": (1, 7)}

Token = tuple[str, str]


def tokens_of(printed: str) -> list[Token]:
    """Words and numbers, each with the signs before it; an ordinal is a number with a mark."""
    text = re.sub(r"(?<=[0-9])(st|nd|rd|th|d)(?![a-z0-9])", "°", printed.lower())
    return [(gap.strip() or gap[:1], word) for gap, word in re.findall(r"([^a-z0-9°]*)([a-z]+|[0-9]+°?)", text)]


def is_small(token: Token) -> bool:
    return token[1].rstrip("°").isdigit() and len(token[1].rstrip("°")) <= 2


def number_of(word: str) -> int:
    """The number of a part of the year, or 0."""
    return NUMBERS.get(word) or (int(word[0]) if word.rstrip("°") in ("1", "2", "3", "4") else 0)


def part_of(word: str) -> tuple[int, ...]:
    """The months with which the parts of the year begin that a word names."""
    return next(
        (months for name, months in PARTS.items() if word.startswith(name)), PARTS["quart"] if word == "q" else ()
    )


def month_at(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """The month, and the day or 1, that a token begins; None where it begins none."""
    word, before, after = tokens[at][1], tokens[:at], tokens[at + 1 :]
    if word[:3] in [name[:3] for name in MONTHS]:
        days = []
        while before and is_small(before[-1]):
            days.insert(0, before.pop()[1])
        if not days and after and is_small(after[0]):
            sign = after[0][0]
            days += [after[0][1]] if not set(sign) - {" ", ".", ",", "\n"} or (sign in "-/" and len(after) == 1) else []
        return [name[:3] for name in MONTHS].index(word[:3]) + 1, int(days[0].rstrip("°")) if days else 1
    if season := SEASONS.get(word) or SEASONS.get(word.removesuffix("s")):
        return season, 1
    if number := number_of(word):
        others = [other for _, other in after[:3] if other != "and" and not number_of(other)]
        months = part_of(others[0]) if others else ()
        return ((*months, *[1] * 4)[number - 1], 1) if months else None
    if (months := part_of(word)) and after and (number := number_of(after[0][1])):
        return (*months, *[1] * 4)[number - 1], 1
    return None


def first_day(printed: str) -> date | None:
    """The first day that a printed date may mean."""
    tokens = tokens_of(printed)
    year = next((word for _, word in tokens if word.isdigit() and len(word) in (4, 8)), "0")
    if int(year[:4]) == 0:
        return None
    parsed = next(filter(None, (month_at(tokens, at) for at in range(len(tokens)))), None)
    if parsed is None:
        parsed = numbers_after(int(year[:4]), year[4:], tokens[[word for _, word in tokens].index(year) + 1 :])
    try:
        return date(int(year[:4]), *parsed)
    except ValueError:
        return date(int(year[:4]), parsed[0] if 1 <= parsed[0] <= 12 else 1, 1)


def numbers_after(year: int, packed: str, after: list[Token]) -> tuple[int, int]:
    """Month and day where no word says them: the numbers after the year."""
    if packed:
        return int(packed[:2]), int(packed[2:])
    if not after or not is_small(after[0]):
        return 1, 1
    (sign, month), *rest = after
    if "°" in month:
        return 1, 1
    if rest and is_small(rest[0]) and rest[0][0] == sign:
        return int(month), int(rest[0][1])
    return (1, 1) if sign in "-/" and int(month) == (year + 1) % 100 and len(month) == 2 else (int(month), 1)


# The rule in SQL


def connect() -> duckdb.DuckDBPyConnection:
    """A database without tables, with the macros that need none."""
    connection = duckdb.connect()
    for view in views.views():
        if view.is_macro and not set(view.reads) & set(BY_NAME):
            connection.execute(view.sql)
    return connection


@contextmanager
def tables_of(*paths: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of dates that files give, and the view over them."""
    batches = [batch for path in paths for batch in iter_batches(path, engine="reference")]
    with connect() as connection:
        for name in ("articles", "books", "article_dates"):
            connection.register(name, pa.Table.from_batches([batch.tables[name] for batch in batches]))
        connection.execute(next(view.sql for view in views.views() if view.name == "publication_dates"))
        yield connection


#: Every issue, with what the macro and the view say of it.
BOTH = (
    "SELECT pub_date, pub_year, medline_date(pub_date), publication_date FROM"
    " (SELECT pmid, pub_date, pub_year FROM articles UNION ALL SELECT pmid, pub_date, pub_year FROM books)"
    " LEFT JOIN publication_dates USING (pmid) WHERE coalesce(medium, 'issue') = 'issue'"
)


def days_of(connection: duckdb.DuckDBPyConnection, printed: list[str]) -> list[date | None]:
    """What the macro says of a column of these."""
    given = "SELECT unnest($1::VARCHAR[]) AS printed, unnest(range(len($1))) AS place"
    asked = f"SELECT medline_date(printed) FROM ({given}) ORDER BY place"
    return [day for (day,) in connection.execute(asked, [printed]).fetchall()]


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as connection:
        yield connection


EXACT = {
    "2001": "2001-01-01", "2001 Oct": "2001-10-01", "2001 Oct 1": "2001-10-01", "2001 Oct 28-Nov 3": "2001-10-28",
    "1998 Dec-1999 Jan": "1998-12-01", "1998 Nov-Dec": "1998-11-01", "1983 Feb 17-23": "1983-02-17",
    "1991 Nov 21-Dec 4": "1991-11-21", "2002 Nov 31-Dec 2": "2002-11-01", "1998 Dec 31-1999 Jan 2": "1998-12-31",
    "2018 May - Jun": "2018-05-01", "2019 Sep/Oct": "2019-09-01", "1978-1979": "1978-01-01", "1978-79": "1978-01-01",
    "1978/79": "1978-01-01", "1999-00": "1999-01-01", "2001-02": "2001-01-01", "1976-1977": "1976-01-01",
    "2000 Spring": "2000-04-01", "Spring 2000": "2000-04-01", "2000 Spring-Summer": "2000-04-01",
    "2000 Fall-Winter": "2000-10-01", "Winter 1998-1999": "1998-01-01", "1998-1999 Winter": "1998-01-01",
    "2000 AUTUMN": "2000-10-01", "2001 Christmas": "2001-12-01", "Easter 2001": "2001-04-01",
    "2001 Holiday Issue": "2001-12-01", "2001 Late Summer": "2001-07-01", "2001 Mid-Winter": "2001-01-01",
    "1980 1st Quarter": "1980-01-01", "1980 2d Quart": "1980-04-01", "2nd Quart 1980": "1980-04-01",
    "1980 3d Quart": "1980-07-01", "1980 4th Quart": "1980-10-01", "1980 1st-2nd Quart": "1980-01-01",
    "1980 Third Quarter": "1980-07-01", "1980 Q3": "1980-07-01", "1980Q3": "1980-07-01", "3Q 1980": "1980-07-01",
    "1981 1st Trimest": "1981-01-01", "1981 2nd Trimester": "1981-05-01", "1981 3d Trimest": "1981-09-01",
    "1981 4th Trimest": "1981-10-01", "1981 1st Semester": "1981-01-01", "1981 2nd Semest": "1981-07-01",
    "1981 II Sem": "1981-07-01", "1981 1st Half": "1981-01-01", "1981 2d Half": "1981-07-01",
    "1976 Oct-4th Quart": "1976-10-01", "1976 2nd Quart-Dec": "1976-04-01", "1981 5th Quart": "1981-01-01",
    "2019 Feb 31": "2019-02-01", "2019 Feb 29": "2019-02-01", "2020 Feb 29": "2020-02-29", "2019 Feb 0": "2019-02-01",
    "2006 Sept": "2006-09-01", "2006 Sept. 12": "2006-09-12", "2006 SEPTEMBER 12": "2006-09-12",
    "15 Mar 2001": "2001-03-15", "March 15th, 2001": "2001-03-15", "15-20 March 2001": "2001-03-15",
    "28 Oct-3 Nov 2001": "2001-10-28", "15-Mar-2001": "2001-03-15", "2001-Mar-15": "2001-03-15",
    "Dec 1998-Jan 1999": "1998-12-01", "2001 10 1": "2001-10-01", "2001/10/01": "2001-10-01",
    "2001-10-01": "2001-10-01", "2001.10.1": "2001-10-01", "20011001": "2001-10-01", "20011301": "2001-01-01",
    "2001/10": "2001-10-01", "2001 13": "2001-01-01", "2001 1-2": "2001-01-01", "\n 2001 \n \n Mar \n": "2001-03-01",
    "2001 Mar (Suppl 2)": "2001-03-01", "2001 Suppl 3": "2001-01-01", "2001 Annual": "2001-01-01",
    "c2001": "2001-01-01", "0999": "0999-01-01", "9999 Dec 31": "9999-12-31",
    "Spring": None, "No date": None, "98": None, "0000": None, "20011": None, "Mar 15": None, "": None,
}  # fmt: skip


def test_each_form_has_its_day(macros):
    expected = {printed: day and date.fromisoformat(day) for printed, day in EXACT.items()}
    assert dict(zip(expected, days_of(macros, list(expected)), strict=True)) == expected
    for printed, day in expected.items():  # a constant is worked out before the query runs
        literal = printed.replace("'", "''")
        assert macros.execute(f"SELECT medline_date('{literal}')").fetchall() == [(day,)]
    assert macros.execute("SELECT medline_date(NULL)").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        ("2019, 2, 31", "2019-02-01"), ("2019, 13, 5", "2019-01-01"), ("2019, 0, 5", "2019-01-01"),
        ("2019, NULL, 5", "2019-01-01"), ("2019, 6, NULL", "2019-06-01"), ("1, 1, 1", "0001-01-01"),
        ("NULL, 6, 5", None), ("0, 6, 5", None), ("10000, 6, 5", None),
    ],
)  # fmt: skip
def test_first_day(macros, parts, day):
    of_columns = f"SELECT first_day(y, m, d) FROM (VALUES ({parts}), (2001, 2, 3)) AS given (y, m, d) LIMIT 1"
    for asked in (f"SELECT first_day({parts})", of_columns):
        assert macros.execute(asked).fetchall() == [(day and date.fromisoformat(day),)]


# Any date of those forms

#: a failing date is read easily, and a busy machine shrinks for minutes
WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)
YEARS = st.integers(1500, 2099)
STYLES = (str.lower, str.upper, str.title, lambda name: f"{name[:3].title()}.", lambda name: name[:3].title())


def day_words(month: int, day: int, name: str, ordinal: bool, is_first: bool) -> str:
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(day, "th") if ordinal else ""
    return f"{day}{ending} {name}" if is_first else f"{name} {day}{ending}"


NAMED = st.builds(
    lambda month, style: (month, 1, style(MONTHS[month - 1])),
    st.integers(1, 12), st.sampled_from((*STYLES, lambda name: name.title()[:4])),
)  # fmt: skip
DAYS = st.builds(
    lambda named, day, *how: (named[0], day, day_words(named[0], day, named[2], *how)),
    NAMED, st.integers(0, 31), st.booleans(), st.booleans(),
)  # fmt: skip
SEASON_WORDS = st.builds(
    lambda name, style: (SEASONS[name], 1, style(name)),
    st.sampled_from([name for name in SEASONS if len(name) > 3]), st.sampled_from(STYLES[:3]),
)  # fmt: skip
ORDINALS = {1: ("1st", "First", "1"), 2: ("2d", "2nd", "Second", "2"), 3: ("3d", "3rd", "Third"), 4: ("4th", "Fourth")}
PART_WORDS = st.sampled_from(
    [
        (months[number - 1], 1, f"{ordinal} {word}")
        for months, words in (
            (PARTS["quart"], ("Quart", "Quarter", "quart.", "Qtr")),
            (PARTS["trim"], ("Trimest", "Trimester")),
            (PARTS["sem"], ("Semester", "Half", "Semest")),
        )
        for number in range(1, len(months) + 1)
        for ordinal, word in product(ORDINALS[number], words)
    ]
)
MOMENTS = NAMED | DAYS | SEASON_WORDS | PART_WORDS
#: A date of one moment, or of two of which the first counts.
SINGLE = (
    "{year} {one}",
    "{one} {year}",
    "{one}, {year}",
    "{year}-{next} {one}",
    "{one} {year}-{next}",
    " {year}  {one} ",
)
DOUBLE = ("{year} {one}-{two}", "{year} {one} - {two}", "{year} {one}-{next} {two}", "{one} {year}-{two} {next}")


@st.composite
def dates(draw: st.DrawFn) -> tuple[str, date]:
    """A printed date, and the day that it begins with."""
    year, (month, day, one), two = draw(YEARS), draw(MOMENTS), draw(MOMENTS)[2]
    form = draw(st.sampled_from(SINGLE + DOUBLE))
    try:
        first = date(year, month, day)
    except ValueError:
        first = date(year, month, 1)
    return form.format(year=year, next=year + 1, one=one, two=two), first


@settings(max_examples=15, deadline=None, derandomize=True, phases=WITHOUT_SHRINKING)
@given(st.lists(dates(), min_size=40, max_size=40))
def test_any_date_of_these_forms_is_the_day_it_begins_with(macros, listed):
    printed, right = zip(*listed, strict=True)
    assert list(zip(printed, days_of(macros, list(printed)), strict=True)) == list(zip(printed, right, strict=True))
    assert [(one, first_day(one)) for one in printed] == list(zip(printed, right, strict=True))


@settings(max_examples=30, deadline=None, derandomize=True, phases=WITHOUT_SHRINKING)
@given(
    st.lists(st.sampled_from([*"0129 -/.,'\n\\", "Mar", "Winter", "2d", "Quart", "2001", "é", "st"]), max_size=12).map(
        "".join
    )
)
@example("2001\x00")
def test_whatever_is_printed_a_year_gives_a_day_in_it(macros, printed):
    [day] = days_of(macros, [printed])
    year = re.search(r"(?<![0-9])0*([0-9]{4})(?:[0-9]{4})?(?![0-9])", printed)
    assert (day and day.year) == ((year and int(year[1])) or None)


# What readers make of it: the macro on the date as printed, and the view over its parts

PRINTED = [printed for printed in EXACT if printed.strip()]


def test_the_view_says_the_same_as_the_macro_of_any_text(tmp_path):
    path = tmp_path / "dates.nbib"
    path.write_text("".join(text_record(pmid, f"DP  - {' '.join(one.split())}") for pmid, one in enumerate(PRINTED, 1)))
    with tables_of(path) as connection:
        rows = connection.execute(BOTH).fetchall()
    assert len(rows) == len(PRINTED)
    assert [row for row in rows if row[2] != row[3]] == []
    assert [row for row in rows if row[2] != first_day(row[0])] == []


WORDS = (
    "2001",
    "02001",
    "0999",
    "Sept",
    "sep",
    "October",
    "10",
    "13",
    "3",
    "07",
    "31",
    "0",
    "Spring",
    "Jul-Aug",
    "x",
    "",
    None,
)
ELEMENTS = ("Year", "Month", "Day", "Season", "MedlineDate")


@settings(max_examples=5, deadline=None, derandomize=True, phases=WITHOUT_SHRINKING)
@given(st.lists(st.fixed_dictionaries({"Year": st.sampled_from(("2001", "1999", "02001", "0999", "98", " 2001 ", "x"))}
       | dict.fromkeys(ELEMENTS[1:4], st.sampled_from(WORDS))), min_size=30, max_size=30))  # fmt: skip
def test_the_view_says_the_same_as_the_macro_of_any_parts(tmp_path_factory, listed):
    path = tmp_path_factory.mktemp("parts") / "pubmed26n0001.xml"
    inside = ["".join(f"<{name}>{word}</{name}>" for name, word in one.items() if word is not None) for one in listed]
    path.write_bytes(document(*(citation(pmid, pub_date=one) for pmid, one in enumerate(inside, 1))))
    with tables_of(path) as connection:
        rows = connection.execute(BOTH).fetchall()
    assert len(rows) == len(listed)
    for printed, year, by_macro, by_view in rows:
        assert by_view == by_macro or (by_macro is None and not re.search("[0-9]{4}", printed)), printed
        assert year is None or by_view is not None, printed


def test_electronic_dates_are_filled_in_the_same_way(tmp_path):
    parts = (
        "<Year>2001</Year>",
        "<Year>2001</Year><Month>02</Month>",
        "<Year>2001</Year><Month>2</Month><Day>30</Day>",
    )
    dated = [citation(pmid, article=f"<ArticleDate>{one}</ArticleDate>") for pmid, one in enumerate(parts, 1)]
    (tmp_path / "pubmed26n0001.xml").write_bytes(document(*dated))
    with tables_of(tmp_path / "pubmed26n0001.xml") as connection:
        asked = "SELECT publication_date FROM publication_dates WHERE medium = 'electronic' ORDER BY pmid"
        days = [day for (day,) in connection.execute(asked).fetchall()]
    assert days == [date(2001, 1, 1), date(2001, 2, 1), date(2001, 2, 1)]


# Real records


def printed_dates(data: Path) -> set[str]:
    """The DP of every real text, and the parts of every real PubDate, with a blank between."""
    dates = set()
    for path in [*data.glob("nbib/*"), *data.glob("pairs/*.nbib"), *data.glob("seed/*.txt")]:
        with path.open("rb") as stream:
            records = list(iter_records(stream, path.name))
        dates |= {value for record in records for tag, value in record.fields if tag == "DP"}
    for path in [
        *data.glob("mirror/**/*.gz"),
        *data.glob("xml/*"),
        *data.glob("pairs/*.xml"),
        *data.glob("books/*.xml"),
    ]:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        for element in ElementTree.fromstring(content).iter("PubDate"):
            dates.add(" ".join(part.text or "" for part in element))
    return dates


@pytest.mark.long
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_every_real_date_has_the_day_of_the_rule(data, macros, step):
    printed = sorted(printed_dates(data))[::step]
    assert len(printed) > 700 / step
    days = days_of(macros, printed)
    assert None not in days
    assert dict(zip(printed, days, strict=True)) == {one: first_day(one) for one in printed}


@pytest.mark.long
def test_macro_and_view_agree_on_real_records(data):
    paths = [data / "xml" / "nlm_sample_2019.xml", data / "books" / "efetch_pubmedbook.xml", *data.glob("pairs/*"),
             *data.glob("nbib/*")]  # fmt: skip
    with tables_of(*paths[:2], paths[2], *paths[4:]) as connection:
        wrong = f"FROM ({BOTH}) AS both_say (printed, year, by_macro, by_view) WHERE by_macro IS DISTINCT FROM by_view"
        assert connection.execute(wrong).fetchall() == []


# The case files


@pytest.fixture(scope="module")
def home(data, tmp_path_factory):
    home = tmp_path_factory.mktemp("dates") / "home"
    paths = [data / "cases" / "xml" / "14_dates_two_answers.xml", data / "cases" / "more" / "08_padded_leaves.xml"]
    assert pipeline.load_files(paths, home)[1] == []
    return home


def test_the_cases_have_their_days(home):
    days = ("1983-02-17", "1991-11-21", "1980-04-01", "1980-10-01", "2002-11-01", "2019-02-01", "2006-09-01",
            "2006-09-12", "1978-07-01", "1978-07-01")  # fmt: skip
    expected = [(pmid, *[date.fromisoformat(day)] * 2) for pmid, day in enumerate(days, 91000030)]
    asked = (
        "SELECT pmid, medline_date(pub_date), publication_date FROM articles JOIN publication_dates USING (pmid)"
        " WHERE medium = 'issue' AND pmid BETWEEN 91000030 AND 91000039 ORDER BY pmid"
    )
    assert ask(home, asked) == expected
    assert ask(home, "SELECT count(*) FROM articles WHERE medline_date(pub_date) IS NULL") == [(0,)]


@pytest.mark.parametrize(
    ("query", "pmid"),
    [
        ("1983/02/17[dp]", 91000030), ("1991/11/21[dp]", 91000031), ("1980/04[dp]", 91000032),
        ("1980/10/01[ppdat]", 91000033), ("2002/11/01[dp]", 91000034), ("2019/02/01[dp]", 91000035),
        ("2006/09/01[dp]", 91000036), ("2006/09[dp]", 91000036), ("2006/09/12[dp]", 91000037),
        ("1978/07[dp]", 91000038), ("1978/07/01:1978/07/31[dp]", 91000039),
    ],
)  # fmt: skip
def test_the_cases_are_found_by_date(home, query, pmid):
    assert pmid in [hit for hit, *_ in ask(home, searching.to_sql(query))]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["search", "2001/13[dp]"], "'2001/13' is not a date"),
        (["search", "2001/02/30[dp]"], "'2001/02/30' is not a date"),
        (["search", "2005:2001[dp]"], "runs backwards"),
        (["search", '"2001\n/13"[dp]'], "is not a date"),
        (["search", "0000[dp]"], "'0000' is not a date"),
        (["query", "SELECT DATE '2001-13-01'"], "2001-13-01"),
        (["query", "SELECT medline_date(pub_date)::INTEGER FROM articles"], "DATE"),
        (["query", "SELECT make_date(2001, 2, 30)"], "2001"),
    ],
)  # fmt: skip
def test_an_error_about_a_date_is_one_line(home, words, says):
    assert says in error_of(medline(*words, "--home", home), 2)
