"""The parser of queries: limits, errors, and a condition out. The grammar is `grammar.lark`."""

from __future__ import annotations

from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from medline.errors import UsageError
from medline.searching import match
from medline.searching.condition import Condition, join
from medline.searching.term import Term, error_at

#: Limits of a query: the longest strategies of systematic reviews have some 10,000 characters and 300 terms. DuckDB
#: plans some 45 ms for each test of words, so that these take a minute or more before they begin.
CHARACTERS, TERMS, DEPTH = 50_000, 300, 50

#: Typographic quotes, which word processors make of plain ones.
QUOTES = str.maketrans("“”„", '"""')

OPERATORS = ("and", "or", "not")


@v_args(inline=True)
class _Conditions(Transformer):
    """Makes conditions while the parser goes, so that no tree has to be walked."""

    def term(self, text: Token, tag: Token | None = None) -> Term:
        return Term(
            text.strip('"'), text.type == "QUOTED", None if tag is None else tag[1:-1], _position(text),
            _position(text if tag is None else tag),
        )  # fmt: skip

    def range(self, first: Term, _colon: Token, last: Term) -> Condition:
        tag = last if last.tag is not None else first
        if first.tag is not None and last.tag is not None and match.field_of(first) is not match.field_of(last):
            raise last.tag_error(f"a range from [{first.tag}] to [{last.tag}]; both ends need one tag")
        text = f"{first.text}:{last.text}"
        return match.condition(Term(text, True, tag.tag, first.start, tag.tag_start))

    def group(self, inner: Condition) -> Condition:
        return inner

    def sequence(self, *parts: Term | Condition | Token) -> Condition:
        left: Condition | None = None
        operator = "AND"
        for part in parts:
            if isinstance(part, Token):
                operator = part.split()[-1]
                continue
            if isinstance(part, Term):
                _check_no_small_operators(part)
                part = match.condition(part)
            left = part if left is None else join(operator, left, part)
            operator = "AND"
        assert left is not None, "the grammar has no empty sequence"
        return left

    def start(self, whole: Condition) -> Condition:
        return whole


def _position(token: Token) -> int:
    """Return where a token begins; only tokens made by hand have no position."""
    return token.start_pos or 0


@cache
def _grammar() -> Lark:
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", transformer=_Conditions())


def parse(query: str) -> Condition:
    """Parse a query into a condition.

    Raises:
        UsageError: the query is not understood, or beyond the limits.
    """
    text = query.translate(QUOTES)
    if not text.strip():
        raise UsageError("the query is empty; write a term: 'multiple sclerosis[mh] AND 2000:2005[dp]'")
    if len(text) > CHARACTERS:
        raise UsageError(f"query: {len(text):,} characters; at most {CHARACTERS:,} are read")
    try:
        _check_limits(list(_grammar().lex(text)))
        return cast(Condition, _grammar().parse(text))  # made by the transformer
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise error_at(at, _describe_stray(text[at])) from error
    except UnexpectedToken as error:
        at = len(text.rstrip()) if error.token.type == "$END" else _position(error.token)
        raise error_at(at, _describe_unexpected(error.token)) from error
    except VisitError as error:
        raise error.orig_exc from error


def _check_limits(tokens: list[Token]) -> None:
    """Check that parentheses come in pairs, not too deep, and that terms are not too many."""
    opened, terms = [], 0
    for token in tokens:
        terms += token.type in ("WORDS", "QUOTED")
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR":
            if not opened:
                raise error_at(_position(token), "this ) closes nothing; take it away, or open it before")
            opened.pop()
        if len(opened) > DEPTH:
            raise error_at(_position(token), f"parentheses more than {DEPTH} deep")
        if terms > TERMS:
            raise error_at(_position(token), f"more than {TERMS:,} terms")
    if opened:
        raise error_at(_position(opened[-1]), "this ( is never closed")


def _describe_stray(character: str) -> str:
    return {
        '"': 'this " is never closed',
        "[": "this [ is never closed",
        "]": "this ] closes nothing",
    }.get(character, f"{character!r} is not expected here")


def _describe_unexpected(token: Token) -> str:
    return {
        "$END": "a term is missing at the end",
        "OPERATOR": f"{token} needs a term before it",
        "TAG": f"{token} needs a term before it",
        "COLON": ": separates the two ends of a range, 2000:2005[dp]",
        "RPAR": "a term is missing before this )",
    }.get(token.type, f"{token} is not expected here")


def _check_no_small_operators(term: Term) -> None:
    """Check that no operator is in small letters where it is hardly a word, as it is in `wounds and injuries[mh]`."""
    words = [] if term.is_quoted else term.text.split()
    suspects = words if term.tag is None else [words[0], words[-1]] if words else []
    for word in suspects:
        if word.lower() in OPERATORS:
            at = term.start + term.text.index(word)
            raise error_at(at, f"{word!r} in small letters is a word; write {word.upper()}, or put the term in quotes")
