"""Invented citations and headings whose views are known: see tests/warehouse/test_view_answers.py."""

from __future__ import annotations

from build import citation, title
from mesh_records import descriptor, previous


def journal(ta: str = "", full: str = "", iso: str = "", printed: str = "", electronic: str = "", where: str = "",
            year: int = 2001, nlm: str = "0000001", linking: str = "") -> dict[str, str]:  # fmt: skip
    """What a citation says of its journal, for `placed`."""
    return locals()


def placed(pmid: int, source: dict, *, model: str = "Print", pub_date: str = "", volume: str = "", issue: str = "",
           after: str = "", data: str = "", links: str = "") -> str:  # fmt: skip
    """A PubmedArticle in a journal: `after` stands behind the title, `data` in PubmedData, `links` after Article."""

    def given(tag: str, value: str, attributes: str = "") -> str:
        return f"<{tag}{attributes}>{value}</{tag}>" if value else ""

    issns = given("ISSN", source["printed"], ' IssnType="Print"') or given(
        "ISSN", source["electronic"], ' IssnType="Electronic"'
    )
    dated = pub_date or f"<Year>{source['year']}</Year>"
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f'<Article PubModel="{model}"><Journal>{issns}<JournalIssue CitedMedium="Print">{given("Volume", volume)}'
        f"{given('Issue', issue)}<PubDate>{dated}</PubDate></JournalIssue>{given('Title', source['full'])}"
        f"{given('ISOAbbreviation', source['iso'])}</Journal>{title('A title.')}{after}</Article><MedlineJournalInfo>"
        f"{given('Country', source['where'])}{given('MedlineTA', source['ta'])}{given('NlmUniqueID', source['nlm'])}"
        f"{given('ISSNLinking', source['linking'])}</MedlineJournalInfo>{links}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def person(last: str, initials: str = "", *, suffix: str = "", orcid: str = "", valid: str = "Y",
           works: str = "") -> str:  # fmt: skip
    more = f"<Suffix>{suffix}</Suffix>" if suffix else ""
    own = f'<Identifier Source="ORCID">{orcid}</Identifier>' if orcid else ""
    short = f"<Initials>{initials}</Initials>" if initials else ""
    place = f"<AffiliationInfo><Affiliation>{works}</Affiliation></AffiliationInfo>" if works else ""
    return f'<Author ValidYN="{valid}"><LastName>{last}</LastName>{short}{more}{own}{place}</Author>'


def group(name: str) -> str:
    return f"<Author><CollectiveName>{name}</CollectiveName></Author>"


def listed(*authors: str) -> str:
    return f'<AuthorList CompleteYN="Y">{"".join(authors)}</AuthorList>'


def heading(descriptor: str, *qualifiers: str) -> str:
    """A MeshHeading; a star before a name makes it a major topic."""

    def named(tag: str, text: str) -> str:
        major = "Y" if text.startswith("*") else "N"
        return f'<{tag} UI="D1" MajorTopicYN="{major}">{text.removeprefix("*")}</{tag}>'

    inner = "".join(named("QualifierName", qualifier) for qualifier in qualifiers)
    return f"<MeshHeading>{named('DescriptorName', descriptor)}{inner}</MeshHeading>"


def mesh(*headings: str) -> str:
    return f"<MeshHeadingList>{''.join(headings)}</MeshHeadingList>"


def linked(*links: tuple) -> str:
    """CommentsCorrections: (type, source, PMID or None, note or None)."""
    inner = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>{source}</RefSource>'
        + (f'<PMID Version="1">{pmid}</PMID>' if pmid else "")
        + (f"<Note>{note}</Note>" if note else "")
        + "</CommentsCorrections>"
        for kind, source, pmid, note in links
    )
    return f"<CommentsCorrectionsList>{inner}</CommentsCorrectionsList>"


def types(*names: str) -> str:
    inner = "".join(f'<PublicationType UI="D2">{name}</PublicationType>' for name in names)
    return f"<PublicationTypeList>{inner}</PublicationTypeList>"


def banks(*accessions: tuple[str, str]) -> str:
    inner = "".join(
        f"<DataBank><DataBankName>{bank}</DataBankName><AccessionNumberList><AccessionNumber>{number}</AccessionNumber>"
        "</AccessionNumberList></DataBank>"
        for bank, number in accessions
    )
    return f'<DataBankList CompleteYN="Y">{inner}</DataBankList>'


def event(status: str, year: int, month: int, day: int, clock: str = "") -> str:
    hour, _, minute = clock.partition(":")
    time = f"<Hour>{hour}</Hour><Minute>{minute}</Minute>" if clock else ""
    return (
        f'<PubMedPubDate PubStatus="{status}"><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>{time}'
        "</PubMedPubDate>"
    )


def history(*events: str) -> str:
    return f"<History>{''.join(events)}</History>"


def ids(**id_of: str) -> str:
    inner = "".join(f'<ArticleId IdType="{kind}">{value}</ArticleId>' for kind, value in id_of.items())
    return f"<ArticleIdList>{inner}</ArticleIdList>"


def references(*cited: str) -> str:
    inner = "".join(
        f'<Reference><Citation>One.</Citation><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>'
        "</ArticleIdList></Reference>"
        for pmid in cited
    )
    return f"<ReferenceList>{inner}</ReferenceList>"


def grants(*listed: tuple[str, str, str, str]) -> str:
    inner = "".join(
        f"<Grant><GrantID>{number}</GrantID><Acronym>{acronym}</Acronym><Agency>{agency}</Agency>"
        f"<Country>{country}</Country></Grant>"
        for number, acronym, agency, country in listed
    )
    return f'<GrantList CompleteYN="Y">{inner}</GrantList>'


def electronic(year: int, month: int, day: int) -> str:
    return (
        f'<ArticleDate DateType="Electronic"><Year>{year}</Year><Month>{month:02}</Month><Day>{day:02}</Day>'
        "</ArticleDate>"
    )


PAGES = "<Pagination><MedlinePgn>557-63</MedlinePgn></Pagination>"
NOV = "<Year>2002</Year><Month>Nov</Month>"
ORCID = "0000-0002-1825-0097"
OLD = journal("Ann Velmo", "Annals", "Ann. Velmo", "1111-1111", "", "Norland", 1990, "0000010", "1111-1111")
NEW = journal("Velmo", "Velmology", "", "", "2222-2222", "", 2003, "0000010")
HERE = journal("Ann Velmo", nlm="0000011")
PRINT, EPUB = "<PublicationStatus>ppublish</PublicationStatus>", "<PublicationStatus>epublish</PublicationStatus>"

RECORDS = [
    # dates that are whole and dates that are filled in
    citation(170, pub_date="<Year>2001</Year><Month>Nov</Month>", article=electronic(2001, 9, 28)),
    citation(171, pub_date="<MedlineDate>1998 Dec-1999 Jan</MedlineDate>"),
    citation(172, pub_date="<Year>2000</Year><Season>Spring</Season>"),
    citation(173, pub_date="<Year>2001</Year><Month>Feb</Month><Day>30</Day>"),
    # journals: the name of the newest citation, though its PMID is lower
    placed(11, OLD), placed(10, NEW),
    # MeSH
    citation(20, citation=mesh(heading("Multiple Sclerosis", "*drug therapy", "immunology"), heading("*Otters"),
                               heading("Lakes"))),
    citation(21, citation=mesh(heading("Multiple Sclerosis", "drug therapy"), heading("Otters", "*surgery"))),
    citation(22, citation=mesh(heading("Old Newt").replace('"D1"', '"D12"'), heading("Wet Weasels"))),
    # authors
    citation(30, article=listed(person("Otter", "JA", suffix="Jr", orcid=f"https://orcid.org/{ORCID}"),
                                person("Wrong", "W", valid="N"), group("Pond Group"), person("Suryawan"),
                                group("Lake Group"))),
    citation(31, article=listed(person("Otter", "JA", works="Otter Institute, Pond City, Norway."))),
    citation(32, article=listed(*(person("Otter") for _ in range(51)))),
    # retractions: stated by both (the notice here too), by the record alone, by the notice alone, by the type alone
    citation(40, pub_date="<Year>2001</Year><Month>Jan</Month>", article=types("Retracted Publication"),
             citation=linked(("RetractionIn", "J Later. 2001;1:1", 41, None), ("CommentIn", "J. 2001;1:2", 99, None))),
    citation(41, pub_date="<Year>2001</Year><Month>Mar</Month>", article=types("Retraction of Publication"),
             citation=linked(("RetractionOf", "J First. 2001;1:1", 40, "images were altered"))),
    citation(42, citation=linked(("RetractionIn", "J Nowhere. 2002;1:1", None, None),
                                 ("RetractionIn", "J Elsewhere. 2003;1:1", None, None))),
    citation(43, citation=linked(("RetractionOf", "J Third. 1999;1:1", 4300, None),
                                 ("RetractedandRepublishedFrom", "J Fourth. 1999;1:9", 4301, None))),
    citation(44, article=types("Journal Article", "Retracted Publication", "Retracted Publication")),
    # references: twice in the list, in the links as well, one here, one that is no number
    citation(50, citation=linked(("Cites", "J. 1999;1:1", 20, None), ("Cites", "J. 1999;1:1", 7001, None)),
             data=references("20", "20", "7000", "PMC7")),
    # history
    citation(60, data=history(event("received", 2001, 1, 1), event("accepted", 2001, 1, 31),
                              event("entrez", 2001, 2, 10, "6:30"), event("pubmed", 2001, 2, 10, "8:00"),
                              event("medline", 2001, 3, 12, "4:00"), event("received", 2001, 1, 5))),
    citation(61, data=history(event("pmc-release", 2001, 1, 1))),
    # trials
    citation(70, article=banks(("ClinicalTrials.gov", "NCT00000419"), ("clinicaltrials.gov", "nct 00000419"),
                               ("ISRCTN", "63718836"), ("UMIN-CTR", "UMIN000001234"), ("UMIN CTR", "C000000001"),
                               ("EudraCT", "2004-000446-20"), ("GENBANK", "AF005358"), ("GENBANK", "NCT01988389"))),
    # grants
    citation(80, article=grants(("AI 1", "AI", "NIAID NIH HHS", "United States"),
                                ("2", "WT_", "the Wellcome Trust.", "UK"), ("3", "NH", "NIH HHS", "USA"))),
    # SO: print, print and electronic, electronic, collections, no pages
    placed(90, HERE, pub_date=NOV, volume="9", issue="6", after=PAGES, data=PRINT + ids(doi="10.5555/1")),
    placed(91, HERE, model="Print-Electronic", pub_date=NOV, volume="9", after=PAGES + electronic(2002, 9, 1),
           data=PRINT),
    placed(92, HERE, model="Electronic", pub_date="<Year>2002</Year>", volume="9",
           after=PAGES + electronic(2002, 9, 21), data=EPUB),
    placed(93, HERE, model="Electronic-eCollection", pub_date="<Year>2002</Year>", volume="9",
           after=electronic(2002, 9, 21), data=EPUB + ids(pii="e7", doi="10.5555/2")),
    placed(94, HERE, model="Print-Electronic", pub_date="<Year>2002</Year><Month>Sep</Month><Day>3</Day>",
           after=electronic(2002, 9, 3), data="<PublicationStatus>aheadofprint</PublicationStatus>"),
]  # fmt: skip


#: All headings above have the identifier D1, which this MeSH does not have: they are known by name. Of the names in
#: previous indexing one is of two descriptors, one is a heading, one has a qualifier: they mean nothing.
MESH = [
    descriptor("D10", "Lake Animals", "B90"),
    descriptor("D11", "Otters", "B90.100", "C90.500", terms=["Lutra"], more=previous("Wet Weasels (1966-1980)")),
    descriptor(
        "D12", "Newts", "B90.200", more=previous("Lizards (1970)", "Otters (1966-1999)", "Frogs/anatomy (1980)")
    ),
    descriptor("D13", "Toads", "B90.300", more=previous("Lizards (1971)")),
    descriptor("D14", "Lake Diseases", "C90"),
    descriptor("D15", "Multiple Sclerosis", "C90.600"),
    descriptor("D16", "Male", kind=3),
]
