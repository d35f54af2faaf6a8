"""The real MeSH tree of the directory of real records, laid out as NLM's folder MESH_FILES."""

from __future__ import annotations

import csv
import gzip
import shutil
from pathlib import Path

from lxml import etree
from lxml.builder import E


def write(data: Path, folder: Path) -> Path:
    """Write desc2024.gz, whole records where NLM's samples have them, and supp2024.xml; return the folder."""
    (folder / "xmlmesh").mkdir()
    samples = etree.parse(str(data / "mesh" / "desc-samples.xml")).getroot()
    whole = {record.findtext("DescriptorUI"): record for record in samples}
    terms = {
        row["ui"]: row["entry_terms"].split("|") for row in _rows(data, "entry_terms_subset") if row["entry_terms"]
    }
    root = E.DescriptorRecordSet(LanguageCode="eng")
    for row in _rows(data, "trees"):
        numbers = [number for number in (row["tree_numbers"] or "").split("|") if number]
        record = whole.get(row["ui"])
        same = record is not None and {one.text for one in record.iter("TreeNumber")} == set(numbers)
        root.append(record if same else _record(row["ui"], row["name"], numbers, terms.get(row["ui"], [])))
    with gzip.open(folder / "xmlmesh" / "desc2024.gz", "wb", compresslevel=1) as file:
        file.write(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    shutil.copyfile(data / "mesh" / "supp-samples.xml", folder / "xmlmesh" / "supp2024.xml")
    return folder


def _rows(data: Path, what: str) -> list[dict[str, str]]:
    with gzip.open(data / "mesh" / f"mesh2024_{what}.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _record(ui: str, name: str, numbers: list[str], terms: list[str]) -> etree._Element:
    """Return what the lists hold of a heading: no tree number is a check tag, V a publication type, Z a place."""
    kind = {"V": "2", "Z": "4"}.get(numbers[0][0], "1") if numbers else "3"
    listed = [
        E.Term(
            E.TermUI(f"T{int(ui[1:]):06}{number:03}"),
            E.String(term),
            ConceptPreferredTermYN="N" if number else "Y",
            IsPermutedTermYN="N",
            LexicalTag="NON",
            RecordPreferredTermYN="N" if number else "Y",
        )
        for number, term in enumerate([name, *terms])
    ]
    concept = E.Concept(
        E.ConceptUI(f"M{ui[1:]}"), E.ConceptName(E.String(name)), E.TermList(*listed), PreferredConceptYN="Y"
    )
    trees = [E.TreeNumberList(*map(E.TreeNumber, numbers))] if numbers else []
    return E.DescriptorRecord(
        E.DescriptorUI(ui), E.DescriptorName(E.String(name)), *trees, E.ConceptList(concept), DescriptorClass=kind
    )
