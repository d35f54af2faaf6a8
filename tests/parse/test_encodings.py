"""MEDLINE text in other encodings than UTF-8: what is read, and the one note that a file gets."""

from __future__ import annotations

import pytest

from framing import OTTERS, only, refused


def test_windows_1252_is_noted_once_a_file():
    text = OTTERS.replace("Otters in", "\u201cÖtters\u201d \u2013 \u20ac5 in").replace("Ada", "Žofie")
    rows, notes = only(text.encode("cp1252"))
    assert rows == only(text)[0]
    assert [(note[0], note[1], note[3][-18:]) for note in notes] == [(None, "line 5", "(and 1 more lines)")]


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_windows_1252_leaves_undefined(byte):
    rows, notes = only(OTTERS.encode().replace(b"Otters in", b"Otters\xe9 %c in" % byte))
    assert "Ottersé \ufffd in ponds." in rows
    assert len(notes) == 2


def test_control_codes_that_were_windows_1252():
    rows, notes = only(OTTERS.replace("Otters in", "\x93Otters\x94 \x96 \x805 \x85 in"))
    assert "\u201cOtters\u201d \u2013 \u20ac5 \u2026 in ponds." in rows
    assert [note[0] for note in notes] == [None]


def test_a_line_of_two_encodings_keeps_both():
    rows, _ = only(OTTERS.encode().replace(b"Otters in", "Böse Öttér".encode() + b" \x93in"))
    assert "Böse Öttér \u201cin" in rows


def test_mojibake_stays_as_sent():
    rows, notes = only(OTTERS.replace("Otters in", "Ã©tang in"))
    assert "Ã©tang in ponds." in rows
    assert notes == []


@pytest.mark.parametrize("where", [100, 9_000])
def test_zero_bytes_are_refused(where):
    padding = OTTERS * (1 + where // len(OTTERS))
    text = padding.encode()
    refused(text[:where] + b"\0\0\0" + text[where:])
