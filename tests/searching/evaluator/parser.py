"""A query as a tree of tuples.

    ("and" | "or" | "not", left, right)
    ("run", text, tag, modifier)      words; tag is "" where there is none
    ("quoted", text, tag, modifier)   words in quotes
    ("range", from, to, tag)
    ("line", number)                  #3
    ("lines", operator, [numbers])    or/1-3

User guide, "Combining search terms with Boolean operators": operators are evaluated from left to right; terms side by
side are combined with AND. Operators in small letters are taken where they cannot be words of a heading or phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Node = tuple[Any, ...]

TOKEN = re.compile(
    r'(?P<quoted>"[^"]*")|(?P<tag>\[[^\[\]]*\])|(?P<open>\()|(?P<close>\))|(?P<colon>:)|(?P<line>\#\d+)'
    r'|(?P<and>&)|(?P<or>\|)|(?P<word>[^\s"\[\]():|&]+)|(?P<blank>\s+)|(?P<wrong>.)',
    re.DOTALL,
)
#: What word processors make of quotes and dashes.
TYPED = str.maketrans(
    {**dict.fromkeys("“”„‟«»″＂", '"'), **dict.fromkeys("‘’‚‛′", "'"), **dict.fromkeys("‐‑‒–—―−", "-")}
)
OPERATORS = ("and", "or", "not")
CAPITALS = ("AND", "OR", "NOT")


class Refused(ValueError):
    """PubMed would not take the query as its writer means it."""


def parse(text: str, known: Callable[[str], bool] = lambda phrase: False) -> Node:
    """Return the tree of a query.

    Args:
        known: whether words are a term of the vocabulary, in which `and` is a word.
    """
    return _Parser(text, known).whole()


class _Parser:
    def __init__(self, text: str, known: Callable[[str], bool]) -> None:
        self.known = known
        self.tokens: list[tuple[str, str]] = []
        for match in TOKEN.finditer(text.translate(TYPED)):
            kind = match.lastgroup or ""
            if kind == "wrong":
                raise Refused(f"{match[0]} at character {match.start() + 1} has no partner")
            if kind != "blank" and not (kind == "word" and not re.search(r"\w", match[0])):
                self.tokens.append((kind, match[0]))
        self.at = 0

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def whole(self) -> Node:
        tree = self.chain()
        if self.peek()[0] != "end":
            raise Refused(f"{self.peek()[1]} closes nothing")
        return tree

    def chain(self) -> Node:
        """Read operands and operators up to the end or a closing parenthesis."""
        negated = self.operator() == "not"
        tree = self.operand()
        if negated:
            tree = ("not", ("quoted", "all", "sb", ""), tree)
        while self.peek()[0] not in ("end", "close"):
            operator = self.operator() or "and"
            if operator == "and" and self.peek()[1] == "NOT":
                operator = self.operator() or operator
            tree = (operator, tree, self.operand())
        return tree

    def operator(self) -> str | None:
        """Take an operator: in capitals anywhere, in other letters where no words are before it."""
        kind, text = self.peek()
        if kind in ("and", "or"):
            self.take()
            return kind
        if kind == "word" and text.lower() in OPERATORS:
            self.take()
            return text.lower()
        return None

    def operand(self) -> Node:
        kind, text = self.peek()
        if kind == "open":
            self.take()
            tree = self.chain()
            if self.take()[0] != "close":
                raise Refused("a parenthesis is never closed")
            if self.peek()[0] == "tag":
                tree = _tagged(tree, *_tag(self.take()[1]))
            return tree
        if kind == "line":
            return ("line", int(self.take()[1][1:]))
        if kind == "quoted":
            return self.ranged(("quoted", self.take()[1].strip('"').strip(), *self.tag()))
        if kind == "word":
            if match := re.fullmatch(r"(?i)(and|or)/([\d,-]+)", text):
                self.take()
                return ("lines", match[1].lower(), _numbers(match[2]))
            return self.ranged(self.run())
        raise Refused(f"a term is missing before {text or 'the end'}")

    def tag(self) -> tuple[str, str]:
        return _tag(self.take()[1]) if self.peek()[0] == "tag" else ("", "")

    def run(self) -> Node:
        """Read words up to their tag, or to where they end without one."""
        words = self.following()
        if words[0] in CAPITALS:
            raise Refused(f"a term is missing before {words[0]}")
        ends = [at for at, word in enumerate(words) if word.lower() in OPERATORS and at]
        length = len(words)
        for at in ends:
            if words[at] in CAPITALS or not (self.peek(length)[0] == "tag" or self.within_term(words, at)):
                length = at
                break
        words = [self.take()[1] for _ in words[:length]]
        name, modifier = self.tag()
        return ("run", " ".join(words), name, modifier)

    def following(self) -> list[str]:
        """Return the words up to what is none; an operator before a quote or parenthesis is none."""
        words: list[str] = []
        while self.peek(len(words))[0] == "word":
            words.append(self.peek(len(words))[1])
        while len(words) > 1 and words[-1].lower() in OPERATORS and self.peek(len(words))[0] != "tag":
            words.pop()
        return words

    def within_term(self, words: list[str], at: int) -> bool:
        """Whether an operator in small letters is a word of a term: `wit and humor as topic`."""
        return any(
            self.known(" ".join(words[first:last])) for first in range(at) for last in range(at + 2, len(words) + 1)
        )

    def ranged(self, term: Node) -> Node:
        """Read the other end of a range."""
        if self.peek()[0] != "colon":
            return term
        self.take()
        kind, text = self.take()
        if kind not in ("word", "quoted"):
            raise Refused("a range needs two ends")
        tag = self.tag()[0] or term[2]
        if term[2] and tag != term[2]:
            raise Refused("the ends of a range have different tags")
        return ("range", term[1], text.strip('"').strip(), tag)


def _tag(text: str) -> tuple[str, str]:
    """Split `[Title/Abstract:~2]` into its name and what modifies it."""
    name, _, modifier = text[1:-1].partition(":")
    return " ".join(name.lower().split()), modifier.strip().lower()


def _tagged(tree: Node, tag: str, modifier: str) -> Node:
    """Give a tag after a parenthesis to the range within."""
    if tree[0] == "range" and not tree[3]:
        return ("range", tree[1], tree[2], tag)
    if tree[0] in ("run", "quoted") and not tree[2]:
        return (tree[0], tree[1], tag, modifier)
    raise Refused(f"[{tag}] follows a parenthesis: each term needs its own tag")


def _numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


LINE = re.compile(r"\s*(?:#\s*(\d+)[.:)]?|(\d+)[.:)])\s+(.*\S)\s*")


def lines(text: str) -> dict[int, str]:
    """Return the lines of a numbered strategy by number; none, if the text is one query."""
    found: dict[int, str] = {}
    for line in text.splitlines():
        if match := LINE.fullmatch(line):
            number = int(match[1] or match[2])
            if number != len(found) + 1:
                return {}
            found[number] = match[3]
        elif line.strip() and not found:
            return {}
        elif line.strip():
            found[len(found)] += " " + line.strip()
    return found if len(found) > 1 else {}
