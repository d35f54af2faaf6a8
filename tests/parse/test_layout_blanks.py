"""Blanks that only lay out an XML file, as pretty printers put them around each text, are no part of any value."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sample
from build import abstract, citation, document, rows_of, title
from compare import difference, read
from medline.parse import ENGINES
from medline.parse.kernels import xml_reader
from medline.parse.values import fold_layout, fold_markup
from medline.parse.xml.paths import INLINE
from medline.schema.tables import CITATION_TABLES

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=150, deadline=None)
BLANKS = st.text(" \n\t", max_size=4)
LAYOUT = st.builds("{}\n{}".format, st.text(" \n\t", max_size=3), st.text(" \t", max_size=6))
WORDS = st.sampled_from(
    ["otters", "Lutra lutra", "a", "&amp;", "x &lt; y", "é", "two  blanks", "no\u00a0break", "2.", ")"]
)
TAGS = st.sampled_from(["i", "b", "sup", "sub", "u"])


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    return request.param


@pytest.fixture
def values(tmp_path, engine):
    """Read one record, and return the columns of a table."""

    def values(record: str, table: str, columns: str) -> list[tuple]:
        path = tmp_path / "records.xml"
        path.write_bytes(document(record))
        return rows_of(path, engine=engine)(table, columns)

    return values


@pytest.fixture
def fallbacks(monkeypatch) -> list[int]:
    """The records that the compiled engine leaves to the plain reader."""
    left: list[int] = []
    one = xml_reader.XmlReader._read_plainly
    monkeypatch.setattr(xml_reader.XmlReader, "_read_plainly", lambda self, n: (left.append(n), one(self, n))[1])
    return left


# --- files that failed


def test_a_pretty_printed_file(data, engine):
    rows = rows_of(data / "cases/xml/19_pretty_printed.xml", engine=engine)
    assert rows("articles", "pmid doi medline_ta pub_date pub_year pub_month journal_title nlm_unique_id") == [
        (91000090, "10.5555/otter.90", "J Fenland Otters", "2019 Mar", 2019, 3, "Journal of fenland otters", "9999001")
    ]
    assert rows("articles", "title title_markup medline_pgn start_page end_page") == [
        ("Otters Lutra lutra in ponds.", "Otters <i>Lutra lutra</i> in ponds.", "11-9", "11", "19")
    ]
    assert rows("authors", "last_name fore_name initials") == [("Alm", "Ada B", "AB")]
    assert rows("article_ids", "id_type article_id") == [("pubmed", "91000090"), ("doi", "10.5555/otter.90")]
    assert rows("anomalies", "path value") == []


def test_padded_leaves(data, engine):
    rows = rows_of(data / "cases/more/08_padded_leaves.xml", engine=engine)
    assert rows("articles", "pub_date pub_year pub_month doi volume journal_title title") == [
        ("2019 Nov", 2019, 11, "10.5555/otter.8", "37", "Norland journal of velmo", "Padded leaves.")
    ]
    assert rows("elocation_ids", "elocation_id") == [("10.5555/otter.8",)]


# --- single values


@pytest.mark.parametrize(
    ("sent", "text", "markup"),
    [
        ("\n  Otters.\n", "Otters.", None),
        ("Otters\n   in ponds.", "Otters in ponds.", None),
        ("Otters \t\n\n in ponds.", "Otters in ponds.", None),
        ("Otters  in\tponds.", "Otters  in\tponds.", None),
        ("Otters\u00a0in\u2009ponds.\u00a0", "Otters\u00a0in\u2009ponds.\u00a0", None),
        (" Otters ", "Otters", None),
        ("\n \t", "", None),
        ("ot&#13;ters", "ot\rters", None),
        ("ot&#13;\n ters&#13;", "ot ters", None),
        ("ot&#10;ters", "ot ters", None),
        ("Otters\n &amp;\n eels", "Otters & eels", None),
        ("A\n <i>\n  b\n </i>\n c", "A b c", "A <i>b</i> c"),
        ("A <i>b</i> c", "A b c", "A <i>b</i> c"),
        ("A <i> b</i>", "A  b", "A <i> b</i>"),
        ("A<i>\n b</i>", "A b", "A <i>b</i>"),
        ("<i>\n A\n</i>\n", "A", "<i>A</i>"),
        ("<i> A </i>", "A", "<i>A</i>"),
        ("m<sup>2</sup>", "m2", "m<sup>2</sup>"),
        ("m\n<sup>\n 2\n</sup>\n.", "m 2 .", "m <sup>2</sup> ."),
        ("A\n<b>\n <i>\n x\n </i>\n</b>\n<u>\n y</u>", "A x y", "A <b><i>x</i></b> <u>y</u>"),
        ("A <b>\n</b>x", "A x", "A <b/>x"),
        ("A<b>\n</b>x", "A x", "A <b/>x"),
        ("A<b/>\n x", "A x", "A<b/> x"),
        ("\n<b>\n</b>\n", "", "<b/>"),
        ("A <!-- no\n text -->\n b", "A b", None),
    ],
)
def test_running_text(values, sent, text, markup):
    record = citation(1, title=title(sent), article=abstract(sent, "End."))
    assert values(record, "articles", "title title_markup abstract") == [(text, markup, f"{text} End.")]
    assert values(record, "abstracts", "text text_markup") == [(text, markup), ("End.", None)]


def test_mathml_keeps_its_words_apart_and_loses_its_indentation(values):
    words = "\n  <mml:mi>R</mml:mi>\n  <mml:mn>2</mml:mn>\n"
    math = f'<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{words}</mml:math>'
    record = citation(1, title=title(f"With {math} = 0.9"))
    assert values(record, "articles", "title title_markup") == [
        ("With R 2 = 0.9", "With " + re.sub(r"\n *", "", math).replace("</mml:mi>", "</mml:mi> ") + " = 0.9")
    ]


def test_plain_values(values):
    keywords = '<KeywordList Owner="\n NOTNLM "><Keyword MajorTopicYN=" N">\n  sea\n   otters\n</Keyword></KeywordList>'
    pages = "<Pagination><MedlinePgn>\n </MedlinePgn></Pagination>"
    record = citation(1, article=pages, citation=keywords)
    assert values(record, "keywords", "owner keyword is_major") == [("NOTNLM", "sea otters", False)]
    assert values(record, "articles", "medline_pgn start_page end_page") == [("", None, None)]


def test_a_number_with_a_blank_inside_is_still_none(values):
    record = citation(1, pub_date="<Year>\n 20 01\n</Year>")
    assert values(record, "articles", "pub_year pub_date") == [(None, "20 01")]
    assert values(record, "anomalies", "value reason") == [("20 01", "not an integer")]


# --- laws


def joined(pieces: list[tuple[str, str]]) -> str:
    """Pieces, each with what parts it from the next; what comes after the last is left out."""
    return "".join(piece + gap for piece, gap in pieces[:-1]) + pieces[-1][0]


@st.composite
def running_text(draw, depth: int = 0, left: str = " ", right: str = " ") -> tuple[str, str]:
    """A text with inline tags, and the same laid out anew: a pretty printer may break it at each single blank, at its
    ends, and behind and before tags that have a blank on their other side. Where a tag touches a word it may not."""
    count = draw(st.integers(1, 4))
    gaps = [left, *(draw(st.sampled_from([" ", ""])) for _ in range(count - 1)), right]
    sent, laid_out = [], []
    for before, after in pairwise(gaps):
        if depth < 3 and draw(st.booleans()):
            tag = draw(TAGS)
            inner, pretty = draw(running_text(depth + 1, before, after))
            one, other = f"<{tag}>{inner}</{tag}>", f"<{tag}>{pretty}</{tag}>"
        else:
            one = draw(WORDS)
            other = re.sub("(?<! ) (?! )", lambda _: draw(LAYOUT | st.just(" ")), one)
        sent.append((one, after))
        laid_out.append((other, draw(LAYOUT) if after else ""))
    edges = [draw(LAYOUT) if gap else "" for gap in (left, right)]
    return joined(sent), edges[0] + joined(laid_out) + edges[1]


@pytest.mark.long
def test_running_text_laid_out_anew_gives_the_same_rows(tmp_path, engine):
    path = tmp_path / "records.xml"

    def titles(texts: list[str]) -> list[tuple]:
        path.write_bytes(document(*(citation(n, title=title(text)) for n, text in enumerate(texts, 1))))
        return rows_of(path, engine=engine)("articles", "title title_markup")

    @SOME
    @given(st.lists(running_text(), min_size=1, max_size=12))
    def check(texts):
        assert titles([pretty for _, pretty in texts]) == titles([sent for sent, _ in texts])

    check()


def laid_out(text: str) -> str:
    """A document with each text and attribute on a line of its own, where no tag touches it from inside its text."""
    names = "|".join(map(re.escape, INLINE))
    leaf = rf"(<(?!{names}|mml:)([\w]+)(?: [^<>]*)?>)([^<>]*)(</\2>)"
    text = re.sub(leaf, lambda m: f"{m[1]}\n      {m[3]}\n   {m[4]}", text)
    return re.sub(r'(<(?!mml:)\w[^<>]* (?!xmlns)\w+=")([^"<>]*")', r"\1\n  \2", text)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("seed", range(3))
def test_a_document_laid_out_anew_gives_the_same_rows(tmp_path, engine, fallbacks, seed):
    path = sample.write_xml(tmp_path / "records.xml", sample.citations(60, seed))
    before = read(path, engine=engine)
    fallbacks_before = len(fallbacks)
    text = laid_out(path.read_text("utf-8"))
    fromstring(text.encode())
    path.write_text(text, "utf-8")
    after = read(path, engine=engine)
    assert after.error is None
    assert [t.name for t in CITATION_TABLES if after.tables[t.name] != before.tables[t.name]] == []
    assert after.keys == before.keys
    assert len(fallbacks) == 2 * fallbacks_before


@st.composite
def any_markup(draw, depth: int = 0) -> str:
    """Inline markup with blanks wherever they may stand."""
    pieces = []
    for _ in range(draw(st.integers(0, 4))):
        pieces.append(draw(BLANKS))
        kind = draw(st.integers(0, 5))
        if kind == 0 and depth < 3:
            tag = draw(TAGS)
            pieces.append(f"<{tag}>{draw(any_markup(depth + 1))}</{tag}>")
        elif kind == 1:
            pieces.append(draw(st.sampled_from(["<b/>", '<sup a="x/"/>', '<i a=" y">\nz</i>', "<new>\n a </new>"])))
        else:
            pieces.append(draw(WORDS))
    return "".join(pieces) + draw(BLANKS)


@MANY
@given(any_markup())
def test_markup_without_its_tags_is_the_text(markup):
    folded = fold_markup(markup)
    assert re.sub("<[^>]*>", "", folded) == fold_layout(re.sub("<[^>]*>", "", markup))
    assert fold_markup(folded) == folded
    tags = re.compile("</?([a-z]+)[^>]*>")
    assert set(tags.findall(folded)) == set(tags.findall(markup))


@MANY
@given(st.text(" \n\t\rab\u00a0", max_size=12))
def test_folded_text_has_no_layout_and_all_words(text):
    folded = fold_layout(text)
    assert "\n" not in folded
    assert folded == folded.strip(" \t\r\n") == fold_layout(folded)
    assert folded.replace(" ", "").replace("\t", "").replace("\r", "") == re.sub("[ \n\t\r]", "", text)


@pytest.mark.long
def test_both_engines_lay_out_alike(tmp_path):
    path = tmp_path / "records.xml"

    @SOME
    @given(st.lists(any_markup(), min_size=1, max_size=12))
    def check(texts):
        keywords = "<KeywordList>{}<Keyword/></KeywordList>"
        records = (
            citation(
                n, title=title(text), article=abstract(text), citation=keywords.format(f"<Keyword>{text}</Keyword>")
            )
            + citation(
                n + 100, article=f"<Language>{text}</Language><Pagination><MedlinePgn>{text}</MedlinePgn></Pagination>"
            )
            for n, text in enumerate(texts, 1)
        )
        path.write_bytes(document(*records))
        expected = read(path, engine="reference")
        assert difference(path, (), expected) is None
        assert difference(path, (), expected, chunk=300) is None

    check()


def test_laid_out_records_are_read_by_the_kernels(tmp_path, fallbacks):
    text = "\n Sea\n  <i>\n   otters\n  </i>\n  eat\n  <b>\n  x<sup>2</sup>\n  </b>\n  eels\n  &amp; mussels.\n"
    path = tmp_path / "records.xml"
    path.write_bytes(document(*(citation(n, title=title(text), article=abstract(text)) for n in range(1, 30))))
    rows = rows_of(path, engine="compiled")
    markup = "Sea <i>otters</i> eat <b>x<sup>2</sup></b> eels &amp; mussels."
    assert rows("articles", "title_markup") == [(markup,)] * 29
    assert fallbacks == []


def test_real_records_keep_their_words(data, tmp_path):
    """Of the real records nothing but blanks changes, at the ends of values and where a line ended inside one."""
    path: Path = data / "xml" / "pubmed21n1001.xml.gz"
    keywords = [keyword for (keyword,) in rows_of(path)("keywords", "keyword")]
    assert len(keywords) > 10
    assert all(keyword == keyword.strip(" \t\n") and "\n" not in keyword for keyword in keywords)
