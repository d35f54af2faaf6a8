"""MeSH headings, subheadings, publication types, substances and actions of citations, exploded.

User guide, "MeSH Terms [mh]", "MeSH Subheadings [sh]", "Publication Type [pt]", "Pharmacological Action [pa]".
Records of MEDLINE text have no UIs: their headings are matched by the names of the vocabulary.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from searching.evaluator.vocabulary import Vocabulary, spelled

Record = dict[str, Any]


@dataclass
class Wanted:
    """Concepts, by UI and for records without one by name; or the start of their names.

    Attributes:
        name: the name as given, for what the vocabulary does not have.
    """

    uis: set[str] = field(default_factory=set)
    name: str = ""
    start: str | None = None

    def __post_init__(self) -> None:
        self.has = functools.cache(self._has)  # the same concepts are in many records

    def _has(self, ui: str | None, name: str | None, vocabulary: Vocabulary) -> bool:
        spelling = spelled(name or "")
        if self.start is not None:
            current = vocabulary.names.get(ui or "", "")
            return spelling.startswith(self.start) or spelled(current).startswith(self.start)
        if ui and ui in vocabulary.names and self.uis:
            return ui in self.uis
        return bool(vocabulary.resolve(spelling) & self.uis) or spelling == self.name != ""


def wanted(vocabulary: Vocabulary, text: str, kind: str, explode: bool) -> Wanted:
    """Return what a name means: the concept of that name or entry term and, exploded, all below it in the tree."""
    uis = {ui for ui in vocabulary.resolve(text) if ui.startswith(kind)}
    if kind == "Q" and not uis and (ui := vocabulary.abbreviations.get(text.strip().lower())):
        uis = {ui}
    if explode:
        uis = set().union(*(vocabulary.tree.exploded(ui) for ui in uis)) if uis else uis
    return Wanted(uis, spelled(text))


def heading_matches(
    record: Record, vocabulary: Vocabulary, descriptor: Wanted, qualifier: Wanted | None, major: bool
) -> bool:
    """Whether a heading of the record is one of these, with one of the subheadings, as a major topic if asked.

    A heading is a major topic where the asterisk stands "on the MeSH term or MeSH/Subheading combination".
    """
    for heading in record["headings"]:
        if not descriptor.has(heading["ui"], heading["name"], vocabulary):
            continue
        if qualifier is None:
            if not major or heading["major"] or any(star for _, _, star in heading["qualifiers"]):
                return True
            continue
        for ui, name, star in heading["qualifiers"]:
            if qualifier.has(ui, name, vocabulary) and (not major or star or heading["major"]):
                return True
    return False


def subheading_matches(record: Record, vocabulary: Vocabulary, qualifier: Wanted) -> bool:
    return any(
        qualifier.has(ui, name, vocabulary) for heading in record["headings"] for ui, name, _ in heading["qualifiers"]
    )


def type_matches(record: Record, vocabulary: Vocabulary, kind: Wanted) -> bool:
    return any(kind.has(ui, name, vocabulary) for ui, name in record["types"])


def substance_matches(record: Record, vocabulary: Vocabulary, substance: Wanted) -> bool:
    named = [(ui, name) for ui, name, _ in record["substances"]] + record["supplementary"]
    return any(substance.has(ui, name, vocabulary) for ui, name in named)


def action_matches(record: Record, vocabulary: Vocabulary, substance: Wanted) -> bool:
    """Whether the record is indexed with a substance, as heading or as substance name."""
    headings = [(heading["ui"], heading["name"]) for heading in record["headings"]]
    return any(substance.has(ui, name, vocabulary) for ui, name in headings) or substance_matches(
        record, vocabulary, substance
    )


def substances_of(vocabulary: Vocabulary, text: str) -> Wanted:
    """Return a pharmacological action and the substances that have it or a more specific one, themselves not exploded.

    NLM Tech Bull. 2007 Nov-Dec;(359), "PubMed and the Expansion of Pharmacological Action Terms", and NLM's tutorial
    of MeSH, "Pharmacological Action Terms".
    """
    actions = wanted(vocabulary, text, "D", explode=True).uis
    uis = wanted(vocabulary, text, "D", explode=False).uis.union(*(vocabulary.actions.get(ui, set()) for ui in actions))
    return Wanted(uis)
