"""Derived columns: each function fills one column of a row from the raw values of the record, in both formats.

A column's `derive` names the function; docs/contribute/recipes.md says how to add one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from medline.parse import identifiers
from medline.parse.pages import split_pages
from medline.parse.values import Untypable, print_date, read_integer, read_month

if TYPE_CHECKING:
    from medline.parse.record import Record, Row


def printed_date(record: Record, row: Row, name: str) -> str | None:
    prefix = name.removesuffix("date")
    parts = (row.get(prefix + part) for part in ("year", "month", "day", "season"))
    return print_date(*parts) or (row.get("medline_date") if name == "pub_date" else None)


def medline_year(record: Record, row: Row, name: str) -> str | None:
    match = re.search(r"(?<![0-9])[0-9]{4}(?![0-9])", row.get("medline_date") or "")
    return match[0] if match else None


def start_page(record: Record, row: Row, name: str) -> str | None:
    return split_pages(row.get("medline_pgn") or "")[0]


def end_page(record: Record, row: Row, name: str) -> str | None:
    return split_pages(row.get("medline_pgn") or "")[1]


def abstract(record: Record, row: Row, name: str) -> str | None:
    sections = [section for section in record.rows.get("abstracts", ()) if section.get("abstract_type") is None]
    texts = [section for section in sections if section.get("text") is not None]
    if not texts:
        return None
    return " ".join(f"{s['label']}: {s['text']}" if s.get("label") else s["text"] for s in texts)


def doi(record: Record, row: Row, name: str) -> str | None:
    """Return the first DOI of article_ids, else of the valid elocation_ids; skip values that are no DOI, as `51466`."""
    sent = [value for value in (*_article_ids(record, name), *_locations(record, name)) if value]
    return next(filter(None, map(identifiers.doi, sent)), None)


def pii(record: Record, row: Row, name: str) -> str | None:
    """Return the first identifier of the kind, as sent."""
    sent = next(filter(None, _article_ids(record, name)), None)
    return next(_locations(record, name), None) if sent is None else sent


pmc = bookaccession = pii


def _article_ids(record: Record, kind: str) -> Iterator[str | None]:
    for row in record.rows.get("article_ids", ()):
        if row.get("id_type") == kind:
            yield row.get("article_id")


def _locations(record: Record, kind: str) -> Iterator[str | None]:
    for row in record.rows.get("elocation_ids", ()):
        if row.get("elocation_type") == kind and row.get("is_valid") != "N":
            yield row.get("elocation_id")


def orcid(record: Record, row: Row, name: str) -> str | None:
    role, seq = ("author", row["author_seq"]) if "author_seq" in row else ("investigator", row["investigator_seq"])
    return record.orcids.get((role, seq))


def article_date(record: Record, row: Row, name: str) -> datetime.date | None:
    moment = event_at(record, row, name)
    return moment and moment.date()


def event_at(record: Record, row: Row, name: str) -> datetime.datetime | None:
    """Return the moment of an event; None where the day is not complete (an ecollection often has just its year)."""
    year, month, day, *clock = (row.get(part) for part in ("year", "month", "day", "hour", "minute", "second"))
    if year is None or month is None or day is None:
        return None
    try:
        hour, minute, second = (read_integer(word or "0") for word in clock)
        return datetime.datetime(read_integer(year), read_month(month), read_integer(day), hour, minute, second)
    except ValueError as error:
        sent = "/".join(word for word in (year, month, day, *clock) if word is not None)
        raise Untypable(sent, "no such moment") from error
