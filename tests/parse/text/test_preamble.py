"""The part of a text before its first record: skipped with a note, or an error that names the format."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from medline.errors import BadInput
from medline.parse.text.preamble import Preamble


@pytest.fixture
def notes() -> list[tuple]:
    return []


def preamble(*lines: str, head: str = "", first: int = 1) -> Preamble:
    made = Preamble(SimpleNamespace(head=head), "a.nbib")
    for number, line in enumerate(lines, start=first):
        made.add(number, line)
    return made


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["From: ann"], "before the first PMID: 1 line skipped"),
        (["From: ann", "To: bob"], "before the first PMID: 2 lines skipped"),
        (["x"] * 1_000, "before the first PMID: 1,000 lines skipped"),
    ],
)
def test_a_mails_head_is_skipped_with_a_note(notes, lines, said):
    preamble(*lines, first=3).close("PMID- 1", "OWN - NLM", lambda *note: notes.append(note))
    assert notes == [("line 3", lines[0], said)]


def test_of_a_long_first_line_the_note_shows_the_beginning(notes):
    preamble("\u00a0 " + "x" * 500).close("PMID- 1", "STAT- MEDLINE", lambda *note: notes.append(note))
    assert notes[0][1] == "x" * 200


def test_nothing_before_a_record_needs_no_note(notes):
    preamble().close("PMID- 1", "anything", lambda *note: notes.append(note))
    assert notes == []


@pytest.mark.parametrize("after", ["> OWN - NLM", "\u00a0 OWN - NLM", "DCOM- 20200101", "TI  - Otters"])
def test_a_record_begins_where_a_tag_follows_its_pmid(after):
    preamble("From: ann").close("PMID- 1", after, None)


def test_a_record_whose_fields_are_in_one_line_begins_too():
    preamble("From: ann").close("PMID- 1 OWN - NLM STAT- MEDLINE", "", None)


@pytest.mark.parametrize("after", ["", "some text", "AB  - An abstract", "SO  - Otter J. 2020"])
def test_a_pmid_without_its_tags_is_no_record(after):
    with pytest.raises(BadInput, match=r"^a\.nbib line 1: not MEDLINE tagged text: 'From: ann'; export"):
        preamble("From: ann").close("PMID- 1", after, None)


@pytest.mark.parametrize("line", ["TI  - Otters", "> TI  - Otters", "  ti - Otters", "x OWN - NLM STAT- MEDLINE"])
def test_a_field_before_the_first_record_is_an_error(line):
    with pytest.raises(BadInput) as error:
        preamble("From: ann", line)
    assert error.value.problem == f"the first record does not begin with PMID: {line!r}"
    assert (error.value.source, error.value.where) == ("a.nbib", "line 2")


def test_a_text_of_another_format_is_named_at_its_first_line():
    with pytest.raises(BadInput, match=r"line 1: this is BibTeX, not MEDLINE tagged text: '@article\{otter,'"):
        preamble("@article{otter,", head="@article{otter,\n title = {Otters}}")


def test_a_thousand_lines_without_a_record_are_no_mails_head():
    with pytest.raises(BadInput, match=r"line 1: not MEDLINE tagged text: 'x'"):
        preamble(*["x"] * 1_001)


def test_a_text_without_records_is_an_error_about_its_first_line_or_about_what_is_given():
    assert "line 4: not MEDLINE tagged text: 'x'" in str(preamble("x", first=4).error("empty", 9))
    assert "line 9: the file is empty; export" in str(preamble().error("the file is empty", 9))
