"""MEDLINE tagged text into the tables: what each tag holds, and which rows belong together.

`parse.text.fields` finds the tags; here each becomes a value of a row, by the schema where a tag is one column, by a
function of `SPLIT` where it is several, and by `People` and `_Abstracts` where tags depend on those before them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from medline.parse.batch import RECORDS_PER_BATCH, Batch, BatchBuilder, batches
from medline.parse.record import Record, Row
from medline.parse.text import guard
from medline.parse.text.fields import TextRecord, iter_records, one_a_kind
from medline.parse.text.people import People
from medline.parse.values import BLANKS, print_date, split_date
from medline.schema.tables import BY_NAME, DATE, IGNORED_TAGS, INTEGER, LINKS, MIXED, TEXT, TEXTS

log = logging.getLogger(__name__)

#: CommentsCorrections/@RefType by tag. Text has no Cites; the DTD's other 22 types are these 22 tags.
REF_TYPES = dict(
    zip(
        LINKS.split(),
        (
            "CommentIn CommentOn ErratumIn ErratumFor RetractionIn RetractionOf RepublishedIn RepublishedFrom"
            " RetractedandRepublishedIn RetractedandRepublishedFrom CorrectedandRepublishedIn"
            " CorrectedandRepublishedFrom UpdateIn UpdateOf ExpressionOfConcernIn ExpressionOfConcernFor"
            " OriginalReportIn SummaryForPatientsIn AssociatedDataset AssociatedPublication ReprintIn ReprintOf"
        ).split(),
        strict=True,
    )
)
EVENT_STATUS = {"EDAT": "pubmed", "MHDA": "medline", "CRDT": "entrez", "PMCR": "pmc-release"}
#: Tags of history to read: in older texts of books CDAT has the moment of creation that CRDT has now.
EVENTS = EVENT_STATUS | {"CDAT": "entrez"}
#: Countries that may be the last part of GR: NLM's names of those that fund research.
GRANT_COUNTRIES = frozenset(
    (
        "United States|United Kingdom|International|Argentina|Australia|Austria|Bangladesh|Belgium|Brazil|Bulgaria"
        "|Canada|Chile|China|Colombia|Croatia|Cuba|Cyprus|Czech Republic|Denmark|Egypt|Estonia|Ethiopia|Finland|France"
        "|Germany|Ghana|Greece|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Japan|Jordan"
        "|Kenya|Korea (South)|Kuwait|Latvia|Lebanon|Lithuania|Luxembourg|Malaysia|Malta|Mexico|Morocco|Netherlands"
        "|New Zealand|Nigeria|Norway|Oman|Pakistan|Peru|Philippines|Poland|Portugal|Qatar|Romania|Russia|Saudi Arabia"
        "|Serbia|Singapore|Slovakia|Slovenia|South Africa|Spain|Sri Lanka|Sweden|Switzerland|Taiwan|Thailand|Tunisia"
        "|Turkey|Uganda|Ukraine|United Arab Emirates|Uruguay|Venezuela|Vietnam"
    ).split("|")
)
ABSTRACT_TYPES = frozenset("AAMC AIDS KIE PIP NASA Publisher plain-language-summary".split())

EVENT = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?(?: (\d{1,2}):(\d{1,2}))?(?: \[(.*)\])?")
BRACKETED = re.compile(r"(.*\S) \[([^][]*)\]")
LINK = re.compile(r"(.*?)(?:\.? PMID: ?(\d+))?")
#: What RN begins with where it is a chemical: 0, a CAS number, an EC number, a UNII. One alone, without a name in
#: brackets, must hold a digit: FOLFIRINOX is a protocol.
REGISTRY_NUMBER = re.compile(r"0|[0-9]{1,7}-[0-9]{2}-[0-9]|EC [0-9][0-9A-Za-z.-]*|[0-9A-Z]{10}")
ARTICLE_NUMBER = re.compile(r"(?!10\.[0-9]{4})[^\s\[\]]+")


def iter_batches(stream: BinaryIO, source: str, skip: np.ndarray, records: int = RECORDS_PER_BATCH) -> Iterator[Batch]:
    """See `medline.parse.iter_batches`; `records` is the most that a batch has."""
    builder = BatchBuilder(source, "medline", records)
    return batches(builder, read_records(stream, builder, skip))


def read_records(stream: BinaryIO, builder: BatchBuilder, skip: np.ndarray, done: int = 0) -> Iterator[Record]:
    """The records of a text, but those at the positions to `skip` and the first `done`; `builder` takes its notes."""
    source, restored = builder.source, 0
    for position, text in enumerate(iter_records(stream, source, builder.note_file)):
        guard.check(text, source)
        restored += text.is_restored
        if position >= done and not (position < skip.size and skip[position]):
            yield read_record(text)
    if restored:
        log.info("%s: %d records had lost their line breaks", source, restored)


def read_record(text: TextRecord) -> Record:
    """The raw rows of one MEDLINE text record; one with a book title is a book document."""
    kind = "books" if any(tag == "BTI" for tag, _ in text.fields) else "articles"
    record = Record(kind, f"line {text.line}", sum(len(value) for _, value in text.fields))
    record.anomalies.extend(one_a_kind(text.notes))
    main = record.add(BY_NAME[kind], {})
    people, abstracts, events = People(record, kind), _Abstracts(record), []
    keyword_owner = None
    for tag, value in text.fields:
        known = tag in IGNORED_TAGS
        if column := DIRECT[kind].get(tag):
            known = True
            _put(record, main, column, tag, value)
        if tag in SPLIT:
            known = True
            _add_split(record, tag, value)
        elif tag in people.TAGS:
            people.read(tag, value)
        elif tag in abstracts.TAGS:
            abstracts.read(tag, value)
        elif tag == "OTO":
            keyword_owner = value
        elif tag == "OT":
            row = {"owner": keyword_owner, "keyword": value.removeprefix("*").strip(BLANKS), "is_major": _flag(value)}
            record.append("keywords", row)
        elif tag == "MH":
            _add_heading(record, value)
        elif tag in EVENTS or tag == "PHST":
            events.append((tag, value))
        elif tag in DATES and (kind == "books" or DATES[tag] == "pub"):
            _read_date(record, main, tag, value)
        elif not known:
            record.unknown[tag] += 1
            record.anomalies.append((tag, value, "unknown tag"))
    people.finish()
    _add_events(record, events)
    _check_source(record, main, text.fields)
    return record


def _direct(kind: str) -> dict[str, str]:
    """Tag to the column of the main table that takes its value as it is."""
    elsewhere = SPLIT.keys() | DATES.keys() | {"AB"}
    columns = [c for c in BY_NAME[kind].columns if c.tag and not c.derive]
    return {
        tag: c.name
        for c in columns
        if c.type in (TEXT, MIXED, TEXTS, INTEGER, DATE) or c.name == "pmid"
        for tag in (c.tag or "").split()
        if tag not in elsewhere and not c.name.endswith("_markup")
    }


def _put(record: Record, row: Row, column: str, tag: str, value: str) -> None:
    if BY_NAME[record.kind][column].type is TEXTS:
        row.setdefault(column, []).append(value)
    elif column in row:
        record.anomalies.append((tag, value, "occurs again where the format has it once"))
    else:
        row[column] = value
        row.setdefault("_from", {})[column] = (tag, value)


def _flag(starred: str) -> str:
    return "Y" if starred.startswith("*") else "N"


def _add_split(record: Record, tag: str, value: str) -> None:
    table, split = SPLIT["NM" if tag == "RN" and not is_chemical(value) else tag]
    row = split(value) | {"_from": {None: (tag, value)}}
    if tag in REF_TYPES:
        row["ref_type"] = REF_TYPES[tag]
    if table == "accessions":
        row["databank_seq"] = record.databanks.setdefault(row["databank"], len(record.databanks) + 1)
    if record.kind == "articles" and row.get("issn_type") == "Linking":
        record.rows["articles"][0].setdefault("issn_linking", row["issn"])
    record.append(table, row)


def _add_heading(record: Record, value: str) -> None:
    """`Descriptor/*qualifier/qualifier`, where * marks the major topic. No descriptor of MeSH has a slash."""
    descriptor, *qualifiers = value.split("/")
    row = {"descriptor": descriptor.removeprefix("*").strip(BLANKS), "is_major": _flag(descriptor)}
    heading = record.append("mesh", row)
    for qualifier in qualifiers:
        row = {"heading_seq": heading["heading_seq"], "qualifier": qualifier.removeprefix("*").strip(BLANKS)}
        record.append("mesh_qualifiers", row | {"is_major": _flag(qualifier)})


def _read_date(record: Record, main: Row, tag: str, value: str) -> None:
    """A date as printed or, but for DP, where `1978/79` is a MedlineDate, as YYYYMMDD or YYYY/MM/DD.

    Only DP may be a MedlineDate: the DTD has none in a ContributionDate.
    """
    digits = None if tag == "DP" else re.fullmatch(r"(\d{4})/?(\d{2})?/?(\d{2})?", value)
    parts = dict(zip(("year", "month", "day"), digits.groups(), strict=True)) if digits else split_date(value)
    if "medline_date" in parts and tag != "DP":
        record.anomalies.append((tag, value, "not a date"))
        return
    for part, word in parts.items():
        if word is not None:
            _put(record, main, part if part == "medline_date" else f"{DATES[tag]}_{part}", tag, word)


def _add_events(record: Record, events: list[tuple[str, str]]) -> None:
    """History rows: PHST first, as in XML; EDAT, MHDA, CRDT, CDAT and PMCR mostly repeat the same events."""
    seen = set()
    for tag, value in sorted(events, key=lambda event: event[0] != "PHST"):
        match = EVENT.fullmatch(value)
        parts = match.groups() if match else (value, None, None, None, None, None)
        status = EVENTS.get(tag, parts[5])
        event = (status, *(part and part.lstrip("0") for part in parts[:5]))
        if event not in seen:
            seen.add(event)
            names = ("year", "month", "day", "hour", "minute")
            row = {"pub_status": status, **dict(zip(names, parts[:5], strict=True))}
            record.append("history", row | {"_from": {None: (tag, value)}})


def _split_article_date(value: str) -> Row:
    match = re.fullmatch(r"(\d{4})(\d{2})?(\d{2})?", value)
    return dict(zip(("year", "month", "day"), match.groups() if match else (value, None, None), strict=True))


def _split_issn(value: str) -> Row:
    match = re.fullmatch(r"(.*\S) ?\(([^()]*)\)", value)
    return {"issn": match[1], "issn_type": match[2]} if match else {"issn": value, "issn_type": None}


def is_chemical(value: str) -> bool:
    """Whether RN is a chemical: a registry number, mostly with a name. Else it is the name of a supplementary concept.

    PubMed prints both lists under RN, and NM no longer: `RN  - CHOP protocol`, `RN  - Hantavirosis`.
    """
    number, bracket, _ = value.partition(" (")
    named = bool(bracket) and value.endswith(")")
    if not REGISTRY_NUMBER.fullmatch(number if named else value):
        return False
    return named or any("0" <= sign <= "9" for sign in value)


def _split_chemical(value: str) -> Row:
    number, bracket, name = value.partition(" (")
    if bracket and name.endswith(")"):
        return {"registry_number": number, "substance": name[:-1]}
    return {"registry_number": value, "substance": None}


def _split_bracketed(kind: str, identifier: str) -> Callable[[str], Row]:
    def split(value: str) -> Row:
        match = BRACKETED.fullmatch(value)
        return {identifier: match[1], kind: match[2]} if match else {identifier: value, kind: None}

    return split


def _split_location(value: str) -> Row:
    """`10.5555/x [doi]`, `S0001 [pii]`; PubMed prints an article number bare, whose EIdType is pii in XML."""
    row = _split_bracketed("elocation_type", "elocation_id")(value)
    if row["elocation_type"] is None and ARTICLE_NUMBER.fullmatch(value):
        row["elocation_type"] = "pii"
    return row


def _split_accession(value: str) -> Row:
    databank, slash, accession = value.partition("/")
    return {"databank": databank, "accession": accession if slash else None}


def _split_owned(owner: str, name: str) -> Callable[[str], Row]:
    """`NLM: PMC123` as owner and value; a value without capitals before a colon has no owner."""

    def split(value: str) -> Row:
        match = re.fullmatch(r"([A-Z]{2,6}): (.*)", value)
        return {owner: match[1], name: match[2]} if match else {owner: None, name: value}

    return split


def _split_link(value: str) -> Row:
    match = LINK.fullmatch(value)
    return {"ref_source": match[1], "ref_pmid": match[2]} if match else {"ref_source": value}


def _split_grant(value: str) -> Row:
    """`id/acronym/agency/country`, of which only the agency must be there; ids may have slashes too.

    The parts are read from the right. A country is one of the known ones, or empty (PMID 34204460); an acronym is a
    short word of letters, `WT_` (PMID 35816508), and where no id comes before it, it ends in `_` or is one that may be
    alone (`HHMI`, PMID 35877666).
    """
    parts = value.split("/")
    country = parts.pop() if len(parts) > 1 and (not parts[-1] or parts[-1] in GRANT_COUNTRIES) else None
    agency = parts.pop()
    acronym = parts.pop() if parts and _is_acronym(parts, agency, country) else None
    grant_id = "/".join(parts)
    stripped = grant_id.strip(BLANKS) if grant_id else None
    return {"grant_id": stripped, "acronym": acronym, "agency": agency.strip(BLANKS), "country": country}


def _is_acronym(parts: list[str], agency: str, country: str | None) -> bool:
    """Whether the last part before the agency is an acronym, not (part of) an id."""
    word = parts[-1]
    if not re.fullmatch(r"[A-Z][A-Za-z]{1,5}_?", word) or word == "NA":
        return False
    of_nih = len(word) == 2 and (bool(country) or agency.endswith("HHS"))
    return len(parts) > 1 or word.endswith("_") or word == "HHMI" or of_nih


def _column(name: str) -> Callable[[str], Row]:
    return lambda value: {name: value}


#: Tags of which each occurrence is a row: the table, and the function that splits the value into raw columns.
SPLIT: dict[str, tuple[str, Callable[[str], Row]]] = {
    "IS": ("issns", _split_issn),
    "LA": ("languages", _column("language")),
    "PT": ("publication_types", _column("publication_type")),
    "SB": ("citation_subsets", _column("citation_subset")),
    "GS": ("gene_symbols", _column("gene_symbol")),
    "SFM": ("space_flight_missions", _column("mission")),
    "NM": ("supplementary_mesh", _column("name")),
    "CP": ("book_location_labels", _column("location_label")),
    "RN": ("chemicals", _split_chemical),
    "GR": ("grants", _split_grant),
    "SI": ("accessions", _split_accession),
    "AID": ("article_ids", _split_bracketed("id_type", "article_id")),
    "PMC": ("article_ids", lambda value: {"id_type": "pmc", "article_id": value}),
    "MID": ("article_ids", lambda value: {"id_type": "mid", "article_id": value}),
    "LID": ("elocation_ids", _split_location),
    "DEP": ("article_dates", _split_article_date),
    "OID": ("other_ids", _split_owned("source", "other_id")),
    "GN": ("general_notes", _split_owned("owner", "general_note")),
    **dict.fromkeys(REF_TYPES, ("comments_corrections", _split_link)),
}

#: Tags of dates that make several columns, by the prefix of these; tags that are one column of the main table.
DATES = {"DP": "pub", "CTDT": "contribution"}
DIRECT = {kind: _direct(kind) for kind in ("articles", "books")}


class _Abstracts:
    """AB and CI are the record's own abstract; OAB opens another one, whose language and copyright OABL and OCI are."""

    TAGS = frozenset({"AB", "CI", "OAB", "OABL", "OCI"})

    def __init__(self, record: Record) -> None:
        self.record = record
        self.own: Row | None = None
        self.other: Row | None = None

    def read(self, tag: str, value: str) -> None:
        if tag == "AB":
            if self.own is None or "text" in self.own:
                self.own = self._open(self.own)
            self.own["text"] = value
        elif tag == "CI":
            self.own = self.own or self._open(None)
            self.own.setdefault("copyright", value)
        elif tag == "OAB":
            kind, colon, text = value.partition(": ")
            typed = colon and kind in ABSTRACT_TYPES
            self.other = self._open(None)
            self.other |= {"abstract_type": kind if typed else "", "text": text if typed else value}
        else:
            self.other = self.other or self._open(None)
            self.other.setdefault("abstract_type", "")
            self.other.setdefault({"OABL": "language", "OCI": "copyright"}[tag], value)

    def _open(self, before: Row | None) -> Row:
        table = BY_NAME["abstracts"]
        seq = before["abstract_seq"] if before else self.record.count(table, table["abstract_seq"], {})
        return self.record.append("abstracts", {"abstract_seq": seq})


def _check_source(record: Record, main: Row, fields: list[tuple[str, str]]) -> None:
    """Compare SO with the fields it is composed of, `TA. DP;VI(IP):PG.` or DEP for DP. A misfit is an anomaly.

    `[Preprint]` may follow TA.
    """
    stated = next((value for tag, value in fields if tag == "SO"), None)
    if stated is None or record.kind == "books":
        return
    issue = f"({main['issue']})" if main.get("issue") else ""
    pages = f":{main['medline_pgn']}" if main.get("medline_pgn") else ""
    issue_and_pages = f";{main.get('volume', '')}{issue}{pages}"
    electronic = record.rows.get("article_dates", ())
    dates: list[str | None] = [value for tag, value in fields if tag == "DP"]
    dates += [print_date(row["year"], row["month"], row["day"], None) for row in electronic]
    title = main.get("medline_ta", "")
    first = f"{title}. {(dates or [''])[0] or ''}{issue_and_pages}"
    head, tail = _squeezed(f"{title}."), _squeezed(issue_and_pages)
    said = _squeezed(stated)
    if said.startswith(marked := _squeezed(f"{title} [Preprint].")):
        said = head + said[len(marked) :]
    printed = {_squeezed(date or "") for date in dates or [""]}
    fits = (said.startswith(date, len(head)) and said.startswith(tail, len(head) + len(date)) for date in printed)
    if not (said.startswith(head) and any(fits)):
        record.anomalies.append(("SO", stated, f"does not begin with {first!r}"))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s;]+", "", text).casefold()
