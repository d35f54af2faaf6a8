"""The parser of queries: text in, a tree as written out. It goes on after an error, to find the others too.

chain    = operand { [ operator ] operand }        from left to right; AND where there is no operator
operand  = term | "(" chain ")" [ tag ] | #number
term     = ( words | quoted [ "/" words ] ) [ tag ] [ ":" term ]
"""

from __future__ import annotations

from dataclasses import replace

from medline.searching.problems import Problems
from medline.searching.tokens import Kind, Token, clean, tokens
from medline.searching.tree import Chain, LineNumber, Node, Term

#: Limits of a query: the longest strategies of systematic reviews have some 50,000 characters and 1,500 terms.
CHARACTERS, TERMS, DEPTH = 200_000, 10_000, 100

EMPTY = "the query is empty; write a term: 'multiple sclerosis[mh] AND 2000:2005[dp]'"


def parse(query: str, problems: Problems) -> Node | None:
    """Parse a query.

    Args:
        query: in PubMed's language.
        problems: gets what is wrong.

    Returns:
        Its tree; None where it has no term.
    """
    if len(query) > CHARACTERS:
        problems.error(0, f"{len(query):,} characters; at most {CHARACTERS:,} are read")
        return None
    found = tokens(clean(query, problems), problems)
    if len(found) == 1 and not problems.errors:
        problems.error(0, EMPTY)
    if sum(token.kind in (Kind.WORD, Kind.QUOTED) for token in found) > 10 * TERMS:
        problems.error(0, f"more than {TERMS:,} terms")
        return None
    return _Parser(found, problems).parse()


class _Parser:
    """A position in the tokens of a query."""

    def __init__(self, found: list[Token], problems: Problems) -> None:
        self.tokens, self.problems, self.at = found, problems, 0
        self.terms = 0
        self.is_too_deep = False

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind is not Kind.END
        return token

    def parse(self) -> Node | None:
        """Parse the whole query."""
        whole = self._chain(0)
        while self.next.kind is not Kind.END:  # a parenthesis too many ends a chain too early
            self.problems.error(self.take().start, "this ) closes nothing; take it away, or open it before")
            if self.next.kind is Kind.OPERATOR:
                self.take()
            rest = self._chain(0)
            whole = whole or rest
        if self.terms > TERMS:
            self.problems.error(0, f"more than {TERMS:,} terms")
        return whole

    def _chain(self, depth: int) -> Node | None:
        items: list[tuple[str, Node]] = []
        operator: Token | None = None
        while self.next.kind not in (Kind.END, Kind.CLOSE):
            token = self.next
            if token.kind is Kind.OPERATOR:
                operator = self._operator(operator, is_first=not items)
            elif token.kind is Kind.TAG:
                self.problems.error(token.start, f"[{token.text}] needs a term before it")
                self.take()
            elif (operand := self._operand(depth)) is not None:
                items.append((operator.text if operator else "AND", operand))
                operator = None
        if operator is not None:
            what = "at the end" if self.next.kind is Kind.END else "before this )"
            self.problems.error(self.next.start, f"a term is missing {what}")
        if len(items) == 1:
            return items[0][1]
        return Chain(tuple(items)) if items else None

    def _operator(self, before: Token | None, *, is_first: bool) -> Token:
        """Take an operator. AND NOT is NOT; other pairs lack a term."""
        token = self.take()
        if (is_first and not (before is None and token.text == "NOT")) or (
            before is not None and not (before.text == "AND" and token.text == "NOT")
        ):
            self.problems.error(token.start, f"{token.text} needs a term before it")
        elif is_first:
            self.problems.error(token.start, "NOT needs a term before it; all[sb] NOT … finds all others")
        return token

    def _operand(self, depth: int) -> Node | None:
        token = self.next
        if token.kind is Kind.OPEN:
            return self._group(depth + 1)
        if token.kind is Kind.NUMBER:
            self.take()
            return LineNumber(int(token.text), token.start)
        return self._term()

    def _group(self, depth: int) -> Node | None:
        opened = self.take()
        if depth > DEPTH:
            self.problems.error(opened.start, f"parentheses more than {DEPTH} deep")
            self.is_too_deep = True
            self.at = len(self.tokens) - 1
            return None
        inner = self._chain(depth)
        if self.next.kind is not Kind.CLOSE:
            if not self.is_too_deep:
                self.problems.error(opened.start, "this ( is never closed")
            return inner
        closed = self.take()
        if inner is None:
            self.problems.error(closed.start, "a term is missing before this )")
        if self.next.kind is Kind.TAG and inner is not None:
            tag = self.take()
            self.problems.warn(
                tag.start, f"[{tag.text}] behind parentheses is taken for each term in them without a tag"
            )
            inner = tagged(inner, tag)
        return inner

    def _term(self) -> Term | None:
        """Take a term, and the other end of a range."""
        first = self._single_term()
        if first is None or not self._is_colon():
            return first
        if self.next.text == ":":
            self.take()
        last = self._single_term() if self.next.kind in (Kind.WORD, Kind.QUOTED) else None
        if last is None:
            self.problems.error(first.start, ": separates the two ends of a range, 2000:2005[dp]")
            return first
        if first.tag and last.tag and first.tag.strip().lower() != last.tag.strip().lower():
            self.problems.error(last.tag_start, f"a range from [{first.tag}] to [{last.tag}]; both ends need one tag")
        tag = last if last.tag is not None else first
        return Term(f"{first.text.rstrip(' :')}:{last.text.lstrip(' :')}", True, tag.tag, first.start, tag.tag_start)

    def _is_colon(self) -> bool:
        """Return whether a colon follows a term that has ended by a tag or quote, or ends it before a quote."""
        before, token = self.tokens[self.at - 1], self.next
        if before.kind in (Kind.TAG, Kind.QUOTED):
            return token.kind is Kind.WORD and token.text.startswith(":")
        return before.text.endswith(":") and token.kind is Kind.QUOTED

    def _single_term(self) -> Term | None:
        token = self.next
        if token.kind is Kind.QUOTED:
            self.take()
            text = token.text
            if self.next.kind is Kind.WORD and self.next.text.startswith("/") and len(self.next.text) > 1:
                text += " ".join(self._words())
        else:
            text = " ".join(self._words())
        if not text:
            return None
        self.terms += 1
        if self.next.kind is not Kind.TAG:
            return Term(text, token.kind is Kind.QUOTED, None, token.start, token.start)
        tag = self.take()
        return Term(text, token.kind is Kind.QUOTED, tag.text, token.start, tag.start)

    def _words(self) -> list[str]:
        """Take words that follow each other, operators in small letters among them."""
        words = []
        while self.next.kind in (Kind.WORD, Kind.SMALL):
            token = self.take()
            words.append(token.text.lower() if token.kind is Kind.SMALL else token.text)
            if token.text.endswith(":") and self.next.kind is Kind.QUOTED:
                break
        return words


def tagged(node: Node, tag: Token) -> Node:
    """Return a tree whose terms without a tag have this one."""
    if isinstance(node, Term) and node.tag is None:
        return replace(node, tag=tag.text, tag_start=tag.start)
    if isinstance(node, Chain):
        return Chain(tuple((operator, tagged(inner, tag)) for operator, inner in node.items))
    return node
