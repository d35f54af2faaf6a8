"""Records to damage: invented ones, in which every value carries a word of its record alone, and real ones."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

import sample

KINDS = ("text", "xml")
FIRST_PMID = 91_000_000
#: Of a record that is in a file by mistake.
ANOTHER = 90_000_001
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DOCTYPE = '<!DOCTYPE PubmedArticleSet SYSTEM "https://dtd.example/pubmed_250101.dtd">\n'
#: Larger real records slow the fuzzer down and show nothing more.
_LARGEST = 12_000

#: Names of tags that stand in texts.
INLINE = r"(?:b|i|u|sup|sub|DispFormula|mml:\w+)\b"
#: Where NLM breaks lines.
_LINE_END = re.compile(rf"(</?(?!/|{INLINE})[^<>]*>)(?=</?(?!/|{INLINE}))")

_SYLLABLES = "ba ce di fo gu ha je ki lo mu".split()
#: Elements whose text gets the word; a person's name gets it joined with a hyphen.
_MARKED = frozenset(
    "ArticleTitle VernacularTitle BookTitle AbstractText CopyrightInformation Affiliation CollectiveName Title "
    "MedlineTA ISOAbbreviation NameOfSubstance DescriptorName Keyword Agency PublisherName RefSource Citation "
    "GeneralNote CoiStatement SupplMeshName OtherID SectionTitle Item".split()
)
#: Sentences with something like a tag inside, as abstracts have.
_LIKE_TAGS = (
    "Only virus-free animals (ZIKV- free, DENV- free) took part.",
    "The AU - ROC of the rule was 0.81.",
    "Blood group AB - the rarest - was found twice.",
    "Doses were given by three routes (IV - vein, IP - peritoneum).",
    "The mean was low (CI - 0.4 to 0.9; SI - 12).",
    "Of the PT - INR pairs, 12 were out of range.",
    "A TI - 3 weeks of ischaemia - was allowed.",
    "Earlier work (PMID: 31234567) differs.",
    "The series continues that of PMID- 31234567 in shorter form.",
    "LA - LV ratio, SO - oil and GR - antagonists were recorded.",
    "Malignant hyperthermia (MH - the trait) was ruled out.",
)
_GRANTS = (
    ("R01 OT{}", "OT", "NOTT OTT HHS", "United States"),
    ("{}/A/17", "", "Fenland Research Council", "United Kingdom"),
    ("P-{}", "FE", "Fenland Foundation", "Austria"),
    ("", "", "Pond & Lake Trust", ""),
    ("2019/{}/B", "", "Otter Board", "Norway"),
)


class Record(NamedTuple):
    """One record as it is before any damage: lines of MEDLINE text that end in LF, or an XML element."""

    kind: str
    pmid: int
    body: str

    @property
    def alone(self) -> str:
        """A file of this record."""
        return self.body if self.kind == "text" else f"{XML_HEAD}<PubmedArticleSet>\n{self.body}\n</PubmedArticleSet>\n"


def word_of(pmid: int) -> str:
    """The last five digits of a PMID as a word, which no other record has."""
    return "".join(_SYLLABLES[int(digit)] for digit in str(pmid)[-5:])


@lru_cache(500)
def invented(kind: str, pmid: int, seed: int) -> Record:
    """A rich record; the word of its PMID stands in each of its longer values."""
    rng = Random(f"record {seed} {pmid}")
    tree = sample.citation(rng.randrange(300), rng.randrange(50), pmid=pmid)
    _enrich(tree, rng)
    _mark(tree, word_of(pmid))
    if kind == "text":
        return Record(kind, pmid, sample.medline_text(tree))
    return Record(kind, pmid, _LINE_END.sub(r"\1\n", tostring(tree, encoding="unicode").strip()))


def _enrich(tree: Element, rng: Random) -> None:
    """Add what the sample is too tame for: tag-like words, long abstracts, many grants, groups, other abstracts."""
    for section in tree.iter("AbstractText"):
        if rng.random() < 0.3:
            _append(section, " " + rng.choice(_LIKE_TAGS))
    article = tree.find("MedlineCitation/Article")
    if article is not None and rng.random() < 0.4:
        grants = SubElement(article, "GrantList", CompleteYN="Y")
        for _ in range(rng.choice((1, 2, 6, 14))):
            _add_grant(grants, rng)
    authors = tree.find(".//AuthorList")
    if authors is not None and rng.random() < 0.3:
        group = SubElement(SubElement(authors, "Author", ValidYN="Y"), "CollectiveName")
        group.text = rng.choice(("Otter Study Group", "Members of the Pond Trial (AU - NZ arm)"))
    citation = tree.find("MedlineCitation")
    if citation is not None and rng.random() < 0.3:
        other = SubElement(citation, "OtherAbstract", Type="Publisher", Language=rng.choice(("spa", "fre")))
        SubElement(other, "AbstractText").text = "OBJETIVO: contar las nutrias. " + rng.choice(_LIKE_TAGS)


def _add_grant(grants: Element, rng: Random) -> None:
    grant = SubElement(grants, "Grant")
    values = rng.choice(_GRANTS)
    for name, value in zip(("GrantID", "Acronym", "Agency", "Country"), values, strict=True):
        if value:
            SubElement(grant, name).text = value.format(rng.randrange(1000, 9999))


def _append(node: Element, text: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + text
    else:
        node.text = (node.text or "") + text


def _mark(tree: Element, word: str) -> None:
    for node in tree.iter():
        if node.tag == "LastName":
            node.text = f"{word.capitalize()}-{node.text}"
        elif node.tag in _MARKED:
            head, blank, rest = (node.text or "").partition(" ")
            node.text = (
                f"{head} {word} {rest}" if blank else f"{head} {word} " if len(node) else f"{head} {word}".strip()
            )


# Real records, of which nothing is kept here


@lru_cache
def real(data: Path) -> dict[str, tuple[Record, ...]]:
    """Real records by kind."""
    texts = [*sorted((data / "nbib").glob("*")), *sorted((data / "pairs").glob("*.nbib"))]
    xmls = [*sorted((data / "xml").glob("*")), *sorted((data / "books").glob("*"))]
    return {
        "text": tuple(record for path in texts for record in _texts_of(path)),
        "xml": tuple(record for path in xmls for record in _elements_of(path)),
    }


def _texts_of(path: Path) -> Iterator[Record]:
    content = re.sub(rb"\r\n?", b"\n", path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    for match in re.finditer(rb"^PMID- (\d+)\n(?:.+\n)*?SO  - .*\n(?: .*\n)*", content, re.M):
        try:
            yield Record("text", int(match[1]), match[0].decode())
        except UnicodeDecodeError:
            continue


def _elements_of(path: Path) -> Iterator[Record]:
    raw = path.read_bytes()
    content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    for match in re.finditer(rb"<(PubmedArticle|PubmedBookArticle)>.*?</\1>", content, re.S):
        pmid = re.search(rb"<PMID[^>]*>(\d+)<", match[0])
        if pmid and len(match[0]) < _LARGEST:
            yield Record("xml", int(pmid[1]), match[0].decode())
