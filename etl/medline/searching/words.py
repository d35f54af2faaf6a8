"""The words of a text of a query."""

from __future__ import annotations

import unicodedata

from medline.searching.term import Term


def words_of(term: Term, text: str) -> str:
    """Return the words of a text, in small letters and separated by one blank.

    All but letters, digits, accents and * separates words.
    """
    kept = (c if c == "*" or unicodedata.category(c)[0] in "LNM" else " " for c in unicodedata.normalize("NFC", text))
    words = " ".join("".join(kept).lower().split())
    for word in words.split():
        if word.startswith("*") or not any(unicodedata.category(c)[0] in "LN" for c in word):
            raise term.error(f"{word!r}: write * in a word or at its end")
    if not words:
        raise term.error(f"{text!r} has no letter and no digit")
    return words
