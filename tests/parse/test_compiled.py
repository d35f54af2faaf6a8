"""The compiled engine against the plain reader: the same rows, keys and order, the same refusals; and its kernels."""

from __future__ import annotations

import datetime
import gzip
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numba import njit

import sample
from build import authors, citation, document, title
from conftest import DATA
from fuzz import RICH, TAIL, TOP, difference, read
from medline.parse import values
from medline.parse.batch import BatchBuilder
from medline.parse.kernels import arrow, cells, derive, reader, xml_reader, xml_tags
from medline.parse.kernels import bytes as kernels
from medline.parse.kernels import values as typed
from medline.parse.kernels.bytes import PAD
from medline.parse.kernels.layout import schema
from medline.parse.values import Untypable
from medline.parse.xml import reference
from medline.parse.xml.paths import INLINE, ROOTS, WRAPPED, plan
from medline.schema.tables import BIGINT, BOOLEAN, DATE, INTEGER, LAKE_TABLES, MIXED, MONTH, ORDINAL, ORDINAL_PATH, At

FOLDERS = ("xml", "books", "pairs", "mirror")
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (DATA / folder).rglob("*")
    if path.suffixes[:1] == [".xml"] and path.suffix != ".md5"
)
CHUNKS = (300, 1000, 4096, 65536)
MATHML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=500, deadline=None)


@pytest.fixture(autouse=True)
def _ends():
    """A reading that does not end is a failure, not a wait."""
    before = signal.signal(signal.SIGALRM, _on_alarm)
    signal.alarm(300)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _on_alarm(*_: object) -> None:
    raise TimeoutError("still reading")


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "pubmed99n0001.xml"


@pytest.fixture
def agrees(path):
    """Hold the engines against each other on a document, at several chunk sizes; the plain reader's reading."""

    def agrees(content: bytes | str, chunks=(300, 4096, None), skip=()):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        expected = read(path, engine="reference", skip=skip)
        for chunk in chunks:
            assert difference(path, skip, expected, **({"chunk": chunk} if chunk else {})) is None
        return expected

    return agrees


@pytest.fixture
def plainly(monkeypatch):
    """Records that the compiled engine left to the plain reader, and (None) that it left it the rest of a file."""
    left: list[int | None] = []
    one, rest = xml_reader.XmlReader._read_plainly, reference.iter_records

    def read_one(self, record):
        left.append(record)
        return one(self, record)

    def read_rest(*arguments):
        left.append(None)
        return rest(*arguments)

    monkeypatch.setattr(xml_reader.XmlReader, "_read_plainly", read_one)
    monkeypatch.setattr(xml_reader.reference, "iter_records", read_rest)
    return left


def wrapped(*records: str, root: str = "PubmedArticleSet") -> str:
    return TOP.format(root=root) + "\n".join(records) + TAIL.format(root=root)


def record_with(path: str, content: str, attribute: str = "", pmid: int = 1) -> str:
    """A record that has something at a path of the schema: content in the element, or the value of an attribute."""
    steps = path.replace("+", "").split("/")
    inside = content
    for depth in range(len(steps) - 1, -1, -1):
        told = attribute if depth == len(steps) - 1 else ""
        is_keyed = steps[depth] in ("MedlineCitation", "BookDocument")
        key = f"<PMID Version='1'>{pmid}</PMID>" if is_keyed and steps[depth + 1 : depth + 2] != ["PMID"] else ""
        inside = f"<{steps[depth]}{told}>{key}{inside}</{steps[depth]}>"
    holder = {"PubmedArticle": "MedlineCitation", "PubmedBookArticle": "BookDocument"}[steps[0]]
    if f"<{holder}" not in inside:
        inner = f"<{holder}><PMID Version='1'>{pmid}</PMID></{holder}>"
        inside = inside.replace(f"<{steps[0]}{attribute if len(steps) == 1 else ''}>", rf"<{steps[0]}>{inner}", 1)
    return inside


# Whole files


@pytest.mark.parametrize("chunk", [*CHUNKS, None])
@pytest.mark.parametrize("name", [path.name for path in FILES] or [None])
def test_real_files(data, name, chunk):
    (path,) = (path for path in FILES if path.name == name)
    assert difference(path, expected=_expected(path), **({"chunk": chunk} if chunk else {})) is None


_read: dict[Path, object] = {}


def _expected(path: Path):
    if path not in _read:
        _read.clear()
        _read[path] = read(path, engine="reference")
    return _read[path]


def test_real_files_are_read_by_the_kernels(data, plainly):
    records = sum(len(read(path, engine="compiled").keys) for path in FILES)
    assert records > 500
    assert None not in plainly
    assert len(plainly) < records / 5


@pytest.mark.parametrize("skip", [[0], [1, 2, 3], range(0, 40, 2), range(200), [10_000]])
def test_real_files_without_some_records(data, skip):
    for path in FILES[:3]:
        assert difference(path, skip, chunk=4096) is None
        assert difference(path, skip) is None


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "pubmed99n0001.xml.gz"
    return sample.write_xml(path, sample.citations(600, 11), [(7, 1), (8, 2)])


@pytest.mark.parametrize("chunk", [*CHUNKS, None])
def test_every_element_of_the_generator(generated, chunk):
    assert difference(generated, expected=_expected(generated), **({"chunk": chunk} if chunk else {})) is None


def test_generated_records_are_read_by_the_kernels(generated, plainly):
    read(generated, engine="compiled")
    assert None not in plainly
    assert len(plainly) < 60


@pytest.mark.parametrize("skip", [[0], [599], range(100, 500, 3), range(600)])
def test_generated_records_without_some(generated, skip):
    assert difference(generated, skip, chunk=20_000) is None


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\n\r", b"\r\r"], ids=["LF", "CRLF", "CR", "LFCR", "CRCR"])
def test_line_ends_marks_and_packing(tmp_path, end, mark, is_packed):
    records = [*RICH[:2], citation(3, title=title("a\nb <i>c\nd</i>")), RICH[3]]
    content = mark + wrapped(*records).replace("Owner='NLM'", "Owner='N\nM'").encode().replace(b"\n", end)
    path = tmp_path / "pubmed99n0001.xml.gz"
    path.write_bytes(gzip.compress(content) if is_packed else content)
    expected = read(path, engine="reference")
    assert len(expected.keys) == 5
    for chunk in (*range(256, 300), 1000, 4096):
        assert difference(path, expected=expected, chunk=chunk) is None


@pytest.mark.parametrize("width", range(8))
def test_a_lone_cr_at_the_end_of_what_was_read(agrees, width):
    agrees(wrapped(citation(1, title=title("x" * width + "\ryyyyyyy" * 200))), chunks=(256, 300))


@pytest.mark.parametrize("root", sorted(ROOTS))
def test_bare_records_of_old_sets(agrees, root):
    bare = [re.sub("</?PubmedBookArticle>|<PubmedBookData>.*</PubmedBookData>", "", RICH[1], flags=re.DOTALL), RICH[2]]
    found = agrees(wrapped(*bare, RICH[0], RICH[3].replace("Citation", "Document"), root=root))
    assert [key[0] for key in found.keys] == [12, 13, 11, 14, 15]


def test_threads_share_nothing(generated):
    expected = _expected(generated)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda chunk: read(generated, engine="compiled", chunk=chunk), [10_000, 50_000] * 4))
    assert all(one == expected for one in found)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.example/pubmed.dtd">',
        "<!DOCTYPE PubmedArticleSet SYSTEM 'pubmed.dtd'>",
        "<!DOCTYPE PubmedArticleSet>",
        "<!DOCTYPE PubmedArticleSet [<!ATTLIST PMID Version CDATA '7'>]>",
        "<!DOCTYPE PubmedArticleSet [<!ATTLIST MedlineCitation Status NMTOKEN 'MEDLINE'>]>",
        "<!DOCTYPE PubmedArticleSet SYSTEM 'a'><!DOCTYPE PubmedArticleSet SYSTEM 'a'>",
        "<!-- a --><?x y?>",
        "<!-- <PubmedArticleSet> -->",
        "<!-- a -- b -->",
        "<?xml version='1.0'?>",
        "\n\n \t",
        "x",
        "\x0b",
    ],
)
@pytest.mark.parametrize("text", ["a", "a&nbsp;b", "&amp;"])
def test_what_stands_before_the_root(agrees, prolog, text):
    records = citation(1, None, title=title(text)), citation(2, head=f'<x a="{text}"/>')
    agrees(document(*records, doctype=prolog).replace(b"MEDLINE", b" MEDLINE "), chunks=(400, None))


@pytest.mark.parametrize(
    "declaration",
    [
        "", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        " <?xml version='1.0'?>", '<?xml version="1.1"?>', '<?xml version="2.0"?>', '<?xml encoding="utf-8"?>',
        "<?xml?>", '<?xml version="1.0" encoding="iso-8859-1"?>', '<?xml version="1.0" encoding="us-ascii"?>',
        '<?xml version="1.0" encoding="utf-16"?>', '<?xml version="1.0" encoding="windows-1252"?>',
        "<?xml version='1.0' encoding='utf-8' ?>", "<?xml version='1.0' encoding='utf8'?>", "\ufeff",
    ],
)  # fmt: skip
def test_declarations(agrees, declaration):
    agrees(
        document(citation(1, title=title("é"))).decode().replace('<?xml version="1.0" encoding="utf-8"?>', declaration)
    )


@pytest.mark.parametrize(
    "root",
    [
        "<PubmedArticleSet >",
        "<PubmedArticleSet\n>",
        "<PubmedArticleSet a='1'>",
        "<PubmedArticleSet/>",
        "<Set>",
        "<html>",
    ],
)
def test_roots(agrees, root):
    agrees(document(citation(1)).replace(b"<PubmedArticleSet>", root.encode()))


@pytest.mark.parametrize(
    "between",
    [
        "<!-- a -->", "<?x y?>", "<!-- a --><!-- b --><?c?>", "x", "&amp;", "&#32;", "<![CDATA[ ]]>",
        "<PMID>1</PMID>", "</>", "<!-- a --></>", "<?x?></>", "<!-- a -->" + "</>" * 5000,
        "<!-- a --></PubmedArticleSet>", "<PubmedFilm/>", "<!-- a -->x", "\u00a0", "\0", "<",
        "</PubmedArticleSet><PubmedArticleSet>", "<MedlineCitation/>", "<!-- a", "<DeleteCitation/>",
        "<DeleteCitation x='1'><PMID y='1'>5</PMID><z/></DeleteCitation>", "<!ELEMENT a ANY>",
        "<DeleteCitation>x</DeleteCitation>", "<DeleteCitation><PMID>x</PMID></DeleteCitation>",
        "<?xml version='1.0'?>", "<DeleteCitation><PMID/></DeleteCitation>",
        "<DeleteCitation><PMID>5</PMID><PMID>6</PMID>&#32;</DeleteCitation>",
    ],
)  # fmt: skip
def test_what_stands_between_and_after_records(agrees, between):
    agrees(wrapped(RICH[0], between, RICH[1]))
    agrees(wrapped(RICH[0], RICH[1], between))
    agrees(wrapped(RICH[0], RICH[1]) + between)
    agrees(wrapped(between, RICH[0]))


def test_a_document_without_records(agrees):
    assert agrees(wrapped()).keys == []
    assert agrees("<PubmedArticleSet></PubmedArticleSet>").keys == []


# Odd records


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


def columns_with_paths() -> list[tuple[str, str, str]]:
    """Table, column and path of every column that the document fills."""
    found = []
    for table in LAKE_TABLES:
        for row_path, fixed in table.rows.items():
            for column in table.columns:
                told = fixed.get(column.name)
                step = str(told) if isinstance(told, At) else None if told else column.path
                if column.name in ("pmid", "version"):
                    continue  # keys have a test of their own
                if step and "#" not in step and column.type not in (ORDINAL, ORDINAL_PATH) and row_path[:6] == "Pubmed":
                    steps = row_path.split("/")
                    steps = steps[: len(steps) - step.split("/").count("..")]
                    steps += [one for one in step.split("/") if one not in (".", "..")]
                    found.append((table.name, column, "/".join(steps)))
    return found


COLUMNS = columns_with_paths()


@pytest.mark.parametrize(("table", "column", "place"), COLUMNS, ids=[f"{t}.{c.name}-{p}" for t, c, p in COLUMNS])
def test_every_column_with_odd_values(agrees, table, column, place):
    """All in one file, each in a record of its own, then each bad one at the end of a file."""
    holder, _, attribute = place.partition("/@")
    if attribute:
        records = [
            record_with(holder, "", f" {attribute}={value}", pmid) for pmid, value in enumerate(ATTRIBUTES, start=10)
        ]
    elif column.type is DATE:
        dates = [
            "".join(
                f"<{part}>{word}</{part}>" for part, word in zip(("Year", "Month", "Day"), words, strict=True) if word
            )
            for words in DATES
        ]
        records = [record_with(place, date, pmid=pmid) for pmid, date in enumerate([*dates, *TEXTS[:8]], start=10)]
    else:
        pool = TEXTS if column.type is MIXED else [*TEXTS[::2], *WORDS.get(column.type, [])]
        records = [record_with(place, text, pmid=pmid) for pmid, text in enumerate(pool, start=10)]
    found = agrees(wrapped(*records), chunks=(700, None))
    assert found.error is None
    assert len(found.keys) == len(records)
    for record in records[:: 1 if column.type is DATE else max(len(records) // 3, 1)]:  # alone in its chunk
        agrees(wrapped(record), chunks=(None,))


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


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_texts_that_the_plain_reader_decides_on(agrees, text):
    """In a text column, in a column with markup, in inline markup, among elements, and in an unknown one."""
    agrees(wrapped(RICH[0], citation(2, article=f"<Language>{text}</Language>"), RICH[1]), chunks=(300, None))
    agrees(wrapped(RICH[0], citation(2, title=title(f"a{text}b")), RICH[1]), chunks=(300, None))
    agrees(wrapped(RICH[0], citation(2, title=title(f"a<b>{text}</b>")), RICH[1]), chunks=(None,))
    agrees(wrapped(RICH[0], citation(2, article=text), RICH[1]), chunks=(None,))
    agrees(wrapped(RICH[0], citation(2, article=f"<x>{text}</x>"), RICH[1]), chunks=(None,))
    agrees(wrapped(RICH[0], citation(2, article=text), RICH[1]), chunks=(None,), skip=[1])


@pytest.mark.parametrize("value", BAD_ATTRIBUTES)
@pytest.mark.parametrize("start", [
    "<MeshHeadingList><MeshHeading><DescriptorName UI={}/></MeshHeading></MeshHeadingList>",
    "<CoiStatement><b UI={}/></CoiStatement>", "<x UI={}/>", "<KeywordList Owner={}/>",
])  # fmt: skip
def test_attributes_that_the_plain_reader_decides_on(agrees, start, value):
    content = start.format(value.replace("{}", "Owner" if "Owner" in start else "UI"))
    agrees(wrapped(RICH[0], citation(2, citation=content), RICH[1]))
    agrees(wrapped(RICH[0], citation(2, citation=content), RICH[1]), skip=[1])


@pytest.mark.parametrize("text", [*TEXTS, *BAD_TEXTS])
def test_stray_text_and_unknown_elements(agrees, text):
    agrees(wrapped(citation(1, article=text), citation(2, data=text), citation(3, head=f"<x>{text}</x>")))
    agrees(wrapped(f"<PubmedArticle>{text}<MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>"))


@pytest.mark.parametrize(
    "key",
    [
        "<PMID>1</PMID>", "<PMID Version='1'>1</PMID>", "<PMID> 1\n</PMID>", "<PMID Version=' 1 '>1</PMID>",
        "<PMID>01</PMID>", "<PMID>999999999999999999</PMID>", "<PMID>0</PMID>", "<PMID>1000000000000000000</PMID>",
        "<PMID Version='x'>1</PMID>", "<PMID>&#49;</PMID>", "<PMID Version='&#49;'>1</PMID>", "<PMID><b>1</b></PMID>",
        "<PMID>1<!-- --></PMID>", "<PMID/>", "", "<PMID></PMID>", "<PMID>x</PMID>", "<PMID>-1</PMID>",
        "<PMID>٣</PMID>", "<PMID Version=''>1</PMID>", "<PMID>1</PMID><PMID>2</PMID>",
        "<PMID Version='2147483648'>1</PMID>", "<PMID Version='1\n'>1</PMID>", "<pmid>1</pmid>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("holder", ["PubmedArticle/MedlineCitation", "PubmedBookArticle/BookDocument", "DeleteCitation",
                                    "MedlineCitation", "BookDocument"])  # fmt: skip
def test_keys(agrees, holder, key):
    record = key
    for name in reversed(holder.split("/")):
        record = f"<{name}>{record}</{name}>"
    agrees(wrapped(RICH[0], record, RICH[1]))
    agrees(wrapped(RICH[0], record, RICH[1]), skip=[1])


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


@pytest.mark.parametrize("name", RECORDS)
def test_odd_records(agrees, name):
    record = RECORDS[name]
    agrees(wrapped(RICH[0], record, RICH[1], RICH[2], record, record, RICH[3]), chunks=(256, 1000, None))
    agrees(wrapped(record))
    agrees(wrapped(RICH[0], record, RICH[1], record), skip=[1])
    agrees(wrapped(record.replace("<PMID", "<PMID a=''", 1), record), skip=[0])


@pytest.mark.parametrize("number", range(len(RICH)))
def test_a_document_that_ends_anywhere(agrees, number):
    content = wrapped(RICH[3], RICH[number], RICH[2]).encode()
    for end in range(100, len(content), 7 if len(content) > 1500 else 1):
        agrees(content[:end], chunks=(300,))


def test_bytes_that_are_no_text(agrees):
    bad = (
        b"\xff \xc3 \x80 \xed\xa0\x80 \xed\xbf\xbf \xc0\xbc \xc1\xbf \xe0\x80\xbc \xf4\x90\x80\x80 \xf8\x88\x80\x80\x80"
    )
    bad += b" \xef\xbf\xbe \xef\xbf\xbf"
    for piece in [
        *bad.split(b" "),
        b"\xef\xbf\xbd",
        b"\xed\x9f\xbf",
        b"\xee\x80\x80",
        b"\xf4\x8f\xbf\xbf",
        b"\xf0\x9f\xbf\xbe",
    ]:
        for place in (b"Alm", b"NLM", b"<!-- a", b"<i>otter", b"<?a ", b"Pond>"):
            content = wrapped(RICH[0], "<!-- a --><?a b?>" + RICH[0].replace("<Article ", "<Pond/><Article ")).encode()
            at = content.rindex(place) + len(place) if place in content else len(content) // 2
            agrees(content[:at] + piece + content[at:], chunks=(300, None))


# What is derived


def fields(name: str, texts: list[str], path: str) -> str:
    return wrapped(*(record_with(path, text, pmid=pmid) for pmid, text in enumerate(texts, start=10)))


def xml_text(alphabet: str, size: int = 14):
    return st.text(st.sampled_from(alphabet), max_size=size).map(
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
    )


PLACES = {
    "pages": ("PubmedArticle/MedlineCitation/Article/Pagination/MedlinePgn", "0123456789-- ,;eSaé٣&\n\t\u00a0"),
    "medline_date": ("PubmedArticle/MedlineCitation/Article/Journal/JournalIssue/PubDate/MedlineDate", "0129 -aé&\n"),
    "year": ("PubmedArticle/MedlineCitation/Article/Journal/JournalIssue/PubDate/Year", "0129 aé&\n"),
    "month": ("PubmedArticle/MedlineCitation/Article/Journal/JournalIssue/PubDate/Month", "01239JanFebMarpryMAYug "),
    "day": ("PubmedArticle/MedlineCitation/Article/Journal/JournalIssue/PubDate/Day", "0012 aé&"),
}


@pytest.mark.parametrize("name", PLACES)
def test_derived_from_one_value(agrees, name):
    path, alphabet = PLACES[name]

    @SOME
    @given(st.lists(xml_text(alphabet), min_size=1, max_size=40))
    def check(texts):
        agrees(fields(name, texts, path), chunks=(None,))

    check()


@SOME
@given(st.lists(st.tuples(*[st.none() | xml_text("012 9JanM&é", 5)] * 5), min_size=1, max_size=20))
def test_printed_dates(agrees, dates):
    names = ("Year", "Month", "Day", "Season", "MedlineDate")
    texts = [
        "".join(f"<{name}>{word}</{name}>" for name, word in zip(names, words, strict=True) if word is not None)
        for words in dates
    ]
    agrees(fields("", texts, "PubmedArticle/MedlineCitation/Article/Journal/JournalIssue/PubDate"), chunks=(None,))
    agrees(fields("", texts, "PubmedBookArticle/BookDocument/Book/BeginningDate"), chunks=(None,))


PIECES = "0000 - 0001 2345 678X 678x 6789 0 1 https://orcid.org/ X é &amp; -- 0000-0001-2345-6789".split()
ORCIDS = st.lists(st.sampled_from([*PIECES, " "]), max_size=9).map("".join)


@SOME
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["ORCID", "orcid", "ORCıD", "ROR", "ORCID ", ""]), ORCIDS), max_size=3),
        max_size=8,
    )
)
def test_orcids(agrees, people):
    def listed(name):
        persons = "".join(
            f"<{name}><LastName>a</LastName>"
            + "".join(f"<Identifier Source='{source}'>{number}</Identifier>" for source, number in numbers)
            + "<AffiliationInfo><Identifier Source='ORCID'>0000-0001-0000-0001</Identifier></AffiliationInfo>"
            + f"</{name}>"
            for numbers in people
        )
        return f"<{name}List>{persons}</{name}List>"

    record = citation(1, article=listed("Author") * 2, citation=listed("Investigator"))
    agrees(wrapped(RICH[0], record, record, RICH[1]), chunks=(None,))


KINDS = st.sampled_from(["doi", "pii", "pmc", "bookaccession", "DOI", "", "doi ", "d&#111;i"])
IDS = st.sampled_from(["", "10.5/a", " ", "<b/>", "<b>x</b>", "&amp;", "é", "&#65;", "x"])


@SOME
@given(
    st.lists(st.tuples(KINDS, IDS), max_size=4),
    st.lists(st.tuples(KINDS, st.sampled_from(["Y", "N", "", "n", " N", "&#78;", "N\n", None]), IDS), max_size=4),
)
def test_identifiers(agrees, ids, places):
    listed = "".join(f"<ArticleId IdType='{kind}'>{value}</ArticleId>" for kind, value in ids)
    located = "".join(
        f"<ELocationID EIdType='{kind}'"
        + (f" ValidYN='{valid}'" if valid is not None else "")
        + f">{value}</ELocationID>"
        for kind, valid, value in places
    )
    book = record_with("PubmedBookArticle/BookDocument/Book", located).replace(
        "</BookDocument>", f"</BookDocument><PubmedBookData><ArticleIdList>{listed}</ArticleIdList></PubmedBookData>"
    )
    record = citation(1, article=located, data=f"<ArticleIdList>{listed}</ArticleIdList>")
    agrees(wrapped(record, book, RICH[0]), chunks=(None,))


SECTIONS = st.tuples(
    st.sampled_from([None, "", "A", "é &amp; b", "x\ny", "&#65;", "a > b", '"', "&lt;b"]),
    st.sampled_from(
        [None, "", "a", "<b/>", "<i>x</i> y", "&amp;", "&#65;", "a > b", "li\nne", "é", "<new>z</new>", "<!-- -->"]
    ),
)


@SOME
@given(st.lists(st.lists(SECTIONS, max_size=3), max_size=3), st.lists(SECTIONS, max_size=2))
def test_abstracts(agrees, own, others):
    def sections(listed):
        return "".join(
            f"<AbstractText{'' if label is None else f' Label={chr(39)}{label}{chr(39)}'}"
            + ("/>" if text is None else f">{text}</AbstractText>")
            for label, text in listed
        )

    article = "".join(f"<Abstract>{sections(listed)}</Abstract>" for listed in own)
    other = (
        f"<OtherAbstract Type='PIP'>{sections(others)}</OtherAbstract><OtherAbstract>{sections(others)}</OtherAbstract>"
    )
    book = record_with("PubmedBookArticle/BookDocument", article)
    agrees(wrapped(citation(1, article=article, citation=other), book, RICH[0]), chunks=(None,))


NESTED = st.recursive(
    st.lists(st.sampled_from(["t", "r", "i"]), max_size=3),
    lambda inner: st.lists(inner | st.sampled_from(["t", "r", "i"]), max_size=4),
    max_leaves=25,
)


@SOME
@given(st.lists(NESTED, min_size=1, max_size=3))
def test_lists_that_nest(agrees, trees):
    ids = "<ArticleIdList><ArticleId>i</ArticleId></ArticleIdList>"

    def references(node):
        if isinstance(node, str):
            cited = f"<Reference><Citation>c</Citation>{ids if node == 'i' else ''}</Reference>"
            return "<Title>t</Title>" if node == "t" else cited
        return f"<ReferenceList>{''.join(map(references, node))}</ReferenceList>"

    def sections(node):
        if isinstance(node, str):
            return "<SectionTitle>s</SectionTitle>" if node == "t" else "<LocationLabel Type='x'>l</LocationLabel>"
        return f"<Section>{''.join(map(sections, node))}</Section>"

    listed = "".join(map(references, trees))
    book = record_with("PubmedBookArticle/BookDocument/Sections", "".join(map(sections, trees)))
    agrees(wrapped(citation(1, data=listed), book, citation(2, data=listed), RICH[1]), chunks=(None,))


@pytest.mark.parametrize("depth", [1, 9, 50, 190, 193, *range(194, 204)])
@pytest.mark.parametrize("name", ["ReferenceList", "b", "x"])
def test_nesting_up_to_the_limit_and_beyond(agrees, name, depth):
    inside = f"<{name}>" * depth + f"</{name}>" * depth
    record = citation(2, title=title(inside)) if name == "b" else citation(2, data=inside)
    agrees(wrapped(citation(1), record, citation(3)))
    agrees(wrapped(citation(1), record, citation(3)), skip=[1])


# Room


def row_elements() -> dict[str, list[str]]:
    return {table.name: [path for path in table.rows if path.count("/") > 1] for table in LAKE_TABLES if table.rows}


@pytest.mark.parametrize("table", [name for name, paths in row_elements().items() if paths])
def test_a_table_that_overflows_its_room(agrees, table):
    for path in row_elements()[table]:
        outer, _, name = path.replace("+", "").rpartition("/")
        records = [record_with(outer, f"<{name}>1</{name}>" * 700), record_with(outer, f"<{name}/>" * 3, pmid=2)]
        agrees(wrapped(*records), chunks=(256, None))


def test_lists_of_values_that_overflow_their_room(agrees):
    agrees(wrapped(record_with("PubmedBookArticle/BookDocument/Book", "<Isbn>1</Isbn>" * 700), RICH[1]), chunks=(256,))


@pytest.mark.parametrize(
    ("name", "most"), [("MOST_RECORDS", 1), ("MOST_RECORDS", 4), ("MOST_EVENTS", 1), ("MOST_EVENTS", 3)]
)
def test_more_records_or_unknown_things_than_a_chunk_has_room_for(agrees, monkeypatch, name, most):
    monkeypatch.setattr(reader, name, most)
    new = "<x a='1'><y/></x>"
    agrees(wrapped(*(citation(n, article=new * (n % 4)) for n in range(1, 24)), RICH[3], RICH[1]), chunks=(300, None))


def test_more_put_together_than_there_is_room_for(agrees):
    """Places of nested lists are longer than the lists."""
    deep = "<ReferenceList>" * 150 + "</ReferenceList>" * 150
    agrees(wrapped(*(citation(n, data=deep) for n in range(1, 30)), RICH[0]), chunks=(65536, None))


# Attacks

BOMB = '<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
OUTSIDE = '<!DOCTYPE PubmedArticleSet [<!ENTITY outside SYSTEM "file:///etc/hostname">]>'
HUNDRED_THOUSAND = 100_000
ATTACKS = {
    "an entity bomb": document(citation(1, title=title("&c;")), doctype=BOMB),
    "an external entity": document(citation(1, title=title("&outside;")), doctype=OUTSIDE),
    "a parameter entity": document(citation(1), doctype='<!DOCTYPE PubmedArticleSet [<!ENTITY % p "x"> %p;]>'),
    "deep inline markup": document(
        citation(1, title=title("<i>" * HUNDRED_THOUSAND + "</i>" * HUNDRED_THOUSAND)),
    ),
    "deep lists": document(citation(1, data="<ReferenceList>" * HUNDRED_THOUSAND)),
    "deep unknown elements": document(citation(1, article="<x>" * HUNDRED_THOUSAND)),
    "deep from the root on": document("<PubmedArticle>" * HUNDRED_THOUSAND),
    "a NUL byte": document(citation(1), citation(2, title=title("a\0b")), citation(3)),
    "a NUL byte between records": document(citation(1), "\0", citation(3)),
    "Latin-1 that says UTF-8": document(citation(1, title=title("café"))).decode().encode("latin-1"),
    "UTF-8 that says UTF-16": document(citation(1)).replace(b"utf-8", b"utf-16"),
    "end tags at the root": document("<!-- a -->" + "</>" * HUNDRED_THOUSAND),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_with_a_position(agrees, name):
    found = agrees(ATTACKS[name], chunks=(300, 65536, None))
    assert re.search("line [0-9]+", found.error), found.error


BIG = """
import gzip, sys
from pathlib import Path
from medline.errors import BadInput
from medline.parse import iter_batches
path, start, piece, end, megabytes = Path(sys.argv[1]), *map(str.encode, sys.argv[2:5]), int(sys.argv[5])
block = piece * ((1 << 20) // len(piece))
with gzip.open(path, "wb", 1) as out:
    out.write(b"<PubmedArticleSet>" + sys.argv[6].encode())
    out.write(b"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>" + start)
    for _ in range(megabytes):
        out.write(block)
    out.write(end + b"</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>")
try:
    print(sum(len(batch.keys) for batch in iter_batches(path)))
except BadInput as error:
    print(error)
# not ru_maxrss, which begins with the size of the process that started this one
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) >> 10)
"""


@pytest.mark.parametrize(
    ("start", "piece", "end", "megabytes", "most"),
    [
        ("<ArticleTitle>", "word ", "</ArticleTitle>", 300, 700),
        ("</Article><KeywordList>", "<Keyword>word</Keyword>", "</KeywordList><Article>", 300, 1500),
        ("<AuthorList>", "<Author><LastName>Alm</LastName></Author>", "</AuthorList>", 300, 1500),
        ("<ArticleTitle>", "word ", "</ArticleTitle>", 60, 900),
    ],
    ids=["a title", "keywords", "authors", "a title below the limit"],
)
def test_a_record_of_300_mb_takes_bounded_memory(tmp_path, start, piece, end, megabytes, most):
    command = [
        sys.executable,
        "-c",
        BIG,
        tmp_path / "pubmed99n0001.xml.gz",
        start,
        piece,
        end,
        str(megabytes),
        citation(2),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *told, peak = done.stdout.splitlines()
    assert told == ["2"] if megabytes < 64 else re.search(r"line 1, byte \d+: a record of more than 64 MB", told[0])
    assert int(peak) < most


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95, 0.999])
def test_a_gz_that_is_cut_or_damaged_is_refused_with_a_position(tmp_path, part):
    path = tmp_path / "pubmed99n0001.xml.gz"
    packed = gzip.compress(
        wrapped(*(RICH[0].replace(">11<", f">{n}{os.urandom(9).hex()}<") for n in range(1, 400))).encode()
    )
    for content in (packed[: int(len(packed) * part)], packed[: int(len(packed) * part)] + b"\0" * 9 + packed[-500:]):
        path.write_bytes(content)
        for engine in ("compiled", "reference"):
            assert re.search(r"gz .*(byte|line) \d+", read(path, engine=engine).error)


# Kernels, one by one


def called(function):
    """A kernel with a way in from Python, which those that only kernels call have not."""
    return njit(function.py_func, _nrt=False)


FIND_MARKUP, SKIP_BLANKS, REFERENCE_LENGTH, IS_EQUAL = map(
    called, (kernels.find_markup, kernels.skip_blanks, kernels.reference_length, kernels.is_equal)
)
READ_INTEGER, READ_MONTH, READ_FLAG, DAY_NUMBER, READ_DAY = map(
    called, (typed.read_integer, typed.read_month, typed.read_flag, typed.day_number, typed.read_day)
)
START_NAME, FIND_ATTRIBUTE, IS_CANONICAL = map(
    called, (xml_tags.start_name, xml_tags.find_attribute, xml_tags.is_canonical)
)
HAS_SCRATCH, TAKE_SCRATCH, PATH, PUT_DIGITS = map(
    called, (cells.has_scratch, cells.take_scratch, cells._path, cells.put_digits)
)
PACK, START_OF, LENGTH_OF, DECODE = map(called, (cells.pack, cells.start_of, cells.length_of, arrow._decode))


def padded(text: str | bytes) -> tuple[np.ndarray, int, int]:
    """A text in a buffer as the kernels have it: zeros around; its start and its length."""
    content = text.encode() if isinstance(text, str) else text
    return np.frombuffer(bytearray(bytes(PAD) + content + bytes(2 * PAD)), np.uint8), PAD, len(content)


def plain(function, *arguments):
    try:
        return function(*arguments)
    except Untypable:
        return typed.UNTYPABLE


@MANY
@given(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\0", b" "))
    | st.text("ab<>&]\n\t é", max_size=40).map(str.encode)
)
def test_find_markup(raw):
    data, at, length = padded(raw)
    wanted = next(
        (
            place
            for place in range(length)
            if raw[place] in b"<&"
            or (raw[place] < 32 and raw[place] != ord("\t"))
            or raw[max(place - 2, 0) : place + 1] == b"]]>"
        ),
        length,
    )
    assert FIND_MARKUP(data, at) == at + wanted


@MANY
@given(st.text(" \n\t\rx\u00a0", max_size=30))
def test_skip_blanks(text):
    data, at, _ = padded(text)
    assert SKIP_BLANKS(data, at) == at + len(text) - len(text.lstrip(" \n\t\r"))


@MANY
@given(
    st.sampled_from(["lt", "gt", "amp", "quot", "apos", "nbsp", "#65", "l", "LT", "", "ampx", "quo"]),
    st.sampled_from(";: "),
)
def test_reference_length(name, end):
    data, at, length = padded(f"&{name}{end}")
    known = name in ("lt", "gt", "amp", "quot", "apos") and end == ";"
    assert REFERENCE_LENGTH(data, at) == (length if known else 0)


@MANY
@given(st.binary(max_size=30), st.integers(0, 30), st.integers(0, 255))
def test_is_equal(raw, place, byte):
    other = bytearray(raw)
    if place < len(raw):
        other[place] = byte
    data, at, _ = padded(raw + bytes(9) + other)
    start = at + len(raw) + 9
    assert IS_EQUAL(data, at, start, len(raw)) == (raw == other)


@MANY
@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xef\xbf\xbd", b"\xef\xbe\xbf"]),
    st.integers(0, 60),
)
def test_has_noncharacters(raw, piece, place):
    raw = raw.replace(b"\xef", b" ")
    data, at, length = padded(raw[:place] + piece + raw[place:])
    assert kernels.has_noncharacters(data, at, at + length) == (piece in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"))


INTEGERS = st.text("0123456789 +-.x\n٣", max_size=22) | st.integers(0, 10**20).map(str)


@MANY
@given(INTEGERS, st.sampled_from([2**31 - 1, 2**63 - 1, 12]))
def test_read_integer(text, limit):
    assert READ_INTEGER(*padded(text), limit) == plain(values.read_integer, text, limit)


@MANY
@given(
    st.sampled_from(
        [*values.MONTHS, *values.MONTH_NAMES, "Sept", "Janu", "Ja", "0", "1", "12", "13", "012", "Déc", "Ma\u00ff"]
    ),
    st.sampled_from(["", " ", "\n"]),
    st.sampled_from([str, str.lower, str.upper, str.swapcase]),
)
def test_read_month(word, blank, case):
    text = blank + case(word) + blank
    assert READ_MONTH(*padded(text)) == plain(values.read_month, text)


@MANY
@given(st.text("abcdefghijlmnoprstuvyJFMASOND0123456789 \u00e9`{@[", max_size=10))
def test_read_month_of_anything(text):
    assert READ_MONTH(*padded(text)) == plain(values.read_month, text)


@MANY
@given(st.text("YNy \n\té", max_size=5))
def test_read_flag(text):
    assert READ_FLAG(*padded(text)) == plain(values.read_boolean, text)


@MANY
@given(st.integers(-1, 10_001), st.integers(-1, 14), st.integers(-1, 33))
def test_day_number(year, month, day):
    try:
        wanted = (datetime.date(year, month, day) - datetime.date(1970, 1, 1)).days
    except ValueError:
        wanted = typed.UNTYPABLE
    assert DAY_NUMBER(year, month, day) == wanted


@MANY
@given(
    st.dates().map(str) | st.dates().map(lambda day: f"{day:%Y%m%d}") | st.dates().map(lambda day: f"{day:%Y/%m/%d}")
    | st.text("0123456789/-", min_size=7, max_size=11)
)  # fmt: skip
def test_read_day(text):
    wanted = plain(values.read_date, text)
    number = wanted if wanted == typed.UNTYPABLE else (wanted - datetime.date(1970, 1, 1)).days
    assert READ_DAY(*padded(text)) == number


def test_names_of_the_schema_are_found_and_no_others():
    layout = schema().layout
    known = {name for node in plan().walk() for name in node.children} | INLINE | WRAPPED.keys()
    numbers = {name: START_NAME(*padded(name)[:2], layout) for name in known}
    assert all(stop == PAD + len(name) and number for name, (stop, number) in numbers.items())
    assert len({number for _, number in numbers.values()}) == len(known)
    near = {f"{name}x" for name in known} | {name[:-1] for name in known} | {name.swapcase() for name in known}
    near |= {f"x{name[1:]}" for name in known} | {f"{name[:-1]}{chr(ord(name[-1]) ^ 1)}" for name in known}
    near |= {name[:8] + "X" + name[9:] for name in known if len(name) > 8} | {"n" * 100, "", "é"}
    near = {name for name in near - known if re.fullmatch("[A-Za-z_:][A-Za-z0-9_:.-]*", name)}
    assert {name for name in near if START_NAME(*padded(name)[:2], layout) != (PAD + len(name), 0)} == set()


def test_attributes_of_the_schema_are_found_on_their_elements_only():
    layout, nodes = schema().layout, schema().nodes
    names = {name for node in nodes if node for name in node.attributes}
    for state, node in enumerate(nodes):
        found = {name for name in names if FIND_ATTRIBUTE(*padded(name)[:2], len(name), layout, np.int16(state)) >= 0}
        assert found == set(node.attributes if node else ())


def test_no_text_has_elements_of_the_schema_in_it():
    """The walk takes all elements in a text for markup or unknown."""
    assert [node.path for node in schema().nodes if node and node.text and node.children] == []


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


@MANY
@given(
    st.lists(
        st.sampled_from(
            ["a", "é", "&lt;", "&gt;", "&amp;", "&quot;", "&apos;", "<b>", "</b>", '<b x=">&amp;">', "<b y='\">'/>"]
        )
    )
)
def test_decode(pieces):
    wanted = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&apos;": "'"}
    text = "".join(wanted.get(piece, "" if piece.startswith("<") else piece) for piece in pieces)
    data, at, length = padded("".join(pieces))
    out = np.zeros(length + 16, np.uint8)
    end = DECODE(data, at, at + length, cells.HAS_REFERENCES | cells.HAS_MARKUP, out, 0)
    assert out[:end].tobytes().decode() == text


def test_decode_makes_blanks_of_an_attributes_line_ends():
    data, at, length = padded("a\nb\tc d")
    out = np.zeros(32, np.uint8)
    assert out[: DECODE(data, at, at + length, cells.HAS_BLANKS, out, 0)].tobytes() == b"a b c d"


@MANY
@given(st.integers(0, 10**12))
def test_put_digits(number):
    data = np.zeros(32, np.uint8)
    assert data[: PUT_DIGITS(data, 0, number)].tobytes().decode() == str(number)


@pytest.fixture
def store():
    made = xml_reader.XmlReader(None, BatchBuilder("x.xml", "xml", 1), frozenset(), 256)
    made.chunk.now[cells.SCRATCH] = made.front + made.capacity + PAD
    return made.data, made.chunk


def test_scratch_room_ends_before_the_buffer_does(store):
    data, store = store
    start = int(store.now[cells.SCRATCH])
    room = data.size - PAD - start
    assert HAS_SCRATCH(data, store, room)
    assert not HAS_SCRATCH(data, store, room + 1)
    assert TAKE_SCRATCH(data, store, 10) == start
    assert TAKE_SCRATCH(data, store, room - 9) == -1
    assert store.now[cells.IS_FALLBACK] == 1
    assert TAKE_SCRATCH(data, store, room - 10) == start + 10
    assert TAKE_SCRATCH(data, store, 1) == -1


def test_paths_of_nested_lists(store):
    data, store = store
    outer = PATH(data, store, 0, 12)
    inner = PATH(data, store, outer, 3)
    texts = [data[START_OF(cell) : START_OF(cell) + LENGTH_OF(cell)].tobytes() for cell in (outer, inner)]
    assert texts == [b"12", b"12.3"]
    store.now[cells.SCRATCH] = data.size
    assert PATH(data, store, outer, 1) == 0
    assert store.now[cells.IS_FALLBACK] == 1


@MANY
@given(st.integers(0, 2**31 - 1), st.integers(0, 2**28 - 1), st.integers(0, 15))
def test_a_cell_holds_start_length_and_flags(start, length, flags):
    cell = PACK(start, length, flags)
    assert (START_OF(cell), LENGTH_OF(cell), cell & 15) == (start, length, flags)


def test_every_derived_column_has_a_kernel():
    """Without one the plain reader reads the records, slowly: `_job` of parse/kernels/derive.py lacks a case."""
    assert derive.jobs().plain == []
    assert len(derive.jobs().kernels) == sum(bool(c.derive) for table in LAKE_TABLES for c in table.columns)


def test_a_name_that_the_schema_has_fits_the_words_it_is_compared_by():
    names = {name for node in plan().walk() for name in (*node.children, *node.attributes)}
    assert max(map(len, names)) <= kernels.LONGEST_NAME
