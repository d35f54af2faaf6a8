"""MEDLINE tagged text, as bytes, to the fields of one record after another.

Tag in columns 1 to 4, `-`, a blank, the value; a continuation line begins with six blanks. Records whose line breaks
were lost are `etl.parse.lost_breaks`' matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from etl.errors import BadInput
from etl.parse.lost_breaks import EMPTY_LINE, OPENING, STRAY_LINE, find_fields, flush, lost_breaks, squeeze

_BLOCK = 1 << 20  # bytes read at a time
_LONGEST = 1 << 26  # bytes in a line


@dataclass(slots=True)
class TextRecord:
    """One citation as tagged text says it.

    Attributes:
        line: 1-based line on which the record begins.
        fields: (tag, value), in the order of the text. Runs of blanks are one blank and none stands at either end,
            since a wrapped line cannot tell how many there were; other spaces (U+00A0 …) are kept.
        notes: (tag, raw value, reason), one for each repair.
        is_restored: whether its line breaks were lost.
    """

    line: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    is_restored: bool = False


_HEAD = re.compile(r"([A-Z]{1,4}) {0,3}(?<=^.{4})-(?: |$)")
_CUT = re.compile(rb" (?=(?:PMC - \S+ )?PMID- \d+ (?:(?:OWN - [A-Z]+ )?STAT- [A-Z]|IS - \d{4}-))")
_ADVICE = "export the records again in PubMed (MEDLINE, .nbib) format"


class _Latin1(str):
    """A line that is not UTF-8 and was decoded as Latin-1."""

    __slots__ = ()


def iter_records(stream: BinaryIO, source: str) -> Iterator[TextRecord]:
    """Read the records of MEDLINE tagged text, one in memory at a time.

    A PMID opens a record, or a PMC directly before it; an empty line closes one only if something opens the next.
    What follows SO and an empty line without a PMID is a record of its own, with a note: PMC exports hold such.

    Args:
        stream: decompressed bytes: UTF-8 with or without BOM, single lines Latin-1; lines end in LF, CRLF or CR.
        source: name of the file for messages.

    Raises:
        BadInput: the text is not MEDLINE: no tag or no PMID where the first record should begin, or no PMID at all.
    """
    number = start = 0
    lines: list[str] = []
    seen_pmid = False
    for number, indented in _lines(stream, source):
        line = flush(indented, is_first=not lines)
        if line.startswith(("PMID-", "PMC ")) and OPENING.match(line):
            seen_pmid = True
            held = [lines.pop()] if lines and lines[-1].startswith("PMC ") else []
            if any(lines):
                yield from _records(start, lines)
            start, lines = number - len(held), [*held, line]
        elif not lines:
            if line.strip():
                _check_first(line, number, source)
                start, lines = number, [line]
        elif not lines[-1] and _HEAD.match(line) and _complete(lines):
            yield from _records(start, lines)
            start, lines = number, [line]
        else:
            lines.append(line)
    if not seen_pmid:
        problem = "no PMID in the file" if lines else "the file is empty"
        raise BadInput(source, problem, where=f"line {max(number, 1)}", advice=_ADVICE)
    yield from _records(start, lines)


def _check_first(line: str, number: int, source: str) -> None:
    head = _HEAD.match(line)
    if head and head[1] in ("PMID", "PMC"):
        return
    problem = "the first record does not begin with PMID" if head else "not MEDLINE tagged text"
    advice = _ADVICE
    if head and head[1] == "TY":
        problem = "this is RIS, not MEDLINE tagged text"
    elif line.lstrip().startswith("<"):
        advice = "this is XML or HTML: load XML dumps as .xml, and fetch a web page's records again"
    raise BadInput(source, f"{problem}: {line[:40]!r}", where=f"line {number}", advice=advice)


def _complete(lines: list[str]) -> bool:
    """Whether the last tag so far is SO, which ends a record."""
    heads = (_HEAD.match(line) for line in reversed(lines))
    return next((head[1] for head in heads if head), "") == "SO"


def _lines(stream: BinaryIO, source: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line). A line longer than a block is cut where records begin, each piece with the same number."""
    number, rest = 1, b""
    block = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
    if b"\0" in block:
        raise BadInput(source, "binary data", where="line 1", advice="decompress it, or save it as UTF-8 text")
    while block:
        if block.endswith(b"\r"):  # LF may follow
            block += stream.read(1)
        whole = (rest + block).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        body, end, rest = whole.rpartition(b"\n")
        if end:
            for line in _decode(body):
                yield number, line
                number += 1
        elif len(rest) > _BLOCK:
            *pieces, rest = _CUT.split(rest)
            for piece in pieces:
                yield number, _decode(piece)[0]
            if len(rest) > _LONGEST:
                raise BadInput(source, "a line of more than 64 MiB", where=f"line {number}", advice=_ADVICE)
        block = stream.read(_BLOCK)
    for line in _decode(rest) if rest else ():
        yield number, line


def _decode(body: bytes) -> list[str]:
    try:
        lines = body.decode().split("\n")
    except UnicodeDecodeError:
        lines = [_decode_line(line) for line in body.split(b"\n")]
    return [line[1:] if line[:1] == "\ufeff" else line for line in lines]  # files joined, each with its BOM


def _decode_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return _Latin1(line, "latin-1")


def _records(start: int, lines: list[str]) -> Iterator[TextRecord]:
    """Turn the lines of one record into it; if they lost their breaks, into the several they may hold."""
    if lost_breaks(lines):
        yield from _restored_records(start, lines)
        return
    record = _plain_record(start, lines)
    if not any(tag == "PMID" for tag, _ in record.fields):
        record.notes.append(("PMID", "", "no PMID in this record"))
    yield record


def _plain_record(start: int, lines: list[str]) -> TextRecord:
    record = TextRecord(start)
    tag, parts, gap = "", [], False
    for line in lines:
        if gap and line:
            record.notes.append((tag, "", EMPTY_LINE))
        gap = not line
        if line.startswith("      "):
            parts.append(line)
        elif line[4:5] == "-" and (head := _HEAD.match(line)):
            _close(record, tag, parts)
            tag, parts = head[1], [line]
        elif line.strip():
            record.notes.append((tag, line, STRAY_LINE))
            parts.append(_Latin1(" " * 6 + line) if isinstance(line, _Latin1) else " " * 6 + line)
    _close(record, tag, parts)
    return record


def _close(record: TextRecord, tag: str, parts: list[str]) -> None:
    if parts:
        value = squeeze(" ".join([part[6:] for part in parts]))
        record.fields.append((tag, value))
        if any(isinstance(part, _Latin1) for part in parts):
            record.notes.append((tag, value, "not UTF-8: read as Latin-1"))


def _restored_records(start: int, lines: list[str]) -> Iterator[TextRecord]:
    """The records of lines that lost their breaks, or just look like it."""
    latin = any(isinstance(line, _Latin1) for line in lines)
    reading = find_fields(lines)
    plain = _plain_record(start, lines)
    if plain.fields == reading.fields:
        plain.notes.extend(reading.doubt())
        yield plain
        return
    fields = reading.fields
    record = TextRecord(start, is_restored=True, notes=reading.notes(lines))
    for (tag, value), (follower, _) in zip(fields, [*fields[1:], ("", "")], strict=True):
        opens = tag == "PMID" or (tag == "PMC" and follower == "PMID")
        if opens and [name for name, _ in record.fields] not in ([], ["PMC"]):
            yield record
            record = TextRecord(start, is_restored=True)
        record.fields.append((tag, value))
        if latin and not value.isascii():
            record.notes.append((tag, value, "not UTF-8: read as Latin-1"))
    yield record
