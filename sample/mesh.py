"""An invented MeSH that fits the invented citations, laid out as NLM's folder MESH_FILES."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from sample import lexicon

YEAR = 2026


class Heading(NamedTuple):
    """A descriptor or qualifier.

    Attributes:
        numbers: its places in the tree.
        kind: class of a descriptor.
        terms: its entry terms.
        before: what was used before it, as PreviousIndexing has it.
        actions: descriptors that it is an action of.
    """

    ui: str
    name: str
    numbers: tuple[str, ...]
    kind: int = 1
    terms: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


#: Headings that no citation has, above those that they have: name, place, and the end of the names below.
_ABOVE = (
    ("Lake Diseases", "C90", ""),
    ("Lake Inflammations", "C90.100", "itis"),
    ("Lake Syndromes", "C90.200", " Syndrome"),
    ("Lake Degenerations", "C90.300", "osis"),
    ("Lake Tumors", "C90.400", "oma"),
    ("Lake Substances", "D90", ""),
    ("Lake Proteins", "D90.100", " Proteins"),
    ("Lake Receptors", "D90.200", " Receptors"),
    ("Lake Drugs", "D90.300", ""),
    ("Lake Surgery", "E90", "ectomy"),
    ("Lake Models", "E91", "Models, "),
    ("Lake Regions", "Z90", ""),
    ("Lake Publications", "V90", ""),
    ("Lake Antibiotics", "D91", ""),
    ("Lake Persons", "M90", ""),
)
_TAG_PLACES = {
    "Animals": "B90", "Humans": "B90.100", "Mice": "B90.200", "Adult": "M90.100", "Aged": "M90.100.100",
    "Middle Aged": "M90.100.200", "Young Adult": "M90.100.300", "Child": "M90.200",
}  # fmt: skip
ABBREVIATIONS = dict(zip((name for name, _ in lexicon.QUALIFIERS), "ME DT GE SU EP DG AE".split(), strict=True))
_QUALIFIER_PLACES = {"drug therapy": "Y90.100", "surgery": "Y90.200"}
_ANTIBIOTICS = "D500013"


def headings() -> list[Heading]:
    """Return the descriptors: of the citations, and those above them."""
    classes = {"V": 2, "Z": 4}
    above = [
        Heading(f"D5{rank:05d}", name, (place,), classes.get(place[0], 1))
        for rank, (name, place, _) in enumerate(_ABOVE)
    ]
    tags = [
        Heading(ui, name, (f"Z90.{rank:03d}",), 4) if name in lexicon.PLACES else _tag(ui, name)
        for rank, (name, ui) in enumerate(lexicon.TAG_UIS.items())
    ]
    types = [
        Heading(ui, name, (f"V90.{rank:03d}",), 2)
        for rank, (name, ui) in enumerate((lexicon.PUBLICATION_TYPES | lexicon.RETRACTION_TYPES).items())
    ]
    drugs = [
        Heading(ui, name, (f"D90.300.{rank:03d}",), actions=(_ANTIBIOTICS,) if name.endswith("mycin") else ())
        for rank, (_, ui, name) in enumerate(lexicon.SUBSTANCES)
    ]
    return [*above, *(_topic(rank, *one) for rank, one in enumerate(lexicon.DESCRIPTORS)), *tags, *types, *drugs]


def qualifiers() -> list[Heading]:
    """Return the qualifiers: of the citations, and one above two of them."""
    listed = [
        Heading(ui, name, (_QUALIFIER_PLACES.get(name, f"Y{91 + rank}"),))
        for rank, (name, ui) in enumerate(lexicon.QUALIFIERS)
    ]
    return [*listed, Heading("Q900090", "therapy", ("Y90",))]


def write_mesh(directory: Path, year: int = YEAR) -> Path:
    """Write the four files of a year into the folder `xmlmesh` of a directory."""
    folder = directory / "xmlmesh"
    folder.mkdir(parents=True, exist_ok=True)
    listed, by_ui = headings(), {one.ui: one.name for one in headings()}
    qualifiers_xml = map(_qualifier, qualifiers())
    _write(folder / f"desc{year}.gz", "DescriptorRecordSet", (_descriptor(one, by_ui) for one in listed))
    _write(folder / f"qual{year}.xml", "QualifierRecordSet", qualifiers_xml)
    _write(folder / f"pa{year}.xml", "PharmacologicalActionSet", [_action(listed, by_ui)])
    _write(folder / f"supp{year}.gz", "SupplementalRecordSet", map(_supplementary, lexicon.SUBSTANCES[:5], range(5)))
    return directory


def _tag(ui: str, name: str) -> Heading:
    place = _TAG_PLACES.get(name)
    return Heading(ui, name, (place,) if place else (), 1 if place else 3)


def _topic(rank: int, name: str, ui: str) -> Heading:
    """Return a descriptor below the heading that its name belongs to; every ninth has a second place."""
    place = next(place for _, place, end in _ABOVE if end and (name.endswith(end) or name.startswith(end)))
    places = (f"{place}.{rank:03d}", *((f"C90.{500 + rank}",) if rank % 9 == 0 and place[0] == "C" else ()))
    word = lexicon.WORDS[rank].capitalize()
    before = (f"Old {word} Disease (1975-1999)",) if rank % 10 == 3 else ()
    return Heading(ui, name, places, terms=(f"{word} Disorder", f"Disorder, {word}"), before=before)


def _write(path: Path, root: str, records: Iterable[str]) -> None:
    language = "" if root.startswith("Pharm") else ' LanguageCode="eng"'
    text = f'<?xml version="1.0"?>\n<!DOCTYPE {root} SYSTEM "mesh{YEAR}.dtd">\n<{root}{language}>\n'
    text += "\n".join(records) + f"\n</{root}>\n"
    if path.suffix != ".gz":
        path.write_text(text, "utf-8")
        return
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
        out.write(text.encode())


def _descriptor(one: Heading, by_ui: dict[str, str]) -> str:
    allowed = "".join(
        f"<AllowableQualifier>{_referred('Qualifier', ui, name)}<Abbreviation>{ABBREVIATIONS[name]}</Abbreviation>"
        "</AllowableQualifier>"
        for name, ui in lexicon.QUALIFIERS
    )
    before = "".join(f"<PreviousIndexing>{escape(text)}</PreviousIndexing>" for text in one.before)
    actions = "".join(
        f"<PharmacologicalAction>{_referred('Descriptor', ui, by_ui[ui])}</PharmacologicalAction>" for ui in one.actions
    )
    return (
        f'<DescriptorRecord DescriptorClass="{one.kind}">{_named("Descriptor", one)}{_date("DateCreated", 1999)}'
        + (f"<AllowableQualifiersList>{allowed}</AllowableQualifiersList>" if one.kind == 1 else "")
        + (f"<PreviousIndexingList>{before}</PreviousIndexingList>" if before else "")
        + (f"<PharmacologicalActionList>{actions}</PharmacologicalActionList>" if actions else "")
        + f"{_places(one)}{_concept(one)}</DescriptorRecord>"
    )


def _qualifier(one: Heading) -> str:
    return (
        f"<QualifierRecord>{_named('Qualifier', one)}{_date('DateCreated', 1974)}"
        f"{_places(one)}{_concept(one, ABBREVIATIONS.get(one.name, 'TH'))}</QualifierRecord>"
    )


def _action(listed: Iterable[Heading], by_ui: dict[str, str]) -> str:
    substances = "".join(
        f"<Substance><RecordUI>{one.ui}</RecordUI><RecordName><String>{escape(one.name)}</String></RecordName></Substance>"
        for one in listed
        if one.actions
    )
    return (
        f"<PharmacologicalAction>{_referred('Descriptor', _ANTIBIOTICS, by_ui[_ANTIBIOTICS])}"
        f"<PharmacologicalActionSubstanceList>{substances}</PharmacologicalActionSubstanceList></PharmacologicalAction>"
    )


def _supplementary(substance: tuple[str, str, str], rank: int) -> str:
    number, ui, name = substance
    one = Heading(f"C9{rank:05d}", f"{name} salt", ())
    return (
        f'<SupplementalRecord SCRClass="1">{_named("SupplementalRecord", one)}{_date("DateCreated", 2001)}'
        f"<Frequency>{rank}</Frequency><HeadingMappedToList><HeadingMappedTo>{_referred('Descriptor', f'*{ui}', name)}"
        f"</HeadingMappedTo></HeadingMappedToList>{_concept(one, number=number)}</SupplementalRecord>"
    )


def _concept(one: Heading, abbreviation: str = "", number: str = "") -> str:
    terms = "".join(
        f'<Term ConceptPreferredTermYN="{_flag(rank == 0)}" IsPermutedTermYN="{_flag(rank == 2)}" LexicalTag="NON"'
        f' RecordPreferredTermYN="{_flag(rank == 0)}"><TermUI>T9{one.ui[1:]}{rank}</TermUI>'
        f"<String>{escape(name)}</String>"
        + (f"<Abbreviation>{abbreviation}</Abbreviation>" if abbreviation and rank == 0 else "")
        + "</Term>"
        for rank, name in enumerate((one.name, *one.terms))
    )
    registry = f"<RegistryNumber>{number}</RegistryNumber>" if number else ""
    return (
        f'<ConceptList><Concept PreferredConceptYN="Y"><ConceptUI>M9{one.ui[1:]}</ConceptUI>'
        f"<ConceptName><String>{escape(one.name)}</String></ConceptName>{registry}"
        f"<ScopeNote>What the lakes call {escape(one.name)}.</ScopeNote>"
        f"<TermList>{terms}</TermList></Concept></ConceptList>"
    )


def _named(kind: str, one: Heading) -> str:
    return f"<{kind}UI>{one.ui}</{kind}UI><{kind}Name><String>{escape(one.name)}</String></{kind}Name>"


def _referred(kind: str, ui: str, name: str) -> str:
    return f"<{kind}ReferredTo>{_named(kind, Heading(ui, name, ()))}</{kind}ReferredTo>"


def _places(one: Heading) -> str:
    numbers = "".join(f"<TreeNumber>{number}</TreeNumber>" for number in one.numbers)
    return f"<TreeNumberList>{numbers}</TreeNumberList>" if numbers else ""


def _date(name: str, year: int) -> str:
    return f"<{name}><Year>{year}</Year><Month>01</Month><Day>01</Day></{name}>"


def _flag(value: bool) -> str:
    return "Y" if value else "N"
