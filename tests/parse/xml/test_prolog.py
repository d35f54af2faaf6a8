"""The part of an XML document before its root: lead, encoding, DOCTYPE, and how much of it must be there."""

from __future__ import annotations

import codecs

import pytest

from medline.parse.xml.prolog import WINDOWS, narrow, read_prolog, wrong_byte

ROOT = "<PubmedArticleSet>"
DOCTYPE = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.example.org/pubmed.dtd">'
DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("data", "lead", "codec", "encoding", "declared"),
    [
        (ROOT.encode(), "", "utf-8", None, ""),
        (f" \r\n{ROOT}".encode(), " \r\n", "utf-8", None, ""),
        (codecs.BOM_UTF8 + ROOT.encode(), "\ufeff", "utf-8", "utf-8", ""),
        (b"\n" + codecs.BOM_UTF8 + b" " + ROOT.encode(), "\n\ufeff ", "utf-8", "utf-8", ""),
        (codecs.BOM_UTF16_LE + ROOT.encode("utf-16le"), "\ufeff", "utf-16le", "utf-16le", ""),
        (codecs.BOM_UTF16_BE + ROOT.encode("utf-16be"), "\ufeff", "utf-16be", "utf-16be", ""),
        (f"\n{ROOT}".encode("utf-16le"), "\n", "utf-16le", "utf-16le", ""),
        (f"\n{ROOT}".encode("utf-16be"), "\n", "utf-16be", "utf-16be", ""),
        ((DECLARED.format("koi8-r") + ROOT).encode(), "", "utf-8", None, "koi8-r"),
        ((DECLARED.format("ISO-8859-1") + ROOT).encode(), "", "utf-8", WINDOWS, "ISO-8859-1"),
        ((DECLARED.format("Latin1") + ROOT).encode(), "", "utf-8", WINDOWS, "Latin1"),
        # the mark is right where the declaration is wrong
        (codecs.BOM_UTF8 + (DECLARED.format("latin1") + ROOT).encode(), "\ufeff", "utf-8", "utf-8", "latin1"),
        ((DECLARED.format("utf-8") + ROOT).encode("utf-16"), "\ufeff", "utf-16le", "utf-16le", "utf-8"),
    ],
)
def test_lead_and_encoding(data, lead, codec, encoding, declared):
    prolog = read_prolog(data, is_all=True)
    assert (prolog.lead, prolog.codec, prolog.encoding, prolog.declared) == (lead, codec, encoding, declared)
    assert data[: prolog.size] + prolog.content == data
    assert prolog.is_xml
    assert not prolog.is_cut


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16le", "utf-16be"])
def test_a_doctype_is_blanked_out_without_moving_what_follows(encoding):
    text = f"<?xml version='1.0'?>\n<!-- otter -->{DOCTYPE.replace(' PUBLIC', chr(10) + 'PUBLIC')}\n{ROOT}"
    content = read_prolog(text.encode(encoding), is_all=True).content.decode(encoding)
    assert len(content) == len(text)
    assert "DOCTYPE" not in content
    assert content.count("\n") == 3
    assert content.endswith(f"\n{ROOT}")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        '<!DOCTYPE a SYSTEM "a.dtd" [<!ENTITY b "c">]>',
        "<!DOCTYPE a>",
        '<!DOCTYPE a PUBLIC "x">',
    ],
)
def test_a_doctype_that_declares_something_stays_for_expat_to_raise(doctype):
    prolog = read_prolog(f"{doctype}{ROOT}".encode(), is_all=True)
    assert prolog.content == f"{doctype}{ROOT}".encode()
    assert prolog.is_begun


@pytest.mark.parametrize(
    ("data", "is_xml", "is_begun"),
    [
        (b"<!-- a --><a/>", True, False),
        (b"<?xml version='1.0'?><a/>", True, True),
        (b"<?xml-stylesheet href='a'?><a/>", True, False),
        (f"<!-- a -->{DOCTYPE}<a/>".encode(), True, True),
        (b"PMID- 1", False, False),
        (b"text <?xml ?>", False, False),
    ],
)
def test_what_a_document_begins_with(data, is_xml, is_begun):
    prolog = read_prolog(data, is_all=True)
    assert (prolog.is_xml, prolog.is_begun) == (is_xml, is_begun)


@pytest.mark.parametrize(
    "data",
    [b"", b"<a>", b"    \n", b"<!-- otter ", b"<?xml vers", DOCTYPE[:40].encode(), b"<!-- a --><", b"<!-- a -->"],
)
def test_more_is_asked_for_until_the_prolog_is_whole(data):
    assert read_prolog(data, is_all=False) is None
    assert read_prolog(data, is_all=True) is not None


@pytest.mark.parametrize("data", [b"<abc>", f"{DOCTYPE}{ROOT}".encode(), b"<!DOCTYPE a [<!ENTITY"])
def test_no_more_is_asked_for_than_that(data):
    assert read_prolog(data, is_all=False) is not None


@pytest.mark.parametrize(
    ("data", "is_cut"),
    [(b"", True), (b"  ", True), (b"\xef\xbb", True), (b"\xff", True), (b"\xff\xfe<", True), (b"\0", True),
     (b"<", False), (b"a", False)],
)  # fmt: skip
def test_less_than_a_character_or_a_mark_is_cut(data, is_cut):
    assert read_prolog(data, is_all=True).is_cut is is_cut


def test_text_behind_the_comments_is_given_for_messages():
    prolog = read_prolog(f"<!-- a -->\n{'<root>' * 10}".encode(), is_all=True)
    assert prolog.behind == ("<root>" * 10).encode()[:40]


def test_utf_16_is_narrowed_with_a_question_mark_for_what_is_not_ascii():
    assert narrow("aé\u2028<".encode("utf-16le"), "utf-16le") == b"a??<"
    assert narrow("aé\u2028<".encode("utf-16be"), "utf-16be") == b"a??<"
    assert narrow("é".encode(), "utf-8") == "é".encode()


@pytest.mark.parametrize(
    ("data", "encoding", "declared", "problem", "advice"),
    [
        (b"\xe9t", None, "", "byte 0xE9 is not utf-8 (as XML is without a declaration); in Windows-1252 it is 'é'",
         'if so, declare encoding="windows-1252", else save or fetch it again as UTF-8'),
        (b"\xe9t", None, "UTF-8", "byte 0xE9 is not UTF-8 (declared); in Windows-1252 it is 'é'", "if so"),
        (b"\xe9t", "utf-8", "latin1", "byte 0xE9 is not utf-8 (as its byte order mark says); in Win", "if so"),
        (b"\x81t", WINDOWS, "latin1", "byte 0x81 is not windows-1252 (declared)", "save or fetch it again as UTF-8"),
        (b"\x81t", None, "", "byte 0x81 is not utf-8 (as XML is without a declaration)", "save or fetch"),
        (b"\xe9t", None, "no-such", "byte 0xE9 is not no-such (declared)", "if so"),
    ],
)  # fmt: skip
def test_a_byte_that_is_not_in_the_encoding_is_named_with_what_to_do(data, encoding, declared, problem, advice):
    said = wrong_byte(data, encoding, declared)
    assert said[0].startswith(problem)
    assert said[1].startswith(advice)


@pytest.mark.parametrize(
    ("data", "encoding", "declared"),
    [
        (b"a\xff", None, ""),
        ("é".encode(), None, ""),
        ("𝛼x".encode(), "utf-8", ""),
        (b"\xe9", None, "latin1"),
        (b"", None, ""),
    ],
)
def test_a_byte_that_is_in_the_encoding_is_no_problem(data, encoding, declared):
    assert wrong_byte(data, encoding, declared) is None
