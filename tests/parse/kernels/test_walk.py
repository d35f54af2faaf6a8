"""Records that the kernels read in another way than usual, or leave to the plain reader."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import authors, citation, title
from kernel_calls import MANY, called, padded
from medline.parse.kernels import xml_tags
from medline.parse.xml import reference
from medline.schema.tables import (
    BIGINT,
    BOOLEAN,
    DATE,
    INTEGER,
    LAKE_TABLES,
    MIXED,
    MONTH,
    ORDINAL,
    ORDINAL_PATH,
    At,
    Column,
)
from xml_records import RICH, record_with, wrapped

MATHML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
IS_CANONICAL = called(xml_tags.is_canonical)

#: Fragments of text: all may stand in an element; which of them are well-formed, expat says.
TEXTS = [
    "", " ", "a", "é", "𝒳", "&amp;", "&lt;b&gt;", "&quot;&apos;", "&#65;", "&#x1F600;", "&#10;", "&#13;", "&#32;",
    "a > b", "]]", "]", "]]&gt;", "] ]>", "li\nne", "ta\tb", "\u00a0", "\u0085", "\x7f", "\ufffd", "\ufffc",
    "<!-- c -->", "x<!-- c -->", "<?p i?>x", "<?p?>", "<b/>", "<b></b>", "<i>x</i>", "x<i>y</i>z", "<b><i>x</i></b>",
    "<sup>2</sup><sub>3</sub>", "<b >x</b >", "<i a='1'>x</i>", '<i a="1">x</i>', '<i a="x>y">z</i>',
    "<i a='\"'>z</i>", '<i a="&lt;&quot;">z</i>', '<i  a="1"  b="2"/>', '<i\na="1"/>', '<i a = "1"/>',
    '<i a="b\nc\td"/>', "<u>a &amp; b</u>", "<u>&quot;</u>", "<u>a > b</u>", "<i>é</i>", "<é/>",
    f"<mml:math {MATHML}><mml:mi>x</mml:mi></mml:math>", "<DispFormula>a</DispFormula>", "<new>x</new>",
    "<b><new/></b>", "<new><b>x</b>y</new>z", '<new a="1" é="2"><n b="3"/></new>', "<PMID>5</PMID>",
    "<Title>a</Title>", "<b>&#65;</b>", "<i xmlns='u'>x</i>", "<x:y/>", "<_/>", "<:/>", "<i><!-- c --></i>",
    "<i>\n</i>", "<b>a<b>b<b>c</b></b></b>", "N", "1", "\n1 ",
]  # fmt: skip
#: Fragments after which the plain reader reads the rest of the file, or which it refuses.
BAD_TEXTS = [
    "<![CDATA[x]]>", "a<![CDATA[<b>]]>c", "<![CDATA[]]>", "]]>", "&nbsp;", "&", "&amp", "&;", "&#0;", "&#xFFFE;",
    "&#xD800;", "&#1;", "\0", "\x01", "\x1f", "\x0b", "\ufffe", "\uffff", "<", "<>", "</>", "< b/>", "<b", "<b>",
    "</b>", "<b></i>", "<b/ >", "<1/>", "<-/>", '<i a="1" a="1"/>', '<i a="1"b="2"/>', "<i a/>", "<i a=1/>",
    "<i a=''b=''/>", '<i a="<"/>', '<i a="&nbsp;"/>', '<i a="\x01"/>', "<!-- -- -->", "<!--->", "<!-->", "<!---->",
    "<!- a -->", "<!-- a", "<?", "<? x?>", "<?x", "<?xml?>", "<?XML ?>", "<?1?>", "<?é?>", "<×/>", "<a×/>", "<é",
    "<a:b:c/>", '<a:="1"/>', "<!DOCTYPE a>", "<!DOCTYPE a SYSTEM 'b'>", "<!ELEMENT a ANY>", "<x y z='1'/>",
    "<i é='1' é='2'/>",
]  # fmt: skip
#: Values of attributes, as written.
ATTRIBUTES = [
    '""', "''", '" "', '"a"', "'a'", '"é"', '"a\nb"', '"a\tb"', '"a  b"', '"&amp;"', '"&lt;&gt;"', '"&#65;"',
    '"&#10;"', '"&#9;"', '">"', "'\"'", '"\'"', '"]]>"', '"&quot;"', '"Y"', '"N"', '" Y"', '"Y\n"', '"2"', '" 2 "',
    '"x"', '"2019/04/16"', '" 20190416 "', '"20190431"', '"\u00a0"', '"\x7f"', '"doi"', '"pii"', '"ORCID"', '"orcid"',
    '"ORCıD"', '"Feb"',
]  # fmt: skip
BAD_ATTRIBUTES = [
    '"<"',
    '"&nbsp;"',
    '"&"',
    '"\x01"',
    '"\0"',
    '"',
    "'",
    "a",
    '"a"b',
    '"\ufffe"',
    '"&#0;"',
    '"a" {}="b"',
    '"a"{}="b"',
]


def columns_with_paths() -> dict[str, list[tuple[Column, str]]]:
    """The columns of each table that the document fills, with their paths."""
    columns_of: dict[str, list[tuple[Column, str]]] = {}
    for table in LAKE_TABLES:
        for row_path, fixed in table.rows.items():
            for column in table.columns:
                other = fixed.get(column.name)
                step = str(other) if isinstance(other, At) else None if other else column.path
                if column.name in ("pmid", "version"):
                    continue  # keys have a test of their own
                if step and "#" not in step and column.type not in (ORDINAL, ORDINAL_PATH) and row_path[:6] == "Pubmed":
                    steps = row_path.split("/")
                    steps = steps[: len(steps) - step.split("/").count("..")]
                    steps += [one for one in step.split("/") if one not in (".", "..")]
                    columns_of.setdefault(table.name, []).append((column, "/".join(steps)))
    return columns_of


COLUMNS = columns_with_paths()


def contents(column: Column, path: str) -> list[tuple[str, str]]:
    """What stands in the element of a column, and its attribute."""
    attribute = path.partition("/@")[2]
    if attribute:
        return [("", f" {attribute}={value}") for value in ATTRIBUTES]
    if column.type is DATE:
        parts = ("Year", "Month", "Day")
        days = [
            "".join(f"<{one}>{word}</{one}>" for one, word in zip(parts, day, strict=True) if word) for day in DATES
        ]
        return [(text, "") for text in [*days, *TEXTS[:8]]]
    return [(text, "") for text in (TEXTS if column.type is MIXED else [*TEXTS[::2], *WORDS.get(column.type, [])])]


@pytest.mark.long
@pytest.mark.sampled(4)
@pytest.mark.parametrize("table", COLUMNS)
def test_unusual_values_in_every_column(agrees, table):
    """All columns in one file, each value in a record of its own; then some, each alone in a chunk."""
    values = [(path.partition("/@")[0], *one) for column, path in COLUMNS[table] for one in contents(column, path)]
    records = [record_with(*value, pmid) for pmid, value in enumerate(values, start=10)]
    reading = agrees(wrapped(*records), chunks=(8192, None))
    assert reading.error is None
    assert len(reading.keys) == len(records)
    agrees(wrapped(*records[::13]), chunks=(300,))


@pytest.mark.slow
@pytest.mark.parametrize("table", COLUMNS)
def test_unusual_values_in_every_column_alone_in_a_file(agrees, table):
    for column, path in COLUMNS[table]:
        for value in contents(column, path):
            agrees(wrapped(record_with(path.partition("/@")[0], *value, 10)), chunks=(None,))


DATES = [
    ("2019", "04", "16"), ("2019", "Apr", "6"), ("2019", "april", "06"), ("2020", "2", "29"), ("2019", "2", "29"),
    ("2019", "13", "1"), ("2019", "0", "1"), ("2019", "1", "0"), ("2019", "1", "32"), ("0", "1", "1"),
    ("0000", "01", "01"), ("9999", "12", "31"), ("10000", "1", "1"), ("1900", "2", "29"), ("2000", "2", "29"),
    ("1", "1", "1"), ("x", "1", "1"), ("2019", "Mai", "1"), ("2019", "04", " 16 "), ("2019", "", ""), ("", "4", ""),
    ("", "", "5"), ("2019", "4", ""), ("&#50;019", "4", "1"), ("2019", "A&#112;r", "1"), ("2019", "٤", "1"),
    ("<b>2019</b>", "4", "1"), ("2019", "4", "1<!-- -->"),
]  # fmt: skip
WORDS = {
    INTEGER: ["0", "007", "2147483647", "2147483648", "-1", "+1", "1.0", "٣", "999999999999999999", "1" * 19, "1 2"],
    BIGINT: ["0", "007", "2147483648", "999999999999999999", "1" * 19, "9" * 30, "-1"],
    MONTH: ["1", "01", "012", "12", "13", "0", "Jan", "JANUARY", "Sept", "Janu", " May ", "Déc", "mAy"],
    BOOLEAN: ["Y", "N", "y", " Y ", "YN", "Y Y"],
}


CONTEXTS = {
    "a text": lambda text: citation(2, article=f"<Language>{text}</Language>"),
    "a text with markup": lambda text: citation(2, title=title(f"a{text}b")),
    "inline markup": lambda text: citation(2, title=title(f"a<b>{text}</b>")),
    "between elements": lambda text: citation(2, article=text),
    "an unknown element": lambda text: citation(2, article=f"<x>{text}</x>"),
}


@pytest.mark.long
@pytest.mark.parametrize("context", CONTEXTS)
def test_texts_that_the_plain_reader_decides_on(agrees, context):
    for text in BAD_TEXTS:
        content = wrapped(RICH[2], CONTEXTS[context](text), RICH[3])
        agrees(content, chunks=(300, None) if "text" in context else (None,))
        if context == "between elements":
            agrees(content, chunks=(None,), skip=[1])


@pytest.mark.parametrize("start", [
    "<MeshHeadingList><MeshHeading><DescriptorName UI={}/></MeshHeading></MeshHeadingList>",
    "<CoiStatement><b UI={}/></CoiStatement>", "<x UI={}/>", "<KeywordList Owner={}/>",
])  # fmt: skip
def test_attributes_that_the_plain_reader_decides_on(agrees, start):
    for value in BAD_ATTRIBUTES:
        content = start.format(value.replace("{}", "Owner" if "Owner" in start else "UI"))
        agrees(wrapped(RICH[2], citation(2, citation=content), RICH[3]), chunks=(300, None))
        agrees(wrapped(RICH[2], citation(2, citation=content), RICH[3]), chunks=(None,), skip=[1])


def with_stray(text: str, pmid: int) -> list[str]:
    return [
        citation(pmid, article=text), citation(pmid + 1, data=text), citation(pmid + 2, head=f"<x>{text}</x>"),
        f"<PubmedArticle>{text}<MedlineCitation><PMID>{pmid + 3}</PMID></MedlineCitation></PubmedArticle>",
    ]  # fmt: skip


def test_stray_text_and_unknown_elements(agrees):
    records = [record for number, text in enumerate(TEXTS) for record in with_stray(text, 10 * number + 10)]
    agrees(wrapped(*records))
    for record in records[3::4]:  # among them the second PMIDs
        agrees(wrapped(record), chunks=(None,))


def test_stray_text_that_the_plain_reader_decides_on(agrees):
    for text in BAD_TEXTS:
        *inside, before = with_stray(text, 1)
        agrees(wrapped(*inside), chunks=(300, None))
        agrees(wrapped(before), chunks=(None,))


KEYS = [
    "<PMID>1</PMID>", "<PMID Version='1'>1</PMID>", "<PMID> 1\n</PMID>", "<PMID Version=' 1 '>1</PMID>",
    "<PMID>01</PMID>", "<PMID>999999999999999999</PMID>", "<PMID>0</PMID>", "<PMID>1000000000000000000</PMID>",
    "<PMID Version='x'>1</PMID>", "<PMID>&#49;</PMID>", "<PMID Version='&#49;'>1</PMID>", "<PMID><b>1</b></PMID>",
    "<PMID>1<!-- --></PMID>", "<PMID/>", "", "<PMID></PMID>", "<PMID>x</PMID>", "<PMID>-1</PMID>",
    "<PMID>٣</PMID>", "<PMID Version=''>1</PMID>", "<PMID>1</PMID><PMID>2</PMID>",
    "<PMID Version='2147483648'>1</PMID>", "<PMID Version='1\n'>1</PMID>", "<pmid>1</pmid>",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("holder", ["PubmedArticle/MedlineCitation", "PubmedBookArticle/BookDocument", "DeleteCitation",
                                    "MedlineCitation", "BookDocument"])  # fmt: skip
def test_keys(agrees, holder):
    for key in KEYS:
        record = key
        for name in reversed(holder.split("/")):
            record = f"<{name}>{record}</{name}>"
        agrees(wrapped(RICH[2], record, RICH[3]), chunks=(300, None))
        agrees(wrapped(RICH[2], record, RICH[3]), chunks=(300,), skip=[1])


def listed(name: str, *inside: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{''.join(inside)}</{name}>"


SECTION = "<AbstractText>a</AbstractText><AbstractText>b</AbstractText>"
RIGHTS = "<CopyrightInformation>c</CopyrightInformation>"
ACCESSIONS = "<AccessionNumberList><AccessionNumber>1</AccessionNumber></AccessionNumberList>"
EMPTY_LISTS = (
    '<AuthorList CompleteYN="N" Type="a"/><GrantList CompleteYN="Y"/><DataBankList CompleteYN="N"><DataBank/><DataBank>'
    f"<DataBankName>PDB</DataBankName></DataBank></DataBankList><Abstract>{RIGHTS}</Abstract><Abstract/>",
    '<KeywordList Owner="NASA"/><OtherAbstract Type="PIP"/><InvestigatorList ID="g"/><MeshHeadingList/>',
)
KEYWORDS = (
    "<KeywordList Owner='a'><KeywordList Owner='b'><Keyword>x</Keyword></KeywordList><Keyword>y</Keyword></KeywordList>"
    "<KeywordList><Keyword>z</Keyword></KeywordList>"
)
OLD_AUTHOR = "<Author><Affiliation>z</Affiliation><AffiliationInfo/><Affiliation>w</Affiliation></Author>"
BOOK = "PubmedBookArticle/BookDocument/Book"
RECORDS = {
    "lists without items": citation(1, article=EMPTY_LISTS[0], citation=EMPTY_LISTS[1]),
    "single elements twice": citation(1, title=title("a") + title("<b>b</b>"), article="<Pagination/>" * 2),
    "two citations in one record": citation(1)[:-16] + citation(2)[15:],
    "shared values behind the rows": citation(1, article=listed("Abstract", SECTION, RIGHTS)),
    "shared values before the rows": citation(1, article=listed("Abstract", RIGHTS, SECTION)),
    "shared values twice": citation(1, article=listed("Abstract", RIGHTS, SECTION, RIGHTS)),
    "accession lists in turns": citation(
        1,
        article=listed(
            "DataBankList", *[listed("DataBank", ACCESSIONS, "<DataBankName>a</DataBankName>", ACCESSIONS)] * 2
        ),
    ),
    "lists in lists": citation(1, citation=KEYWORDS),
    "a book with ISBNs": record_with(BOOK, "<Isbn>1</Isbn><Isbn/><Isbn>&amp;</Isbn>"),
    "a book without": record_with(BOOK, "<Medium>x</Medium>"),
    "old affiliations between": citation(
        1,
        article="<Affiliation>x</Affiliation>"
        + authors("a", "b")
        + "<Affiliation>y</Affiliation>"
        + listed("AuthorList", OLD_AUTHOR),
    ),
    "an element in itself": citation(1, article="<Article><Article/></Article>" + listed("Language", "<Language/>x")),
    "data before the citation": listed(
        "PubmedArticle",
        "<PubmedData><ReferenceList/><ArticleIdList><ArticleId/></ArticleIdList></PubmedData>",
        "<MedlineCitation><PMID>1</PMID></MedlineCitation>",
    ),
    "attributes on the record": citation(1).replace("<PubmedArticle>", '<PubmedArticle a="1" xmlns="x">'),
    "400 unknown attributes": citation(1, head="<x " + " ".join(f"a{n}='1'" for n in range(400)) + "/>"),
    "a name of 2000 letters": citation(1, head=f"<{'n' * 2000} {'a' * 2000}=''/>"),
    "names that are nearly known": citation(1, article="<Languag>x</Languag><Languages/><language/><LanguagE/><é/>"),
    "names of 24 and 23 letters": citation(1, citation="<CommentsCorrectionsListx/><CommentsCorrectionsList/>"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", RECORDS)
def test_records_of_unusual_structure(agrees, name):
    record = RECORDS[name]
    agrees(wrapped(RICH[0], record, RICH[1], RICH[2], record, record, RICH[3]), chunks=(256, 1000, None))
    agrees(wrapped(record))
    agrees(wrapped(RICH[0], record, RICH[1], record), chunks=(4096,), skip=[1])
    agrees(wrapped(record.replace("<PMID", "<PMID a=''", 1), record), chunks=(300,), skip=[0])


@pytest.mark.parametrize("name", ["ReferenceList", "b", "x"])
def test_nesting_up_to_the_limit_and_beyond(agrees, name):
    for depth in (1, 9, 50, 190, 193, *range(194, 204)):
        inside = f"<{name}>" * depth + f"</{name}>" * depth
        record = citation(2, title=title(inside)) if name == "b" else citation(2, data=inside)
        agrees(wrapped(citation(1), record, citation(3)), chunks=(300, None))
        agrees(wrapped(citation(1), record, citation(3)), chunks=(None,), skip=[1])


ATTRIBUTE_VALUES = st.dictionaries(st.sampled_from("xy"), st.text("a<>&\"'\n", max_size=3), max_size=2)
MARKED = st.recursive(
    st.text("ab<>&\"' é\n", max_size=5),
    lambda inner: st.tuples(st.sampled_from("bi"), ATTRIBUTE_VALUES, st.lists(inner, max_size=3)),
    max_leaves=12,
)


def element_of(tree, tag="x"):
    element = Element(tag)
    for child in tree:
        if isinstance(child, str):
            if len(element):
                element[-1].tail = (element[-1].tail or "") + child
            else:
                element.text = (element.text or "") + child
        else:
            name, attributes, inside = child
            element.append(element_of(inside, name))
            element[-1].attrib.update(attributes)
    return element


@pytest.mark.long
@MANY
@given(st.lists(MARKED, max_size=4))
def test_what_is_canonical_is_what_the_plain_reader_writes(tree):
    written = reference.inner_xml(element_of(tree))
    data, at, length = padded(written + "</x>")
    is_simple = not re.search('="[^"]*[&\n>]|=\'|&(?!amp;|lt;|gt;)', written) and ">" not in re.sub(
        "<[^<>]*>", "", written
    )
    if is_simple:
        assert IS_CANONICAL(data, at, at + length - 4)


@pytest.mark.parametrize(
    "written",
    [
        "<b></b>", "<b />", "<b >x</b>", "<b>x</b >", "<b a='1'/>", '<b  a="1"/>', '<b a ="1"/>', '<b a="&amp;"/>',
        '<b a=">"/>', "a > b", "&quot;", "&apos;", "&#65;", '<b a="1" />', '<b\na="1"/>', '<b a="\n"/>', '<b\n/>',
        "<b\t>x</b>", "<b>x</b\n>",
    ],
)  # fmt: skip
def test_what_is_written_in_another_way_is_not_canonical(written):
    data, at, length = padded(f"x{written}y</x>")
    assert not IS_CANONICAL(data, at, at + length - 4)
