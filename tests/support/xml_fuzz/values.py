"""What elements, attributes and texts of mutated documents hold."""

from __future__ import annotations

from functools import cache

from medline.parse.xml.paths import INLINE, ROOTS, WRAPPED, plan

SNIPPETS = [
    "<ReferenceList><ReferenceList><ReferenceList><Title>z</Title></ReferenceList><Reference/></ReferenceList>"
    "<Title>y</Title><Reference><Citation>b</Citation></Reference></ReferenceList>",
    "<Section><Section><Section><SectionTitle>z</SectionTitle></Section><SectionTitle>y</SectionTitle></Section></Section>",
    '<KeywordList Owner="NASA"/>',
    '<AuthorList CompleteYN="N"/>',
    "<DataBank><DataBankName>Dryad</DataBankName></DataBank>",
    '<OtherAbstract Type="Publisher"><CopyrightInformation>c</CopyrightInformation></OtherAbstract>',
    '<Pond depth="3"><Reed a="1">a<b c="2"/></Reed></Pond>',
    '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi mathvariant="bold">x</mml:mi></mml:math>',
    "<Isbn/>",
    "<PMID>1</PMID>",
]
NUMBERS = [
    *"0 1 01 2 12 13 012 1999 2000 2024 0000 9999 10000 2147483647 2147483648 9223372036854775807 -1 +1 1.0 x".split(),
    *"999999999999999999 1000000000000000000 1e3 ٣ 29 30 31 32 23 24 59 60".split(),
    *("", " 5 ", "5\n", "1 2", "\u00a07"),
]
MONTHS = [*"Jan jan JAN January sept Sep SEPT mai May 1 01 00 13 012 Déc Janu Spring".split(), " Feb ", "\tmar\n", ""]
FLAGS = ["Y", "N", "y", "YN", " Y", "N\n", "", "Y Y", "Ý", "1"]
DAYS = "20190416 2019/04/16 2019-04-16 2019/04-16 20190431 2019/02/29 2020/02/29 0000/01/01 201904161 2019/4/16".split()
PAGES = [
    *"557-63 S63-6 1- -5 - e1;3-4 12-3,15 A12-B13 12–15 １２-3 12-٣ 1-2-3 100-99 iv-x 1a-3 e12-15 12-015".split(),
    *("12-1234", "é1-2", "1,2", ";5", "--3", "0012-3", " 1 - 2 ", "5\u00a0-6", "1 -\n2", "", "\u20031-2"),
]
ORCIDS = (
    "0000-0001-2345-6789 0000000123456789 https://orcid.org/0000-0001-2345-678X 000-0001-2345-6789 0000-0001-2345-678x "
    "00000-0001-2345-6789 0000--0001-2345-6789 0000-0001-2345-67890 0000-00012345-6789 0000-0001-2345-67X9 "
    "0000-0001-2345-678XX 1-0000-0001-2345-6789 00000001234567891 -0000-0001-2345-6789- "
    "0000-0001-2345-67890000-0002-2345-6789 ００００-0001-2345-6789"
).split()
KINDS = [*"doi pii pmc bookaccession DOI pubmed".split(), "doi ", "döi", "", "do\ni"]
SOURCES = ["ORCID", "orcid", "OrcId", "ORCıD", "ORCID ", "ROR", "", "ORC"]
TEXTS = [
    *("", " ", "a", "é", "𝒳", "a > b", "]]", "]] >", "]", "]]&gt", "\u00a0", "\u2003x", "\ufffd", "\u0085", "\x7f"),
    *("ta\tb", "li\nne", "'\"", "<&>", "&amp;", "1998 Dec-1999 Jan", "in 20011 or 2002", "x" * 300, "a  b", " a ", "N"),
    *("\ufffc", "\U0010ffff", "ﬁ", "10.5/a<b", "--", "?>", "&#65;"),
]
BY_NAME = {
    **dict.fromkeys(("Year", "Day", "Hour", "Minute", "Second", "NumberOfReferences", "@Version", "PMID"), NUMBERS),
    "MedlineDate": [*TEXTS, "2001", "20011", "12 1999", "199a2000"],
    "@VersionDate": DAYS,
    **dict.fromkeys(("MedlinePgn", "StartPage", "EndPage"), PAGES),
    "Identifier": ORCIDS,
    **dict.fromkeys(("@IdType", "@EIdType"), KINDS),
    "Month": MONTHS,
    "@Source": SOURCES,
}
TOKENS = [
    *"< > </ /> & ; ' \" ]]> ]] <! <!-- --> -- <? ?> <?x?> &amp; &lt; &gt; &quot; &apos; &#65; &#x41; &#10;".split(),
    *"&#0; &#xFFFE; &nbsp; &amp <![CDATA[ ]]&gt; <![CDATA[x]]> <![CDATA[]]> <!DOCTYPE = <b> </b> <b/> <i></i>".split(),
    *"</> <> <PMID> </PMID> <x> </x> <x/> é \ufffe \uffff <?xml?> <!ELEMENT xmlns".split(),
    *("<?x y?>", "<!-- a -->", "<b a='1'>", ' a="1" a="2"', ' Version="1"', "<?x?></>", "<!-- a --></>"),
    *(" ", "\n", "\t", "\r", "\r\n", "\0", "\x01", "\x1f", "\x0b", "\x7f", "\u00a0", "\u2028"),
]
BYTES = [b"\xff", b"\xc3", b"\x80", b"\xed\xa0\x80", b"\xc0\xbc", b"\xf4\x90\x80\x80", b"\xef\xbf\xbe", b"\xfe\xff"]


@cache
def names() -> tuple[list[str], list[str]]:
    """Names of elements and of attributes: the schema's, and others that are near or new."""
    nodes = list(plan().walk())
    elements = {name for node in nodes for name in node.children} | {*INLINE, *ROOTS, *WRAPPED, "x"}
    near = {name[:-1] for name in sorted(elements)[:30]} | {f"{name}s" for name in sorted(elements)[30:60]}
    attributes = {name for node in nodes for name in node.attributes}
    others = {"Pond", "été", "a:b", "_a", ":", "a-1.b", "mml:mi", "n" * 90, "pmid", "\u4e2d", "ArticlE"}
    attributes |= {"new", "xml:lang", "é", "xmlns", "UI2", "version"}
    return sorted(map(unprefixed, elements | near | others)), sorted(map(unprefixed, attributes))


def unprefixed(name: str) -> str:
    """A name as trees have it here: with a prefix that is no namespace, as for the readers."""
    return name.replace(":", "..")
