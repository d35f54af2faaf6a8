# ruff: noqa: E501  (records, a line each)
"""Invented records that are told apart by what an index may get wrong."""

from __future__ import annotations

from build import citation, title

ACCENTS = "<Author><LastName>{0}</LastName><ForeName>{1}</ForeName><Initials>{2}</Initials>{3}</Author>"
PLACE = "<AffiliationInfo><Affiliation>{}</Affiliation></AffiliationInfo>"
HEADING = "<MeshHeading><DescriptorName UI='{}' MajorTopicYN='{}'>{}</DescriptorName>{}</MeshHeading>"
QUALIFIER = "<QualifierName UI='Q000188' MajorTopicYN='{}'>drug therapy</QualifierName>"


def record(pmid, about="", *, year=2001, text="", names=(), headings=(), keywords=(), version=1):
    """Return a citation with title, abstract, authors (last, fore, initials, affiliation), headings and keywords."""
    people = "".join(ACCENTS.format(*name[:3], PLACE.format(name[3]) if name[3:] else "") for name in names)
    listed = "".join(f"<Keyword>{keyword}</Keyword>" for keyword in keywords)
    return citation(
        pmid,
        version,
        pub_date=f"<Year>{year}</Year>",
        title=title(about),
        article=(f"<Abstract><AbstractText>{text}</AbstractText></Abstract>" if text else "")
        + (f"<AuthorList>{people}</AuthorList>" if people else "")
        + "<PublicationTypeList><PublicationType UI='D016428'>Journal Article</PublicationType></PublicationTypeList>",
        citation=(f"<MeshHeadingList>{''.join(headings)}</MeshHeadingList>" if headings else "")
        + (f'<KeywordList Owner="NOTNLM">{listed}</KeywordList>' if listed else ""),
    )


RECORDS = [
    record(1, "Naïve T-cells in multiple sclerosis", year=2003, text="Interferon-β (IFN-β) 2.5 mg; p&lt;0.05.",
           names=[("Sørensen", "Per Soelberg", "PS", "København"), ("van der Smith", "John A", "JA")],
           headings=[HEADING.format("D009103", "N", "Multiple Sclerosis", QUALIFIER.format("Y"))], keywords=["immune cells", "T helper"]),
    record(2, "Multiple", year=2005, text="Sclerosis in cells of multiple donors",
           names=[("Smith", "Jane", "J", "Oslo; Bergen"), ("O'Brien", "Ann-Marie", "AM")],
           headings=[HEADING.format("D009103", "Y", "Multiple Sclerosis", ""), HEADING.format("D002477", "N", "Cells", QUALIFIER.format("N"))]),
    record(3, "Cells, multiple; sclerosis", year=2005, keywords=["multiple", "sclerosis", "naive"], names=[("Smith", "J Bertil", "JB")]),
    record(4, "Straße, Strasse and œdema: ΣΊΣΥΦΟΣ, Σίσυφος", year=1999, text="Encyclopædia þing thing ﬁne ſine"),
    record(5, "", text="İstanbul ISTANBUL ångström"),
]  # fmt: skip
