"""Evidence for and against a tag, by the text around it."""

from __future__ import annotations

import pytest

from medline.parse.text.tag_evidence import find_heads, has_head_inside, plain_blanks

PADDED = "LA  - eng\nPT  - Review\nTA  - Otter J"


def found(text: str) -> list[tuple[str, str]]:
    """The possible tags of a text with how they are printed."""
    return [(head.tag, text[head.start : head.end]) for head in find_heads(text)[0]]


def costs(text: str, tag: str) -> tuple[float, float] | None:
    """What it costs to read the last head of a tag as one, and as text; None where it is surely none."""
    return next(((head.take, head.skip) for head in reversed(find_heads(text)[0]) if head.tag == tag), None)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\tb", "a b"),
        ("LA\u00a0\u00a0-\u00a0eng\u00a0x", "LA  - eng x"),
        ("LA\u202f-\u202feng", "LA - eng"),
        ("LA  - eng\u00a0x", "LA  - eng\u00a0x"),
        ("LA  - eng PT\u00a0-\u00a0x", "LA  - eng PT\u00a0-\u00a0x"),
    ],
)
def test_no_break_spaces_are_blanks_where_tags_have_them_too(text, plain):
    assert plain_blanks(text) == plain


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LA  - eng", False),
        ("LA  - eng PT  - Review", True),
        ("LA - eng PT - Review", True),
        ("TI  - 2019TI - x", True),
        ("TI  - Otters.AB - x", True),
        ("TI  - see CD-4", False),
        ("AB  - ABC - x", False),
        ("LA  - eng (PT - x", False),
        ("AU  - Fennick ABAD - x", False),
    ],
)
def test_a_tag_inside_a_line(line, expected):
    assert has_head_inside(line) is expected


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        (PADDED, [("LA", "LA  -"), ("PT", "PT  -"), ("TA", "TA  -")]),
        ("LA - eng PT - Review", [("LA", "LA -"), ("PT", "PT -")]),
        ("LA - eng [PT - Review", [("LA", "LA -")]),
        ("QQ  - x\nLA  - eng", [("QQ", "QQ  -"), ("LA", "LA  -")]),
        ("LA  - eng QQ  - x", [("LA", "LA  -")]),
        ("FAU - Velmo, Nils FAU - Velmo NF", [("FAU", "FAU -"), ("AU", "AU -")]),
        ("FAU - Velmo, Nils FAU - Lund, Pia", [("FAU", "FAU -"), ("FAU", "FAU -")]),
        ("AU - Velmo N IRAD - Here", [("AU", "AU -"), ("AD", "AD -")]),
        ("IR - Velmo N IRAD - Here", [("IR", "IR -"), ("IRAD", "IRAD -")]),
    ],
)
def test_possible_tags(text, heads):
    assert found(text) == heads


def test_a_padded_tag_that_begins_a_line_is_hardly_text():
    assert costs(PADDED, "PT") == (0, 60)


def test_a_padded_tag_inside_a_line_is_more_likely_text_than_one_that_begins_a_line():
    take, skip = costs(PADDED + " LA  - x", "LA")
    assert take < skip < 60


def test_a_tag_behind_six_blanks_is_surely_text():
    assert [tag for tag, _ in found(PADDED + "\n      LA  - eng")] == ["LA", "PT", "TA"]


def test_of_single_blanks_the_tag_itself_says_nothing():
    assert costs("LA - eng PT - Review TA - Otter J", "PT") == (0, 0)


def test_a_tag_behind_a_capital_is_less_likely_than_one_behind_a_word():
    assert costs("TI - NovPT - Review", "PT")[0] < costs("TI - NOV XPT - Review", "PT")[0]


def test_a_tag_that_a_text_speaks_of_again_and_again_is_text():
    spoken = "PMID- 1\nTI  - " + "the SO - x " * 12 + "\nLA  - eng\nSO  - Otter J"
    assert "SO" in find_heads(spoken)[1].noise
    assert [tag for tag, _ in found(spoken)] == ["PMID", "TI", "LA", "SO"]
    assert "SO" not in find_heads(spoken.replace("the SO - x " * 12, "the SO - x "))[1].noise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PADDED, {"is_padded", "has_lines", "seems_whole"}),
        ("LA - a PT - b TA - c JT - d PL - e", {"has_single"}),
        ("LA- a\nPT- b\nTA- c\nJT- d", {"has_bare", "has_lines", "seems_whole"}),
        ("LA - engPT - aTA - bJT - cPL - d", {"is_glued"}),
        ("LA  - a PT  - b TA  - c", {"is_padded"}),
    ],
)
def test_how_the_tags_of_a_text_are_printed(text, expected):
    style = find_heads(text)[1]
    assert {name for name, value in style._asdict().items() if value is True} == expected
