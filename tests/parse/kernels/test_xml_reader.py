"""The compiled reader of XML gives what the plain one gives: the same rows, keys and order, the same errors."""

from __future__ import annotations

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sample
from build import citation, document, title
from compare import difference, read
from medline.parse.xml.paths import ROOTS
from real_data import DATA
from xml_records import RICH, wrapped

FOLDERS = ("xml", "books", "pairs", "mirror")
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (DATA / folder).rglob("*")
    if path.suffixes[:1] == [".xml"] and path.suffix != ".md5"
)
CHUNKS = (300, 1000, 4096, 65536)
KINDS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files(data, path):
    assert difference(path, expected=_expected(path)) is None


@pytest.mark.slow
@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_in_small_chunks(data, path, chunk):
    assert difference(path, expected=_expected(path), chunk=chunk) is None


@pytest.fixture(scope="module")
def cut(data, tmp_path_factory) -> Path:
    """The first records of each kind of every real file, in one file."""
    records = []
    for path in FILES:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        for kind in KINDS:
            records += re.findall(f"<{kind}>.*?</{kind}>", text, re.DOTALL)[:3]
    path = tmp_path_factory.mktemp("cut") / "pubmed99n0001.xml"
    path.write_text(wrapped(*records))
    return path


@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_first_records_of_real_files_in_small_chunks(cut, chunk):
    assert all(kind in cut.read_text() for kind in KINDS)
    assert difference(cut, expected=_expected(cut), chunk=chunk) is None


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


@pytest.mark.parametrize("skip", [[0], [1, 2, 3], range(0, 40, 2), range(200), [10_000]], ids=str)
def test_real_files_without_some_records(cut, skip):
    expected = read(cut, engine="reference", skip=skip)
    for chunk in (4096, 1 << 22):
        assert difference(cut, skip, expected, chunk=chunk) is None


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_whole_real_files_without_some_records(data, path):
    for skip in ([0], [1, 2, 3], range(0, 40, 2), range(200)):
        assert difference(path, skip, chunk=4096) is None
        assert difference(path, skip) is None


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "pubmed99n0001.xml.gz"
    return sample.write_xml(path, sample.citations(600, 11), [(7, 1), (8, 2)])


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("few") / "pubmed99n0001.xml.gz"
    return sample.write_xml(path, sample.citations(60, 11), [(7, 1), (8, 2)])


def test_every_element_of_the_generator(generated):
    assert difference(generated, expected=_expected(generated)) is None


@pytest.mark.parametrize("chunk", CHUNKS)
def test_generated_records_in_small_chunks(few, chunk):
    assert difference(few, expected=_expected(few), chunk=chunk) is None


@pytest.mark.slow
@pytest.mark.parametrize("chunk", CHUNKS)
def test_every_element_of_the_generator_in_small_chunks(generated, chunk):
    assert difference(generated, expected=_expected(generated), chunk=chunk) is None


def test_generated_records_are_read_by_the_kernels(generated, plainly):
    read(generated, engine="compiled")
    assert None not in plainly
    assert len(plainly) < 60


@pytest.mark.parametrize("skip", [[0], [59], range(10, 50, 3), range(60)], ids=str)
def test_generated_records_without_some(few, skip):
    assert difference(few, skip, chunk=20_000) is None


@pytest.mark.long
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
    for chunk in (*(range(256, 300) if not mark and not is_packed else (256, 277)), 1000, 4096):
        assert difference(path, expected=expected, chunk=chunk) is None


@pytest.mark.parametrize("width", range(8))
def test_a_lone_cr_at_the_end_of_what_was_read(agrees, width):
    agrees(wrapped(citation(1, title=title("x" * width + "\ryyyyyyy" * 200))), chunks=(256, 300))


@pytest.mark.parametrize("root", sorted(ROOTS))
def test_bare_records_of_old_sets(agrees, root):
    bare = [re.sub("</?PubmedBookArticle>|<PubmedBookData>.*</PubmedBookData>", "", RICH[1], flags=re.DOTALL), RICH[2]]
    reading = agrees(wrapped(*bare, RICH[0], RICH[3].replace("Citation", "Document"), root=root))
    assert [key[0] for key in reading.keys] == [12, 13, 11, 14, 15]


@pytest.mark.long
def test_threads_share_nothing(generated):
    expected = _expected(generated)
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(lambda chunk: read(generated, engine="compiled", chunk=chunk), [10_000, 50_000] * 2))
    assert all(one == expected for one in readings)


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
def test_what_stands_before_the_root(agrees, prolog):
    for text in ("a", "a&nbsp;b", "&amp;"):
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
    agrees(wrapped(RICH[2], between, RICH[3]))
    agrees(wrapped(RICH[2], RICH[3], between), chunks=(300, None))
    agrees(wrapped(RICH[2], RICH[3]) + between, chunks=(300, None))
    agrees(wrapped(between, RICH[2]), chunks=(300, None))


def test_a_document_without_records(agrees):
    assert agrees(wrapped()).keys == []
    assert agrees("<PubmedArticleSet></PubmedArticleSet>").keys == []


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(RICH)))
def test_a_document_that_ends_anywhere(agrees, number):
    content = wrapped(RICH[3], RICH[number], RICH[2]).encode()
    for end in range(100, len(content), 17 if len(content) > 1500 else 3):
        agrees(content[:end], chunks=(300,))


@pytest.mark.slow
def test_a_document_that_ends_at_each_byte(agrees):
    for record in RICH:
        content = wrapped(RICH[3], record, RICH[2]).encode()
        for end in range(100, len(content)):
            agrees(content[:end], chunks=(300,))


@pytest.mark.long
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
        for before in (b"Alm", b"NLM", b"<!-- a", b"<i>otter", b"<?a ", b"Pond>"):
            content = wrapped(RICH[0], "<!-- a --><?a b?>" + RICH[0].replace("<Article ", "<Pond/><Article ")).encode()
            at = content.rindex(before) + len(before) if before in content else len(content) // 2
            agrees(content[:at] + piece + content[at:], chunks=(300, None))
