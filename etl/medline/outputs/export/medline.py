"""MEDLINE text as PubMed prints it (PubMed format, .nbib): the reverse of `parse.text.reference`.

The reader's tables and the schema give the tag of a column; `PAIRS` and the functions below join columns that make one
value; tags are in the order of `parse.text.tag_kinds`. Only values of the rows are printed: no time where an event has
none, no STAT of a book from XML; but PUBM, which PubMed no longer prints, where it is known. Runs of blanks, tabs and
line ends in a value become one blank, since wrapped lines do not keep them.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from medline.outputs.export.markup import in_medline, text_of
from medline.outputs.export.records import Record
from medline.outputs.export.source import is_blank, printed_pages, source
from medline.parse.text.lost_breaks import squeeze
from medline.parse.text.people import ROLES
from medline.parse.text.reference import DIRECT, EVENT_STATUS, REF_TYPES, SPLIT
from medline.parse.text.tag_kinds import TAGS
from medline.schema.tables import BY_NAME, CITATION_TABLES

Row = dict
Line = tuple[str, object]

_OPENING = re.compile(r"PMC +- \S+ +PMID-")

#: Columns in a line, by the 8,065 wrapped values of 1,292 real records; a longer word has a line of its own.
WIDTH = 87
#: The order of the tags.
POSITIONS = {tag: position for position, tag in enumerate(TAGS)}

#: Two columns in one value: first column, text between, second column, text after. One column alone is printed bare.
PAIRS = {
    "IS": ("issn", " (", "issn_type", ")"),
    "RN": ("registry_number", " (", "substance", ")"),
    "SI": ("databank", "/", "accession", ""),
    "LID": ("elocation_id", " [", "elocation_type", "]"),
    "OID": ("source", ": ", "other_id", ""),
    "GN": ("owner", ": ", "general_note", ""),
    "AID": ("article_id", " [", "id_type", "]"),
    "AUID": ("source", ": ", "identifier", ""),
}
#: The tables that this format reads.
TABLES = frozenset(
    table.name for table in CITATION_TABLES if any(column.tag and column.name != "pmid" for column in table.columns)
)
#: The reader's tables in reverse: the tag of a column of the main table, a name, a link, an identifier.
MAIN = {kind: {column: tag for tag, column in reversed(tags.items())} for kind, tags in DIRECT.items()}
NAMES = {role: tag for tag, role in ROLES.items()}
LINK_TAGS = {ref_type: tag for tag, ref_type in REF_TYPES.items()}
ID_TAGS = {"pmc": "PMC", "mid": "MID"}

#: LID without a type that is read as a pii.
BARE = re.compile(r"(?!10\.[0-9]{4})[^\s\[\]]+")
#: RN that is read as a chemical.
CHEMICAL = re.compile(r"(?:|0|[0-9]+-[0-9]+-[0-9]|EC [0-9].*|[0-9A-Z]{10})(?: \(.*\))?")
#: Texts in which PubMed prints a superscript in brackets (20 `10(3)` in 543 records of 2022; subscripts as they are).
RAISED = frozenset({"TI", "TT", "BTI", "CTI"})
RAISING = re.compile("<sup>|<mml:msu[pb]")


def _single() -> dict[str, tuple[str, str]]:
    """Return table and column of the tags that are a row with one column."""
    single = {}
    for tag, (table, _) in SPLIT.items():
        columns = [column.name for column in BY_NAME[table].columns if column.tag and column.name != "pmid"]
        if len(columns) == 1:
            single[tag] = table, columns[0]
    return single


SINGLE = _single()

#: Characters that end a line for some program, or are read as Windows-1252.
LINE_ENDS = re.compile("[\r\n\v\f\x1a\x80-\x9f\u2028\u2029]")


def write_record(record: Record) -> str:
    """Return the record in lines that end in LF, the last of them empty."""
    blocks = sorted(filter(None, _blocks(record)), key=lambda block: POSITIONS[block[0][0]])
    return "".join(_wrapped(tag, value) for block in blocks for tag, value in block) + "\n"


def _wrapped(tag: str, value: object) -> str:
    """Return one field: tag in columns 1 to 4, further lines after six blanks, so that no value looks like a tag."""
    text = "" if value is None else LINE_ENDS.sub(" ", str(value))
    text = text.replace("\0", "\ufffd")  # a file with NUL would count as binary
    first, *words = squeeze(text).split(" ")
    lines = [f"{tag:<4}- {first}"]
    for word in words:
        longer = f"{lines[-1]} {word}"
        # PMC may come before the PMID, so that `PMC - x PMID- 1` in one line would begin a record
        if len(longer) > WIDTH or (tag == "PMC" and _OPENING.match(longer)):
            lines.append(f"      {word}")
        else:
            lines[-1] = longer
    return "\n".join(lines) + "\n"


def _blocks(record: Record) -> Iterator[list[Line]]:
    """Yield blocks of lines, in any order: the position of a block is that of its first tag."""
    rows = record.rows
    yield from _main(record)
    for tag, (table, column) in SINGLE.items():
        if tag != "NM":
            yield [(tag, row[column]) for row in rows.get(table, ())]
    for tag in ("IS", "SI", "OID", "GN"):
        yield [
            (tag, _pair(tag, row)) for row in rows.get(SPLIT[tag][0], ()) if tag != "IS" or not is_blank(row["issn"])
        ]
    yield [("LID", _location(row, rows)) for row in rows.get("elocation_ids", ())]
    yield list(_substances(rows))
    yield [("GR", _slashed(row)) for row in rows.get("grants", ())]
    yield [("DEP", _digits(row)) for row in rows.get("article_dates", ())]
    yield list(_abstracts(record))
    yield list(_people(record, "author"))
    yield list(_people(record, "investigator"))
    yield [line for row in rows.get("personal_name_subjects", ()) for line in _names("subject", row)]
    yield list(_headings(record))
    links = [row for row in rows.get("comments_corrections", ()) if row["ref_type"] in LINK_TAGS]
    yield [(LINK_TAGS[row["ref_type"]], _link(row)) for row in links]
    yield list(_keywords(record))
    for row in rows.get("article_ids", ()):
        if row["id_type"] in ID_TAGS:
            yield [(ID_TAGS[row["id_type"]], row["article_id"])]
        elif (row["id_type"], row["article_id"]) != ("pubmed", str(record.pmid)):
            yield [("AID", _pair("AID", row))]
    for row in rows.get("history", ()):
        moment, status = _moment(row), row["pub_status"]
        tags = [tag for tag, other in EVENT_STATUS.items() if other == status]
        if moment or not tags:
            yield [("PHST", moment if status is None else f"{moment} [{status}]")]
        yield [(tag, moment) for tag in tags]
    if not record.is_book and (where := source(record.head, rows)) is not None:
        yield [("SO", where)]


def _location(row: Row, rows: dict[str, list[Row]]) -> str | None:
    """Return `10.5555/1 [doi]`; PubMed prints a pii bare that is not an id of the article: 20 of 20 times in 2023."""
    value, kind = row["elocation_id"], row["elocation_type"]
    ids = [other["article_id"] for other in rows.get("article_ids", ()) if other["id_type"] == "pii"]
    return value if kind == "pii" and value not in ids and BARE.fullmatch(value or "") else _pair("LID", row)


def _substances(rows: dict[str, list[Row]]) -> Iterator[Line]:
    """Yield chemicals, then supplementary concepts, which PubMed prints as RN; those like a chemical become NM."""
    yield from (("RN", _pair("RN", row)) for row in rows.get("chemicals", ()))
    for row in rows.get("supplementary_mesh", ()):
        yield "NM" if CHEMICAL.fullmatch(row["name"] or "") else "RN", row["name"]


def _main(record: Record) -> Iterator[list[Line]]:
    """Yield the tags that are a column of the main table; the abstract's copyright is printed with its sections."""
    head = record.head
    for column, tag in MAIN["books" if record.is_book else "articles"].items():
        value = head[column]
        if isinstance(value, datetime.date):
            value = value.isoformat().replace("-", "")
        if tag in RAISED and value is not None:
            value = _raised(head, column)
        if value is not None and tag not in ("CI", "PG"):
            yield [(tag, one) for one in (value if isinstance(value, list) else [value])]
    others = (("PG", printed_pages(head)), ("DP", head["pub_date"]))
    yield from ([(tag, value)] for tag, value in others if value is not None)
    if head.get("contribution_date") is not None:
        season = head["contribution_season"]
        yield [("CTDT", head["contribution_date"] if season else _digits(head, "contribution_"))]


def _raised(row: Row, name: str) -> str | None:
    """Return a text with superscripts in brackets: `10(6)`."""
    if row[name] is None or not RAISING.search(row.get(f"{name}_markup") or ""):
        return row[name]
    return text_of(row, name).scripts().join(in_medline)


def _pair(tag: str, row: Row) -> str | None:
    first, between, second, after = PAIRS[tag]
    if row[first] is None or row[second] is None:
        return row[second] if row[first] is None else row[first]
    return f"{row[first]}{between}{row[second]}{after}"


def _slashed(row: Row) -> str:
    parts = (row[name] for name in ("grant_id", "acronym", "agency", "country"))
    return "/".join(part for part in parts if part is not None)


def _digits(row: Row, prefix: str = "", between: str = "") -> str:
    """Return a date as `20010203`, or the parts of it that there are."""
    year, month, day = (row[f"{prefix}{part}"] for part in ("year", "month", "day"))
    sized = ((year, 4), (month, 2), (day, 2))
    return between.join(f"{number:0{size}}" for number, size in sized if number is not None)


def _moment(row: Row) -> str:
    day = _digits(row, between="/")
    return day if row["hour"] is None else f"{day} {row['hour']:02}:{row['minute'] or 0:02}"


def _abstracts(record: Record) -> Iterator[Line]:
    """Yield AB with all sections of an abstract from XML; each section of one from text is an AB of its own."""
    for _, group in groupby(record.rows.get("abstracts", ()), key=lambda row: row["abstract_seq"]):
        sections = list(group)
        if record.head["source_format"] != "medline":
            sections = [sections[0] | {"text": _joined(sections)}]
        for row in sections:
            kind, text = row["abstract_type"], row["text"]
            if text is not None:
                yield ("AB", text) if kind is None else ("OAB", f"{kind}: {text}" if kind else text)
            if row["language"] is not None:
                yield "OABL", row["language"]
            if row["copyright"] is not None:
                yield "CI" if kind is None else "OCI", row["copyright"]


def _joined(sections: list[Row]) -> str | None:
    """Return the texts of sections, each after its label, as in `articles.abstract`."""
    labelled = [(row["label"], _raised(row, "text")) for row in sections if row["text"] is not None]
    texts = [f"{label}: {text}" if label else text or "" for label, text in labelled]
    return " ".join(texts) if texts else None


def _people(record: Record, role: str) -> Iterator[Line]:
    """Yield each name with its affiliations and identifiers, without wrong names (ValidYN=N), which text cannot mark.

    The address of the article itself in an old set comes first, as before 2014.
    """
    seq = f"{role}_seq"
    table, tag = ("affiliations", "AD") if role == "author" else ("investigator_affiliations", "IRAD")
    belongings: dict[int | None, list[Line]] = defaultdict(list)
    for row in record.rows.get("person_identifiers", ()):
        if row["role"] == role and row["affiliation_seq"] is None:
            belongings[row["person_seq"]].append(("AUID", _pair("AUID", row)))
    for row in record.rows.get(table, ()):
        belongings[row[seq]].append((tag, row["affiliation"]))
    yield from belongings[None]
    for person in record.rows.get(f"{role}s", ()):
        if person["is_valid"] is False:
            continue
        yield from _names("editor" if person.get("list_type") == "editors" else role, person)
        yield from belongings[person[seq]]
    people = record.rows.get(f"{role}s", ())
    if any(person.get("is_list_complete") is False and person["list_type"] != "editors" for person in people):
        yield "AU", "et al."


def _names(role: str, person: Row) -> Iterator[Line]:
    """Yield `Sorensen, Per S Jr` and `Sorensen PS Jr`, or the name of a group."""
    if person.get("collective_name") is not None:
        yield NAMES["author", "collective"], person["collective_name"]
        return
    last, fore, initials, suffix = (person[name] for name in ("last_name", "fore_name", "initials", "suffix"))
    given = " ".join(filter(None, (fore, suffix))) if fore else ""
    yield NAMES[role, "full"], ", ".join(filter(None, (last, given)))
    yield NAMES[role, "short"], " ".join(filter(None, (last, initials, suffix)))


def _headings(record: Record) -> Iterator[Line]:
    """Yield `Descriptor/*qualifier`, where * marks the major topic."""
    qualifiers = defaultdict(list)
    for row in record.rows.get("mesh_qualifiers", ()):
        qualifiers[row["heading_seq"]].append(_starred(row, "qualifier"))
    for row in record.rows.get("mesh", ()):
        yield "MH", "/".join([_starred(row, "descriptor"), *qualifiers[row["heading_seq"]]])


def _starred(row: Row, name: str) -> str:
    return f"{'*' if row['is_major'] else ''}{row[name] or ''}"


def _link(row: Row) -> str | None:
    """Return `source. note. PMID: 1`; a note has no mark of its own."""
    source = row["ref_source"] if row["note"] is None else f"{(row['ref_source'] or '').rstrip('.')}. {row['note']}"
    return source if row["ref_pmid"] is None else f"{source or ''}. PMID: {row['ref_pmid']}"


def _keywords(record: Record) -> Iterator[Line]:
    """Yield the owner of a list, then its keywords."""
    for owner, rows in groupby(record.rows.get("keywords", ()), key=lambda row: row["owner"]):
        if owner is not None:
            yield "OTO", owner
        yield from (("OT", _starred(row, "keyword")) for row in rows)
