"""Words of a text, and where they stand.

User guide, "PubMed character conversions": punctuation is a blank; case and accents do not count.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

#: Letters that Unicode does not take apart, as PubMed writes them in ASCII.
LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
WORD = re.compile(r"[^\W_]+")
STOPWORDS = frozenset(
    """a about again all almost also although always among an and another any are as at be because been before being
    between both but by can could did do does done due during each either enough especially etc for found from further
    had has have having here how however i if in into is it its itself just kg km made mainly make may mg might ml mm
    most mostly must nearly neither no nor obtained of often on our overall perhaps pmid quite rather really regarding
    seem seen several should show showed shown shows significantly since so some such than that the their theirs them
    then there therefore these they this those through thus to upon various very was we were what when which while with
    within without would""".split()
)


def fold(text: str) -> str:
    """Return a text without accents and case."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.casefold().translate(LETTERS))
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(LETTERS)


@functools.cache  # a text is in the indexes of several tags
def parted(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(fold(text)))


def words(text: str) -> list[str]:
    return list(parted(text))


@functools.cache
def key(text: str) -> str:
    """Return a text as its words, so that values that differ in punctuation and case are equal."""
    return " ".join(words(text))


class Index:
    """The words of some texts of each document, with their positions."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        self.texts: list[list[tuple[str, ...]]] = [[parted(text) for text in some] for some in texts]
        self.postings: dict[str, set[int]] = defaultdict(set)
        self.padded = [[f" {' '.join(text)} " for text in some] for some in self.texts]
        for number, some in enumerate(self.texts):
            for text in some:
                for word in text:
                    self.postings[word].add(number)
        self.vocabulary = sorted(self.postings)

    def starting(self, start: str) -> list[str]:
        """Return the words that start so."""
        first = bisect.bisect_left(self.vocabulary, start)
        return list(
            itertools.takewhile(lambda word: word.startswith(start), itertools.islice(self.vocabulary, first, None))
        )

    def phrase(self, sequence: Sequence[str], truncated: bool = False) -> set[int]:
        """Return the documents with these words in sequence; with `truncated` the last one may go on."""
        if not sequence:
            return set()
        *whole, last = sequence
        lasts = self.starting(last) if truncated else [last]
        found = set().union(*(self.postings.get(word, set()) for word in lasts))
        for word in whole:
            found = found & self.postings.get(word, set())
        sought = " " + " ".join(sequence) + ("" if truncated else " ")
        return {number for number in found if any(sought in text for text in self.padded[number])}

    def near(self, sequence: Sequence[str], distance: int, across: bool = False) -> set[int]:
        """Return the documents with all words, in any order, neighbours with at most `distance` words between them.

        Args:
            across: the words may stand in several texts of the document, at any distance.
        """
        found = set.intersection(*(self.postings.get(word, set()) for word in sequence))
        if across:
            return found
        return {number for number in found if any(_near(text, sequence, distance) for text in self.texts[number])}


def _near(text: Sequence[str], sequence: Sequence[str], distance: int) -> bool:
    """Whether some places of the words, one each, are close enough to each other."""
    places = [(at, word) for at, word in enumerate(text) if word in sequence]

    def goes_on(last: int, left: list[str]) -> bool:
        if not left:
            return True
        for at, word in places:
            if last < at <= last + distance + 1 and word in left:
                rest = list(left)
                rest.remove(word)
                if goes_on(at, rest):
                    return True
        return False

    for at, word in places:
        rest = list(sequence)
        rest.remove(word)
        if goes_on(at, rest):
            return True
    return False
