"""RIS, which EndNote, Zotero, Mendeley and others read: a line for each tag and value, a record from TY to ER."""

from __future__ import annotations

from collections.abc import Iterable

from etl.export.records import Record
from etl.export.work import Name, Work, work_of

TYPES = {"article": "JOUR", "book": "BOOK", "chapter": "CHAP"}

#: Tag and the field of `Work` that it tells.
TAGS = (
    ("AU", "authors"), ("A2", "editors"), ("TI", "title"), ("T2", "container"), ("JO", "short_container"),
    ("T3", "series"), ("VL", "volume"), ("IS", "issue"), ("ET", "edition"), ("PB", "publisher"), ("CY", "place"),
    ("SN", "issns"), ("SN", "isbns"), ("DO", "doi"), ("AN", "pmid"), ("C2", "pmcid"), ("UR", "url"),
    ("LA", "languages"), ("KW", "keywords"), ("AB", "abstract"),
)  # fmt: skip


def write_record(record: Record) -> str:
    """The record, and the empty line after it."""
    work = work_of(record)
    lines = [("TY", TYPES[work.kind]), ("DB", "PubMed")]
    for tag, name in TAGS:
        value = getattr(work, name)
        lines += [(tag, _printed(one)) for one in ([value] if isinstance(value, str) else value)]
    lines += _dates(work)
    lines += zip(("SP", "EP"), work.pages, strict=False)
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"


def _printed(value: str | Name) -> str:
    if isinstance(value, str):
        return value
    return value.literal or ", ".join(filter(None, (value.family, value.given, value.suffix)))


def _dates(work: Work) -> Iterable[tuple[str, str]]:
    """PY 2001 and DA 2001/10/01/, with what is no number after the last slash."""
    if work.date:
        year, month, day = (*(f"{part:02}" for part in work.date), "", "")[:3]
        yield "PY", year
        yield "DA", f"{year}/{month}/{day}/{work.season}"
