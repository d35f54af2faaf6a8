# ruff: noqa: E501  (one line per flag)
"""Words that stand for a property of a record, as data: PubMed searches them without a tag. A new one is a line.

A row is written `table predicate`, rows of several tables with `; ` between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from medline.searching.condition import Flag

#: Links to other records, by the word; the type in the dumps is the same without `has`.
LINKS = (
    "hasassociateddataset hasassociatedpublication hascommentin hascommenton hascorrectedandrepublishedin"
    " hascorrectedandrepublishedfrom haserratumin haserratumfor hasexpressionofconcernin hasexpressionofconcernfor"
    " hasoriginalreportin hasrepublishedin hasrepublishedfrom hasretractedandrepublishedin"
    " hasretractedandrepublishedfrom hasretractionin hasretractionof hassummaryforpatientsin hasupdatein hasupdateof"
).split()

#: Values of the attribute Owner, of Status, IndexingMethod and PublicationStatus, as they follow the word.
OWNERS = "nlm nasa pip kie hsr hmd sis notnlm".split()
STATUSES = (
    "received accepted epublish ppublish revised aheadofprint retracted ecollection pmc pmcr pubmed pubmedr"
    " premedline medline medliner entrez pmcrelease nihms pmcsd"
).split()

# fmt: off
FLAGS: dict[str, str] = {
    "hasabstract": "abstracts text <> ''",
    "hasstructuredabstract": "abstracts label IS NOT NULL",
    "hasnonenglishabstract": "abstracts language <> 'eng'",
    "hascois": "articles coi_statement IS NOT NULL",
    "haskeyword": "keywords keyword <> ''",
    "hasdatabanklist": "accessions databank IS NOT NULL",
    "hasnihmsid": "article_ids id_type = 'mid'",
    "hasdoi": "articles doi IS NOT NULL; books doi IS NOT NULL",
    "hasorcid": "authors orcid IS NOT NULL",
    "pmcbook": "books pmid IS NOT NULL",
    "pmcbooktitle": "books title IS NULL",
    "pmcbookchapter": "books title IS NOT NULL",
    "indexingmethod_automated": "articles indexing_method = 'Automated'",
    "indexingmethod_curated": "articles indexing_method = 'Curated'",
    **{word: f"comments_corrections lower(ref_type) = '{word.removeprefix('has')}'" for word in LINKS},
    "hascorrectedrepublishedin": "comments_corrections lower(ref_type) = 'correctedandrepublishedin'",
    "hascorrectedrepublishedfrom": "comments_corrections lower(ref_type) = 'correctedandrepublishedfrom'",
    **{f"owner{owner}": f"articles owner = '{owner.upper()}'; books owner = '{owner.upper()}'" for owner in OWNERS},
    **{f"pubstatus{status}": f"articles replace(lower(publication_status), '-', '') = '{status}'; books replace(lower(publication_status), '-', '') = '{status}'" for status in STATUSES},
}

#: Values of [sb] and [filter] that are a property of the record; the words above are such values too.
SUBSETS: dict[str, str] = {
    "all": "articles pmid IS NOT NULL; books pmid IS NOT NULL",
    "medline": "articles status = 'MEDLINE'",
    "pubmednotmedline": "articles status = 'PubMed-not-MEDLINE'",
    "inprocess": "articles status IN ('In-Process', 'In-Data-Review')",
    "publisher": "articles status = 'Publisher'",
    "oldmedline": "articles status = 'OLDMEDLINE'",
    "aim": "citation_subsets citation_subset = 'AIM'",
    "pmc": "articles pmc IS NOT NULL",
    "pubmedpmc": "articles pmc IS NOT NULL",
    "freefulltext": "articles pmc IS NOT NULL; books bookaccession IS NOT NULL",
    "fulltext": "articles pmc IS NOT NULL OR doi IS NOT NULL; books bookaccession IS NOT NULL",
    "pubmedbooks": "books pmid IS NOT NULL",
    "booksdocs": "books pmid IS NOT NULL",
    "data": "accessions databank IS NOT NULL; comments_corrections ref_type = 'AssociatedDataset'",
}
# fmt: on

#: Beginnings that only such words have, and words of English that begin like the others.
FAMILY = re.compile(r"indexingmethod|pubstatus|pmcbook|owner(?!s?$|ship|less)")
LIKE, CLOSE = "has", 0.8


def flag(name: str) -> Flag | None:
    """Return the condition of a word or subset, written in small letters without blanks; None for other words."""
    rows = FLAGS.get(name) or SUBSETS.get(name)
    return Flag(tuple(_row(row) for row in rows.split("; "))) if rows else None


def citation_subset(name: str) -> Flag | None:
    """Return the condition of `jsubset` with the code of a citation subset; None for other words."""
    code = name.removeprefix("jsubset")
    if code == name or not (code.isascii() and code.isalpha()):
        return None
    return Flag((("citation_subsets", f"citation_subset = '{code.upper()}'"),))


def closest(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that a wrong one looks like."""
    return get_close_matches(name, names, n=3, cutoff=0.6)


def misspelt(word: str) -> list[str] | None:
    """Return the words that were meant by a word that looks like one; None where it does not."""
    is_like = word.startswith(LIKE) and word not in FLAGS
    if FAMILY.match(word) or (is_like and get_close_matches(word, FLAGS, n=1, cutoff=CLOSE)):
        return closest(word, FLAGS)  # a millisecond: not for every word of a query
    return None


def _row(row: str) -> tuple[str, str]:
    table, _, predicate = row.partition(" ")
    return table, predicate
