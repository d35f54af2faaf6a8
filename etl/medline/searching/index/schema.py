"""What the index has of a citation, derived from the tags of `fields.FIELDS`.

Values that the same tags search are a group: one field of words with positions, and where a tag compares whole values
one of those. A value is matched as in SQL, and a new tag needs nothing here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from medline.searching import fields
from medline.searching import flags as flag_table
from medline.searching.fields import Field, Match, Source
from medline.searching.sql import CONCEPTS

if TYPE_CHECKING:
    import tantivy

#: Another one makes every index stale: raise it when documents change and `fields.FIELDS` does not.
REVISION = 1

#: The tables whose rows are documents; a PMID is in one of them.
RECORDS = ("articles", "books")

#: Fields that are not of a tag.
PMID, NEWEST, MARK, TERMS = "pmid", "newest", "mark", "terms"

#: Bits of a PMID in the key by which citations are sorted.
PMID_BITS = 40

#: Columns with few values, which conditions compare with one of them.
CODES = {"citation_subsets": "citation_subset"}


class Kind(StrEnum):
    """How values of a group are in the index; the text is what sets their terms apart."""

    WORDS = ""
    DAY = "_day"
    WHOLE = "="
    FULL = "~"


KINDS = {Match.WORDS: Kind.WORDS, Match.DATE: Kind.DAY}

#: Ways to match that need nothing of a group: PMIDs, flags and concepts have terms of their own.
APART = (
    Match.NUMBER, Match.SUBSET, Match.HEADING, Match.MAJOR_HEADING, Match.SUBHEADING, Match.CONCEPT, Match.ACTION,
)  # fmt: skip

#: What terms begin with that are of no group: of a flag, and of a value of `CODES`.
FLAG, CODE = "!", "+"

#: What terms of concepts of MeSH have behind their table: a UI; a name; a name where there is no UI. A heading has
#: behind that `/` and a subheading, and `*` for a major topic; the subheading of any heading begins with `/`.
UI, NAMED, BARE, SUBHEADING, MAJOR = ".u ", ".n ", ".x ", "/", "*"

#: What stands between the last name and the given names in terms of `Kind.FULL`.
GIVEN = "/"


@dataclass(frozen=True)
class Group:
    """Values that the same tags search.

    Attributes:
        name: of its field of words, and the beginning of other names and terms.
        tables: the one that has them, or both of `RECORDS`.
        sources: the values.
        kinds: what the tags compare.
    """

    name: str
    tables: tuple[str, ...]
    sources: tuple[Source, ...]
    kinds: tuple[Kind, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups of all tags.

    Persons at one end of the list of authors have none: they are among all authors.
    """
    tags: dict[Source, list[Field]] = defaultdict(list)
    for field in fields.BY_TAG.values():
        for source in fields.sources(field):
            if not _is_narrowed(source):
                tags[source].append(field)
    parts: dict[tuple, list[Source]] = defaultdict(list)
    for source, named in tags.items():
        if any(field.match not in APART for field in named):
            tables = RECORDS if source.table in RECORDS else (source.table,)
            parts[(tables, tuple(named))].append(source)
    return tuple(
        Group(f"{_narrowest(named).tag}{number}".replace("/", "_"), tables, tuple(sources), _kinds(named, sources))
        for number, ((tables, named), sources) in enumerate(parts.items())
    )


def _narrowest(named: Iterable[Field]) -> Field:
    return min(named, key=lambda field: len(fields.sources(field)))


def _kinds(named: Iterable[Field], sources: Iterable[Source]) -> tuple[Kind, ...]:
    kinds = {KINDS.get(field.match, Kind.WHOLE) for field in named if field.match not in APART}
    if Kind.WHOLE in kinds and any(source.value == fields.NAME for source in sources):
        kinds.add(Kind.FULL)
    return tuple(sorted(kinds))


def _is_narrowed(source: Source) -> bool:
    return source.value == fields.NAME and "SELECT" in source.where


@cache
def groups_of(tag: str) -> tuple[tuple[Group, ...], bool]:
    """Return the groups that a tag searches, and whether they have its values and no others."""
    wanted = fields.sources(fields.BY_TAG[tag])
    narrowed = {source.table for source in wanted if _is_narrowed(source)}
    found = tuple(
        group
        for group in groups()
        if set(wanted) & set(group.sources)
        or (narrowed & set(group.tables) and any(source.value == fields.NAME for source in group.sources))
    )
    return found, not narrowed


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
    builder.add_text_field(TERMS, tokenizer_name="raw", index_option="basic")
    for group in groups():
        if Kind.WORDS in group.kinds:
            builder.add_text_field(group.name, tokenizer_name=WORDS, index_option="position")
        if Kind.DAY in group.kinds:
            builder.add_integer_field(f"{group.name}{Kind.DAY}", fast=True)
    return builder.build()


#: The tables of concepts of MeSH, with the columns of UI and name.
CONCEPT_TABLES = {table: (ui, name) for columns in CONCEPTS.values() for table, ui, name in columns}


#: Name of the analyzer of words.
WORDS = "words"


def register(index: tantivy.Index) -> None:
    """Give an index that was opened its analyzer: letters and digits are words, all else separates them."""
    import tantivy

    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()
    index.register_tokenizer(WORDS, analyzer)
