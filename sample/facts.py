"""What one invented citation says: plain dictionaries keyed by element and attribute name, consistent in themselves.

A value is a text, a dictionary of a child element, a list of either (a repeated element), or None (certainly absent).
`#` is the own text of an element that has attributes too. What a dictionary leaves out is left to chance and the DTD.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sample import lexicon

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SEASONS = ("Winter", "Spring", "Summer", "Autumn")
TODAY = date(2026, 1, 15)
# Shares of a hundred citations; the rank of a citation, not chance, decides which ones, so that few hundred show all.
_MEDLINE_DATE, _SEASON, _NUMERIC_MONTH = range(3, 10), (31,), (47,)


def _one_in(period: int, offset: int, index: int) -> bool:
    return index % period == offset


def digits_of(day: date) -> dict:
    """Return Year, Month and Day as NLM's own dates print them, with leading zeros."""
    return {"Year": f"{day.year}", "Month": f"{day.month:02d}", "Day": f"{day.day:02d}"}


def _event(status: str, day: date, hour: int | None = None, minute: int = 0) -> dict:
    clock = {"Hour": None} if hour is None else {"Hour": f"{hour}", "Minute": f"{minute}", "Second": None}
    return {"@PubStatus": status, "Year": f"{day.year}", "Month": f"{day.month}", "Day": f"{day.day}", **clock}


def person(rng: Random) -> dict:
    """Return LastName, ForeName, Initials and, one time in thirty, a Suffix."""
    fore = rng.sample(lexicon.FORE_NAMES, rng.choice((1, 1, 2)))
    spelled = [fore[0]] + [name if rng.random() < 0.3 else name[0] for name in fore[1:]]
    return {
        "LastName": rng.choice(lexicon.LAST_NAMES),
        "ForeName": " ".join(spelled),
        "Initials": "".join(name[0] for name in fore),
        "Suffix": rng.choice(("Jr", "3rd", "Sr")) if rng.random() < 0.03 else None,
    }


def affiliation(rng: Random) -> dict:
    """Return an AffiliationInfo."""
    parts = (lexicon.DEPARTMENTS, lexicon.HOSPITALS, lexicon.CITIES)
    mail = f" {rng.choice(lexicon.WORDS)}@example.org" if rng.random() < 0.1 else ""
    return {"Affiliation": ", ".join(rng.choice(part) for part in parts) + "." + mail, "Identifier": None}


def _author(rng: Random, year: int) -> dict:
    orcid = lexicon.orcid(rng.randrange(10**10))
    spelling = rng.choice((orcid, f"https://orcid.org/{orcid}")) if year >= 2012 and rng.random() < 0.2 else None
    return {
        **person(rng),
        "@EqualContrib": None,
        "Identifier": spelling and {"@Source": "ORCID", "#": spelling},
        "AffiliationInfo": [affiliation(rng) for _ in range(rng.choice((0, 1, 1, 2)) if year >= 1988 else 0)],
    }


def _authors(rng: Random, index: int, year: int) -> dict | None:
    count = 140 if _one_in(149, 60, index) else min(rng.choice((1, 2, 3, 4, 5, 6, 8)), 3 + max(0, year - 1975) // 5)
    listed = [_author(rng, year) for _ in range(count)]
    if _one_in(43, 11, index):
        listed[0] |= {"LastName": rng.choice(lexicon.SINGLE_NAMES), "ForeName": None, "Initials": None, "Suffix": None}
    if _one_in(61, 23, index):
        for author in listed[:2]:
            author["@EqualContrib"] = "Y"
    if _one_in(71, 24, index):
        listed[-1]["@ValidYN"] = "N"
    if _one_in(37, 20, index):
        listed.append({"CollectiveName": rng.choice(lexicon.GROUPS), "Identifier": None, "AffiliationInfo": None})
    if _one_in(83, 50, index) and not _one_in(37, 20, index):
        return None
    return {"Author": listed, "@Type": None, "@CompleteYN": "N" if _one_in(67, 30, index) else "Y"}


def _investigators(rng: Random, count: int) -> dict:
    return {"Investigator": [person(rng) | {"AffiliationInfo": affiliation(rng)} for _ in range(count)]}


def _abstract(rng: Random, index: int, published: date) -> dict | None:
    if _one_in(7, 4, index):
        return None
    copyright_ = f"© {published.year} Norland Press & Partners." if published.year > 2000 and index % 3 == 0 else None
    text: Any
    if rng.random() < 0.35 and published.year >= 1990:
        labels = [("BACKGROUND", "BACKGROUND"), ("AIM OF THE STUDY", "OBJECTIVE"), ("METHODS", "METHODS"),
                  ("RESULTS", "RESULTS"), ("CONCLUSION", "CONCLUSIONS")]  # fmt: skip
        kept = labels if rng.random() < 0.6 else labels[2:]
        text = [{"@Label": label, "@NlmCategory": category, "#": lexicon.sentences(rng, rng.randint(1, 4))}
                for label, category in kept]  # fmt: skip
        if _one_in(29, 13, index):
            text.append({"@Label": "FUNDING", "@NlmCategory": "UNASSIGNED", "#": lexicon.sentence(rng)})
    else:
        text = {"#": lexicon.sentences(rng, rng.randint(3, 14)), "@Label": None, "@NlmCategory": None}
    return {"AbstractText": text, "CopyrightInformation": copyright_}


def _pub_date(rng: Random, index: int, day: date) -> dict:
    year, month = day.year, day.month - 1
    share = index % 100
    if share in _MEDLINE_DATE:
        spans = (f"{year} {MONTHS[month]}-{MONTHS[month + 1]}" if month < 11 else f"{year} Dec-{year + 1} Jan",
                 f"{year} Dec-{year + 1} Jan", f"{year}-{year + 1}", f"{year} Spring",
                 f"{year} Sep 28-Oct 4")  # fmt: skip
        return {"MedlineDate": spans[share % len(spans)]}
    if share in _SEASON:
        return {"Year": f"{year}", "Season": SEASONS[month // 3]}
    if share in _NUMERIC_MONTH:
        return digits_of(day)
    kept = rng.choice((1, 2, 2, 2, 3, 3))
    return dict(list({"Year": f"{year}", "Month": MONTHS[month], "Day": f"{day.day:02d}"}.items())[:kept])


def _pages(rng: Random, electronic: bool) -> dict | None:
    if electronic and rng.random() < 0.5:
        return None
    if electronic:
        return {"StartPage": (page := f"e{rng.randint(100, 99999)}"), "EndPage": None, "MedlinePgn": page}
    first = rng.randint(1, 1900)
    last = first + rng.randint(0, 14)
    shown, full = f"{first}", f"{last}"
    same = next((index for index, pair in enumerate(zip(shown, full, strict=False)) if len(set(pair)) > 1), 0)
    short = full if len(full) != len(shown) else full[same:]
    span = shown if first == last else f"{shown}-{short}"
    ends = {"StartPage": shown, "EndPage": full if last > first else None}
    return {"MedlinePgn": span, **ends} if rng.random() < 0.5 else {"MedlinePgn": span}


def _headings(rng: Random) -> list[dict]:
    tags = {"Humans" if rng.random() < 0.7 else "Animals", *rng.sample(lexicon.CHECK_TAGS, rng.randint(0, 4))}
    chosen = {name: {"@UI": lexicon.TAG_UIS[name], "@MajorTopicYN": "N", "@AutoHM": None, "@Type": None}
              for name in sorted(tags)}  # fmt: skip
    if rng.random() < 0.15:
        country = rng.choice(lexicon.PLACES)
        chosen[country] = {
            "@UI": lexicon.TAG_UIS[country],
            "@MajorTopicYN": "N",
            "@AutoHM": None,
            "@Type": "Geographic",
        }
    qualified = {}
    for _ in range(rng.randint(3, 9)):
        name, ui = lexicon.DESCRIPTORS[int(rng.paretovariate(0.6)) % len(lexicon.DESCRIPTORS)]
        qualifiers = sorted(rng.sample(lexicon.QUALIFIERS, rng.choice((0, 0, 1, 1, 2))))
        major = rng.random() < 0.3
        chosen[name] = {"@UI": ui, "@MajorTopicYN": "Y" if major and not qualifiers else "N", "@AutoHM": None,
                        "@Type": None}  # fmt: skip
        qualified[name] = [
            {"#": qualifier, "@UI": q_ui, "@AutoHM": None, "@MajorTopicYN": "Y" if major and rank == 0 else "N"}
            for rank, (qualifier, q_ui) in enumerate(qualifiers)
        ]
    return [{"DescriptorName": {"#": name, **chosen[name]}, "QualifierName": qualified.get(name)}
            for name in sorted(chosen)]  # fmt: skip


def _keywords(rng: Random, owner: str = "NOTNLM") -> dict:
    majors = "Y" if rng.random() < 0.2 else "N"
    words = dict.fromkeys(lexicon.phrase(rng) for _ in range(rng.randint(3, 6)))
    return {"@Owner": owner, "Keyword": [{"#": word, "@MajorTopicYN": majors} for word in words]}


def _keyword_lists(rng: Random, index: int, year: int) -> list[dict] | None:
    lists = [_keywords(rng)] if year >= 2008 and rng.random() < 0.75 else []
    if _one_in(41, 17, index):
        lists = [_keywords(rng), _keywords(rng, "NASA"), _keywords(rng, "KIE")]
    if lists and _one_in(19, 2, index):
        lists[0]["Keyword"].append({"#": "", "@MajorTopicYN": "N"})
    return lists or None


def _grant(rng: Random) -> dict:
    acronym, agency, country = rng.choice(lexicon.AGENCIES)
    number = f"{acronym}-{rng.randint(1, 99):02d}/{rng.randint(1000, 9999)}"
    return {"Agency": agency, "GrantID": number if rng.random() < 0.85 else None,
            "Acronym": acronym if rng.random() < 0.7 else None,
            "Country": country if rng.random() < 0.9 else None}  # fmt: skip


def _data_banks(rng: Random, index: int) -> dict | None:
    if not _one_in(23, 9, index) and not _one_in(59, 40, index):
        return None
    numbers = [f"{rng.choice('VXQ')}{rng.randint(10000, 99999)}" for _ in range(rng.randint(1, 4))]
    name = rng.choice(lexicon.DATABANKS)
    if name == "ClinicalTrials.gov":
        numbers = [f"NCT000{number[1:]}" for number in numbers]
    bank = {"DataBankName": name, "AccessionNumberList": {"AccessionNumber": numbers}}
    bare = {"DataBankName": rng.choice(lexicon.DATABANKS), "AccessionNumberList": None}
    return {"DataBank": [bare, bank] if _one_in(59, 40, index) else [bank]}


def source_of(rng: Random, year: int) -> str:
    """Return the source string of some other article: abbreviation, date, volume, pages."""
    first = rng.randint(1, 900)
    journal, month = rng.choice(lexicon.JOURNALS)["ta"], rng.choice(MONTHS)
    return f"{journal}. {year} {month};{rng.randint(1, 90)}({rng.randint(1, 12)}):{first}-{first + 7}"


def _comments(rng: Random, index: int, pmid: int, year: int) -> dict | None:
    pair = {25: ("CommentIn", 1), 26: ("CommentOn", -1), 55: ("ErratumIn", 1), 56: ("ErratumFor", -1),
            75: ("RetractionIn", 2), 77: ("RetractionOf", -2), 91: ("UpdateIn", 3), 94: ("UpdateOf", -3)}  # fmt: skip
    if index % 100 not in pair:
        return None
    ref_type, distance = pair[index % 100]
    other = {"#": f"{pmid + distance}", "@Version": "1"} if index % 200 < 170 else None
    return {
        "CommentsCorrections": {"@RefType": ref_type, "RefSource": source_of(rng, year), "PMID": other, "Note": None}
    }


def _reference(rng: Random, year: int, pmid: int) -> dict:
    cited = max(1, pmid - rng.randint(1, 90_000))
    ids = [{"#": f"{cited}", "@IdType": "pubmed"}]
    if rng.random() < 0.5:
        ids.insert(0, {"#": f"10.5555/cited.{cited}", "@IdType": "doi"})
    if rng.random() < 0.2:
        ids.append({"#": f"PMC{cited % 9_000_000}", "@IdType": "pmcid"})
    return {"Citation": f"{rng.choice(lexicon.LAST_NAMES)} A, et al. {source_of(rng, year - rng.randint(1, 12))}.",
            "ArticleIdList": {"ArticleId": ids} if rng.random() < 0.85 else None}  # fmt: skip


def _references(rng: Random, index: int, year: int, pmid: int) -> list[dict] | None:
    listed = [_reference(rng, year, pmid) for _ in range(rng.randint(8, 40))]
    if year < 2000 or rng.random() < 0.6:
        listed = []
    flat = {"Title": None, "Reference": listed, "ReferenceList": None}
    if not _one_in(53, 7, index):
        return [flat] if listed else None
    inner = {"Title": "Supplementary references", "Reference": [_reference(rng, year, pmid)], "ReferenceList": None}
    return [{"Title": "References", "Reference": listed or [_reference(rng, year, pmid)], "ReferenceList": [inner]}]


def _other_abstracts(rng: Random, index: int) -> list[dict] | None:
    if _one_in(47, 4, index):  # the article's own abstract is absent in part of these
        note = "Abstract available from the publisher."
        return [{"@Type": "Publisher", "@Language": rng.choice(lexicon.LANGUAGES), "AbstractText": note}]
    if _one_in(73, 33, index):
        plain = {"#": lexicon.sentences(rng, 3), "@Label": None, "@NlmCategory": None}
        own = [
            {"@Label": "OBJETIVO", "@NlmCategory": "UNASSIGNED", "#": "Estudiar la acción del ácido vorânico."},
            {"@Label": "CONCLUSIÓN", "@NlmCategory": "UNASSIGNED", "#": "El índice bajó en niños < 5 años."},
        ]
        return [
            {"@Type": "plain-language-summary", "@Language": "eng", "AbstractText": plain},
            {"@Type": "Publisher", "@Language": "spa", "AbstractText": own},
        ]
    return None


def _publication_types(rng: Random, index: int) -> list[dict]:
    names = ["Journal Article"]
    if rng.random() < 0.3:
        names.append(rng.choice([name for name in lexicon.PUBLICATION_TYPES if name != "Journal Article"]))
    if _one_in(101, 44, index):
        names.append("Journal Article")  # NLM repeats one in rare records
    if index % 100 in (75, 77):  # what _comments links
        names.append("Retracted Publication" if index % 100 == 75 else "Retraction of Publication")
    uis = lexicon.PUBLICATION_TYPES | lexicon.RETRACTION_TYPES
    return [{"#": name, "@UI": uis[name]} for name in names]


def article(rng: Random, index: int, pmid: int, version: int) -> dict:
    """Return the facts of one PubmedArticle. index is its rank in the file; it decides which rarities it shows."""
    journal = lexicon.JOURNALS[int(rng.paretovariate(0.8)) % len(lexicon.JOURNALS)]
    earliest = date(max(1966, journal["first_year"]), 1, 1).toordinal()
    published = date.fromordinal(int(rng.triangular(earliest, TODAY.toordinal() - 400, TODAY.toordinal() - 700)))
    year, electronic = published.year, published.year >= 2003 and rng.random() < 0.5
    entered = published + timedelta(rng.randint(1, 20))
    received, accepted = entered - timedelta(rng.randint(120, 300)), entered - timedelta(rng.randint(20, 100))
    completed = entered + timedelta(rng.randint(25, 260))
    revised = min(completed + timedelta(rng.choice((0, 1, 30, 400, 2000))), TODAY)
    indexed = rng.random() < 0.8
    status = "MEDLINE" if indexed else rng.choice(("PubMed-not-MEDLINE", "Publisher", "In-Process", "In-Data-Review"))
    doi = f"10.5555/{journal['nlm']}.{year}.{pmid}" if year >= 1998 else None
    pii = f"S{journal['nlm']}({year % 100:02d}){pmid % 100_000}" if rng.random() < 0.3 else None
    pmc = f"PMC{1_000_000 + pmid % 8_000_000}" if year >= 2000 and rng.random() < 0.3 else None
    foreign = _one_in(17, 5, index)
    pages = _pages(rng, electronic)
    located = [{"#": value, "@EIdType": kind, "@ValidYN": "Y"} for kind, value in (("pii", pii), ("doi", doi)) if value]
    located = located if electronic or not pages else []
    if not pages and not located:
        pages = {"MedlinePgn": f"{rng.randint(1, 900)}"}
    history = (
        [_event("received", received), _event("accepted", accepted)] if year >= 1995 and rng.random() < 0.6 else []
    )
    if pmc and rng.random() < 0.2:
        history.append(_event("pmc-release", entered + timedelta(365)))
    hour = rng.randint(0, 23)
    history += [_event("pubmed", entered, hour, 0), _event("medline", completed + timedelta(1), hour, 1),
                _event("entrez", entered, rng.choice((hour, 4)), rng.choice((0, 12)))]  # fmt: skip
    ids = [("pubmed", f"{pmid}"), ("doi", doi), ("pii", pii), ("pmc", pmc)]
    ids.append(("mid", f"NIHMS{pmid % 999_983}" if pmc and rng.random() < 0.2 else None))
    grouped = _one_in(37, 20, index)
    citation: dict[str, Any] = {
        "@Status": "OLDMEDLINE" if year < 1967 else status,
        "@Owner": "NASA" if _one_in(131, 65, index) else "NLM",
        "@IndexingMethod": rng.choice(("Automated", "Curated")) if indexed and year >= 2015 else None,
        "@VersionID": None,
        "@VersionDate": None,
        "PMID": {"#": f"{pmid}", "@Version": f"{version}"},
        "DateCompleted": digits_of(completed) if indexed else None,
        "DateRevised": digits_of(revised),
        "Article": {
            "@PubModel": "Electronic" if electronic and not pages else "Print-Electronic" if electronic else "Print",
            "Journal": {
                "ISSN": {"#": journal["electronic" if electronic else "print"],
                         "@IssnType": "Electronic" if electronic else "Print"},
                "JournalIssue": {
                    "@CitedMedium": "Internet" if electronic else "Print",
                    "Volume": f"{year - journal['first_year'] + 1}",
                    "Issue": f"{(published.month + 1) // 2}" if rng.random() < 0.9 else None,
                    "PubDate": _pub_date(rng, index, published),
                },
                "Title": journal["title"],
                "ISOAbbreviation": journal["ta"] + ("." if rng.random() < 0.1 else ""),
            },
            "ArticleTitle": f"[{lexicon.title(rng).rstrip('.')}]." if foreign else lexicon.title(rng),
            "Pagination": pages,
            "ELocationID": located or None,
            "Abstract": _abstract(rng, index, published),
            "AuthorList": _authors(rng, index, year),
            "Language": (["eng", rng.choice(lexicon.LANGUAGES)] if _one_in(34, 5, index) else
                         rng.choice(lexicon.LANGUAGES)) if foreign else "eng",
            "DataBankList": _data_banks(rng, index),
            "GrantList": {"Grant": [_grant(rng) for _ in range(rng.randint(1, 4))]} if rng.random() < 0.2 else None,
            "PublicationTypeList": {"PublicationType": _publication_types(rng, index)},
            "VernacularTitle": "Über die Wirkung von Vorânsäure auf den Fluß." if foreign else None,
            "ArticleDate": digits_of(published - timedelta(rng.randint(0, 60))) if electronic else None,
        },
        "MedlineJournalInfo": {
            "Country": journal["country"] if index % 90 != 89 else None,
            "MedlineTA": journal["ta"],
            "NlmUniqueID": journal["nlm"],
            "ISSNLinking": journal["print"],
        },
        "ChemicalList": _chemicals(rng) if indexed and rng.random() < 0.5 else None,
        "SupplMeshList": None,
        "CitationSubset": rng.choice(("IM", "IM", "IM", ["AIM", "IM"])) if indexed else None,
        "CommentsCorrectionsList": _comments(rng, index, pmid, year),
        "GeneSymbolList": {"GeneSymbol": rng.sample(lexicon.GENES, 2)} if 1991 <= year <= 1996 else None,
        "MeshHeadingList": {"MeshHeading": _headings(rng)} if indexed else None,
        "NumberOfReferences": f"{rng.randint(9, 180)}" if year < 2010 and rng.random() < 0.1 else None,
        "PersonalNameSubjectList": {"PersonalNameSubject": person(rng)} if _one_in(79, 12, index) else None,
        "OtherAbstract": _other_abstracts(rng, index),
        "KeywordList": _keyword_lists(rng, index, year),
        "CoiStatement": "The authors declare no competing interest." if year >= 2017 and index % 2 else None,
        "InvestigatorList": [_investigators(rng, rng.randint(2, 9))] if grouped else None,
    }  # fmt: skip
    if grouped and index % 74 == 20:
        citation["InvestigatorList"][0]["@ID"] = "grp1"
        citation["Article"]["AuthorList"]["Author"][-1]["CollectiveName"] = {
            "#": rng.choice(lexicon.GROUPS), "@Investigators": "grp1"}  # fmt: skip
    if version > 1:
        citation |= {"@VersionID": f"{version}", "@VersionDate": f"{revised:%Y/%m/%d}"}
    return {
        "MedlineCitation": citation,
        "PubmedData": {
            "History": {"PubMedPubDate": history},
            "PublicationStatus": "epublish" if electronic else "ppublish",
            "ArticleIdList": {"ArticleId": [{"#": value, "@IdType": kind} for kind, value in ids if value]},
            "ObjectList": None,
            "ReferenceList": _references(rng, index, year, pmid),
        },
    }


def _chemicals(rng: Random) -> dict:
    drawn = sorted(rng.sample(lexicon.SUBSTANCES, rng.randint(1, 5)), key=lambda substance: substance[2])
    return {"Chemical": [{"RegistryNumber": number, "NameOfSubstance": {"#": name, "@UI": ui}}
                         for number, ui, name in drawn]}  # fmt: skip


def book(rng: Random, index: int, pmid: int, version: int) -> dict:
    """Return the facts of one PubmedBookArticle: a chapter of a book that is revised from time to time."""
    first = date.fromordinal(rng.randint(date(1998, 1, 1).toordinal(), date(2020, 1, 1).toordinal()))
    contributed = first + timedelta(rng.randint(100, 1500))
    code, part = f"bk{rng.choice(lexicon.WORDS)}", f"ch{index}"
    linked = {"@book": code, "@part": None, "@sec": None}
    editors = {"@Type": "editors", "@CompleteYN": "Y", "Author": [person(rng) | _plain_author() for _ in range(3)]}
    authors = {"@Type": "authors", "@CompleteYN": "Y", "Author": [_author(rng, 2015) for _ in range(rng.randint(1, 4))]}
    sections = [{"LocationLabel": None, "Section": None, "SectionTitle": {
        "#": lexicon.phrase(rng).capitalize(), "@book": code, "@part": part, "@sec": f"{part}.s{rank}"}}
        for rank in range(rng.randint(2, 6))]  # fmt: skip
    return {
        "BookDocument": {
            "PMID": {"#": f"{pmid}", "@Version": f"{version}"},
            "ArticleIdList": {"ArticleId": {"#": f"NBK{100_000 + pmid % 500_000}", "@IdType": "bookaccession"}},
            "Book": {
                "Publisher": {"PublisherName": "Norland Press & Partners", "PublisherLocation": "Port Ellin (TA)"},
                "BookTitle": {"#": f"{lexicon.phrase(rng).capitalize()} in Practice®", **linked},
                "PubDate": {"Year": f"{first.year}"},
                "BeginningDate": {"Year": f"{first.year}"},
                "EndingDate": None,
                "AuthorList": editors,
                "InvestigatorList": None,
                "Isbn": [f"979{rng.randrange(10**10):010d}" for _ in range(rng.choice((0, 1, 2)))],
                "Medium": "Internet",
            },
            "ArticleTitle": {"#": lexicon.title(rng).rstrip("."), **linked, "@part": part},
            "Language": "eng",
            "AuthorList": authors,
            "InvestigatorList": None,
            "PublicationType": {"#": "Review", "@UI": lexicon.PUBLICATION_TYPES["Review"]},
            "Abstract": {"AbstractText": {"#": lexicon.sentences(rng, 6), "@Label": None, "@NlmCategory": None}},
            "Sections": {"Section": sections},
            "KeywordList": _keywords(rng),
            "ContributionDate": _unpadded(contributed),
            "DateRevised": _unpadded(contributed + timedelta(rng.randint(1, 900))),
            "GrantList": None,
            "ItemList": None,
        },
        "PubmedBookData": {
            "History": {"PubMedPubDate": [_event(status, contributed, 6, minute)
                                          for status, minute in (("pubmed", 0), ("medline", 1), ("entrez", 0))]},
            "PublicationStatus": "ppublish",
            "ArticleIdList": {"ArticleId": {"#": f"{pmid}", "@IdType": "pubmed"}},
            "ObjectList": None,
        },
    }  # fmt: skip


def _plain_author() -> dict:
    return {"@EqualContrib": None, "Identifier": None, "AffiliationInfo": None}


def _unpadded(day: date) -> dict:
    return {"Year": f"{day.year}", "Month": f"{day.month}", "Day": f"{day.day}"}
