"""Invented records of MeSH, and folders of them laid out like NLM's."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

ROOTS = {
    "desc": "DescriptorRecordSet",
    "qual": "QualifierRecordSet",
    "pa": "PharmacologicalActionSet",
    "supp": "SupplementalRecordSet",
}


def named(kind: str, ui: str, name: str) -> str:
    return f"<{kind}UI>{ui}</{kind}UI><{kind}Name><String>{name}</String></{kind}Name>"


def term(name: str, *, preferred: str = "N", more: str = "") -> str:
    flags = f'ConceptPreferredTermYN="{preferred}" IsPermutedTermYN="N" RecordPreferredTermYN="{preferred}"'
    return f"<Term {flags}><TermUI>T1</TermUI><String>{name}</String>{more}</Term>"


def concepts(name: str, terms: Iterable[str] = (), more: str = "") -> str:
    listed = term(name, preferred="Y") + "".join(map(term, terms))
    return (
        f'<ConceptList><Concept PreferredConceptYN="Y"><ConceptUI>M1</ConceptUI><ConceptName><String>{name}</String>'
        f"</ConceptName>{more}<TermList>{listed}</TermList></Concept></ConceptList>"
    )


def places(*numbers: str) -> str:
    return (
        f"<TreeNumberList>{''.join(f'<TreeNumber>{n}</TreeNumber>' for n in numbers)}</TreeNumberList>"
        if numbers
        else ""
    )


def descriptor(ui: str, name: str, *numbers: str, kind: int = 1, terms: Iterable[str] = (), more: str = "") -> str:
    """A DescriptorRecord; `more` stands before its places."""
    return (
        f'<DescriptorRecord DescriptorClass="{kind}">{named("Descriptor", ui, name)}{more}{places(*numbers)}'
        f"{concepts(name, terms)}</DescriptorRecord>"
    )


def qualifier(ui: str, name: str, abbreviation: str, *numbers: str) -> str:
    listed = concepts(name).replace(
        "</String></Term>", f"</String><Abbreviation>{abbreviation}</Abbreviation></Term>", 1
    )
    return f"<QualifierRecord>{named('Qualifier', ui, name)}{places(*numbers)}{listed}</QualifierRecord>"


def previous(*texts: str) -> str:
    each = "".join(f"<PreviousIndexing>{text}</PreviousIndexing>" for text in texts)
    return f"<PreviousIndexingList>{each}</PreviousIndexingList>"


def whole(kind: str, *records: str, head: str = '<?xml version="1.0"?>\n') -> str:
    root = ROOTS[kind]
    return f'{head}<{root} LanguageCode="eng">\n' + "\n".join(records) + f"\n</{root}>\n"


def write(folder: Path, kind: str, *records: str, year: int = 2026, suffix: str = ".xml") -> Path:
    """Write a file of a year into the folder xmlmesh of a folder."""
    path = folder / "xmlmesh" / f"{kind}{year}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = whole(kind, *records).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if suffix.endswith("gz") else content)
    return path


#: A small tree: otters and newts below animals of the lake, a disease in two places.
TREE = (
    descriptor("D1", "Lake Animals", "B90"),
    descriptor("D2", "Otters", "B90.100", terms=["Lutra"]),
    descriptor("D3", "Newts", "B90.200", more=previous("Salamanders, Small (1966-1980)", "Frogs/anatomy (1981)")),
    descriptor("D4", "Lake Diseases", "C90"),
    descriptor("D5", "Otter Pox", "C90.100", "B90.100.500", terms=["Pox, Otter"]),
    descriptor("D6", "Male", kind=3),
)
QUALIFIERS = (qualifier("Q1", "therapy", "TH", "Y90"), qualifier("Q2", "drug therapy", "DT", "Y90.100"))
