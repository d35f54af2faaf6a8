"""What a query needs to know beyond itself: MeSH, and the names of journals and authors.

Everything is asked in batches: one statement for all names of a query, one for all headings below others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medline.searching.condition import INITIALS, readings
from medline.searching.words import words

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

    @property
    def is_heading(self) -> bool:
        """Whether it is a MeSH heading of a citation, or a category of headings."""
        return (self.ui.startswith("D") or self.ui in CATEGORIES) and not self.is_publication_type


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

    def names(self, uis: Iterable[str], always: Iterable[str] = ()) -> Mapping[str, tuple[str, ...]]:
        """Return all names of concepts, as words, by UI; where every record has UIs, of those in `always` alone."""
        return {}

    def former_names(self, uis: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the names of former headings of concepts that nothing has now, as `names` does."""
        return {}

    def journals(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Return the abbreviation of the journal with each of these names: of several that of the newest citation."""
        return {}

    def people(self, keys: Iterable[str]) -> set[str]:
        """Return which of these names, "smith j", authors or investigators have."""
        return set()


#: A quick form of `words.words`, right for names in ASCII.
KEY = "trim(regexp_replace(lower(strip_accents({column})), '[^0-9a-z]+', ' ', 'g'))"
TERMS = """
SELECT ui, term
FROM mesh_terms
WHERE {begins} AND ({key} IN (SELECT unnest($keys)) OR strlen(term) <> length(term))
"""
DESCRIPTORS = "SELECT descriptor_ui, descriptor FROM mesh_descriptors WHERE descriptor_ui IN (SELECT unnest($uis))"
SUPPLEMENTARY = "SELECT supplementary_ui, name FROM mesh_supplementary WHERE supplementary_ui IN (SELECT unnest($uis))"
TREES = "SELECT descriptor_ui, tree_number FROM mesh_tree_numbers WHERE descriptor_ui IN (SELECT unnest($uis))"
ACTIONS = "SELECT DISTINCT action_ui FROM mesh_pharmacological_actions WHERE action_ui IN (SELECT unnest($uis))"
QUALIFIERS = """
SELECT
    qualifier_ui,
    qualifier,
    list(tree_number) FILTER (WHERE tree_number IS NOT NULL),
    lower(coalesce(abbreviation, ''))
FROM mesh_qualifiers_vocabulary
LEFT JOIN mesh_qualifier_tree_numbers USING (qualifier_ui)
GROUP BY ALL
ORDER BY qualifier_ui
"""
FORMERLY = """
SELECT descriptor_ui, formerly
FROM (
    SELECT descriptor_ui, unnest(previous_indexing) AS formerly
    FROM mesh_descriptors
    WHERE previous_indexing IS NOT NULL
)
WHERE {begins}
ORDER BY descriptor_ui
"""
FORMER_NAMES = """
SELECT descriptor_ui, unnest(previous_indexing)
FROM mesh_descriptors
WHERE previous_indexing IS NOT NULL AND descriptor_ui IN (SELECT unnest($uis))
"""
BELOW = "SELECT tree_number, descriptor_ui FROM mesh_tree_numbers WHERE regexp_matches(tree_number, {pattern})"
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
SELECT medline_ta, journal_title, iso_abbreviation, issn_linking
FROM articles
WHERE medline_ta IS NOT NULL AND {begins}
GROUP BY ALL
ORDER BY max(row(coalesce(pub_year, 0), coalesce(pub_month, 0), coalesce(pub_day, 0), pmid)) DESC
"""
ISSNS = "SELECT DISTINCT issn, medline_ta FROM issns JOIN articles USING (pmid) WHERE issn IN (SELECT unnest($issns))"
PEOPLE = """
SELECT DISTINCT
    word_key(last_name),
    lower(strip_accents(initials)),
    list_filter($rests::VARCHAR[], lambda rest: starts_with(word_key(fore_name) || ' ', rest || ' '))
FROM {table}
WHERE {begins} AND word_key(last_name) IN (SELECT unnest($lasts))
"""

#: The categories of the tree, which PubMed takes for headings, by the letter that their tree numbers begin with.
CATEGORIES = {
    "A": "Anatomy Category",
    "B": "Organisms Category",
    "C": "Diseases Category",
    "D": "Chemicals and Drugs Category",
    "E": "Analytical, Diagnostic and Therapeutic Techniques and Equipment Category",
    "F": "Psychiatry and Psychology Category",
    "G": "Phenomena and Processes Category",
    "H": "Disciplines and Occupations Category",
    "I": "Anthropology, Education, Sociology and Social Phenomena Category",
    "J": "Technology and Food and Beverages Category",
    "K": "Humanities Category",
    "L": "Information Science Category",
    "M": "Persons Category",
    "N": "Health Care Category",
    "Z": "Geographical Locations Category",
}

#: The categories as concepts, by name; no record has their letter as UI.
CATEGORY = {words(name): Concept(letter, name, (letter,)) for letter, name in CATEGORIES.items()}

#: What identifiers and tree numbers look like; they get into SQL, so that others are left out.
UI, TREE = re.compile(r"[CDQ]\d{1,12}", re.ASCII), re.compile(r"[A-Z]\d{1,3}(\.\d{1,4}){0,30}", re.ASCII)
DESCRIPTOR = re.compile(r"D\d{1,12}", re.ASCII)
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
        if not asked:
            return {}
        statement = TERMS.format(begins=_begins("term", asked), key=KEY.format(column="term"))
        uis: dict[str, dict[str, None]] = defaultdict(dict)
        for ui, term in self._ask(statement, {"keys": asked}):
            uis[words(term)][ui] = None
        known = self._concepts({ui for key in asked for ui in uis.get(key, ())}, asked)
        found = {key: tuple(known[ui] for ui in sorted(uis.get(key, ())) if ui in known) for key in asked}
        found |= {key: (known[key.upper()],) for key in asked if key.upper() in known}
        found |= {key: (CATEGORY[key],) for key in asked if key in CATEGORY}
        return {key: concepts for key, concepts in found.items() if concepts}

    def _concepts(self, uis: Iterable[str], keys: Iterable[str]) -> dict[str, Concept]:
        """Return concepts by UI; headings also those whose UI is among the names asked for."""
        asked = {*uis, *filter(DESCRIPTOR.fullmatch, map(str.upper, keys))}
        named = self._of_uis(DESCRIPTORS, {ui for ui in asked if ui.startswith("D")})
        named += self._of_uis(SUPPLEMENTARY, {ui for ui in asked if ui.startswith("C")})
        found = [ui for ui, _ in named]
        trees: dict[str, list[str]] = defaultdict(list)
        for ui, tree in sorted(self._of_uis(TREES, found)):
            if TREE.fullmatch(tree):
                trees[ui].append(tree)
        actions = {ui for (ui,) in self._of_uis(ACTIONS, found)}
        qualifiers = {one.ui: one for one in self.qualifiers()}
        return qualifiers | {
            ui: Concept(ui, name, tuple(trees[ui]), ui in actions) for ui, name in named if UI.fullmatch(ui)
        }

    def formerly(self, keys: Iterable[str]) -> Found:
        asked = set(keys)
        if not asked:
            return {}
        uis: dict[str, list[str]] = defaultdict(list)
        for ui, formerly in self._ask(FORMERLY.format(begins=_begins("formerly", asked))):
            uis[_former(formerly)].append(ui)
        known = self._concepts({ui for key in asked for ui in uis.get(key, ())}, [])
        return {key: tuple(known[ui] for ui in dict.fromkeys(uis[key]) if ui in known) for key in asked if key in uis}

    def qualifiers(self) -> tuple[Concept, ...]:
        if self._qualifiers is None:
            rows = self._ask(QUALIFIERS)
            self._qualifiers = tuple(Concept(ui, name, tuple(trees or ()), code=code) for ui, name, trees, code in rows)
        return self._qualifiers

    def below(self, trees: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        asked = set(trees)
        found: dict[str, dict[str, None]] = defaultdict(dict)
        if not asked:
            return {}
        lengths = sorted(set(map(len, asked)))
        for path, ui in self._ask(BELOW.format(pattern=f"'{tree_pattern(sorted(asked))}'")):
            for above in {path[:length] for length in lengths if length == 1 or path[length : length + 1] in ("", ".")}:
                if above in asked:
                    found[above][ui] = None
        return {tree: tuple(sorted(uis)) for tree, uis in found.items()}

    def substances(self, actions: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._lists(SUBSTANCES, uis=sorted(set(actions)))

    def names(self, uis: Iterable[str], always: Iterable[str] = ()) -> Mapping[str, tuple[str, ...]]:
        return self._lists(NAMES, uis=sorted({*always, *(uis if self.has_bare_names else ())}))

    def former_names(self, uis: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        asked = sorted(set(uis))
        if not asked or not self.has_bare_names:
            return {}
        found: dict[str, list[str]] = defaultdict(list)
        for ui, formerly in self._ask(FORMER_NAMES, {"uis": asked}):
            found[ui].append(_former(formerly))
        now = self.concepts({name for names in found.values() for name in names})
        return {
            ui: tuple(name for name in dict.fromkeys(names) if name and name not in now) for ui, names in found.items()
        }

    @property
    def has_bare_names(self) -> bool:
        """Whether records have headings without UI, which MEDLINE text gives them."""
        if self._has_bare_names is None:
            rows = self._ask("SELECT 1 FROM articles WHERE source_format <> 'xml' LIMIT 1")
            self._has_bare_names = bool(rows)
        return self._has_bare_names

    def journals(self, keys: Iterable[str]) -> Mapping[str, str]:
        asked = set(keys)
        if not asked:
            return {}
        tests = [_begins(column, [*asked, "the"]) for column in ("medline_ta", "journal_title", "iso_abbreviation")]
        issns = [key.upper().replace(" ", "-") for key in asked if ISSN.fullmatch(key)]
        tests += [f"issn_linking IN ({', '.join(repr(issn) for issn in issns)})"] if issns else []
        found: dict[str, str] = {}
        if issns:
            found |= {words(issn): name for issn, name in self._ask(ISSNS, {"issns": issns})}
        for medline_ta, *names in self._ask(JOURNALS.format(begins=f"({' OR '.join(tests)})")):
            for key in {words(name or "") for name in (medline_ta, *names)}:
                found.setdefault(key, medline_ta)
                found.setdefault(key.removeprefix("the "), medline_ta)
        return {key: found[key] for key in asked if key in found}

    def people(self, keys: Iterable[str]) -> set[str]:
        ways = [way for key in sorted(set(keys)) for way in _readings(key)]
        known: set[str] = set()
        if not ways:
            return known
        lasts = sorted({last for _, last, *_ in ways})
        asked = {"lasts": lasts, "rests": sorted({rest for *_, rest, is_initials in ways if not is_initials})}
        begins = _begins("last_name", lasts)
        for table in ("investigators", "(FROM authors WHERE list_type IS DISTINCT FROM 'editors')"):
            rows = self._ask(PEOPLE.format(table=table, begins=begins), asked)
            for key, last, rest, is_initials in ways:
                if any(
                    last == of and ((initials or "").startswith(rest) if is_initials else rest in given)
                    for of, initials, given in rows
                ):
                    known.add(key)
        return known

    def _ask(self, statement: str, asked: Mapping[str, list[str] | list[int]] | None = None) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, asked).fetchall()

    def _of_uis(self, statement: str, uis: Collection[str]) -> list[tuple[Any, ...]]:
        return self._ask(statement, {"uis": sorted(uis)}) if uis else []

    def _lists(self, statement: str, **asked: list[str]) -> Mapping[str, tuple[str, ...]]:
        if not any(asked.values()):
            return {}
        return {key: tuple(values) for key, values in self._ask(statement, asked)}


def _begins(column: str, keys: Iterable[str]) -> str:
    """Return a quick test that leaves few values: whether they begin like one of some names.

    Values that begin with punctuation or have letters beyond ASCII pass, as they may begin otherwise than they look.
    One pattern is matched more quickly than a test for each.
    """
    firsts = sorted({first[0] for key in keys if (first := re.match(r"[a-z0-9]{1,3}", key))})
    beginnings = "|".join([*firsts, "[^a-z0-9]"])
    return rf"regexp_matches({column}, '(?i)^(?:{beginnings})|[^\x00-\x7F]')"


def _readings(key: str) -> list[tuple[str, str, str, bool]]:
    """Return the ways to read a name: last name with initials, and full names in either order."""
    *before, last = several = key.split()
    short = [(key, " ".join(before), last, True)] if before and len(last) <= INITIALS else []
    return short + [(key, last, given, False) for last, given in readings(several, "")]


def _former(indexing: str) -> str:
    """Return the name of the heading in a line of previous indexing: "Water Dogs/anatomy (1966-1980)"."""
    return words(indexing.split("(")[0].split("/")[0])


def tree_pattern(trees: Iterable[str]) -> str:
    """Return the regular expression of tree numbers at and below some; a letter stands for its category."""
    return f"^(?:{'|'.join(tree.replace('.', '[.]') if len(tree) > 1 else f'{tree}[0-9]+' for tree in trees)})(?:[.]|$)"


def open_vocabulary(connection: duckdb.DuckDBPyConnection) -> NoVocabulary:
    """Return the vocabulary of a published database: that which knows nothing where MeSH is not loaded."""
    tables = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'mesh_descriptors'"
    ).fetchall()
    if tables == [(0,)] or not connection.execute("SELECT 1 FROM mesh_descriptors LIMIT 1").fetchall():
        return NoVocabulary()
    return Vocabulary(connection)
