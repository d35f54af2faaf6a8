"""What a query needs to know beyond itself: MeSH, and the names of journals and authors.

Everything is asked in batches: one statement for all names of a query, one for all headings below others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Concept:
    """A descriptor, qualifier or supplementary record of MeSH.

    Attributes:
        ui: identifier: D…, Q… or C….
        name: name as MeSH spells it.
        trees: tree numbers.
        is_action: whether substances have it as a pharmacological action.
        code: of a qualifier its two letters.
    """

    ui: str
    name: str
    trees: tuple[str, ...] = ()
    is_action: bool = False
    code: str = ""

    @property
    def is_publication_type(self) -> bool:
        """Whether it is a publication type, which the tree has under V."""
        return any(tree.startswith("V") for tree in self.trees)


Found = Mapping[str, tuple[Concept, ...]]


class NoVocabulary:
    """The vocabulary where MeSH is not loaded: it knows nothing."""

    is_loaded = False

    def concepts(self, keys: Iterable[str]) -> Found:
        """Return the concepts with one of these names (`words.words`), or identifiers, by name or identifier."""
        return {}

    def qualifiers(self) -> tuple[Concept, ...]:
        """Return all qualifiers."""
        return ()

    def formerly(self, keys: Iterable[str]) -> Found:
        """Return the descriptors whose topic had one of these names before, by name."""
        return {}

    def below(self, trees: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the UIs at and below each tree number."""
        return {}

    def substances(self, actions: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the UIs of the substances with each pharmacological action, by the UI of the action."""
        return {}

    def names(self, uis: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return all names of concepts, as words, by UI; none where every record has UIs."""
        return {}

    def journals(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Return the abbreviations of journals with one of these names, by name."""
        return {}

    def people(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Return which of these names, "smith j", authors (`au`) or else investigators (`ir`) have."""
        return {}


CONCEPTS = """
WITH
    found AS (
        SELECT DISTINCT ui, word_key(term) AS key FROM mesh_terms WHERE {begins} AND word_key(term) IN (SELECT unnest($keys))
        UNION
        SELECT descriptor_ui, lower(descriptor_ui) FROM mesh_descriptors WHERE lower(descriptor_ui) IN (SELECT unnest($keys))
    ),
    named AS (
        SELECT descriptor_ui AS ui, descriptor AS name FROM mesh_descriptors
        UNION ALL
        SELECT qualifier_ui, qualifier FROM mesh_qualifiers_vocabulary
        UNION ALL
        SELECT supplementary_ui, name FROM mesh_supplementary
    ),
    placed AS (
        SELECT descriptor_ui AS ui, tree_number FROM mesh_tree_numbers
        UNION ALL
        SELECT qualifier_ui, tree_number FROM mesh_qualifier_tree_numbers
    )
SELECT
    found.key,
    found.ui,
    any_value(named.name),
    coalesce(list(DISTINCT placed.tree_number) FILTER (WHERE placed.tree_number IS NOT NULL), []),
    found.ui IN (SELECT action_ui FROM mesh_pharmacological_actions)
FROM found
JOIN named ON named.ui = found.ui
LEFT JOIN placed ON placed.ui = found.ui
GROUP BY found.key, found.ui
ORDER BY found.ui
"""
QUALIFIERS = """
SELECT qualifier_ui, qualifier, list(tree_number) FILTER (WHERE tree_number IS NOT NULL), lower(coalesce(abbreviation, ''))
FROM mesh_qualifiers_vocabulary
LEFT JOIN mesh_qualifier_tree_numbers USING (qualifier_ui)
GROUP BY ALL
ORDER BY qualifier_ui
"""
FORMERLY = """
SELECT key, descriptor_ui, any_value(descriptor), coalesce(list(DISTINCT tree_number) FILTER (WHERE tree_number IS NOT NULL), []), false
FROM (
    SELECT descriptor_ui, descriptor, word_key(regexp_extract(unnest(previous_indexing), '^[^(/]*')) AS key FROM mesh_descriptors
)
LEFT JOIN mesh_tree_numbers USING (descriptor_ui)
WHERE key IN (SELECT unnest($keys))
GROUP BY key, descriptor_ui
ORDER BY descriptor_ui
"""
BELOW = """
WITH
    asked AS (SELECT unnest($trees) AS tree),
    placed AS (
        SELECT descriptor_ui AS ui, tree_number || '.' AS path FROM mesh_tree_numbers
        UNION ALL
        SELECT qualifier_ui, tree_number || '.' FROM mesh_qualifier_tree_numbers
    )
SELECT tree, list(DISTINCT ui ORDER BY ui)
FROM asked
JOIN placed ON placed.path >= asked.tree || '.' AND placed.path < asked.tree || '/'  -- the sign after the dot
GROUP BY tree
"""
SUBSTANCES = """
SELECT action_ui, list(DISTINCT ui ORDER BY ui)
FROM mesh_pharmacological_actions
WHERE action_ui IN (SELECT unnest($uis))
GROUP BY action_ui
"""
NAMES = (
    "SELECT ui, list(DISTINCT word_key(term) ORDER BY 1) FROM mesh_terms WHERE ui IN (SELECT unnest($uis)) GROUP BY ui"
)
JOURNALS = """
SELECT DISTINCT key, medline_ta
FROM (
    SELECT medline_ta, unnest([word_key(medline_ta), word_key(journal_title), regexp_replace(word_key(journal_title), '^the ', '')]) AS key
    FROM (SELECT DISTINCT medline_ta, journal_title FROM articles WHERE {begins})
)
WHERE key IN (SELECT unnest($keys))
UNION
SELECT DISTINCT word_key(issn_linking), medline_ta FROM articles WHERE issn_linking IN (SELECT unnest($issns))
ORDER BY ALL
"""
PEOPLE = """
WITH sought AS (SELECT unnest($keys) AS key, unnest($lasts) AS last, unnest($rests) AS rest, unnest($initials) AS is_initials)
SELECT DISTINCT key
FROM {table} AS person
JOIN sought ON sought.last = word_key(person.last_name)
WHERE {begins}
    AND (is_initials AND starts_with(lower(person.initials), rest) OR NOT is_initials AND word_key(person.fore_name) = rest)
"""

#: What identifiers and tree numbers look like; they get into SQL, so that others are left out.
UI, TREE = re.compile(r"[CDQ]\d{1,12}", re.ASCII), re.compile(r"[A-Z]\d{1,3}(\.\d{1,4}){0,30}", re.ASCII)
ISSN = re.compile(r"\d{4} \d{3}[\dx]")


class Vocabulary(NoVocabulary):
    """MeSH and the names in a published database."""

    is_loaded = True

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._has_bare_names: bool | None = None
        self._qualifiers: tuple[Concept, ...] | None = None

    def concepts(self, keys: Iterable[str]) -> Found:
        asked = sorted(set(keys))
        return self._found(CONCEPTS.format(begins=_begins("term", asked)), asked) if asked else {}

    def formerly(self, keys: Iterable[str]) -> Found:
        asked = sorted(set(keys))
        return self._found(FORMERLY, asked) if asked else {}

    def qualifiers(self) -> tuple[Concept, ...]:
        if self._qualifiers is None:
            rows = self.connection.execute(QUALIFIERS).fetchall()
            self._qualifiers = tuple(Concept(ui, name, tuple(trees or ()), code=code) for ui, name, trees, code in rows)
        return self._qualifiers

    def below(self, trees: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._lists(BELOW, trees=sorted(set(trees)))

    def substances(self, actions: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._lists(SUBSTANCES, uis=sorted(set(actions)))

    def names(self, uis: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._lists(NAMES, uis=sorted(set(uis))) if self.has_bare_names else {}

    @property
    def has_bare_names(self) -> bool:
        """Whether records have headings without UI, which MEDLINE text gives them."""
        if self._has_bare_names is None:
            rows = self.connection.execute("SELECT 1 FROM articles WHERE source_format <> 'xml' LIMIT 1").fetchall()
            self._has_bare_names = bool(rows)
        return self._has_bare_names

    def journals(self, keys: Iterable[str]) -> Mapping[str, str]:
        asked = sorted(set(keys))
        if not asked:
            return {}
        issns = [key.upper().replace(" ", "-") for key in asked if ISSN.fullmatch(key)]
        begins = f"({_begins('medline_ta', asked)} OR {_begins('journal_title', [*asked, 'the '])})"
        rows = self.connection.execute(JOURNALS.format(begins=begins), {"keys": asked, "issns": issns}).fetchall()
        return dict(reversed(rows))

    def people(self, keys: Iterable[str]) -> Mapping[str, str]:
        sought = [row for key in sorted(set(keys)) for row in _readings(key)]
        if not sought:
            return {}
        columns = dict(zip(("keys", "lasts", "rests", "initials"), map(list, zip(*sought, strict=True)), strict=True))
        begins = _begins("person.last_name", [last for _, last, *_ in sought])
        known: dict[str, str] = {}
        for field, table in (("ir", "investigators"), ("au", "authors")):
            statement = PEOPLE.format(table=table, begins=begins)
            known |= {key: field for (key,) in self.connection.execute(statement, columns).fetchall()}
        return known

    def _found(self, statement: str, keys: list[str]) -> Found:
        found: dict[str, list[Concept]] = defaultdict(list)
        for key, ui, name, trees, is_action in self.connection.execute(statement, {"keys": keys}).fetchall():
            if UI.fullmatch(ui):
                found[key].append(Concept(ui, name, tuple(filter(TREE.fullmatch, sorted(trees))), is_action))
        return {key: tuple(concepts) for key, concepts in found.items()}

    def _lists(self, statement: str, **asked: list[str]) -> Mapping[str, tuple[str, ...]]:
        if not any(asked.values()):
            return {}
        return {key: tuple(values) for key, values in self.connection.execute(statement, asked).fetchall()}


def _begins(column: str, keys: Iterable[str]) -> str:
    """Return a quick test that leaves few values: whether they begin like one of some names.

    Values that begin with punctuation or have letters beyond ASCII pass, as they may begin otherwise than they look.
    """
    firsts: dict[int, set[str]] = defaultdict(set)
    for key in keys:
        first = re.match(r"[a-z0-9]{0,3}", key)
        if first and first[0]:
            firsts[len(first[0])].add(first[0])
    tests = [f"strlen({column}) <> length({column})", f"NOT regexp_matches({column}, '^[A-Za-z0-9]')"]
    for length, beginnings in sorted(firsts.items()):
        tests.append(f"lower(left({column}, {length})) IN ({', '.join(repr(first) for first in sorted(beginnings))})")
    return f"({' OR '.join(tests)})"


def _readings(key: str) -> list[tuple[str, str, str, bool]]:
    """Return the ways to read a name: last name with initials, and full names in either order."""
    *before, last = key.split()
    if not before:
        return []
    if len(last) <= 2:
        return [(key, " ".join(before), last, True)]
    first, *behind = key.split()
    return [(key, last, " ".join(before), False), (key, first, " ".join(behind), False)]


def open_vocabulary(connection: duckdb.DuckDBPyConnection) -> NoVocabulary:
    """Return the vocabulary of a published database: that which knows nothing where MeSH is not loaded."""
    tables = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'mesh_descriptors'"
    ).fetchall()
    if tables == [(0,)] or not connection.execute("SELECT 1 FROM mesh_descriptors LIMIT 1").fetchall():
        return NoVocabulary()
    return Vocabulary(connection)
