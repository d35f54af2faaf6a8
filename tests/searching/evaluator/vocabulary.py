"""MeSH as NLM publishes it in XML: headings, their tree and entry terms, subheadings, actions, other concepts."""

from __future__ import annotations

import functools
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from searching.evaluator.words import key

#: NLM's hierarchy of subheadings (nlm.nih.gov/mesh/subhierarchy.html), with those of earlier years.
#: Adverse effects include toxicity: nlm.nih.gov/bsd/disted/drugs/subheadings.html.
GROUPS = """
analysis
analysis > blood
analysis > cerebrospinal fluid
analysis > isolation & purification
analysis > urine
anatomy & histology
anatomy & histology > blood supply
anatomy & histology > cytology
anatomy & histology > cytology > pathology
anatomy & histology > cytology > ultrastructure
anatomy & histology > embryology
anatomy & histology > embryology > abnormalities
anatomy & histology > innervation
chemistry
chemistry > agonists
chemistry > analogs & derivatives
chemistry > antagonists & inhibitors
chemistry > chemical synthesis
diagnosis
diagnosis > diagnostic imaging
diagnosis > diagnostic imaging > radiography
diagnosis > diagnostic imaging > radionuclide imaging
diagnosis > diagnostic imaging > ultrasonography
diagnosis > pathology
etiology
etiology > chemically induced
etiology > complications
etiology > complications > secondary
etiology > congenital
etiology > embryology
etiology > embryology > abnormalities
etiology > genetics
etiology > immunology
etiology > microbiology
etiology > microbiology > virology
etiology > parasitology
etiology > transmission
organization & administration
organization & administration > economics
organization & administration > legislation & jurisprudence
organization & administration > manpower
organization & administration > standards
organization & administration > supply & distribution
organization & administration > trends
organization & administration > utilization
pharmacology
pharmacology > administration & dosage
pharmacology > adverse effects
pharmacology > adverse effects > poisoning
pharmacology > adverse effects > toxicity
pharmacology > agonists
pharmacology > antagonists & inhibitors
pharmacology > pharmacokinetics
physiology
physiology > genetics
physiology > growth & development
physiology > immunology
physiology > metabolism
physiology > metabolism > biosynthesis
physiology > metabolism > blood
physiology > metabolism > cerebrospinal fluid
physiology > metabolism > deficiency
physiology > metabolism > enzymology
physiology > metabolism > pharmacokinetics
physiology > metabolism > urine
physiology > physiopathology
physiology > secretion
statistics & numerical data
statistics & numerical data > epidemiology
statistics & numerical data > epidemiology > ethnology
statistics & numerical data > epidemiology > mortality
statistics & numerical data > supply & distribution
statistics & numerical data > utilization
therapeutic use
therapeutic use > administration & dosage
therapeutic use > adverse effects
therapeutic use > adverse effects > poisoning
therapy
therapy > diet therapy
therapy > drug therapy
therapy > nursing
therapy > prevention & control
therapy > radiotherapy
therapy > rehabilitation
therapy > surgery
therapy > surgery > transplantation
"""
RECORDS = ("DescriptorRecord", "QualifierRecord", "SupplementalRecord", "Substance")


class Tree:
    """Tree numbers, and what is at or under them."""

    def __init__(self) -> None:
        self.numbers: dict[str, list[str]] = defaultdict(list)
        self.at: dict[str, set[str]] = defaultdict(set)

    def add(self, ui: str, numbers: list[str]) -> None:
        self.numbers[ui] += numbers
        for number in numbers:
            parts = number.split(".")
            for depth in range(1, len(parts) + 1):
                self.at[".".join(parts[:depth])].add(ui)

    def exploded(self, ui: str) -> set[str]:
        return {ui}.union(*(self.at[number] for number in self.numbers.get(ui, [])))


class Vocabulary:
    """The vocabulary of some MeSH files.

    Attributes:
        names: the preferred name by UI.
        ui_of: the UIs by the key of a name or entry term.
        has_subheadings: whether there was a file of subheadings; else they are not terms that words are mapped to.
        previous: the UIs by the key of a heading that citations had before there was this one.
        actions: the substances, by the UI of their pharmacological action.
    """

    def __init__(self, paths: list[Path]) -> None:
        self.names: dict[str, str] = {}
        self.classes: dict[str, str] = {}
        self.previous: dict[str, set[str]] = defaultdict(set)
        self.ui_of: dict[str, set[str]] = defaultdict(set)
        self.tree = Tree()
        self.abbreviations: dict[str, str] = {}
        self.actions: dict[str, set[str]] = defaultdict(set)
        self.registry: dict[str, set[str]] = defaultdict(set)
        for path in paths:
            for element in _elements(path):
                self._add(element)
        self.has_subheadings = any(ui.startswith("Q") for ui in self.tree.numbers)
        if not self.has_subheadings:
            self._group()

    def _add(self, element: Any) -> None:
        if element.tag == "Substance":  # pa20YY.xml
            action = element.getparent().getparent().findtext("DescriptorReferredTo/DescriptorUI")
            self.actions[action].add(element.findtext("RecordUI"))
            return
        kind = element.tag.removesuffix("Record")
        ui = element.findtext(f"{kind}UI" if kind != "Supplemental" else "SupplementalRecordUI")
        name = element.findtext(f"{kind}Name/String" if kind != "Supplemental" else "SupplementalRecordName/String")
        self.names[ui] = name.strip()
        self.classes[ui] = element.get("DescriptorClass") or element.get("SCRClass") or ""
        terms = [name, *(term.text or "" for term in element.iterfind(".//TermList/Term/String"))]
        for term in {spelled(term) for term in terms}:
            self.ui_of[term].add(ui)
        self.tree.add(ui, [number.text for number in element.iterfind("TreeNumberList/TreeNumber")])
        for action in element.iterfind("PharmacologicalActionList/PharmacologicalAction/DescriptorReferredTo"):
            self.actions[action.findtext("DescriptorUI")].add(ui)
        for previous in element.iterfind("PreviousIndexingList/PreviousIndexing"):
            self.previous[spelled(re.sub(r"\s*\([\d\s,-]*\)\s*$", "", previous.text or ""))].add(ui)
        if kind == "Qualifier" and (short := element.findtext(".//Term/Abbreviation")):
            self.abbreviations[short.lower()] = ui
        for allowed in element.iterfind("AllowableQualifiersList/AllowableQualifier"):
            self._allow(allowed)

    def _allow(self, allowed: Any) -> None:
        """Learn a subheading from a heading that allows it: the file of subheadings may be missing."""
        ui = allowed.findtext("QualifierReferredTo/QualifierUI")
        name = allowed.findtext("QualifierReferredTo/QualifierName/String").strip()
        self.abbreviations.setdefault(allowed.findtext("Abbreviation").lower(), ui)
        if ui not in self.names:
            self.names[ui] = name
            self.ui_of[spelled(name)].add(ui)

    def _group(self) -> None:
        """Put subheadings below each other as NLM lists them, where there is no file of subheadings."""
        for line in GROUPS.strip().splitlines():
            names = line.split(" > ")
            uis = [next(iter(self.find(name, "Q")), f"Q {name}") for name in names]
            for ui, name in zip(uis, names, strict=True):
                self.names.setdefault(ui, name)
                self.ui_of[spelled(name)].add(ui)
            self.tree.add(uis[-1], [".".join(uis)])

    def find(self, name: str, kind: str) -> set[str]:
        """Return the UIs of a name or entry term: `kind` is D for headings, Q for subheadings, C for other concepts."""
        return {ui for ui in self.ui_of.get(spelled(name), ()) if ui.startswith(kind)}

    def resolve(self, name: str) -> set[str]:
        """Return the UIs of a name, of today or of old."""
        return self.ui_of.get(spelled(name)) or self.previous.get(spelled(name)) or set()

    def is_type(self, ui: str) -> bool:
        return self.classes.get(ui) == "2"


@functools.cache
def spelled(name: str) -> str:
    """Return the key of a name: `administration & dosage` is `administration and dosage`."""
    return key(name.replace("&", " and "))


def _elements(path: Path) -> Iterator[Any]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for _, element in etree.iterparse(file, tag=RECORDS, resolve_entities=False, load_dtd=False, no_network=True):
            yield element
            if element.tag != "Substance":
                element.clear()


def of_folder(folder: Path) -> Vocabulary:
    """Read NLM's folder MESH_FILES."""
    kinds = ("qual", "desc", "supp", "pa")
    paths = sorted((folder / "xmlmesh").iterdir(), key=lambda path: path.name)
    return Vocabulary(
        [path for kind in kinds for path in paths if re.fullmatch(rf"{kind}\d{{4}}(\.xml|\.gz)", path.name)]
    )
