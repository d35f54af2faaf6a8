"""The last check of a text record, in both readers: no value may have taken in fields of its record, or of another.

A head of a known tag inside a value is noted. Where heads have values that fit them, or PMID is among them, the record
cannot be trusted, and the file is rejected.
"""

from __future__ import annotations

import re
from itertools import islice

from medline.errors import BadInput
from medline.parse.constants import MAX_LINES
from medline.parse.ncbi import quoted
from medline.parse.other_formats import ADVICE
from medline.parse.text.fields import TextRecord
from medline.parse.text.lost_breaks import STRAY_LINE
from medline.parse.text.tag_kinds import TAGS

INSIDE = "holds what looks like a tag: a line break may be lost"

_MOST = 1_000  # heads of one value that are looked at
_INNER = re.compile(rf"(?<![A-Za-z])(?:(PMID) {{0,2}}- (?=\d)|({'|'.join(TAGS)}) {{0,2}}-(?: |$))")
_PROSE = frozenset("TI TT AB OAB CI OCI AD IRAD COIS COI GN OT".split())
_TITLES = frozenset("TI TT BTI CTI VTI".split())
_JOURNALS = frozenset("TA JT JID IS SO".split())
_PEOPLE = frozenset("AU FAU CN ED FED IR FIR".split())
#: Tags that follow PMID in a record.
_OF_HEAD = frozenset("OWN STAT DA DCOM LR DRDT CTDT IS".split())
#: Tags whose values have a shape that text rarely has by chance.
_SURE = frozenset("OWN STAT DA DCOM LR DRDT IS PG LA DEP JID PMC MID RF EDAT MHDA CRDT PMCR PHST".split())


def check(record: TextRecord, source: str) -> None:
    """Note the heads inside a record's values.

    Raises:
        BadInput: fields are inside values, title, journal and authors are gone, or all but the PMID is; or more is in
            MH than a record may have.
    """
    if len(record.fields) == 1:
        raise _error(record, source, "nothing but a PMID: the file may be cut", ADVICE)
    if sum(value.count("/") for tag, value in record.fields if tag == "MH") > MAX_LINES:
        raise _error(record, source, f"a record of more than {MAX_LINES:,} qualifiers of MH", ADVICE)
    inside = False
    for tag, value in record.fields:
        if "-" not in value or not (heads := list(islice(_INNER.finditer(value), _MOST))):
            continue
        inside = True
        if _is_swallowed(tag, value, heads):
            shown = " ".join(head[0].strip() for head in heads[:3])
            raise _error(record, source, f"the value of {tag} holds other fields ({shown} …): {quoted(value, 1_000)}")
        record.notes.append((tag, value, INSIDE))
    tags = {tag for tag, _ in record.fields}
    damaged = inside or record.is_restored or sum(reason == STRAY_LINE for *_, reason in record.notes) > 2
    if damaged and not (tags & _TITLES or tags & _JOURNALS or tags & _PEOPLE):
        raise _error(record, source, f"neither title nor journal nor authors: only {' '.join(sorted(tags))}")


def _error(record: TextRecord, source: str, problem: str, advice: str = f"line breaks are lost; {ADVICE}") -> BadInput:
    pmid = next((value for tag, value in record.fields if tag == "PMID"), "none")
    return BadInput(source, problem, where=f"line {record.line} PMID {pmid[:20]}", advice=advice)


def _is_swallowed(tag: str, value: str, heads: list[re.Match[str]]) -> bool:
    """Whether the heads in a value are those of fields: each before what a value of its tag looks like."""
    ends = [*(head.start() for head in heads[1:]), len(value)]
    inner = [(head[1] or head[2], value[head.end() : end].strip()) for head, end in zip(heads, ends, strict=True)]
    fits = [name for name, text in inner if _fits(name, text)]
    if "PMID" in fits and (tag not in _PROSE or not _OF_HEAD.isdisjoint(fits)):
        return True
    if len(fits) < 2:
        return False
    return tag not in _PROSE or len(fits) > 2 or not _SURE.isdisjoint(fits)


def _fits(tag: str, value: str) -> bool:
    if tag == "PMID":
        return value[:1].isdigit()
    return bool(value and TAGS[tag].kind.shape.fullmatch(value))
