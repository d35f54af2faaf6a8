"""The tokens of a query: parentheses, operators, tags, quoted text, words, and numbers of earlier lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from medline.searching.problems import Problems

#: Quotes, dashes and blanks of word processors, each as the one character that PubMed knows.
TYPED = str.maketrans(
    "“”„‟«»″〝〞＂‘’‚‛′`´–—‒―‐‑−\u00a0\u2007\u202f\u200b\ufeff",
    '""""""' + '""""' + "'''''''" + "-------" + "     ",
)

OPERATORS = ("AND", "OR", "NOT")


class Kind(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    OPERATOR = "operator"
    SMALL = "operator in small letters"
    TAG = "tag"
    QUOTED = "quoted"
    WORD = "word"
    NUMBER = "number of a line"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A token and where it begins; of quoted text and tags the text is what is inside."""

    kind: Kind
    text: str
    start: int


PATTERN = re.compile(
    r'(?P<open>\()|(?P<close>\))|\[(?P<tag>[^\[\]]*)\]|"(?P<quoted>[^"]*)"|(?P<stray>["\[\]])'
    r'|(?P<bar>\|+)|(?P<number>#\d+(?![^\s()\[\]"|]))|(?P<word>[^\s()\[\]"|]+)'
)
STRAY = {'"': 'this " is never closed', "[": "this [ is never closed", "]": "this ] closes nothing"}

#: What PubMed's pages print behind a search that was copied from them.
SORT = re.compile(r"\bSort by:\s*[\w ]*\Z", re.IGNORECASE)
COMMENT = re.compile(r"^[ \t]*(?:#(?!\s*\d)|//).*$", re.MULTILINE)


def clean(text: str, problems: Problems) -> str:
    """Return a query with plain quotes, dashes and blanks, and blanks for what is no part of it; positions stay."""
    text = text.translate(TYPED)
    for pattern, what in ((COMMENT, "a line that begins with # is a comment"), (SORT, "an order is not searched for")):
        for match in pattern.finditer(text):
            problems.warn(match.start(), f"{match[0].strip()!r} is left out: {what}")
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return text


def tokens(text: str, problems: Problems) -> list[Token]:
    """Return the tokens of a cleaned query, the last of which is END."""
    found = [*_scan(text, problems), Token(Kind.END, "", len(text.rstrip()))]
    for position in range(len(found)):  # each decision counts for the next
        found[position] = _decided(found, position)
    return found


def _scan(text: str, problems: Problems) -> Iterator[Token]:
    for match in PATTERN.finditer(text):
        name, start = match.lastgroup, match.start()
        value = match[name or 0]
        if name == "stray":
            problems.error(start, STRAY[value])
        elif name == "bar":
            yield Token(Kind.OPERATOR, "OR", start)
        elif name == "word":
            yield from _words(value, start)
        elif name == "number":
            yield Token(Kind.NUMBER, value[1:], start)
        else:
            yield Token(Kind[(name or "").upper()], value, start)


def _words(value: str, start: int) -> Iterator[Token]:
    """Yield a word, or the operator that it is."""
    if value.strip("&") == "":
        yield Token(Kind.SMALL, "AND", start)
    elif value in OPERATORS:
        yield Token(Kind.OPERATOR, value, start)
    elif value.upper() in OPERATORS:
        yield Token(Kind.SMALL, value.upper(), start)
    else:
        yield Token(Kind.WORD, value, start)


def _decided(found: list[Token], position: int) -> Token:
    """Return a token, an operator in small letters as such only where it stands between two terms.

    It does where a tag, quote or parenthesis ends before it, or a quote or parenthesis begins after it. Else it may be
    a word of a heading or phrase, which the rest of the term decides.
    """
    token = found[position]
    if token.kind is not Kind.SMALL or not position > 0:
        return token
    before, after = found[position - 1].kind, found[position + 1].kind
    is_after_term = before in (Kind.TAG, Kind.QUOTED, Kind.CLOSE, Kind.NUMBER)
    is_before_term = before is Kind.WORD and after in (Kind.QUOTED, Kind.OPEN, Kind.NUMBER)
    is_and_not = token.text == "NOT" and found[position - 1].kind is Kind.OPERATOR
    if is_after_term or is_before_term or is_and_not:
        return Token(Kind.OPERATOR, token.text, token.start)
    return token
