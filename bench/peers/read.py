"""Read a file with another reader, in that reader's environment: `python -m bench.peers.read NAME FILE`.

Each function imports its package, and returns what is timed: the package's whole work, and a count of records.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.measure import measure

Work = Callable[[], int]

ARTICLES = "/PubmedArticle"
CITATIONS = f"{ARTICLES}/MedlineCitation"
DATES = "{Year,Month,Day}"
PERSON = ("LastName", "ForeName", "Initials", "Suffix", "AffiliationInfo/Affiliation")


def _paths(around: str, *paths: str) -> dict[str, str]:
    """pubmedparser2's names and paths of elements; it makes a file for each name."""
    return {re.sub(r"\W+", "_", path).strip("_"): f"{around}/{path}" for path in paths}


def _items(root: str, item: str, *paths: str) -> dict[str, str]:
    return {"root": root, "key": f"/{item}/auto_index", **_paths(f"/{item}", *paths)}


#: As many of the project's fields as pubmedparser2's language of paths can name: one attribute an element.
STRUCTURE = {
    "root": "/PubmedArticleSet",
    "key": f"{CITATIONS}/PMID",
    **_paths(
        f"{CITATIONS}/Article",
        *"ArticleTitle VernacularTitle Language Abstract/AbstractText/@Label Abstract/CopyrightInformation".split(),
        *"Journal/ISSN/@IssnType Journal/Title Journal/ISOAbbreviation".split(),
        *"Journal/JournalIssue/Volume Journal/JournalIssue/Issue".split(),
        *"Journal/JournalIssue/PubDate/{Year,Month,Day,Season,MedlineDate}".split(),
        *"Pagination/{MedlinePgn,StartPage,EndPage} PublicationTypeList/PublicationType/@UI".split(),
        *"ELocationID/@EIdType DataBankList/DataBank/AccessionNumberList/AccessionNumber".split(),
        f"ArticleDate/{DATES}",
    ),
    **_paths(
        CITATIONS,
        *"OtherAbstract/AbstractText CitationSubset CoiStatement SupplMeshList/SupplMeshName/@UI".split(),
        *"KeywordList/Keyword MedlineJournalInfo/{Country,MedlineTA,NlmUniqueID,ISSNLinking}".split(),
        *(f"DateCompleted/{DATES}", f"DateRevised/{DATES}"),
    ),
    **_paths(
        f"{ARTICLES}/PubmedData",
        *"PublicationStatus ArticleIdList/ArticleId/@IdType".split(),
        "History/PubMedPubDate/{Year,Month,Day,Hour,Minute}",
    ),
    "Author": _items(f"{CITATIONS}/Article/AuthorList", "Author", *PERSON, "CollectiveName", "Identifier/@Source"),
    "Investigator": _items(f"{CITATIONS}/InvestigatorList", "Investigator", *PERSON),
    "Grant": _items(f"{CITATIONS}/Article/GrantList", "Grant", "GrantID", "Acronym", "Agency", "Country"),
    "Chemical": _items(f"{CITATIONS}/ChemicalList", "Chemical", "RegistryNumber", "NameOfSubstance/@UI"),
    "Mesh": _items(f"{CITATIONS}/MeshHeadingList", "MeshHeading", "DescriptorName/@UI", "QualifierName/@UI"),
    "Link": _items(f"{CITATIONS}/CommentsCorrectionsList", "CommentsCorrections", "RefSource", "PMID"),
    "Reference": _items(
        f"{ARTICLES}/PubmedData/ReferenceList", "Reference", "Citation", "ArticleIdList/ArticleId/@IdType"
    ),
}


def pubmed_parser(path: str, **options: bool) -> Work:
    """Dicts of strings, with the package's defaults."""
    from pubmed_parser import parse_medline_xml

    return lambda: _count(parse_medline_xml(path, **options))


def pubmed_parser_in_full(path: str) -> Work:
    """The same with whole dates, authors and references as lists, and subheadings."""
    return pubmed_parser(
        path, year_info_only=False, author_list=True, reference_list=True, parse_downto_mesh_subterms=True
    )


def pubmedparser2(path: str) -> Work:
    """Tab-separated files, one for each name in STRUCTURE."""
    from pubmedparser import read_xml

    def work() -> int:
        with tempfile.TemporaryDirectory() as out:
            read_xml([path], STRUCTURE, out, relative_to_default_data=False, n_threads=1)
            with Path(out, "PublicationStatus.tsv").open("rb") as made:
                return sum(1 for _ in made) - 1  # the header

    return work


def pubmed_downloader(path: str) -> Work:
    """Pydantic models of a file on disk; nothing is downloaded or grounded."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["PYSTOW_HOME"] = home  # the import makes folders there
        from pubmed_downloader.api import _parse_from_path
    grounders = dict.fromkeys(("ror_grounder", "mesh_grounder", "author_grounder"))
    return lambda: _count(_parse_from_path(Path(path), **grounders))


def lxml_walk(path: str) -> Work:
    """Every element, its attributes and its text visited, nothing kept."""
    import gzip

    from lxml import etree

    def work() -> int:
        seen = 0
        with gzip.open(path) as stream:
            for _, record in etree.iterparse(stream, tag="PubmedArticle"):
                for element in record.iter():
                    _ = element.tag, element.text, element.tail, element.items()
                record.clear()
                seen += 1
        return seen

    return work


def bio_medline(path: str) -> Work:
    """Biopython's dict of a MEDLINE text record."""
    from Bio import Medline

    def work() -> int:
        with Path(path).open(encoding="utf-8") as stream:
            return _count(Medline.parse(stream))

    return work


def _count(records: Iterable) -> int:
    last = deque(enumerate(records, start=1), maxlen=1)
    return last[0][0] if last else 0


if __name__ == "__main__":
    measure(globals()[sys.argv[1]](sys.argv[2]))
