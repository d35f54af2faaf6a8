"""What a query is searched as: a condition, and its details as PubMed prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from medline.searching.condition import Condition, Headings, Joined, Leaf, Not, Test, any_of, join, leaves
from medline.searching.fields import BY_TAG
from medline.searching.vocabulary import NoVocabulary

#: The names of fields in PubMed's details, where they are not the first long name of the tag.
LABELS = {
    "all": "All Fields",
    "tw": "Text Word",
    "tiab": "Title/Abstract",
    "mh": "MeSH Terms",
    "majr": "MeSH Major Topic",
    "sh": "MeSH Subheading",
    "pt": "Publication Type",
    "nm": "Supplementary Concept",
    "pa": "Pharmacological Action",
    "ta": "Journal",
    "la": "Language",
    "is": "ISSN",
    "vi": "Volume",
    "pmid": "UID",
    "sb": "Filter",
    "dp": "Date - Publication",
    "edat": "Date - Entry",
    "crdt": "Date - Create",
    "mhda": "Date - MeSH",
    "lr": "Date - Modification",
    "dcom": "Date - Completion",
}


@dataclass(frozen=True)
class Translation:
    """What a part of a query is searched as.

    Attributes:
        condition: what citations must match.
        details: the same in PubMed's language.
        operator: the operator that joins the details, AND, OR or NOT; empty for a single term.
    """

    condition: Condition
    details: str
    operator: str = ""


def single(text: str, tag: str, test: Test, *, is_quoted: bool = True, suffix: str = "") -> Translation:
    """Return the translation of a term as it stands, in one field."""
    shown = f'"{text}"' if is_quoted else text
    return Translation(Leaf(tag, test), f"{shown}[{label(tag)}{suffix}]")


def label(tag: str) -> str:
    """Return the name of a field in details."""
    field = BY_TAG[tag.partition("/")[0]]
    return LABELS.get(field.tag) or (field.aliases[0].title() if field.aliases else field.tag)


def joined(operator: str, left: Translation, right: Translation) -> Translation:
    """Join two translations."""
    details = f"{_inside(left, operator)} {operator} {_inside(right, operator, is_right=True)}"
    return Translation(join(operator, left.condition, right.condition), details, operator)


def either(translations: Iterable[Translation]) -> Translation:
    """Return the translation that one of some matches."""
    unique = {translation.details: translation for translation in translations}
    first, *others = unique.values()
    if not others:
        return first
    details = " OR ".join(_inside(one, "OR") for one in unique.values())
    return Translation(any_of(one.condition for one in unique.values()), details, "OR")


def both(translations: Iterable[Translation]) -> Translation:
    """Return the translation that all of some match."""
    whole: Translation | None = None
    for translation in translations:
        whole = translation if whole is None else joined("AND", whole, translation)
    assert whole is not None, "a part of a query has a term"
    return whole


def _inside(translation: Translation, operator: str, *, is_right: bool = False) -> str:
    """Return details for use in others: in parentheses where another operator joins them."""
    same = translation.operator in ("", operator) and not (is_right and operator == "NOT" and translation.operator)
    return translation.details if same else f"({translation.details})"


def exploded(condition: Condition, vocabulary: NoVocabulary) -> Condition:
    """Return a condition whose headings have the UIs of all concepts that match, asked in three batches at most."""
    found = dict.fromkeys(
        (leaf.field, leaf.test) for leaf in leaves(condition) if isinstance(leaf.test, Headings) and leaf.test.roots
    )
    if not found:
        return condition
    below = vocabulary.below(tree for _, test in found for tree in test.trees)
    concepts = {test: _with_below(test, below) for _, test in found}
    actions = {ui for field, test in found if field == "pa" for ui in concepts[test]}
    substances = vocabulary.substances(actions)
    uis = {
        (field, test): (*test.roots, *_substances(concepts[test], substances)) if field == "pa" else concepts[test]
        for field, test in found
    }
    every = {ui for several in uis.values() for ui in several}
    substances_named = {ui for (field, _), several in uis.items() if field == "nm" for ui in several}
    names, former = vocabulary.names(every, substances_named), vocabulary.former_names(every)
    return _filled(condition, {key: _named(key[1], several, names, former) for key, several in uis.items()})


def _named(
    test: Headings, uis: tuple[str, ...], names: Mapping[str, tuple[str, ...]], former: Mapping[str, tuple[str, ...]]
) -> Headings:
    """Return a test with the UIs and names of its concepts."""
    were = tuple(dict.fromkeys(name for ui in uis for name in former.get(ui, ())))
    are = (name for ui in uis for name in names.get(ui, ()))
    return replace(test, uis=tuple(dict.fromkeys(uis)), names=tuple(dict.fromkeys((*are, *were))), former=were)


def _with_below(test: Headings, below: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    under = [ui for tree in test.trees for ui in below.get(tree, ())]
    return tuple(dict.fromkeys((*test.roots, *under)))


def _substances(actions: Iterable[str], substances: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({ui for action in actions for ui in substances.get(action, ())}))


def _filled(condition: Condition, known: dict[tuple[str, Headings], Headings]) -> Condition:
    match condition:
        case Leaf(field=field, test=Headings() as test):
            return Leaf(field, known.get((field, test), test))
        case Leaf():
            return condition
        case Not():
            return Not(_filled(condition.part, known))
        case Joined():
            return Joined(condition.operator, tuple(_filled(part, known) for part in condition.parts))
