"""The condition of a term: one function for each way of `fields.Match`.

All text of the query that gets into the SQL goes through `_words` (letters, digits, `*`, blanks), or is a number or a
date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial, reduce

from medline.searching import fields
from medline.searching.condition import Condition, HasRow, join
from medline.searching.fields import Field, Match, Source
from medline.searching.term import Term

#: Characters of a term; longer expressions make DuckDB's regular expressions slow, or refused.
LONGEST = 500

#: Words that DuckDB finds quickly in one test (10 of ten letters do, 15 take 40 times as long); they are tried first.
QUICK = 6

#: Letters that initials may have.
INITIALS = 3

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
    return HasRow(tuple(MATCHES[tagged.match](tagged, term)))


def _word_by_word(term: Term) -> Condition:
    """Match a term without tag and quotes: each of its words in any field; a number may be a PMID."""
    if term.text.lower() in HAS:
        return HasRow(tuple(_subset(fields.BY_NAME["sb"], term)))
    everywhere = fields.BY_NAME["all"]
    conditions: list[Condition] = []
    for word in _words(term, term.text).split():
        rows = [(source.table, _where(source, _has(source.value, word))) for source in fields.sources(everywhere)]
        if PMID.fullmatch(word):
            rows += [(table, f"pmid = {int(word)}") for table in ("articles", "books")]
        conditions.append(HasRow(tuple(rows)))
    return reduce(partial(join, "AND"), conditions)


Rows = Iterator[tuple[str, str]]


def _any_words(field: Field, term: Term) -> Rows:
    words = _words(term, term.text)
    for source in fields.sources(field):
        yield source.table, _where(source, _has(source.value, words))


def _whole(field: Field, term: Term) -> Rows:
    words = _words(term, term.text)
    for source in fields.sources(field):
        yield source.table, _where(source, _is(source.value, words))


def _language(field: Field, term: Term) -> Rows:
    words = _words(term, term.text)
    code = fields.LANGUAGES.get(words, words)
    if len(code) != 3:
        raise term.error(
            f"unknown language {words!r}; write NLM's code of three letters, or one of the names"
            f" {', '.join(fields.LANGUAGES)}",
        )
    for source in fields.sources(field):
        yield source.table, f"is_words({source.value}, '{code}')"


def _name(field: Field, term: Term) -> Rows:
    """Match names as PubMed prints them, and full names in either order.

    `smith j` matches each Smith whose initials begin with J; in quotes it matches Smith J alone.
    """
    words = _words(term, term.text)
    test, short = ("is_words", words) if term.is_quoted else ("starts_with_words", words)
    *_, last = several = words.split()
    if not term.is_quoted and len(several) > 1 and len(last) <= INITIALS and not last.endswith("*"):
        short += "*"
    for source in fields.sources(field):
        yield source.table, _where(source, f"{test}({source.value}, '{short}')")
    if len(several) > 1:
        yield from _full_name(field, term)


def _full_name(field: Field, term: Term) -> Rows:
    words, test = _words(term, term.text), "is_words" if term.is_quoted else "starts_with_words"
    for source in fields.sources(field):
        if source.value == fields.NAME:
            for full in ("last_name, fore_name, suffix", "fore_name, last_name, suffix"):
                yield source.table, _where(source, f"{test}(concat_ws(' ', {full}), '{words}')")


def _heading(field: Field, term: Term) -> Rows:
    heading, slash, qualifier = term.text.rpartition("/")
    words = _words(term, heading if slash else qualifier)
    test = _is("descriptor", words)
    starred = "is_major" if field.match is Match.MAJOR_HEADING else ""
    if slash:
        qualifier_test = f"is_words(qualifier, '{_subheading_words(term, qualifier)}')"
        if starred:
            qualifier_test += " AND (mesh_qualifiers.is_major OR mesh.is_major)"
        test += f" AND EXISTS (FROM mesh_qualifiers WHERE {JOINED} AND {qualifier_test})"
    elif starred:
        test += f" AND (is_major OR EXISTS (FROM mesh_qualifiers WHERE {JOINED} AND mesh_qualifiers.is_major))"
    yield "mesh", test


JOINED = "mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq"


def _subheading(field: Field, term: Term) -> Rows:
    words = _subheading_words(term, term.text)
    for source in fields.sources(field):
        yield source.table, f"is_words({source.value}, '{words}')"


def _subheading_words(term: Term, text: str) -> str:
    """Return the words of a subheading.

    NLM writes `administration & dosage`; PubMed accepts `administration and dosage` and MeSH's code `ad` as well.
    """
    code = text.strip().lower()
    if len(code) == 2 and code not in fields.SUBHEADINGS:
        raise term.error(f"unknown subheading {code!r}; write its name or its code in MeSH")
    text = fields.SUBHEADINGS.get(code, text)
    return " ".join(word for word in _words(term, text).split() if word != "and") or "and"


def _subset(field: Field, term: Term) -> Rows:
    name = " ".join(term.text.lower().split())
    bare = name.removeprefix("loattr").removeprefix("jsubset")
    if name in fields.SUBSETS or bare in fields.SUBSETS:
        source = fields.parse(fields.SUBSETS.get(name) or fields.SUBSETS[bare])
        yield source.table, source.value
    elif name.startswith("jsubset") and bare.isascii() and bare.isalpha():
        yield "citation_subsets", f"citation_subset = '{bare.upper()}'"
    elif name in fields.LANGUAGES:
        yield "languages", f"language = '{fields.LANGUAGES[name]}'"
    else:
        raise term.error(f"unknown subset {name!r}; known are {', '.join(fields.SUBSETS)}, jsubset…, languages")


def _number(field: Field, term: Term) -> Rows:
    first, colon, last = (part.strip() for part in term.text.partition(":"))
    numbers = [first, last] if colon else first.replace(",", " ").split()
    if not numbers or not all(PMID.fullmatch(number) for number in numbers):
        raise term.error(f"{term.text!r} is not a PMID; write 123[pmid], 123 456[pmid] or 123:456[pmid]")
    values = [int(number) for number in numbers]
    if colon and values[0] > values[1]:
        raise term.error(f"{term.text!r} runs backwards; write the lower number first")
    tests = f"BETWEEN {values[0]} AND {values[1]}" if colon else f"IN ({', '.join(map(str, values))})"
    for source in fields.sources(field):
        yield source.table, f"{source.value} {tests}"


def _date(field: Field, term: Term) -> Rows:
    recent = RECENT.fullmatch(" ".join(term.text.split()))
    if recent:
        test = f">= current_date - INTERVAL {int(recent[1])} {recent[2].upper()}"
    else:
        first, colon, last = term.text.partition(":")
        start, end = _days(term, first)[0], _days(term, last if colon else first)[1]
        if start > end:
            raise term.error(f"{term.text!r} runs backwards; write the earlier date first")
        test = f"BETWEEN DATE '{start}' AND DATE '{end}'"
    for source in fields.sources(field):
        yield source.table, _where(source, f"{source.value} {test}")


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


MATCHES: dict[Match, Callable[[Field, Term], Rows]] = {
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


def _has(value: str, words: str) -> str:
    several = words.split()
    quick = " ".join(several[:QUICK])
    test = f"has_words({value}, '{words}')"
    return f"has_words({value}, '{quick}') AND {test}" if len(several) > QUICK else test


def _is(value: str, words: str) -> str:
    """Match a whole value; after a `*` at the end other words may follow."""
    return f"{'starts_with_words' if words.endswith('*') else 'is_words'}({value}, '{words}')"


def _where(source: Source, test: str) -> str:
    return f"{test} AND {source.where}" if source.where else test


def _words(term: Term, text: str) -> str:
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
