"""The part of a text before its first record: a mail's head, or the whole of a file of another format."""

from __future__ import annotations

from medline.errors import BadInput
from medline.parse import other_formats
from medline.parse.other_formats import ADVICE
from medline.parse.text.heads import count_flat_heads, head_of
from medline.parse.text.lines import BLANKS, FileNote, Lines

_LONGEST = 1_000  # lines
#: Tags that follow PMID; PMC exports have no OWN and STAT.
FOLLOWERS = frozenset("OWN STAT DA DCOM LR DRDT CTDT IS VI IP DP TI".split())


class Preamble:
    """The lines before the first record: a mail's head, or the whole of a file of another format."""

    def __init__(self, lines: Lines, source: str) -> None:
        self.lines, self.source = lines, source
        self.count = self.number = 0
        self.first = ""

    def add(self, number: int, line: str) -> None:
        """Take a line that is not empty.

        Raises:
            BadInput: it is a field, or the text is of another format or not MEDLINE.
        """
        self.count += 1
        if self.count == 1:
            self.number, self.first = number, line
        if self.count == 1 and other_formats.find(self.lines.head):
            raise self._error()
        if head_of(line.lstrip(BLANKS + ">")) or count_flat_heads(line, 2) > 1:
            problem = f"the first record does not begin with PMID: {line[:40]!r}"
            raise BadInput(self.source, problem, where=f"line {number}", advice=ADVICE)
        if self.count > _LONGEST:
            raise self._error()

    def close(self, line: str, after: str, note: FileNote | None) -> None:
        """Note how much was skipped, if a record begins here."""
        if not self.count:
            return
        if head_of(after.lstrip(BLANKS + ">")) not in FOLLOWERS and count_flat_heads(line, 2) < 2:
            raise self._error()
        if note:
            lines = "1 line" if self.count == 1 else f"{self.count:,} lines"
            note(f"line {self.number}", self.first.strip(BLANKS)[:200], f"before the first PMID: {lines} skipped")

    def error(self, problem: str, number: int) -> BadInput:
        """Return the error for a text without records: its first lines, or else a given problem."""
        return self._error() if self.count else BadInput(self.source, problem, where=f"line {number}", advice=ADVICE)

    def _error(self) -> BadInput:
        problem, advice = other_formats.find(self.lines.head) or ("not MEDLINE tagged text", ADVICE)
        return BadInput(self.source, f"{problem}: {self.first[:40]!r}", where=f"line {self.number}", advice=advice)
