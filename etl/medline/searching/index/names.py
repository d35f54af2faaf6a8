"""The names of journals and authors, as the index has them: to look through the tables takes time that grows with them.

Words are mapped to a name if there is a citation that a search for this name finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from medline.searching import answers, vocabulary
from medline.searching.condition import INITIALS, Condition, Leaf, Name, Value, any_of, readings
from medline.searching.vocabulary import NoVocabulary, Vocabulary

if TYPE_CHECKING:
    import duckdb

    from medline.searching.index.reading import Index

JOURNALS = "SELECT pmid, medline_ta FROM articles WHERE pmid IN (SELECT unnest($pmids)) AND medline_ta IS NOT NULL"

#: Citations of a journal that are looked at for its abbreviation, which a few lack.
FIRST = 10


Names = TypeVar("Names")
Ask = Callable[[set[str]], Names]


class IndexedVocabulary(Vocabulary):
    """MeSH in a published database, and the names in its index."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, index: Index) -> None:
        super().__init__(connection)
        self.index = index

    def journals(self, keys: Iterable[str]) -> Mapping[str, str]:
        return _of_either(self._journals, super().journals, set(keys))

    def people(self, keys: Iterable[str]) -> set[str]:
        return _of_either(self._people, super().people, set(keys))

    def _journals(self, keys: set[str]) -> Mapping[str, str]:
        likely = [key for key in keys if any(self.index.leaves.may_begin("ta", name) for name in _titles(key))]
        newest = {key: self.index.newest(_journal(key), FIRST) for key in likely}
        pmids = sorted({pmid for some in newest.values() for pmid in some})
        named: dict[int, str] = dict(self._ask(JOURNALS, {"pmids": pmids})) if pmids else {}
        found = {key: next((named[pmid] for pmid in some if pmid in named), None) for key, some in newest.items()}
        return {key: name for key, name in found.items() if name is not None}

    def _people(self, keys: set[str]) -> set[str]:
        lasts = {last for key in keys for last in _lasts(key)}
        known = {last for last in lasts if self.index.leaves.may_be_last(last)}
        likely = [key for key in keys if not known.isdisjoint(_lasts(key))]
        return {key for key in likely if self._is_short(key) or any(map(self.index.count, _full(key)))}

    def _is_short(self, key: str) -> bool:
        """Whether a name is a last name and some of the first initials of somebody."""
        last, _, initials = key.rpartition(" ")
        return bool(last) and len(initials) <= INITIALS and self.index.has_person(last, initials)


def open_vocabulary(connection: duckdb.DuckDBPyConnection, index: Index | None) -> NoVocabulary:
    """Return the vocabulary of a published database, which asks its index for names if there is one."""
    found = vocabulary.open_vocabulary(connection)
    return IndexedVocabulary(connection, index) if index is not None and found.is_loaded else found


def _of_either(index: Ask[Names], tables: Ask[Names], keys: set[str]) -> Names:
    """Ask the index, and if its engine fails the tables."""
    try:
        return index(keys)
    except BaseException as error:
        answers.pass_on(error)
        return tables(keys)


def _lasts(key: str) -> set[str]:
    return {last for last, _ in readings(key.split(), "")}


def _full(key: str) -> Iterator[Leaf]:
    for tag in ("fau", "fir"):
        yield Leaf(tag, Name(key, is_exact=False, is_full=True))


def _journal(key: str) -> Condition:
    """Return the condition of the citations of a journal."""
    return any_of(Leaf("ta", Value(name)) for name in _titles(key))


def _titles(key: str) -> tuple[str, str]:
    """Return what a journal may be called, whose article a query may leave out."""
    return key, f"the {key}"
