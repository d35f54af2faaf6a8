"""The fields of MEDLINE text that lost line breaks: some of a record, or all, with the double blanks too.

A record that kept its line breaks says where its fields begin. Here any value may hold something that looks like a
tag, so every possible tag is weighed, and the cheapest reading of the whole text wins. `parse.text.tag_kinds`
describes tags and their values, `parse.text.tag_evidence` how tags are printed; `_misfit` and `_step` weigh the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from medline.parse.text.tag_evidence import Head, find_heads, has_head_inside, has_more_heads, plain_blanks
from medline.parse.text.tag_kinds import KINDS, TAGS, UNKNOWN, Kind, Tag
from medline.schema.tables import LINKS

#: Characters and possible tags of a record that lost line breaks: what has more is none, and `guard` has the last word.
#: Each tag is weighed against the forty before it, with all the text between them.
_LONGEST, _MOST_HEADS = 1 << 21, 1 << 16
_WINDOW = 40  # possible tags that one value may hold
EMPTY_LINE = "empty line inside the record"
STRAY_LINE = "neither tag nor continuation: joined to the field before it"
_DOUBT = "line breaks were lost: it is not certain whether a field begins here"
_CLOSE = 3.0  # a second reading that costs so little more than the first may be the right one

# What a step from one field to the next costs where rank and repeat rule do not say it all.
_BACK, _AGAIN, _ALONE, _EMPTY, _DANGLING, _NO_OPENING = 6.0, 12.0, 5.0, 5.0, 5.0, 8.0
_SIGNED = 12.0  # a tag left inside a value, though what follows is hardly there by chance
_SURE = 40.0  # what is left as text costs so much that longer values need not be tried
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
    r"|Service|Academy|Foundation|Research|Medic|Ministr|Association|Society|Company|Corp|Inc\b|Ltd|GmbH|Abteil|Klinik|@)"
)

_CAPITAL = r"(?:[^\W\d_a-z][\w.'’-]*|of|the|and|de|la)"
_ENDS_IN_PLACE = re.compile(rf"[^\W\d_a-z].{{2,250}}, {_CAPITAL}(?: {_CAPITAL}){{0,4}}\.?(?: \S+@\S+)?")
_KNOWN_HEAD = re.compile(r"({}) {{0,3}}-(?: |$)".format("|".join(TAGS)))
_SINGLE_HEAD = re.compile(r"({}) -(?: |$)".format("|".join(tag for tag in TAGS if len(tag) == 2)))


class Reading(NamedTuple):
    """How a text is read.

    Attributes:
        fields: (tag, value), in order; joined again they give the text back.
        starts: where each field begins in the lines, joined by line feeds.
        doubts: what may as well be a field of its own as part of the one before it: tag and text.
        is_padded: whether tags kept their padding, so that a line begins with a tag or with six blanks.
    """

    fields: list[tuple[str, str]]
    starts: list[int]
    doubts: list[tuple[str, str]]
    is_padded: bool

    def notes(self, lines: list[str]) -> list[tuple[str, str, str]]:
        """Return the notes (tag, raw value, reason). Stray lines show only where tags kept their padding."""
        notes, at, gap, begun = [], 0, False, {*self.starts}
        for line in lines if self.is_padded else ():
            tag = self.fields[bisect_right(self.starts, at - 1) - 1][0]
            if gap and line:
                notes.append((tag, "", EMPTY_LINE))
            gap = not line
            if line.strip() and not line.startswith("      ") and at not in begun:
                notes.append((tag, line, STRAY_LINE))
            at += len(line) + 1
        return notes + self.doubt()

    def doubt(self) -> list[tuple[str, str, str]]:
        """Return a note if another reading is about as likely, for the first field that differs."""
        return [(tag, value, _DOUBT) for tag, value in self.doubts[:1]]


def lost_breaks(lines: list[str]) -> bool:
    """Whether fields may be inside lines, or tags lost their blanks, of a record that is not too long to be mended."""
    if sum(map(len, lines)) > _LONGEST or has_more_heads("\n".join(lines), _MOST_HEADS):
        return False
    first = plain_blanks(lines[0])
    lines = [line.replace("\t", " ") for line in lines]
    if not _KNOWN_HEAD.match(first):  # the search needs a tag to begin with
        return False
    return any(map(has_head_inside, lines)) or any(map(_SINGLE_HEAD.match, lines)) or first != lines[0]


def find_fields(lines: list[str]) -> Reading:
    """Find the fields of such lines; the first line must begin with a tag, as `lost_breaks` has checked."""
    text = plain_blanks("\n".join(lines))
    heads, style = find_heads(text)
    flat = _flatten(text, heads)
    best, other, margin = _cheapest(flat)
    starts = [heads[here].start for here in best]
    fields = [
        (heads[here].tag, squeeze(text[heads[here].end : stop].replace("\n", " ")))
        for here, stop in zip(best, [*starts[1:], len(text)], strict=True)
    ]
    unsure = sorted({*best} ^ {*other}) if margin < _CLOSE else []
    doubts = [(heads[here].tag, flat.value(here, here + 1)) for here in unsure]
    return Reading(fields, starts, doubts, style.is_padded)


def squeeze(text: str) -> str:
    """Make runs of blanks and tabs one blank; other spaces are text."""
    text = text.replace("\t", " ").strip(" ")
    return " ".join(filter(None, text.split(" "))) if "  " in text else text


class _Flat(NamedTuple):
    """A text in which all blanks are single and all heads alike, `LA - `; its heads, and their tags."""

    text: str
    heads: list[Head]
    tags: frozenset[str]

    def value(self, here: int, after: int) -> str:
        stop = self.heads[after].start if after < len(self.heads) else len(self.text)
        return self.text[self.heads[here].end : stop].strip(" ")


def _flatten(text: str, heads: list[Head]) -> _Flat:
    pieces, moved, size = [], [], 0
    for head, stop in zip(heads, [*(head.start for head in heads[1:]), len(text)], strict=True):
        sign = " ".join(f"{head.tag:<4}-".split())
        value = squeeze(text[head.end : stop].replace("\n", " "))
        piece = f"{sign} {value} " if value else f"{sign} "
        moved.append(head._replace(start=size, end=size + len(sign)))
        pieces.append(piece)
        size += len(piece)
    return _Flat("".join(pieces), moved, frozenset(head.tag for head in heads))


class _Way(NamedTuple):
    """A reading of the text up to a head: its cost, the head before, and which of the two ways to that one."""

    cost: float
    here: int
    rank: int


_NO_WAY = _Way(float("inf"), 0, 0)


def _cheapest(flat: _Flat) -> tuple[list[int], list[int], float]:
    """Choose the heads that are tags: the two cheapest paths to the end, and what the second costs more."""
    heads = flat.heads
    signed, skipped = [0], [0.0]
    for head in heads:
        sign = _tag(head.tag).kind.sign
        signed.append(signed[-1] + bool(sign and sign.match(flat.text, head.end + 1)))
        skipped.append(skipped[-1] + head.skip)
    ways = [(_Way(0.0, 0, 0), _NO_WAY)]
    for after in range(1, len(heads) + 1):
        first, second = _NO_WAY, _NO_WAY
        for here in range(after - 1, max(-1, after - _WINDOW), -1):
            kind = _tag(heads[here].tag).kind
            signs = signed[after] - signed[here + 1]
            extra = skipped[after] - skipped[here + 1]
            price = extra + kind.inner * (after - 1 - here - signs) + max(kind.inner, _SIGNED) * signs
            if extra >= _SURE and first is not _NO_WAY:
                break
            if ways[here][0].cost + price >= second.cost:
                continue
            price += _misfit(kind, flat.value(here, after)) + _step(flat, here, after)
            for rank, way in enumerate(ways[here]):
                total = way.cost + price
                if total < first.cost:
                    first, second = _Way(total, here, rank), first
                elif total < second.cost:
                    second = _Way(total, here, rank)
        take = heads[after].take if after < len(heads) else 0.0
        ways.append((first._replace(cost=first.cost + take), second._replace(cost=second.cost + take)))
    first, second = ways[-1]
    return _path(ways, 0), _path(ways, 1), second.cost - first.cost


def _path(ways: list[tuple[_Way, _Way]], rank: int) -> list[int]:
    path, here = [], len(ways) - 1
    while here:
        _, here, rank = ways[here][rank]
        path.append(here)
    return path[::-1]


def _tag(name: str) -> Tag:
    return TAGS.get(name, UNKNOWN)


def _misfit(kind: Kind, value: str) -> float:
    if not value:
        return _EMPTY_KEYWORD if kind is KINDS["keyword"] else _EMPTY
    # "otter," is a usual keyword, "Otter Fund/" a grant without its country
    broken_off = kind not in (KINDS["keyword"], KINDS["grant"]) and _BROKEN_OFF.search(value[-12:])
    return (0 if kind.shape.fullmatch(value) else kind.miss) + (_DANGLING if broken_off else 0)


def _step(flat: _Flat, here: int, after: int) -> float:
    """Weigh that one field is followed by another."""
    if after == len(flat.heads):
        return 0
    tag, follower = flat.heads[here].tag, flat.heads[after].tag
    if tag not in TAGS or follower not in TAGS:
        return 0
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
    if _PAIRS.get(follower) in flat.tags and tag not in (follower, _PAIRS[follower]):
        cost += _ALONE
    if follower in _OWNERS and tag not in _OWNERS[follower]:
        cost += _ALONE
    if follower == "AD" and not _is_address(flat, after):
        cost += 3 if TAGS[tag].rank == TAGS["AD"].rank else _ALONE
    return cost


def _is_address(flat: _Flat, here: int) -> bool:
    """Whether a value holds words of an address, or ends in a city or country: `…, Paris, France.`"""
    value = flat.value(here, here + 1)
    return bool(_ADDRESS.match(value) or _ENDS_IN_PLACE.fullmatch(value))
