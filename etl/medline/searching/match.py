"""The test of a tagged term: one function for each way of `fields.Match`, and what it says of terms it cannot read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from medline.searching import fields
from medline.searching.condition import Days, Headings, Name, Near, Numbers, Start, Test, Value, Words
from medline.searching.dates import read_days
from medline.searching.fields import Field, Match
from medline.searching.problems import Problems
from medline.searching.tree import Term
from medline.searching.vocabulary import Concept, Found
from medline.searching.words import words

#: Characters of a term, and letters that PubMed wants before a `*`.
LONGEST, SHORTEST_STEM = 2_000, 4

PMID = re.compile(r"\d{1,12}", re.ASCII)
TAG = re.compile(r"(?P<name>.*?)\s*(?::\s*(?:(?P<noexp>noexp)|~\s*(?P<distance>\d+)))?", re.IGNORECASE | re.DOTALL)

#: Words between two, up to which they stand in one affiliation.
ONE_AFFILIATION = 1_000

SYNTAX = {
    "date": 'write 2001, 2001/03, 2001/03/15, 2000:2005 or "last 5 years"',
    "pmid": "write 123[pmid], 123 456[pmid] or 123:456[pmid]",
}


@dataclass(frozen=True)
class Tagged:
    """A term with the field that its tag means.

    Attributes:
        term: as written.
        field: the field.
        is_exploded: whether concepts below count, as they do without `:noexp`.
        distance: of words near each other; None for words in sequence.
    """

    term: Term
    field: Field
    is_exploded: bool = True
    distance: int | None = None


def read_tag(term: Term, problems: Problems) -> Tagged | None:
    """Return what the tag of a term means; None where it means nothing, and the term counts as untagged."""
    parts = TAG.fullmatch(" ".join((term.tag or "").split()))
    name = parts["name"].lower() if parts else ""
    field = fields.BY_NAME.get(name) or fields.BY_NAME.get(name.replace(" / ", "/"))
    if parts is None or field is None:
        tags = " ".join(field.tag for field in fields.FIELDS)
        problems.warn(term.tag_start, f"unknown field tag [{term.tag}] is left out, as in PubMed; the tags are {tags}")
        return None
    distance = None if parts["distance"] is None else min(int(parts["distance"]), 10_000)
    if distance is not None and field.tag not in fields.NEAR:
        problems.error(term.tag_start, f"[{term.tag}]: words near each other can be searched in [ti], [tiab] and [ad]")
        distance = None
    if distance is not None and not term.is_quoted:
        problems.warn(term.start, f"{term.text}[{term.tag}] is searched as if the words were in quotes")
    if distance is not None and "*" in term.text:
        problems.warn(
            term.tag_start, f"[{term.tag}]: * and nearness exclude each other; the words are searched in sequence"
        )
        distance = None
    return Tagged(term, field, parts["noexp"] is None, distance)


def terms_words(term: Term, problems: Problems, text: str | None = None) -> str | None:
    """Return the words of a term; None, with an error, where it has none.

    `*` stands for the rest of the last word, behind four characters at least; elsewhere it is a blank, as in PubMed.
    """
    text = (term.text if text is None else text).rstrip()
    if len(text) > LONGEST:
        problems.error(term.start, f"a term of {len(text):,} characters; at most {LONGEST:,} are allowed")
        return None
    found = words(text)
    if not found:
        problems.error(term.start, f"{text!r} has no letter and no digit")
        return None
    is_truncated = text.endswith("*") and len(found.split()[-1]) >= SHORTEST_STEM
    if text.count("*") > is_truncated:
        advice = f"write it at the end, behind {SHORTEST_STEM} characters at least"
        problems.warn(term.start, f"* in {text!r} is a blank, as in PubMed; {advice}")
    return found + "*" * is_truncated


def test_of(tagged: Tagged, problems: Problems) -> Test | None:
    """Return the test of a term in a field that needs no vocabulary; None, with an error, where it has none."""
    return READERS[tagged.field.match](tagged, problems)


def _words(tagged: Tagged, problems: Problems) -> Test | None:
    found = terms_words(tagged.term, problems)
    if found and tagged.distance is not None and " " in found and not is_anywhere(tagged):
        return Near(tuple(found.split()), tagged.distance)
    return Words(found) if found else None


def is_anywhere(tagged: Tagged) -> bool:
    """Return whether words may stand in several affiliations: at most 1,000 words apart they stand in one."""
    return tagged.field.tag == "ad" and (tagged.distance or 0) > ONE_AFFILIATION


def _whole(tagged: Tagged, problems: Problems) -> Test | None:
    found = terms_words(tagged.term, problems)
    return whole(found) if found else None


def whole(found: str) -> Test:
    """Return the test for words that are a value; behind a `*` others may follow."""
    return Start(found) if found.endswith("*") else Value(found)


def _language(tagged: Tagged, problems: Problems) -> Test | None:
    found = terms_words(tagged.term, problems) or ""
    code = fields.LANGUAGES.get(found, found)
    if len(code) != 3:
        names = ", ".join(fields.LANGUAGES)
        problems.error(
            tagged.term.start, f"unknown language {found!r}; write NLM's code of three letters, or one of {names}"
        )
        return None
    return Value({"jap": "jpn"}.get(code, code))


def _name(tagged: Tagged, problems: Problems) -> Test | None:
    found = terms_words(tagged.term, problems)
    before, comma, behind = tagged.term.text.partition(",")
    last = words(before) if comma and words(behind) else ""
    return Name(found, tagged.term.is_quoted, tagged.field.match is Match.FULL_NAME, last) if found else None


def _number(tagged: Tagged, problems: Problems) -> Test | None:
    term = tagged.term
    first, colon, last = (part.strip() for part in term.text.partition(":"))
    numbers = [first, last] if colon else first.replace(",", " ").split()
    if not numbers or not all(PMID.fullmatch(number) for number in numbers):
        problems.error(term.start, f"{term.text!r} is not a PMID; {SYNTAX['pmid']}")
        return None
    values = [int(number) for number in numbers]
    if not colon:
        return Numbers(tuple((value, value) for value in dict.fromkeys(values)))
    if values[0] > values[1]:
        problems.error(term.start, f"{term.text!r} runs backwards; write the lower number first")
    return Numbers(((values[0], values[1]),))


def _date(tagged: Tagged, problems: Problems) -> Test | None:
    term = tagged.term
    if (days := read_days(term.text)) is None:
        part = next((part for part in term.text.split(":") if not read_days(part)), term.text)
        problems.error(term.start, f"{part.strip()!r} is not a date; {SYNTAX['date']}")
        return None
    if days[0] > days[1]:
        problems.error(term.start, f"{term.text!r} runs backwards; write the earlier date first")
    return Days(*days)


READERS: dict[Match, Callable[[Tagged, Problems], Test | None]] = {
    Match.WORDS: _words,
    Match.WHOLE: _whole,
    Match.JOURNAL: _whole,
    Match.NAME: _name,
    Match.FULL_NAME: _name,
    Match.LANGUAGE: _language,
    Match.DATE: _date,
    Match.NUMBER: _number,
}


def heading_keys(text: str) -> list[str]:
    """Return the names under which the vocabulary may know a heading, with its subheading and without."""
    keys = [words(text), words(text.rpartition("/")[0])]
    return [key for key in keys if key]


def descriptors(found: Found, key: str, *, is_quoted: bool) -> tuple[Concept, ...]:
    """Return the headings with a name. One in quotes is mapped to the heading that is called so, where there is one."""
    several = tuple(concept for concept in found.get(key, ()) if concept.is_heading)
    exact = tuple(concept for concept in several if words(concept.name) == key)
    return exact if is_quoted and exact else several


def headings(concepts: tuple[Concept, ...], *, is_exploded: bool, is_major: bool = False) -> Headings:
    """Return the test for concepts and, where it is exploded, for those below them."""
    trees = tuple(dict.fromkeys(tree for concept in concepts for tree in concept.trees)) if is_exploded else ()
    return Headings(roots=tuple(concept.ui for concept in concepts), trees=trees, is_major=is_major)
