"""Records out of the tables as MEDLINE text, and back into them: the same rows, so nothing is lost on the way.

From text, every row must come again as it was. From XML, every value that has a tag must; what text cannot hold stands
here with its reason and its number, and any other difference fails.
"""

from __future__ import annotations

import html
import io
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import sample
from build import authors, citation, document, revised, text_record, title
from exported import TEXTS, XMLS, load
from fuzz import make_case
from medline.errors import BadInput
from medline.outputs.export.medline import LINE_ENDS, WIDTH, write_record
from medline.outputs.export.records import Record
from medline.outputs.export.source import source
from medline.parse.text.fields import iter_records as iter_fields
from medline.parse.text.reference import REF_TYPES
from medline.schema.tables import CITATION_TABLES, TEXT
from text_records import mutate

SEEDS = (1, 2)
TAGGED = {table.name: [column.name for column in table.columns if column.tag] for table in CITATION_TABLES}

Row = dict[str, object]


def again(records: list[Record], path: Path) -> list[Record]:
    """The records, written as text and read again."""
    path.write_text("".join(map(write_record, records)), encoding="utf-8", newline="")
    return load(path)


def rows_of(record: Record, table: str) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "source_file"} for row in record.rows.get(table, ())]


def other_rows(ones: list[Record], others: list[Record]) -> list[tuple[str, int]]:
    """Tables and PMIDs of which the rows are not the same."""
    assert [record.pmid for record in ones] == [record.pmid for record in others]
    return [
        (table, one.pmid)
        for one, other in zip(ones, others, strict=True)
        for table in TAGGED
        if rows_of(one, table) != rows_of(other, table)
    ]


def fields_of(text: str) -> dict[int, list[tuple[str, str]]]:
    """By PMID, the tags and values of a text."""
    records = iter_fields(io.BytesIO(text.encode()), "text")
    return {int(dict(record.fields)["PMID"]): record.fields for record in records}


# Text, tables, text, tables


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_real_text_gives_the_same_rows_again(data, path, tmp_path):
    records = load(path)
    # PMC's own export, two records: AID, then MID, which PubMed prints the other way round
    known = [("article_ids", 25150679)] if path.name == "pmc_export.txt" else []
    assert other_rows(records, again(records, tmp_path / "again.nbib")) == known


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

LINKS = set(REF_TYPES.values())
INVALID = "a name that was wrong (ValidYN=N) is left out, and what belongs to it"
#: Rows of XML that text has no place for.
NOT_IN_TEXT = {
    "issns": ("an ISSN that is empty", lambda row: not row["issn"]),
    "article_ids": ("the PMID is not told again among the ids", lambda row: row["id_type"] == "pubmed"),
    "comments_corrections": ("text does not tell what an article cites", lambda row: row["ref_type"] not in LINKS),
    "person_identifiers": ("text tells no ids of affiliations", lambda row: row["affiliation_seq"] is not None),
}
SECTIONS = "the sections of an abstract are one text, labels and all"
BLANKS = "runs of blanks are one blank"
ORDER = "PMC and MID come before the other ids"

SLASHES = "which part of a grant is missing, and which has a slash in it, is guessed"
SEASON = "DP prints a season, or a year, and a MedlineDate that looks like one, alike"
SUFFIX = "a suffix that is none of the usual ones is not told from the initials"
PAGES = "PG prints MedlinePgn, or else the first page and the last"
NO_STAR = "a keyword without a star is no major one"
NOTE = "the note of a link stands after its source"
EMPTY_PAGES = "pages that are empty are not printed"
RAISED = "a superscript stands in brackets"
FORMULA = "a formula is told as text"
LIST_TYPE = "text tells editors only, and not of groups"
#: Values of XML that come back as others, by table and column: why, and of which rows.
OTHERS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    **{f"grants.{name}": (SLASHES, lambda row: True) for name in ("grant_id", "acronym", "agency", "country")},
    "articles.medline_date": (SEASON, lambda row: re.fullmatch(r"\d{4}( [A-Z][a-z]+)?", str(row["medline_date"]))),
    "articles.pub_season": (SEASON, lambda row: row["medline_date"] is not None),
    **{f"{table}.medline_pgn": (PAGES, lambda row: row["start_page"] is not None) for table in ("articles", "books")},
    "comments_corrections.ref_source": (NOTE, lambda row: row["note"] is not None),
    "authors.list_type": (LIST_TYPE, lambda row: row["list_type"] == "authors" or row["collective_name"] is not None),
    "keywords.is_major": (NO_STAR, lambda row: row["is_major"] is None),
    "history.event_at": ("text has no seconds", lambda row: row["second"] is not None),
    **{f"{table}.{name}": (SUFFIX, lambda row: row["suffix_markup"] is not None)
       for table in ("authors", "investigators", "personal_name_subjects")
       for name in ("fore_name", "initials", "suffix")},
}  # fmt: skip


#: Whose names may be wrong, and the tables of what belongs to them.
PEOPLE = {"authors": ("author_seq", "affiliations"), "investigators": ("investigator_seq", "investigator_affiliations")}


def without_the_invalid(record: Record, met: Counter[str]) -> Record:
    """The record without names that were wrong, their addresses and identifiers."""
    rows = dict(record.rows)
    for table, (seq, addresses) in PEOPLE.items():
        wrong = {row[seq] for row in rows.get(table, ()) if row["is_valid"] is False}
        met[INVALID] += len(wrong)
        role = table.removesuffix("s")
        for name in (table, addresses) if wrong else ():
            rows[name] = [row for row in rows.get(name, ()) if row[seq] not in wrong]
        if wrong:
            rows["person_identifiers"] = [
                row
                for row in rows.get("person_identifiers", ())
                if row["role"] != role or row["person_seq"] not in wrong
            ]
    return Record(record.pmid, rows)


def raised(row: Row, name: str, met: Counter[str]) -> object:
    """A text whose superscripts stand in brackets."""
    markup = row.get(f"{name}_markup")
    if not isinstance(markup, str) or "<sup>" not in markup:
        return row[name]
    met[RAISED] += 1
    scripts = re.sub(r"</?[biu]>", "", markup).replace("</sup><sup>", "")
    bracketed = re.sub(r"<sup>(.*?)</sup>", r"(\1)", scripts, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", bracketed))


def with_raised(record: Record, met: Counter[str]) -> Record:
    """The record with superscripts in brackets, where PubMed prints them so."""
    titles = ("title", "vernacular_title", "book_title", "collection_title")
    head = record.head | {name: raised(record.head, name, met) for name in titles if name in record.head}
    sections = [row | {"text": raised(row, "text", met)} for row in record.rows.get("abstracts", ())]
    own = [row for row in sections if row["abstract_type"] is None and row["text"] is not None]
    if own:
        head["abstract"] = " ".join(f"{row['label']}: {row['text']}" if row["label"] else row["text"] for row in own)
    kind = "books" if record.is_book else "articles"
    return Record(record.pmid, record.rows | {kind: [head]} | ({"abstracts": sections} if sections else {}))


def is_formula(record: Record, before: object, after: object) -> bool:
    """Whether two texts of a record with formulas are the same but for brackets and layout."""
    told = [row[name] for rows in record.rows.values() for row in rows for name in row if name.endswith("_markup")]
    if not any("<mml:" in markup for markup in told if markup):
        return False
    one, other = (re.sub(r"[\s()/]", "", text) if isinstance(text, str) else text for text in (before, after))
    return one == other


def as_text_tells(table: str, rows: list[Row], met: Counter[str]) -> list[Row]:
    """The rows of XML as text can tell them; what that changes is counted by its reason."""
    if table in NOT_IN_TEXT:
        why, is_lost = NOT_IN_TEXT[table]
        met[why] += sum(map(is_lost, rows))
        rows = [row for row in rows if not is_lost(row)]
    if table == "article_ids":
        rows, before = sorted(rows, key=lambda row: (row["id_type"] != "pmc", row["id_type"] != "mid")), rows
        met[ORDER] += rows != before
    if table == "abstracts":
        joined = []
        for _, group in groupby(rows, key=lambda row: row["abstract_seq"]):
            sections = list(group)
            texts = [f"{row['label']}: {row['text']}" if row["label"] else row["text"] for row in sections]
            joined.append(sections[0] | {"text": " ".join(filter(None, texts)) if any(texts) else sections[0]["text"]})
            met[SECTIONS] += len(sections) > 1 or texts[0] != sections[0]["text"]
        rows = joined
    return rows


def single_blanks(value: object) -> object:
    return re.sub(r"[ \t\r\n]+", " ", value).strip(" ") if isinstance(value, str) else value


def unexplained(ones: list[Record], others: list[Record], met: Counter[str]) -> list[tuple]:
    """Values of XML that came back as others for no known reason; those with one are counted."""
    assert [record.pmid for record in ones] == [record.pmid for record in others]
    found = []
    for source_record, other in zip(ones, others, strict=True):
        one = with_raised(without_the_invalid(source_record, met), met)
        for table, columns in TAGGED.items():
            if columns == ["pmid"]:
                continue
            told, printed = as_text_tells(table, one.rows.get(table, []), met), other.rows.get(table, [])
            if len(told) != len(printed):
                found.append((one.pmid, table, len(told), len(printed)))
                continue
            for before, after in zip(told, printed, strict=True):
                for name in columns:
                    if before[name] == after[name]:
                        continue
                    why, may_be = OTHERS.get(f"{table}.{name}", ("", lambda row: False))
                    if single_blanks(before[name]) == single_blanks(after[name]):
                        met[BLANKS] += 1
                    elif name == "medline_pgn" and not single_blanks(before[name]) and after[name] is None:
                        met[EMPTY_PAGES] += 1
                    elif may_be(before):
                        met[why] += 1
                    elif is_formula(one, before[name], after[name]):
                        met[FORMULA] += 1
                    else:
                        found.append((one.pmid, f"{table}.{name}", before[name], after[name]))
    return found


def test_real_xml_gives_the_same_values_again(data, tmp_path):
    met: Counter[str] = Counter()
    number = 0
    for path in XMLS:
        records = load(path)
        number += len(records)
        assert unexplained(records, again(records, tmp_path / "again.nbib"), met) == [], path.name
    assert number == 3168
    assert {why: times for why, times in met.items() if times} == {
        SECTIONS: 895, BLANKS: 22, ORDER: 927, SLASHES: 10, SEASON: 1, LIST_TYPE: 6, NO_STAR: 108, INVALID: 9,
        RAISED: 222, FORMULA: 14, NOTE: 10,
        **{NOT_IN_TEXT[table][0]: times for table, times in
           (("article_ids", 2403), ("comments_corrections", 4427), ("person_identifiers", 1791))},
    }  # fmt: skip


def test_invented_xml_gives_the_same_values_again(tmp_path):
    met: Counter[str] = Counter()
    for seed in SEEDS:
        records = load(sample.write_xml(tmp_path / f"sample{seed}.xml", list(sample.citations(300, seed))))
        assert unexplained(records, again(records, tmp_path / "again.nbib"), met) == []
    reasons = {SECTIONS, BLANKS, ORDER, *(why for why, _ in [*NOT_IN_TEXT.values(), *OTHERS.values()])}
    reasons |= {INVALID, RAISED}
    reasons -= {BLANKS, NO_STAR, NOT_IN_TEXT["comments_corrections"][0], NOT_IN_TEXT["issns"][0]}
    assert {why for why, times in met.items() if times} == reasons


def test_mutated_xml_gives_the_same_records_again(tmp_path):
    path, written = tmp_path / "pubmed26n0001.xml", 0
    for number in range(15):
        path.write_bytes(make_case(5, number).content or b"<")
        try:
            records = load(path)
        except BadInput:
            continue
        written += len(records)
        if records:
            # a book document without BookTitle, which the DTD does not allow, has no tag that tells it from an article
            kinds = [(one.pmid, one.is_book and one.head["book_title"] is not None) for one in records]
            assert [(one.pmid, one.is_book) for one in again(records, tmp_path / "again.nbib")] == kinds
    assert written > 8


# As PubMed prints it

OTHER_EVENTS = re.compile(r"PHST- .*\[(?:pubmed|medline|entrez|pmc-release)\]")


def lines_of(text: str) -> dict[int, list[str]]:
    """By PMID, the lines of a text, without blanks at their ends: PubMed's site has one before each break."""
    found: dict[int, list[str]] = {}
    lines = [line.rstrip(" ") for line in text.replace("\r\n", "\n").split("\n")]
    starts = [place for place, line in enumerate(lines) if line.startswith("PMID-")]
    starts = [place - lines[place - 1].startswith("PMC ") for place in starts]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        record = [line for line in lines[start:end] if line]
        found[next(int(line[6:]) for line in record if line.startswith("PMID-"))] = record
    return found


SAME = "none"
PHST = "PHST did not tell what EDAT, MHDA, CRDT and PMCR tell (before 2017)"
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
        lines[: next(place for place, line in enumerate(lines) if line[:2] == "SO")] for lines in (printed, ours)
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
        told = [(tag, value) for tag, value in fields if tag != "PUBM"]  # which PubMed no longer prints
        assert [tag for tag, _ in told] == [tag for tag, _ in printed[pmid]]
        for (tag, value), (_, theirs) in zip(told, printed[pmid], strict=True):
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


@settings(deadline=None)
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
