"""MEDLINE tagged text, as bytes, to the fields of one record after another.

Tag in columns 1 to 4, `-`, a blank, the value; a continuation line begins with six blanks. `parse.text.lines` reads
encodings and line ends, `parse.text.heads` lines of a slightly other form, `parse.text.lost_breaks` records whose line
breaks were lost. This module separates records: no record ever takes in another, or a part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, pairwise
from typing import BinaryIO, NamedTuple

from medline.errors import BadInput
from medline.parse import ncbi
from medline.parse.constants import MAX_LINES, MAX_RECORD
from medline.parse.other_formats import ADVICE
from medline.parse.text.heads import FLAT_HEAD, HEAD, Note, Opening, find_opening, head_of, is_loose, settle, unpack
from medline.parse.text.lines import BLANKS, DASHES, FileNote, Lines
from medline.parse.text.lost_breaks import EMPTY_LINE, STRAY_LINE, find_fields, lost_breaks, squeeze
from medline.parse.text.preamble import FOLLOWERS, Preamble
from medline.parse.text.tag_kinds import TAGS

#: A record was NLM's, and so had SO, if it has this many fields, or one of these, or no more than STAT.
_FEWEST, _DATES = 10, frozenset("DA DCOM LR IS".split())

Field = tuple[str, str]


@dataclass(slots=True)
class TextRecord:
    """One citation as tagged text says it.

    Attributes:
        line: 1-based line on which the record begins.
        fields: (tag, value), in the order of the text. Runs of blanks are one blank and none is at either end,
            since a wrapped line does not show how many there were; other spaces (U+00A0 …) are kept.
        notes: (tag, raw value, reason), one for each repair.
        is_restored: whether its line breaks were lost.
    """

    line: int
    fields: list[Field] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    is_restored: bool = False


class _Line(NamedTuple):
    """A line of the text.

    Attributes:
        is_cut_off: whether it was on one line with the text before it, and is another record's.
        after: the next line that is not empty.
    """

    number: int
    text: str
    is_cut_off: bool
    after: str


LOST_BREAK = "the line break before this record was lost"
NO_PMID = "no PMID in this record"
AFTER_SO = "stands after SO, which ends a record"
CUT = "the record ends here, without SO: it may be cut"
PMID_NOISE = "the number alone is read"

_PMID = rf"PMID[{BLANKS}]{{0,3}}[{DASHES}][{BLANKS}]*\d+"
_JOINED = re.compile(rf"(?:PMC[{BLANKS}]*[{DASHES}][{BLANKS}]*PMC\d+[{BLANKS}]+)?{_PMID}")
_JOINED_PMC = re.compile(rf"(?<=[^{BLANKS}])[{BLANKS}]*(PMC[{BLANKS}]*[{DASHES}][{BLANKS}]*PMC\d+)[{BLANKS}]*$")
_NUMBERED = re.compile(r"\d{1,7}[:.)]")
#: Not a blank; not what may stand before the PMID of a record that begins here.
_SIGN = re.compile(f"[^{re.escape(BLANKS)}]")
_TEXT = re.compile(f"[^{re.escape(BLANKS)}>0-9:.)]")
_HEAD_SIZE = 20  # characters that show the tag that a line begins with
_MOST_WAITING = 64  # lines
_DOCUMENT = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|[A-Za-z]+(?:Set|Article|Citation|Result|Document)[\s>])")
_NOISE = re.compile(r"(\d{1,19})(?:[.,;:]|(?:[.,;:] *| +)(?:\[[^][]*\]|\([^()]*\)|PubMed.{0,40}|PMCID: ?\S+)?[.;]?)")
_LAST_OF_HEAD, _FIRST_OF_BODY, _FIRST_OF_END = (TAGS[tag].rank for tag in ("TI", "LA", "EDAT"))


def iter_records(stream: BinaryIO, source: str, note: FileNote | None = None) -> Iterator[TextRecord]:
    """Read the records of MEDLINE tagged text, one in memory at a time.

    A PMID opens a record, or a PMC directly before it; an empty line closes one only if something opens the next.
    What follows SO without a PMID is a record of its own, with a note: PMC exports hold such, and files that were cut.

    Args:
        stream: decompressed bytes.
        source: name of the file for messages.
        note: gets the repairs of the text as a whole, when it has been read.

    Raises:
        BadInput: the text is not MEDLINE: no PMID, or fields before the first one; or a record is beyond the limits.
    """
    lines = Lines(stream, source)
    previous: _Collected | None = None
    for collected in _collect(lines, source, note):
        if previous:
            yield from previous.records()
        previous = collected
    assert previous  # else `_collect` has raised
    records = previous.records()
    if not lines.is_whole:
        _note_cut(records[-1])
    yield from records
    if note:
        lines.emit(note)


class _Collected(NamedTuple):
    """The lines of what is one record by its PMID.

    Attributes:
        numbers: of the lines.
        opening: None for what has no PMID.
        at: which line has the PMID.
        is_cut_off: see `_Line`.
        is_cut: whether the next record is cut off this one.
    """

    numbers: list[int]
    lines: list[str]
    opening: Opening | None = None
    at: int = 0
    is_cut_off: bool = False
    is_cut: bool = False

    def records(self) -> list[TextRecord]:
        """The records that these lines hold."""
        lines = unpack(self.opening or Opening("", ""), self.lines, self.at)
        notes: list[Note] = []
        if is_loose(lines) or not lost_breaks(lines):  # else repaired lines would hide where others were
            lines, notes = settle(lines)
        read = _restored_records if lost_breaks(lines) else _plain_records
        whole = list(read(self.numbers, lines))
        first, _ = whole[0]
        first.notes[:0] = notes
        if self.is_cut_off:
            first.notes.append(("PMID", self.lines[self.at], LOST_BREAK))
        parts = [part for record, numbers in whole for part in _parts(record, numbers)]
        if self.is_cut:
            _note_cut(parts[-1])
        return parts


def _collect(lines: Lines, source: str, note: FileNote | None) -> Iterator[_Collected]:
    """The lines of one record after another."""
    number, size, indent = 0, 0, None
    preamble = Preamble(lines, source)
    now: _Collected | None = None
    for number, line, is_cut_off, after in _with_next(_cut_joined(lines)):
        if opening := find_opening(line, indent):
            if indent is None:
                preamble.close(line, after, note)
            indent = opening.prefix
            numbers, pmc, is_cut_off = _take_pmc(now, is_cut_off)
            if now and any(now.lines):
                yield now._replace(is_cut=is_cut_off)
            now, size = _Collected([*numbers, number], [*pmc, line], opening, len(pmc), is_cut_off), _size(line)
        elif not now:
            if line.startswith("PMC ") and head_of(line):
                now = _Collected([number], [line])
            elif line.strip(BLANKS):
                preamble.add(number, line)
        elif not now.lines[-1].strip(BLANKS) and HEAD.match(line) and _is_complete(now.lines):
            yield now
            now, size = _Collected([number], [line]), _size(line)
        elif not (_is_number(line) and find_opening(after, indent)):
            _check_document(line, number, source)
            now.numbers.append(number)
            now.lines.append(line)
            size += _size(line)
            _check_size(now, size, source)
    if indent is None or not now:
        raise preamble.error("no PMID in the file" if now else "the file is empty", max(number, 1))
    yield now


def _size(line: str) -> int:
    """Bytes of a line and its end, in UTF-8."""
    return 1 + (len(line) if line.isascii() else len(line.encode()))


def _check_size(now: _Collected, size: int, source: str) -> None:
    """Check that what is taken for one record is not beyond the limits.

    Raises:
        BadInput: it is.
    """
    if size > MAX_RECORD or len(now.lines) > MAX_LINES:
        most = f"{MAX_RECORD >> 20} MB" if size > MAX_RECORD else f"{MAX_LINES:,} lines"
        problem = f"a record of more than {most}: {ncbi.quoted(now.lines[now.at], 40)}"
        raise BadInput(source, problem, where=f"line {now.numbers[0]}", advice=ADVICE)


def _is_number(line: str) -> bool:
    """Whether a line numbers the record behind it, as old PubMed did; a wrapped `6.` ends a value."""
    return not line.startswith("      ") and _NUMBERED.fullmatch(line.strip(BLANKS)) is not None


def _check_document(line: str, number: int, source: str) -> None:
    """Check that a line does not begin XML, or an error of NCBI, that was appended to the text.

    Raises:
        BadInput: it does.
    """
    if not line.startswith(("<", "{", "[")):
        return
    where = f"line {number}"
    if error := ncbi.problem(line.encode()):
        raise BadInput(source, error, where=where, advice=ncbi.FETCH_AGAIN)
    if _DOCUMENT.match(line):
        raise BadInput(source, f"XML after MEDLINE text: {line[:40]!r}", where=where, advice="load the two apart")


def _with_next(lines: Iterable[tuple[int, str, bool]]) -> Iterator[_Line]:
    """Each line with the next one that is not empty; with none where that is far."""
    waiting: list[tuple[int, str, bool]] = []
    for line in lines:
        if line[1].strip(BLANKS) or len(waiting) > _MOST_WAITING:
            yield from (_Line(*earlier, line[1]) for earlier in waiting)
            waiting = []
        waiting.append(line)
    yield from (_Line(*earlier, "") for earlier in waiting)


def _cut_joined(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    """Yield lines, cut before a PMID that follows other text, and whether each was cut off the one before it.

    Files that are joined where one has no line end make `SO  - J Otter. 2001PMID- 123`. A PMID is no part of a value
    if what follows PMID in a record follows it.
    """
    pending: tuple[int, str, str] | None = None
    tag = ""
    for number, line in lines:
        if pending:
            yield from _cut(*pending, line)
        if not line.startswith("      "):
            tag = head_of(line) or tag
        pending = (number, line, tag) if "PMID" in line[1:] else None
        if not pending:
            yield number, line, False
    if pending:
        yield from _cut(*pending, "")


def _cut(number: int, line: str, tag: str, after: str) -> Iterator[tuple[int, str, bool]]:
    """A line, or several where other records begin in it. The tag is of the field that the line is part of.

    It may be as long as a record may be, and hold millions of PMIDs: what is before one is never looked at as a whole.
    """
    begin, position, is_cut_off = 0, 1, False
    text = _TEXT.search(line)
    heads = list(islice(FLAT_HEAD.finditer(line), 4)) if tag == "PMC" else []
    while joined := _JOINED.search(line, position):
        start, position = joined.span()
        sign = _SIGN.search(line, position)
        rest = line[sign.start() : sign.start() + _HEAD_SIZE] if sign else ""
        is_flat = tag == "PMID" or (len(heads) > 3 and heads[-1].end() <= start)
        follower = (is_flat and head_of(rest)) or (head_of(after) if rest[:1] in "[(." else "")
        is_glued = line[start - 1] not in BLANKS or not rest
        is_text = text is None or text.start() >= start or (not is_flat and _is_usual(tag, follower))
        if is_glued and not is_text and follower in FOLLOWERS:
            yield number, line[begin:start], is_cut_off
            begin, position, tag, is_cut_off = start, start + 1, "PMID", True
            text = _TEXT.search(line, start)
    yield number, line[begin:], is_cut_off


def _is_usual(tag: str, follower: str) -> bool:
    """Whether one tag may follow another in a record, so that nothing between them is missing."""
    if tag not in TAGS or follower not in TAGS:
        return False
    return TAGS[tag].rank < TAGS[follower].rank or (tag == follower and TAGS[tag].repeats)


def _take_pmc(now: _Collected | None, is_cut_off: bool) -> tuple[list[int], list[str], bool]:
    """The PMC before a PMID with the number of its line, if it is that record's: behind an empty line, or behind SO."""
    if not now or is_cut_off:
        return [], [], is_cut_off
    last = now.lines[-1]
    if last.startswith("PMC ") and (
        len(now.lines) < 2 or not now.lines[-2].strip(BLANKS) or _is_complete(now.lines[:-1])
    ):
        return [now.numbers.pop()], [now.lines.pop()], False
    if joined := _JOINED_PMC.search(last):
        now.lines[-1] = last[: joined.start()]
        return now.numbers[-1:], [joined[1]], True
    return [], [], False


def ends_in_the_next(text: bytes) -> bool:
    """Whether the last line of a record may be, or hold, the beginning of the next one, if that follows."""
    last = text.decode(errors="replace").rstrip("\n" + BLANKS).rpartition("\n")[2]
    return bool(_NUMBERED.fullmatch(last.strip(BLANKS)) or _JOINED_PMC.search(last))


def _is_complete(lines: list[str]) -> bool:
    """Whether the last tag so far is SO, which ends a record."""
    heads = (HEAD.match(line) for line in reversed(lines))
    return next((head[1].strip() for head in heads if head), "") == "SO"


def _plain_records(numbers: Sequence[int], lines: list[str]) -> Iterator[tuple[TextRecord, list[int]]]:
    yield _plain_record(numbers, lines)


def _plain_record(line_numbers: Sequence[int], lines: list[str]) -> tuple[TextRecord, list[int]]:
    """A record whose tags begin lines, and the numbers of these lines."""
    record, numbers = TextRecord(line_numbers[0]), []
    tag, parts, gap = "", [], False
    for number, line in zip(line_numbers, lines, strict=True):
        if gap and line:
            record.notes.append((tag, "", EMPTY_LINE))
        gap = not line
        if line.startswith("      "):
            parts.append(line)
        elif line[4:5] == "-" and (head := HEAD.match(line)):
            _close(record, tag, parts)
            tag, parts = head[1], [line]
            numbers.append(number)
        elif line.strip():
            record.notes.append((tag, line, STRAY_LINE))
            parts.append(" " * 6 + line)
    _close(record, tag, parts)
    return record, numbers


def _close(record: TextRecord, tag: str, parts: list[str]) -> None:
    if parts:
        record.fields.append((tag, squeeze(" ".join([part[6:] for part in parts]))))


def _restored_records(line_numbers: Sequence[int], lines: list[str]) -> Iterator[tuple[TextRecord, list[int]]]:
    """The records of lines that lost their breaks, or just look like it, with the lines on which fields begin."""
    reading = find_fields(lines)
    start = line_numbers[0]
    plain, numbers = _plain_record(line_numbers, lines)
    if plain.fields == reading.fields:
        plain.notes.extend(reading.doubt())
        yield plain, numbers
        return
    fields = reading.fields
    record = TextRecord(start, is_restored=True, notes=reading.notes(lines))
    for (tag, value), (follower, _) in zip(fields, [*fields[1:], ("", "")], strict=True):
        opens = tag == "PMID" or (tag == "PMC" and follower == "PMID")
        if opens and [name for name, _ in record.fields] not in ([], ["PMC"]):
            yield record, [start] * len(record.fields)
            record = TextRecord(start, is_restored=True)
        record.fields.append((tag, value))
    yield record, [start] * len(record.fields)


def _parts(record: TextRecord, numbers: list[int]) -> Iterator[TextRecord]:
    """Yield a record, and the parts of it that belong to others whose PMID is lost.

    Args:
        numbers: of the lines on which the fields begin.
    """
    fields = record.fields
    for begin, end in pairwise([*_begins(fields), len(fields)]):
        if begin:
            record = TextRecord(numbers[begin], is_restored=record.is_restored)
        record.fields = fields[begin:end]
        yield _checked(record)


def _checked(record: TextRecord) -> TextRecord:
    """A record with its PMID as a number, and notes on what is wrong with it as a whole."""
    tags = [tag for tag, _ in record.fields]
    if "PMID" not in tags:
        record.notes.append(("PMID", "", NO_PMID))
    if "STAT" in tags and (len(tags) >= _FEWEST or len(tags) <= 3 or not _DATES.isdisjoint(tags)):
        _note_cut(record)
    if "SO" in tags[:-1]:
        record.notes.append((*record.fields[tags.index("SO") + 1], AFTER_SO))
    for index, (tag, value) in enumerate(record.fields):
        if tag == "PMID" and not value.isdigit() and (number := _NOISE.fullmatch(value)):
            record.fields[index] = (tag, number[1])
            record.notes.append((tag, value, PMID_NOISE))
    return record


def _note_cut(record: TextRecord) -> None:
    """Note that a record has no SO, with which all but books end."""
    is_ended = any(tag in ("SO", "BTI") for tag, _ in record.fields)
    if not is_ended and CUT not in (reason for *_, reason in record.notes):
        record.notes.append((*record.fields[-1], CUT))


def _begins(fields: list[Field]) -> Iterator[int]:
    """The indices in the fields of a record where it begins, and where those of others do, which lost their PMID.

    That is where the order of tags goes back, to the beginning or from the end, and more comes again of what a record
    has once than a line that was moved or doubled.
    """
    last = {tag: index for index, (tag, _) in enumerate(fields) if tag in TAGS}
    bodies = list(accumulate((_is_of_body(tag) for tag, _ in fields), initial=0))  # before each field
    begin: int | None = 0
    while begin is not None:
        yield begin
        begin = _find_next(fields, begin, last, bodies)


def _find_next(fields: list[Field], begin: int, last: dict[str, int], bodies: list[int]) -> int | None:
    """Return where the record behind the one that begins at `begin` does; None without one.

    Args:
        last: index of the last field of each tag.
        bodies: number of the fields of a record's body before each field.
    """
    seen: set[str] = set()
    top = 0
    for index in range(begin, len(fields)):
        tag = fields[index][0]
        rank = TAGS[tag].rank if tag in TAGS else top
        if "SO" in seen or rank < min(top, _LAST_OF_HEAD + 1) or rank <= _FIRST_OF_BODY < _FIRST_OF_END <= top:
            rest = {name for name, at in last.items() if at >= index}
            again = {name for name in rest & seen if not TAGS[name].repeats}
            heads = {name for name in rest if _is_of_head(name)}
            has_body = bodies[index] - bodies[begin] > 2
            if "SO" in seen and len(rest) > 2 and len(again | heads) > 1 and has_body:
                return index
            is_over = len(again) > 1 and top >= _FIRST_OF_END and bodies[-1] - bodies[index] > 2 and has_body
            if is_over or (tag in again and len(again & heads) > 3 and top > _LAST_OF_HEAD):
                while index > begin + 1 and _is_of_head(fields[index - 1][0]):
                    index -= 1
                return index
        seen.add(tag)
        top = max(top, rank)
    return None


def _is_of_head(tag: str) -> bool:
    return tag in TAGS and TAGS[tag].rank <= _LAST_OF_HEAD


def _is_of_body(tag: str) -> bool:
    """Whether a tag is before those that end a record; of several fields with such a tag each has some."""
    return tag in TAGS and TAGS[tag].rank <= _FIRST_OF_BODY


def one_a_kind(notes: list[Note]) -> Iterator[Note]:
    """The first note of each tag and reason, with the number of the others, whose values are in the fields."""
    first: dict[tuple[str, str], list[str]] = {}
    for tag, value, reason in notes:
        first.setdefault((tag, reason), []).append(value)
    for (tag, reason), values in first.items():
        yield tag, values[0], reason + (f" (and {len(values) - 1:,} more)" if len(values) > 1 else "")
