"""Strategies as reviews print them: numbered lines, of which later ones name earlier ones.

1. asthma[mh]
2. wheez*[tiab]
3. or/1-2
4. #3 AND child[mh]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from medline.errors import QueryError
from medline.searching.condition import NOTHING
from medline.searching.language import parse
from medline.searching.plan import Plan, plan_tree
from medline.searching.problems import Problems
from medline.searching.tokens import COMMENT, TYPED
from medline.searching.translation import Translation
from medline.searching.vocabulary import NoVocabulary

#: The number of a line: `1.`, `1)`, `#1`, `#1.`, `S1`, or before a tab.
NUMBERED = re.compile(
    r"[ \t]*(?:(?:#|[sS](?=\d))(\d{1,4})(?:[.):]?[ \t]+|[.):])|(\d{1,4})(?:[.)][ \t]*|:[ \t]+|\t+|[ \t]+(?=\S)))"
    r"(?=\S)(?!(?:AND|OR|NOT|and|or|not)[ \t])"
)

#: A count that a copied table has behind a tab.
COUNT = re.compile(r"\t+[\d,. ]+\Z")

#: A line of nothing but numbers of lines, operators and parentheses, and `or/1-5`.
ONLY_LINES = re.compile(r"(?:[\s()/,]|[#sS]?\d+(?:\s*-\s*[#sS]?\d+)?|\b(?:and|or|not)\b)+", re.IGNORECASE)
JOINED = re.compile(r"\b(and|or)\s*/\s*([#sS\d,\s-]+)|([\d#sS,\s-]+)/\s*(and|or)\b", re.IGNORECASE)
RANGE = re.compile(r"[#sS]?(\d+)\s*-\s*[#sS]?(\d+)")

#: Lines of a strategy.
LINES = 1_000


@dataclass(frozen=True)
class Line:
    """A line of a strategy.

    Attributes:
        number: its number; 1 of a query without numbers.
        text: without its number.
        first: number of its first line in the text, from 1.
        before: characters before it on that line: its number.
    """

    number: int
    text: str
    first: int
    before: int = 0


def plan_lines(
    text: str, vocabulary: NoVocabulary, *, is_mapped: bool = True, source: str = "query"
) -> Iterator[tuple[Line, Plan]]:
    """Yield the lines of a strategy with what each is searched as; a query without numbers is one line.

    Args:
        text: the strategy.
        vocabulary: MeSH and the names in the database.
        is_mapped: whether terms without a tag are mapped.
        source: what it is called in messages.

    Raises:
        QueryError: a line is not understood; the error has all that is wrong in all lines.
    """
    lines = read_lines(text)
    known: dict[int, Translation] = {}
    planned: list[tuple[Line, Plan]] = []
    wrong: list[str] = []
    for line in lines:
        try:
            plan = _plan_line(line, known, vocabulary, source, is_mapped=is_mapped, is_alone=len(lines) == 1)
        except QueryError as error:
            wrong += error.problems
            plan = Plan(NOTHING, "")
        details = f"#{line.number}" if len(lines) > 1 else plan.details
        known[line.number] = Translation(plan.condition, details)
        planned.append((line, plan))
    if wrong:
        raise QueryError(wrong)
    yield from planned


def read_lines(text: str) -> list[Line]:
    """Return the lines of a strategy by their numbers; one line for a query without numbers."""
    plain = text.translate(TYPED)
    found: list[Line] = []
    for first, row in enumerate(COMMENT.sub("", plain).split("\n"), start=1):
        numbered = NUMBERED.match(row)
        if numbered and _continues(found, int(numbered[1] or numbered[2]), has_sign=numbered[2] is None):
            query = COUNT.sub("", row[numbered.end() :]).rstrip()
            found.append(Line(int(numbered[1] or numbered[2]), query, first, numbered.end()))
        elif found:
            last = found[-1]
            found[-1] = replace(last, text=f"{last.text}\n{row}".rstrip())
        elif row.strip():
            break
    if len(found) < 2:
        has_sign = found and plain.lstrip().startswith("#1")
        return [found[0] if has_sign else Line(1, text, 1)]
    return sorted(found[:LINES], key=lambda line: line.number)


def _continues(found: list[Line], number: int, *, has_sign: bool) -> bool:
    """Return whether a number is the next of a strategy, from 1 upward, or down to 1."""
    if not found:
        return number == 1 or has_sign
    return abs(number - found[-1].number) == 1 and all(line.number != number for line in found)


def _plan_line(
    line: Line,
    known: dict[int, Translation],
    vocabulary: NoVocabulary,
    source: str,
    *,
    is_mapped: bool,
    is_alone: bool,
) -> Plan:
    text = line.text if is_alone else _with_signs(line.text, known)
    problems = Problems(text, source, line.first, line.before, has_lines=not is_alone)
    node = parse(text, problems)
    if node is None:
        if not problems.errors:
            problems.error(0, "there is no term to search")
        problems.raise_errors()
    assert node is not None, "an error was raised"
    return plan_tree(node, problems, vocabulary, is_mapped=is_mapped, lines=known)


def _with_signs(text: str, known: dict[int, Translation]) -> str:
    """Return a line with # before each number of an earlier line: `or/1-3` is (#1 OR #2 OR #3), `1 and 2` #1 AND #2."""
    if not ONLY_LINES.fullmatch(text) or not set(map(int, re.findall(r"\d+", RANGE.sub("", text)))) <= known.keys():
        return text
    text = JOINED.sub(lambda found: _listed((found[2] or found[3]), (found[1] or found[4]).upper()), text)
    either = (
        "AND" if re.search(r"\band\b", text, re.IGNORECASE) and not re.search(r"\bor\b", text, re.IGNORECASE) else "OR"
    )
    text = RANGE.sub(lambda found: _listed(found[0], either), text)
    return re.sub(r"(?<![#\d])[sS]?(\d+)", r"#\1", text)


def _listed(numbers: str, operator: str) -> str:
    """Return numbers and ranges of them, joined by an operator."""
    listed: list[str] = []
    for found in re.finditer(r"(\d+)(?:\s*-\s*[#sS]?(\d+))?", numbers):
        low, high = sorted((int(found[1]), int(found[2] or found[1])))
        listed += [f"#{number}" for number in range(low, min(high, low + LINES) + 1)]
    return f"({f' {operator} '.join(listed)})"
