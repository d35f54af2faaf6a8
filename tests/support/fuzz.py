"""Mutated documents, read by the compiled engine and by the plain reader, which must agree on every one.

A case is a pure function of the seed and its number. By hand, for as long as you like, with checked array bounds:

    NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=/tmp/checked python tests/support/fuzz.py --seconds 1800 --seed 7

A disagreement is printed with its seed, its number and a small document that shows it. `--case 123` runs one again.
"""

from __future__ import annotations

import argparse
import faulthandler
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring
from xml.sax.saxutils import escape

import pyarrow as pa

import sample
from medline.errors import BadInput
from medline.parse import iter_batches
from medline.parse.source import sniff
from medline.parse.xml.paths import INLINE, ROOTS, WRAPPED, plan
from medline.schema.tables import LAKE_TABLES

CHUNKS = (256, 300, 400, 700, 1000, 2048, 4096, 65536)
#: Seconds for one reading of a small document, after which it counts as endless.
ENDLESS = 20


class Case(NamedTuple):
    """A document, and how it is to be read."""

    content: bytes
    chunk: int
    skip: frozenset[int] = frozenset()


class Difference(NamedTuple):
    """How the two readers disagree: a kind (accepts, refuses, message, rows, keys, raises), what in, and details."""

    kind: str
    what: str
    details: str


class Reading(NamedTuple):
    """What a reader made of a document: its error, or its rows and keys."""

    error: str | None
    tables: dict[str, pa.Table]
    keys: list


def read(path: Path, **options) -> Reading:
    """Read a file, with all buffers of all batches validated."""
    found: dict[str, list] = {table.name: [] for table in LAKE_TABLES}
    keys = []
    try:
        for batch in iter_batches(path, **options):
            keys += batch.keys
            assert list(batch.tables) == list(found)
            for name, rows in batch.tables.items():
                rows.validate(full=True)
                found[name].append(rows)
    except BadInput as error:
        return Reading(str(error), {}, [])
    return Reading(None, {name: pa.Table.from_batches(listed) for name, listed in found.items()}, keys)


def difference(path: Path, skip: Collection[int] = (), expected: Reading | None = None, **options) -> Difference | None:
    """Where the compiled reader disagrees with the plain one."""
    expected = expected or read(path, engine="reference", skip=skip)
    try:
        got = read(path, engine="compiled", skip=skip, **options)
    except Exception as error:  # whatever is no BadInput is what is looked for
        return Difference("raises", type(error).__name__, str(error))
    if expected.error is None and got.error is not None:
        return Difference("refuses", "", got.error)
    if expected.error is not None and got.error is None:
        return Difference("accepts", "", expected.error)
    if expected.error != got.error:
        return Difference("message", "", f"{expected.error}\n{got.error}")
    for name, rows in expected.tables.items():
        if not rows.equals(got.tables[name], check_metadata=True):
            return Difference("rows", name, _rows_apart(rows, got.tables[name]))
    if expected.keys != got.keys:
        return Difference("keys", "", f"{expected.keys}\n{got.keys}")
    return None


def _rows_apart(expected: pa.Table, got: pa.Table) -> str:
    if expected.schema != got.schema:
        return "the schema"
    told = [f"{got.num_rows} rows for {expected.num_rows}"] if got.num_rows != expected.num_rows else []
    for place, (one, other) in enumerate(zip(expected.to_pylist(), got.to_pylist(), strict=False)):
        told += [f"row {place} {name}: {one[name]!r} / {other[name]!r}" for name in one if one[name] != other[name]]
    return "\n".join(told[:6])


# Documents

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
    near = {name[:-1] for name in list(elements)[:30]} | {f"{name}s" for name in list(elements)[30:60]}
    attributes = {name for node in nodes for name in node.attributes}
    others = {"Pond", "été", "a:b", "_a", ":", "a-1.b", "mml:mi", "n" * 90, "pmid", "\u4e2d", "ArticlE"}
    attributes |= {"new", "xml:lang", "é", "xmlns", "UI2", "version"}
    return sorted(map(_unprefixed, elements | near | others)), sorted(map(_unprefixed, attributes))


def _unprefixed(name: str) -> str:
    """A name as trees have it here: with a prefix that is no namespace, as for the readers."""
    return name.replace(":", "..")


@lru_cache(400)
def generated(index: int, seed: int) -> bytes:
    """A record of the generator."""
    return tostring(sample.citation(index, seed, pmid=20_000_001 + index), encoding="unicode").encode()


def make_case(seed: int, number: int) -> Case:
    """The case of this seed and number."""
    rng = Random(f"{seed} {number}")
    root = rng.choice(["PubmedArticleSet"] * 12 + ["MedlineCitationSet", "BookDocumentSet", "PubmedBookArticleSet"])
    records = [_record(rng) for _ in range(rng.choice((1, 1, 2, 2, 3, 5)))]
    if rng.random() < 0.75:
        for _ in range(rng.choice((1, 1, 2, 3, 6))):
            _change_tree(rng, rng.choice(records))
    style = Style(rng)
    content = TOP.format(root=root) + "".join(style.write(record) + rng.choice(("", "\n")) for record in records)
    content += TAIL.format(root=root)
    data = content.encode("utf-8", "surrogatepass")
    if rng.random() < 0.4:
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            data = rng.choice(BYTE_CHANGES)(rng, data)
    if rng.random() < 0.12:
        data = rng.choice(FILE_CHANGES)(rng, data)
    skip = frozenset(rng.sample(range(5), rng.randint(1, 3))) if rng.random() < 0.15 else frozenset()
    return Case(data, rng.choice(CHUNKS), skip)


def _record(rng: Random) -> Element:
    if rng.random() < 0.5:
        return fromstring(rng.choice(RICH).replace("\n", rng.choice(("", "\n"))))
    return fromstring(_bound(generated(rng.randrange(300), rng.randrange(3)).decode()))


def _bound(xml: str) -> str:
    """The prefix mml as part of the name, as the readers take it."""
    return re.sub(r"(</?)mml:", r"\1mml..", xml).replace("xmlns:mml=", "xmlns..mml=")


# Changes of the tree


def _change_tree(rng: Random, record: Element) -> None:
    rng.choices(TREE_CHANGES, TREE_WEIGHTS)[0](rng, record)


def _pick(rng: Random, record: Element, *, below: bool = False) -> Element:
    nodes = list(record.iter())
    return rng.choice(nodes[1:] if below and len(nodes) > 1 else nodes)


def _parents(record: Element) -> dict[Element, Element]:
    return {child: parent for parent in record.iter() for child in parent}


def _put(rng: Random, parent: Element, child: Element) -> None:
    parent.insert(rng.randint(0, len(parent)), child)


def _drop(rng: Random, record: Element) -> None:
    if len(record):
        node = _pick(rng, record, below=True)
        _parents(record)[node].remove(node)


def _repeat(rng: Random, record: Element) -> None:
    if len(record):
        node = _pick(rng, record, below=True)
        parent = _parents(record)[node]
        for _ in range(rng.choice((1, 1, 1, 2, 40))):
            _put(rng, parent, deepcopy(node))


def _move(rng: Random, record: Element) -> None:
    if len(record):
        node = _pick(rng, record, below=True)
        copy = deepcopy(node)
        _parents(record)[node].remove(node)
        _put(rng, _pick(rng, record), copy)


def _shuffle(rng: Random, record: Element) -> None:
    parent = _pick(rng, record)
    children = list(parent)
    rng.shuffle(children)
    parent[:] = children


def _rename(rng: Random, record: Element) -> None:
    _pick(rng, record, below=True).tag = rng.choice(names()[0])


def _wrap(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    inner = Element(node.tag if rng.random() < 0.4 else rng.choice(names()[0]))
    inner.text, inner[:] = node.text, list(node)
    node.text, node[:] = None, [inner]


def _graft(rng: Random, record: Element) -> None:
    """Something of another record below an element of the same name as there."""
    other = _record(rng)
    source = _pick(rng, other, below=True)
    parent = _parents(other).get(source)
    targets = [node for node in record.iter() if parent is not None and node.tag == parent.tag]
    _put(rng, rng.choice(targets or [record]), source)


def _snippet(rng: Random, record: Element) -> None:
    """A small tree where its like stands, or anywhere."""
    new = fromstring(_bound(rng.choice(SNIPPETS)))
    targets = [node for node in record.iter() if any(child.tag == new.tag for child in node)]
    _put(rng, rng.choice(targets) if targets and rng.random() < 0.8 else _pick(rng, record), new)


def _value(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    if node.attrib and rng.random() < 0.5:
        name = rng.choice(sorted(node.attrib))
        pool = FLAGS if name.endswith(("YN", "HM")) else BY_NAME.get(f"@{name}", TEXTS)
        node.set(name, rng.choice(pool if rng.random() < 0.85 else TEXTS))
    else:
        leaves = [one for one in record.iter() if one.tag in BY_NAME and one.tag != "PMID"]
        node = rng.choice(leaves) if leaves and rng.random() < 0.6 else node
        node.text = rng.choice(BY_NAME.get(node.tag, TEXTS) if rng.random() < 0.85 else TEXTS)


def _attribute(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    if node.attrib and rng.random() < 0.3:
        del node.attrib[rng.choice(sorted(node.attrib))]
    else:
        node.set(rng.choice(names()[1]), rng.choice(TEXTS))


def _stray(rng: Random, record: Element) -> None:
    _pick(rng, record, below=True).tail = rng.choice(TEXTS)


def _markup(rng: Random, record: Element) -> None:
    """Inline markup, or something else, in a text."""
    texts = [node for node in record.iter() if (node.text or "").strip()]
    if texts:
        node = rng.choice(texts)
        cut = rng.randint(0, len(node.text))
        new = Element(rng.choice([*map(_unprefixed, sorted(INLINE))] * 3 + names()[0]))
        stop = rng.randint(cut, len(node.text))
        new.text, new.tail, node.text = node.text[cut:stop] or None, node.text[stop:] or None, node.text[:cut] or None
        if rng.random() < 0.3:
            new.set(rng.choice(names()[1]), rng.choice(TEXTS))
        if rng.random() < 0.3:
            SubElement(new, rng.choice(sorted(INLINE - {"mml:math"}))).text = rng.choice(TEXTS)
        node.insert(0, new)


def _deepen(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    for _ in range(rng.choice((3, 30, 195, 198, 199, 200, 201, 260))):
        node = SubElement(node, rng.choice(("b", "ReferenceList", "Section", "x", node.tag)))


TREE_CHANGES: list[Callable[[Random, Element], None]] = [
    *(_drop, _repeat, _move, _shuffle, _rename, _wrap, _graft, _snippet, _value, _attribute, _stray, _markup, _deepen),
]
TREE_WEIGHTS = [6, 8, 8, 6, 5, 5, 10, 10, 40, 8, 4, 14, 1]


class Style:
    """How a tree is written: now and then in another way than usual, which XML allows."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        every = ("quote", "pair", "blank", "reference", "cdata", "aside", "entity", "raw", "line")
        self.odd = set(rng.sample(every, rng.choice((0, 0, 0, 1, 1, 2, 4))))
        self.chance = rng.choice((0.02, 0.1, 0.5))

    def _now(self, kind: str) -> bool:
        return kind in self.odd and self.rng.random() < self.chance

    def write(self, node: Element) -> str:
        name = node.tag.replace("..", ":")
        head = [f"<{name}"]
        for key, value in node.attrib.items():
            head.append(
                f"{self._blank(' ')}{key.replace('..', ':')}{self._blank('')}={self._blank('')}{self._quoted(value)}"
            )
        head.append(self._blank(""))
        if not node.text and not len(node) and not self._now("pair"):
            return "".join([*head, "/>", self._text(node.tail)])
        parts = [*head, ">", self._text(node.text), *(self.write(child) for child in node)]
        return "".join([*parts, f"</{name}{self._blank('')}>", self._text(node.tail)])

    def _blank(self, usual: str) -> str:
        return self.rng.choice((" ", "\n", "\t", "  ")) if self._now("blank") else usual

    def _quoted(self, value: str) -> str:
        if self._now("quote"):
            return "'" + self._escaped(value).replace("'", "&apos;") + "'"
        return '"' + self._escaped(value).replace('"', "&quot;") + '"'

    def _escaped(self, text: str) -> str:
        text = escape(text) if not self._now("raw") else text.replace("&", "&amp;").replace("<", "&lt;")
        if self._now("reference") and text:
            place = self.rng.randrange(len(text))
            if text[place] not in "&;" and "&" not in text:
                written = self.rng.choice(("&#{};", "&#x{:x};")).format(ord(text[place]))
                text = text[:place] + written + text[place + 1 :]
        if self._now("entity"):
            text += self.rng.choice(("&quot;", "&apos;", "&gt;", "&amp;", "&lt;"))
        if self._now("line"):
            text = self.rng.choice(("\n", "\t", " ", "\r\n")) + text
        return text

    def _text(self, text: str | None) -> str:
        aside = self.rng.choice(("<!-- a -->", "<?x y?>", "<?nihms?>", "<!---->")) if self._now("aside") else ""
        if text and "]]>" not in text and self._now("cdata"):
            return f"{aside}<![CDATA[{text}]]>"
        return self._escaped(text or "").replace("]]>", "]]&gt;") + aside


# Changes of the bytes


def _places(data: bytes) -> list[int]:
    """Where tags begin and end, besides any place."""
    return [found.start() for found in re.finditer(rb"[<>&\"=/]", data)] or [0]


def _at(rng: Random, data: bytes) -> int:
    place = rng.choice(_places(data)) + rng.randint(0, 1) if rng.random() < 0.6 else rng.randint(0, len(data))
    return min(place, len(data))


def _flip(rng: Random, data: bytes) -> bytes:
    place = min(_at(rng, data), len(data) - 1)
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


def _cut(rng: Random, data: bytes) -> bytes:
    start = _at(rng, data)
    return data[:start] + data[start + rng.choice((1, 1, 1, 2, 4, 10, 100)) :]


def _insert(rng: Random, data: bytes) -> bytes:
    place = _at(rng, data)
    new = rng.choice(TOKENS).encode() if rng.random() < 0.93 else rng.choice(BYTES)
    return data[:place] + new * rng.choice((1, 1, 1, 1, 2, 300)) + data[place:]


def _name_tag(rng: Random, data: bytes) -> bytes:
    """A tag of the schema's names where a tag may stand."""
    place, name = rng.choice(_places(data)), rng.choice(names()[0])
    return data[:place] + rng.choice(("<{}>", "</{}>", "<{}/>", "<{0}></{0}>")).format(name).encode() + data[place:]


def _again(rng: Random, data: bytes) -> bytes:
    """A piece of the document once more, there or elsewhere."""
    start = _at(rng, data)
    piece = data[start : start + rng.choice((1, 5, 30, 200, 3000))]
    place = _at(rng, data)
    return data[:place] + piece + data[place:]


def _attribute_again(rng: Random, data: bytes) -> bytes:
    found = list(re.finditer(rb'\s[\w:]+="[^"]*"', data))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.end()] + one[0] + data[one.end() :]


def _swap(rng: Random, data: bytes) -> bytes:
    a, b, c = sorted(_at(rng, data) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _number(rng: Random, data: bytes) -> bytes:
    found = list(re.finditer(rb">[0-9]+<", data))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.start() + 1] + rng.choice([*NUMBERS, *DAYS, *MONTHS]).encode() + data[one.end() - 1 :]


BYTE_CHANGES = [_flip, _cut, _insert, _insert, _insert, _name_tag, _again, _attribute_again, _swap, _number]

DOCTYPES = [
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.example/pubmed.dtd">',
    "<!DOCTYPE PubmedArticleSet SYSTEM 'pubmed.dtd'>",
    "<!DOCTYPE PubmedArticleSet>",
    '<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]>',
    '<!DOCTYPE PubmedArticleSet [<!ATTLIST PMID Version CDATA "7">]>',
    '<!DOCTYPE PubmedArticleSet SYSTEM "a" [<!ELEMENT PMID ANY>]>',
    "<!DOCTYPE PubmedArticleSet [<!ATTLIST PMID Version NMTOKEN #IMPLIED>]>",
    '<!DOCTYPE PubmedArticleSet PUBLIC "a">',
    '<!DOCTYPE  PubmedArticleSet  SYSTEM  "a"  ><!DOCTYPE PubmedArticleSet SYSTEM "b">',
    '<!DOCTYPE x SYSTEM "a>b">',
    "<!-- <!DOCTYPE x SYSTEM 'y'> -->",
    "<!-- a - b --><?x y?>",
]
DECLARATIONS = [
    *("", "\ufeff", '\ufeff<?xml version="1.0"?>', '<?xml version="1.0"?>', '<?xml version="1.1" encoding="utf-8"?>'),
    *('<?xml version="1.0" encoding="iso-8859-1"?>', '<?xml version="1.0" encoding="us-ascii"?>'),
    *("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>", '<?xml version="1.0" encoding="utf-16"?>'),
    *(' <?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8" ?>', "<?xml version='1.0' encoding='utf8'?>"),
]


def _replace_line_ends(end: bytes) -> Callable[[Random, bytes], bytes]:
    return lambda rng, data: data.replace(b"\n", end)


def _mixed_line_ends(rng: Random, data: bytes) -> bytes:
    return re.sub(rb"\n", lambda _: rng.choice((b"\n", b"\r\n", b"\r", b"\r\r")), data)


def _doctype(rng: Random, data: bytes) -> bytes:
    return data.replace(b"?>", b"?>" + rng.choice(DOCTYPES).encode(), 1)


def _declaration(rng: Random, data: bytes) -> bytes:
    return re.sub(rb"^<\?xml.*?\?>\n?", rng.choice(DECLARATIONS).encode(), data, count=1)


def _ends(rng: Random, data: bytes) -> bytes:
    return data[: rng.randint(0, len(data))]


def _append(rng: Random, data: bytes) -> bytes:
    return (
        data
        + rng.choice(("\n\n", "<!-- a -->", "<?x?>", "<a/>", "x", "\0", " </PubmedArticleSet>", "\r", "&amp;")).encode()
    )


def _between(rng: Random, data: bytes) -> bytes:
    """Something between records."""
    found = [one.end() for one in re.finditer(rb"</?(?:Pubmed\w+|Delete\w+|MedlineCitationSet|BookDocumentSet)>", data)]
    place = rng.choice(found or [0])
    new = rng.choice(
        ("<!-- a -->", "<?x y?>", "x", "&amp;", "</>", "<a/>", "<![CDATA[ ]]>", "<PMID/>", "&#32;", "<?x y?></>")
    )
    return data[:place] + new.encode() * rng.choice((1, 1, 2, 500)) + data[place:]


def _part(rng: Random, data: bytes) -> bytes:
    """Several documents, which end and begin behind records."""
    roots = [*ROOTS, "PubmedArticleSet", "PubmedArticleSet"]

    def joint(found: re.Match) -> bytes:
        if rng.random() < 0.5:
            return found[0]
        before = "".join(rng.choice(("", "", kind)) for kind in (rng.choice(DECLARATIONS), rng.choice(DOCTYPES)))
        ends = (found[0].decode(), *root.groups()) if (root := re.search(r"<(\w+Set)>", data.decode("latin-1"))) else ()
        return f"{ends[0]}</{ends[1]}>{before}<{rng.choice([ends[1], *roots])}>".encode() if ends else found[0]

    return re.sub(rb"</(?:PubmedArticle|PubmedBookArticle|DeleteCitation)>\s*", joint, data)


def _bare(rng: Random, data: bytes) -> bytes:
    """Records without a root."""
    return re.sub(rb"</?\w+Set>", lambda _: rng.choice((b"", b"\n", DECLARATIONS[3].encode())), data)


def _root(rng: Random, data: bytes) -> bytes:
    return data.replace(
        b"Set>", rng.choice((b" >", b"Set >", b'Set a="1">', b"Set\n>", b"set>", b"Set/>")), rng.choice((1, 2))
    )


def _recode(rng: Random, data: bytes) -> bytes:
    return data.decode(errors="replace").encode(rng.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1")), "replace")


FILE_CHANGES = [
    *(_replace_line_ends(b"\r\n"), _replace_line_ends(b"\r"), _mixed_line_ends, _doctype, _doctype, _declaration),
    *(_ends, _ends, _append, _between, _between, _between, _root, _recode),
    *(_part, _part, _bare),
]


# Running


class Endless(BaseException):
    """A reading that does not end."""


def check(case: Case, path: Path) -> Difference | None:
    """Read one case both ways."""
    path.write_bytes(case.content)
    with path.open("rb") as stream:
        if not case.content or sniff(stream) != "xml":
            return None
    signal.setitimer(signal.ITIMER_REAL, ENDLESS)
    faulthandler.dump_traceback_later(2 * ENDLESS, exit=True)
    try:
        return difference(path, case.skip, chunk=case.chunk)
    except Endless:
        return Difference("endless", "", "")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _on_alarm(*_: object) -> None:
    raise Endless


def shrink(case: Case, same: Callable[[Case], bool], seconds: float = 60) -> Case:
    """A smaller case that is still the same: leaves out whole elements, then ever shorter pieces."""
    stop = time.monotonic() + seconds
    for skip in (frozenset(), *(frozenset({one}) for one in sorted(case.skip))):
        if skip != case.skip and same(case._replace(skip=skip)):
            case = case._replace(skip=skip)
            break
    shrunk = True
    while shrunk and time.monotonic() < stop:
        shrunk = False
        for start, end in _pieces(case.content):
            smaller = case._replace(content=case.content[:start] + case.content[end:])
            if time.monotonic() < stop and end <= len(case.content) and same(smaller):
                case, shrunk = smaller, True
                break
    return case


def _pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """Pieces to leave out, the largest first: elements by their tags, tags, then runs of bytes."""
    found = []
    opened: list[tuple[bytes, int, int]] = []
    for tag in re.finditer(rb"<(/?)([^\s/<>]+)[^<>]*?(/?)>", data):
        if tag[1]:
            while opened:
                name, start, inside = opened.pop()
                if name == tag[2]:
                    found += [(start, tag.end()), (inside, tag.start())]
                    break
        elif tag[3]:
            found.append(tag.span())
        else:
            opened.append((tag[2], tag.start(), tag.end()))
    yield from sorted(found, key=lambda piece: piece[0] - piece[1])
    size = len(data) // 2
    while size:
        yield from ((start, start + size) for start in range(0, len(data) - size + 1, size))
        size //= 2


def run(seconds: float, seed: int, most: int, first: int = 0, only: int | None = None) -> int:
    """Run cases for some seconds, print disagreements, and return their number."""
    signal.signal(signal.SIGALRM, _on_alarm)
    seen: set[tuple[str, str]] = set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pubmed99n0001.xml"
        path.write_bytes((TOP + "".join(RICH) + TAIL).format(root="PubmedArticleSet").encode())
        print("compiling", flush=True)
        started = time.monotonic()
        for options in ({}, {"skip": [0]}):
            if found := difference(path, **options):
                print(*found, sep="\n")
                return 1
        print(f"compiled in {time.monotonic() - started:.0f} s", flush=True)
        stop, number = time.monotonic() + seconds, 0
        for number in [only] if only is not None else count(first):
            if time.monotonic() > stop:
                break
            case = make_case(seed, number)
            print(f"\r{number} ", end="", file=sys.stderr, flush=True)
            found = check(case, path)
            if found and found[:2] not in seen:
                seen.add(found[:2])
                _report(case, found, seed, number, path)
                if len(seen) >= most:
                    break
        print(f"{number} cases of seed {seed}, {len(seen)} disagreements", flush=True)
    faulthandler.cancel_dump_traceback_later()
    return len(seen)


def _report(case: Case, found: Difference, seed: int, number: int, path: Path) -> None:
    kind = found[:2]

    def same(smaller: Case) -> bool:
        told = check(smaller, path)
        return told is not None and told[:2] == kind

    small = shrink(case, same, 5 if found.kind == "endless" else 30)
    told = check(small, path)
    print(f"\n--seed {seed} --case {number}: {found.kind} {found.what}", told and told.details, sep="\n")
    print(f"chunk {small.chunk}, skip {sorted(small.skip)}, smallest document:\n{small.content!r}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="time for the cases, after compilation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="run this case only")
    parser.add_argument("--most", type=int, default=1, help="stop after so many different disagreements")
    given = parser.parse_args()
    sys.exit(bool(run(given.seconds, given.seed, given.most, given.first, given.case)))


if __name__ == "__main__":
    main()
