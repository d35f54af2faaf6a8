"""Lines of one record made what NLM prints: what is repaired, what is noted, and what is left alone."""

from __future__ import annotations

import pytest

from medline.parse.text.heads import NOT_A_TAG, WEIGHED, Opening, find_opening, head_of, is_loose, settle, unpack
from medline.parse.text.lost_breaks import STRAY_LINE

LONG = "TI  - " + "Otters " * 9


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("PMID- 1", Opening("", "")),
        ("PMID - 1", Opening("", "")),
        ("pmid- 1", Opening("", "")),
        ("PMID\u2013 1", Opening("", "")),
        ("> PMID- 1", Opening("> ", "> ")),
        ("  PMID- 1", Opening("  ", "  ")),
        ("12: PMID- 1", Opening("12: ", "")),
        ("\ufeffPMID- 1", Opening("\ufeff", "")),
        ("PMC - PMC1 PMID- 1", Opening("", "")),
        ("PMID\u2013 otter", None),
        ("a PMID- 1", None),
        ("TI  - PMID", None),
        ("", None),
    ],
)
def test_the_line_that_opens_the_first_record(line, opening):
    assert find_opening(line, None) == opening


@pytest.mark.parametrize(
    ("line", "indent", "is_one"),
    [
        ("      PMID- 1", "", False),
        ("  PMID- 1", "", True),
        ("  PMID- 1 of the otters", "", False),
        ("> PMID- 1", "", True),
        ("        PMID- 1", "        ", True),
    ],
)
def test_a_wrapped_line_opens_no_record_unless_all_are_indented_like_it(line, indent, is_one):
    assert bool(find_opening(line, indent)) is is_one


@pytest.mark.parametrize(
    ("line", "tag"),
    [
        ("TI  - a", "TI"),
        ("ti - a", "TI"),
        ("  AU  -", "AU"),
        ("\u00a0TI\u00a0\u2013 x", "TI"),
        ("QQ  - a", ""),
        ("TI", ""),
        ("      TI  - a", ""),
        ("", ""),
    ],
)
def test_a_line_seems_to_begin_with_a_known_tag(line, tag):
    assert head_of(line) == tag


@pytest.mark.parametrize(
    ("opening", "lines", "unpacked"),
    [
        (Opening("> ", "> "), ["> PMID- 1", "> TI  - A", ">", "TA  - J"], ["PMID- 1", "TI  - A", "", "TA  - J"]),
        (Opening("  ", "  "), ["  PMID- 1", "  TI  - Eels", "        swim"], ["PMID- 1", "TI  - Eels", "      swim"]),
        (Opening("  ", "  "), ["  PMID- 1", "TI  - Otters", "      swim"], ["PMID- 1", "TI  - Otters", "      swim"]),
        (Opening("12: ", ""), ["12: PMID- 1", "TI  - Otters"], ["PMID- 1", "TI  - Otters"]),
        (Opening("", ""), ["PMID- 1", "TI\u00a0 - Otters\u00a0x"], ["PMID- 1", "TI  - Otters\u00a0x"]),
        (Opening("", ""), ["PMID\u2013 1", "TI  \u2013 1\u20132"], ["PMID- 1", "TI  - 1\u20132"]),
        (
            Opening("", ""),
            ["PMID-  1", "TI  -  Otters  and  eels  swim  far  off  here"],
            ["PMID- 1", "TI - Otters and eels swim far off here"],
        ),
        (Opening("", ""), ["PMID- 1", "TI  - Otters  and eels"], ["PMID- 1", "TI  - Otters  and eels"]),
    ],
    ids=[
        "quoted",
        "indented",
        "not all indented",
        "numbered",
        "no-break spaces",
        "dashes",
        "doubled",
        "one double blank",
    ],
)
def test_what_quotes_indents_or_numbers_a_record_goes(opening, lines, unpacked):
    assert unpack(opening, lines, 0) == unpacked


def test_the_lines_that_were_given_stay_as_they_are():
    lines = ["  PMID- 1", "  TI  - Otters"]
    unpack(Opening("  ", "  "), lines, 0)
    assert lines == ["  PMID- 1", "  TI  - Otters"]


@pytest.mark.parametrize(
    ("line", "expected"), [("PMID - 1", True), ("TI   - a", True), ("TI  - a", False), ("PMID- 1", False)]
)
def test_tags_with_more_blanks_than_their_columns_are_loose(line, expected):
    assert is_loose(["PMID- 1", line]) is expected


@pytest.mark.parametrize(
    ("lines", "settled"),
    [
        (["PMID- 1", "TI  - Otters", "      swim", ""], ["PMID- 1", "TI  - Otters", "      swim", ""]),
        (["PMID- 1", "TI - Otters", "AB - Eels."], ["PMID- 1", "TI  - Otters", "AB  - Eels."]),
        (["pmid- 1", "ti  - Otters"], ["PMID- 1", "TI  - Otters"]),
        (["PMID- 1", "TI  - Otters", "  swim"], ["PMID- 1", "TI  - Otters", "        swim"]),
        (["PMID- 1", "ZZ  - x"], ["PMID- 1", "ZZ  - x"]),
        (["PMID- 1", f"{LONG}swim.", "ZZ  - Swim"], ["PMID- 1", f"{LONG}swim.", "ZZ  - Swim"]),
    ],
)
def test_what_changes_no_value_is_repaired_without_a_note(lines, settled):
    assert settle(lines) == (settled, [])


@pytest.mark.parametrize(
    ("lines", "last", "note"),
    [
        (
            ["PMID- 1", "TI  - Otters.", "SO - Otter J. 2020"],
            "SO  - Otter J. 2020",
            ("SO", "SO - Otter J. 2020", WEIGHED),
        ),
        (["PMID- 1", "TI  - Otters", "AU - 3 : 4"], "      AU - 3 : 4", ("TI", "AU - 3 : 4", STRAY_LINE)),
        (["PMID- 1", LONG, "ZZ  - swim"], "      ZZ  - swim", ("TI", "ZZ  - swim", NOT_A_TAG)),
    ],
    ids=["a tag", "text", "an unknown tag"],
)
def test_a_line_that_could_be_either_is_weighed_with_a_note(lines, last, note):
    assert settle(lines) == ([*lines[:-1], last], [note])
