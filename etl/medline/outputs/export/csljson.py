"""CSL-JSON, which citeproc, pandoc and Zotero read: an array of items.

Titles keep italics, bold, superscripts and subscripts in the tags that CSL processors know. An article number is both
number, which some styles print, and page, for the others. CSL has one language: the first of several.
"""

from __future__ import annotations

import json
from functools import cache

from medline.outputs.export.markup import Text, in_tags
from medline.outputs.export.records import Record
from medline.outputs.export.work import TABLES as TABLES
from medline.outputs.export.work import Name, Work, joined, work_of

HEADER, BETWEEN, FOOTER = "[\n", ",\n", "\n]\n"
TYPES = {"article": "article-journal", "preprint": "article", "book": "book", "chapter": "chapter"}
SEASONS = {"Spring": 1, "Summer": 2, "Fall": 3, "Autumn": 3, "Winter": 4}

#: Variable of CSL, field of `Work`.
VARIABLES = (
    ("title", "title"), ("container-title", "container"), ("container-title-short", "short_container"),
    ("collection-title", "series"), ("volume", "volume"), ("issue", "issue"), ("edition", "edition"),
    ("number", "article_number"), ("publisher", "publisher"), ("publisher-place", "publisher_place"), ("ISSN", "issns"),
    ("ISBN", "isbns"), ("DOI", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid"), ("URL", "url"), ("keyword", "keywords"),
    ("abstract", "abstract"),
)  # fmt: skip


def write_record(record: Record) -> str:
    """Return the record as an object, on one line."""
    return json.dumps(item(work_of(record)), ensure_ascii=False)


def item(work: Work) -> dict:
    """Return a work as an item of CSL-JSON."""
    values: dict = {"id": work.pmid, "type": TYPES[work.kind], "source": "PubMed"}
    values |= {"author": [_name(name) for name in work.authors], "editor": [_name(name) for name in work.editors]}
    values["issued"] = _date(work)
    values["page"] = "-".join(work.pages)
    values |= {variable: _plain(getattr(work, name)) for variable, name in VARIABLES}
    values["language"] = _language(work.languages[0]) if work.languages else ""
    values["genre"] = "Preprint" if work.kind == "preprint" else ""
    values["status"] = "Retracted" if work.is_retracted else ""
    values["note"] = ". ".join(work.notes)
    return {variable: value for variable, value in values.items() if value}


def _plain(value: str | Text | tuple[str, ...]) -> str:
    return value.render(in_tags) if isinstance(value, Text) else joined(value)


@cache
def _language(code: str) -> str:
    """Return the BCP 47 tag of one of MEDLINE's codes (ISO 639-2/B: `fre` is `fr`); other values stay unchanged."""
    import langcodes

    try:
        return langcodes.standardize_tag(code)
    except ValueError:
        return code


def _name(name: Name) -> dict:
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix, "literal": name.literal}
    return {part: value for part, value in parts.items() if value}


def _date(work: Work) -> dict:
    if not work.date:
        return {}
    season = SEASONS.get(work.season)
    return {"date-parts": [list(work.date)]} | ({"season": season} if season else {})
