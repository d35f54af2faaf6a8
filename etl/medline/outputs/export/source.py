"""The source of an article, as MEDLINE prints it in SO, and its pages or article number.

The macros `locator` and `citation` of sql/views give the same in SQL; an export also reads versions of the warehouse
that lack them or have older ones. `tests/outputs/test_exports_source.py` holds both equal.
"""

from __future__ import annotations

import re

from medline.parse.pages import split_pages
from medline.parse.values import print_date

Row = dict
Rows = dict[str, list[Row]]

DOI = re.compile(r"10\.[0-9]+/")
#: Events that every export prints with a time; others have none in exports before 2016, which printed all dates.
PUBMED_EVENTS = frozenset({"pubmed", "medline", "entrez", "pmc-release"})
#: A range of pages among other text.
RANGE = re.compile(r"[^\s,;:]+[-–][^\s,;:]+")
#: Matter after an article on the same pages: "100-4; discussion 104-5".
APPENDED = re.compile(r";\s*(discussion|author reply|reply|quiz)\b.*", re.IGNORECASE)


def locator(head: Row, rows: Rows) -> str | None:
    """Return the pages as MEDLINE prints them, else the article number."""
    return printed_pages(head) or _article_number(head, rows)


def is_blank(value: str | None) -> bool:
    """Whether a value is absent or empty."""
    return not value or value.isspace()


def printed_pages(head: Row) -> str | None:
    """Return MedlinePgn; where the source has none, the first and the last page."""
    ends = [head[name] for name in ("start_page", "end_page") if not is_blank(head[name])]
    return "-".join(ends) or None if is_blank(head["medline_pgn"]) else head["medline_pgn"]


def _article_number(head: Row, rows: Rows) -> str | None:
    """Return an ELocationID without type, as text has it; else the publisher's item id where there is a volume."""
    untyped = _location(rows, None)
    return untyped or (_location(rows, "pii") if head["volume"] else None)


def _location(rows: Rows, kind: str | None) -> str | None:
    """Return the first valid ELocationID of a type that is not a DOI."""
    ids = (row["elocation_id"] for row in rows.get("elocation_ids", ())
             if row["elocation_type"] == kind and row["is_valid"] is not False)  # fmt: skip
    return next((value for value in ids if value and not DOI.match(value)), None)


def pages_in_full(printed: str) -> str:
    """Return pages with the last of each range in full, and without the matter after the article.

    `238-40 passim` is `238-240 passim`, `suppl 1:S12-9` is `suppl 1:S12-S19`.
    """
    return RANGE.sub(_range_in_full, APPENDED.sub("", printed).strip())


def _range_in_full(match: re.Match[str]) -> str:
    first, last = split_pages(match[0])
    return f"{first}-{last}" if first and last else match[0]


def ends(pages: str) -> tuple[str, ...]:
    """Split one range into its ends, `W-123` and `W-129` of `W-123-W-129`; other text stays one piece."""
    parts = re.split("[-–]", pages)
    if len(parts) % 2 or re.search(r"[\s,;:]", pages) or not all(parts):
        return (pages,)
    half = len(parts) // 2
    return "-".join(parts[:half]), "-".join(parts[half:])


def is_preprint(rows: Rows) -> bool:
    """Whether one of the publication types is Preprint."""
    return any(row["publication_type"] == "Preprint" for row in rows.get("publication_types", ()))


def source(head: Row, rows: Rows) -> str | None:
    """Return `Journal. date;volume(issue):pages. doi: …. Epub date.` of an article, as SO prints it.

    An article that was electronic first, and in print or a collection later, has its own date first and that of the
    issue last.
    """
    journal = head["medline_ta"] or head["iso_abbreviation"] or head["journal_title"]
    issued = head["pub_date"] or None
    own = next((_printed_day(row) for row in rows.get("article_dates", ())), None)
    first, _, then = _model(head, rows, issued, own).partition("-")
    electronic_first = first == "Electronic" and own is not None
    volume = (head["volume"] or "") + (f"({head['issue']})" if head["issue"] else "")
    dated = ";".join(filter(None, (own if electronic_first else issued, volume)))
    pages = locator(head, rows) or _location(rows, "pii")
    parts = []
    if journal:
        parts.append(f"{journal.rstrip('.')}{' [Preprint]' if is_preprint(rows) else ''}.")
    if dated or pages:
        parts.append(f"{dated}{f':{pages}' if pages else ''}.")
    if not pages and head["pii"]:
        parts.append(f"pii: {head['pii']}.")
    if head["doi"]:
        parts.append(f"doi: {head['doi']}.")
    if electronic_first:
        parts += [f"{then} {issued}."] if then and issued else []
    elif own and (first, then) == ("Print", "Electronic") and head["publication_status"] != "aheadofprint":
        parts.append(f"Epub {own}.")
    return " ".join(parts) or None


def _model(head: Row, rows: Rows, issued: str | None, own: str | None) -> str:
    """Return PubModel; where text does not print it, derive it from status, dates and history."""
    status = head["publication_status"]
    if head["pub_model"]:
        return head["pub_model"]
    if status == "epublish":
        return "Electronic" if own and own == issued else _electronic_model(rows.get("history", ()), bool(head["pmc"]))
    if not status and issued and re.fullmatch("[0-9]{4}", issued):
        return "Electronic"
    return "Print-Electronic" if status in ("ppublish", "", None) else ""


def _electronic_model(history: list[Row] | tuple, is_in_pmc: bool) -> str:
    """Return the model of an electronic article: what followed, by the history, or a collection, which PMC has."""
    events = {row["pub_status"] for row in history}
    if "ecollection" in events:
        return "Electronic-eCollection"
    if "ppublish" in events:
        return "Electronic-Print"
    older = any(row["hour"] is None and row["pub_status"] not in {*PUBMED_EVENTS, None} for row in history)
    has_all_dates = older or events & {"aheadofprint", "epublish"}
    return "Electronic" if has_all_dates or not is_in_pmc else "Electronic-eCollection"


def _printed_day(row: Row) -> str | None:
    year, month, day = (None if row[part] is None else str(row[part]) for part in ("year", "month", "day"))
    return print_date(year, month, day, None)
