"""The kernels that search and compare bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import MANY, called, padded
from medline.parse.kernels import bytes as kernels
from medline.parse.xml.paths import plan

FIND_MARKUP, SKIP_BLANKS, REFERENCE_LENGTH, IS_EQUAL = map(
    called, (kernels.find_markup, kernels.skip_blanks, kernels.reference_length, kernels.is_equal)
)


@MANY
@given(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\0", b" "))
    | st.text("ab<>&]\n\t é", max_size=40).map(str.encode)
)
def test_find_markup(raw):
    data, at, length = padded(raw)
    wanted = next(
        (
            index
            for index in range(length)
            if raw[index] in b"<&"
            or (raw[index] < 32 and raw[index] != ord("\t"))
            or raw[max(index - 2, 0) : index + 1] == b"]]>"
        ),
        length,
    )
    assert FIND_MARKUP(data, at) == at + wanted


@MANY
@given(st.text(" \n\t\rx\u00a0", max_size=30))
def test_skip_blanks(text):
    data, at, _ = padded(text)
    assert SKIP_BLANKS(data, at) == at + len(text) - len(text.lstrip(" \n\t\r"))


@MANY
@given(
    st.sampled_from(["lt", "gt", "amp", "quot", "apos", "nbsp", "#65", "l", "LT", "", "ampx", "quo"]),
    st.sampled_from(";: "),
)
def test_reference_length(name, end):
    data, at, length = padded(f"&{name}{end}")
    known = name in ("lt", "gt", "amp", "quot", "apos") and end == ";"
    assert REFERENCE_LENGTH(data, at) == (length if known else 0)


@MANY
@given(st.binary(max_size=30), st.integers(0, 30), st.integers(0, 255))
def test_is_equal(raw, index, byte):
    other = bytearray(raw)
    if index < len(raw):
        other[index] = byte
    data, at, _ = padded(raw + bytes(9) + other)
    start = at + len(raw) + 9
    assert IS_EQUAL(data, at, start, len(raw)) == (raw == other)


@MANY
@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xef\xbf\xbd", b"\xef\xbe\xbf"]),
    st.integers(0, 60),
)
def test_has_noncharacters(raw, piece, index):
    raw = raw.replace(b"\xef", b" ")
    data, at, length = padded(raw[:index] + piece + raw[index:])
    assert kernels.has_noncharacters(data, at, at + length) == (piece in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"))


def test_a_name_that_the_schema_has_fits_the_words_it_is_compared_by():
    names = {name for node in plan().walk() for name in (*node.children, *node.attributes)}
    assert max(map(len, names)) <= kernels.LONGEST_NAME
