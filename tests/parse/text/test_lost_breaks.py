"""Records of MEDLINE text that lost line breaks, some or all, are read as if they had not, or a note says where not."""

from __future__ import annotations

import io
from random import Random

import pytest

from lost_records import DAMAGES, flat, make_record, print_lines
from medline.parse.text.fields import TextRecord, iter_records
from medline.parse.text.tag_kinds import TAGS
from text_records import count_fallbacks, differences

Field = tuple[str, str]

UNSURE = "line breaks were lost: it is not certain whether a field begins here"
RECORD = """\
PMID- 90000001
OWN - NLM
STAT- MEDLINE
LR  - 20200401
IS  - 1234-5679 (Print)
VI  - 9
DP  - 2019 Nov
TI  - Counting otters at twelve small ponds.
PG  - 557-63
AB  - {}
FAU - Fennick, Anna B
AU  - Fennick AB
AD  - University of Bogtown, Marshland.
LA  - eng
{}PT  - Journal Article
PL  - Marshland
TA  - J Pond Stud
MH  - Otters
PST - ppublish
SO  - J Pond Stud. 2019 Nov;9:557-63.
"""


def read(text: str) -> list[TextRecord]:
    return list(iter_records(io.BytesIO(text.encode()), "otters.txt"))


def plain(fields: list[Field]) -> list[Field]:
    """Fields as a damage that makes all blanks alike leaves them."""
    return [(tag, flat(value)) for tag, value in fields]


def outcome(fields: list[Field], lines: list[str]) -> str:
    """What came of a damaged record: equal, noted, or the first fields that are silently other ones."""
    records = read("\n".join(lines))
    read_fields = [plain(record.fields) for record in records]
    if any(reason == UNSURE for record in records for *_, reason in record.notes):
        return "noted"
    if read_fields == [plain(fields)]:
        return "equal"
    return f"{[field for field in fields if field not in read_fields[0]][:2]} became {read_fields[0]}"


def outcomes(records: list[list[Field]], damage: str) -> list[str]:
    rng = Random(damage)
    return [outcome(fields, DAMAGES[damage](rng, print_lines(fields))) for fields in records]


@pytest.fixture(scope="module")
def generated() -> list[list[Field]]:
    rng = Random(11)
    return [make_record(rng, 90000000 + number) for number in range(60)]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("damage", DAMAGES)
def test_generated_records(generated, damage):
    results = outcomes(generated, damage)
    assert [fault for fault in results if fault not in ("equal", "noted")] == []
    assert results.count("noted") <= 3


@pytest.fixture(scope="module")
def real(data) -> list[list[Field]]:
    """Each twentieth of the real records, with the lists of one tag in another's record, so that they are longer."""
    files = [*sorted((data / "nbib").glob("*")), data / "pairs" / "citations.nbib"]
    records = [record for path in files for record in iter_records(io.BytesIO(path.read_bytes()), path.name)]
    return [record.fields for record in records[::20] if record.fields[0][0] == "PMID"]


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize("damage", DAMAGES)
def test_real_records(real, damage):
    # of an address `ICMR - Institute` such a damage makes `ICMR- Institute`, which no reader could undo
    spared = [fields for fields in real if not any(" - " in value for _, value in fields)]
    results = outcomes(spared if "dashes" in damage else real, damage)
    assert len(results) > 20
    assert [fault for fault in results if fault not in ("equal", "noted")] == []
    assert results.count("noted") <= 2


@pytest.mark.sampled(3)
@pytest.mark.parametrize("damage", DAMAGES)
def test_both_engines_read_damaged_records_alike(generated, damage):
    rng = Random(damage)
    lines = [DAMAGES[damage](rng, print_lines(fields)) for fields in generated[:8]]
    assert differences("\n\n".join("\n".join(left) for left in lines).encode()) == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize("glue", [" ", "\n", "\n\n", "\t"])
@pytest.mark.parametrize("indent", ["", " ", "\t", "   "])
def test_several_flat_records(generated, glue, indent):
    records = generated[:4]
    text = glue.join(indent + flat("\n".join(print_lines(fields))) for fields in records)
    assert [record.fields for record in read(text)] == records
    assert differences(text.encode()) == []


def test_fields_apart_by_tabs(generated):
    for fields in generated[:10]:
        text = "\t".join(flat(f"{tag:<4}- {value}") for tag, value in fields)
        assert [record.fields for record in read(text)] == [fields]


# Long lists


LONG = {
    "grants of a word": ("LA", [("GR", f"Fund{number}") for number in range(60)]),
    "grants of many words": (
        "LA",
        [("GR", "Ministry of Ponds and Reeds of the Northern Parts of the Kingdom of Norland")] * 60,
    ),
    "grants without a country": ("LA", [("GR", f"R0{number}/Norland Research Council") for number in range(60)]),
    "languages": ("AD", [("LA", "ger")] * 50),
    "names without full names": ("AB", [("AU", "Velmo NJ")] * 60),
    "names with addresses": ("AB", [("AU", "Velmo NJ"), ("AD", "Pondworks, Bogtown, Norland.")] * 60),
    "investigators": ("MH", [("IR", "Voreb P"), ("IRAD", "Bogtown")] * 60),
    "groups": ("AD", [("CN", "POND-2 investigators")] * 50),
    "types": ("PT", [("PT", "Research Support, Non-U.S. Gov't")] * 50),
    "substances": ("TA", [("RN", "VOREB protocol"), ("RN", "0 (Pond (warm))"), ("RN", "EC 1.1.1.- (Otterase)")] * 30),
    "comments": ("TA", [("CIN", "J Pond Stud. 2019 Nov;9(6):557-63. PMID: 7"), ("CIN", "Otters. 2020")] * 40),
    "headings": ("TA", [("MH", "Models, Biological"), ("MH", "*Otters/physiology/*drug effects")] * 50),
    "keywords": (
        "MH",
        [("OTO", "NOTNLM"), *([("OT", "otter"), ("OT", "IL-6,"), ("OT", "*in vivo"), ("OT", "CI")] * 40)],
    ),
    "accessions": ("LA", [("SI", f"GENBANK/X{number}") for number in range(60)]),
    "authors": (
        "AB",
        [("FAU", "Fennick, Anna B"), ("AU", "Fennick AB"), ("AD", "University of Bogtown, Norland.")] * 3000,
    ),
}


@pytest.mark.long
@pytest.mark.parametrize(("behind", "listed"), LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize(
    "damage", ["all, and double blanks", "30 %, and double blanks there", "30 %, with nothing in their place"]
)
def test_long_lists(behind, listed, damage):
    (record,) = read(RECORD.format("Otters were counted.", ""))
    index = max(index for index, (tag, _) in enumerate(record.fields) if tag == behind) + 1
    fields = [*record.fields[:index], *listed, *record.fields[index:]]
    assert outcome(fields, DAMAGES[damage](Random(1), print_lines(fields))) == "equal"


COPYRIGHTS = [
    *(
        "Nils J. Velmo, Pia Voreb.",
        "Velmo N. J. and Voreb P.",
        "J. Velmo",
        "A. B. C. Fen & D. de la Reed.",
        "Pond Press.",
    ),
    *(
        "(c) 2020 The Author(s).",
        "Žofie Ž. Ångström, Ö. Li.",
        "Crown Copyright 2019.",
        "Fen et al.",
        "The Otter Society of Norland",
    ),
]


@pytest.mark.parametrize("copyright_of", COPYRIGHTS)
def test_a_copyright_is_no_part_of_the_abstract(copyright_of):
    (record,) = read(RECORD.format(f"Otters swim.\nCI  - {copyright_of}", ""))
    assert ("CI", copyright_of) in record.fields
    assert outcome(record.fields, [flat("\n".join(print_lines(record.fields)))]) == "equal"


# What only looks like it


LOOKALIKES = [f"{tag} - " if len(tag) < 4 else f"{tag}- " for tag in TAGS]


@pytest.mark.parametrize("like", LOOKALIKES)
def test_text_of_an_undamaged_record_that_looks_like_a_tag_is_text(like):
    text = RECORD.format(f"Otters of the {like}kind and 12 eels (95% {like}0.5) swim where {like}ponds are warm.", "")
    (record,) = read(text)
    assert dict(record.fields)["AB"].count(like) == 3
    assert [tag for tag, _ in record.fields] == [line[:4].strip() for line in text.splitlines()]
    assert not record.is_restored
    assert differences(text.encode()) == []


def test_a_record_without_anything_like_a_tag_is_not_searched():
    text = RECORD.format("Otters - and eels (IL-6 - a pond) of the DNA - RNA kind -", "")
    assert count_fallbacks(text.encode()) == 0


@pytest.mark.parametrize(
    "tag", ["LA", "PT", "PL", "TA", "MH", "AU", "AD", "TI", "PG", "AB", "SO", "FAU", "STAT", "PST"]
)
@pytest.mark.parametrize("glue", [" ", "", "  ", "\t"])
def test_one_break_lost(tag, glue):
    text = RECORD.format("Otters were counted at twelve ponds.", "")
    head = f"\n{tag:<4}- "
    (whole,), (record,) = read(text), read(text.replace(head, glue + head[1:]))
    assert record.fields == whole.fields
    assert record.is_restored
    assert record.notes == []
    assert differences(text.replace(head, glue + head[1:]).encode()) == []


def test_six_blanks_before_it_make_a_tag_text():
    text = RECORD.format("Otters were\n      counted. PT  - joined", "").replace("were\n", "were ")
    (record,) = read(text.replace(" PT  - joined", "       LA  - left atrium."))
    assert dict(record.fields)["AB"] == "Otters were counted. LA - left atrium."


def test_two_readings_as_likely_are_noted():
    """An empty keyword between keywords, or one that is ` OT -`: both look the same."""
    fields = read(RECORD.format("Otters.", "").replace("PST", "OTO - NOTNLM\nOT  - otter\nOT  - \nPST"))[0].fields
    (record,) = read(flat("\n".join(print_lines(fields))))
    assert [(tag, reason) for tag, _, reason in record.notes] == [("OT", UNSURE)]


def test_unknown_tags_are_kept_where_lines_begin_with_them():
    text = RECORD.format("Otters swim.", "").replace("\nLA  -", "\nZZ  - new\nQQQ - newer\nLA  -")
    (record,) = read(text.replace("\nPL  -", " PL  -"))
    assert record.fields == read(text)[0].fields
