"""Formats that are not supported, recognized by their first lines: their names, and what to export instead.

The readers ask this only where they reject a file, or where a text does not begin with a record.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SAVE = "in PubMed choose Save, Format: PubMed"
ADVICE = f"export the records again in PubMed (MEDLINE, .nbib) format: {SAVE}"
_SEARCH = "search the PMIDs in PubMed; there choose Save, Format: PubMed"
_PMIDS = "fetch the records with `medline fetch`, or " + SAVE


class Format(NamedTuple):
    """A format that is not supported.

    Attributes:
        name: as in a sentence, with its article.
        signature: regular expression that the beginning of such a file matches.
        advice: what to do instead.
    """

    name: str
    signature: re.Pattern[str]
    advice: str


def _format(name: str, signature: str, advice: str = ADVICE) -> Format:
    return Format(name, re.compile(rf"\s*(?:{signature})", re.DOTALL), advice)


_PLAIN = f"save it as plain text (UTF-8), or {SAVE}"
_YEAR = r"(?=[^\n]{3,300}\b(?:1[89]|20)\d\d\b|.*?PMID: ?\d)"
_PAGE = f"that is the web page, not its records: {SAVE}"

#: The first that matches counts, so what is more special comes first.
FORMATS = (
    _format("a PDF file", r"%PDF-"),
    _format("an RTF file", r"\{\\rtf", _PLAIN),
    _format("a ZIP archive or an office document (Word, Excel)", r"PK\x03\x04", f"unpack it; {_PLAIN}"),
    _format("an office document (Word, Excel)", r"\xd0\xcf\x11\xe0", _PLAIN),
    _format("a file that was compressed again", r"\x1f\x8b|BZh\d|\xfd7zXZ|\x28\xb5\x2f\xfd", "decompress it first"),
    _format("a Parquet file", r"PAR1"),
    _format("an SQLite database", r"SQLite format 3"),
    _format("an Ovid export", r"<\d+>|(?:Database|VN {0,2}-?|DB {0,2}-?):? [^\n]{0,80}Ovid", _SEARCH),
    _format("RIS", r"(?:[^\n]*\n){0,5}?TY {0,2}- {1,2}[A-Z]"),
    _format("PubMed's Abstract (text) format", rf"1\. {_YEAR}"),
    _format("PubMed's Summary (text) format", rf"1: (?!PMID){_YEAR}"),
    _format("a list of PMIDs", r"(?:PMIDs?:?\s+)?\d{1,9}(?:[\s,;]+\d{1,9})*[\s,;]*\Z", _PMIDS),
    _format("PubMed's CSV", r'"?PMID"?,"?Title"?,"?Authors"?'),
    _format("a Scopus CSV export", r'"?(?:Authors|Author full names)"?,[^\n]*(?:Scopus|Source title|EID)', _SEARCH),
    _format("ASN.1", r"(?:Pubmed-entry|Medline-entry|Pub-set|Bioseq-set|Seq-entry)[\w-]* ::="),
    _format("an EndNote tagged (Refer) export", r"%[0-9A-Z@] "),
    _format("a Web of Science export", r"FN (?:Clarivate|Thomson|ISI)|VR 1\.0|PT [JBSP]\n|PT\tAU\t", _SEARCH),
    _format("BibTeX", r"(?:%[^\n]*\n\s*)*@[A-Za-z]+\s*\{"),
    _format("JSON", r'[\[{]\s*(?:["\[{\]}]|\Z)'),
    _format("an ERIC export", r"(?:[^\n]*\n){0,9}?OWN {0,2}- ERIC", "ERIC's records are not PubMed's and have no PMID"),
    _format("an Embase export", r"RECORD 1\s*\n|[^\n]*\bEmbase\b", _SEARCH),
    _format("an EBSCO export", r"Record: 1\b|(?:[^\n]*\n){0,3}?(?:[^\n]*EBSCO|Accession Number: )", _SEARCH),
    _format("an HTML page", r"<(?:!DOCTYPE\s+html|html|head|body|pre|div|p|table|title|meta|script|span)\b", _PAGE),
    _format("a table (CSV or TSV)", r'(?:"?[\w ./()-]{1,60}"?[,;\t]){3,}[^\n]*\n'),
)

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
    """Return problem and advice for a text that begins like one of these formats; None for any other."""
    text = head.removeprefix("\ufeff")
    for name, signature, advice in FORMATS:
        if signature.match(text):
            return f"this is {name}, not MEDLINE tagged text", advice
    return None


def of_root(name: str, known: str) -> tuple[str, str]:
    """Return problem and advice for an XML root that is not PubMed's.

    Args:
        known: the roots that are read.
    """
    bare = name.rpartition("}")[2]
    if bare.lower() in _HTML:
        return "an HTML page, not PubMed XML", _PAGE
    kind = ROOTS.get(name) or ROOTS.get(bare) or ROOTS.get(bare.rpartition(":")[2])
    if kind:
        return f"<{bare[:40]}> is {kind}, not PubMed XML", _XML
    return f"unknown root <{bare[:40]}>", f"the roots of PubMed XML are {known}"
