"""Damaged files: each record is read equal to its undamaged self, or is named; no other outcome, and none is merged.

A failure prints the seed, the damages and the smallest file that shows it. MEDLINE_FUZZ_CASES makes the main test
longer; see the docstring of file_fuzz for how to look by hand.
"""

from __future__ import annotations

import os

import pytest

from compare import read
from file_fuzz.case import Case, make_case, plan
from file_fuzz.law import Verdict, check, check_message, judge, superseded
from file_fuzz.loading import load_and_judge
from file_fuzz.records import Record, invented, word_of
from file_fuzz.registry import DAMAGES
from file_fuzz.required import EQUAL, REFUSED, REQUIRED, allowed
from file_fuzz.running import elements, run, shrink

CASES = int(os.environ.get("MEDLINE_FUZZ_CASES", "80"))
BLOCKS = 1
SEED = 1
FLOORS = [name for name, required in REQUIRED.items() if required.floor]


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_law_holds(block):
    cases = CASES // BLOCKS
    tally = run(SEED, first=block * cases, cases=cases)
    print(tally.table())
    assert not tally.failures, tally.failures[0]
    assert tally.cases == cases


@pytest.mark.slow
def test_the_law_holds_for_long():
    tally = run(SEED, first=CASES, cases=10 * CASES)
    assert not tally.failures, tally.failures[0]


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_alone(name):
    tally = run(SEED + 1, only={name}, alone=True, cases=3)
    assert not tally.failures, tally.failures[0]


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", FLOORS)
def test_records_are_not_just_refused(name):
    """A guess may be given up now and then, not always."""
    tally = run(SEED + 2, only={name}, alone=True, cases=12, most=1000)
    assert tally.below_floor() == []


@pytest.mark.long
def test_real_records(data):
    tally = run(SEED, cases=CASES // 3, data=data)
    assert not tally.failures, tally.failures[0]


@pytest.mark.long
def test_the_law_holds_through_load(tmp_path):
    good = Case("good", "text", (invented("text", 99_000_001, SEED),), (), 4096)
    assert load_and_judge([good, *(make_case(SEED + 3, number) for number in range(30))], tmp_path) == []


# The fuzzer itself


def test_every_damage_says_what_it_may_lead_to():
    assert REQUIRED.keys() == DAMAGES.keys()
    assert allowed(("tabs_for_blanks", "gz")) == EQUAL
    assert allowed(("breaks_lost_all", "gz")) == REQUIRED["breaks_lost_all"].allowed
    assert allowed(("breaks_lost_all", "gz_cut")) == REFUSED


@pytest.mark.parametrize("name", DAMAGES)
def test_every_damage_does_something(name):
    one = DAMAGES[name]
    for kind in one.kinds:
        records = tuple(invented(kind, 95_000_000 + index, SEED) for index in range(3))
        contents = {Case(str(key), kind, records, (name,), 4096).content for key in range(20)}
        assert contents - {Case("", kind, records, (), 4096).content}


@pytest.mark.parametrize("name", [name for name, one in DAMAGES.items() if one.stage == "layout"])
def test_every_damage_works_on_what_another_has_damaged(name):
    for kind in DAMAGES[name].kinds:
        others = [one.name for one in DAMAGES.values() if kind in one.kinds and not one.plain]
        for other in others:
            case = Case("both", kind, (invented(kind, 95_000_123, SEED),), (name, other), 4096)
            assert case.content or DAMAGES[other].stage == "loss"


def test_a_case_is_a_pure_function_of_seed_and_number():
    assert [make_case(3, number).content for number in range(60)] == [
        make_case(3, number).content for number in range(60)
    ]
    assert plan(3, 7) == (make_case(3, 7).kind, make_case(3, 7).damages)
    assert make_case(3, 1).content != make_case(4, 1).content


def test_every_longer_value_of_a_record_has_its_word():
    for kind in ("text", "xml"):
        record = invented(kind, 91_000_123, SEED)
        assert word_of(91_000_123) == "babacedifo"
        assert record.body.count("babacedifo") + record.body.count("Babacedifo") > 8


UNKNOWN = "QQQ - of no known tag\n"  # which makes a note
TEXT = tuple(invented("text", 96_000_000 + index * 111, SEED) for index in range(2))
XML = tuple(invented("xml", 97_000_000 + index * 111, SEED) for index in range(2))


def found_in(content, records, damages, tmp_path):
    """Kinds of failures that the law sees where a reader reads these records as if `content` were the file."""
    case = Case("planted", records[0].kind, records, damages, 4096)
    path = tmp_path / "planted.txt"
    path.write_text(content)
    verdict = Verdict()
    judge(case, read(path, engine="reference"), verdict)
    return {(failure.kind, failure.pmid) for failure in verdict.failures}


def joined(*bodies, records=TEXT):
    return Case(
        "",
        records[0].kind,
        tuple(record._replace(body=body) for record, body in zip(records, bodies, strict=True)),
        (),
        1,
    ).content.decode()


def test_the_law_finds_nothing_where_nothing_is_wrong(tmp_path):
    for records in (TEXT, XML):
        content = joined(*(record.body for record in records), records=records)
        assert found_in(content, records, (), tmp_path) == set()
        assert found_in(content, records, ("breaks_lost_all",), tmp_path) == set()


def test_the_law_finds_a_merge(tmp_path):
    """Even where a note is there: a line of the other record stands in this one."""
    one, other = (record.body for record in TEXT)
    stolen = next(line for line in other.splitlines() if line.startswith("TI  - "))
    taken = one.replace("\nSO  - ", f"\nOT  - {stolen[6:]}\nSO  - ")
    noted = taken.replace("\nSO  - ", f"\n{UNKNOWN}SO  - ")
    assert ("merged", TEXT[0].pmid) in found_in(joined(taken, other), TEXT, ("breaks_lost_all",), tmp_path)
    assert found_in(joined(noted, other), TEXT, ("breaks_lost_all",), tmp_path) == {("merged", TEXT[0].pmid)}


def test_the_law_finds_a_record_that_is_lost_in_silence(tmp_path):
    assert found_in(TEXT[0].body, TEXT, ("breaks_lost_all",), tmp_path) == {("lost in silence", TEXT[1].pmid)}


@pytest.mark.parametrize(
    ("records", "old", "new"), [(TEXT, "STAT- MEDLINE", "STAT- OLDMEDLINE"), (XML, 'Owner="', 'Owner="X')]
)
def test_the_law_finds_a_wrong_value(records, old, new, tmp_path):
    one, other = (record.body for record in records)
    assert old in one
    content = joined(one.replace(old, new, 1), other, records=records)
    failures = found_in(content, records, ("breaks_lost_all",), tmp_path)
    assert failures == {("other rows in silence", records[0].pmid)}


def test_the_law_takes_a_note_for_an_answer_only_where_it_may(tmp_path):
    one, other = (record.body for record in TEXT)
    content = joined(one, other.replace("PST - ", f"{UNKNOWN}PST - x", 1))
    assert found_in(content, TEXT, ("breaks_lost_all",), tmp_path) == set()
    ((kind, _),) = found_in(content, TEXT, ("tabs_for_blanks",), tmp_path)
    assert kind == "noted, must be equal"


def test_the_law_finds_a_stranger(tmp_path):
    content = joined(*(record.body for record in TEXT)) + "\n" + invented("text", 98_000_000, SEED).body
    assert ("a PMID that was not there", 98_000_000) in found_in(content, TEXT, (), tmp_path)


def test_the_law_finds_a_needless_refusal(tmp_path):
    assert found_in("no record", TEXT, ("tabs_for_blanks",), tmp_path) == {("refused", None)}
    assert found_in("no record", TEXT, ("breaks_lost_all",), tmp_path) == set()
    assert found_in(TEXT[0].body, TEXT[:1], ("gz_cut",), tmp_path) == {("equal, must be refused", TEXT[0].pmid)}


@pytest.mark.parametrize(
    ("message", "is_fine"),
    [
        ("case.xml line 3: junk; get the file again", True),
        ("case.xml: the file is empty; get the file again", True),
        ("case.xml: junk; get the file again", False),
        ("case.xml line 3: junk", False),
        ("case.xml line 3: junk\n; get the file again", False),
        ("case.xml line 3: " + "junk" * 100 + "; get the file again", False),
    ],
)
def test_the_law_reads_messages(message, is_fine):
    verdict = Verdict()
    check_message(message, verdict)
    assert (verdict.failures == []) == is_fine


def test_the_last_record_of_a_key_counts():
    assert superseded([(1, 1, False), (2, None, False), (9, 1, True), (1, None, False)]) == {0}


def test_a_failure_is_shrunk_to_what_matters():
    records = tuple(invented("text", 98_000_000 + index, SEED) for index in range(3))
    case = Case("shrink", "text", records, ("tabs_for_blanks", "crlf", "gz"), 4096)
    word = word_of(98_000_001).encode()
    small = shrink(
        case, lambda one: b"\r" in one.left.replace(b"\n", b"\r\n") and "crlf" in one.damages and word in one.left
    )
    assert small.damages == ("crlf",)
    assert [record.pmid for record in small.records] == [98_000_001]
    assert len(small.records[0].body.splitlines()) <= 4


def test_elements_of_a_record_are_found():
    xml = "<A><PMID>1</PMID><B>x<C/></B></A>"
    assert {xml[start:end] for start, end in elements(xml)} == {"<B>x<C/></B>", "<C/>"}


def test_a_case_is_read_by_both_engines(tmp_path):
    records = (invented("text", 98_000_100, SEED), Record("text", 98_000_200, "PMID- 98000200\nTI  - Otters.\n"))
    verdict = check(Case("both", "text", records, ("crlf",), 300), tmp_path / "case.nbib")
    assert (verdict.failures, verdict.outcomes) == ([], {98_000_100: "equal", 98_000_200: "equal"})
