"""Damaged MEDLINE text: each record is read equal to its undamaged self, or named; none is merged with another.

The law is held over invented records and a list of damages, alone and several at once, and by both readers.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import build
import fuzz
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import sample
from etl.errors import BadInput
from etl.parse import medline, other_formats
from etl.parse.batch import Batch
from etl.parse.compiled import text_reader
from etl.parse.encodings import Watched
from etl.parse.guard import INSIDE
from etl.parse.lines import TO_CP1252
from etl.parse.source import sniff
from etl.schema import LAKE_TABLES

NAME = "otters.nbib"
LONGEST = 300
HEAD = re.compile(r"^([A-Z]{2,4}) {0,2}(?<=^.{4})- ", re.MULTILINE)

Rows = dict[str, list[tuple]]


class Reading(NamedTuple):
    """What a reader made of a text: rows of each record, PMIDs in order, notes as (pmid, path, value, reason)."""

    records: dict[int, Rows]
    keys: list[int]
    notes: list[tuple]
    error: str = ""


def read(data: bytes, *, compiled: bool = False) -> Reading:
    stream = io.BytesIO(data)
    try:
        found = text_reader.iter_batches(stream, NAME, frozenset()) if compiled else plainly(stream)
        batches = list(found)
    except BadInput as error:
        return Reading({}, [], [], str(error))
    records: dict[int, Rows] = {}
    for table in LAKE_TABLES:
        if not table.of_citation and table.name not in ("articles", "books"):
            continue
        for row in (row for batch in batches for row in batch.tables[table.name].to_pylist()):
            pmid = row.pop("pmid")
            records.setdefault(pmid, {}).setdefault(table.name, []).append(tuple(map(str, row.values())))
    notes = [tuple(row.values())[1:] for batch in batches for row in batch.tables["anomalies"].to_pylist()]
    return Reading(records, [key[0] for batch in batches for key in batch.keys], notes)


def plainly(stream: io.BytesIO) -> list[Batch]:
    return list(medline.iter_batches(stream, NAME, frozenset()))


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
    return lambda rng, text: HEAD.sub(lambda found: change(found[0]), text)


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
    return re.sub(r"(?m)^PMID- .*\n", lambda found: rng.choice(["", found[0]]), text)


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
        r"(PMID- \d+)", lambda found: found[1] + rng.choice([".", " [PubMed - indexed for MEDLINE]", ""]), text
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
    found = [f"{pmid} came from nowhere" for pmid in got.keys if pmid not in expected.records]
    for pmid, rows in expected.records.items():
        if pmid not in got.records:
            found.append(f"{pmid} is gone")
        elif rows != got.records[pmid] and pmid not in named:
            apart = [name for name in {*rows, *got.records[pmid]} if rows.get(name) != got.records[pmid].get(name)]
            found.append(f"{pmid} differs in {apart}")
        for other, others in expected.records.items():
            if other != pmid and (title := title_of(others)) and title in str(got.records.get(pmid)):
                found.append(f"{pmid} has the title of {other}")
    return found


def title_of(rows: Rows) -> str:
    row = (rows.get("articles") or rows.get("books") or [()])[0]
    return max((value for value in row if value.endswith(".") and " " in value), key=len, default="")


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


def test_no_real_record_is_refused_or_noted_as_damaged(data):
    for path in [*sorted((data / "nbib").iterdir()), data / "pairs" / "citations.nbib", *(data / "seed").iterdir()]:
        got = read(path.read_bytes())
        assert not got.error
        assert not [note for note in got.notes if note[3] == INSIDE or "SO" in note[3] or note[0] is None]


# One record

OTTERS = """\
PMID- 90000001
OWN - NLM
STAT- MEDLINE
DP  - 2001 Jan
TI  - Otters in ponds.
AB  - Otters were counted in spring and in autumn at twelve ponds, and every pond was
      seen twice.
FAU - Marsh, Ada
AU  - Marsh A
LA  - eng
TA  - J Otter
JT  - Journal of otter research
EDAT- 2001/01/01 04:00
AID - 10.5555/otter.1 [doi]
SO  - J Otter. 2001 Jan.
"""


def only(text: str | bytes) -> tuple[str, list[tuple]]:
    """All that was read of one record, and the notes on its file; both readers agree."""
    data = text if isinstance(text, bytes) else text.encode()
    got = read(data)
    assert read(data, compiled=True) == got
    assert not got.error, got.error
    assert got.keys == [90000001]
    return str(got.records[90000001]), got.notes


def refused(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    got = read(data)
    assert read(data, compiled=True).error == got.error
    assert got.error
    assert len(got.error) <= LONGEST
    assert "; " in got.error
    return got.error


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


def test_an_abstract_that_holds_other_fields_is_refused():
    message = refused(
        OTTERS.replace("DP  - 2001 Jan\n", "DP  - 2001 Jan LA - eng TA - J Otter\n").replace("\nTA ", "\nQQ ")
    )
    assert "PMID 90000001" in message


@pytest.mark.parametrize("like", ["AD - Alzheimer's disease", "(AU - arbitrary units)", "CI - 0.5 to 1.2"])
def test_what_looks_like_a_tag_in_an_abstract_is_noted(like):
    rows, notes = only(OTTERS.replace("seen twice", f"seen with {like} twice"))
    assert f"seen with {like} twice." in rows
    assert [note[3] for note in notes] == [INSIDE]


def test_a_cut_record_is_noted():
    _, notes = only(OTTERS[: OTTERS.index("LA  -")])
    assert "it may be cut" in notes[0][3]


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


# Encodings


def test_windows_1252_is_noted_once_a_file():
    text = OTTERS.replace("Otters in", "\u201cÖtters\u201d \u2013 \u20ac5 in").replace("Ada", "Žofie")
    rows, notes = only(text.encode("cp1252"))
    assert rows == only(text)[0]
    assert [(note[0], note[1], note[3][-18:]) for note in notes] == [(None, "line 5", "(and 1 more lines)")]


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_windows_1252_leaves_undefined(byte):
    rows, notes = only(OTTERS.encode().replace(b"Otters in", b"Otters\xe9 %c in" % byte))
    assert "Ottersé \ufffd in ponds." in rows
    assert len(notes) == 2


def test_control_codes_that_were_windows_1252():
    rows, notes = only(OTTERS.replace("Otters in", "\x93Otters\x94 \x96 \x805 \x85 in"))
    assert "\u201cOtters\u201d \u2013 \u20ac5 \u2026 in ponds." in rows
    assert [note[0] for note in notes] == [None]


def test_a_line_of_two_encodings_keeps_both():
    rows, _ = only(OTTERS.encode().replace(b"Otters in", "Böse Öttér".encode() + b" \x93in"))
    assert "Böse Öttér \u201cin" in rows


def test_mojibake_stays_as_sent():
    rows, notes = only(OTTERS.replace("Otters in", "Ã©tang in"))
    assert "Ã©tang in ponds." in rows
    assert notes == []


@pytest.fixture
def titles(tmp_path):
    """Titles and file notes of a file of either format; both engines agree at any size of a batch."""

    def titles(data: bytes, chunks: tuple[int, ...] = (300, 1 << 20)) -> tuple[list[str], list[tuple]]:
        path = tmp_path / "otters"
        path.write_bytes(data)
        expected = fuzz.read(path, engine="reference")
        for chunk in chunks:
            assert fuzz.difference(path, (), expected, chunk=chunk) is None
        assert expected.error is None
        notes = [tuple(row.values())[1:] for row in expected.tables["anomalies"].to_pylist()]
        return expected.tables["articles"]["title"].to_pylist(), notes

    return titles


def as_text(*texts: str) -> str:
    return "\n".join(OTTERS.replace("90000001", f"9000000{n}").replace("Otters in", t) for n, t in enumerate(texts))


def as_xml(*texts: str) -> str:
    return build.document(*(build.citation(n, title=build.title(t)) for n, t in enumerate(texts, 1))).decode()


FORMATS = {"text": (as_text, " ponds."), "XML": (as_xml, "")}


def again(text: str, codec: str) -> str:
    """Text as it is where its UTF-8 was read in another encoding."""
    return "".join(
        bytes([byte]).decode(codec if codec == "latin-1" or byte not in b"\x81\x8d\x8f\x90\x9d" else "latin-1")
        for byte in text.encode()
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("name", FORMATS)
def test_what_was_encoded_twice_is_noted_once_a_file(titles, name, end):
    make, behind = FORMATS[name]
    whole = make("Otters", "\u00c3\u00a9tang", "\u00e2\u20ac\u2122s \u00c3\u0178")
    line = next(n for n, text in enumerate(whole.splitlines(), 1) if "tang" in text)
    got, notes = titles(whole.replace("\n", end).encode())
    assert got[1:] == ["\u00c3\u00a9tang" + behind, "\u00e2\u20ac\u2122s \u00c3\u0178" + behind]
    reason = "looks encoded twice: '\u00c3\u00a9' may be '\u00e9'"
    assert notes == [(None, f"line {line}", "\u00c3\u00a9", reason)]


@pytest.mark.parametrize("other", ["\u00e9", "\u6c34", "\u0142", "\u00c3", "\u00b1 5", "\u2013"])
@pytest.mark.parametrize("name", FORMATS)
def test_one_character_that_was_encoded_once_speaks_for_the_file(titles, name, other):
    make, _ = FORMATS[name]
    for texts in (("\u00c3\u00a9tang", f"a{other}b"), (f"a{other}b", "\u00c3\u00a9tang")):
        assert titles(make(*texts).encode(), (300,))[1] == []


ACCENTED = st.lists(st.text("abc \u00e9\u00df\u0142\u2019\u00ea\u6c34\U0001f9a6", max_size=9), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCENTED, st.sampled_from(["cp1252", "latin-1"]), st.sampled_from(list(FORMATS)))
def test_accented_words_are_noted_if_they_were_encoded_twice(titles, words, codec, name):
    make, behind = FORMATS[name]
    texts = [f"A{' '.join(word.split())}z" for word in words]
    assert titles(make(*texts).encode(), (300,)) == ([text + behind for text in texts], [])
    twice = [again(text, codec) for text in texts]
    got, notes = titles(make(*twice).encode(), (300,))
    assert [text.translate(TO_CP1252) for text in got] == [text.translate(TO_CP1252) + behind for text in twice]
    found = [reason for pmid, _, _, reason in notes if pmid is None and "encoded twice" in reason]
    assert len(found) == any(not text.isascii() for text in texts)
    first = next((c for text in texts for c in text if not c.isascii()), "")
    assert all(reason.endswith(f"may be {first!r}") for reason in found)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_character_encoded_twice_may_be_cut_anywhere(size):
    whole = "\ufeffa\r\nb\rc \u00e2\u20ac\u2122\n".encode()
    for data, sent in ((whole, ("\u00e2\u20ac\u2122", "\u2019")), (whole[:-2], None), (whole + b"\xe9", None)):
        stream = Watched(io.BufferedReader(io.BytesIO(data)))
        for _ in range(2):
            stream.seek(0)
            while stream.read(size):
                pass
        assert stream.twice() == (sent and (3, *sent))


@pytest.mark.parametrize("where", [100, 9_000])
def test_zero_bytes_are_refused(where):
    padding = OTTERS * (1 + where // len(OTTERS))
    text = padding.encode()
    refused(text[:where] + b"\0\0\0" + text[where:])


# Other formats

OTHERS = {
    "Ovid": "<1>\nUI  - 9\nTI  - Otters.\n",
    "RIS": "TY  - JOUR\nTI  - Otters.\nER  - \n",
    "ERIC": "OWN - ERIC\nTI  - Otters.\nAU  - Marsh, Ada\n",
    "PubMed's CSV": "PMID,Title,Authors,Citation\n1,Otters.,Marsh A,J\n",
    "Abstract (text)": "1. J Otter. 2001 Jan;9(6):557-63.\n\nOtters in ponds.\n\nMarsh A.\n\nPMID: 9000\n",
    "Summary (text)": "1: Marsh A. Otters in ponds. J Otter. 2001\nJan;9(6):557-63. PMID: 9000.\n\n2: Reed B. 2002\n",
    "list of PMIDs": "90000001\n90000002\n90000003\n",
    "ASN.1": "Pubmed-entry ::= {\n  pmid 9000 ,\n",
    "EndNote tagged": "%0 Journal Article\n%T Otters.\n",
    "BibTeX": "@article{marsh2001,\n  title = {Otters},\n}\n",
    "JSON": '[{"pmid": 1}]\n',
    "Web of Science": "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Marsh, A\n",
    "Scopus": '"Authors","Title","Year","Source title","EID"\n"Marsh A.","Otters.",2001,"J","2"\n',
    "Embase": "RECORD 1\n\nTITLE\nOtters.\n",
    "EBSCO": "Record: 1\nTitle: Otters.\n",
    "PDF": "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n",
    "RTF": "{\\rtf1\\ansi PMID- 1\\par\n}\n",
    "Word": "PK\x03\x04\x14\0\x06\0",
}
XML_ROOTS = ["article", "xml", "responseWrapper", "rss", "feed", "eSummaryResult", "DocumentSummarySet"]


@pytest.mark.parametrize("name", OTHERS)
def test_another_format_is_named(name):
    data = OTHERS[name].encode()
    assert sniff(io.BufferedReader(io.BytesIO(data))) == "medline"
    message = refused(data)
    assert name in message
    assert "XML" not in message


@pytest.mark.parametrize("name", XML_ROOTS)
def test_xml_of_another_kind_is_named(name):
    problem, advice = other_formats.of_root(name, "PubmedArticleSet")
    assert "not PubMed XML" in problem
    assert advice


def test_an_error_is_one_short_line():
    error = BadInput("o" * 250 + ".nbib", "a\nvalue\x00 " * 500, where="line 7", advice="save it again")
    assert len(str(error)) <= LONGEST
    assert str(error).isprintable()
    assert "line 7" in str(error)
    assert str(error).endswith("; save it again")
