"""A record as reference managers see it: one work with its names, dates and places, in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.export.records import Record

PUBMED = "https://pubmed.ncbi.nlm.nih.gov"
NOT_PRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")


@dataclass(frozen=True)
class Name:
    """A person, or (`literal`) a group."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""


@dataclass(frozen=True)
class Work:
    """What reference managers want to know. Text is plain and on one line; '' and () mean that there is none.

    Attributes:
        kind: article, book, or chapter of a book.
        container: the journal, or the book that a chapter is in; `short_container` as abbreviated.
        date: (year,), (year, month) or (year, month, day), or nothing; a `season` may stand for the month.
        pages: first and last in full, or only first; as MEDLINE prints them where that is all there is.
    """

    pmid: str
    kind: str
    title: str
    container: str
    short_container: str
    series: str
    authors: tuple[Name, ...]
    editors: tuple[Name, ...]
    date: tuple[int, ...]
    season: str
    volume: str
    issue: str
    pages: tuple[str, ...]
    edition: str
    publisher: str
    place: str
    issns: tuple[str, ...]
    isbns: tuple[str, ...]
    doi: str
    pmcid: str
    abstract: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"{PUBMED}/{self.pmid}/"


def work_of(record: Record) -> Work:
    """The work that a record describes."""
    head: dict = {name: plain(value) if isinstance(value, str) else value for name, value in record.head.items()}
    names = [(row["list_type"], _name(row)) for row in record.rows.get("authors", ()) if row["is_valid"] is not False]
    title, book = _title(head["title"]), _title(head.get("book_title"))
    kind = "article" if not record.is_book else "chapter" if title and title != book else "book"
    date = [head["pub_year"], head["pub_month"], head["pub_day"]]
    return Work(
        pmid=str(record.pmid),
        kind=kind,
        title=(book if kind == "book" else title) or _title(head["vernacular_title"]),
        container={"article": head.get("journal_title") or head.get("medline_ta") or "", "chapter": book}.get(kind, ""),
        short_container=head.get("medline_ta") or head.get("iso_abbreviation") or "",
        series=head.get("collection_title") or "",
        authors=tuple(name for list_type, name in names if list_type != "editors"),
        editors=tuple(name for list_type, name in names if list_type == "editors"),
        date=tuple(date[: date.index(None)] if None in date else date),
        season=head["pub_season"] or "",
        volume=head["volume"] or "",
        issue=head.get("issue") or "",
        pages=tuple(filter(None, (head["start_page"], head["end_page"])))
        or tuple(filter(None, (head["medline_pgn"],))),
        edition=head.get("edition") or "",
        publisher=head.get("publisher") or "",
        place=head.get("publisher_location") or "",
        issns=_values(record, "issns", "issn", lambda row: row["issn_type"] != "Linking"),
        isbns=tuple(map(plain, head.get("isbns") or ())),
        doi=head["doi"] or "",
        pmcid=head.get("pmc") or "",
        abstract=head["abstract"] or "",
        keywords=_values(record, "mesh", "descriptor") + _values(record, "keywords", "keyword"),
        languages=_values(record, "languages", "language"),
    )


def joined(value: str | tuple[str, ...]) -> str:
    """One text of several; keywords have commas in them ('Child, Preschool')."""
    return value if isinstance(value, str) else "; ".join(value)


def plain(text: str) -> str:
    """Text on one line, without control characters."""
    return NOT_PRINTED.sub(" ", text).strip()


def _title(text: str | None) -> str:
    """A title without its full stop, which styles add."""
    return text.removesuffix(".") if text and not text.endswith("..") else text or ""


def _name(row: dict) -> Name:
    if row["last_name"] is None:
        return Name(literal=plain(row["collective_name"] or ""))
    given = row["fore_name"] or row["initials"] or ""
    return Name(plain(row["last_name"]), plain(given), plain(row["suffix"] or ""))


def _values(record: Record, table: str, column: str, keep=lambda row: True) -> tuple[str, ...]:
    """The different values of a column, in their order."""
    told = (row[column] for row in record.rows.get(table, ()) if row[column] and keep(row))
    return tuple(filter(None, dict.fromkeys(map(plain, told))))
