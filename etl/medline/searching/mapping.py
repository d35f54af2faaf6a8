"""PubMed's automatic term mapping, as its help describes it, of terms without a tag and quotes.

The longest run of words from the left that is a name of MeSH, a journal or a person is searched as such and in all
fields; then the words behind it. Words that are no name are searched in all fields; stopwords among them are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from medline.searching import match, subheadings
from medline.searching.condition import NOTHING, Days, Headings, Leaf, Name, Numbers, Value, Words, any_of
from medline.searching.dates import read_days
from medline.searching.problems import Problems
from medline.searching.translation import Translation, both, either, single
from medline.searching.tree import Term
from medline.searching.vocabulary import Concept, Found, NoVocabulary
from medline.searching.words import words

#: Words of the longest names that are looked up.
LONGEST_NAME = 10

OPERATORS = ("and", "or", "not")

#: PubMed Help, Stopwords.
STOPWORDS = frozenset(
    "a about again all almost also although always among an and another any are as at be because been before being"
    " between both but by can could did do does done due during each either enough especially etc for found from"
    " further had has have having here how however i if in into is it its itself just kg km made mainly make may mg"
    " might ml mm most mostly must nearly neither no nor obtained of often on our overall perhaps pmid quite rather"
    " really regarding seem seen several should show showed shown shows significantly since so some such than that the"
    " their theirs them then there therefore these they this those through thus to upon various very was we were what"
    " when which while with within without would".split()
)

UI = re.compile(r"[dc]\d{6,9}")
Parts = list[tuple[str, Translation | None]]


@dataclass(frozen=True)
class Names:
    """What the vocabulary says of the names in a query.

    Attributes:
        concepts: the concepts that have a name, or a heading had.
        current: those of the names that concepts have now.
        journals: the abbreviations of journals, by name.
        people: the names that authors or investigators have.
    """

    concepts: Found = field(default_factory=dict)
    current: Container[str] = ()
    journals: Mapping[str, str] = field(default_factory=dict)
    people: Collection[str] = ()


@dataclass
class Context:
    """What is known while a query is translated.

    Attributes:
        problems: gets what is wrong.
        vocabulary: MeSH and the names in the database.
        is_mapped: whether terms without a tag are mapped.
        names: what the vocabulary says of the names in the query.
        needs_vocabulary: whether a term was met that MeSH would say more of.
    """

    problems: Problems
    vocabulary: NoVocabulary
    is_mapped: bool = True
    names: Names = field(default_factory=Names)
    needs_vocabulary: bool = False


def look_up(vocabulary: NoVocabulary, tagged: list[str], untagged: list[str]) -> Names:
    """Ask the vocabulary for all names of a query.

    Args:
        vocabulary: MeSH and the names in the database.
        tagged: terms that name one thing each.
        untagged: terms of which each run of words may be a name.
    """
    if not vocabulary.is_loaded:
        return Names()
    whole = {key for text in tagged for key in match.heading_keys(text)}
    runs = {" ".join(run) for text in untagged for run in _runs(units(text))}
    topics = {f"{run}{plural} as topic" for run in runs for plural in ("", "s")}
    headings = {key for text in untagged for key in match.heading_keys(text)}
    concepts = dict(vocabulary.concepts(whole | runs | topics | headings))
    current = frozenset(concepts)
    concepts |= vocabulary.formerly(whole - concepts.keys())
    others = {run for run in runs - concepts.keys() if run not in STOPWORDS}
    journals = vocabulary.journals(others)
    people = vocabulary.people(_people(untagged, others - journals.keys()))
    return Names(concepts, current, journals, people)


@lru_cache(1_000)  # of each term they are asked three times
def units(text: str) -> tuple[str, ...]:
    """Return the words of a term without a tag; one with hyphens is one unit, and one with `*` keeps it."""
    found: list[str] = []
    for piece in text.split():
        for part in re.split(r"[^\w*-]+" if "-" in piece else r"\s+", piece):
            several = words(part)
            is_truncated = (
                part.endswith("*") and len(several.split()[-1:] and several.split()[-1]) >= match.SHORTEST_STEM
            )
            if "-" in part.strip("-") and several:
                found.append(several + "*" * is_truncated)
            elif several:
                *before, last = several.split()
                found += [*before, last + "*" * is_truncated]
    return tuple(found)


def _runs(found: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield each run of units that may be a name."""
    for start in range(len(found)):
        yield from _runs_from(found, start)


def _runs_from(found: Sequence[str], start: int) -> Iterator[Sequence[str]]:
    """Yield the runs of units from one on that may be a name, the shortest first."""
    for end in range(start + 1, min(start + LONGEST_NAME, len(found)) + 1):
        if found[end - 1].endswith("*"):
            break
        yield found[start:end]


def _people(untagged: list[str], runs: set[str]) -> set[str]:
    """Return the runs that look like a name: a last name with initials, or a whole term of two to four words."""
    whole = {" ".join(units(text)) for text in untagged}
    return {
        run
        for run in runs
        if 2 <= len(several := run.split()) <= 4
        and all(word.isalpha() for word in several)
        and not set(several) <= STOPWORDS
        and not set(several) & set(OPERATORS)
        and (len(several[-1]) <= 2 < len(several[0]) or run in whole)
    }


def translate(context: Context, operator: str, term: Term) -> Parts:
    """Translate a term without a tag.

    Args:
        context: what is known.
        operator: what joins the term to those before it.
        term: the term.

    Returns:
        Translations with the operator before each; none for punctuation alone.
    """
    found = units(term.text)
    if "*" in re.sub(r"\w{4}\*(?!\S)", "", term.text):
        match.terms_words(term, context.problems) if words(term.text) else None
    if _are_pmids(term.text):
        return [(operator, _pmids(term.text))]
    if context.is_mapped:
        context.needs_vocabulary = True
        if (heading := _with_subheading(context, term.text)) is not None:
            return [(operator, heading)]
    parts: Parts = []
    at, joining = 0, operator
    while at < len(found):
        end, translation = _longest(context, found, at)
        if translation is None and found[at] in OPERATORS and 0 < at < len(found) - 1:
            joining = found[at].upper()
        elif translation is not None or found[at] not in STOPWORDS:
            parts.append((joining, translation or everywhere(found[at])))
            joining = "AND"
        at = end
    if not parts and found:  # stopwords alone
        parts = [(operator, both(everywhere(unit) for unit in found))]
    return parts


def _longest(context: Context, found: Sequence[str], at: int) -> tuple[int, Translation | None]:
    """Return the end of the longest name from a position on, and its translation; None where there is none."""
    if context.is_mapped and context.vocabulary.is_loaded:
        for run in reversed([*_runs_from(found, at)]):
            if (named := _named(context.names, " ".join(run))) is not None:
                return at + len(run), named
    return at + 1, None


def _named(names: Names, key: str) -> Translation | None:
    """Return the translation of a name; None where it is none."""
    if key in names.concepts and not (key in STOPWORDS or UI.fullmatch(key)):
        concepts = names.concepts[key]
        as_such = [one for concept in concepts for one in (*_concept(concept), *_as_topic(names, concept))]
        texts = [text for concept in concepts for text in _texts(concept)]
        return either([*as_such, *texts, *_spelt(key, concepts)])
    if key in names.journals:
        journal = names.journals[key]
        return either([single(journal, "ta", Value(words(journal))), *_words_and_phrase(key)])
    if key in names.people:
        return either(single(key, tag, Name(key, is_exact=False), is_quoted=False) for tag in ("au", "ir"))
    return None


def _concept(concept: Concept) -> Iterator[Translation]:
    """Yield how a concept of MeSH is searched as such."""
    name = concept.name.lower()
    if concept.ui.startswith("Q"):
        key = subheadings.key_of(name)
        yield single(name, "sh", Headings(qualifiers=(key,)))
    elif concept.ui.startswith("C"):
        yield single(name, "nm", match.headings((concept,), is_exploded=False))
    else:
        yield single(name, "pt" if concept.is_publication_type else "mh", match.headings((concept,), is_exploded=True))
        if concept.is_action:
            yield single(name, "pa", match.headings((concept,), is_exploded=True))


def _as_topic(names: Names, concept: Concept) -> Iterator[Translation]:
    """Yield the heading of a publication type as a topic, which PubMed searches with it."""
    if concept.is_publication_type:
        for plural in ("", "s"):
            for topic in names.concepts.get(f"{words(concept.name)}{plural} as topic", ()):
                yield from _concept(topic)


def _texts(concept: Concept) -> Iterator[Translation]:
    """Yield how the name of a concept is searched in all fields."""
    yield from _words_and_phrase(words(concept.name), has_words=concept.is_heading)


def _spelt(key: str, concepts: tuple[Concept, ...]) -> Iterator[Translation]:
    """Yield how a name is searched as the query has it."""
    yield from _words_and_phrase(key, has_words=all(concept.is_heading for concept in concepts))


def _words_and_phrase(key: str, *, has_words: bool = True) -> Iterator[Translation]:
    """Yield words joined by AND, and the same as a phrase; numbers and single letters are not searched alone.

    What has the phrase has the words: beside them it is shown, and not searched.
    """
    several = key.split()
    phrase = single(key, "all", Words(key))
    if has_words and len(several) > 1 and all(len(word) > 1 and not word.isdigit() for word in several):
        yield both(everywhere(word) for word in several if word not in STOPWORDS)
        phrase = Translation(NOTHING, phrase.details)
    yield phrase


def everywhere(unit: str) -> Translation:
    """Return the translation of a word in all fields; a number may be a PMID or a year."""
    shown = single(unit, "all", Words(unit))
    if match.PMID.fullmatch(unit):
        date = year_of(unit)
        others = [Leaf("pmid", Numbers(((int(unit), int(unit)),))), *([Leaf("dp/single", date)] if date else [])]
        return Translation(any_of([shown.condition, *others]), f"{shown.details} OR {int(unit)}[UID]", "OR")
    return shown


def year_of(text: str) -> Days | None:
    """Return the year that a word is; publication dates are among all fields."""
    days = read_days(text) if re.fullmatch(r"(1[5-9]|20)\d\d", text) else None
    return Days(*days) if days else None


def _with_subheading(context: Context, text: str) -> Translation | None:
    """Return the translation of `neoplasms/diet therapy`, which needs no tag."""
    heading, slash, qualifier = text.rpartition("/")
    concepts = match.descriptors(context.names.concepts, words(heading), is_quoted=False) if slash else ()
    names = subheadings.names(qualifier, context.vocabulary, is_exploded=True) if concepts else ()
    if not names:
        return None
    test = match.headings(concepts, is_exploded=True)
    with_names = Headings(roots=test.roots, trees=test.trees, qualifiers=names)
    return single(f"{concepts[0].name.lower()}/{qualifier.strip().lower()}", "mh", with_names)


def _are_pmids(text: str) -> bool:
    """Return whether a term is PMIDs side by side."""
    numbers = text.replace(",", " ").split()
    return len(numbers) > 1 and all(match.PMID.fullmatch(number) and len(number) <= 8 for number in numbers)


def _pmids(text: str) -> Translation:
    numbers = dict.fromkeys(int(number) for number in text.replace(",", " ").split())
    condition = Leaf("pmid", Numbers(tuple((number, number) for number in numbers)))
    return Translation(condition, " OR ".join(f"{number}[UID]" for number in numbers), "OR")
