"""The compiled reader of MEDLINE text gives what the plain one gives: rows, keys, order, errors.

Records that the kernels leave to the plain reader are equal by nature, so where a shape is frequent, a test says that
the kernels read it themselves. All records written here are invented.
"""

from __future__ import annotations

import random
import re

import pytest

import sample
from medline.parse.kernels.reader import NeedsReference
from real_data import DATA
from text_records import NAME, WHOLE, count_fallbacks, differences, is_fallback, mutate, record, rows

REAL = [*sorted((DATA / "nbib").glob("*")), DATA / "pairs" / "citations.nbib", *sorted((DATA / "seed").glob("*"))]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_records_are_read_alike(data, path):
    assert differences(path.read_bytes(), chunk=8 * WHOLE) == []
    assert differences(path.read_bytes()[:20_000], chunk=300) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
@pytest.mark.parametrize("chunk", [300, 5_000, WHOLE])
def test_real_records_are_read_alike_in_small_chunks(data, path, chunk):
    assert differences(path.read_bytes()[: 200 * chunk], chunk=chunk) == []


@pytest.mark.long
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_records_are_read_alike_with_other_line_ends_boms_and_records_left_out(data, path):
    text = path.read_bytes()[:60_000].replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf")
    assert differences(text.replace(b"\n", b"\r\n"), chunk=7_000) == []
    assert differences(text.replace(b"\n", b"\r")) == []
    assert differences(2 * (b"\xef\xbb\xbf" + text), chunk=20_000) == []
    assert differences(text, frozenset({0, 2, 3, 9}), chunk=7_000) == []


def test_the_kernels_read_real_records_themselves(data):
    pubmed = [path for path in REAL if path.parent.name != "seed" and path.name != "pmc_export.txt"]
    assert {path.name: count_fallbacks(path.read_bytes()) for path in pubmed} == {path.name: 0 for path in pubmed}


@pytest.fixture(scope="module", params=[1, 2])
def generated(request, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("generated") / NAME
    return sample.write_text(path, sample.citations(300, request.param)).read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("chunk", [4_000, 8 * WHOLE])
def test_generated_records_are_read_alike(generated, chunk):
    assert differences(generated, chunk=chunk) == []
    assert count_fallbacks(generated, chunk) <= 3  # books with a season as contribution date


def test_values_are_unwrapped_and_runs_of_blanks_are_one():
    lines = [
        "TI  -  Sleep  of\tottters ",
        "        in warm  ",
        "      ",
        "      ponds\t\t: a survey.   ",
        "JT  -",
        "VI  - ",
    ]
    assert rows("articles", "title journal_title volume", *lines) == [
        ("Sleep of ottters in warm ponds : a survey.", "", "")
    ]


def test_continuation_lines_that_look_like_tags_are_text():
    assert rows("articles", "title", "TI  - Otters", "      AUX - and", "      PMID: 5") == [
        ("Otters AUX - and PMID: 5",)
    ]
    assert is_fallback("TI  - Otters", "      AU  - and")


@pytest.mark.parametrize(
    "lines",
    [
        ["TI  - Otters", "junk"],
        ["TI  - Otters", "   "],
        ["TI  - Otters", "", "VI  - 3"],
        ["TI  - Otters", "IS -1234-5678"],
        ["TI  - Otters", "\ufeffVI  - 3"],
    ],
)
def test_lines_that_get_a_note_make_a_fallback(lines):
    assert is_fallback(*lines)


def test_a_text_with_a_line_of_windows_1252_is_left_to_the_plain_reader():
    text = record("TI  - A.") + record("TI  - é.", pmid=2).decode().encode("cp1252") + record("TI  - ü.", pmid=3)
    assert differences(text) == []
    with pytest.raises(NeedsReference):
        count_fallbacks(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n",
        b"TY  - JOUR\n",
        b"\n \nPMID- 1\nTI  - A.\n",
        b"PMID- 1\nTI  - A\0.\n",
        b"PMC - PMC1\nPMID- 1\nTI  - A.\n\nPMC - PMC2\nPMID- 2\n",
        b"PMID- 1\nSO  - X.\n\nPMC - PMC2\nTI  - No PMID.\n",
        b"PMID- 1\nTI  - A.\nPMC - PMC2\nPMID- 2\nTI  - B.\n",
        b"PMID- 1\nTI  - A.\nPMC - PMC2 PMID- 2\nTI  - B.\n",
        b"PMID- 1 TI  - A. PMID- 2 TI  - B.\n\nPMID- 3\nTI  - C.\n",
        b"PMID- x\nTI  - A.\n",
        b"PMID-\nTI  - A.\n",
        b"PMID-1\nTI  - A.\n",
        b"PMID- 1\nTI  - A.\n\nPMI",
        b"PMID- 99999999999999999999\nTI  - A.\n",
        b"PMID- 1\r\rTI  - A.\r\r\nPMID- 2",
    ],
)
def test_what_the_kernels_cannot_vouch_for_is_read_plainly_from_there_on(text):
    for before in (b"", record("TI  - Before."), 40 * record("TI  - Before.")):
        assert differences(before + text, chunk=300) == []
        assert differences(before + text) == []
        assert differences(before + text, frozenset({0, 1, 41}), chunk=300) == []


def test_a_line_that_the_plain_reader_cuts_is_left_to_it():
    cut = record("AB  - " + (1 << 20) * "o" + " PMID- 5 OWN - NLM STAT- MEDLINE TI  - B.", pmid=2)
    assert differences(record("TI  - A.") + cut + record("TI  - C.", pmid=3)) == []
    assert differences(record("AB  - A", "      " + 210_000 * "otter ")) == []


def test_records_grow_the_buffer_and_tables_grow_with_their_rows():
    long = record("AB  - " + 500 * "otter ", *(f"OT  - word {number}" for number in range(1_000)))
    assert differences(long + record("TI  - After.", pmid=2), chunk=300) == []
    assert count_fallbacks(long, chunk=300) == 0


def test_a_record_of_too_many_fields_is_a_fallback():
    assert is_fallback(*(f"OT  - {number}" for number in range(17_000)))
    assert is_fallback(*(f"PHST- 2001/01/01 [{number}]" for number in range(300)))


def test_fallback_records_can_be_skipped():
    text = b"".join(record("XX  - y" if pmid % 2 else "TI  - A.", pmid=pmid) for pmid in range(1, 9))
    for skip in (frozenset({0}), frozenset({1, 2}), frozenset(range(8))):
        assert differences(text, skip) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_mutated_records_are_read_alike(seed):
    rng = random.Random(seed)
    texts = [sample.medline_text(citation).splitlines() for citation in sample.citations(60, seed)]
    for _ in range(12):
        records = [mutate(rng, rng.choice(texts)) for _ in range(12)]
        text = "\n\n".join("\n".join(lines) for lines in records).encode()
        if rng.random() < 0.1:
            text = re.sub("[éü]".encode(), b"\xe9", text)
        chunk = rng.choice((2_000, WHOLE))
        if differences(text, chunk=chunk):
            alone = [lines for lines in records if differences("\n".join(lines).encode())]
            pytest.fail("\n".join(alone[0]) if alone else f"only together: {text!r}")
