"""Lines of one record of MEDLINE text, made what NLM prints: tags in columns 1 to 4, wrapped lines behind six blanks.

What changes no value is repaired without a note: an indentation that all lines share, `> ` of quoted mail, other
blanks and dashes in the columns of a tag, one way of printing tags in the whole record. Where a line by itself could be
a tag or a wrapped line that lost its blanks, the order of tags and the shape of the value decide, with a note.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from medline.parse.text.lines import BLANKS, DASHES
from medline.parse.text.lost_breaks import STRAY_LINE
from medline.parse.text.tag_kinds import TAGS

#: (tag, raw value, reason) of a repair or a doubt.
Note = tuple[str, str, str]

HEAD = re.compile(r"([A-Z]{1,4}) {0,3}(?<=^.{4})-(?: |$)")
_LOOSE = re.compile(rf"([{BLANKS}]{{0,5}})([A-Za-z]{{2,4}})([{BLANKS}]{{0,4}})([{DASHES}])([{BLANKS}]?)")
_OPENING = re.compile(
    rf"(?P<lead>[\u200b\u2060\ufeff]*+(?P<prefix>[>{BLANKS}]*+)(?:\d{{1,7}}[:.)][{BLANKS}]*+)?)"
    rf"(?:PMC[{BLANKS}]++[{DASHES}][{BLANKS}]*+[^\s{BLANKS}]++[{BLANKS}]++)?(?:PMID|pmid|Pmid)[{BLANKS}]{{0,3}}(?:-|[{DASHES}][{BLANKS}]*\d)"
)
_UNUSUAL = BLANKS.replace(" ", "").replace("\t", "")
_BLANK_RUN = re.compile(rf"[{BLANKS}]{{2,}}")
_ANY_UNUSUAL = re.compile(f"[{_UNUSUAL}]")
FLAT_HEAD = re.compile(rf"(?<![^{BLANKS}])({'|'.join(TAGS)})[{BLANKS}]{{0,3}}([{DASHES}])(?:[{BLANKS}]|$)")
_DOUBLED = re.compile(r"\S  \S")
_BLANK_RUNS = re.compile(" +")
_FEWEST_RUNS = 8  # fewer may be even by chance
_NUMBER_ALONE = re.compile(rf"[-{BLANKS}]*\d+[{BLANKS}]*(?:$|[.,;:([]|[A-Z]{{2,4}}[{BLANKS}]*[{DASHES}])")
_TOO_WIDE = re.compile(r"(?:[A-Z]{4} +|[A-Z]{2,3} {3,})-")
_INDENT = re.compile(rf"[{BLANKS}]*")
_PROSE = {"TI", "TT", "AB", "OAB", "CI", "AD", "IRAD", "COIS", "COI", "GN", "CN", "OT", "BTI", "CTI"}
_WRAPS_AT = 60  # characters that a line has at least before NLM wraps it

WEIGHED = "read as a tag, though it does not stand in the columns of one"
NOT_A_TAG = "begins like a tag that is not known: read as text of the field before it"


class Opening(NamedTuple):
    """The line that opens a record: the text before its tag, and the part of it that quotes or indents it."""

    lead: str
    prefix: str


def find_opening(line: str, indent: str | None) -> Opening | None:
    """Return the opening of a record on a line, or None.

    Args:
        indent: the text before the last PMID; None if this would be the first. A line behind six blanks or more is a
            wrapped one, unless the records are indented like that.
    """
    if line.startswith("PMID-"):
        return Opening("", "")
    if "MID" not in line and "mid" not in line:
        return None
    head = _OPENING.match(line)
    if not head:
        return None
    prefix = head["prefix"]
    is_wrapped = ">" not in prefix and indent not in (None, prefix) and prefix != ""
    is_wrapped = is_wrapped and (len(prefix) > 5 or not _NUMBER_ALONE.match(line, head.end() - 1))
    return None if is_wrapped else Opening(head["lead"], prefix)


def head_of(line: str) -> str:
    """Return the known tag that a line seems to begin with, or ""."""
    head = _LOOSE.match(line)
    return head[2].upper() if head and head[2].upper() in TAGS else ""


def unpack(opening: Opening, lines: list[str], at: int) -> list[str]:
    """The lines of a record without what quotes, indents or numbers them, and with usual blanks before their values.

    Args:
        at: which line has the PMID.
    """
    if opening.lead:
        quoted = opening.prefix.strip(BLANKS)
        lines = [_unquoted(line, opening.prefix) for line in lines] if quoted else _unindented(lines, at)
        lines[at] = lines[at].removeprefix(opening.lead.removeprefix(opening.prefix) if quoted else opening.lead)
    lines = [line if _is_usual(line) else _with_usual_blanks(line) for line in lines]
    first = FLAT_HEAD.match(lines[at])
    if first and first[2] != "-":
        lines = [_with_usual_heads(line) for line in lines]
    if any(_DOUBLED.search(line, 6) for line in lines):
        lines = _halved(lines, 0) or _halved(lines, 6) or lines
    return lines


def count_flat_heads(line: str, most: int) -> int:
    """Count the known tags in a line that may hold several fields, `most` at most."""
    return sum(1 for _ in islice(FLAT_HEAD.finditer(line), most))


def is_loose(lines: list[str]) -> bool:
    """Whether tags have more blanks than their columns: `PMID - 1`, `TI   - Otters`."""
    return any(map(_TOO_WIDE.match, lines))


def settle(lines: list[str]) -> tuple[list[str], list[Note]]:
    """The lines of a record with their tags in columns 1 to 4, and a note for each that could be something else."""
    if all(_is_usual(line) for line in lines):
        return lines, []
    lower = any(line[:4] in ("pmid", "Pmid") for line in lines[:2])
    return _Settler(lines, lower).settle()


def _halved(lines: list[str], start: int) -> list[str] | None:
    """Lines with half the blanks from a column on, if all were doubled there; else None."""
    runs = 0
    for run in (run for line in lines for run in _BLANK_RUNS.finditer(line, start)):
        if (run.end() - run.start()) % 2:
            return None
        runs += 1
    if runs < _FEWEST_RUNS:
        return None
    return [line[:start] + line[start:].replace("  ", " ") for line in lines]


def _is_usual(line: str) -> bool:
    """Whether a line is a wrapped one, an empty one, or begins with a known tag in its columns."""
    return not line or line.startswith("      ") or (line[4:6] in ("- ", "-") and line[:4].rstrip(" ") in TAGS)


def _unquoted(line: str, prefix: str) -> str:
    return line.removeprefix(prefix) if line.startswith(prefix) else line.removeprefix(prefix.rstrip(BLANKS))


def _unindented(lines: list[str], at: int) -> list[str]:
    """Lines without the indentation that all but the one with the PMID share, if it is before tags."""
    widths = [len(line) - len(line.lstrip(BLANKS)) if line.strip(BLANKS) else -1 for line in lines]
    others = [width for index, width in enumerate(widths) if index != at and width >= 0]
    width = min(others, default=0)
    heads = (_LOOSE.match(line[width:]) for line, own in zip(lines, widths, strict=True) if own == width)
    if not width or not any(head and head[2].upper() in TAGS for head in heads):
        return list(lines)
    return [line if index == at else line[width:] for index, line in enumerate(lines)]


def _with_usual_blanks(line: str) -> str:
    """A line whose columns have blanks where they had others: in its value only those that certainly were blanks."""
    if not line.strip(BLANKS):
        return ""
    if line.isascii():
        return line
    head, indent = _LOOSE.match(line), _INDENT.match(line)[0]  # type: ignore[index]
    if head and head[2].upper() in TAGS:
        start, columns = head.end(), head[0]
    elif len(indent) > 1 or indent.strip(" \t"):
        start, columns = len(indent), indent
    else:
        return line
    if not _ANY_UNUSUAL.search(columns):
        return line
    value = line[start:]
    if columns[-1] in _UNUSUAL and " " not in value:
        value = _ANY_UNUSUAL.sub(" ", value)
    else:
        value = _BLANK_RUN.sub(lambda run: " " if _ANY_UNUSUAL.search(run[0]) else run[0], value)
    columns = re.sub("[\u200b-\u200d\u2060\ufeff]", "", columns)
    return _ANY_UNUSUAL.sub(" ", columns) + value


class _Settler:
    """Decides for each line of one record whether it begins with a tag."""

    def __init__(self, lines: list[str], is_lower: bool) -> None:
        self.lines, self.is_lower = lines, is_lower
        self.notes: list[Note] = []
        self.heads = [self._head(line) for line in lines]
        self.regular = {len(tag) for tag, is_sure in filter(None, self.heads) if is_sure}
        self.has_strays = any(
            not line.startswith(" ") and bool(line) and not head for line, head in zip(lines, self.heads, strict=True)
        )
        self.followers = ["SO"] * len(lines)  # of each line the next one that certainly is a tag
        for number in range(len(lines) - 1, 0, -1):
            head = self.heads[number]
            self.followers[number - 1] = head[0] if head and head[1] else self.followers[number]

    def settle(self) -> tuple[list[str], list[Note]]:
        settled: list[str] = []
        tag = ""
        for number, line in enumerate(self.lines):
            head = self.heads[number]
            if head and self._is_tag(number, head, tag):
                tag = head[0]
                line = self._printed(line)
            elif head or self._is_unknown_text(number, tag):
                self.notes.append((tag, line, STRAY_LINE if head else NOT_A_TAG))
                line = "      " + line
            elif line.startswith(" ") and line[:6].strip(" "):
                line = "      " + line
            elif known := HEAD.match(line):
                tag = known[1]
            settled.append(line)
        return settled, self.notes

    def _head(self, line: str) -> tuple[str, bool] | None:
        """Return the known tag that a line may begin with, and whether it certainly is one."""
        if line.startswith("      ") or not (head := _LOOSE.match(line)):
            return None
        indent, name, gap, _, end = head.groups()
        tag = name.upper()
        if tag not in TAGS or (name != tag and not self.is_lower):
            return None
        in_columns = len(name) + len(gap) == 4
        is_wide = len(name) == 2 and len(gap) == 2
        at_end = head.end() == len(line)
        if not in_columns or not (end or at_end):
            return tag, is_wide and in_columns and not indent
        return tag, is_wide or not indent

    def _is_tag(self, number: int, head: tuple[str, bool], before: str) -> bool:
        tag, is_sure = head
        if not before:
            return True
        if is_sure and not (self.has_strays and before in _PROSE and len(tag) > 2):
            return True
        if not is_sure and len(tag) not in self.regular:
            return True
        fits = self._fits(number, tag, before)
        if fits and not is_sure:
            self.notes.append((tag, self.lines[number], WEIGHED))
        return fits

    def _fits(self, number: int, tag: str, before: str) -> bool:
        """Whether a tag is where its order allows it, before a value of its shape."""
        after = self.followers[number]
        if not TAGS[before].rank <= TAGS[tag].rank <= TAGS[after].rank or (tag == before and not TAGS[tag].repeats):
            return False
        value = [self.lines[number][_LOOSE.match(self.lines[number]).end() :]]  # type: ignore[union-attr]
        for line in islice(self.lines, number + 1, None):
            if not line.startswith("      "):
                break
            value.append(line)
        return bool(TAGS[tag].kind.shape.fullmatch(" ".join(" ".join(value).split())))

    def _is_unknown_text(self, number: int, before: str) -> bool:
        """Whether a line that begins like an unknown tag is text that lost its blanks.

        NLM wraps where a line is full, and mostly not behind a sentence; a word that goes on in lower case is no tag.
        """
        line = self.lines[number]
        head = HEAD.match(line)
        if not head or head[1] in TAGS or not before:
            return False
        ends_sentence = self.lines[number - 1].rstrip(" ").endswith((".", "!", "?", ")", "]"))
        return len(self.lines[number - 1]) >= _WRAPS_AT and (not ends_sentence or line[6:7].islower())

    def _printed(self, line: str) -> str:
        head = _LOOSE.match(line)
        assert head
        return f"{head[2].upper():<4}- {line[head.end() :]}"


def _with_usual_heads(line: str) -> str:
    """A line that may hold several fields, its tags with usual blanks, and a dash where its first has that dash too."""
    first = FLAT_HEAD.match(line)
    if line.isascii() or not first:
        return line
    return FLAT_HEAD.sub(lambda found: f"{found[1]:<4}- " if found[2] in ("-", first[2]) else found[0], line)
