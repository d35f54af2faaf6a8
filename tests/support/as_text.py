"""What MEDLINE text can hold of a record of XML: each value that text loses or changes has its reason here."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from exported import load
from medline.outputs.export.medline import write_record
from medline.outputs.export.records import Record
from medline.parse.text.fields import iter_records as iter_fields
from medline.parse.text.reference import REF_TYPES
from medline.schema.tables import CITATION_TABLES

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


LINKS = set(REF_TYPES.values())
INVALID = "a name that was wrong (ValidYN=N) is left out, and what belongs to it"
#: Rows of XML that text has no place for.
NOT_IN_TEXT = {
    "issns": ("an ISSN that is empty", lambda row: not row["issn"]),
    "article_ids": ("the PMID is not repeated among the ids", lambda row: row["id_type"] == "pubmed"),
    "comments_corrections": ("text does not say what an article cites", lambda row: row["ref_type"] not in LINKS),
    "person_identifiers": ("text has no ids of affiliations", lambda row: row["affiliation_seq"] is not None),
}
SECTIONS = "the sections of an abstract are one text, labels and all"
BLANKS = "runs of blanks are one blank"
ORDER = "PMC and MID come before the other ids"

SLASHES = "which part of a grant is missing, and which has a slash in it, is guessed"
SEASON = "DP prints a season, or a year, and a MedlineDate that looks like one, alike"
SUFFIX = "a suffix that is none of the usual ones is not distinguished from the initials"
PAGES = "PG prints MedlinePgn, or else the first page and the last"
NO_STAR = "a keyword without a star is no major one"
NOTE = "the note of a link stands after its source"
EMPTY_PAGES = "pages that are empty are not printed"
RAISED = "a superscript stands in brackets"
FORMULA = "a formula is printed as text"
LIST_TYPE = "text has editors only, and not of groups"
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
    markups = [row[name] for rows in record.rows.values() for row in rows for name in row if name.endswith("_markup")]
    if not any("<mml:" in markup for markup in markups if markup):
        return False
    one, other = (re.sub(r"[\s()/]", "", text) if isinstance(text, str) else text for text in (before, after))
    return one == other


def as_text_prints(table: str, rows: list[Row], met: Counter[str]) -> list[Row]:
    """The rows of XML as text can print them; what that changes is counted by its reason."""
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
    differences = []
    for source_record, other in zip(ones, others, strict=True):
        one = with_raised(without_the_invalid(source_record, met), met)
        for table, columns in TAGGED.items():
            if columns == ["pmid"]:
                continue
            expected, printed = as_text_prints(table, one.rows.get(table, []), met), other.rows.get(table, [])
            if len(expected) != len(printed):
                differences.append((one.pmid, table, len(expected), len(printed)))
                continue
            for before, after in zip(expected, printed, strict=True):
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
                        differences.append((one.pmid, f"{table}.{name}", before[name], after[name]))
    return differences
