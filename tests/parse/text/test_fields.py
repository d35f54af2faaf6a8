"""Fields of MEDLINE tagged text. All records here are invented."""

from __future__ import annotations

import io
import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medline.errors import BadInput
from medline.parse.text.fields import TextRecord, iter_records
from medline.parse.text.tag_kinds import TAGS
from real_data import DATA

REAL = DATA

RECORD = """\
PMID- 90000001
OWN - NLM
STAT- MEDLINE
DCOM- 20010203
LR  - 20191106
IS  - 0000-000X (Print)
IS  - 0000-0018 (Linking)
VI  - 9
IP  - 6
DP  - 2001 Jan
TI  - Sleep of imaginary otters in warm
      ponds: a survey.
PG  - 557-63
LID - 10.9999/otter.1 [doi]
AB  - BACKGROUND: Otters sleep.
      CI - is how keepers call it. RESULTS: They slept (P < 0.05).
CI  - Copyright (c) 2001 Pond Press.
FAU - Marsh, Ada B
AU  - Marsh AB
AUID- ORCID: 0000-0000-0000-0001
AD  - Department of Ponds, University of Reed, Fenland.
AD  - Otter Institute, Fenland. ada@reed.example
FAU - de la Reed, Bo
AU  - de la Reed B
CN  - Otter Study Group
LA  - eng
GR  - R01 XX000000/XX/NIH HHS/United States
PT  - Journal Article
PT  - Research Support, N.I.H., Extramural
DEP - 20001224
PL  - England
TA  - J Otter
JT  - Journal of otter research
JID - 0000001
RN  - 0 (Pond Water)
SB  - IM
CIN - J Otter. 2002 Feb;10(1):1. PMID: 90000002
MH  - Animals
MH  - Otters/*physiology
PMC - PMC9000001
OTO - NOTNLM
OT  - *otter
OT  - sleep
COIS- None.
EDAT- 2001/01/01 04:00
MHDA- 2001/02/03 04:00
CRDT- 2001/01/01 04:00
PHST- 2001/01/01 04:00 [pubmed]
PHST- 2001/02/03 04:00 [medline]
AID - 501 [pii]
AID - 10.9999/otter.1 [doi]
PST - ppublish
SO  - J Otter. 2001 Jan;9(6):557-63. doi: 10.9999/otter.1.
"""

BOOK = """\
PMID- 90000009
STAT- Publisher
DRDT- 20190404
CTDT- 20090630
PB  - University of Reed
DP  - 1993
TI  - Otter Syndrome 1.
BTI - PondReviews
AB  - Otters are described.
FED - Marsh, Ada
ED  - Marsh A
FAU - Bog, Cy D
AU  - Bog CD
AD  - Department of Bogs, Fenland
LA  - eng
PT  - Book Chapter
PL  - Fenland (WA)
EDAT- 2019/04/04 00:00
CRDT- 2019/04/04 00:00
AID - NBK0000 [bookaccession]
"""

OLD = """\
PMID- 90000010
OWN - NLM
STAT- MEDLINE
DA  - 19750101
DCOM- 19750101
IS  - 0000-0018 (Print)
DP  - 1974
TI  - [Otters and their ponds].
AB  - Otters were counted.
AD  - Institute of Otters, Fenland.
AU  - Bog C
AU  - et al.
LA  - ger
PT  - English Abstract
TT  - Otter und ihre Teiche.
TA  - J Otter
MH  - Otters
RF  - 12
EDAT- 1975/01/01
SO  - J Otter. 1974;1:1-2.
"""


def read(text: str | bytes) -> list[TextRecord]:
    data = text.encode() if isinstance(text, str) else text
    return list(iter_records(io.BytesIO(data), "otters.txt"))


def only(text: str | bytes) -> TextRecord:
    (record,) = read(text)
    return record


def collapse(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def write(fields: list[tuple[str, str]]) -> str:
    return "\n".join(f"{tag:<4}- {value}" for tag, value in fields) + "\n"


def test_fields_in_order_with_continuation_joined() -> None:
    record = only(RECORD)
    assert record.line == 1
    assert record.notes == []
    assert record.fields[0] == ("PMID", "90000001")
    assert ("TI", "Sleep of imaginary otters in warm ponds: a survey.") in record.fields
    assert len(record.fields) == RECORD.count("\n") - 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_bom(end: str, bom: str) -> None:
    text = bom + (RECORD + "\n" + bom + BOOK).replace("\n", end)
    assert [record.fields for record in read(text)] == [only(RECORD).fields, only(BOOK).fields]


def test_records_of_a_file_larger_than_one_block() -> None:
    records = read((RECORD + "\r\n").replace("\n", "\r\n").replace("\r\r", "\r") * 700)
    assert len(records) == 700
    assert records[-1].fields == only(RECORD).fields


def test_continuation_lines_that_look_like_tags() -> None:
    text = "PMID- 1\nAB  - otters\n      AU  - x\n      SAMD9L-like pond\n         \n      PMID- 2\nLA  - eng\n"
    assert only(text).fields == [("PMID", "1"), ("AB", "otters AU - x SAMD9L-like pond PMID- 2"), ("LA", "eng")]


def test_wrapped_line_may_end_in_a_blank_and_runs_of_blanks_collapse() -> None:
    assert only("PMID- 1\nTI  - warm \n      ponds   and\treeds \n").fields[1] == ("TI", "warm ponds and reeds")


def test_no_break_space_is_text() -> None:
    assert only("PMID- 1\nTI  - 5\u00a0otters\u2028swim\n").fields[1] == ("TI", "5\u00a0otters\u2028swim")


def test_empty_values() -> None:
    assert only("PMID- 1\nAB  -\nOAB - \nLA  - eng\n").fields[1:] == [("AB", ""), ("OAB", ""), ("LA", "eng")]


def test_stray_empty_lines_lose_nothing() -> None:
    record = only("\n\nPMID- 1\n\nTI  - warm\n\n      ponds\n\nLA  - eng\n\n\n")
    assert record.fields == [("PMID", "1"), ("TI", "warm ponds"), ("LA", "eng")]
    assert record.line == 3
    assert {reason for *_, reason in record.notes} == {"empty line inside the record"}


def test_pmc_opens_a_record_only_directly_before_pmid() -> None:
    text = "PMC - PMC1\nPMID- 1\nSO  - a 1\n\nPMC - PMC2\nPMID- 2\nTI  - x\nPMC - PMC3\nSO  - b 2\n"
    first, second = read(text)
    assert first.fields == [("PMC", "PMC1"), ("PMID", "1"), ("SO", "a 1")]
    assert second.fields[:2] == [("PMC", "PMC2"), ("PMID", "2")]
    assert ("PMC", "PMC3") in second.fields
    assert (first.line, second.line) == (1, 5)


def test_record_without_pmid_is_kept_apart_and_noted() -> None:
    first, second = read("PMID- 1\nSO  - a 1\n\nPMC - PMC2\nTI  - x\nSO  - b 2\n")
    assert first.fields == [("PMID", "1"), ("SO", "a 1")]
    assert second.notes == [("PMID", "", "no PMID in this record")]


def test_nothing_is_lost_before_the_first_known_tag() -> None:
    _, second = read("PMID- 1\nSO  - a 1\n\nQQ  - new\nTI - warm ponds\n")
    assert second.fields == [("QQ", "new"), ("TI", "warm ponds")]


def test_unknown_tag_is_a_field_and_a_stray_line_joins_with_a_note() -> None:
    record = only("PMID- 1\nQQ  - new\nTI  - warm\nponds AD  x\nAB- - y\n")
    assert record.fields == [("PMID", "1"), ("QQ", "new"), ("TI", "warm ponds AD x AB- - y")]
    assert sorted((tag, raw) for tag, raw, _ in record.notes) == [("TI", "AB- - y"), ("TI", "ponds AD  x")]


def test_a_stray_line_is_noted_where_breaks_were_lost_too() -> None:
    record = only("PMID- 1\nQQ  - new\nTI  - warm\nponds LA  - eng\n\nPT  - Review\nreeds\nPL  - Fenland\n")
    assert record.fields[1:] == [
        ("QQ", "new"),
        ("TI", "warm ponds"),
        ("LA", "eng"),
        ("PT", "Review reeds"),
        ("PL", "Fenland"),
    ]
    assert [(tag, raw, reason.partition(":")[0]) for tag, raw, reason in record.notes] == [
        ("TI", "ponds LA  - eng", "neither tag nor continuation"),
        ("LA", "", "empty line inside the record"),
        ("PT", "reeds", "neither tag nor continuation"),
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"<!DOCTYPE html>\n<p>PMID- 1", "line 1: this is an HTML page"),
        (b"\nTY  - JOUR\nER  - \n", "line 2: this is RIS"),
        (b"\nTI  - cut\nPMID- 1\n", "line 2: the first record does not begin with PMID"),
        (b"PMC - PMC1\nTI  - x\n", "no PMID"),
        (b"\x1f\x8b\x08\x00\x00", "compressed again"),
        (b"\x01\x00\x02", "binary"),
        (b"otters,ponds\nPMID- 1\n", "not MEDLINE"),
    ],
)
def test_what_is_not_medline(data: bytes, problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as caught:
        read(data)
    assert caught.value.where.startswith("line ")
    assert caught.value.advice


@pytest.mark.parametrize("text", [RECORD, BOOK, OLD], ids=["article", "book", "old"])
def test_collapsed_record_has_the_fields_of_the_normal_one(text: str) -> None:
    record = only(collapse(text))
    assert record.fields == only(text).fields
    assert record.is_restored
    assert record.notes == []


@pytest.mark.parametrize("glue", [" ", "\n", "\n\n", "\r\n"])
def test_collapsed_file(glue: str) -> None:
    texts = [RECORD, BOOK, "PMC - PMC1\nPMID- 7\nTI  - Otters.\nSO  - a 1\n", OLD]
    records = read(glue.join(collapse(text) for text in texts))
    assert [record.fields for record in records] == [only(text).fields for text in texts]


@pytest.mark.long
def test_one_line_longer_than_a_block() -> None:
    records = read(" ".join([collapse(RECORD)] * 1500))
    assert len(records) == 1500
    assert all(record.fields == records[0].fields for record in records)


def test_collapsed_and_wrapped_again() -> None:
    text = textwrap.fill(collapse(RECORD), 80, break_on_hyphens=False)
    assert only(text).fields == only(RECORD).fields


def test_only_double_blanks_lost() -> None:
    assert only(re.sub(" +", " ", RECORD)).fields == only(RECORD).fields


LIKE_TAGS = [
    "AB - antibody",
    "AD - Alzheimer's disease",
    "AU - arbitrary units",
    "CI - 0.5 to 1.2",
    "CON - control",
    "DA - dopamine",
    "DP - diastolic pressure",
    "ED - emergency department",
    "GR - glucocorticoid receptor",
    "IS - ischemic stroke",
    "LA - left atrium",
    "LR - likelihood ratio",
    "LR - 20191106",
    "MH - malignant hyperthermia",
    "PG - prostaglandin",
    "PMID- 123",
    "PT - prothrombin time",
    "RF - 40",
    "RN - registered nurse",
    "SO - superior oblique",
    "TA - tibialis anterior",
    "TI - thallium",
    "VI - 12",
]


@pytest.mark.parametrize("like_tag", LIKE_TAGS)
@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("TI", "Sleep of {} in imaginary otters."),
        ("AB", "BACKGROUND: Otters sleep. RESULTS: Ponds of 95% {} were warm, as before. They slept."),
        ("AB", "{} was seen. Otters sleep."),
        ("AD", "Department of Ponds and {} Research, University of Reed, Fenland."),
        ("OT", "otter with {}"),
        ("COIS", "The authors have {} nothing to declare."),
    ],
)
def test_values_that_look_like_tags(tag: str, value: str, like_tag: str) -> None:
    fields = only(RECORD).fields
    index = next(index for index, (name, _) in enumerate(fields) if name == tag)
    fields[index] = (tag, value.format(like_tag))
    assert only(collapse(write(fields))).fields == fields


WORDS = st.sampled_from(
    [*(" ".join(f"{tag:<4}-".split()) for tag in TAGS), "otter", "Marsh, A", "90000001", "[doi]", "."]
)


@given(st.lists(WORDS, max_size=60))
def test_no_character_of_a_collapsed_record_is_lost(words: list[str]) -> None:
    text = " ".join(["PMID- 1 TI -", *words])
    fields = [field for record in read(text) for field in record.fields]
    assert collapse(write(fields)) == text


def test_known_tags_have_one_place_each() -> None:
    assert len(TAGS) == 96
    assert {"PMID", "SO", "OABL", "PROF", "DRDT", "IRAD"} <= TAGS.keys()


@pytest.mark.long
@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_real_records_survive_the_loss_of_their_line_breaks(step: int) -> None:
    files = [*sorted(REAL.glob("nbib/*")), REAL / "pairs" / "citations.nbib"]
    if not files[-1].exists():
        pytest.skip(f"no real records in {REAL}")
    different = []
    for file in files:
        with file.open("rb") as stream:
            records = list(iter_records(stream, file.name))[::step]
        flat = [collapse(write(record.fields)) for record in records]
        for glue in (" ", "\n"):
            again = [record.fields for record in read(glue.join(flat))]
            assert len(again) == len(records)
            different += [a[:2] for a, b in zip(again, records, strict=True) if a != b.fields]
    assert different == []
