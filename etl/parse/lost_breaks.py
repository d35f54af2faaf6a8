"""The fields of MEDLINE text whose line breaks and double blanks were lost: a whole record, or several, in one line.

A record that kept its line breaks says where its fields begin. Here any value may hold something that looks like a
tag, so every place that may be a tag is weighed, and the cheapest reading of the whole text wins. What a tag and its
value should be is said by _ORDER and _KINDS; what else speaks against it, by _misfit and _step.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from etl.schema import LINKS

_WINDOW = 40  # things like tags that one value may hold


class _Kind(NamedTuple):
    """What the values of some tags look like.

    shape: regular expression of the whole value.
    miss: cost of a value of another shape.
    inner: cost of each thing like a tag that is left inside the value.
    sign: how a value begins that is hardly there by chance, so that its tag is not text.
    """

    shape: re.Pattern[str]
    miss: float
    inner: float
    sign: re.Pattern[str] | None


# inner: sentences hold anything; terms and sources seldom hold a blank and a dash; codes do not
_PROSE, _TEXT, _CODE, _SIGNED = 4.0, 8.0, 20.0, 12.0


def _kind(shape: str, miss: float = 10, inner: float = _CODE, sign: str = "") -> _Kind:
    return _Kind(re.compile(shape, re.S), miss, inner, re.compile(sign) if sign else None)


_NAME = r"(?:[^\d;:?!]|[2-9](?:nd|rd|th)\b){1,100}"
_CLOCK = r"\d{4}/\d\d?/\d\d?(?: \d\d?:\d\d)?"
_FULL = r"(?P<last>[^,]{1,60}), [^,]{1,60} %s - (?P=last)"
_SHORT = r"(?P<last>.{1,60}) \S{1,8} F(?:AU|ED|IR) - (?P=last),"  # some exports have the short name first
_COPYRIGHT = (
    r"\W{0,3}(?:(?i:copyright|published|crown|all rights|this work)|©|\([cC]\)|(?:19|20)\d\d\b"
    r"|The Author|This (?:is|art|jour))"
)
_PUBLISHER = r"\b(?:Inc|Ltd|LLC|GmbH|KG|B\.?V|Verlag|Press|Elsevier|Springer|Wiley|Thieme)\b"
_KINDS = {
    "number": _kind(r"\d{1,9}", 12, sign=r"\d{1,9} (?:OWN - |STAT- |IS - )"),
    "count": _kind(r"\d{1,4}"),
    "owner": _kind(r"[A-Z]{2,8}"),
    "status": _kind(r"[A-Z][A-Za-z-]{3,25}"),
    "day": _kind(r"\d{6}(?:\d\d)?|\d{4}/\d\d/\d\d"),
    "clock": _kind(_CLOCK, sign=_CLOCK),
    "event": _kind(_CLOCK + r" \[[\w -]+\]", sign=_CLOCK + r" \["),
    "issn": _kind(r"\d{4}-\d{3}[\dXx](?: \(\w+\))?", sign=r"\d{4}-\d{3}[\dXx] "),
    "isbn": _kind(r"[\dXx-]{10,17}(?: .{1,60})?", sign=r"(?:97[89][\d-]{10,14}|[\d-]{9,12}[\dXx])(?: |$)"),
    "date": _kind(r"(?:\d{4}|[A-Z][a-z]+ ).{0,40}", 6),
    "pages": _kind(r"(?!.* [a-z]{3,} [a-z]{3,} [a-z]{3,})[^.]{0,30}(?:\d|\b[ivxlcdmIVXLCDM]+\b).{0,60}", 5),
    "short": _kind(r"[^.?!]{0,30}.{0,30}", 5),
    "word": _kind(r"[A-Za-z+-]{3,20}"),
    "language": _kind(r"[A-Za-z]{3}", sign=r"[A-Za-z]{3} (?:LA|SI|GR|PT) - "),
    "subset": _kind(r"[A-Z]{1,4}"),
    "catalog": _kind(r"\d{3,17}[A-Z]?"),
    "pmc": _kind(r"PMC\d+(?:\.\d+)?", sign=r"PMC\d+ "),
    "manuscript": _kind(r"[A-Za-z]+ ?\d+", sign=r"[A-Z]{3,6}\d+ "),
    "id": _kind(r"\S.{0,200} \[[\w-]+\]|\S{1,40}", 5, sign=r"10\.\d{4,9}/\S+ \[doi\]"),
    "orcid": _kind(r"[\w .-]+: ?\S.{0,100}", 5, sign=r"ORCID: "),
    "author": _kind(_NAME, 8, sign=_FULL % "AU"),
    "editor": _kind(_NAME, 8, sign=_FULL % "ED"),
    "investigator": _kind(_NAME, 8, sign=_FULL % "IR"),
    "name": _kind(_NAME, 8, sign=_SHORT),
    "group": _kind(r"(?!\d).{2,600}", 5, _PROSE),
    "address": _kind(r".*[,.;@\d].*|.*[A-Z]\w* [A-Z].*", 5, _PROSE),
    "title": _kind(r".*[.?!)\]\"'”»…]", 3, _PROSE),
    "abstract": _kind(r".*[.?!)\]\"'”\u2019»…:]", 5, _PROSE),
    "other": _kind(r".*[.?!)\]\"'”\u2019»…:]", 5, _PROSE, r"[A-Z][\w-]+: |plain-language-summary: "),
    "copyright": _kind(
        rf"(?=.{{0,80}}{_COPYRIGHT}).*|.{{0,80}}{_PUBLISHER}.{{0,40}}|[A-Z][^.?!]{{3,150}}\.?|\W{{1,3}}",
        6,
        _PROSE,
        _COPYRIGHT,
    ),
    "conflict": _kind(
        r".{20,}|(?i:no|none|nil|nothing)\b.*", 6, _PROSE, "(?i:none|no |the authors? |all authors |conflict)"
    ),
    "note": _kind(r".*[:.\d].*|[A-Z ]+", 6, _PROSE),
    "mission": _kind(r".*(?:\d|(?i:flight|project|mission|manned|duration|shuttle|payload)).*", 6, _PROSE),
    "keyword": _kind(r".{1,250}", 4, _PROSE),
    "heading": _kind(r"[^.?!;]{1,80}.{0,80}(?<!\.)", 5, _TEXT),
    "substance": _kind(r"(?:EC )?[\w.-]+ \(.+\)|[\w.-]+", 6, _TEXT),
    "grant": _kind(r".*/.*|.{1,60}", 5, _TEXT),
    "accession": _kind(r"[^/ ][^/]{1,40}/\S.*", 6),
    "type": _kind(r"[A-Z][^\d;:?!]{2,90}", 6),
    "place": _kind(r"[A-Z][^\d;:?!]{1,80}", 6),
    "journal": _kind(r".{1,400}", 5, _TEXT),
    "source": _kind(r".*\d.*", 6, _TEXT),
    "comment": _kind(r".*(?:\b(?:18|19|20)\d\d\b|PMID: ?\d).*", 6, _TEXT),
    "owner_id": _kind(r"[A-Za-z]{2,8}: ?\S.*", 6),
    "edition": _kind(r"\d{1,4}(?:st|nd|rd|th)?\.?|.{0,20}\b(?i:ed)\b.{0,20}|.{0,20}(?i:edition).{0,20}", 6),
    "chapter": _kind(r"(?:\w+ )?\S{1,8}", 6),
}

# One line for each place in a record, in NLM's order; "+" may come again. Tags on one line come in any order.
_ORDER = (
    "PMID:number",
    "OWN:owner",
    "STAT:status",
    "DA:day DCOM:day LR:day DRDT:day+ CTDT:day",
    "PUBM:word",
    "PB:journal",
    "IS:issn+ ISBN:isbn+",
    "VI:short",
    "IP:short",
    "DP:date",
    "TI:title",
    "BTI:journal CTI:journal VTI:journal EN:edition CP:chapter",
    "PG:pages LID:id+",
    "AB:abstract",
    "CI:copyright",
    "OAB:other+ OABL:language+ OCI:copyright+",
    "FED:editor+ ED:name+",
    "FAU:author+ AU:name+ CN:group+ AD:address+ AUID:orcid+",
    "LA:language+",
    "SI:accession+ GR:grant+ PT:type+",
    "TT:title",
    "DEP:day",
    "PL:place",
    "TA:journal",
    "JT:journal",
    "JID:catalog",
    "RN:substance+ NM:heading+",
    "SB:subset+",
    " ".join(f"{tag}:comment+" for tag in LINKS.split()),
    "MH:heading+",
    "FPS:name+ PS:name+ RF:count GS:heading+",
    "PMC:pmc MID:manuscript+ OID:owner_id+",
    "OTO:owner+ OT:keyword+",
    "GN:note+ SFM:mission+",
    "COIS:conflict COI:conflict",
    "FIR:investigator+ IR:name+ IRAD:address+",
    "EDAT:clock MHDA:clock CRDT:clock CDAT:clock PMCR:clock",
    "PHST:event+",
    "AID:id+",
    "PST:word",
    "SO:source",
)


class _Tag(NamedTuple):
    rank: int
    repeats: bool
    kind: _Kind


def _table() -> dict[str, _Tag]:
    entries = ((rank, *entry.partition(":")[::2]) for rank, place in enumerate(_ORDER) for entry in place.split())
    return {tag: _Tag(rank, kind.endswith("+"), _KINDS[kind.rstrip("+")]) for rank, tag, kind in entries}


TAGS = _table()

# What a step from one field to the next costs where rank and repeat rule do not say it all.
_BACK, _AGAIN, _ALONE, _EMPTY, _DANGLING, _NO_OPENING = 6.0, 12.0, 5.0, 5.0, 5.0, 8.0
_EMPTY_KEYWORD = 2.0  # PMID 24073073 has one
_ENDS = {"SO", "AID", "PST", "PHST"}  # books and some exports have no SO
_OPENERS = {"OWN", "STAT", "DRDT", "IS", "VI", "DP", "TI"}  # follow PMID; PMC exports have no OWN and STAT
_PAIRS = {"AU": "FAU", "ED": "FED", "IR": "FIR"}  # short name: full name before it
_OWNERS = {"AD": {"FAU", "AU", "CN", "AD", "AUID", "AB", "CI", "TI", "PG", "LID"}, "AUID": {"AU", "CN", "AD", "AUID"}}
_BOOK = {"CP", "BTI", "CTI", "VTI", "ISBN", "VI", "EN"}  # these come in any order
_ROAMING = {"OAB", "OABL", "OCI", "OID", *LINKS.split()}  # seen both early and late
_BROKEN_OFF = re.compile(
    r"(?:[,(=<>/-]|(?<![^ ])(?:a|an|and|are|as|by|for|from|in|is|no|of|on|or|than|that|the|to|vs|was|were|with))$"
)

_ADDRESS = re.compile(
    r".{0,120}(?:Univ|Inst|Hospital|Hosp\b|School|Clinic|Clin[ií]|Cent(?:er|re|ro)|College|Lab|Div|Dep|D[eé]p|Facult"
    r"|Service|Academy|Foundation|Research|Medic|Ministr|Association|Society|Company|Corp|Inc\b|Ltd|GmbH|@)"
)


def _flat_head(tag: str) -> str:
    return " ".join(f"{tag:<4}-".split())


_LIKE_TAG = re.compile(r"(?<![^ ])(?:{})(?![^ ])".format("|".join(map(_flat_head, TAGS))))
_SQUEEZED = re.compile(r"(?:{}) - ".format("|".join(tag for tag in TAGS if len(tag) == 2)))
OPENING = re.compile(r"(?:PMC +- \S+ +)?PMID-")
_ONE_LINE = re.compile(OPENING.pattern + r" *\d+ ")


def lost_breaks(lines: list[str]) -> bool:
    """Whether fields stand inside lines, or tags of two letters lost a blank of theirs."""
    if not _LIKE_TAG.match(squeeze(lines[0])):  # the search needs a tag to begin with
        return False
    opening = next((line for line in lines[:2] if line.startswith("PMID-")), lines[0])
    one_line = _ONE_LINE.match(opening)
    if one_line and _LIKE_TAG.search(opening, one_line.end()):
        return True
    squeezed = any(line[2:5] == " - " and _SQUEEZED.match(line) for line in lines)
    return squeezed and not any(line[2:5] == "  -" for line in lines)


def find_fields(lines: list[str]) -> list[tuple[str, str]]:
    """The (tag, value) fields of such lines, in order; joined again they give the text back.

    The first line must begin with a tag, as `lost_breaks` has seen to.
    """
    flat = squeeze(" ".join(lines))
    places = [
        (found.start(), found.end(), " ".join(found[0].rstrip("-").split())) for found in _LIKE_TAG.finditer(flat)
    ]
    chosen = _cheapest(flat, places)
    return [
        (places[here][2], _value(flat, places, here, after))
        for here, after in zip(chosen, [*chosen[1:], len(places)], strict=True)
    ]


def squeeze(text: str) -> str:
    """Make runs of blanks and tabs one blank; other spaces are text."""
    text = text.replace("\t", " ").strip(" ")
    return " ".join(filter(None, text.split(" "))) if "  " in text else text


_Places = list[tuple[int, int, str]]  # start, end and tag of each thing like a tag


def _value(flat: str, places: _Places, here: int, after: int) -> str:
    return flat[places[here][1] : places[after][0] if after < len(places) else len(flat)].strip(" ")


def _cheapest(flat: str, places: _Places) -> list[int]:
    """Choose the places that are tags: the cheapest path from the first of them to the end of the text."""
    signed = [0]
    for _, end, tag in places:
        sign = TAGS[tag].kind.sign
        signed.append(signed[-1] + bool(sign and sign.match(flat, end + 1)))
    cost, came = [0.0], [0]
    for after in range(1, len(places) + 1):
        best, back = float("inf"), 0
        for here in range(after - 1, max(-1, after - _WINDOW), -1):
            kind = TAGS[places[here][2]].kind
            signs = signed[after] - signed[here + 1]
            price = cost[here] + kind.inner * (after - 1 - here - signs) + max(kind.inner, _SIGNED) * signs
            if price < best:
                price += _misfit(kind, _value(flat, places, here, after)) + _step(flat, places, here, after)
            if price < best:
                best, back = price, here
        cost.append(best)
        came.append(back)
    path, here = [], len(places)
    while here:
        here = came[here]
        path.append(here)
    return path[::-1]


def _misfit(kind: _Kind, value: str) -> float:
    if not value:
        return _EMPTY_KEYWORD if kind is _KINDS["keyword"] else _EMPTY
    broken_off = kind is not _KINDS["keyword"] and _BROKEN_OFF.search(value[-12:])  # "otter," is a usual keyword
    return (0 if kind.shape.fullmatch(value) else kind.miss) + (_DANGLING if broken_off else 0)


def _step(flat: str, places: _Places, here: int, after: int) -> float:
    """Weigh that the field at one place is followed by the field at another."""
    if after == len(places):
        return 0
    (_, _, tag), (_, end, follower) = places[here], places[after]
    if follower == "PMID":
        return 0 if tag in _ENDS or tag == "PMC" else _BACK
    if follower == "PMC" and tag in _ENDS:
        return 1
    cost = 0.0
    if tag == "PMID" and follower not in _OPENERS:
        cost += _NO_OPENING
    if tag == follower:
        cost += 0 if TAGS[tag].repeats else _AGAIN
    elif tag in _BOOK and follower in _BOOK:
        cost += 1
    elif TAGS[follower].rank < TAGS[tag].rank:
        cost += 2 if tag in _ROAMING or follower in _ROAMING else _BACK
    if tag in _PAIRS.values() and _PAIRS.get(follower) != tag:
        cost += _ALONE
    if follower in _PAIRS and tag not in (follower, _PAIRS[follower]):
        cost += _ALONE
    if follower in _OWNERS and tag not in _OWNERS[follower]:
        cost += _ALONE
    if follower == "AD" and not _ADDRESS.match(flat, end, places[min(after + 1, len(places) - 1)][0]):
        cost += 3 if TAGS[tag].rank == TAGS["AD"].rank else _ALONE
    return cost
