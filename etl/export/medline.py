"""A record as MEDLINE text, as PubMed prints it (PubMed format, .nbib): what `etl.parse.medline` reads, in reverse.

The reader's tables and the schema say which tag tells a column; where several columns make one value, `PAIRS` and the
functions below do; tags stand in the order of `etl.parse.lost_breaks`. Only what the rows say is printed: no time where
an event has none, no STAT of a book from XML; but PUBM, which PubMed no longer prints, where it is known. Runs of
blanks, tabs and line ends in a value become one blank, as a wrapped line could not tell them apart.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from etl.export.records import Record
from etl.parse.lost_breaks import OPENING, TAGS, squeeze
from etl.parse.medline import DIRECT, EVENT_STATUS, REF_TYPES, SPLIT
from etl.parse.people import ROLES
from etl.parse.values import print_date
from etl.schema import BY_NAME

Row = dict
Line = tuple[str, object]

#: Columns in a line, by the 8,065 wrapped values of 1,292 real records; a longer word has a line of its own.
WIDTH = 87
#: The order of the tags.
PLACES = {tag: place for place, tag in enumerate(TAGS)}

#: Two columns in one value: the first, what stands between, the second, what stands after. One alone stands bare.
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
#: The reader's tables, in reverse: the tag that tells a column of the main table, a name, a link, an identifier.
MAIN = {kind: {column: tag for tag, column in reversed(tags.items())} for kind, tags in DIRECT.items()}
NAMES = {role: tag for tag, role in ROLES.items()}
LINK_TAGS = {ref_type: tag for tag, ref_type in REF_TYPES.items()}
ID_TAGS = {"pmc": "PMC", "mid": "MID"}


def _single() -> dict[str, tuple[str, str]]:
    """Tags of which each is a row with one column to tell: table and column."""
    found = {}
    for tag, (table, _) in SPLIT.items():
        told = [column.name for column in BY_NAME[table].columns if column.tag and column.name != "pmid"]
        if len(told) == 1:
            found[tag] = table, told[0]
    return found


SINGLE = _single()


#: What ends a line for some program, or is read as Windows-1252.
LINE_ENDS = re.compile("[\r\n\v\f\x1a\x80-\x9f\u2028\u2029]")


def write_record(record: Record) -> str:
    """The record in lines that end in LF, the last of them empty."""
    blocks = sorted(filter(None, _blocks(record)), key=lambda block: PLACES[block[0][0]])
    return "".join(_wrapped(tag, value) for block in blocks for tag, value in block) + "\n"


def _wrapped(tag: str, value: object) -> str:
    """One field: tag in columns 1 to 4, six blanks before what goes on; so whatever the value holds, it is no tag."""
    text = "" if value is None else LINE_ENDS.sub(" ", str(value))
    text = text.replace("\0", "\ufffd")  # a file with NUL would count as binary
    first, *words = squeeze(text).split(" ")
    lines = [f"{tag:<4}- {first}"]
    for word in words:
        longer = f"{lines[-1]} {word}"
        # PMC may stand before the PMID, so that `PMC - x PMID- 1` in one line would begin a record
        if len(longer) > WIDTH or (tag == "PMC" and OPENING.match(longer)):
            lines.append(f"      {word}")
        else:
            lines[-1] = longer
    return "\n".join(lines) + "\n"


def _blocks(record: Record) -> Iterator[list[Line]]:
    """Lines that stay together, in any order: a block stands where its first tag does."""
    rows = record.rows
    yield from _main(record)
    for tag, (table, column) in SINGLE.items():
        yield [(tag, row[column]) for row in rows.get(table, ())]
    for tag in ("IS", "RN", "SI", "LID", "OID", "GN"):
        yield [(tag, _pair(tag, row)) for row in rows.get(SPLIT[tag][0], ())]
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
        tags = [tag for tag, told in EVENT_STATUS.items() if told == status]
        if moment or not tags:
            yield [("PHST", moment if status is None else f"{moment} [{status}]")]
        yield [(tag, moment) for tag in tags]
    if not record.is_book:
        yield [("SO", source(record.head, rows))]


def _main(record: Record) -> Iterator[list[Line]]:
    """What one column of the main table is; the copyright of the abstract is that of its sections."""
    head = record.head
    for column, tag in MAIN["books" if record.is_book else "articles"].items():
        value = head[column]
        if isinstance(value, datetime.date):
            value = value.isoformat().replace("-", "")
        if value is not None and tag not in ("CI", "PG"):
            yield [(tag, one) for one in (value if isinstance(value, list) else [value])]
    yield from ([(tag, value)] for tag, value in (("PG", _pages(head)), ("DP", head["pub_date"])) if value is not None)
    if head.get("contribution_date") is not None:
        season = head["contribution_season"]
        yield [("CTDT", head["contribution_date"] if season else _digits(head, "contribution_"))]


def _pages(head: Row) -> str | None:
    """MedlinePgn; where it was not sent, the first and the last page."""
    ends = [head[name] for name in ("start_page", "end_page") if head[name]]
    return "-".join(ends) if head["medline_pgn"] is None and ends else head["medline_pgn"]


def _pair(tag: str, row: Row) -> str | None:
    first, between, second, after = PAIRS[tag]
    if row[first] is None or row[second] is None:
        return row[second] if row[first] is None else row[first]
    return f"{row[first]}{between}{row[second]}{after}"


def _slashed(row: Row) -> str:
    parts = (row[name] for name in ("grant_id", "acronym", "agency", "country"))
    return "/".join(part for part in parts if part is not None)


def _digits(row: Row, prefix: str = "", between: str = "") -> str:
    """A date as `20010203`, or as much of it as there is."""
    year, month, day = (row[f"{prefix}{part}"] for part in ("year", "month", "day"))
    sized = ((year, 4), (month, 2), (day, 2))
    return between.join(f"{number:0{size}}" for number, size in sized if number is not None)


def _moment(row: Row) -> str:
    day = _digits(row, between="/")
    return day if row["hour"] is None else f"{day} {row['hour']:02}:{row['minute'] or 0:02}"


def _abstracts(record: Record) -> Iterator[Line]:
    """AB has all sections of an abstract from XML; from text, where it had more than one, each was an AB."""
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
    """The texts of sections, each after its label, as `articles.abstract` has them."""
    told = [row for row in sections if row["text"] is not None]
    texts = [f"{row['label']}: {row['text']}" if row["label"] else row["text"] for row in told]
    return " ".join(texts) if texts else None


def _people(record: Record, role: str) -> Iterator[Line]:
    """Each name with what belongs to it. An old set's address of the article itself stands first, as before 2014."""
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
        yield from _names("editor" if person.get("list_type") == "editors" else role, person)
        yield from belongings[person[seq]]


def _names(role: str, person: Row) -> Iterator[Line]:
    """`Sorensen, Per S Jr` and `Sorensen PS Jr`, or the name of a group."""
    if person.get("collective_name") is not None:
        yield NAMES["author", "collective"], person["collective_name"]
        return
    last, fore, initials, suffix = (person[name] for name in ("last_name", "fore_name", "initials", "suffix"))
    given = " ".join(filter(None, (fore, suffix))) if fore else ""
    yield NAMES[role, "full"], ", ".join(filter(None, (last, given)))
    yield NAMES[role, "short"], " ".join(filter(None, (last, initials, suffix)))


def _headings(record: Record) -> Iterator[Line]:
    """`Descriptor/*qualifier`, where * marks the major topic."""
    qualifiers = defaultdict(list)
    for row in record.rows.get("mesh_qualifiers", ()):
        qualifiers[row["heading_seq"]].append(_starred(row, "qualifier"))
    for row in record.rows.get("mesh", ()):
        yield "MH", "/".join([_starred(row, "descriptor"), *qualifiers[row["heading_seq"]]])


def _starred(row: Row, name: str) -> str:
    return f"{'*' if row['is_major'] else ''}{row[name] or ''}"


def _link(row: Row) -> str:
    return row["ref_source"] if row["ref_pmid"] is None else f"{row['ref_source'] or ''}. PMID: {row['ref_pmid']}"


def _keywords(record: Record) -> Iterator[Line]:
    """The owner of a list, then its keywords."""
    for owner, rows in groupby(record.rows.get("keywords", ()), key=lambda row: row["owner"]):
        if owner is not None:
            yield "OTO", owner
        yield from (("OT", _starred(row, "keyword")) for row in rows)


def source(head: Row, rows: dict[str, list[Row]]) -> str:
    """`Journal. date;volume(issue):pages. pii: …. doi: …. Epub date.` of an article, as SO tells it.

    What was electronic first, and in print or a collection later, has its own date first and that of the issue last.
    Rows of text do not say so: there, `epublish` with two dates is taken for a collection.
    """
    issued, pages, status = head["pub_date"] or "", _pages(head), head["publication_status"]
    own = next((_printed(row) for row in rows.get("article_dates", ())), None)
    guess = {"ppublish": "Print-Electronic", "epublish": "Electronic" if own == issued else "Electronic-eCollection"}
    first, _, then = (head["pub_model"] or guess.get(status, "")).partition("-")
    electronic_first = first == "Electronic" and own is not None
    place = (head["volume"] or "") + (f"({head['issue']})" if head["issue"] else "")
    place = (f";{place}" if place else "") + (f":{pages}" if pages else "")
    parts = [f"{head['medline_ta'] or ''}. {own if electronic_first else issued}{place}."]
    piis = [row["article_id"] for row in rows.get("article_ids", ()) if row["id_type"] == "pii"]
    if piis and not pages:
        parts.append(f"pii: {piis[0]}.")
    if head["doi"]:
        parts.append(f"doi: {head['doi']}.")
    if electronic_first and then:
        parts.append(f"{then} {issued}.")
    elif own is not None and then == "Electronic" and status != "aheadofprint":
        parts.append(f"Epub {own}.")
    return " ".join(parts)


def _printed(row: Row) -> str | None:
    year, month, day = (None if row[part] is None else str(row[part]) for part in ("year", "month", "day"))
    return print_date(year, month, day, None)
