"""Formats that are not read, known by their first lines: what each is, and what to export in its place.

This is asked only where a file is refused, or where a text does not begin with a record.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SAVE = "in PubMed choose Save, Format: PubMed"
ADVICE = f"export the records again in PubMed (MEDLINE, .nbib) format: {SAVE}"
_SEARCH = "search the PMIDs in PubMed; there choose Save, Format: PubMed"
_PMIDS = "fetch the records with `medline fetch`, or " + SAVE


class Format(NamedTuple):
    """A format that is not read.

    Attributes:
        name: what it is, as it stands in a sentence.
        signature: regular expression that the beginning of such a file matches.
        advice: what to do instead.
    """

    name: str
    signature: re.Pattern[str]
    advice: str


def _format(name: str, signature: str, advice: str = ADVICE) -> Format:
    return Format(name, re.compile(rf"\s*(?:{signature})", re.S), advice)


#: The first that matches counts, so what is more special comes first.
FORMATS = (
    _format("a PDF file", r"%PDF-"),
    _format("an RTF file", r"\{\\rtf", f"save it as plain text (UTF-8), or {SAVE}"),
    _format("a ZIP archive or an office document (Word, Excel)", r"PK\x03\x04", "unpack it, or save it as plain text (UTF-8)"),
    _format("a Word document", r"\xd0\xcf\x11\xe0", "save it as plain text (UTF-8)"),
    _format("a compressed file (bzip2, xz or zstd)", r"BZh\d|\xfd7zXZ|\x28\xb5\x2f\xfd", "decompress it, or have it as gzip"),
    _format("a Parquet file", r"PAR1"),
    _format("an SQLite database", r"SQLite format 3"),
    _format("an Ovid export", r"<\d+>\s|(?:Database|VN {0,2}-?|DB {0,2}-?):? [^\n]{0,80}Ovid|<\d+>\. ", _SEARCH),
    _format("a PubMed export as Abstract (text)", r"(?:\d+: )?1[.:] [^\n]{3,200}\b(?:19|20)\d\d\b[^\n]*(?:\n(?! *\d+[.:] )[^\n]*){0,8}?\n\s*\n(?=.*(?:PMID: ?\d|Author information|doi: ?10))", ADVICE),
    _format("a PubMed export as Summary (text)", r"1[:.] (?=.{0,1500}?(?:PMID: ?\d|\bdoi: ?10\.))", ADVICE),
    _format("a list of PMIDs", r"(?:PMIDs?\s+)?\d{1,9}(?:[\s,;]+\d{1,9}){0,2000}[\s,;]*(?:\Z|(?<=\n)\d*\Z)", _PMIDS),
    _format("PubMed's CSV", r'"?PMID"?,"?Title"?,"?Authors"?', ADVICE),
    _format("a Scopus CSV export", r'"?(?:Authors|Author full names)"?,[^\n]*(?:Scopus|Source title|EID)', _SEARCH),
    _format("ASN.1", r"(?:Pubmed-entry|Medline-entry|Pub-set|Bioseq-set|Seq-entry)[\w-]* ::="),
    _format("RIS", r"TY {0,2}- ", f"{ADVICE}"),
    _format("an EndNote tagged export (Refer)", r"%[0-9A-Z@] "),
    _format("a Web of Science export", r"FN (?:Clarivate|Thomson|ISI)|VR 1\.0|PT [JBSP]\n(?:AU|AF|TI) |PT\tAU\t", _SEARCH),
    _format("a BibTeX file", r"(?:%[^\n]*\n\s*)*@[A-Za-z]+\s*\{"),
    _format("JSON", r'[\[{]\s*(?:["\[{\]}]|\Z)', ADVICE),
    _format("an ERIC export", r"(?:[^\n]*\n){0,9}?OWN {0,2}- ERIC|PMID- E[JD]\d", "ERIC's records are not PubMed's, and have no PMID"),
    _format("an Embase export", r"(?:[^\n]*\n){0,20}?(?:RECORD \d+\s*\n|[^\n]*Embase)", _SEARCH),
    _format("an EBSCO export", r"Record: 1\b|(?:[^\n]*\n){0,20}?(?:[^\n]*EBSCO|Accession Number: |AN {0,2}- ?\d)", _SEARCH),
    _format("a CSV or TSV table", r'(?:"?[\w ./()-]{1,60}"?[,;\t]){2,}[^\n]*\n'),
    _format("an HTML page", r"<(?:!DOCTYPE\s+html|html|head|body|pre|div|p|table|title|meta|script|span)\b", f"that is the web page, not its records: {SAVE}"),
)  # fmt: skip

_XML = "load NLM's dumps, or fetch PubMed XML (rettype=abstract, retmode=xml)"
#: Roots of XML that is not PubMed's.
ROOTS = {
    "article": "a JATS article (PMC full text)",
    "pmc-articleset": "JATS articles (PMC full text)",
    "articles": "articles of PMC or JATS",
    "xml": "an EndNote XML export",
    "records": "an EndNote XML export",
    "responseWrapper": "an answer of Europe PMC",
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "eSummaryResult": "an answer of ESummary, which has no whole records",
    "DocumentSummarySet": "an answer of ESummary, which has no whole records",
    "eSearchResult": "an answer of ESearch, which has PMIDs but no records",
    "eLinkResult": "an answer of ELink, which has PMIDs but no records",
    "eInfoResult": "an answer of EInfo",
    "Pubmed-entry": "NCBI's ASN.1 as XML",
    "MedlineCitations": "a form of MEDLINE XML that is not NLM's",
    "collection": "BioC or MARC XML",
    "modsCollection": "a MODS export",
    "mods": "a MODS export",
    "OAI-PMH": "an answer of OAI-PMH",
    "DescriptorRecordSet": "MeSH, not citations",
    "SupplementalRecordSet": "MeSH, not citations",
    "b:Sources": "Word's list of sources",
    "PubmedCentralSet": "records of PMC",
    "svg": "a drawing",
    "office:document": "an office document",
}
_HTML = frozenset("html head body pre div p table title meta script span br ul ol li a".split())


def find(head: str) -> tuple[str, str] | None:
    """What a text is by its beginning, and what to do instead; None if it is not known."""
    text = head.removeprefix("\ufeff")
    return next(
        (
            (f"this is {name}, not MEDLINE tagged text", advice)
            for name, signature, advice in FORMATS
            if signature.match(text)
        ),
        None,
    )


def of_root(name: str, known: str) -> tuple[str, str]:
    """The problem with an XML root that is not PubMed's, and what to do.

    Args:
        known: the roots that are read.
    """
    bare = name.rpartition("}")[2]
    if bare.lower() in _HTML:
        return "an HTML page, not PubMed XML", f"that is the web page, not its records: {SAVE}"
    kind = ROOTS.get(name) or ROOTS.get(bare) or ROOTS.get(bare.rpartition(":")[2])
    if kind:
        return f"<{bare[:40]}> is {kind}, not PubMed XML", _XML
    return f"unknown root <{bare[:40]}>", f"the roots of PubMed XML are {known}"
