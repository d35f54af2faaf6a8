"""What stands before the first record of a text: a mail's head, or the whole of a file that is something else."""

from __future__ import annotations

from medline.errors import BadInput
from medline.parse import other_formats
from medline.parse.other_formats import ADVICE
from medline.parse.text.heads import FLAT_HEAD, head_of
from medline.parse.text.lines import BLANKS, FileNote, Lines

_LONGEST = 1_000  # lines
#: Tags that follow PMID; PMC exports have no OWN and STAT.
FOLLOWERS = frozenset("OWN STAT DA DCOM LR DRDT CTDT IS VI IP DP TI".split())


class Preamble:
    """What stands before the first record: a mail's head, or the whole of a file that is something else."""

    def __init__(self, lines: Lines, source: str) -> None:
        self.lines, self.source = lines, source
        self.count = self.number = 0
        self.first = ""

    def add(self, number: int, line: str) -> None:
        """Take a line that is not empty.

        Raises:
            BadInput: it is a field, or the text another format, or none at all.
        """
        self.count += 1
        if self.count == 1:
            self.number, self.first = number, line
        if self.count == 1 and other_formats.find(self.lines.head):
            raise self._refusal()
        if head_of(line.lstrip(BLANKS + ">")) or len(FLAT_HEAD.findall(line)) > 1:
            problem = f"the first record does not begin with PMID: {line[:40]!r}"
            raise BadInput(self.source, problem, where=f"line {number}", advice=ADVICE)
        if self.count > _LONGEST:
            raise self._refusal()

    def close(self, line: str, after: str, note: FileNote | None) -> None:
        """Note how much was skipped, if it is a record that begins here."""
        if not self.count:
            return
        if head_of(after.lstrip(BLANKS + ">")) not in FOLLOWERS and len(FLAT_HEAD.findall(line)) < 2:
            raise self._refusal()
        if note:
            lines = "1 line" if self.count == 1 else f"{self.count:,} lines"
            note(f"line {self.number}", self.first.strip(BLANKS)[:200], f"before the first PMID: {lines} skipped")

    def refuse(self, problem: str, number: int) -> BadInput:
        """What is wrong with a text without records: what it begins with, or else a given problem."""
        return self._refusal() if self.count else BadInput(self.source, problem, where=f"line {number}", advice=ADVICE)

    def _refusal(self) -> BadInput:
        problem, advice = other_formats.find(self.lines.head) or ("not MEDLINE tagged text", ADVICE)
        return BadInput(self.source, f"{problem}: {self.first[:40]!r}", where=f"line {self.number}", advice=advice)
