"""Values that are read out of others: months, parts of a value of MEDLINE text. What is derived is right or NULL."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from build import citation, rows_of, text_record
from medline.parse import values
from medline.parse.values import Untypable

MANY = settings(max_examples=150, deadline=None)


# --- months


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("Sept", 9),
        ("sept.", 9),
        ("SEPT", 9),
        ("Sep.", 9),
        ("Jan.", 1),
        ("june", 6),
        ("May.", 5),
        ("December.", 12),
        ("9", 9),
    ],
)
def test_months(rows, word, month):
    printed = f"2006 {values.MONTHS[month - 1]} 3"
    date = f"<Year>2006</Year><Month>{word}</Month><Day>3</Day>"
    columns = "pub_year pub_month pub_day pub_date medline_date"
    assert rows("articles", columns, citation(1, pub_date=date)) == [(2006, month, 3, printed, None)]
    if word.isdigit():
        return
    assert rows("articles", columns, text_record(1, f"DP  - 2006 {word} 3")) == [(2006, month, 3, printed, None)]


@pytest.mark.parametrize("word", ["Septe", "Sept..", "Ja", ".", "9.", "13", "Sep-Oct", ""])
def test_what_is_no_month(word):
    with pytest.raises(Untypable, match="not a month"):
        values.read_month(word)


@MANY
@given(st.sampled_from([*values.MONTHS, *values.MONTH_NAMES, "Sept"]), st.booleans(), st.data())
def test_a_month_in_any_case(name, has_dot, data):
    word = "".join(data.draw(st.sampled_from([sign.upper(), sign.lower()])) for sign in name) + "." * has_dot
    assume(word)
    assert values.MONTHS[values.read_month(word) - 1].lower() == word[:3].lower()


def test_months_of_the_case_file(data, engine):
    rows = rows_of(data / "cases/xml/14_dates_two_answers.xml", engine=engine)
    dates = {row[0]: row[1:] for row in rows("articles", "pmid pub_date pub_year pub_month pub_day")}
    assert dates[91000036] == ("2006 Sep", 2006, 9, None)
    assert dates[91000037] == ("2006 Sep 12", 2006, 9, 12)


# --- parts of values of MEDLINE text


def test_parts_of_a_value_have_no_blanks_at_their_ends(rows):
    record = text_record(
        1,
        "FAU - An , H S ",
        "AU  - An HS",
        "GR  - 12 3 / AB/ Pond Fund /Norway",
        "OTO - NOTNLM",
        "OT  - *  eels",
        "MH  - Eels/* blood",
    )
    assert rows("authors", "last_name fore_name initials", record) == [("An", "H S", "HS")]
    assert rows("grants", "grant_id agency country", record) == [("12 3 / AB", "Pond Fund", "Norway")]
    assert rows("keywords", "keyword is_major", record) == [("eels", True)]
    assert rows("mesh_qualifiers", "qualifier is_major", record) == [("blood", True)]
