"""Words as they are compared: folded to small letters without accents.

`fold` is what the macro `folded` does to texts of the database, together with the case that patterns ignore.
"""

from __future__ import annotations

import re
import unicodedata

#: Letters that accents alone do not make plain.
PLAIN = str.maketrans("øłđðıħŧ", "olddiht") | {ord("æ"): "ae", ord("œ"): "oe", ord("ß"): "ss", ord("þ"): "th"}

#: Characters of ASCII between words.
BLANKS = {code: " " for code in range(0x80) if not chr(code).isalnum()}

#: Texts with one of these characters are taken apart into letters and accents; the macro has the same class.
ACCENTED = re.compile(
    "[\u00c0-\u024f\u0300-\u036f\u0374\u037e\u0386-\u0390\u03aa-\u03b0\u03ca-\u03d4\u0400-\u040e\u0419\u0439\u0450-\u045e"
    "\u0476-\u0477\u04c1-\u04c2\u04d0-\u04f9\u1e00-\u1fff]"
)


def fold(text: str) -> str:
    """Return a text in small letters and without accents; characters that are no letter, digit or ASCII are blanks."""
    if text.isascii():
        return text.lower()
    if ACCENTED.search(text):
        text = strip_accents(text)
    text = text.lower().casefold()
    return "".join(c if c.isascii() or unicodedata.category(c)[0] in "LN" else " " for c in text)


def strip_accents(text: str) -> str:
    """Return a text in small letters and without accents."""
    apart = unicodedata.normalize("NFD", text)
    text = unicodedata.normalize("NFC", "".join(c for c in apart if unicodedata.category(c)[0] != "M"))
    return text.lower().translate(PLAIN)


def words(text: str) -> str:
    """Return the words of a text, folded, with one blank between them; `*` is a blank like all punctuation."""
    return " ".join(fold(text).translate(BLANKS).split())
