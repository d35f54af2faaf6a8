"""The condition of a term: one function for each way of `fields.Match`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from medline.searching import fields
from medline.searching.condition import (
    Condition,
    Days,
    Flag,
    Headings,
    Leaf,
    Name,
    Numbers,
    Start,
    Test,
    Value,
    Words,
    all_of,
    any_of,
)
from medline.searching.fields import Field, Match
from medline.searching.term import Term
from medline.searching.words import words_of

#: Characters of a term; longer expressions make DuckDB's regular expressions slow, or refused.
LONGEST = 500

#: Subsets that PubMed also accepts without a tag.
HAS = {name for name in fields.SUBSETS if name.startswith("has")}

DATE = re.compile(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?", re.ASCII)
RECENT = re.compile(r"last (\d{1,4}) (day|month|year)s?", re.ASCII | re.IGNORECASE)
PMID = re.compile(r"\d{1,12}", re.ASCII)


def field_of(term: Term) -> Field:
    """Return the field of a term's tag; all fields where it has none."""
    if term.tag is None:
        return fields.BY_NAME["all"]
    name = " ".join(term.tag.lower().split()).removesuffix(":noexp")
    if name in fields.BY_NAME:
        return fields.BY_NAME[name]
    if ":~" in name:
        raise term.tag_error(f"[{term.tag}]: words near each other cannot be searched for; use AND")
    tags = " ".join(field.tag for field in fields.FIELDS)
    raise term.tag_error(f"unknown field tag [{term.tag}]; the tags are {tags}")


def condition(term: Term) -> Condition:
    """Return the condition of a term."""
    if len(term.text) > LONGEST:
        raise term.error(f"a term of {len(term.text):,} characters; at most {LONGEST} are allowed")
    if term.tag is None and re.fullmatch(r"#\d+", term.text):
        raise term.error(f"{term.text}: there is no search history; write the earlier query in parentheses")
    if term.tag is None and not term.is_quoted:
        return _word_by_word(term)
    tagged = field_of(term)
    if tagged.tag in ("all", "tw") and term.text.lower() in HAS:
        tagged = fields.BY_NAME["sb"]
    return Leaf(tagged.tag, MATCHES[tagged.match](tagged, term))


def _word_by_word(term: Term) -> Condition:
    """Match a term without tag and quotes: each of its words in any field; a number may be a PMID."""
    if term.text.lower() in HAS:
        return Leaf("sb", _subset(fields.BY_NAME["sb"], term))
    conditions: list[Condition] = []
    for word in words_of(term, term.text).split():
        anywhere: list[Condition] = [Leaf("all", Words(word))]
        if PMID.fullmatch(word):
            anywhere.append(Leaf("pmid", Numbers(((int(word), int(word)),))))
        conditions.append(any_of(anywhere))
    return all_of(conditions)


def _any_words(_field: Field, term: Term) -> Test:
    return Words(words_of(term, term.text))


def _whole(_field: Field, term: Term) -> Test:
    words = words_of(term, term.text)
    return Start(words) if words.endswith("*") else Value(words)


def _language(_field: Field, term: Term) -> Test:
    words = words_of(term, term.text)
    code = fields.LANGUAGES.get(words, words)
    if len(code) != 3:
        raise term.error(
            f"unknown language {words!r}; write NLM's code of three letters, or one of the names"
            f" {', '.join(fields.LANGUAGES)}",
        )
    return Value(code)


def _name(_field: Field, term: Term) -> Test:
    return Name(words_of(term, term.text), term.is_quoted)


def _full_name(_field: Field, term: Term) -> Test:
    return Name(words_of(term, term.text), term.is_quoted, is_full=True)


def _heading(field: Field, term: Term) -> Test:
    heading, slash, qualifier = term.text.rpartition("/")
    return Headings(
        names=(words_of(term, heading if slash else qualifier),),
        qualifiers=(_subheading_words(term, qualifier),) if slash else None,
        is_major=field.match is Match.MAJOR_HEADING,
    )


def _subheading(_field: Field, term: Term) -> Test:
    return Headings(qualifiers=(_subheading_words(term, term.text),))


def _subheading_words(term: Term, text: str) -> str:
    """Return the words of a subheading.

    NLM writes `administration & dosage`; PubMed accepts `administration and dosage` and MeSH's code `ad` as well.
    """
    code = text.strip().lower()
    if len(code) == 2 and code not in fields.SUBHEADINGS:
        raise term.error(f"unknown subheading {code!r}; write its name or its code in MeSH")
    text = fields.SUBHEADINGS.get(code, text)
    return " ".join(word for word in words_of(term, text).split() if word != "and") or "and"


def _subset(_field: Field, term: Term) -> Test:
    name = " ".join(term.text.lower().split())
    bare = name.removeprefix("loattr").removeprefix("jsubset")
    if name in fields.SUBSETS or bare in fields.SUBSETS:
        source = fields.parse(fields.SUBSETS.get(name) or fields.SUBSETS[bare])
        return Flag(((source.table, source.value),))
    if name.startswith("jsubset") and bare.isascii() and bare.isalpha():
        return Flag((("citation_subsets", f"citation_subset = '{bare.upper()}'"),))
    if name in fields.LANGUAGES:
        return Flag((("languages", f"language = '{fields.LANGUAGES[name]}'"),))
    raise term.error(f"unknown subset {name!r}; known are {', '.join(fields.SUBSETS)}, jsubset…, languages")


def _number(_field: Field, term: Term) -> Test:
    first, colon, last = (part.strip() for part in term.text.partition(":"))
    numbers = [first, last] if colon else first.replace(",", " ").split()
    if not numbers or not all(PMID.fullmatch(number) for number in numbers):
        raise term.error(f"{term.text!r} is not a PMID; write 123[pmid], 123 456[pmid] or 123:456[pmid]")
    values = [int(number) for number in numbers]
    if not colon:
        return Numbers(tuple((value, value) for value in values))
    if values[0] > values[1]:
        raise term.error(f"{term.text!r} runs backwards; write the lower number first")
    return Numbers(((values[0], values[1]),))


def _date(_field: Field, term: Term) -> Test:
    recent = RECENT.fullmatch(" ".join(term.text.split()))
    if recent:
        return Days(_before_today(int(recent[1]), recent[2].lower()), date.max)
    first, colon, last = term.text.partition(":")
    start, end = _days(term, first)[0], _days(term, last if colon else first)[1]
    if start > end:
        raise term.error(f"{term.text!r} runs backwards; write the earlier date first")
    return Days(start, end)


def _before_today(count: int, unit: str) -> date:
    """Return the day that is so many days, months or years before today."""
    today = date.today()
    if unit == "day":
        return today - timedelta(count)
    month = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    if month < 12:
        return date.min
    last_day = (date(month // 12, month % 12 + 1, 28) + timedelta(4)).replace(day=1) - timedelta(1)
    return min(date(month // 12, month % 12 + 1, min(today.day, last_day.day)), last_day)


def _days(term: Term, text: str) -> tuple[date, date]:
    """Return the first and the last day of a year, month or day."""
    if parts := DATE.fullmatch(text.strip()):
        year, month, day = (int(part or 0) for part in parts.groups())
        with suppress(ValueError):
            first = date(year, month or 1, day or 1)
            if day:
                return first, first
            after = date(year, 12, 31) if not month or month == 12 else date(year, month + 1, 1) - timedelta(1)
            return first, after
    raise term.error(f'{text.strip()!r} is not a date; write 2001, 2001/03, 2001/03/15, 2000:2005 or "last 5 years"')


MATCHES: dict[Match, Callable[[Field, Term], Test]] = {
    Match.WORDS: _any_words,
    Match.WHOLE: _whole,
    Match.NAME: _name,
    Match.FULL_NAME: _full_name,
    Match.HEADING: _heading,
    Match.MAJOR_HEADING: _heading,
    Match.SUBHEADING: _subheading,
    Match.LANGUAGE: _language,
    Match.DATE: _date,
    Match.NUMBER: _number,
    Match.SUBSET: _subset,
}
