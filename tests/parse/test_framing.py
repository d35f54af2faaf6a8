"""Damaged MEDLINE text: each record is read equal to its undamaged self, or named; none is merged with another.

The law is tested on invented records and a list of damages, alone and several at once, and by both readers.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

import sample
from framing import LONGEST, NAME, OTTERS, Reading, Rows, only, read, refused
from medline.parse.text.fields import iter_records
from medline.parse.text.guard import INSIDE

HEAD = re.compile(r"^([A-Z]{2,4}) {0,2}(?<=^.{4})- ", re.MULTILINE)


@cache
def texts(seed: int) -> list[str]:
    return [sample.medline_text(citation) for citation in sample.citations(24, seed)]


def some_records(rng: random.Random, count: int) -> list[str]:
    """Records of different journals and years, without what looks like a damage of its own."""
    whole = [text for text in texts(rng.randrange(3)) if "\nSO  - " in text]
    return rng.sample(whole, count)


# Damages that change nothing

Damage = Callable[[random.Random, str], str | bytes]


def heads(change: Callable[[str], str]) -> Damage:
    """A damage to the columns of each tag."""
    return lambda rng, text: HEAD.sub(lambda match: change(match[0]), text)


def quoted(rng: random.Random, text: str) -> str:
    return "".join(f"> {line}".rstrip(" ") + "\n" for line in text.splitlines())


def numbered(rng: random.Random, text: str) -> str:
    numbers = iter(range(1, 1_000))
    return re.sub(r"(?m)^(?=PMID-)", lambda _: f"{next(numbers)}: ", text)


def line_ends(end: str) -> Damage:
    return lambda rng, text: text.replace("\n", end)


HARMLESS: dict[str, Damage] = {
    "nothing": lambda rng, text: text,
    "a blank before the first line": lambda rng, text: " " + text,
    "all lines indented": lambda rng, text: re.sub(r"(?m)^(?=.)", rng.choice([" ", "    ", "\t", "        "]), text),
    "quoted mail": quoted,
    "records numbered": numbered,
    "trailing blanks": lambda rng, text: re.sub("$", lambda _: " " * rng.randrange(3), text, flags=re.MULTILINE),
    "blank lines with blanks": lambda rng, text: text.replace("\n\n", "\n  \t\n"),
    "form feeds between records": lambda rng, text: text.replace("\nPMID-", "\n\fPMID-"),
    "form feeds for empty lines": lambda rng, text: text.replace("\n\n", "\n\f\n"),
    "Ctrl-Z at the end": lambda rng, text: text + "\x1a",
    "CR LF": line_ends("\r\n"),
    "CR": line_ends("\r"),
    "CR CR LF": line_ends("\r\r\n"),
    "line separators": line_ends("\u2028"),
    "vertical tabs": line_ends("\v"),
    "NEL": line_ends("\x85"),
    "BOM": lambda rng, text: "\ufeff" + text,
    "a BOM for each record": lambda rng, text: text.replace("PMID-", "\ufeffPMID-"),
    "UTF-16 LE": lambda rng, text: ("\ufeff" + text).encode("utf-16-le"),
    "UTF-16 BE": lambda rng, text: ("\ufeff" + text).encode("utf-16-be"),
    "UTF-16 without BOM": lambda rng, text: text.encode(rng.choice(["utf-16-le", "utf-16-be"])),
    "a tab after the dash": heads(lambda head: head[:5] + "\t"),
    "tabs for blanks in tags": heads(lambda head: head.replace(" ", "\t")),
    "no blank after the dash": heads(lambda head: head[:5]),
    "no-break spaces": heads(lambda head: head.replace("  -", "\u00a0 -")),
    "figure spaces": heads(lambda head: head.replace(" ", "\u2007")),
    "no-break spaces everywhere": lambda rng, text: text.replace(" ", "\u00a0"),
    "wide dashes": heads(lambda head: head.replace("-", "\u2013")),
    "non-breaking hyphens": heads(lambda head: head.replace("-", "\u2011")),
    "no blanks before the dash": heads(lambda head: head.replace(" -", "-").replace(" -", "-")),
    "a blank before each dash": heads(lambda head: head[:4].rstrip() + " - "),
    "three blanks before the dash": heads(lambda head: head[:4].rstrip() + "   - "),
    "small letters": heads(str.lower),
}


# Damages that lose something


def joined(rng: random.Random, text: str) -> str:
    """Files joined where one had no line end."""
    return text.replace("\n\nPMID-", "\nPMID-").replace("\nPMID-", "PMID-")


def head_cut(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[rng.randrange(1, 40) :])


def joined_in_the_middle(rng: random.Random, text: str) -> str:
    """A record that lost its beginning, be it in the middle of a line, behind another."""
    records = text.split("\n\n")
    if len(records) < 2:
        return text
    cut = rng.randrange(1, len(records))
    lines = records[cut].split("\n")
    records[cut] = "\n".join(lines[rng.randrange(1, max(2, len(lines) * 3 // 4)) :])[rng.choice([0, 0, 5]) :]
    return "\n\n".join(records[: cut + 1]).replace("\n\n", "\n") + "\n\n" + "\n\n".join(records[cut + 1 :])


def tail_cut(rng: random.Random, text: str) -> str:
    return text[: -rng.randrange(2, 400)]


def pmids_lost(rng: random.Random, text: str) -> str:
    return re.sub(r"(?m)^PMID- .*\n", lambda match: rng.choice(["", match[0]]), text)


LOSSY: dict[str, Damage] = {
    "joined": joined,
    "the head cut": head_cut,
    "a head cut inside": joined_in_the_middle,
    "the tail cut": tail_cut,
    "PMIDs lost": pmids_lost,
    "no empty lines": lambda rng, text: text.replace("\n\n", "\n"),
    "an empty line after each": lambda rng, text: text.replace("\n", "\n\n"),
    "wrapped lines stripped": lambda rng, text: text.replace("\n      ", "\n"),
    "some wrapped lines stripped": lambda rng, text: re.sub("\n {6}", lambda _: rng.choice(["\n", "\n      "]), text),
    "mail before it": lambda rng, text: "From: otter@example.org\nSubject: records\n\nDear all,\n\n" + text,
    "noise after PMID": lambda rng, text: re.sub(
        r"(PMID- \d+)", lambda match: match[1] + rng.choice([".", " [PubMed - indexed for MEDLINE]", ""]), text
    ),
}
TOGETHER = [name for name in HARMLESS if "UTF-16" not in name]


class Case(NamedTuple):
    """A damaged text: what it was, what it became, by what."""

    names: list[str]
    records: list[str]
    data: bytes


def make_case(seed: int) -> Case:
    rng = random.Random(seed)
    records = some_records(rng, rng.randrange(2, 5))
    names = rng.sample(sorted(LOSSY), rng.randrange(3)) + rng.sample(TOGETHER, rng.randrange(2))
    text = "\n".join(records)
    for name in names:
        changed = (LOSSY | HARMLESS)[name](rng, text)
        assert isinstance(changed, str)
        text = changed
    return Case(names, records, text.encode())


def faults(records: list[str], got: Reading) -> list[str]:
    """What a reading has that the law forbids: a record that is merged, or that differs and is named nowhere."""
    if got.error:
        return [] if len(got.error) <= LONGEST and got.error.isprintable() else [got.error]
    expected = read("\n".join(records).encode())
    named = {note[0] for note in got.notes}
    problems = [f"{pmid} came from nowhere" for pmid in got.keys if pmid not in expected.records]
    for pmid, rows in expected.records.items():
        if pmid not in got.records:
            problems.append(f"{pmid} is gone")
        elif rows != got.records[pmid] and pmid not in named:
            apart = [name for name in {*rows, *got.records[pmid]} if rows.get(name) != got.records[pmid].get(name)]
            problems.append(f"{pmid} differs in {apart}")
        for other, others in expected.records.items():
            if other != pmid and (title := title_of(others)) and title in str(got.records.get(pmid)):
                problems.append(f"{pmid} has the title of {other}")
    return problems


def title_of(rows: Rows) -> str:
    row = (rows.get("articles") or rows.get("books") or [()])[0]
    return max((value for value in row if value.endswith(".") and " " in value), key=len, default="")


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_nothing_is_read_without_a_note(name):
    for seed in range(6):
        rng = random.Random(seed)
        records = some_records(rng, 3)
        text = "\n".join(records)
        changed = HARMLESS[name](rng, text)
        got = read(changed.encode() if isinstance(changed, str) else changed)
        assert got == read(text.encode())


@pytest.mark.parametrize("name", LOSSY)
def test_a_record_is_equal_or_named(name):
    for seed in range(8):
        rng = random.Random(seed)
        records = some_records(rng, 3)
        changed = LOSSY[name](rng, "\n".join(records))
        assert isinstance(changed, str)
        assert faults(records, read(changed.encode())) == []


@pytest.mark.parametrize("seed", range(60))
def test_damages_together(seed):
    case = make_case(seed)
    assert faults(case.records, read(case.data)) == [], case.names


@pytest.mark.parametrize("seed", range(24))
def test_both_readers_agree_on_damaged_text(seed):
    data = make_case(1_000 + seed).data
    assert read(data, compiled=True) == read(data)


# Cases that were reported, with the right values


@pytest.mark.parametrize(
    ("case", "pmids", "notes"),
    [
        ("a01_joined_no_newline.nbib", [91000001, 91000002, 91000003], 2),
        ("a02_nbsp_tags.nbib", [91000001, 91000002], 0),
        ("a04_flat_leading_blank.txt", [91000001], 0),
        ("a06_flat_tabs_between_fields.txt", [91000001, 91000002], 0),
        ("a07_tab_after_tag.nbib", [91000001], 0),
        ("a08_utf16_notepad.txt", [91000001], 0),
        ("a09_cp1252.nbib", [91000001], 1),
        ("a16_stripped_continuation_like_tag.nbib", [91000001], 1),
    ],
)
def test_reported_cases(data, case, pmids, notes):
    text = (data / "cases" / "text" / case).read_bytes()
    got = read(text)
    assert (got.keys, len(got.notes)) == (pmids, notes)
    for rows in got.records.values():
        assert len(rows["authors"]) == len(rows["mesh"]) == 2
        assert "557-63" in str(rows["articles"])
    assert read(text, compiled=True) == got


def test_values_of_reported_cases(data):
    def values(case: str) -> str:
        return str(read((data / "cases" / "text" / case).read_bytes()).records[91000001])

    assert "The ponds\u2019 \u201cotters\u201d \u2013 a count for \u20ac5 \u2026 and a naïve one." in values(
        "a09_cp1252.nbib"
    )
    assert "Žofickü" in values("a09_cp1252.nbib")
    assert "every pond was ZIKV- free and seen" in values("a16_stripped_continuation_like_tag.nbib")


@pytest.mark.parametrize("case", ["a03_flat_blank_before_dash_lost.txt", "a13_some_breaks_lost.nbib"])
def test_a_case_of_lost_breaks_is_whole_or_refused(data, case):
    got = read((data / "cases" / "text" / case).read_bytes())
    assert "91000001" in got.error or len(got.records[91000001]["authors"]) == 2


@pytest.mark.long
def test_no_real_record_is_refused_or_noted_as_damaged(data):
    for path in [*sorted((data / "nbib").iterdir()), data / "pairs" / "citations.nbib", *(data / "seed").iterdir()]:
        got = read(path.read_bytes())
        assert not got.error
        assert not [note for note in got.notes if note[3] == INSIDE or "SO" in note[3] or note[0] is None]


# One record


@pytest.mark.parametrize("noise", [".", " [PubMed - indexed for MEDLINE]", " [Indexed for MEDLINE].", " PMCID: PMC1"])
def test_noise_behind_a_pmid_is_noted(noise):
    _, notes = only(OTTERS.replace("90000001", f"90000001{noise}", 1))
    assert [note[:2] for note in notes] == [(90000001, "PMID")]


def test_what_is_no_pmid_stays_an_error():
    assert "90000001x" in refused(OTTERS.replace("90000001", "90000001x", 1))


@pytest.mark.parametrize("tag", ["OWN", "STAT", "DP"])
def test_a_record_whose_pmid_line_is_lost_is_refused_with_its_line(tag):
    rest = OTTERS[OTTERS.index(f"{tag:<4}-") :]
    assert f"line {OTTERS.count(chr(10)) + 1}: a record without PMID" in refused(OTTERS + rest)
    assert "does not begin with PMID" in refused(rest + OTTERS)


def test_fields_that_stand_in_another_ones_line_are_read():
    joined = OTTERS.replace("VI  - 9\n", "").replace("DP  - 2001 Jan\n", "DP  - 2001 Jan VI  - 9\n")
    rows, _ = only(joined)
    assert "'9'" in rows


@pytest.mark.parametrize("like", ["AD - Alzheimer's disease", "(AU - arbitrary units)", "CI - 0.5 to 1.2"])
def test_what_looks_like_a_tag_in_an_abstract_is_noted(like):
    rows, notes = only(OTTERS.replace("seen twice", f"seen with {like} twice"))
    assert f"seen with {like} twice." in rows
    assert [note[3] for note in notes] == [INSIDE]


@pytest.mark.parametrize("end", ["spring", "LA  -", "EDAT-", "SO  -"])
def test_a_cut_record_is_noted(end):
    at = OTTERS.index(end)
    _, notes = only(OTTERS[: at if at > OTTERS.index("TA  -") else at - 3])
    assert "it may be cut" in notes[0][3]


def test_a_number_that_was_wrapped_is_no_numbering_of_the_next_record():
    first = OTTERS.replace("J Otter. 2001 Jan.", "J Otter. 2001 Jan;9(6):557-63. Epub 2001 Feb\n      6.")
    first = first.replace("seen twice.", "seen\n      12.")
    data = (first.replace("90000001", "90000000") + "\n" + OTTERS).encode()
    got = read(data)
    assert (got.keys, got.error, got.notes) == ([90000000, 90000001], "", [])
    assert "every pond was seen 12." in repr(got.records[90000000])
    assert read(data, compiled=True) == got
    source = dict(next(iter_records(io.BytesIO(data), NAME)).fields)["SO"]
    assert source.endswith("Epub 2001 Feb 6.")  # SO has no column


@pytest.mark.parametrize(
    ("behind", "says"),
    [
        ("PMID- 9000000\n", "nothing but a PMID"),
        ('<?xml version="1.0"?>\n<PubmedArticleSet></PubmedArticleSet>\n', "XML after MEDLINE text"),
        ("<eFetchResult><ERROR>No otters</ERROR></eFetchResult>\n", "'No otters'"),
    ],
)
def test_other_content_after_a_record_is_refused(behind, says):
    assert says in refused(f"{OTTERS}\n{behind}")


def test_one_note_a_record_and_kind():
    text = OTTERS.replace("      seen twice.", "\n".join(f"stray {number}" for number in range(13)))
    _, notes = only(text)
    assert [note[1:3] for note in notes] == [("AB", "stray 0")]
    assert notes[0][3].endswith("(and 12 more)")


@pytest.mark.parametrize("line", ["ZIKV- free and seen twice.", "SARS- positive and seen twice."])
def test_a_stripped_line_like_an_unknown_tag_is_text(line):
    rows, notes = only(OTTERS.replace("      seen twice.", line))
    assert f"every pond was {line}" in rows
    assert notes[0][1] == "AB"
