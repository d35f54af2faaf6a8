"""Records out of the tables as MEDLINE text, and back into them: the same rows, so nothing is lost on the way.

From text, every row must come again as it was. From XML, every value that has a tag must; what text cannot hold stands
here with its reason and its number, and any other difference fails.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import sample
from as_text import (
    BLANKS,
    FORMULA,
    INVALID,
    LIST_TYPE,
    NO_STAR,
    NOT_IN_TEXT,
    NOTE,
    ORDER,
    OTHERS,
    RAISED,
    SEASON,
    SECTIONS,
    SLASHES,
    again,
    fields_of,
    other_rows,
    single_blanks,
    unexplained,
)
from build import authors, citation, document, revised, text_record, title
from exported import TEXTS, XMLS, load
from medline.errors import BadInput
from medline.outputs.export.medline import LINE_ENDS, WIDTH, write_record
from medline.outputs.export.records import Record
from medline.outputs.export.source import source
from medline.schema.tables import CITATION_TABLES, TEXT
from text_records import mutate
from xml_fuzz.case import make_case

SEEDS = (1, 2)
# Text, tables, text, tables


@pytest.mark.long
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_real_text_gives_the_same_rows_again(data, path, tmp_path):
    records = load(path)
    # PMC's own export, two records: AID, then MID, which PubMed prints the other way round
    known = [("article_ids", 25150679)] if path.name == "pmc_export.txt" else []
    assert other_rows(records, again(records, tmp_path / "again.nbib")) == known


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_invented_text_gives_the_same_rows_again(seed, tmp_path):
    records = load(sample.write_text(tmp_path / "sample.nbib", sample.citations(300, seed)))
    assert len(records) == 300
    assert other_rows(records, again(records, tmp_path / "again.nbib")) == []


#: Tables that text with mistakes in it may change, and why.
BY_MISTAKE = {
    "article_ids": "PMC, MID and AID come in PubMed's order, though they stood in another",
    "articles": "DP twice, once as a date and once as other words: the date is printed",
    "books": "CDAT or CTDT that is no date goes to medline_date, beside the date of DP",
    "authors": "a short name alone is printed in full too, which a comma in it takes apart",
    "investigators": "as with authors",
    "personal_name_subjects": "as with authors",
    "affiliations": "follow a name that was taken for two",
    "history": "an event in a form that EVENT does not know",
    "grants": "a blank at the edge of a part that had slashes",
}


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("seed", SEEDS)
def test_text_with_mistakes_gives_the_same_rows_again(seed, tmp_path):
    rng = random.Random(seed)
    texts = [sample.medline_text(one).splitlines()[1:] for one in sample.citations(60, seed)]
    mutated = [mutate(rng, ["OWN - NLM", *rng.choice(texts)]) for _ in range(500)]
    path = tmp_path / "mutated.nbib"
    listed = [[line for line in lines if line and not line.startswith("PMID")] for lines in mutated]
    path.write_text("".join(text_record(pmid, *lines) for pmid, lines in enumerate(listed, start=1)), newline="")
    records = load(path)
    assert len(records) == 500
    others = other_rows(records, again(records, tmp_path / "again.nbib"))
    assert {table for table, _ in others} <= BY_MISTAKE.keys()
    assert len({pmid for _, pmid in others}) <= 10  # of 500


# XML, tables, text, tables


@pytest.mark.long
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_real_xml_gives_the_same_values_again(data, tmp_path, step):
    met: Counter[str] = Counter()
    number = 0
    for path in XMLS[::step]:
        records = load(path)
        number += len(records)
        assert unexplained(records, again(records, tmp_path / "again.nbib"), met) == [], path.name
    if step > 1:
        return
    assert number == 3168
    assert {why: times for why, times in met.items() if times} == {
        SECTIONS: 895, BLANKS: 22, ORDER: 927, SLASHES: 10, SEASON: 1, LIST_TYPE: 6, NO_STAR: 108, INVALID: 9,
        RAISED: 222, FORMULA: 14, NOTE: 10,
        **{NOT_IN_TEXT[table][0]: times for table, times in
           (("article_ids", 2403), ("comments_corrections", 4427), ("person_identifiers", 1791))},
    }  # fmt: skip


@pytest.mark.long
def test_invented_xml_gives_the_same_values_again(tmp_path):
    met: Counter[str] = Counter()
    for seed in SEEDS:
        records = load(sample.write_xml(tmp_path / f"sample{seed}.xml", list(sample.citations(300, seed))))
        assert unexplained(records, again(records, tmp_path / "again.nbib"), met) == []
    reasons = {SECTIONS, BLANKS, ORDER, *(why for why, _ in [*NOT_IN_TEXT.values(), *OTHERS.values()])}
    reasons |= {INVALID, RAISED}
    reasons -= {BLANKS, NO_STAR, NOT_IN_TEXT["comments_corrections"][0], NOT_IN_TEXT["issns"][0]}
    assert {why for why, times in met.items() if times} == reasons


@pytest.mark.long
def test_mutated_xml_gives_the_same_records_again(tmp_path):
    path, written = tmp_path / "pubmed26n0001.xml", 0
    for number in range(15):
        path.write_bytes(make_case(random.Random(f"5 {number}")).content or b"<")
        try:
            records = load(path)
        except BadInput:
            continue
        written += len(records)
        if records:
            # without BookTitle, which the DTD does not allow, no tag sets a book document apart from an article
            kinds = [(one.pmid, one.is_book and one.head["book_title"] is not None) for one in records]
            assert [(one.pmid, one.is_book) for one in again(records, tmp_path / "again.nbib")] == kinds
    assert written > 8


# As PubMed prints it

OTHER_EVENTS = re.compile(r"PHST- .*\[(?:pubmed|medline|entrez|pmc-release)\]")


def lines_of(text: str) -> dict[int, list[str]]:
    """By PMID, the lines of a text, without blanks at their ends: PubMed's site has one before each break."""
    lines_by_pmid: dict[int, list[str]] = {}
    lines = [line.rstrip(" ") for line in text.replace("\r\n", "\n").split("\n")]
    starts = [number for number, line in enumerate(lines) if line.startswith("PMID-")]
    starts = [number - lines[number - 1].startswith("PMC ") for number in starts]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        record = [line for line in lines[start:end] if line]
        lines_by_pmid[next(int(line[6:]) for line in record if line.startswith("PMID-"))] = record
    return lines_by_pmid


SAME = "none"
PHST = "PHST did not state what EDAT, MHDA, CRDT and PMCR state (before 2017)"
SO = "SO without DOI (until 2016), with `pii: …` (site of 2020 to 2022), or where text does not say what came first"
LINE_ORDER = "IR before FIR, now after it; AD before all authors (until 2013); PMC's own export"
PARTS = "a part of a value has blanks at its ends: `GR  - 12 / Fund`, `FAU - An , H S`"


def difference(printed: list[str], ours: list[str]) -> str:
    """In what the lines of a record are others than those that PubMed printed.

    `LID - e80092` counts as `LID - e80092 [pii]`, which PubMed printed until 2022.
    """
    printed, ours = ([re.sub(r"^(LID .*) \[pii\]$", r"\1", line) for line in lines] for lines in (printed, ours))
    if printed == ours:
        return SAME
    if not any(map(OTHER_EVENTS.match, printed)):
        ours = [line for line in ours if not OTHER_EVENTS.match(line)]
        if printed == ours:
            return PHST
    printed, ours = (
        lines[: next(number for number, line in enumerate(lines) if line[:2] == "SO")] for lines in (printed, ours)
    )
    if printed == ours:
        return SO
    if sorted(printed) == sorted(ours):
        return LINE_ORDER
    if _without_blanks(printed) == _without_blanks(ours):
        return PARTS
    return "other lines"


def _without_blanks(lines: list[str]) -> str:
    return "".join(lines).replace(" ", "")


@pytest.mark.long
def test_text_is_as_pubmed_printed_it(data):
    met: Counter[str] = Counter()
    for path in (data / "nbib").iterdir():
        printed = lines_of(path.read_text("utf-8-sig"))
        records = load(path)
        ours = lines_of("".join(map(write_record, records)))
        assert printed.keys() == ours.keys()
        met.update(difference(printed[pmid], lines) for pmid, lines in ours.items())
    assert met == {SAME: 577, PHST: 429, SO: 181, LINE_ORDER: 17, PARTS: 4}


def as_ascii(value: str) -> str:
    """As an ASCII export spells it."""
    plain = unicodedata.normalize("NFKD", value.replace("ø", "o").replace("Ø", "O"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def test_text_of_real_xml_is_that_of_its_pair(data):
    printed = fields_of((data / "pairs" / "citations.nbib").read_text())
    ours = fields_of("".join(map(write_record, load(data / "pairs" / "citations.xml"))))
    assert printed.keys() == ours.keys()
    met: Counter[str] = Counter()
    for pmid, fields in ours.items():
        written = [(tag, value) for tag, value in fields if tag != "PUBM"]  # which PubMed no longer prints
        assert [tag for tag, _ in written] == [tag for tag, _ in printed[pmid]]
        for (tag, value), (_, theirs) in zip(written, printed[pmid], strict=True):
            if value == theirs:
                met["none"] += 1
            elif as_ascii(value) == as_ascii(theirs):
                met["an ASCII export"] += 1
            elif value == theirs.replace(" ,", ","):
                met[PARTS] += 1
            elif tag in ("PHST", "EDAT", "MHDA") and theirs.replace(" 00:00", "") == value:
                met["00:00 where there is no time"] += 1
            else:
                met[f"{tag} {value!r} {theirs!r}"] += 1
    assert met == {"none": 4727, "an ASCII export": 107, "00:00 where there is no time": 134, PARTS: 1}


# What looks like a tag


@pytest.fixture(scope="module")
def citations(tmp_path_factory) -> list[Record]:
    """An article and a book with a value in nearly every column."""
    listed = load(sample.write_xml(tmp_path_factory.mktemp("hostile") / "sample.xml", list(sample.citations(120, 3))))
    full = sorted(listed, key=lambda record: sum(map(len, record.rows.values())))
    return [next(record for record in reversed(full) if record.is_book == is_book) for is_book in (False, True)]


def with_texts(record: Record, value: str) -> Record:
    """The record with this value in every column of text but those that choose the tag."""
    choosing = {"source_format", "ref_type", "id_type", "pub_status", "role", "list_type"}
    names = {
        table.name: [c.name for c in table.columns if c.type is TEXT or c.type.read == "read_text"]
        for table in CITATION_TABLES
    }
    return Record(
        record.pmid,
        {
            table: [
                row | {name: value for name in names[table] if name not in choosing and row[name] is not None}
                for row in rows
            ]
            for table, rows in record.rows.items()
        },
    )


PIECES = [
    *("PMID- 1", "PMC - x", "PMC -", "AB  - ", "STAT- MEDLINE", "OWN - NLM", "SO  - ", "      ", " ", "\t"),
    *("\n", "\r", "\r\n", "\n\n", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u00a0", "\ufeff"),
    *("/", "*", "[doi]", ": ", "x", "y" * 70, "z" * 100, "é", "\U0001f9a6", "<b>"),
]


@pytest.mark.long
@settings(deadline=None, max_examples=30)
@given(value=st.lists(st.sampled_from(PIECES)).map("".join))
@example("\nPMID- 1\nOWN - NLM\n")
@example("x PMID- 1 OWN - NLM STAT- MEDLINE")
@example("y" * 80 + " PMID- 1 " + "y" * 75 + " AB  - ")
def test_a_value_makes_no_tag_and_no_record(citations, value):
    texts = [write_record(with_texts(record, value)) for record in citations]
    plain = [write_record(with_texts(record, "x")) for record in citations]
    fields, expected = fields_of("".join(texts)), fields_of("".join(plain))
    assert list(fields) == [record.pmid for record in citations]
    left_out = set() if value.strip() else {"IS", "PG", "SO"}  # what PubMed does not print empty
    for pmid, listed in fields.items():
        tags = [tag for tag, _ in listed if tag not in left_out]
        assert tags == [tag for tag, _ in expected[pmid] if tag not in left_out]
    assert all(text.endswith("\n\n") and text.count("\n\n") == 1 for text in texts)
    titles = [text for pmid in fields for tag, text in fields[pmid] if tag == "TI"]
    assert titles == [single_blanks(LINE_ENDS.sub(" ", value.replace("\0", "\ufffd")))] * 2


# In small


def written(tmp_path: Path, *records: str) -> list[str]:
    """The lines that come of XML records."""
    path = tmp_path / "pubmed26n0001.xml"
    path.write_bytes(document(*records))
    return "".join(map(write_record, load(path))).split("\n")


def test_an_article(tmp_path):
    details = (
        '<Abstract><AbstractText Label="AIMS">To see.</AbstractText><AbstractText>Seen.</AbstractText></Abstract>'
        "<AuthorList><Author><LastName>Alm</LastName><ForeName>Bo</ForeName><Initials>B</Initials><Suffix>Jr</Suffix>"
        '<Identifier Source="ORCID">0000-0001</Identifier><AffiliationInfo><Affiliation>Bog.</Affiliation>'
        "</AffiliationInfo></Author><Author><CollectiveName>Otter Group</CollectiveName></Author></AuthorList>"
        "<GrantList><Grant><GrantID>7</GrantID><Agency>Pond</Agency><Country>Norway</Country></Grant></GrantList>"
        "<ArticleDate><Year>2001</Year><Month>02</Month><Day>03</Day></ArticleDate>"
    )
    about = (
        "<MedlineJournalInfo><MedlineTA>Otters</MedlineTA></MedlineJournalInfo><ChemicalList><Chemical>"
        '<RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D1">Water</NameOfSubstance></Chemical></ChemicalList>'
        '<CommentsCorrectionsList><CommentsCorrections RefType="CommentIn"><RefSource>Otters. 2002;1:1</RefSource>'
        "<PMID>5</PMID></CommentsCorrections></CommentsCorrectionsList><MeshHeadingList><MeshHeading>"
        '<DescriptorName MajorTopicYN="N">Otters</DescriptorName><QualifierName MajorTopicYN="Y">diet</QualifierName>'
        '</MeshHeading></MeshHeadingList><KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">pond</Keyword>'
        "</KeywordList>"
    )
    data = (
        '<History><PubMedPubDate PubStatus="received"><Year>2001</Year><Month>1</Month><Day>2</Day></PubMedPubDate>'
        '<PubMedPubDate PubStatus="entrez"><Year>2001</Year><Month>2</Month><Day>4</Day><Hour>6</Hour>'
        "<Minute>0</Minute></PubMedPubDate></History><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        '<ArticleId IdType="pubmed">8</ArticleId><ArticleId IdType="doi">10.5555/a</ArticleId>'
        '<ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList>'
    )
    lines = written(tmp_path, citation(8, head=revised(2002, 3, 4), article=details, citation=about, data=data))
    assert lines == [
        "PMID- 8",
        "OWN - NLM",
        "STAT- MEDLINE",
        "LR  - 20020304",
        "DP  - 2001",
        "TI  - A title.",
        "AB  - AIMS: To see. Seen.",
        "FAU - Alm, Bo Jr",
        "AU  - Alm B Jr",
        "AUID- ORCID: 0000-0001",
        "AD  - Bog.",
        "CN  - Otter Group",
        "GR  - 7/Pond/Norway",
        "DEP - 20010203",
        "TA  - Otters",
        "RN  - 0 (Water)",
        "CIN - Otters. 2002;1:1. PMID: 5",
        "MH  - Otters/*diet",
        "PMC - PMC1",
        "OTO - NOTNLM",
        "OT  - *pond",
        "CRDT- 2001/02/04 06:00",
        "PHST- 2001/01/02 [received]",
        "PHST- 2001/02/04 06:00 [entrez]",
        "AID - 10.5555/a [doi]",
        "PST - ppublish",
        "SO  - Otters. 2001. doi: 10.5555/a. Epub 2001 Feb 3.",
        "",
        "",
    ]


def test_an_address_of_the_article_itself_stands_before_its_authors(tmp_path):
    lines = written(tmp_path, citation(8, article=f"<Affiliation>Bog.</Affiliation>{authors('Alm')}"))
    assert [line for line in lines if line.startswith(("AD", "FAU"))] == ["AD  - Bog.", "FAU - Alm"]


def test_long_values_are_wrapped_at_blanks(tmp_path):
    lines = written(tmp_path, citation(8, title=title(f"{'pond ' * 16}x {'y' * 90} z")))
    first = lines.index("TI  - " + " ".join(["pond"] * 16) + " x") + 1
    assert len(lines[first - 1]) == WIDTH
    assert lines[first : first + 2] == [f"      {'y' * 90}", "      z"]


@pytest.mark.parametrize(
    ("model", "dates", "expected"),
    [
        ("Print", "", "Otters. 2001;7(2):5-9."),
        ("Print-Electronic", "2000 12 31", "Otters. 2001;7(2):5-9. Epub 2000 Dec 31."),
        ("Electronic", "2000 12 31", "Otters. 2000 Dec 31;7(2):5-9."),
        ("Electronic-eCollection", "2000 12 31", "Otters. 2000 Dec 31;7(2):5-9. eCollection 2001."),
        ("Electronic-Print", "2000 12 31", "Otters. 2000 Dec 31;7(2):5-9. Print 2001."),
    ],
)
def test_the_source_tells_the_dates_by_the_model(model, dates, expected):
    own = [dict(zip(("year", "month", "day"), map(int, dates.split()), strict=True))] if dates else []
    head = {"pub_date": "2001", "pub_model": model, "publication_status": None, "medline_ta": "Otters", "volume": "7"}
    head |= {"issue": "2", "medline_pgn": "5-9", "start_page": "5", "end_page": "9", "doi": None}
    assert source(head, {"article_dates": own}) == expected


VALUES = {
    **dict.fromkeys(("DA", "DCOM", "LR", "DRDT", "CTDT", "DEP"), "20010203"),
    **dict.fromkeys(("EDAT", "MHDA", "CRDT", "CDAT", "PMCR"), "2001/02/03 04:05"),
    "PHST": "2001/02/03 04:05 [received]",
    "RF": "7",
    "RN": "0 (x)",
}


@pytest.mark.parametrize("kind", ["articles", "books"])
def test_each_tag_of_the_schema_is_written(kind, tmp_path):
    other = {"articles": "books", "books": "articles"}[kind]
    columns = [column for table in CITATION_TABLES if table.name != other for column in table.columns]
    tags = sorted({tag for column in columns for tag in (column.tag or "").split()} - {"PMID", "OWN", "STAT", "OTO"})
    path = tmp_path / "each.nbib"
    path.write_text(text_record(1, *(f"{tag:<4}- {VALUES.get(tag, 'x')}" for tag in ["OTO", *tags])))
    (record,) = load(path)
    assert record.is_book == (kind == "books")
    written = {tag for tag, _ in fields_of(write_record(record))[1]}
    # COIS was COI for some years, CRDT was CDAT in books, and NM is RN now; of a book, LR is DRDT
    assert {*tags} - written == {"articles": {"COI", "CDAT", "NM"}, "books": {"LR", "CDAT", "NM"}}[kind]
