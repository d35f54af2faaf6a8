"""What the values of each tag of MEDLINE text look like, in which order tags come, and which may be repeated.

Where line breaks were lost, this separates tags from text that looks like a tag: see `parse.text.lost_breaks`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from medline.schema.tables import LINKS


class Kind(NamedTuple):
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
_PROSE, _TEXT, _CODE = 4.0, 8.0, 20.0


def _kind(shape: str, miss: float = 10, inner: float = _CODE, sign: str = "") -> Kind:
    return Kind(re.compile(shape, re.S), miss, inner, re.compile(sign) if sign else None)


_NAME = r"(?:[^\d;:?!]|[2-9](?:nd|rd|th)\b){1,100}"
_CLOCK = r"\d{4}/\d\d?/\d\d?(?: \d\d?:\d\d)?"
_FULL = r"(?P<last>[^,]{1,60}), [^,]{1,60} %s - (?P=last)"
_SHORT = r"(?P<last>.{1,60}) \S{1,8} F(?:AU|ED|IR) - (?P=last),"  # some exports have the short name first
_INITIALS = (
    r"(?:[^\W\d_][\w.'’-]* ){1,5}[^\W\d_a-z]{1,4}(?: (?:Jr|Sr|\d(?:nd|rd|th)|I{2,3}|IV))? (?:[A-Z]{2,3} |[A-Z]{4})- "
)
_COPYRIGHT = (
    r"\W{0,3}(?:(?i:copyright|published|crown|all rights|this work)|©|\([cC]\)|(?:19|20)\d\d\b"
    r"|The Author|This (?:is|art|jour))"
)
_PARTICLE = r"(?:de|da|di|do|dos|du|del|della|van|von|der|den|la|le|al|bin|ibn|et|and|y|ter|ten|zu|af)"
#: Words that all begin with a capital, as names and the titles of companies do: `Nils J. Velmo, Pia Voreb.`
_NAMES = rf"(?:(?:(?![a-z\d_])\w[\w.'’-]*|{_PARTICLE}\b\.?|&)[,;]?(?: |$)){{1,30}}"
_PUBLISHER = r"\b(?:Inc|Ltd|LLC|GmbH|KG|B\.?V|Verlag|Press|Elsevier|Springer|Wiley|Thieme)\b"
KINDS = {
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
    "id": _kind(r"\S.{0,200} \[[\w-]+\]|\S{1,40}", 5, sign=r"\S+ \[(?:doi|pii|bookaccession)\]"),
    "orcid": _kind(r"[\w .-]+: ?\S.{0,100}", 5, sign=r"ORCID: "),
    "author": _kind(_NAME, 8, sign=_FULL % "AU"),
    "editor": _kind(_NAME, 8, sign=_FULL % "ED"),
    "investigator": _kind(_NAME, 8, sign=_FULL % "IR"),
    "name": _kind(_NAME, 8, sign=rf"{_SHORT}|{_INITIALS}"),
    "group": _kind(r"(?!\d).{2,600}", 5, _PROSE),
    "address": _kind(r".*[,.;@\d].*|.*[A-Z]\w* [A-Z].*|[A-Z]\w+", 5, _PROSE),
    "title": _kind(r".*[.?!)\]\"'”»…]", 3, _PROSE),
    "abstract": _kind(r".*[.?!)\]\"'”\u2019»…:]", 5, _PROSE),
    "other": _kind(r".*[.?!)\]\"'”\u2019»…:]", 5, _PROSE, r"[A-Z][\w-]+: |plain-language-summary: "),
    "copyright": _kind(
        rf"(?=.{{0,80}}{_COPYRIGHT}).*|.{{0,80}}{_PUBLISHER}.{{0,40}}|[A-Z][^.?!]{{3,150}}\.?|{_NAMES}|\W{{1,3}}",
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
    "substance": _kind(r"(?:EC )?[\w.-]+ \(.+\)|[\w.-]+|[A-Z\d][^.?!;]{2,100}", 6, _TEXT),
    "grant": _kind(r".*/.*|.{1,60}|[^.?!;]{1,160}", 5, _TEXT),
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

# One line for each position in a record, in NLM's order; "+" may come again. Tags on one line come in any order.
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


class Tag(NamedTuple):
    rank: int
    repeats: bool
    kind: Kind


def _table() -> dict[str, Tag]:
    entries = ((rank, *entry.partition(":")[::2]) for rank, place in enumerate(_ORDER) for entry in place.split())
    return {tag: Tag(rank, kind.endswith("+"), KINDS[kind.rstrip("+")]) for rank, tag, kind in entries}


TAGS = _table()
#: Any other tag.
UNKNOWN = Tag(0, True, _kind(r".*", 0, _TEXT))
