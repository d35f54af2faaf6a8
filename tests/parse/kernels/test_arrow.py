"""Texts as Arrow has them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import MANY, called, padded
from medline.parse.kernels import arrow, cells

DECODE = called(arrow._decode)


@MANY
@given(
    st.lists(
        st.sampled_from(
            ["a", "é", "&lt;", "&gt;", "&amp;", "&quot;", "&apos;", "<b>", "</b>", '<b x=">&amp;">', "<b y='\">'/>"]
        )
    )
)
def test_decode(pieces):
    wanted = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&apos;": "'"}
    text = "".join(wanted.get(piece, "" if piece.startswith("<") else piece) for piece in pieces)
    data, at, length = padded("".join(pieces))
    out = np.zeros(length + 16, np.uint8)
    end = DECODE(data, at, at + length, cells.HAS_REFERENCES | cells.HAS_MARKUP, out, 0)
    assert out[:end].tobytes().decode() == text


def test_decode_makes_blanks_of_an_attributes_line_ends():
    data, at, length = padded("a\nb\tc d")
    out = np.zeros(32, np.uint8)
    assert out[: DECODE(data, at, at + length, cells.HAS_BLANKS, out, 0)].tobytes() == b"a b c d"
