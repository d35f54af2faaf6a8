"""Records as plain dictionaries: XML by lxml, MEDLINE text by Biopython."""

from __future__ import annotations

import contextlib
import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from Bio import Medline
from lxml import etree

from searching.evaluator import dates
from searching.evaluator.names import name, text_name

Record = dict[str, Any]

EVENTS = {"entrez": "crdt", "pubmed": "edat", "medline": "mhda"}
#: Comments and corrections: the tags of MEDLINE text and the types of the XML.
LINKS = dict(
    pair.split("=")
    for pair in (
        "CIN=CommentIn CON=CommentOn EIN=ErratumIn EFR=ErratumFor ECI=ExpressionOfConcernIn ECF=ExpressionOfConcernFor"
        " RIN=RetractionIn ROF=RetractionOf RPI=RepublishedIn RPF=RepublishedFrom CRI=CorrectedandRepublishedIn"
        " CRF=CorrectedandRepublishedFrom RRI=RetractedandRepublishedIn RRF=RetractedandRepublishedFrom UIN=UpdateIn"
        " UOF=UpdateOf SPIN=SummaryForPatientsIn ORI=OriginalReportIn DDIN=AssociatedDataset DRIN=AssociatedPublication"
    ).split()
)


def read(path: Path) -> Iterator[Record]:
    """Read all records of a file, XML or MEDLINE text, plain or gzipped."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    records = _read_xml(data) if data.lstrip()[:1] == b"<" else _read_text(data.decode("utf-8-sig"))
    for record in records:
        yield record | {"file": path.name}


def empty() -> Record:
    """Return a record without values."""
    lists = (
        "titles abstracts other_abstracts keywords headings types substances supplementary authors editors"
        " investigators subjects affiliations person_ids journal issns languages ids locations grants accessions"
        " symbols missions remarks links subsets other_ids isbns book_titles collections places"
    ).split()
    values = (
        "own_abstract structured tt volume issue pages jid print electronic edat crdt mhda lr dcom status owner method"
        " publication_status pmc cois publisher book kind"
    ).split()
    return {**{key: [] for key in lists}, **dict.fromkeys(values), "version": 1}


# --- XML --------------------------------------------------------------------------------------------------------------


def _read_xml(data: bytes) -> Iterator[Record]:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, load_dtd=False, huge_tree=True))
    for element in root.iter("MedlineCitation", "PubmedBookArticle"):
        yield _citation(element) if element.tag == "MedlineCitation" else _book(element)


def _text(element: Any, path: str = "") -> str | None:
    found = element.find(path) if path else element
    return None if found is None else "".join(found.itertext())


def _texts(element: Any, path: str) -> list[str]:
    return ["".join(found.itertext()) for found in element.iterfind(path)]


def _day(element: Any) -> dates.Day | None:
    if element is None:
        return None
    parts = [_text(element, part) for part in ("Year", "Month", "Day")]
    if parts[1] and not parts[1].strip().isdigit():
        return dates.printed(" ".join(part for part in parts if part))
    with contextlib.suppress(TypeError, ValueError):
        return dates.made(*(int(part) if part else 1 for part in parts))
    return None


def _issue_day(element: Any) -> dates.Day | None:
    if element is None:
        return None
    if medline := _text(element, "MedlineDate"):
        return dates.printed(medline)
    if season := _text(element, "Season"):
        return dates.printed(f"{_text(element, 'Year')} {season}")
    return _day(element)


def _person(element: Any) -> Any:
    parts = (_text(element, part) or "" for part in ("LastName", "ForeName", "Initials", "Suffix"))
    return name(*parts) if _text(element, "LastName") else _text(element, "CollectiveName")


def _abstract(element: Any) -> str:
    """Join the sections of an abstract as the AB field prints them."""
    sections = []
    for section in element.iterfind("AbstractText"):
        label = section.get("Label")
        sections.append((f"{label}: " if label and label != "UNLABELLED" else "") + (_text(section) or ""))
    return " ".join(sections)


def _people(record: Record, element: Any) -> None:
    for people in element.iterfind(".//AuthorList"):
        target = "editors" if people.get("Type") == "editors" else "authors"
        record[target] += [person for one in people.iterfind("Author") if (person := _person(one))]
    record["investigators"] += [_person(one) for one in element.iterfind(".//InvestigatorList/Investigator")]
    record["subjects"] += [_person(one) for one in element.iterfind(".//PersonalNameSubject")]
    record["affiliations"] += _texts(element, ".//Affiliation")
    record["person_ids"] += [f"{one.get('Source')} {_text(one)}" for one in element.iterfind(".//Identifier")]


def _ids(record: Record, element: Any) -> None:
    for one in element.iterfind("ArticleIdList/ArticleId"):
        record["ids"].append((one.get("IdType"), _text(one)))
        if one.get("IdType") == "pmc":
            record["pmc"] = _text(one)


def _dates(record: Record, data: Any) -> None:
    if data is None:
        return
    for event in data.iterfind("History/PubMedPubDate"):
        if field := EVENTS.get(event.get("PubStatus")):
            record[field] = record[field] or _day(event)
    record["publication_status"] = _text(data, "PublicationStatus")


def _common(record: Record, element: Any) -> None:
    record["pmid"] = int(_text(element, "PMID") or 0)
    record["version"] = int(element.find("PMID").get("Version") or 1)
    _people(record, element)
    record["keywords"] += _texts(element, ".//KeywordList/Keyword")
    record["types"] += [(one.get("UI"), _text(one)) for one in element.iterfind(".//PublicationType")]
    record["languages"] += _texts(element, ".//Language")
    for one in element.iterfind(".//Grant"):
        record["grants"].append([_text(one, part) for part in ("GrantID", "Acronym", "Agency", "Country")])
    record["locations"] += [(one.get("EIdType"), _text(one)) for one in element.iterfind(".//ELocationID")]
    record["pages"] = _pages(element)
    record["tt"] = _text(element, ".//VernacularTitle")
    record["lr"] = _day(element.find("DateRevised"))


def _pages(element: Any) -> str | None:
    return _text(element, ".//Pagination/MedlinePgn") or _text(element, ".//Pagination/StartPage")


def _citation(element: Any) -> Record:
    record = empty() | {"kind": "article"}
    _common(record, element)
    article = element.find("Article")
    record["titles"] += [title for title in [_text(article, "ArticleTitle")] if title]
    for abstract in article.iterfind("Abstract"):
        record["own_abstract"] = _abstract(abstract) or None
        record["structured"] = any(one.get("Label") for one in abstract.iterfind("AbstractText"))
    record["other_abstracts"] = [_abstract(one) for one in element.iterfind("OtherAbstract")]
    record["foreign_abstract"] = any(one.get("Language", "eng") != "eng" for one in element.iterfind("OtherAbstract"))
    record["status"], record["owner"] = element.get("Status"), element.get("Owner")
    record["method"] = element.get("IndexingMethod")
    record["dcom"] = _day(element.find("DateCompleted"))
    _journal(record, article, element.find("MedlineJournalInfo"))
    _indexing(record, element)
    record["accessions"] = [
        (_text(bank, "DataBankName"), _texts(bank, "AccessionNumberList/AccessionNumber"))
        for bank in element.iterfind(".//DataBank")
    ]
    record["cois"] = _text(element, "CoiStatement")
    record["links"] = [one.get("RefType") for one in element.iterfind(".//CommentsCorrections")]
    record["remarks"] = _texts(element, ".//CommentsCorrections/Note")
    record["other_ids"] = _texts(element, "OtherID")
    data = element.getnext() if element.getnext() is not None and element.getnext().tag == "PubmedData" else None
    _dates(record, data)
    if data is not None:
        _ids(record, data)
    return record


def _journal(record: Record, article: Any, info: Any) -> None:
    issue = article.find("Journal/JournalIssue")
    if issue is not None:
        record["volume"], record["issue"] = _text(issue, "Volume"), _text(issue, "Issue")
        record["print"] = _issue_day(issue.find("PubDate"))
    for one in article.iterfind("ArticleDate"):
        record["electronic"] = record["electronic"] or _day(one)
    paths = [(info, "MedlineTA"), (article, "Journal/Title"), (article, "Journal/ISOAbbreviation")]
    record["journal"] = [value for where, path in paths if where is not None and (value := _text(where, path))]
    record["issns"] = _texts(article, "Journal/ISSN")
    if info is not None:
        record["issns"] += _texts(info, "ISSNLinking")
        record["jid"] = _text(info, "NlmUniqueID")
        record["places"] = _texts(info, "Country")


def _indexing(record: Record, element: Any) -> None:
    for one in element.iterfind("MeshHeadingList/MeshHeading"):
        descriptor = one.find("DescriptorName")
        record["headings"].append(
            {
                "ui": descriptor.get("UI"),
                "name": _text(descriptor),
                "major": descriptor.get("MajorTopicYN") == "Y",
                "qualifiers": [
                    (q.get("UI"), _text(q), q.get("MajorTopicYN") == "Y") for q in one.iterfind("QualifierName")
                ],
            }
        )
    for one in element.iterfind("ChemicalList/Chemical"):
        substance = one.find("NameOfSubstance")
        record["substances"].append((substance.get("UI"), _text(substance), _text(one, "RegistryNumber")))
    record["supplementary"] = [(one.get("UI"), _text(one)) for one in element.iterfind(".//SupplMeshName")]
    record["subsets"] = _texts(element, "CitationSubset")
    record["symbols"] = _texts(element, ".//GeneSymbol")
    record["missions"] = _texts(element, "SpaceFlightMission")


def _book(element: Any) -> Record:
    record = empty() | {"kind": "book"}
    document = element.find("BookDocument")
    _common(record, document)
    book = document.find("Book")
    chapter = _text(document, "ArticleTitle")
    record["book_titles"] = _texts(book, "BookTitle")
    record["collections"] = _texts(book, "CollectionTitle")
    record["titles"] = [chapter] if chapter else list(record["book_titles"])
    record["chapter"] = chapter is not None
    for abstract in document.iterfind("Abstract"):
        record["own_abstract"] = _abstract(abstract) or None
    record["structured"] = any(one.get("Label") for one in document.iterfind("Abstract/AbstractText"))
    record["publisher"] = _text(book, "Publisher/PublisherName")
    record["places"] = _texts(book, "Publisher/PublisherLocation")
    record["isbns"] = _texts(book, "Isbn")
    record["volume"] = _text(book, "Volume")
    record["print"] = _issue_day(book.find("PubDate"))
    _ids(record, document)
    data = element.find("PubmedBookData")
    _dates(record, data)
    if data is not None:
        _ids(record, data)
    return record


# --- MEDLINE text -----------------------------------------------------------------------------------------------------

TAG = re.compile(
    r" (?=(?:OWN|STAT|DCOM|LR|IS|VI|IP|DP|TI|PG|AB|FAU|AU|AD|LA|PT|PL|TA|JT|JID|RN|SB|MH"
    r"|EDAT|MHDA|CRDT|PHST|AID|PST|SO) ?- )"
)


def _unfold(text: str) -> Iterator[str]:
    """Join continuation lines, which Biopython makes values of their own in fields that repeat."""
    line = ""
    for following in text.splitlines():
        if following.startswith("      ") and line:
            line = f"{line.rstrip()} {following.strip()}"
        else:
            yield line + "\n"
            line = following
    yield line + "\n"


def _read_text(text: str) -> Iterator[Record]:
    if "\n" not in text.strip():  # a record that lost its line breaks, as the first one of this project
        text = re.sub(r"(?m)^(\w{2,4}) *- ", lambda tag: f"{tag[1]:4}- ", TAG.sub("\n", text.strip()))
    for fields in Medline.parse(iter(list(_unfold(text))[1:])):
        if "PMID" in fields:
            yield _from_fields(fields)


def _list(fields: Any, tag: str) -> list[str]:
    value = fields.get(tag, [])
    return [value] if isinstance(value, str) else list(value)


def _compact(text: str | None) -> dates.Day | None:
    """Read YYYYMMDD or YYYY/MM/DD, of which the end may be missing."""
    digits = re.sub(r"\D", "", (text or "")[:10])
    return dates.made(int(digits[:4]), int(digits[4:6] or 1), int(digits[6:8] or 1)) if len(digits) >= 4 else None


def _named(fields: Any, short: str, full: str) -> list[Any]:
    shorts, fulls = _list(fields, short), _list(fields, full)
    if len(shorts) != len(fulls):
        fulls = [""] * len(shorts)
    return [text_name(*pair) for pair in zip(shorts, fulls, strict=True)]


def _from_fields(fields: Any) -> Record:
    record = empty() | {"kind": "book" if "BTI" in fields else "article"}
    record["pmid"] = int(fields["PMID"].split()[0])
    one = {tag: " ".join(_list(fields, tag)) or None for tag in fields}
    get = one.get
    record["titles"] = [value for tag in ("TI",) if (value := get(tag))] or [value for value in [get("BTI")] if value]
    record["chapter"] = "TI" in fields
    record["book_titles"], record["collections"] = _list(fields, "BTI"), _list(fields, "CTI")
    record["own_abstract"] = get("AB")
    record["structured"] = False  # the text form does not say which words are labels
    record["other_abstracts"] = _list(fields, "OAB")
    record["foreign_abstract"] = any(language != "eng" for language in _list(fields, "OABL"))
    record["tt"], record["volume"], record["issue"], record["pages"] = get("TT"), get("VI"), get("IP"), get("PG")
    record["keywords"] = [value.removeprefix("*") for value in _list(fields, "OT")]
    record["types"] = [(None, value) for value in _list(fields, "PT")]
    record["languages"] = _list(fields, "LA")
    record["status"], record["owner"], record["publication_status"] = get("STAT"), get("OWN"), get("PST")
    record["authors"] = _named(fields, "AU", "FAU") + _list(fields, "CN")
    record["editors"] = _named(fields, "ED", "FED")
    record["investigators"] = _named(fields, "IR", "FIR")
    record["subjects"] = _named(fields, "PS", "FPS")
    record["affiliations"] = _list(fields, "AD") + _list(fields, "IRAD")
    record["person_ids"] = _list(fields, "AUID")
    record["journal"] = _list(fields, "TA") + _list(fields, "JT")
    record["issns"] = re.findall(r"\d{4}-\d{3}[\dX]", get("IS") or "")
    record["jid"], record["cois"] = get("JID"), get("COIS") or get("COI")
    record["places"], record["isbns"], record["publisher"] = _list(fields, "PL"), _list(fields, "ISBN"), get("PB")
    _text_dates(record, get)
    _text_indexing(record, fields)
    _text_ids(record, fields)
    return record


def _text_dates(record: Record, get: Any) -> None:
    record["print"], record["electronic"] = dates.printed(get("DP") or ""), _compact(get("DEP"))
    for tag in ("EDAT", "CRDT", "MHDA", "LR", "DCOM"):
        record[tag.lower()] = _compact(get(tag))


def _text_indexing(record: Record, fields: Any) -> None:
    for line in _list(fields, "MH"):
        descriptor, *qualifiers = line.split("/")
        record["headings"].append(
            {
                "ui": None,
                "name": descriptor.removeprefix("*"),
                "major": descriptor.startswith("*"),
                "qualifiers": [(None, q.removeprefix("*"), q.startswith("*")) for q in qualifiers],
            }
        )
    for line in _list(fields, "RN"):
        number, _, rest = line.partition(" (")
        record["substances"].append((None, rest.rstrip().removesuffix(")"), number))
    record["supplementary"] = [(None, value) for value in _list(fields, "NM")]
    record["subsets"] = " ".join(_list(fields, "SB")).split()
    record["symbols"], record["missions"] = _list(fields, "GS"), _list(fields, "SFM")
    record["links"] = [kind for tag, kind in LINKS.items() if tag in fields]
    record["accessions"] = [
        (bank, [number] if number else [])
        for value in _list(fields, "SI")
        for bank, _, number in [value.partition("/")]
    ]
    record["grants"] = [[value] for value in _list(fields, "GR")]


def _text_ids(record: Record, fields: Any) -> None:
    for value in _list(fields, "AID"):
        if match := re.fullmatch(r"(.*) \[(\w+)\]", value.strip()):
            record["ids"].append((match[2], match[1]))
    record["ids"] += [("mid", value) for value in _list(fields, "MID")]
    for value, kind in re.findall(r"(\S.*?) \[(\w+)\]", " ".join(_list(fields, "LID"))):
        record["locations"].append((kind, value))
    if fields.get("PMC"):
        record["pmc"] = fields["PMC"].split()[0]
        record["ids"].append(("pmc", record["pmc"]))
    record["other_ids"] = [value.partition(" ")[2] or value for value in _list(fields, "OID")]


def files(root: Path) -> Iterable[Path]:
    """Return the files of records of a directory of real data."""
    for folder in ("xml", "seed", "nbib", "pairs", "books"):
        yield from sorted(path for path in (root / folder).iterdir() if path.is_file())
    yield from sorted((root / "mirror").rglob("*.xml.gz"))
