"""What the index has of a citation, derived from the tags of `fields.FIELDS`.

Values that the same tags search in the same way are a group. Groups of words are fields with positions; all that is
compared as a whole (names, identifiers, days, headings, flags) is terms of one field, set apart by how they begin. A
value is matched as in SQL, and a new tag needs nothing here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING

from medline.searching import fields
from medline.searching import flags as flag_table
from medline.searching.fields import Field, Match, Source
from medline.searching.sql import BETWEEN, CONCEPTS

if TYPE_CHECKING:
    import tantivy

#: Another one makes every index stale: raise it when documents change and `fields.FIELDS` does not.
REVISION = 5

#: The tables whose rows are documents; a PMID is in one of them.
RECORDS = ("articles", "books")

#: Fields that are not of a tag.
PMID, NEWEST, MARK, TERMS = "pmid", "newest", "mark", "terms"

#: Bits of a PMID in the key by which citations are sorted.
PMID_BITS = 40

#: Words that would fit between values of the fields in which words are searched near each other: more than people ask
#: for. Each costs as much as half a word of the values.
GAP = 11

#: Columns with few values, which conditions compare with one of them.
CODES = {"citation_subsets": "citation_subset"}


class Kind(Enum):
    """How values of a group are compared. Words have a field with positions, the others terms."""

    WORDS = auto()
    DAY = auto()
    WHOLE = auto()
    PERSON = auto()


#: Ways to match that need nothing of a group: PMIDs, flags and concepts have terms of their own.
APART = (
    Match.NUMBER, Match.SUBSET, Match.HEADING, Match.MAJOR_HEADING, Match.SUBHEADING, Match.CONCEPT, Match.ACTION,
)  # fmt: skip

#: What terms begin with that are of no group: of a flag; of a value of `CODES`; of the subheading of any heading.
FLAG, CODE, SUBHEADING = "flag", "code", "subheading"

#: What terms of concepts of MeSH have behind their table: a UI; a name; a name where there is no UI.
UI, NAMED, BARE = "u", "n", "x"


@dataclass(frozen=True)
class Group:
    """Values that the same tags search in the same way.

    Attributes:
        tag: the one of them that searches least.
        number: sets the group apart.
        kind: how its values are compared.
        sources: the values.
    """

    tag: str
    number: int
    kind: Kind
    sources: tuple[Source, ...]

    @property
    def parted(self) -> str:
        """What stands between two of its values: so many words that those near each other are in one."""
        having = [groups_of(tag, Kind.WORDS) for tag in fields.NEAR]
        is_near = any(self in some for some, _ in filter(None, having))
        return f" {BETWEEN}" * (GAP if is_near else 1) + " "

    @property
    def name(self) -> str:
        """The name of its field of words, or the beginning of its terms: letters and digits."""
        return f"{self.tag}{self.number}".replace("/", "")


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups of all tags.

    Persons at one end of the list of authors have none: they are among all authors.
    """
    tags: dict[tuple[Kind, Source], list[Field]] = defaultdict(list)
    for field in fields.BY_TAG.values():
        for source in fields.sources(field) if field.match not in APART else ():
            if not _is_narrowed(source):
                tags[_kind(field, source), source].append(field)
    parts: dict[tuple[Kind, tuple[Field, ...]], list[Source]] = defaultdict(list)
    for (kind, source), named in tags.items():
        parts[kind, tuple(named)].append(source)
    return tuple(
        Group(_narrowest(named).tag, number, kind, tuple(sources))
        for number, ((kind, named), sources) in enumerate(parts.items())
    )


def _narrowest(named: Iterable[Field]) -> Field:
    return min(named, key=lambda field: len(fields.sources(field)))


def _kind(field: Field, source: Source) -> Kind:
    if field.match in KINDS:
        return KINDS[field.match]
    return Kind.PERSON if source.value == fields.NAME else Kind.WHOLE


KINDS = {Match.WORDS: Kind.WORDS, Match.DATE: Kind.DAY}


def _is_narrowed(source: Source) -> bool:
    return source.value == fields.NAME and "SELECT" in source.where


@cache
def groups_of(tag: str, *kinds: Kind) -> tuple[tuple[Group, ...], bool] | None:
    """Return the groups of some kinds that have the values of a tag, and whether they have no others.

    Returns:
        None where they lack some.
    """
    wanted = fields.sources(fields.BY_TAG[tag])
    found: dict[Group, None] = {}
    for source in wanted:
        having = [group for group in groups() if group.kind in kinds and _has(group, source)]
        if not having:
            return None
        found.update(dict.fromkeys(having))
    return tuple(found), {source for group in found for source in group.sources} <= set(wanted)


def _has(group: Group, source: Source) -> bool:
    if not _is_narrowed(source):
        return source in group.sources
    return any((one.table, one.value) == (source.table, source.value) for one in group.sources)


def concepts(table: str, key: str) -> str:
    """Return what terms of concepts begin with."""
    return table.replace("_", "") + key


@cache
def flags() -> tuple[tuple[str, str], ...]:
    """Return the conditions on rows that the index knows of each citation: (table, predicate) pairs."""
    names = (*flag_table.FLAGS, *flag_table.SUBSETS)
    rows = {row for name in names if (flag := flag_table.flag(name)) for row in flag.rows}
    return tuple(sorted((table, predicate) for table, predicate in rows if table not in CODES))


def index_version() -> str:
    """Return a digest of all that documents depend on beside the rows; another one means: make the index anew."""
    from importlib.metadata import version

    about = (REVISION, groups(), flags(), CODES, CONCEPTS, version("duckdb"), version("tantivy"))
    return hashlib.sha256(repr(about).encode()).hexdigest()[:16]


def open_schema() -> tantivy.Schema:
    """Return the schema of the index for tantivy."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(PMID, indexed=True)
    builder.add_unsigned_field(NEWEST, fast=True)
    builder.add_unsigned_field(MARK, fast=True)
    builder.add_text_field(TERMS, tokenizer_name=TERMS, index_option="basic")
    for group in groups():
        if group.kind is Kind.WORDS:
            builder.add_text_field(group.name, tokenizer_name=WORDS, index_option="position")
    return builder.build()


#: The tables of concepts of MeSH, with the columns of UI and name.
CONCEPT_TABLES = {table: (ui, name) for columns in CONCEPTS.values() for table, ui, name in columns}


#: Name of the analyzer of words; that of terms is called as their field.
WORDS = "words"


def register(index: tantivy.Index) -> None:
    """Give an index that was opened its analyzers.

    Letters and digits are words, all else separates them. The words between two values take places, so that no phrase
    reaches from one into the next, and are not in the index. Terms are parted by blanks.
    """
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    words = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.custom_stopword([BETWEEN]))  # first, as most quickly
    index.register_tokenizer(WORDS, words.filter(Filter.lowercase()).build())
    index.register_tokenizer(TERMS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
