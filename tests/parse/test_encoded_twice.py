"""Text that was encoded twice: it stays as sent, and is noted once a file, in both formats and by both readers."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import build
from compare import difference, read
from framing import OTTERS
from medline.parse.encodings import Watched
from medline.parse.text.lines import TO_CP1252


@pytest.fixture
def titles(tmp_path):
    """Titles and file notes of a file of either format; both engines agree at any size of a batch."""

    def titles(data: bytes, chunks: tuple[int, ...] = (300, 1 << 20)) -> tuple[list[str], list[tuple]]:
        path = tmp_path / "otters"
        path.write_bytes(data)
        expected = read(path, engine="reference")
        for chunk in chunks:
            assert difference(path, (), expected, chunk=chunk) is None
        assert expected.error is None
        notes = [tuple(row.values())[1:] for row in expected.tables["anomalies"].to_pylist()]
        return expected.tables["articles"]["title"].to_pylist(), notes

    return titles


def as_text(*texts: str) -> str:
    return "\n".join(OTTERS.replace("90000001", f"9000000{n}").replace("Otters in", t) for n, t in enumerate(texts))


def as_xml(*texts: str) -> str:
    return build.document(*(build.citation(n, title=build.title(t)) for n, t in enumerate(texts, 1))).decode()


FORMATS = {"text": (as_text, " ponds."), "XML": (as_xml, "")}


def again(text: str, codec: str) -> str:
    """Text as it is where its UTF-8 was read in another encoding."""
    return "".join(
        bytes([byte]).decode(codec if codec == "latin-1" or byte not in b"\x81\x8d\x8f\x90\x9d" else "latin-1")
        for byte in text.encode()
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("name", FORMATS)
def test_what_was_encoded_twice_is_noted_once_a_file(titles, name, end):
    make, behind = FORMATS[name]
    whole = make("Otters", "\u00c3\u00a9tang", "\u00e2\u20ac\u2122s \u00c3\u0178")
    line = next(n for n, text in enumerate(whole.splitlines(), 1) if "tang" in text)
    got, notes = titles(whole.replace("\n", end).encode())
    assert got[1:] == ["\u00c3\u00a9tang" + behind, "\u00e2\u20ac\u2122s \u00c3\u0178" + behind]
    reason = "looks encoded twice: '\u00c3\u00a9' may be '\u00e9'"
    assert notes == [(None, f"line {line}", "\u00c3\u00a9", reason)]


@pytest.mark.parametrize("other", ["\u00e9", "\u6c34", "\u0142", "\u00c3", "\u00b1 5", "\u2013"])
@pytest.mark.parametrize("name", FORMATS)
def test_one_character_that_was_encoded_once_speaks_for_the_file(titles, name, other):
    make, _ = FORMATS[name]
    for texts in (("\u00c3\u00a9tang", f"a{other}b"), (f"a{other}b", "\u00c3\u00a9tang")):
        assert titles(make(*texts).encode(), (300,))[1] == []


def may_be_encoded_twice(text: str) -> bool:
    """Whether all characters beyond ASCII, read as the bytes that Windows-1252 has for them, are UTF-8."""
    try:
        "".join(c if c < "\u0100" else c.encode("cp1252").decode("latin-1") for c in text).encode("latin-1").decode()
    except UnicodeError:
        return False
    return not text.isascii()


ACCENTED = st.lists(st.text("abc \u00e9\u00df\u0142\u2019\u00ea\u6c34\U0001f9a6", max_size=9), min_size=1, max_size=4)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCENTED, st.sampled_from(["cp1252", "latin-1"]), st.sampled_from(list(FORMATS)))
def test_accented_words_are_noted_if_they_were_encoded_twice(titles, words, codec, name):
    make, behind = FORMATS[name]
    texts = [f"A{' '.join(word.split())}z" for word in words]
    assume(not may_be_encoded_twice("".join(texts)))  # a sharp s and an apostrophe are a letter of N'Ko
    assert titles(make(*texts).encode(), (300,)) == ([text + behind for text in texts], [])
    twice = [again(text, codec) for text in texts]
    got, notes = titles(make(*twice).encode(), (300,))
    assert [text.translate(TO_CP1252) for text in got] == [text.translate(TO_CP1252) + behind for text in twice]
    reasons = [reason for pmid, _, _, reason in notes if pmid is None and "encoded twice" in reason]
    assert len(reasons) == any(not text.isascii() for text in texts)
    first = next((c for text in texts for c in text if not c.isascii()), "")
    assert all(reason.endswith(f"may be {first!r}") for reason in reasons)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_character_encoded_twice_may_be_cut_anywhere(size):
    whole = "\ufeffa\r\nb\rc \u00e2\u20ac\u2122\n".encode()
    for data, sent in ((whole, ("\u00e2\u20ac\u2122", "\u2019")), (whole[:-2], None), (whole + b"\xe9", None)):
        stream = Watched(io.BufferedReader(io.BytesIO(data)))
        for _ in range(2):
            stream.seek(0)
            while stream.read(size):
                pass
        assert stream.twice() == (sent and (3, *sent))
