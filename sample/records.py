"""Citations as element trees: the facts of `facts`, put in the order and completed by the rules of the DTD digest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from medline.schema import dtd
from sample import facts, lexicon

FIRST_PMID = 20_000_001
BOOK_EVERY = 20
_RARE_EVERY, _CYCLE = 4, 300
_CHANCE = 0.004
MATHML = "http://www.w3.org/1998/Math/MathML"


def citations(count: int, seed: int = 1, *, first_pmid: int = FIRST_PMID) -> Iterator[Element]:
    """Yield count records with consecutive PMIDs; one in twenty is a PubmedBookArticle.

    The first 300 show every element and attribute that the DTD has below PubmedArticle and PubmedBookArticle.
    """
    for index in range(count):
        yield citation(index, seed, pmid=first_pmid + index)


def citation(index: int, seed: int = 1, *, pmid: int, version: int = 1) -> Element:
    """Return the record of rank index: a pure function of its arguments."""
    make = book if index % BOOK_EVERY == BOOK_EVERY - 1 else article
    return make(index, seed, pmid=pmid, version=version)


def article(index: int, seed: int = 1, *, pmid: int, version: int = 1) -> Element:
    """Return a PubmedArticle."""
    rng = Random(f"article {seed} {pmid}")
    return _grow("PubmedArticle", facts.article(rng, index, pmid, version), rng, _wanted("PubmedArticle", index))


def book(index: int, seed: int = 1, *, pmid: int, version: int = 1) -> Element:
    """Return a PubmedBookArticle."""
    rng = Random(f"book {seed} {pmid}")
    return _grow("PubmedBookArticle", facts.book(rng, index, pmid, version), rng, _wanted("PubmedBookArticle", index))


@cache
def _paths(root: str) -> tuple[str, ...]:
    return tuple(dtd.iter_paths(root))


def _wanted(root: str, index: int) -> dict:
    """Return, as a tree of names, the paths that the record of this rank must show, however rare they are."""
    if root == "PubmedBookArticle":
        turn, turns = index % _CYCLE // BOOK_EVERY, _CYCLE // BOOK_EVERY
    elif index % _RARE_EVERY == 1:
        turn, turns = index % _CYCLE // _RARE_EVERY, _CYCLE // _RARE_EVERY
    else:
        return {}
    tree: dict = {}
    paths = list(_paths(root)[turn::turns])
    if any(path.endswith("/@Investigators") for path in paths):
        paths += [path for path in _paths(root) if path.endswith("/InvestigatorList/@ID")]
    for path in paths:
        branch = tree
        for name in path.split("/"):
            branch = branch.setdefault(name, {})
    return tree


def _grow(root: str, filling: dict, rng: Random, wanted: dict) -> Element:
    part = filling.get("BookDocument") or filling["MedlineCitation"]
    record = _Grower(rng, part["DateRevised"]["Year"]).element(root, filling, wanted)
    lists = [listed for listed in record.iter("InvestigatorList") if listed.get("ID")]
    for rank, listed in enumerate(lists, start=1):
        listed.set("ID", f"g{part['PMID']['#']}-{rank}")
    for name in record.iter("CollectiveName"):
        if name.attrib.pop("Investigators", None) and lists:
            name.set("Investigators", lists[0].get("ID", ""))
    return record


class _Grower:
    """Grows one record. wanted is the tree of names that must appear below the element in hand."""

    def __init__(self, rng: Random, year: str) -> None:
        self._rng, self._year, self._declared = rng, year, dtd.elements()

    def element(self, name: str, filling: Any, wanted: dict) -> Element:
        given: dict = filling if isinstance(filling, dict) else {} if filling is None else {"#": filling}
        if name == "mml:math":
            return formula()
        if not given and name in ("Author", "Investigator", "PersonalNameSubject"):
            given = facts.person(self._rng)
        declared, node = self._declared[name], Element(name)
        for attribute in declared.attributes:
            value = self._attribute(name, attribute, given, wanted)
            if value is not None:
                node.set(attribute.name, value)
        if declared.model.kind == "text":
            node.text = self._text(name, given)
        elif declared.model.kind == "mixed":
            pour(node, self._marked(self._text(name, given), wanted))
            for child in wanted:
                if child == "DispFormula":
                    node.append(self.element(child, None, {}))
        else:
            for child, content, inner in self._children(declared.model, given, wanted):
                node.append(self.element(child, content, inner))
        return node

    def _text(self, name: str, given: dict) -> str:
        if "#" in given:
            return given["#"]
        return _TEXT.get(name, _anything)(self._rng, self._year)

    def _marked(self, text: str, wanted: dict) -> str:
        for tag in wanted:
            if tag == "mml:math":
                text = f"{text} {{math}}"
            elif tag in ("b", "i", "u", "sup", "sub"):
                word = self._rng.choice(lexicon.WORDS)
                text = self._rng.choice(
                    (f"{{{tag}:{word}}} {text}", f"{text} ({{{tag}:{word}}})", f"{text}{{{tag}:2}}")
                )
        return text

    def _attribute(self, name: str, attribute: dtd.Attribute, given: dict, wanted: dict) -> str | None:
        key = f"@{attribute.name}"
        value = given.get(key)
        if value is not None:
            return value
        needed = key in wanted or attribute.required
        known = key in given or attribute.default is not None
        if not needed and (known or self._rng.random() > _CHANCE):
            return attribute.default
        if attribute.values:
            return self._rng.choice(attribute.values)
        return attribute.default or _ATTRIBUTE.get(attribute.name, _anything)(self._rng, self._year)

    def _children(self, model: dtd.Model, given: dict, wanted: dict) -> Iterator[tuple[str, object, dict]]:
        if model.kind == "element":
            yield from self._repeated(model, given, wanted)
        elif model.kind == "choice":
            best = max(model.parts, key=lambda part: _fitness(part, given, wanted))
            yield from self._children(best, given, wanted)
        elif model.occurs in ("", "+") or _fitness(model, given, wanted) > (0, 0):
            for part in model.parts:
                if part.occurs not in ("?", "*") or part.kind == "element" or _fitness(part, given, wanted) > (0, 0):
                    yield from self._children(part, given, wanted)

    def _repeated(self, model: dtd.Model, given: dict, wanted: dict) -> Iterator[tuple[str, object, dict]]:
        name = model.name
        values = given.get(name)
        values = [] if values is None else values if isinstance(values, list) else [values]
        unknown = name not in given and model.occurs in ("?", "*") and not _is_alternative(name, given)
        needed = model.occurs in ("", "+") or name in wanted or (unknown and self._rng.random() < _CHANCE)
        if needed and not values:
            values = [{}]
        last = len(values) - 1
        for rank, value in enumerate(values):
            yield name, value, wanted.get(name, {}) if rank == last else {}


def _is_alternative(name: str, given: dict) -> bool:
    # Dates and names are complete as the facts give them: no chance Season beside a Month.
    return bool({"Year", "MedlineDate", "LastName"} & given.keys()) and name not in ("Identifier", "AffiliationInfo")


def _fitness(model: dtd.Model, given: dict, wanted: dict) -> tuple[int, int]:
    """Return how well a part of a content model suits: names only wanted; names given less required ones missing."""
    names = model.names()
    filled = [name for name in names if given.get(name) not in (None, [])]
    required = [part.name for part in model.parts or (model,) if part.kind == "element" and part.occurs in ("", "+")]
    missing = [name for name in required if name not in filled] if filled or model.occurs == "" else []
    return len([name for name in names if name in wanted and name not in filled]), 2 * len(filled) - len(missing)


def pour(node: Element, text: str) -> None:
    """Put marked text into a node: {i:…}, {sup:…} … become elements, nested as written, {math} a formula."""
    open_nodes = [node]
    for piece in re.split(r"(\{math\}|\{(?:b|i|u|sup|sub):|\})", text):
        current = open_nodes[-1]
        if piece == "{math}":
            current.append(formula())
        elif piece == "}":
            open_nodes.pop()
        elif piece.startswith("{"):
            open_nodes.append(SubElement(current, piece[1:-1]))
        elif piece and len(current):
            current[-1].tail = (current[-1].tail or "") + piece
        elif piece:
            current.text = (current.text or "") + piece


def formula() -> Element:
    """Return x = y/2 as mml:math."""
    math = Element("mml:math", {"xmlns:mml": MATHML})
    row = SubElement(math, "mml:mrow")
    for tag, text in (("mml:mi", "x"), ("mml:mo", "="), ("mml:mi", "y"), ("mml:mo", "/"), ("mml:mn", "2")):
        SubElement(row, tag).text = text
    return math


_Maker = Callable[[Random, str], str]


def _anything(rng: Random, year: str) -> str:
    return lexicon.phrase(rng)


def _one_of(*values: str) -> _Maker:
    return lambda rng, year: rng.choice(values)


def _number(low: int, high: int, pattern: str = "{}") -> _Maker:
    return lambda rng, year: pattern.format(rng.randint(low, high))


# Values of leaves the facts say nothing about, by element name; any other leaf gets a phrase.
_TEXT: dict[str, _Maker] = {
    "PMID": _number(1_000_000, 9_999_999),
    "Year": lambda rng, year: year,
    "Month": _one_of("01"),  # a date completed that only chance asks for must not be later than the date revised
    "Day": _one_of("01"),
    "Hour": _number(0, 23),
    "Minute": _number(0, 59),
    "Second": _number(0, 59),
    "Season": _one_of(*facts.SEASONS),
    "MedlineDate": lambda rng, year: f"{year} Jan-Feb",
    "LastName": _one_of(*lexicon.LAST_NAMES),
    "ForeName": _one_of(*lexicon.FORE_NAMES),
    "Initials": _one_of("A", "BK", "É"),
    "Suffix": _one_of("Jr", "3rd"),
    "CollectiveName": _one_of(*lexicon.GROUPS),
    "Affiliation": lambda rng, year: facts.affiliation(rng)["Affiliation"],
    "Identifier": lambda rng, year: lexicon.orcid(rng.randrange(10**10)),
    "ArticleId": _number(1_000_000, 9_999_999),
    "ArticleTitle": lambda rng, year: lexicon.title(rng),
    "AbstractText": lambda rng, year: lexicon.sentences(rng, 3),
    "RefSource": lambda rng, year: facts.source_of(rng, int(year)),
    "Citation": lambda rng, year: facts.source_of(rng, int(year)) + ".",
    "CopyrightInformation": lambda rng, year: f"© {year} Norland Press & Partners.",
    "CoiStatement": _one_of("None declared."),
    "Country": _one_of("Norway", "Canada", "Ireland"),
    "Language": _one_of(*lexicon.LANGUAGES),
    "Agency": _one_of(*(agency for _, agency, _ in lexicon.AGENCIES)),
    "Acronym": _one_of(*(acronym for acronym, _, _ in lexicon.AGENCIES)),
    "GrantID": _number(1000, 9999, "NF-07/{}"),
    "AccessionNumber": _number(10000, 99999, "V{}"),
    "DataBankName": _one_of(*lexicon.DATABANKS),
    "DescriptorName": _one_of(*(name for name, _ in lexicon.DESCRIPTORS)),
    "QualifierName": _one_of(*(name for name, _ in lexicon.QUALIFIERS)),
    "RegistryNumber": _one_of("0", "EC 3.9.1.77"),
    "GeneSymbol": _one_of(*lexicon.GENES),
    "CitationSubset": _one_of("IM", "AIM", "S"),
    "PublicationType": _one_of(*lexicon.PUBLICATION_TYPES),
    "StartPage": _number(1, 400),
    "EndPage": _number(401, 900),
    "MedlinePgn": _one_of("557-63", "101"),
    "ELocationID": _number(1000, 9999, "10.5555/extra.{}"),
    "ISSN": lambda rng, year: lexicon.issn(rng.randint(1_000_000, 9_999_999)),
    "Isbn": _number(10**9, 10**10 - 1, "979{}"),
    "Volume": _number(1, 90),
    "Edition": _one_of("2nd", "3rd, revised"),
    "Medium": _one_of("Internet", "Print"),
    "LocationLabel": _number(1, 40, "Chapter {}"),
    "NumberOfReferences": _number(5, 200),
    "SpaceFlightMission": _number(1, 99, "Flight Experiment Norl-{}"),
    "OtherID": _number(10**6, 10**7, "{}"),
    "GeneralNote": _one_of("Full author name: Quillabamba, Odile", "Original DateCompleted: 19990101"),
    "ReportNumber": _number(100, 999, "NRF-{}-EF"),
    "PublicationStatus": _one_of("ppublish", "epublish", "aheadofprint"),
    "Title": _one_of("References", "Further reading"),
    "Note": _one_of("Almeric A [corrected to Almerich A]"),
    "SupplMeshName": _one_of("Voranic Fever, Familial", "TALEB protocol"),
}  # fmt: skip
_ATTRIBUTE: dict[str, _Maker] = {
    "UI": _number(90000, 99999, "D5{}"),
    "Version": _one_of("1"),
    "VersionID": _one_of("1"),
    "VersionDate": lambda rng, year: f"{year}/03/01",
    "IndexingMethod": _one_of("Automated", "Curated"),
    "Label": _one_of("SETTING", "TRIAL REGISTRATION"),
    "Language": _one_of(*lexicon.LANGUAGES),
    "Source": _one_of("ORCID", "ROR"),
    "ListType": _one_of("Synonyms"),
    "Type": _one_of("keyword", "Dataset"),
    "Name": _one_of("value", "id"),
    "ID": _one_of("grp9"),
    "Investigators": _one_of("grp9"),
    "book": _number(1, 99, "bk{}"),
    "part": _number(1, 99, "ch{}"),
    "sec": _number(1, 99, "s{}"),
}
