"""Filters and flags.

User guide, "Filter search strategies", "Comment/Correction data", "Indexing method", "Owner" and others.
A filter that PubMed defines as a query is that query here; one that stands for data of a citation is a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]
Test = Callable[[Record], bool]

#: Filters as queries, by name in small letters and without blanks.
QUERIES = {
    "allchild": "infant[mh] OR child[mh] OR adolescent[mh]",
    "newborn": "infant, newborn[mh]",
    "allinfant": "infant[mh]",
    "infant": "infant[mh:noexp]",
    "preschoolchild": "child, preschool[mh]",
    "child": "child[mh:noexp]",
    "adolescent": "adolescent[mh]",
    "alladult": "adult[mh]",
    "youngadult": '"young adult"[mh]',
    "adult": "adult[mh:noexp]",
    "middleagedaged": "middle aged[mh] OR aged[mh]",
    "middleaged": "middle aged[mh]",
    "aged": "aged[mh]",
    "80andover": "aged, 80 and over[mh]",
    "humans": "humans[mh]",
    "animals": '"animals"[mh:noexp]',
    "female": "female[mh]",
    "male": "male[mh]",
    "y_1": '"last year"[dp]',
    "y_5": '"last 5 years"[dp]',
    "y_10": '"last 10 years"[dp]',
    "excludepreprints": "all[sb] NOT preprint[pt]",
    "fha": "hasabstract",
    # nlm.nih.gov/bsd/pubmed_subsets/sysreviews_strategy.html, as revised in December 2018
    "systematic": (
        "(((systematic review[ti] OR systematic literature review[ti] OR systematic scoping review[ti] OR "
        "systematic narrative review[ti] OR systematic qualitative review[ti] OR systematic evidence review[ti] OR "
        "systematic quantitative review[ti] OR systematic meta-review[ti] OR systematic critical review[ti] OR "
        "systematic mixed studies review[ti] OR systematic mapping review[ti] OR systematic cochrane review[ti] OR "
        "systematic search and review[ti] OR systematic integrative review[ti]) NOT comment[pt] NOT (protocol[ti] OR "
        "protocols[ti])) NOT medline[sb]) OR (Cochrane Database Syst Rev[ta] AND review[pt]) OR systematic review[pt]"
    ),
}
SAME = {"systematicreview": "systematic", "sysrev": "systematic"}

#: Publication types, whose filter is their name without blanks: "Most article type filters use the article type name".
TYPES = (
    "Adaptive Clinical Trial; Address; Autobiography; Bibliography; Biography; Case Reports; Classical "
    "Article; Clinical Conference; Clinical Study; Clinical Trial; Clinical Trial, Phase I; Clinical "
    "Trial, Phase II; Clinical Trial, Phase III; Clinical Trial, Phase IV; Clinical Trial Protocol; "
    "Clinical Trial, Veterinary; Collected Work; Comment; Comparative Study; Congress; Consensus "
    "Development Conference; Consensus Development Conference, NIH; Controlled Clinical Trial; Corrected "
    "and Republished Article; Dataset; Dictionary; Directory; Duplicate Publication; Editorial; "
    "Electronic Supplementary Materials; English Abstract; Equivalence Trial; Evaluation Study; "
    "Expression of Concern; Festschrift; Government Publication; Guideline; Historical Article; "
    "Interactive Tutorial; Interview; Introductory Journal Article; Journal Article; Lecture; Legal Case; "
    "Legislation; Letter; Meta-Analysis; Multicenter Study; News; Newspaper Article; Observational Study; "
    "Observational Study, Veterinary; Overall; Patient Education Handout; Periodical Index; Personal "
    "Narrative; Portrait; Practice Guideline; Preprint; Pragmatic Clinical Trial; Published Erratum; "
    "Randomized Controlled Trial; Randomized Controlled Trial, Veterinary; Retracted Publication; "
    "Retraction of Publication; Review; Scientific Integrity Review; Scoping Review; Technical Report; "
    "Twin Study; Validation Study; Video-Audio Media; Webcast"
).split("; ")
QUERIES |= {name.lower().replace(" ", "").replace(",", ""): f'"{name}"[pt]' for name in TYPES}

#: "Comments/Corrections data can be retrieved by the search term that follows each type."
LINKS = {
    "hascommentin": "CommentIn",
    "hascommenton": "CommentOn",
    "hascorrectedrepublishedin": "CorrectedandRepublishedIn",
    "hascorrectedrepublishedfrom": "CorrectedandRepublishedFrom",
    "hasassociatedpublication": "AssociatedPublication",
    "hasassociateddataset": "AssociatedDataset",
    "haserratumin": "ErratumIn",
    "haserratumfor": "ErratumFor",
    "hasexpressionofconcernin": "ExpressionOfConcernIn",
    "hasexpressionofconcernfor": "ExpressionOfConcernFor",
    "hasoriginalreportin": "OriginalReportIn",
    "hasrepublishedin": "RepublishedIn",
    "hasrepublishedfrom": "RepublishedFrom",
    "hasretractedandrepublishedin": "RetractedandRepublishedIn",
    "hasretractedandrepublishedfrom": "RetractedandRepublishedFrom",
    "hasretractionin": "RetractionIn",
    "hasretractionof": "RetractionOf",
    "hassummaryforpatientsin": "SummaryForPatientsIn",
    "hasupdatein": "UpdateIn",
    "hasupdateof": "UpdateOf",
}


def _book(record: Record) -> bool:
    return bool(record["kind"] == "book")


FLAGS: dict[str, Test] = {
    "hasabstract": lambda r: bool(r["own_abstract"] or r["other_abstracts"]),
    "hasstructuredabstract": lambda r: bool(r["structured"]),
    "hasnonenglishabstract": lambda r: bool(r.get("foreign_abstract")),
    "haskeyword": lambda r: bool(r["keywords"]),
    "hascois": lambda r: bool(r["cois"]),
    "hasdatabanklist": lambda r: bool(r["accessions"]),
    "hasnihmsid": lambda r: any(kind == "mid" for kind, _ in r["ids"]),
    "pmcbook": _book,
    "pmcbooktitle": lambda r: _book(r) and not r.get("chapter"),
    "pmcbookchapter": lambda r: _book(r) and bool(r.get("chapter")),
    "indexingmethod_automated": lambda r: (r["method"] or "").lower() == "automated",
    "indexingmethod_curated": lambda r: (r["method"] or "").lower() == "curated",
}
FLAGS |= {flag: lambda record, link=link: link in record["links"] for flag, link in LINKS.items()}

#: Values of [sb] and [filter] that stand for data.
SUBSETS: dict[str, Test] = {
    "all": lambda r: True,
    "medline": lambda r: r["status"] == "MEDLINE",
    "inprocess": lambda r: r["status"] in ("In-Process", "In-Data-Review"),
    "publisher": lambda r: r["status"] == "Publisher",
    "pubmednotmedline": lambda r: r["status"] == "PubMed-not-MEDLINE",
    "pubmedpmc": lambda r: bool(r["pmc"]),
    "pubmedbooks": _book,
    "booksdocs": _book,
    # LinkOut is not in the records: what is in PubMed Central or on the Bookshelf has free full text
    "freefulltext": lambda r: bool(r["pmc"]) or _book(r),
    "ffrft": lambda r: bool(r["pmc"]) or _book(r),
    "loattrfreefulltext": lambda r: bool(r["pmc"]) or _book(r),
    "data": lambda r: bool(r["accessions"]) or "AssociatedDataset" in r["links"],
}


def named(name: str) -> str:
    return "".join(name.lower().split())


def flag(word: str) -> Test | None:
    """Return what an untagged word such as `hasabstract` or `ownernasa` tests; None for a word."""
    word = word.lower()
    if word in FLAGS:
        return FLAGS[word]
    if word.startswith("pubstatus"):
        status = word.removeprefix("pubstatus")
        return lambda record: (record["publication_status"] or "").lower() == status
    if word.startswith("jsubset") and len(word) > 7:
        return lambda record: word.removeprefix("jsubset") in [subset.lower() for subset in record["subsets"]]
    if word.startswith("owner") and word.removeprefix("owner") in OWNERS:
        return lambda record: (record["owner"] or "").lower() == word.removeprefix("owner")
    return None


OWNERS = frozenset("nlm nasa pip kie hsr hmd notnlm".split())
