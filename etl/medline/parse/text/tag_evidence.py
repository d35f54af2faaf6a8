"""Where a tag may begin in MEDLINE text that lost line breaks, and how surely, by the text around it.

As NLM prints it a tag begins a line and is padded to four columns: `LA  - eng`. What is left of that is evidence: a
padded tag is hardly ever text, least of all where a line begins with it; six blanks before it say that a wrapped line
began there, which is text. Where all blanks are single, the tag itself says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from medline.parse.text.tag_kinds import TAGS

PADDED, SINGLE, BARE = range(3)  # how a tag is printed: `LA  - `, `LA - `, `LA- `
#: The text before a tag: a line break, a blank, six blanks, the end of a word or sentence (`2019 NovTI - `), a
#: capital (`Fennick ABAD - `), another sign (`(CI - `).
LINE, BLANK, DEEP, WORD, CAPITAL, SIGN = range(6)
GLUED = (WORD, CAPITAL, SIGN)

# Of a run of capitals the last four count, so that a long one is not looked through from each of its letters.
_HEAD = re.compile(r"([A-Z]{2,5})(?: {0,3}|\n)-(?=[ \n]|$)")
_UNKNOWN = re.compile(r"(?<![^\n])(?=([A-Z]{1,4}) {0,3}-(?:[ \n]|$))[A-Z ]{4}-")
_NUMBER = re.compile(r" *(\d+)(?= |\n|$|[A-Z])")
_SPOKEN_OF = 8  # times
_WIDE = "\u00a0\u2007\u202f"  # blanks that do not break a line: some programs make all blanks these
_WIDE_HEAD = re.compile(rf"[A-Z]{{2,4}}[{_WIDE}]{{0,2}}-[{_WIDE}]")

_USUAL_HEAD = re.compile(r"[A-Z]{2,4} {0,2}- ")

_OPENS = "([{"  # before a word of the text, never before a tag


class Head(NamedTuple):
    """A possible tag.

    Attributes:
        start, end: its range in the text, with its dash.
        tag: the tag that it would be.
        take, skip: what it costs to read it as a tag, and to read it as text.
    """

    start: int
    end: int
    tag: str
    take: float
    skip: float


class _Seen(NamedTuple):
    start: int
    end: int
    tag: str
    form: int
    behind: int


class Style(NamedTuple):
    """How the tags of a text are printed, by those of two letters, whose padding shows.

    Attributes:
        is_padded: some kept their two blanks.
        has_single, has_bare: so many have a single blank, or none, that this is not by chance.
        has_lines: so many begin lines that line breaks still mean something.
        noise: tags that are inside lines again and again, though a record has one of them: the text speaks of them.
        is_glued: several follow a word directly, so that line breaks were lost without a blank.
        seems_whole: hardly one is inside a line, so that line breaks are not likely to be lost at all.
    """

    is_padded: bool
    has_single: bool
    has_bare: bool
    has_lines: bool
    noise: frozenset[str]
    is_glued: bool
    seems_whole: bool


def plain_blanks(text: str) -> str:
    """The text with blanks for tabs; and for no-break spaces, where tags too have these."""
    text = text.replace("\t", " ")
    if _count(_WIDE_HEAD, text) > 4 * _count(_USUAL_HEAD, text):
        text = re.sub(f"[{_WIDE}]", " ", text)
    return text


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def has_head_inside(line: str) -> bool:
    """Whether a possible tag is in a line, besides the one that it may begin with."""
    for found in _HEAD.finditer(line, 5):
        if seen := _tag_of(found):
            tag, form = seen
            if form == PADDED or _behind(line, found.end(1) - len(tag)) in (LINE, BLANK, WORD):
                return True
    return False


def has_more_heads(text: str, most: int) -> bool:
    """Whether more than so many possible tags are in a text."""
    return next(islice(_HEAD.finditer(text), most, None), None) is not None


def find_heads(text: str) -> tuple[list[Head], Style]:
    """Return each possible tag in lines joined by line feeds, with the evidence for and against it."""
    seen = list(_see(text))
    style = _style(text, seen)
    if not style.is_padded:
        seen = list(_part_names(text, seen))
    return [
        Head(head.start, head.end, head.tag, *costs) for head in seen if (costs := _costs(head, style)) is not None
    ], style


def _part_names(text: str, seen: list[_Seen]) -> Iterator[_Seen]:
    """Read `FAU - Velmo, Nils FAU - Velmo NF` as the initial F and AU, as a short name has no comma; and IRAD so."""
    last = ""
    for head, stop in zip(seen, [*(head.start for head in seen[1:]), len(text)], strict=True):
        if head.tag == last and head.tag in ("FAU", "FED", "FIR") and "," not in text[head.end : stop]:
            head = head._replace(start=head.start + 1, tag=head.tag[1:], behind=CAPITAL)
        elif head.tag == "IRAD" and last in ("AU", "FAU", "AUID"):
            head = head._replace(start=head.start + 2, tag="AD", behind=CAPITAL)
        yield head
        last = head.tag


def _see(text: str) -> Iterator[_Seen]:
    unknown = {found.start(): found for found in _UNKNOWN.finditer(text) if found[1] not in TAGS}
    for found in _HEAD.finditer(text):
        if unknown and (begun := unknown.pop(found.start(), None)):
            yield _Seen(begun.start(), begun.end(), begun[1], PADDED, LINE)
        elif seen := _tag_of(found):
            tag, form = seen
            start = found.end(1) - len(tag)
            if start and text[start - 1] in _OPENS:
                continue
            yield _Seen(start, found.end(), tag, form, _behind(text, start))


def _tag_of(found: re.Match[str]) -> tuple[str, int] | None:
    """The tag that capitals and a dash may be, and how it is printed."""
    capitals, blanks = found[1], found.end() - found.end(1) - 1
    padded = capitals[-4 + blanks :] if blanks < 3 else ""
    if padded in TAGS and len(padded) + blanks == 4:
        return padded, PADDED
    tag = capitals if len(capitals) < 5 else ""
    if tag not in TAGS:
        tag = capitals[-2:]
    if tag not in TAGS or blanks > 2:
        return None
    return tag, (BARE if blanks == 0 else SINGLE)


def _behind(text: str, start: int) -> int:
    if start == 0 or text[start - 1] == "\n":
        return LINE
    before = text[start - 1]
    if before != " ":
        is_word = before in ".,;:?!)]" or before >= "\x7f" or "a" <= before <= "z" or "0" <= before <= "9"
        return WORD if is_word else CAPITAL if "A" <= before <= "Z" else SIGN
    return DEEP if text[max(start - 6, 0) : start] == " " * 6 else BLANK


def _style(text: str, seen: list[_Seen]) -> Style:
    forms = Counter(
        head.form for head in seen if len(head.tag) == 2 and (head.behind not in GLUED or head.form == PADDED)
    )
    inside = Counter(head.form for head in seen if len(head.tag) == 2 and head.behind not in (LINE, DEEP))
    bare = sum(head.form == BARE and len(head.tag) < 4 and head.behind not in GLUED for head in seen)
    lines = sum(head.behind == LINE for head in seen)
    return Style(
        is_padded=forms[PADDED] > 1 or (forms[PADDED] == 1 and forms[SINGLE] < 3),
        has_single=forms[SINGLE] > 3,
        has_bare=bare > 3,
        has_lines=lines > 2 and lines * 4 > len(seen),
        seems_whole=inside[PADDED] == 0 and inside[SINGLE] < 3,
        noise=_noise(text, seen),
        is_glued=sum(head.behind == WORD for head in seen) > 3,
    )


def _noise(text: str, seen: list[_Seen]) -> frozenset[str]:
    numbers = {found[1] for head in seen if head.tag == "PMID" and (found := _NUMBER.match(text, head.end))}
    inside = Counter(
        head.tag for head in seen if head.behind != LINE and head.tag in TAGS and not TAGS[head.tag].repeats
    )
    return frozenset(tag for tag, count in inside.items() if count > len(numbers) + _SPOKEN_OF)


def _costs(head: _Seen, style: Style) -> tuple[float, float] | None:
    """What a head costs as a tag and as text; None if it is surely no tag."""
    if head.behind == DEEP:
        return (25, 0) if head.form == PADDED and not style.is_padded else None
    if style.is_padded:
        return _padded_costs(head, style)
    if head.behind == LINE:
        return (0, 8 if style.has_lines else 0)
    take = 1.0 if style.has_lines else 0.0
    if head.form == BARE and not style.has_bare:
        take += 6
    if head.behind == WORD:
        return take + 1, 3
    if head.behind in GLUED:
        take += 1 if style.is_glued else 4 if head.behind == CAPITAL and style.has_lines else 9
    return take, 0


def _padded_costs(head: _Seen, style: Style) -> tuple[float, float] | None:
    if head.behind != LINE and head.tag in style.noise:
        return None
    shows = len(head.tag) == 2  # whether padding differs from a single blank
    if head.form == PADDED:
        doubt = 4.0 if style.seems_whole else 1.0
        if head.behind == LINE:
            return 0, 60
        glued = head.behind in GLUED
        return (glued, 10 if glued else 15) if shows else (doubt + glued, 2)
    if head.behind in (CAPITAL, SIGN):
        return None
    usual = style.has_single if head.form == SINGLE else style.has_bare
    if head.behind == LINE:
        return (2, 4) if head.form == SINGLE else (4, 2)
    return (1 if usual else 6 if head.form == SINGLE else 10), 0
