"""Inline markup in each format: what is raised or lowered never runs into the letters before it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medline.outputs.export.bibtex import _latex
from medline.outputs.export.markup import Text, in_medline, in_tags, text_of


def marked(markup: str, plain: str = "as plain") -> Text:
    return text_of({"title": plain, "title_markup": markup}, "title")


@pytest.mark.parametrize(
    ("markup", "unicode", "medline", "tags", "latex"),
    [
        ("10<sup>6</sup>", "10⁶", "10(6)", "10<sup>6</sup>", r"10\textsuperscript{6}"),
        ("10<sup>-3</sup>", "10⁻³", "10(-3)", "10<sup>-3</sup>", r"10\textsuperscript{-3}"),
        ("H<sub>2</sub>O", "H₂O", "H2O", "H<sub>2</sub>O", r"H\textsubscript{2}O"),
        ("K<sub>ATP</sub>", "K_ATP", "KATP", "K<sub>ATP</sub>", r"K\textsubscript{ATP}"),
        ("x<sup>a,c</sup>", "x^(a,c)", "x(a,c)", "x<sup>a,c</sup>", r"x\textsuperscript{a,c}"),
        ("Z<sup>®</sup>", "Z^®", "Z(®)", "Z<sup>®</sup>", r"Z\textsuperscript{®}"),
        ("10<sup>-</sup><sup>7</sup>", "10⁻⁷", "10(-7)", "10<sup>-</sup><sup>7</sup>",
         r"10\textsuperscript{-}\textsuperscript{7}"),
        ("2<sup><i>n</i>+1</sup>", "2ⁿ⁺¹", "2(n+1)", "2<sup><i>n</i></sup><sup>+1</sup>",
         r"2\textsuperscript{\emph{n}}\textsuperscript{+1}"),
        ("<i>a</i> <b>b</b> <u>c</u>", "a b c", "a b c", "<i>a</i> <b>b</b> c",
         r"\emph{a} \textbf{b} \underline{c}"),
        ("<mml:math><mml:msup> <mml:mi>x</mml:mi>\n<mml:mn>2</mml:mn></mml:msup></mml:math>", "x²", "x(2)",
         "x<sup>2</sup>", r"x\textsuperscript{2}"),
        ("<mml:math><mml:mfrac><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfrac></mml:math>",
         "a/b", "a/b", "a/b", "a/b"),
        ("a &lt; b &amp; {c}", "a < b & {c}", "a < b & {c}", "a < b & {c}",
         r"a < b \& {\textbraceleft}c{\textbraceright}"),
    ],
)  # fmt: skip
def test_each_format_says_it_in_its_words(markup, unicode, medline, tags, latex):
    text = marked(markup)
    assert str(text) == unicode
    assert text.scripts().join(in_medline) == medline
    assert text.render(in_tags) == tags
    assert _latex(text) == latex


@pytest.mark.parametrize("markup", ["<b>open", "</title><x/>", "&lol;", "<b a=1>x</b>", "\x00", "<!DOCTYPE x []>", ""])
def test_invalid_markup_is_ignored(markup):
    assert str(marked(markup)) == "as plain"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("A <i>b</i>.", "A b"),
        ("A b<i>.</i>", "A b"),
        ("A b<sup>2.</sup>", "A b²"),
        ("A…..", "A….."),
        ("<i>A.</i> ", "A"),
    ],
)
def test_a_title_has_no_full_stop(markup, expected):
    assert str(marked(markup).without_stop()) == expected


@settings(deadline=None)
@given(base=st.integers(0, 999), script=st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=5),
       tag=st.sampled_from(["sup", "sub"]))  # fmt: skip
def test_what_is_raised_or_lowered_is_never_part_of_the_number_before(base, script, tag):
    escaped = script.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = str(marked(f"{base}<{tag}>{escaped}</{tag}> x"))
    assert shown.startswith(str(base))
    assert not shown[len(str(base))].isascii() or shown[len(str(base))] in "^_"
