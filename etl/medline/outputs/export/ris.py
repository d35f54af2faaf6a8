"""RIS, which EndNote, Zotero, Mendeley and others read: a line for each tag and value, a record from TY to ER.

Readers take the journal from different tags: EndNote and Zotero from T2, bibutils from JF (and the abbreviation from
T2); the abbreviation from J2, JO or JA. So each of these tags is written. A name that ends in a comma is not split.
"""

from __future__ import annotations

from collections.abc import Iterable

from medline.outputs.export.markup import Text
from medline.outputs.export.records import Record
from medline.outputs.export.work import TABLES as TABLES
from medline.outputs.export.work import Name, Work, joined, work_of

TYPES = {"article": "JOUR", "preprint": "UNPB", "book": "BOOK", "chapter": "CHAP"}

#: Tag, field of `Work`.
TAGS = (
    ("AU", "authors"), ("A2", "editors"), ("TI", "title"), ("T2", "container"), ("JF", "container"),
    ("JO", "short_container"), ("JA", "short_container"), ("J2", "short_container"), ("T3", "series"),
    ("VL", "volume"), ("IS", "issue"), ("C7", "article_number"), ("ET", "edition"), ("PB", "publisher"),
    ("CY", "publisher_place"), ("SN", "issns"), ("SN", "isbns"), ("DO", "doi"), ("AN", "pmid"), ("C2", "pmcid"),
    ("UR", "url"), ("LA", "languages"), ("KW", "keywords"), ("AB", "abstract"), ("N1", "notes"),
)  # fmt: skip
#: Tags of journals.
JOURNAL = frozenset({"JF", "JO", "JA", "J2"})


def write_record(record: Record) -> str:
    """Return the record, with an empty line after it."""
    work = work_of(record)
    lines = [("TY", TYPES[work.kind]), ("DB", "PubMed")]
    for tag, name in TAGS:
        if tag not in JOURNAL or work.kind in ("article", "preprint"):
            value = getattr(work, name)
            lines += [(tag, _printed(one)) for one in (value if isinstance(value, tuple) else [value])]
    lines.append(("M3", joined(work.types)))
    lines += _dates(work)
    lines += zip(("SP", "EP"), work.pages, strict=False)
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"


def _printed(value: str | Text | Name) -> str:
    if not isinstance(value, Name):
        return str(value)
    if value.literal:
        return f"{value.literal},"  # else EndNote reads the last word as a family name
    return ", ".join(filter(None, (value.family, value.given, value.suffix)))


def _dates(work: Work) -> Iterable[tuple[str, str]]:
    """Yield PY 2001 and DA 2001/10/01/, with a season after the last slash."""
    if work.date:
        year, month, day = (*(f"{part:02}" for part in work.date), "", "")[:3]
        yield "PY", year
        yield "DA", f"{year}/{month}/{day}/{work.season}"
