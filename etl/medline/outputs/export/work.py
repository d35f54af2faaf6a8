"""The work that a record describes, with the fields of reference managers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from medline.outputs.export.markup import Run, Text, plain, text_of, unicode_of
from medline.outputs.export.records import Record
from medline.outputs.export.source import ends, is_preprint, locator, pages_in_full, printed_pages

PUBMED = "https://pubmed.ncbi.nlm.nih.gov"
#: The tables that a work is made from.
TABLES = frozenset(
    "articles books abstracts authors comments_corrections elocation_ids issns keywords languages mesh"
    " publication_types".split()
)
#: Placeholders for a title that NLM does not have, or has not yet translated.
NO_TITLE = re.compile(r"\[?\s*(not available|in process citation)\s*\]?\.?", re.IGNORECASE)
#: Publication types and links that a reader must know before citing a work, and their words.
WARNINGS = ("Retracted Publication", "Retraction Notice", "Retraction of Publication", "Expression of Concern")
WARNING_LINKS = {
    "RetractionIn": "Retraction in",
    "PartialRetractionIn": "Partial retraction in",
    "RetractedandRepublishedIn": "Retracted and republished in",
    "RetractionOf": "Retraction of",
    "ExpressionOfConcernIn": "Expression of concern in",
    "ExpressionOfConcernFor": "Expression of concern for",
}


@dataclass(frozen=True)
class Name:
    """A person, or (`literal`) a group."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""


@dataclass(frozen=True)
class Work:
    """A work. Text is on one line; '' and () mean that there is none.

    Attributes:
        kind: article, preprint, book, or chapter of a book.
        title, container: may have markup; the container is the journal, or the book that a chapter is in, and
            `short_container` the journal as abbreviated.
        are_all_authors: whether the source lists every author.
        date: (year,), (year, month) or (year, month, day), or nothing; a `season` may stand for the month.
        pages: first and last in full, or only first; where more is printed ("50, 52"), all of it as one.
        article_number: instead of pages, or as their only page.
        types: publication types.
        notes: that it is a preprint, was retracted …; `is_retracted` for formats with a field for it.
    """

    pmid: str
    kind: str
    title: Text
    container: Text
    short_container: str
    series: str
    authors: tuple[Name, ...]
    are_all_authors: bool
    editors: tuple[Name, ...]
    date: tuple[int, ...]
    season: str
    volume: str
    issue: str
    pages: tuple[str, ...]
    article_number: str
    edition: str
    publisher: str
    publisher_place: str
    issns: tuple[str, ...]
    isbns: tuple[str, ...]
    doi: str
    pmcid: str
    abstract: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    types: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_retracted: bool = False
    url: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", f"{PUBMED}/{self.pmid}/")


def work_of(record: Record) -> Work:
    """Return the work that a record describes."""
    head: dict = {name: plain(value) if type(value) is str else value for name, value in record.head.items()}
    listed = [row for row in record.rows.get("authors", ()) if row["is_valid"] is not False]
    editors = [row["list_type"] == "editors" for row in listed]
    names = [_name(row) for row in listed]
    title, book = _titles(head)
    kind = _kind(record, title, book)
    types = _values(record, "publication_types", "publication_type")
    return Work(
        pmid=str(record.pmid),
        kind=kind,
        title=book if kind == "book" else title,
        container=_container(head, kind, book),
        short_container=head.get("medline_ta") or head.get("iso_abbreviation") or "",
        series=unicode_of(head, "collection_title") if record.is_book else "",
        authors=tuple(name for name, is_editor in zip(names, editors, strict=True) if not is_editor),
        are_all_authors=_are_all_authors(head, listed),
        editors=tuple(name for name, is_editor in zip(names, editors, strict=True) if is_editor),
        **_date(head),
        volume=head["volume"] or "",
        issue=head.get("issue") or "",
        **_pages(head, record),
        edition=head.get("edition") or "",
        publisher=head.get("publisher") or "",
        publisher_place=head.get("publisher_location") or "",
        issns=_values(record, "issns", "issn", lambda row: row["issn_type"] != "Linking"),
        isbns=tuple(map(plain, head.get("isbns") or ())),
        doi=head["doi"] or "",
        pmcid=head.get("pmc") or "",
        abstract=_abstract(record),
        keywords=_values(record, "mesh", "descriptor") + _values(record, "keywords", "keyword"),
        languages=_values(record, "languages", "language"),
        types=types,
        notes=_notes(record, types),
        is_retracted="Retracted Publication" in types or bool(_links(record, "RetractionIn")),
    )


def joined(value: str | Text | tuple[str, ...]) -> str:
    """Join several texts by semicolons, since keywords have commas in them ('Child, Preschool')."""
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _titles(head: dict) -> tuple[Text, Text]:
    """Return the title, or the vernacular one, and the title of the book, each without its full stop."""
    title, own, book = (text_of(head, name).without_stop() for name in ("title", "vernacular_title", "book_title"))
    return own if own and (not title or NO_TITLE.fullmatch(str(title))) else title, book


def _kind(record: Record, title: Text, book: Text) -> str:
    if not record.is_book:
        return "preprint" if is_preprint(record.rows) else "article"
    return "chapter" if title and title != book else "book"


def _container(head: dict, kind: str, book: Text) -> Text:
    if kind in ("chapter", "book"):
        return book if kind == "chapter" else Text()
    return Text((Run(head["journal_title"] or head["medline_ta"] or head["iso_abbreviation"] or ""),))


def _are_all_authors(head: dict, listed: list[dict]) -> bool:
    complete = [row["is_list_complete"] for row in listed if row["list_type"] != "editors"]
    return head.get("is_author_list_complete") is not False and False not in complete


def _date(head: dict) -> dict:
    parts = [head["pub_year"], head["pub_month"], head["pub_day"]]
    return {"date": tuple(parts[: parts.index(None)] if None in parts else parts), "season": head["pub_season"] or ""}


def _pages(head: dict, record: Record) -> dict:
    """Return the pages, and the number of an article without pages or with only this one."""
    printed, number = printed_pages(head), locator(head, record.rows) or ""
    if not printed:
        return {"pages": (number,) if number else (), "article_number": number}
    locations = {row["elocation_id"] for row in record.rows.get("elocation_ids", ())}
    return {
        "pages": ends(pages_in_full(printed)),
        "article_number": printed if printed in locations else "",
    }


def _abstract(record: Record) -> str:
    """Return `articles.abstract` with its superscripts and subscripts in Unicode."""
    rows = [row for row in record.rows.get("abstracts", ()) if row["abstract_type"] is None]
    if not any(row["text_markup"] for row in rows):
        return plain(record.head["abstract"] or "")
    sections = [(row["label"], unicode_of(row, "text")) for row in rows if row["text"] is not None]
    return plain(" ".join(f"{label}: {text}" if label else text for label, text in sections))


def _notes(record: Record, types: tuple[str, ...]) -> tuple[str, ...]:
    links = [(kind, link) for kind in WARNING_LINKS for link in _links(record, kind)]
    notes = [one for one in WARNINGS if one in types]
    if "Retracted Publication" not in notes and any(kind == "RetractionIn" for kind, _ in links):
        notes.insert(0, "Retracted Publication")
    if is_preprint(record.rows):
        notes.append("Preprint")
    return (*notes, *(f"{WARNING_LINKS[kind]}: {link}" for kind, link in links))


def _links(record: Record, kind: str) -> list[str]:
    """Return the sources of the linked citations of a type."""
    rows = [row for row in record.rows.get("comments_corrections", ()) if row["ref_type"] == kind]
    sources = [(plain(row["ref_source"] or "").rstrip("."), row["ref_pmid"]) for row in rows]
    return [". ".join(filter(None, (source, f"PMID: {pmid}" if pmid else ""))) for source, pmid in sources]


def _name(row: dict) -> Name:
    if row["last_name"] is None:
        return Name(literal=unicode_of(row, "collective_name"))
    given = row["fore_name"] or row["initials"] or ""
    return Name(plain(row["last_name"]), plain(given), unicode_of(row, "suffix"))


def _values(record: Record, table: str, column: str, keep=lambda row: True) -> tuple[str, ...]:
    """Return the different values of a column, in their order."""
    rows = (row for row in record.rows.get(table, ()) if row[column] and keep(row))
    return tuple(filter(None, dict.fromkeys(unicode_of(row, column) for row in rows)))
