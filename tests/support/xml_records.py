"""Invented XML records that have something of everything, and documents of them."""

from __future__ import annotations

TOP, TAIL = '<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n', "</{root}>\n"
RICH = [
    """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Curated" VersionDate="2019/04/16">
<PMID Version="1">11</PMID><DateRevised><Year>2001</Year><Month>02</Month><Day>03</Day></DateRevised>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5678</ISSN><JournalIssue CitedMedium="Internet">
<Volume>7</Volume><Issue>2</Issue><PubDate><Year>2000</Year><Month>Oct</Month><Day>05</Day></PubDate></JournalIssue>
<Title>Pond &amp; Lake</Title></Journal><ArticleTitle book="a">On <i>otters</i> in H<sub>2</sub>O.</ArticleTitle>
<Pagination><MedlinePgn>557-63</MedlinePgn></Pagination><ELocationID EIdType="doi" ValidYN="Y">10.5/a</ELocationID>
<Abstract><AbstractText Label="AIMS" NlmCategory="OBJECTIVE">To <b>see</b>.</AbstractText>
<AbstractText Label="END">Seen &lt; 5.</AbstractText><CopyrightInformation>(c) Pond</CopyrightInformation></Abstract>
<AuthorList CompleteYN="Y" Type="authors"><Author ValidYN="Y"><LastName>Alm</LastName><ForeName>Bo</ForeName>
<Suffix>2<sup>nd</sup></Suffix><Identifier Source="ORCID">0000-0001-2345-678X</Identifier><AffiliationInfo>
<Affiliation>Pond <i>and</i> Bog</Affiliation><Identifier Source="ROR">r1</Identifier></AffiliationInfo></Author>
<Author><CollectiveName Investigators="g1">Group</CollectiveName></Author></AuthorList><Language>eng</Language>
<DataBankList CompleteYN="N"><DataBank><DataBankName>PDB</DataBankName><AccessionNumberList>
<AccessionNumber>1ABC</AccessionNumber></AccessionNumberList></DataBank></DataBankList><GrantList CompleteYN="Y">
<Grant><GrantID>1</GrantID><Agency>A</Agency></Grant></GrantList><ArticleDate DateType="Electronic"><Year>2000</Year>
<Month>9</Month><Day>30</Day></ArticleDate></Article><MedlineJournalInfo><ISSNLinking>1234-5678</ISSNLinking>
</MedlineJournalInfo><MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="N">Otters</DescriptorName>
<QualifierName UI="Q1" MajorTopicYN="Y">diet</QualifierName></MeshHeading></MeshHeadingList>
<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">pond</Keyword><Keyword>a<sup>2</sup></Keyword></KeywordList>
<OtherAbstract Type="PIP" Language="spa"><AbstractText>Nutrias.</AbstractText></OtherAbstract>
<InvestigatorList ID="g1"><Investigator><LastName>C</LastName><Identifier Source="ORCID">0000000112223334</Identifier>
</Investigator></InvestigatorList></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez">
<Year>2001</Year><Month>2</Month><Day>4</Day><Hour>6</Hour><Minute>0</Minute></PubMedPubDate></History>
<ArticleIdList><ArticleId IdType="pubmed">11</ArticleId><ArticleId IdType="doi">10.5/b</ArticleId></ArticleIdList>
<ReferenceList><Title>All</Title><Reference><Citation>One <i>a</i></Citation></Reference><ReferenceList>
<Title>In</Title><Reference><Citation>Two</Citation><ArticleIdList><ArticleId IdType="pubmed">3</ArticleId>
</ArticleIdList></Reference>
<ReferenceList/></ReferenceList><Reference><Citation>Three</Citation></Reference></ReferenceList></PubmedData>
</PubmedArticle>""",
    """<PubmedBookArticle><BookDocument><PMID Version="1">12</PMID><ArticleIdList><ArticleId IdType="bookaccession">NBK1
</ArticleId></ArticleIdList><Book><Publisher><PublisherName>Pond &amp; <b>Co</b></PublisherName></Publisher>
<BookTitle book="b">Otters</BookTitle><PubDate><Year>2010</Year><Season>Fall</Season></PubDate><BeginningDate>
<Year>1993</Year></BeginningDate><AuthorList Type="editors"><Author><LastName>E</LastName></Author></AuthorList>
<Isbn>1</Isbn><Isbn>2</Isbn></Book><LocationLabel Type="chapter">1</LocationLabel><AuthorList Type="authors"><Author>
<LastName>F</LastName></Author></AuthorList><Abstract><AbstractText>Of <u>ponds</u>.</AbstractText></Abstract><Sections>
<Section><SectionTitle>A</SectionTitle><Section><LocationLabel Type="section">1.1</LocationLabel><SectionTitle>B
</SectionTitle></Section><Section><SectionTitle>C</SectionTitle></Section></Section><Section><SectionTitle>D<i>d</i>
</SectionTitle></Section></Sections><ItemList ListType="Synonyms"><Item>x</Item><Item>y</Item></ItemList>
</BookDocument><PubmedBookData><PublicationStatus>ppublish</PublicationStatus></PubmedBookData></PubmedBookArticle>""",
    """<MedlineCitation Status="MEDLINE"><PMID>13</PMID><DateCreated><Year>1975</Year><Month>06</Month><Day>01</Day>
</DateCreated><Article><Journal><JournalIssue><PubDate><MedlineDate>1975 Jun-Jul</MedlineDate></PubDate></JournalIssue>
</Journal><ArticleTitle>Old.</ArticleTitle><Affiliation>Bog</Affiliation></Article></MedlineCitation>""",
    '<DeleteCitation><PMID Version="1">14</PMID><PMID Version="2">15</PMID></DeleteCitation>',
]


def wrapped(*records: str, root: str = "PubmedArticleSet") -> str:
    """Return a document of these records, without a DOCTYPE."""
    return TOP.format(root=root) + "\n".join(records) + TAIL.format(root=root)


def record_with(path: str, content: str, attribute: str = "", pmid: int = 1) -> str:
    """Return a record with this content (or attribute) in the element at a path of the schema."""
    steps = path.replace("+", "").split("/")
    inside = content
    for depth in range(len(steps) - 1, -1, -1):
        attributes = attribute if depth == len(steps) - 1 else ""
        is_keyed = steps[depth] in ("MedlineCitation", "BookDocument")
        key = f"<PMID Version='1'>{pmid}</PMID>" if is_keyed and steps[depth + 1 : depth + 2] != ["PMID"] else ""
        inside = f"<{steps[depth]}{attributes}>{key}{inside}</{steps[depth]}>"
    holder = {"PubmedArticle": "MedlineCitation", "PubmedBookArticle": "BookDocument"}[steps[0]]
    if f"<{holder}" not in inside:
        inner = f"<{holder}><PMID Version='1'>{pmid}</PMID></{holder}>"
        inside = inside.replace(f"<{steps[0]}{attribute if len(steps) == 1 else ''}>", rf"<{steps[0]}>{inner}", 1)
    return inside
