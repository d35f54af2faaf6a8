"""MEDLINE tagged text of a citation tree, as PubMed prints it: for tests, and to carry citations by hand.

The text has no room for UIs, NlmCategory, reference lists, EqualContrib, ValidYN, Version and notes of corrections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import TextWrapper
from xml.etree.ElementTree import Element

from sample.facts import MONTHS

Line = tuple[str, str]
_WIDTH = 87
CORRECTIONS = {
    "CommentIn": "CIN", "CommentOn": "CON", "ErratumIn": "EIN", "ErratumFor": "EFR", "RetractionIn": "RIN",
    "RetractionOf": "ROF", "RepublishedIn": "RPI", "RepublishedFrom": "RPF", "RetractedandRepublishedIn": "RRI",
    "RetractedandRepublishedFrom": "RRF", "CorrectedandRepublishedIn": "CRI", "CorrectedandRepublishedFrom": "CRF",
    "UpdateIn": "UIN", "UpdateOf": "UOF", "ExpressionOfConcernIn": "ECI", "ExpressionOfConcernFor": "ECF",
    "OriginalReportIn": "ORI", "SummaryForPatientsIn": "SPIN", "AssociatedDataset": "DDIN",
    "AssociatedPublication": "DRIN", "ReprintIn": "PRIN", "ReprintOf": "PROF",
}  # fmt: skip
_MONTHS = {f"{number:02d}": name for number, name in enumerate(MONTHS, start=1)}


def medline_text(record: Element) -> str:
    """Return the text of a PubmedArticle or PubmedBookArticle: lines that end in LF, no blank line after them."""
    lines = _book_lines(record) if record.tag == "PubmedBookArticle" else _article_lines(record)
    return "".join(_wrapped(f"{tag:<4}- ", value) + "\n" for tag, value in lines)


def medline_lines(record: Element) -> list[Line]:
    """Return the tags and unwrapped values of a record, in PubMed's order."""
    return list(_book_lines(record) if record.tag == "PubmedBookArticle" else _article_lines(record))


def _wrapped(head: str, value: str) -> str:
    wrapper = TextWrapper(
        _WIDTH, initial_indent=head, subsequent_indent=" " * 6, break_on_hyphens=False, break_long_words=False
    )
    return wrapper.fill(value) or head


def _article_lines(record: Element) -> Iterator[Line]:
    citation, data = part(record, "MedlineCitation"), record.find("PubmedData")
    article, journal = part(citation, "Article"), part(citation, "Article/Journal")
    yield "PMID", _at(citation, "PMID")
    yield "OWN", citation.get("Owner", "NLM")
    yield "STAT", citation.get("Status", "")
    yield from _dates("DA", citation, "DateCreated")
    yield from _dates("DCOM", citation, "DateCompleted")
    yield from _dates("LR", citation, "DateRevised")
    for issn in journal.findall("ISSN"):
        yield "IS", f"{_text(issn)} ({issn.get('IssnType')})"
    yield from _each("IS", citation, "MedlineJournalInfo/ISSNLinking", lambda issn: f"{_text(issn)} (Linking)")
    yield from _each("VI", journal, "JournalIssue/Volume")
    yield from _each("IP", journal, "JournalIssue/Issue")
    yield "DP", date_published(part(journal, "JournalIssue/PubDate"))
    yield from _each("TI", article, "ArticleTitle")
    yield from _pages(article)
    yield from _each("LID", article, "ELocationID", lambda location: f"{_text(location)} [{location.get('EIdType')}]")
    yield from _abstract(article)
    for other in citation.findall("OtherAbstract"):
        yield "OAB", f"{other.get('Type')}: {_sections(other)}"
        yield "OABL", other.get("Language", "eng")
        yield from _each("OCI", other, "CopyrightInformation")
    yield from _authors(article, "FAU", "AU")
    yield from _each("LA", article, "Language")
    for bank in article.findall("DataBankList/DataBank"):
        name = _at(bank, "DataBankName")
        numbers = bank.findall("AccessionNumberList/AccessionNumber")
        yield from (("SI", f"{name}/{_text(number)}") for number in numbers)
        if not numbers:
            yield "SI", name
    yield from _each("GR", article, "GrantList/Grant", _grant)
    yield from _each("PT", article, "PublicationTypeList/PublicationType")
    yield from _each("TT", article, "VernacularTitle")
    yield from _dates("DEP", article, "ArticleDate")
    yield from _each("PL", citation, "MedlineJournalInfo/Country")
    yield from _each("TA", citation, "MedlineJournalInfo/MedlineTA")
    yield from _each("JT", journal, "Title")
    yield from _each("JID", citation, "MedlineJournalInfo/NlmUniqueID")
    yield from _each("RN", citation, "ChemicalList/Chemical", _chemical)
    yield from _each("NM", citation, "SupplMeshList/SupplMeshName")
    yield from _each("SB", citation, "CitationSubset")
    yield from _corrections(citation)
    yield from _each("GS", citation, "GeneSymbolList/GeneSymbol")
    yield from _each("MH", citation, "MeshHeadingList/MeshHeading", _heading)
    yield from _each("RF", citation, "NumberOfReferences")
    for person in citation.findall("PersonalNameSubjectList/PersonalNameSubject"):
        yield from _names(person, "FPS", "PS")
    yield from _ids(data, "PMC", "pmc")
    yield from _ids(data, "MID", "mid")
    yield from _each("OID", citation, "OtherID", lambda other: f"{other.get('Source')}: {_text(other)}")
    yield from _keywords(citation)
    yield from _each("SFM", citation, "SpaceFlightMission")
    yield from _each("GN", citation, "GeneralNote", lambda note: f"{note.get('Owner', 'NLM')}: {_text(note)}")
    yield from _each("COIS", citation, "CoiStatement")
    for person in citation.findall("InvestigatorList/Investigator"):
        yield from _names(person, "FIR", "IR")
        yield from _each("IRAD", person, "AffiliationInfo/Affiliation")
    yield from _history(data)
    yield from _article_ids(data)
    yield from _each("PST", data, "PublicationStatus")
    yield "SO", source(citation, data)


def _book_lines(record: Element) -> Iterator[Line]:
    document, data = part(record, "BookDocument"), record.find("PubmedBookData")
    book = part(document, "Book")
    yield "PMID", _at(document, "PMID")
    yield "STAT", "Publisher"
    yield from _dates("DRDT", document, "DateRevised")
    yield from _dates("CTDT", document, "ContributionDate")
    yield from _each("PB", book, "Publisher/PublisherName")
    yield "DP", date_published(part(book, "PubDate"))
    yield from _each("TI", document, "ArticleTitle")
    yield from _each("CP", document, "LocationLabel")
    yield from _each("BTI", book, "BookTitle")
    yield from _each("CTI", book, "CollectionTitle")
    yield from _each("VI", book, "Volume")
    yield from _each("VTI", book, "VolumeTitle")
    yield from _each("EN", book, "Edition")
    yield from _each("ISBN", book, "Isbn")
    yield from _pages(document)
    yield from _each("LID", book, "ELocationID", lambda location: f"{_text(location)} [{location.get('EIdType')}]")
    yield from _abstract(document)
    yield from _authors(book, "FED", "ED")
    yield from _authors(document, "FAU", "AU")
    yield from _each("LA", document, "Language")
    yield from _each("GR", document, "GrantList/Grant", _grant)
    yield from _each("PT", document, "PublicationType")
    yield from _each("TT", document, "VernacularTitle")
    yield from _each("PL", book, "Publisher/PublisherLocation")
    yield from _keywords(document)
    for person in [*book.findall("InvestigatorList/*"), *document.findall("InvestigatorList/*")]:
        yield from _names(person, "FIR", "IR")
        yield from _each("IRAD", person, "AffiliationInfo/Affiliation")
    yield from _history(data)
    yield from _article_ids(document)
    yield from _each("PST", data, "PublicationStatus")


def date_published(date: Element) -> str:
    """Return a PubDate as DP prints it: "2001 Oct 1", "2001 Oct", "2001 Summer", or the MedlineDate."""
    year, month, day, season = (_at(date, name) for name in ("Year", "Month", "Day", "Season"))
    words = (year, _MONTHS.get(month.zfill(2), month), day.lstrip("0"), season)
    return _at(date, "MedlineDate") or " ".join(filter(None, words))


def source(citation: Element, data: Element | None = None) -> str:
    """Return the SO line of a MedlineCitation: abbreviation, date, volume, issue, pages, ids, electronic date."""
    article, issue = part(citation, "Article"), part(citation, "Article/Journal/JournalIssue")
    number = f"({_at(issue, 'Issue')})" if issue.find("Issue") is not None else ""
    where = _at(issue, "Volume") + number
    pages = next((value for _, value in _pages(article)), "")
    issued = date_published(part(issue, "PubDate")) + (f";{where}" if where else "") + (f":{pages}" if pages else "")
    ids = dict(reversed([(own.get("IdType"), _text(own)) for own in _own_ids(data) if own.get("IdType") == "doi"]))
    ids |= dict(reversed([(location.get("EIdType"), _text(location)) for location in article.findall("ELocationID")]))
    parts = [f"{_at(citation, 'MedlineJournalInfo/MedlineTA')}. {issued}."]
    parts += [f"{kind}: {ids[kind]}." for kind in ("pii", "doi") if kind in ids and (kind == "doi" or not pages)]
    if article.get("PubModel") == "Print-Electronic":
        parts += [f"Epub {date_published(date)}." for date in article.findall("ArticleDate")[:1]]
    return " ".join(parts)


def part(parent: Element, path: str) -> Element:
    """Return the child that the DTD requires. ValueError names it where it is missing."""
    element = parent.find(path)
    if element is None:
        raise ValueError(f"{parent.tag} without {path}")
    return element


def _text(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


def _at(node: Element, path: str) -> str:
    element = node.find(path)
    return "" if element is None else _text(element)


def _each(tag: str, parent: Element | None, path: str, show: Callable[[Element], str] = _text) -> Iterator[Line]:
    for node in parent.findall(path) if parent is not None else ():
        yield tag, show(node)


def _dates(tag: str, parent: Element, path: str) -> Iterator[Line]:
    parts = ("Year", "Month", "Day")
    for date in parent.findall(path):
        digits = "".join(_at(date, name).zfill(2) for name in parts if _at(date, name))
        yield tag, " ".join(filter(None, (digits, _at(date, "Season"))))


def _pages(parent: Element) -> Iterator[Line]:
    pages = parent.find("Pagination")
    if pages is not None:
        ends = "-".join(filter(None, (_at(pages, "StartPage"), _at(pages, "EndPage"))))
        yield "PG", _at(pages, "MedlinePgn") or ends


def _sections(abstract: Element) -> str:
    shown = []
    for section in abstract.findall("AbstractText"):
        label = section.get("Label")
        shown.append(f"{label}: {_text(section)}" if label else _text(section))
    return " ".join(shown)


def _abstract(parent: Element) -> Iterator[Line]:
    yield from _each("AB", parent, "Abstract", _sections)
    yield from _each("CI", parent, "Abstract/CopyrightInformation")


def _names(person: Element, full: str, short: str) -> Iterator[Line]:
    last, suffix = _at(person, "LastName"), _at(person, "Suffix")
    given = " ".join(filter(None, (_at(person, "ForeName"), suffix)))
    yield full, ", ".join(filter(None, (last, given)))
    yield short, " ".join(filter(None, (last, _at(person, "Initials"), suffix)))


def _authors(parent: Element, full: str, short: str) -> Iterator[Line]:
    for listed in parent.findall("AuthorList"):
        tags = ("FED", "ED") if listed.get("Type") == "editors" else (full, short)
        for author in listed.findall("Author"):
            if author.find("CollectiveName") is None:
                yield from _names(author, *tags)
            yield from _each("CN", author, "CollectiveName")
            yield from _each("AUID", author, "Identifier", lambda own: f"{own.get('Source')}: {_text(own)}")
            yield from _each("AD", author, "AffiliationInfo/Affiliation")
            yield from _each("AD", author, "Affiliation")


def _chemical(chemical: Element) -> str:
    return f"{_at(chemical, 'RegistryNumber')} ({_at(chemical, 'NameOfSubstance')})"


def _grant(grant: Element) -> str:
    return "/".join(filter(None, (_at(grant, part) for part in ("GrantID", "Acronym", "Agency", "Country"))))


def _heading(heading: Element) -> str:
    return "/".join(f"{'*' * (name.get('MajorTopicYN') == 'Y')}{_text(name)}" for name in heading)


def _corrections(citation: Element) -> Iterator[Line]:
    corrections = citation.findall("CommentsCorrectionsList/CommentsCorrections")
    for ref_type, tag in CORRECTIONS.items():
        for other in corrections:
            if other.get("RefType") == ref_type:
                pmid = _at(other, "PMID")
                yield tag, _at(other, "RefSource") + (f". PMID: {pmid}" if pmid else "")


def _keywords(parent: Element) -> Iterator[Line]:
    for listed in parent.findall("KeywordList"):
        yield "OTO", listed.get("Owner", "NLM")
        yield from _each("OT", listed, "Keyword", lambda word: "*" * (word.get("MajorTopicYN") == "Y") + _text(word))


def _moment(date: Element) -> str:
    day = "/".join(_at(date, part).zfill(2) for part in ("Year", "Month", "Day"))
    return f"{day} {_at(date, 'Hour').zfill(2)}:{_at(date, 'Minute').zfill(2)}"


def _history(data: Element | None) -> Iterator[Line]:
    for tag, status in (("EDAT", "pubmed"), ("MHDA", "medline"), ("CRDT", "entrez"), ("PMCR", "pmc-release")):
        yield from _each(tag, data, f"History/PubMedPubDate[@PubStatus='{status}']", _moment)
    yield from _each("PHST", data, "History/PubMedPubDate", lambda date: f"{_moment(date)} [{date.get('PubStatus')}]")


def _own_ids(data: Element | None) -> list[Element]:
    return [] if data is None else data.findall("ArticleIdList/ArticleId")


def _ids(data: Element | None, tag: str, kind: str) -> Iterator[Line]:
    yield from _each(tag, data, f"ArticleIdList/ArticleId[@IdType='{kind}']")


def _article_ids(parent: Element | None) -> Iterator[Line]:
    for own in _own_ids(parent):
        if own.get("IdType") in ("pii", "doi", "bookaccession"):
            yield "AID", f"{_text(own)} [{own.get('IdType')}]"
