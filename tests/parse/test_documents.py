"""XML files of several documents, records without a root, NCBI's errors among them, and their encodings."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import ask, citation, deletion, document, error_of, medline, title
from compare import Reading, difference, read
from medline import pipeline
from medline.errors import BadInput
from medline.parse import ncbi
from medline.parse.kernels import xml_reader
from medline.parse.xml import reference
from medline.parse.xml.splitter import Splitter
from xml_records import RICH

DOCTYPE = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.example/pubmed.dtd">'
TOP = f'<?xml version="1.0" ?>\n{DOCTYPE}\n<PubmedArticleSet>\n'
END = "</PubmedArticleSet>"
EFETCH = (
    '<?xml version="1.0" ?>\n<!DOCTYPE eFetchResult PUBLIC "-//NLM//DTD efetch//EN" "https://dtd.example/efetch.dtd">\n'
    "<eFetchResult>\n\t<ERROR>Cannot retrieve the history &amp; more</ERROR>\n</eFetchResult>\n"
)
GOOD = document(citation(1), citation(2)).decode()
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "pubmed99n0001.xml"


@pytest.fixture
def agrees(path):
    """What the plain reader makes of a file, and the compiled one too, at several chunk sizes."""

    def agrees(content: bytes | str, chunks=(256, 300, 1000, None)) -> Reading:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        expected = read(path, engine="reference")
        for chunk in chunks:
            assert difference(path, (), expected, **({"chunk": chunk} if chunk else {})) is None
        return expected

    return agrees


def pmids(reading: Reading) -> list[int]:
    assert reading.error is None, reading.error
    return [key[0] for key in reading.keys]


# The cases that users sent

TITLES = "SELECT pmid, title FROM articles ORDER BY pmid"
LOADED = {
    "01_documents_appended.xml": (
        "SELECT pmid, pmid = 91000001 AND title = 'Otters in the north canal, revisited.' FROM articles ORDER BY pmid",
        [(91000001, True), (91000002, False), (91000003, False), (91000004, False)],
    ),
    "07_bare_PubmedArticle.xml": ("SELECT pmid FROM articles", [(91000010,)]),
    "08_bare_MedlineCitation.xml": (
        "SELECT pmid, (SELECT count(*) FROM history), (SELECT count(*) FROM article_ids) FROM articles",
        [(91000011, 0, 0)],
    ),
    "10_bare_PubmedBookArticle.xml": (
        "SELECT pmid, book_title, title, pub_year, contribution_date, bookaccession FROM books",
        [(91000015, "The otter book", "Holts", 2011, "2012 Apr 5", "NBK990015")],
    ),
    "11_blank_lines_before_declaration.xml": ("SELECT pmid FROM articles", [(91000016,)]),
}
REFUSED = {
    "02_documents_appended_last_cut.xml": r"document 3 \(from line 10\).*: cut: .*the 2 before it are whole",
    "04_documents_then_efetch_error.xml": (
        r"document 2 .*'Cannot retrieve the history of query 3 \(otters\)'; document 1 is whole; fetch that batch again"
    ),
    "05_efetch_error_alone.xml": r"'Cannot retrieve the history of query 3 \(otters\)'; fetch that batch again",
}


@pytest.mark.long
@pytest.mark.parametrize("name", LOADED)
def test_a_case_is_loaded(data, tmp_path, name):
    sql, rows = LOADED[name]
    _, errors = pipeline.load_files([data / "cases" / "xml" / name], tmp_path)
    assert errors == []
    assert ask(tmp_path, sql) == rows
    assert ask(tmp_path, "SELECT count(*) FROM dumps") == [(1,)]


@pytest.mark.parametrize("name", REFUSED)
def test_a_case_is_refused(data, tmp_path, name):
    path = data / "cases" / "xml" / name
    message = error_of(medline("load", path, "--home", tmp_path), 1)
    assert re.search(REFUSED[name], message), message
    assert len(message) <= 300
    assert difference(path) is None


# The law: however records are spread over documents, they are the same records


class Document(NamedTuple):
    """How a document is written: its mark, what stands before it, its root, what stands behind it."""

    codec: str
    before: str
    root: str
    behind: str


RECORDS = [
    *RICH, citation(21, title=title("a&#65;<!-- c -->b")), citation(20, title=title("first")), deletion(20),
    citation(20, title=title("last </b> &lt;").replace("</b>", "<!-- </PubmedArticleSet> -->")), citation(22),
    RICH[2].replace(">13<", ">23<"), citation(24, title=title("<![CDATA[</PubmedArticleSet><PubmedArticleSet>]]>")),
    RICH[1].replace("<PubmedBookArticle>", "").partition("<PubmedBookData>")[0].replace(">12<", ">25<"),
]  # fmt: skip
DECLARATIONS = ["", *(f"<?xml version='1.0'{more}?>" for more in ("", " ", " encoding='UTF-8' standalone='yes'"))]
ASIDES = [
    "",
    "\n",
    "\r\n\r\n",
    "\r",
    "<!-- </PubmedArticleSet> <?xml -->\n",
    '<?xml-stylesheet href="a.xsl"?>',
    "<?x?>",
]
DOCTYPES = ["", DOCTYPE, "<!DOCTYPE PubmedArticleSet>", "<!DOCTYPE PubmedArticleSet [<!ELEMENT a ANY>]>"]
BEFORE = st.tuples(
    st.sampled_from(["", "\n", "\ufeff", "\r\n\ufeff \n"]), st.sampled_from(DECLARATIONS), st.sampled_from(ASIDES),
    st.sampled_from(DOCTYPES), st.sampled_from(ASIDES),
).map("".join)  # fmt: skip
USUAL = st.just(TOP.partition("<PubmedArticleSet>")[0])
DOCUMENTS = st.builds(
    Document, st.sampled_from(["utf-8"] * 8 + ["utf-16-le", "utf-16-be"]), BEFORE | USUAL,
    st.sampled_from(["PubmedArticleSet"] * 4 + ["PubmedBookArticleSet", "MedlineCitationSet", "BookDocumentSet", ""]),
    st.sampled_from(ASIDES),
)  # fmt: skip


def written(how: Document, records: list[str]) -> bytes:
    """A document; records without a root are one each, and each empty set is written in one of two ways."""
    pieces = records if not how.root else ["\n".join([f"<{how.root}>", *records, f"</{how.root}>"])]
    if how.root and not records:
        pieces = [f"<{how.root}/>" if len(how.before) % 2 else f"<{how.root}></{how.root}>"]
    before = how.before if how.codec == "utf-8" else "\ufeff" + how.before.replace("\r", "\n")
    behind = how.behind if how.codec == "utf-8" else how.behind.replace("\r", "\n")
    return "".join([before, "\n".join(pieces), behind] if pieces else []).encode(how.codec)


@st.composite
def files(draw) -> tuple[list[str], list[bytes]]:
    """Records, and the documents that they are spread over."""
    records = draw(st.lists(st.sampled_from(RECORDS), max_size=7))
    documents, at = [], 0
    while at < len(records) or not documents:
        size = draw(st.integers(0, 3))
        documents.append(written(draw(DOCUMENTS), records[at : at + size]))
        at += size
    return records, [document for document in documents if document]


@pytest.mark.long
@MANY
@given(files(), st.integers(256, 700))
def test_records_are_the_same_however_they_are_spread_over_documents(agrees, path, drawn, chunk):
    records, documents = drawn
    path.write_text("<MedlineCitationSet>" + "".join(records) + "</MedlineCitationSet>")
    expected = read(path, engine="reference")
    assert expected.error is None
    if documents:
        assert agrees(b"".join(documents), (chunk, None)) == expected


@MANY
@given(files(), st.data())
def test_a_file_that_is_cut_is_called_cut_or_has_whole_documents(agrees, path, drawn, choose):
    content = b"".join(drawn[1])
    end = choose.draw(st.integers(0, len(content)))
    if not content[:end].strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        return  # no document
    reading, whole = agrees(content[:end], (300,)), agrees(content, ())
    if reading.error:
        assert re.search("line [0-9]+, .*: cut: ", reading.error)
    assert reading.keys == whole.keys[: len(reading.keys)]


@MANY
@given(files(), st.integers(1, 5000))
def test_pieces_of_any_size_are_read_alike(drawn, size):
    content = b"".join(drawn[1])
    assert in_pieces(content, size) == in_pieces(content, len(content) + 1)


def in_pieces(content: bytes, size: int) -> list | str:
    splitter = Splitter("a.xml")
    try:
        elements = [one for at in range(0, len(content), size) for one in splitter.feed(content[at : at + size])]
        elements += splitter.feed(b"", last=True)
    except BadInput as error:
        return str(error)
    return [(element.tag, where, size) for element, where, size in elements]


@pytest.mark.long
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_joint_may_stand_at_the_end_of_any_chunk(agrees, step):
    records = [citation(n, title=title("x" * n)) for n in range(1, 8)]
    content = TOP + records[0] + END + TOP + END + "\n\n" + TOP + "".join(records[1:4]) + END + TOP + records[4] + END
    for chunk in range(256, 900, step):
        assert len(pmids(agrees(content, (chunk,)))) == 5


def test_the_rules_of_a_file_hold_over_its_documents(tmp_path):
    path = tmp_path / "search.xml"
    content = TOP + citation(1, title=title("first")) + citation(2) + END + citation(1, title=title("last"))
    path.write_text(content + TOP + deletion(2) + END + "<DeleteCitation><PMID>3</PMID></DeleteCitation>")
    pipeline.load_files([path], tmp_path / "home")
    assert ask(tmp_path / "home", TITLES) == [(1, "last")]


# The usual files take the fast way

SMALL = [citation(pmid) for pmid in range(1, 20_001)]
BATCHES = [TOP + "\n".join(SMALL[at : at + 500]) + END + "\n" for at in range(0, 20_000, 500)]
OLD = [batch.replace("PubmedArticleSet", "MedlineCitationSet") for batch in BATCHES]
FAST = {
    "forty batches": ("".join(BATCHES), 20_000),
    "records without a root": ("\n".join(SMALL[:10_000]), 10_000),
    "a document for each record": ("".join(TOP + record + END for record in SMALL[:3000]), 3000),
    "different roots": (BATCHES[0] + "\ufeff" + OLD[1] + TOP + END + BATCHES[2], 1500),
}


@pytest.mark.parametrize("name", FAST)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_documents_are_read_by_the_kernels(path, monkeypatch, name, end):
    content, count = FAST[name]
    path.write_bytes(content.replace("\n", end).encode())
    left, read_rest = [], reference.iter_records
    monkeypatch.setattr(xml_reader.reference, "iter_records", lambda *given: (left.append(1), read_rest(*given))[1])
    assert sorted(pmids(read(path, engine="compiled"))) == list(range(1, count + 1))
    assert left == []


# Packed


def test_members_of_a_gzip_are_read_all_and_one_that_is_cut_is_damaged(path):
    packed = [gzip.compress(document(citation(pmid))) for pmid in (1, 2, 3)]
    for engine in ("compiled", "reference"):
        path.write_bytes(b"".join(packed))
        assert pmids(read(path, engine=engine)) == [1, 2, 3]
        path.write_bytes(b"".join(packed)[:-5])
        assert "damaged or cut gzip" in str(read(path, engine=engine).error)


# What is refused, and how it is said


def bad(text: str, mark: str = "@") -> bytes:
    """A document whose third line has a byte 0x92."""
    return document(citation(1, title=title(text))).replace(mark.encode(), b"\x92")


WRONG = {
    "an error of efetch": (EFETCH, "line 3, byte .*'Cannot retrieve the history & more'; fetch that batch again"),
    "an error after a batch": (GOOD + EFETCH, r"document 2 \(from line 6\), line 8, .*'Cannot .*; document 1 is whole"),
    "an error between batches": (GOOD + EFETCH + GOOD, "document 2 .*'Cannot retrieve"),
    "an error in the third document": (GOOD + GOOD + EFETCH, "document 3 .*'Cannot .*; the 2 before it are whole"),
    "an error in a set": (document(citation(1), "<ERROR>Too <b>many</b>\nIDs</ERROR>"), "line 4, .*'Too many IDs'"),
    "an error of another kind": (document("<OPS_ERROR>Down</OPS_ERROR>"), "line 3, .*'Down'; fetch that batch again"),
    "an error as root": ("<error>Down</error>", "line 1, .*'Down'"),
    "JSON": ('{"error":"API rate limit\nexceeded","api-key":"KEY","count":"11"}', "line 1: .*'API rate limit ex"),
    "JSON in JSON": ('\n{"esearchresult": {"ERROR": "Backend \\"a\\" failed"}}', "line 1: .*'Backend \"a\" failed'"),
    "JSON after a batch": (GOOD + '{"error":"API rate limit exceeded"}' + GOOD, "document 2 .*'API rate limit exc"),
    "JSON in a set": (document(citation(1), '{"error": "Busy"}'), "line .*'Busy'; fetch that batch again"),
    "JSON in a record": (GOOD[:150] + '{"error": "Busy"}', "line 3, .*'Busy'; fetch that batch again"),
    "a line of text": ("Error occurred: cannot get document\n", "line 1: .*'Error occurred: cannot get document'"),
    "a line after a batch": (GOOD + "Unable to obtain query #1", "document 2 .*'Unable to obtain query #1'; doc"),
    "a page": ("<html><head>\n<title>502 Bad\nGateway</title>", "line 1, .*HTML page.*'502 Bad Gateway'"),
    "a page in lower case": ("<!doctype html>\n<meta charset=utf-8><h1>Down</h1>", "line 1, .*HTML page.*'Down'"),
    "a page after a batch": (GOOD + "\n<!DOCTYPE html><html lang=en><body>Down</body>", "document 2 .*line 7.*'Down'"),
    "a page of old": (GOOD + '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><TITLE>Down</TITLE>', "HTML.*'Down'"),
    "text after a batch": (GOOD + "hello\tworld", r"document 2 .*'hello\\tworld'; document 1 is whole; get"),
    "zeros after a batch": (GOOD + "\0\0\0", "document 2 .*line 6, "),
    "text in UTF-16": ("\ufeffhello".encode("utf-16-le"), "line 1.*hello"),
    "a root that nobody knows": (GOOD + "<set>a</set>", "document 2 .*unknown root <set>; document 1 is whole"),
    "a batch cut in a tag": (GOOD[:150] + "<Abs" + GOOD, "line 3, .*: cut: another document begins inside the record"),
    "a batch cut in a text": (GOOD[:150] + GOOD, "line 3, .*: cut: another document begins inside the record"),
    "a batch cut in a character": (GOOD[:150].encode() + b"\xc3" + GOOD.encode(), "line 3, .*: cut: another document"),
    "a batch cut between records": (GOOD[: GOOD.index(END)] + GOOD, f"line 5, .*: cut: another .* before {END}"),
    "a batch cut before a bare set": (
        GOOD[: GOOD.index(END)] + f"<PubmedArticleSet>{END}", f"line 5, .*: cut: another .* before {END}",
    ),
    "one document that is cut": (GOOD[:-40], "line 4, column .*: cut: the file ends inside the .* on line 4; get"),
    "a comment that is cut": (GOOD + "<!-- a", "document 2 .*: cut: "),
    "a declaration that is cut": (GOOD + "<?xml versi", "document 2 .*: cut: "),
    "a DOCTYPE that is cut": (GOOD + DOCTYPE[:40], "document 2 .*: cut: "),
    "a subset that is cut": (GOOD + "<!DOCTYPE a [ <!ELEM", "document 2 .*: cut: "),
    "only a comment": ("<!-- a -->", "line 1, .*: cut: the file ends before its first record"),
    "a comment that is malformed": (GOOD + "<!-- a -- b -->" + GOOD, "line 6, .*not well-formed"),
    "a record without PMID": (GOOD + "<PubmedArticle/>", "document 2, line 6: a record without PMID"),
    "an entity": (GOOD + "<!DOCTYPE a [<!ENTITY a 'b'>]>" + GOOD, "document 2 .*line 6, .*declares an entity"),
    "an entity of the DTD": (GOOD + TOP + citation("&a;") + END, "document 2 .*line 9, .*undefined entity &a;"),
    "an entity of the DTD in an attribute": (GOOD + TOP + citation(1, '1&a;" b="') + END, "line 9, .*entity &a;"),
    "an entity of the DTD in UTF-16": (("\ufeff" + TOP + citation(1, "&a;") + END).encode("utf-16-be"), "entity &a;"),
    "a byte of Windows-1252": (bad("Otter@s"), "line 3, column 199, byte 257: byte 0x92 is not utf-8 .*’"),
    "a byte in an attribute": (bad("<i a='@'/>"), "line 3, column .*byte 0x92 is not utf-8"),
    "a byte in the second document": (GOOD.encode() + bad("@"), "document 2 .*line 8, .*byte 0x92 .*; document 1"),
    "a byte without a declaration": (bad("@")[38:], "line 3, column .*byte 0x92 is not utf-8 .*without a declaration"),
    "a byte of no encoding": (bad("@").replace(b"\x92", b"\x81"), "byte 0x81 is not utf-8 .*; save or fetch it again"),
    "a byte of no Windows-1252": (
        bad("@").replace(b"\x92", b"\x81").replace(b"utf-8", b"latin1"), "byte 0x81 is not windows-1252 .*; save or",
    ),
    "a byte beyond ASCII": (bad("@").replace(b"utf-8", b"us-ascii"), "byte 0x92 is not us-ascii .*declared.*'’'"),
    "an encoding that nobody knows": (GOOD + GOOD.replace("utf-8", "klingon"), "document 2 .*line 6, .*klingon"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_the_document_and_its_line(agrees, path, name):
    content, message = WRONG[name]
    error = agrees(content, (300, None)).error
    assert error
    assert error.startswith(path.name)
    assert re.search(message, error), error
    assert len(error) <= 300
    assert error.isprintable()
    assert "KEY" not in error


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (GOOD, None), ("<!-- a -->" * 400, None),
        ("PMID- 1\nTI  - Error of an otter", None), ("", None), ("{}", None), ("<a>error</a>", None),
        ('{"pmid": 1, "title": "error"}', None), ("Errors in otters", None), ("<ERROR>a</ERROR>", "a"),
        ("\ufeff\n<ERROR>cut", "cut"), ('{"error":"a\nb\\u00e9"}', "a bé"), ('{"error":{"message":"a"}}', "a"),
        ("ERROR: a\nb\n\nc", "ERROR: a b"), ("<html>a</html>", "a"), ("<html>", "an HTML page"),
        ("<?xml version='1.0'?><a><ERROR>a &lt; b</ERROR></a>", "a < b"),
    ],
)  # fmt: skip
def test_errors_of_ncbi_are_distinguished_from_records(head, message):
    assert ncbi.error_text(head.encode()) == message


# Encodings

LATIN = document(citation(1, title=title("Otter@s – caf#"))).replace("–".encode(), b"\x96").replace(b"@", b"\x92")
LATIN = LATIN.replace(b"#", b"\xe9")
TEXT = document(citation(1, title=title("Otter’s – café"))).decode()
ENCODED = {
    "declared as Windows-1252": LATIN.replace(b"utf-8", b"windows-1252"),
    "declared as Latin-1": LATIN.replace(b"utf-8", b"ISO-8859-1"),
    "UTF-16 that says UTF-8": TEXT.encode("utf-16"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-8 with a mark that says Windows-1252": TEXT.replace("utf-8", "windows-1252").encode("utf-8-sig"),
    "UTF-8 with a mark that says UTF-16": TEXT.replace("utf-8", "utf-16").encode("utf-8-sig"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_each_document_has_its_encoding(agrees, name):
    for content in (ENCODED[name], GOOD.encode() + ENCODED[name] + b"\xef\xbb\xbf" + GOOD.encode()):
        reading = agrees(content, (300, None))
        assert pmids(reading) in ([1], [1, 2, 1, 1, 2])
        assert "Otter’s – café" in reading.tables["articles"]["title"].to_pylist()


SAYS = ("ISO-8859-1", "latin1", "windows-1252", "Windows-1252", "cp1252", "iso-8859-15", "koi8-r")


def declares(encoding: str, *titles: str) -> bytes:
    return document(*(citation(1 + number, title=title(text)) for number, text in enumerate(titles))).replace(
        b"utf-8", encoding.encode()
    )


@pytest.mark.parametrize("encoding", SAYS)
def test_utf_8_that_is_declared_as_another_encoding_is_refused(agrees, encoding):
    reading = agrees(declares(encoding, "Otters", "caf\u00e9 \u2013 more"), (300, None))
    problem = f"line 4: its bytes are UTF-8, though it declares {encoding} ('\u00e9'); declare encoding=\"UTF-8\""
    assert problem in reading.error


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_utf_8_declared_as_latin_1_is_refused_in_any_document(agrees, end):
    wrong = declares("ISO-8859-1", "x" * 5000, "\U0001f9a6").replace(b"\n", end.encode())
    good = GOOD.replace("\n", end).encode()
    for content in (good + wrong, good + wrong + LATIN.replace(b"utf-8", b"ISO-8859-1")):
        reading = agrees(content, (300, None))
        assert "document 2 (from line 6), line 9: its bytes are UTF-8" in reading.error
        assert "document 1 is whole" in reading.error


def test_ascii_and_what_is_not_all_utf_8_are_read_as_declared(agrees):
    assert agrees(declares("ISO-8859-1", "Otters"), (300, None)).error is None
    mixed = declares("ISO-8859-1", "caf\u00e9", "caf@").replace(b"@", b"\xe9")
    assert agrees(mixed, (300, None)).tables["articles"]["title"].to_pylist() == ["caf\u00c3\u00a9", "caf\u00e9"]


@MANY
@given(st.text("a\u00e9\u00df\u0142\u2019\u6c34\U0001f9a6 ", min_size=1, max_size=40), st.integers(0, 5000))
def test_each_character_of_utf_8_declared_as_latin_1_counts(path, text, before):
    path.write_bytes(declares("ISO-8859-1", "x" * before, f"a{text}a"))
    reading = read(path, engine="reference")
    if text.isascii():
        assert reading.error is None
    else:
        first = next(character for character in text if not character.isascii())
        assert f"({first!r})" in reading.error
