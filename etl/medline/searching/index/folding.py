"""Texts and terms as the index has them: small letters without accents, as `words.fold` makes the words of a query.

What is ASCII, as most is, is not looked at letter by letter: planning and running the macro `folded` for every column
took DuckDB longer than all else about a document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from medline.searching.words import ACCENTED, strip_accents

#: Characters that SQL writes into terms, and what they become: the end of a citation's terms, the beginning of a term,
#: and what stands before initials, given names and subheadings and behind major topics. They are controls that XML
#: forbids; as words they would have to be searched for, which took longer than all else about terms.
ROW, TERM, INITIALS, GIVEN, SUBHEADING, MAJOR = map(chr, range(0x11, 0x17))
MARKS = {ROW: "\n", TERM: " ", INITIALS: "/", GIVEN: "~", SUBHEADING: "/", MAJOR: "*"}

#: Characters of a term: more than one of a query may have. The index leaves out terms of over 65,530 bytes.
LONGEST = 1_000

#: Letters beside capitals that are equal to others when case does not count, where SQL's patterns ignore it.
CASES = {c: folded for c in map(chr, range(0x80, 0x10000)) if len(folded := c.casefold()) == 1 and folded != c.lower()}

#: What stands for all that is no letter or digit, and the bytes of small letters for capitals and of what marks become.
BLANK = ord("_")
PLAIN = bytes(
    code if code >= 0x80 else ord(MARKS.get(chr(code)) or (chr(code).lower() if chr(code).isalnum() else "_"))
    for code in range(0x100)
)

#: Bytes before which a blank is left out.
ENDS = np.isin(np.arange(0x100), [BLANK, *map(ord, MARKS.values())])

ASCII = bytes(range(0x80))
JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")

#: Texts whose terms are made together: some 100 kB, which stay in the cache of a processor.
TOGETHER = 100


class _Folded(dict[str, str]):
    """Characters beyond ASCII, folded."""

    def __missing__(self, character: str) -> str:
        if _depends_on_others(character):
            raise LookupError(character)
        self[character] = folded = _fold(character)
        return folded


_FOLDED = _Folded()


def plain(text: str) -> str:
    """Return a text whose words are those of a query that finds them; case does not count yet in ASCII."""
    if text.isascii():
        return text
    try:
        beyond = text.encode().translate(None, ASCII).decode()  # in a third of the time of a regular expression
        folded = {character: _FOLDED[character] for character in set(beyond)}
    except LookupError:
        return _fold(text)
    for character, other in folded.items():
        if character != other:
            text = text.replace(character, other)
    return text


def _depends_on_others(character: str) -> bool:
    """Whether a character is folded otherwise in a text that has accents elsewhere."""
    is_mark = unicodedata.category(character)[0] == "M" and not ACCENTED.match(character)
    return is_mark or JAMO.match(character) is not None


def _fold(text: str) -> str:
    """Do what the macro `folded` does, and what SQL's patterns do when they ignore case."""
    if ACCENTED.search(text):
        text = strip_accents(text)
    return "".join(CASES.get(c, c).lower() if c.isascii() or unicodedata.category(c)[0] in "LN" else " " for c in text)


def terms(texts: Sequence[str]) -> list[str]:
    """Return the terms of citations, with blanks between terms.

    Every word of a value has `_` before it, whatever was before it: TERM, `au7 O'Brien`, INITIALS, ` AM` are
    `au7_o_brien/_am`. Many texts are done at once, in passes over their bytes.
    """
    return [one for at in range(0, len(texts), TOGETHER) for one in _terms(texts[at : at + TOGETHER])]


def _terms(texts: Sequence[str]) -> list[str]:
    rows = ROW.join([*map(plain, texts), ""])
    letters = np.frombuffer(rows.encode().translate(PLAIN), np.uint8)
    is_kept = letters != BLANK
    is_kept[:-1] |= ~ENDS[letters[1:]]
    return [_shortened(text) for text in letters[is_kept].tobytes().decode().split("\n")[:-1]]


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return " ".join(term[:LONGEST] for term in text.split(" ")) if len(text) > 60 * LONGEST else text
