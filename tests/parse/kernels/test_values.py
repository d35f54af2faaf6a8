"""The kernels that type values give what `values.py` gives."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import MANY, called, padded, plain
from medline.parse import values
from medline.parse.kernels import values as typed

READ_INTEGER, READ_MONTH, READ_FLAG, DAY_NUMBER, READ_DAY = map(
    called, (typed.read_integer, typed.read_month, typed.read_flag, typed.day_number, typed.read_day)
)
INTEGERS = st.text("0123456789 +-.x\n٣", max_size=22) | st.integers(0, 10**20).map(str)


@MANY
@given(INTEGERS, st.sampled_from([2**31 - 1, 2**63 - 1, 12]))
def test_read_integer(text, limit):
    assert READ_INTEGER(*padded(text), limit) == plain(values.read_integer, text, limit)


@MANY
@given(
    st.sampled_from(
        [*values.MONTHS, *values.MONTH_NAMES, "Sept", "Janu", "Ja", "0", "1", "12", "13", "012", "Déc", "Ma\u00ff"]
    ),
    st.sampled_from(["", " ", "\n"]),
    st.sampled_from([str, str.lower, str.upper, str.swapcase]),
)
def test_read_month(word, blank, case):
    text = blank + case(word) + blank
    assert READ_MONTH(*padded(text)) == plain(values.read_month, text)


@MANY
@given(st.text("abcdefghijlmnoprstuvyJFMASOND0123456789 \u00e9`{@[", max_size=10))
def test_read_month_of_anything(text):
    assert READ_MONTH(*padded(text)) == plain(values.read_month, text)


@MANY
@given(st.text("YNy \n\té", max_size=5))
def test_read_flag(text):
    assert READ_FLAG(*padded(text)) == plain(values.read_boolean, text)


@MANY
@given(st.integers(-1, 10_001), st.integers(-1, 14), st.integers(-1, 33))
def test_day_number(year, month, day):
    try:
        wanted = (datetime.date(year, month, day) - datetime.date(1970, 1, 1)).days
    except ValueError:
        wanted = typed.UNTYPABLE
    assert DAY_NUMBER(year, month, day) == wanted


@MANY
@given(
    st.dates().map(str) | st.dates().map(lambda day: f"{day:%Y%m%d}") | st.dates().map(lambda day: f"{day:%Y/%m/%d}")
    | st.text("0123456789/-", min_size=7, max_size=11)
)  # fmt: skip
def test_read_day(text):
    wanted = plain(values.read_date, text)
    number = wanted if wanted == typed.UNTYPABLE else (wanted - datetime.date(1970, 1, 1)).days
    assert READ_DAY(*padded(text)) == number
