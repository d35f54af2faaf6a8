"""Automatic term mapping: what words without a tag mean.

User guide, "How PubMed works: Automatic Term Mapping": a subject, else a journal, else an author or investigator; the
longest term from the left, then the rest; what remains is searched word by word in all fields, without stopwords.
PubMed's lists of word forms, of synonyms beyond MeSH and of drug brands are not published, so they are missing here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

from searching.evaluator.filters import flag
from searching.evaluator.parser import Node
from searching.evaluator.vocabulary import Vocabulary, spelled
from searching.evaluator.words import STOPWORDS, key, words

#: "Characters converted to spaces in search queries", among which a hyphen makes a phrase.
NOT_HYPHEN = re.compile(r"[^\w-]|_")
#: The longest term of MeSH has fewer words.
LONGEST = 20


def any_of(parts: Iterable[Node]) -> Node:
    return functools.reduce(lambda left, right: ("or", left, right), dict.fromkeys(parts))


def all_of(parts: Iterable[Node]) -> Node:
    return functools.reduce(lambda left, right: ("and", left, right), parts)


def quoted(text: str, tag: str) -> Node:
    return ("quoted", text, tag, "")


class Mapping:
    """The tables of automatic term mapping.

    Args:
        journals: the abbreviation by the key of a title, abbreviation or ISSN.
        is_person: whether words are the name of an author or investigator.
    """

    def __init__(self, vocabulary: Vocabulary, journals: dict[str, str], is_person: Callable[[str], bool]) -> None:
        self.vocabulary = vocabulary
        self.journals = journals
        self.is_person = is_person

    def known(self, phrase: str) -> bool:
        return bool(self.vocabulary.ui_of.get(spelled(phrase))) or key(phrase) in self.journals

    def translate(self, text: str) -> list[Node]:
        """Return the terms that words without a tag are, to be combined with AND from left to right."""
        tokens = text.split()
        if len(tokens) > 1 and all(token.isdigit() for token in tokens):
            return [quoted(text, "pmid")]
        parts: list[Node] = []
        while tokens:
            size, part = self.first(tokens)
            parts += [part] if part else []
            tokens = tokens[size:]
        return parts or [quoted(word, "all") for word in words(text)]  # nothing but stopwords

    def first(self, tokens: list[str]) -> tuple[int, Node | None]:
        """Return how many words the first term has, and what it means; nothing for a stopword."""
        for size in range(min(len(tokens), LONGEST), 0, -1):
            if part := self.term(" ".join(tokens[:size])):
                return size, part
        if tokens[0].endswith("*"):
            return 1, quoted(tokens[0], "all")
        single = [word for word in NOT_HYPHEN.split(tokens[0]) if words(word) and word.lower() not in STOPWORDS]
        return 1, all_of([quoted(word, "all") for word in single]) if single else None

    def term(self, phrase: str) -> Node | None:
        if phrase.endswith("*"):
            return None
        if " " not in phrase:
            if flag(phrase):
                return ("flag", phrase)
            if re.fullmatch(r"(?i)(PMC|NIHMS)\d+", phrase):
                return quoted(phrase, "aid")
        if "/" in phrase and (combined := self.combination(phrase)):
            return combined
        return self.subject(phrase) or self.journal(phrase) or self.person(phrase)

    def combination(self, phrase: str) -> Node | None:
        """Return a heading with a subheading, for which "the [mh] tag is not required"."""
        heading, _, subheading = phrase.rpartition("/")
        short = subheading.strip().lower() in self.vocabulary.abbreviations
        if self.vocabulary.find(heading, "D") and (short or self.vocabulary.find(subheading, "Q")):
            return quoted(phrase, "mh")
        return None

    def subject(self, phrase: str) -> Node | None:
        uis = sorted(self.vocabulary.ui_of.get(spelled(phrase), ()))
        if not self.vocabulary.has_subheadings:
            uis = [ui for ui in uis if ui[0] != "Q"]
        if any(self.vocabulary.is_type(ui) for ui in uis):
            return self.kind(uis, phrase)
        parts = [part for ui in uis for part in self.concept(ui, phrase)]
        return any_of(parts) if parts else None

    def kind(self, uis: list[str], phrase: str) -> Node:
        """Return a publication type: "case reports"[Publication Type] OR "case reports"[All Fields].

        The COVID-19 filters of the user guide translate `clinical trial`, `case reports` and `randomized controlled
        trial` so: with a heading of that name, but neither its words nor the single words in all fields.
        """
        named = [
            (self.vocabulary.names[ui], "pt" if self.vocabulary.is_type(ui) else "mh") for ui in uis if ui[0] == "D"
        ]
        return any_of([*(quoted(name, tag) for name, tag in named), quoted(phrase, "all")])

    def concept(self, ui: str, phrase: str) -> list[Node]:
        """Return what a subject is searched as: its own field, and its name and the words given in all fields."""
        name = self.vocabulary.names[ui]
        tag = {"D": "mh", "Q": "sh", "C": "nm"}[ui[0]]
        parts = [quoted(name, tag)]
        if ui in self.vocabulary.actions:
            parts.append(quoted(name, "pa"))
        for form in (name, phrase):
            parts += self.everywhere(form, apart=tag == "mh")
        return parts

    def everywhere(self, form: str, apart: bool) -> list[Node]:
        """Return a term in all fields, as a phrase and word by word.

        "MeSH term mappings that include a standalone number or single character do not include a mapping for
        individual terms in a phrase"; substance names do not either.
        """
        single = words(form)
        parts = [quoted(form, "all")]
        if apart and len(single) > 1 and not any(len(word) == 1 or word.isdigit() for word in single):
            parts.append(all_of([quoted(word, "all") for word in single if word not in STOPWORDS]))
        return parts

    def journal(self, phrase: str) -> Node | None:
        if key(phrase) not in self.journals:
            return None
        return any_of([quoted(self.journals[key(phrase)], "ta"), *self.everywhere(phrase, apart=True)])

    def person(self, phrase: str) -> Node | None:
        """Return a name of at least two words, not all of them stopwords."""
        single = words(phrase)
        if " " not in phrase or all(word in STOPWORDS for word in single) or not self.is_person(phrase):
            return None
        return any_of([("run", phrase, "au", ""), ("run", phrase, "ir", "")])
