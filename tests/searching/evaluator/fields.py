"""Which values a field tag searches, and how.

User guide, "Search field tags" and "PubMed data field descriptions".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from searching.evaluator import dates

Record = dict[str, Any]

ORCID = re.compile(r"(?i)^ORCID\W.*?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])\W*$")

#: Tags in full, in any case and with any blanks.
TAGS = {
    alias: names.split("|")[0]
    for names in (
        "all|all fields",
        "tw|text word|text words|text",
        "tiab|title/abstract",
        "ti|title",
        "ab|abstract",
        "tt|transliterated title",
        "ot|other term|other terms",
        "mh|mesh|mesh terms|mesh term|mesh heading",
        "majr|mesh major topic",
        "sh|subheading|mesh subheading|mesh subheadings",
        "pt|publication type|ptyp",
        "nm|supplementary concept|substance name",
        "pa|pharmacological action|pharmacologic action",
        "rn|ec/rn number|registry number",
        "au|author|authors|author name",
        "1au|author - first|first author name|first author",
        "lastau|author - last|last author name|last author",
        "fau|author - full|full author name",
        "cn|author - corporate|corporate author",
        "auid|author - identifier|author identifier",
        "ed|editor",
        "ir|investigator",
        "fir|investigator - full|full investigator name",
        "ps|subject - personal name|personal name as subject",
        "ad|affiliation",
        "ta|journal|jour",
        "jid|nlm unique id",
        "is|issn",
        "vi|volume",
        "ip|issue",
        "pg|pagination|page",
        "pl|place of publication",
        "la|language|lang",
        "dp|pdat|date - publication|publication date|date of publication",
        "ppdat|print publication date",
        "epdat|electronic publication date",
        "edat|date - entry|date - entrez|entry date|entrez date",
        "crdt|date - create|create date",
        "mhda|date - mesh|mesh date",
        "lr|date - modification|modification date|date - last revision",
        "dcom|date - completion|completion date",
        "pmid|uid",
        "pmc|pmcid",
        "aid|article identifier|doi",
        "lid|location id",
        "oid",
        "gr|grants and funding|grant number",
        "si|secondary source id",
        "gs|gene symbol",
        "sfm",
        "cois|conflict of interest statements|conflict of interest statement",
        "book",
        "pubn|publisher",
        "isbn",
        "sb|subset|filter",
    )
    for alias in names.split("|")
}

DATES = frozenset("dp ppdat epdat edat crdt mhda lr dcom".split())
NAMES = frozenset("au 1au lastau fau ed ir fir ps".split())
#: "Proximity searching is only available in the Title, Title/Abstract, and Affiliation search fields."
NEAR = frozenset("ti tiab ad".split())
#: Fields whose values are compared as a whole.
WHOLE = frozenset("pt nm rn ta jid is vi ip pg pl pmc aid lid oid gs isbn".split())


def _some(*values: str | None) -> list[str]:
    return [value for value in values if value]


def _headings(record: Record) -> list[str]:
    return [heading["name"] for heading in record["headings"]]


def _subheadings(record: Record) -> list[str]:
    return [name for heading in record["headings"] for _, name, _ in heading["qualifiers"]]


def _substances(record: Record) -> list[str]:
    return _some(*(name for _, name, _ in record["substances"]), *(name for _, name in record["supplementary"]))


def _groups(record: Record) -> list[str]:
    return [author for author in record["authors"] if isinstance(author, str)]


def _persons(record: Record, role: str) -> list[str]:
    people = [person for person in record[role] if person is not None and not isinstance(person, str)]
    return [" ".join(form) for person in people for form in (person.short, person.full)]


def _subjects(record: Record) -> list[str]:
    """Return persons as subject in the author format, in which they are searched."""
    return [
        " ".join(person.short) for person in record["subjects"] if person is not None and not isinstance(person, str)
    ]


def _sources(record: Record) -> list[str]:
    return [" ".join([bank or "", number]) for bank, numbers in record["accessions"] for number in numbers or [""]]


def _ti(record: Record) -> list[str]:
    return [*record["titles"], *record["collections"]]


def _tiab(record: Record) -> list[str]:
    return [*_ti(record), *_some(record["own_abstract"]), *record["other_abstracts"], *record["keywords"]]


def _tw(record: Record) -> list[str]:
    types = [name for _, name in record["types"]]
    return [
        *_tiab(record), *_headings(record), *_subheadings(record), *types, *_substances(record),
        *_subjects(record), *_groups(record), *_sources(record), *record["remarks"], *record["missions"],
    ]  # fmt: skip


def _all(record: Record) -> list[str]:
    """All search fields "except for Place of Publication, Create Date, Completion Date, Entry Date, MeSH Date, and
    Modification Date"."""
    names = [name for role in ("authors", "editors", "investigators") for name in _persons(record, role)]
    years = {str(day.year) for day in dates.published(record["print"], record["electronic"])}
    return [
        *_tw(record), *names, *record["affiliations"], *_identifiers(record), *record["journal"], *record["issns"],
        *_some(record["jid"], record["tt"], record["volume"], record["issue"], record["pages"], record["cois"]),
        *(number for _, _, number in record["substances"] if number), *map(_grant, record["grants"]),
        *(value for _, value in record["ids"]), *(value for _, value in record["locations"]), *record["other_ids"],
        *record["symbols"], *record["languages"], *record["book_titles"], *_some(record["publisher"]),
        *record["isbns"], *_some(record["pmc"]), *years,
    ]  # fmt: skip


def _identifiers(record: Record) -> list[str]:
    """Return identifiers of persons, those of ORCID without their address: "orcid 0000-0001-5027-4446"."""
    return [ORCID.sub(r"ORCID \1-\2-\3-\4", value) for value in record["person_ids"]]


def _grant(parts: list[str | None]) -> str:
    return "/".join(part for part in parts if part)


TEXTS: dict[str, Callable[[Record], list[str]]] = {
    "all": _all,
    "tw": _tw,
    "tiab": _tiab,
    "ti": _ti,
    "ab": lambda r: [*_some(r["own_abstract"]), *r["other_abstracts"]],
    "tt": lambda r: _some(r["tt"]),
    "ot": lambda r: r["keywords"],
    "cn": _groups,
    "auid": _identifiers,
    "ad": lambda r: r["affiliations"],
    "gr": lambda r: [_grant(parts) for parts in r["grants"]],
    "si": _sources,
    "sfm": lambda r: r["missions"],
    "cois": lambda r: _some(r["cois"]),
    "book": lambda r: r["book_titles"],
    "pubn": lambda r: _some(r["publisher"]),
    # whole values
    "pt": lambda r: [name for _, name in r["types"]],
    "nm": _substances,
    "rn": lambda r: _some(*(number for _, _, number in r["substances"])),
    "ta": lambda r: [*r["journal"], *r["issns"]],
    "jid": lambda r: _some(r["jid"]),
    "is": lambda r: r["issns"],
    "vi": lambda r: _some(r["volume"]),
    "ip": lambda r: _some(r["issue"]),
    "pg": lambda r: [*_some(r["pages"]), *_some((r["pages"] or "").split("-")[0].split(",")[0].split(";")[0])],
    "pl": lambda r: r["places"],
    "pmc": lambda r: [form for value in _some(r["pmc"]) for form in (value, value.removeprefix("PMC"))],
    "aid": lambda r: [value for _, value in r["ids"]] + [v for kind, v in r["locations"] if kind == "doi"],
    "lid": lambda r: [value for _, value in r["locations"]],
    "oid": lambda r: r["other_ids"],
    "gs": lambda r: r["symbols"],
    "isbn": lambda r: r["isbns"],
}
