"""Words are folded alike in Python and in SQL."""

from __future__ import annotations

import unicodedata

import pytest

from medline.searching.words import fold, words


def test_every_character_is_folded_as_the_macro_folds_it(warehouse):
    characters = [
        chr(code)
        for code in range(1, 0x20000)
        if not 0xD800 <= code < 0xE000 and unicodedata.category(chr(code)) not in ("Cn", "Co")
    ]
    rows = warehouse.execute("SELECT c, folded(c) FROM (SELECT unnest(?) AS c)", [characters]).fetchall()
    assert [(c, hex(ord(c))) for c, folded in rows if folded.lower().casefold() != fold(c)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ménière’s", "meniere s"), ("Straße", "strasse"), ("β-Cells", "β cells"), ("10 µM", "10 μm"),
        ("cafe\u0301", "cafe"),
        ("Ætna ", "aetna"),
    ],
)  # fmt: skip
def test_words(text, found):
    assert words(text) == found
