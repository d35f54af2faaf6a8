"""Derived columns: the kernels give what the functions of `derive.py` give."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import citation
from medline.parse.kernels import derive
from medline.schema.tables import LAKE_TABLES
from xml_records import RICH, record_with, wrapped

SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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


@pytest.mark.long
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
def test_identifiers(agrees, ids, locations):
    listed = "".join(f"<ArticleId IdType='{kind}'>{value}</ArticleId>" for kind, value in ids)
    located = "".join(
        f"<ELocationID EIdType='{kind}'"
        + (f" ValidYN='{valid}'" if valid is not None else "")
        + f">{value}</ELocationID>"
        for kind, valid, value in locations
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


def test_every_derived_column_has_a_kernel():
    assert derive.jobs().plain == []
    assert len(derive.jobs().kernels) == sum(bool(c.derive) for table in LAKE_TABLES for c in table.columns)
