"""A query, read: its grammar is `grammar.lark`, its limits and its errors are here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from medline.errors import UsageError
from medline.searching import match
from medline.searching.condition import Condition, join

#: Limits of a query: the longest strategies of systematic reviews have some 10,000 characters and 300 terms. DuckDB
#: plans some 45 ms for each test of words, so that these take a minute or more before they begin.
CHARACTERS, TERMS, DEPTH = 50_000, 300, 50

#: Typographic quotes, which word processors make of plain ones.
QUOTES = str.maketrans("“”„", '"""')

OPERATORS = ("and", "or", "not")


def problem(position: int, what: str) -> UsageError:
    """An error at a character, counted from 0; people count from 1."""
    return UsageError(f"query, character {position + 1}: {what}")


@dataclass(frozen=True)
class Term:
    """A term as written: text without quotes, tag without brackets (None where there is none), and its place."""

    text: str
    quoted: bool
    tag: str | None
    start: int
    tag_start: int


@v_args(inline=True)
class _Conditions(Transformer):
    """Called by the parser as it goes, so that no tree has to be walked."""

    def term(self, text: Token, tag: Token | None = None) -> Term:
        return Term(
            text.strip('"'), text.type == "QUOTED", None if tag is None else tag[1:-1], _place(text),
            _place(text if tag is None else tag),
        )  # fmt: skip

    def range(self, first: Term, _colon: Token, last: Term) -> Condition:
        tag = last if last.tag is not None else first
        if first.tag is not None and last.tag is not None and match.field(first) is not match.field(last):
            raise problem(last.tag_start, f"a range from [{first.tag}] to [{last.tag}]; both ends need one tag")
        text = f"{first.text}:{last.text}"
        return match.condition(Term(text, True, tag.tag, first.start, tag.tag_start))

    def group(self, inner: Condition) -> Condition:
        return inner

    def sequence(self, *items: Term | Condition | Token) -> Condition:
        found: Condition | None = None
        operator = "AND"
        for item in items:
            if isinstance(item, Token):
                operator = item.split()[-1]
                continue
            if isinstance(item, Term):
                _without_small_operators(item)
                item = match.condition(item)
            found = item if found is None else join(operator, found, item)
            operator = "AND"
        assert found is not None, "the grammar has no empty sequence"
        return found

    def start(self, found: Condition) -> Condition:
        return found


def _place(token: Token) -> int:
    """Where a token of the text begins; only tokens made by hand have no place."""
    return token.start_pos or 0


@cache
def _grammar() -> Lark:
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", transformer=_Conditions())


def parse(query: str) -> Condition:
    """What a query asks for.

    Raises:
        UsageError: it is not understood, or beyond the limits.
    """
    text = query.translate(QUOTES)
    if not text.strip():
        raise UsageError("the query is empty; say what to look for: 'multiple sclerosis[mh] AND 2000:2005[dp]'")
    if len(text) > CHARACTERS:
        raise UsageError(f"query: {len(text):,} characters; at most {CHARACTERS:,} are read")
    try:
        _see_limits(list(_grammar().lex(text)))
        return cast(Condition, _grammar().parse(text))  # the transformer has made it of the tree
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise problem(at, _stray(text[at])) from error
    except UnexpectedToken as error:
        at = len(text.rstrip()) if error.token.type == "$END" else _place(error.token)
        raise problem(at, _out_of_place(error.token)) from error
    except VisitError as error:
        raise error.orig_exc from error


def _see_limits(tokens: list[Token]) -> None:
    """Parentheses come in pairs, not too deep; terms are not too many."""
    opened, terms = [], 0
    for token in tokens:
        terms += token.type in ("WORDS", "QUOTED")
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR":
            if not opened:
                raise problem(_place(token), "this ) closes nothing; take it away, or open it before")
            opened.pop()
        if len(opened) > DEPTH:
            raise problem(_place(token), f"parentheses more than {DEPTH} deep")
        if terms > TERMS:
            raise problem(_place(token), f"more than {TERMS:,} terms")
    if opened:
        raise problem(_place(opened[-1]), "this ( is never closed")


def _stray(character: str) -> str:
    return {
        '"': 'this " is never closed',
        "[": "this [ is never closed",
        "]": "this ] closes nothing",
    }.get(character, f"{character!r} is out of place")


def _out_of_place(token: Token) -> str:
    return {
        "$END": "a term is missing at the end",
        "OPERATOR": f"{token} needs a term before it",
        "TAG": f"{token} needs a term before it",
        "COLON": ": stands between the two ends of a range, 2000:2005[dp]",
        "RPAR": "a term is missing before this )",
    }.get(token.type, f"{token} is out of place")


def _without_small_operators(term: Term) -> None:
    """In small letters they are words, as in `wounds and injuries[mh]`: where they can hardly be, say so."""
    words = [] if term.quoted else term.text.split()
    suspects = words if term.tag is None else [words[0], words[-1]] if words else []
    for word in suspects:
        if word.lower() in OPERATORS:
            at = term.start + term.text.index(word)
            raise problem(at, f"{word!r} in small letters is a word; write {word.upper()}, or put the term in quotes")
