"""Texts are folded in the index as the macro `folded` folds them in SQL, whatever letters they have."""

from __future__ import annotations

from random import Random

import pytest

from medline.searching.index import folding

#: Letters with accents and without, marks of accents and of scripts, syllables in parts, signs, letters with two cases.
PIECES = [
    *"aZ9 -_./éßÆøıİЙйСсΣςσµſ±≥β①Ⓐ語한",
    "e\u0301",
    "\u20d7",
    "\u0939\u093f",
    "\u1112\u1161",
    "\u11ab",
    "ﬁ",
    "Ꭰ",
    "\u212a",
]


def test_texts_are_folded_as_the_macro_folds_them(warehouse):
    random = Random(1)
    texts = ["".join(random.choices(PIECES, k=random.randint(1, 8))) for _ in range(4000)]
    rows = warehouse.execute("SELECT text, folded(text) FROM (SELECT unnest(?) AS text)", [texts]).fetchall()
    assert [(text, sql) for text, sql in rows if case_ignored(sql) != case_ignored(folding.plain(text))] == []


def case_ignored(text):
    return "".join(folding.CASES.get(c, c).lower() for c in text)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("O'Brien", "_o_brien"), ("J. Biol. Chem.", "_j_biol_chem"), ("10.1/a--b\t\x01c ", "_10_1_a_b_c"),
        ("Sørensen", "_sorensen"), ("...", ""), ("", ""), ("ΣΊΣΥΦΟΣ", "_σισυφοσ"),
    ],
)  # fmt: skip
def test_words_of_a_value(value, words):
    one = f"{folding.TERM}aid7 {value}"
    assert folding.terms([one + one, "", one]) == [f" aid7{words} aid7{words}", "", f" aid7{words}"]


def test_parts_of_terms():
    person = f"{folding.TERM}au7 van der Berg{folding.INITIALS} JA {folding.GIVEN} Jan A."
    heading = f"{folding.TERM}meshu D003{folding.SUBHEADING} drug therapy{folding.MAJOR}"
    empty = f"{folding.TERM}au7 {folding.INITIALS}  {folding.GIVEN} "
    expected = " au7_van_der_berg/_ja~_jan_a meshu_d003/_drug_therapy* au7/~"
    assert folding.terms([person + heading + empty] * 250) == [expected] * 250


def test_no_term_is_longer_than_the_index_takes():
    texts = folding.terms([f"{folding.TERM}cn7 " + "name " * 20_000 + f"{folding.TERM}aid8 10.1"])
    assert [len(term) for term in texts[0].split()] == [folding.LONGEST, len("aid8_10_1")]
