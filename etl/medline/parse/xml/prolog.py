"""The part of an XML document before its root: blanks, its encoding, its DOCTYPE.

Expat reads the prolog too, but lacks three things: it does not accept blanks and a byte order mark before the
declaration; it trusts the declaration more than the mark (or the zeros of UTF-16), although the declaration is wrong
after PowerShell's `>` and in files that .NET saves as UTF-8; and it accepts undefined entities after a DOCTYPE.

ISO-8859-1 is read as Windows-1252, as browsers do (WHATWG's Encoding Standard): the two differ in 0x80 to 0x9F, which
are controls in the one, that no text has, and quotation marks, dashes and letters in the other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: Bytes that say how the rest is encoded.
FEWEST = 4
WINDOWS = "windows-1252"
LATIN_1 = frozenset("iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 cp819 ibm819".split())
MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16le": b"\xff\xfe", "utf-16be": b"\xfe\xff"}
_LEADS = {
    "utf-8": re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])*+"),
    "utf-16le": re.compile(rb"(?:\xff\xfe|[ \t\r\n]\0)*+"),
    "utf-16be": re.compile(rb"(?:\xfe\xff|\0[ \t\r\n])*+"),
}
_DECLARED = re.compile(rb"""<\?xml\s[^<>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
#: Blanks, comments and processing instructions; with re.DOTALL.
ASIDES = rb"(?:[ \t\r\n]++|<!--.*?-->|<\?(?!xml\s).*?\?>)*+"
_BEFORE_DOCTYPE = re.compile(rb"(?:<\?xml\s.*?\?>)?+" + ASIDES, re.DOTALL)

#: A DOCTYPE that only names a DTD. Expat forgives undefined entities, and drops them silently from attributes, where it
#: sees that a DTD it has not read might define them. NLM's dumps have no entities, so the DOCTYPE is blanked out; one
#: that declares something stays, and raises an error.
DOCTYPE = rb"""<!DOCTYPE\s+[^\s<>\["']+\s+(?:PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*')|SYSTEM)\s+(?:"[^"<>]*"|'[^'<>]*')\s*>"""
_DOCTYPE = re.compile(DOCTYPE)


class Prolog(NamedTuple):
    """The beginning of a document.

    Attributes:
        lead: blanks and byte order marks before it.
        size: bytes of that.
        codec: utf-8, utf-16le or utf-16be; where it is the first, any encoding that has ASCII in it.
        encoding: for expat; None where the declaration names it.
        declared: the encoding that the declaration names, "" without one.
        is_xml: whether it begins with <.
        is_begun: whether it has a declaration or a DOCTYPE, and not only comments.
        content: the bytes from there on, the DOCTYPE blanked out.
        behind: the beginning of what follows the comments, as `narrow` returns it.
    """

    lead: str
    size: int
    codec: str
    encoding: str | None
    declared: str
    is_xml: bool
    is_begun: bool
    content: bytes
    behind: bytes

    @property
    def is_cut(self) -> bool:
        """Whether there is nothing, or less than a character or a byte order mark."""
        is_half = self.content == b"\0" or (self.codec != "utf-8" and len(self.content) < 2)
        return is_half or any(mark.startswith(self.content) for mark in MARKS.values())


def read_prolog(data: bytes, is_all: bool) -> Prolog | None:
    """Read the beginning of a document; None if more bytes are needed, which there are unless `is_all`."""
    start, codec = 0, _utf_16(data)
    if not codec:
        start = _LEADS["utf-8"].match(data).end()  # type: ignore[union-attr]  # it matches nothing as well
        codec = _utf_16(data[start:]) or "utf-8"
    size = _LEADS[codec].match(data, start).end()  # type: ignore[union-attr]
    content = data[size:]
    text = narrow(content, codec)
    at = _BEFORE_DOCTYPE.match(text).end()  # type: ignore[union-attr]
    if not is_all and (len(data) < FEWEST or len(content) < FEWEST or _is_cut(text[at:])):
        return None
    doctype = _DOCTYPE.match(text, at)
    if doctype:
        width = 1 if codec == "utf-8" else 2
        blanks = re.sub(rb"[^\r\n]", b" ", doctype[0]).decode().encode(codec)
        content = content[: doctype.start() * width] + blanks + content[doctype.end() * width :]
    declared = _DECLARED.match(text)
    name = declared[1].decode() if declared else ""
    encoding = codec if codec != "utf-8" or MARKS["utf-8"] in data[:size] else None
    if encoding is None and name.lower() in LATIN_1:
        encoding = WINDOWS
    lead = data[:start].decode() + data[start:size].decode(codec)
    is_begun = bool(doctype) or re.match(rb"<\?xml\s", text) is not None or text.startswith(b"<!DOCTYPE", at)
    return Prolog(lead, size, codec, encoding, name, text.startswith(b"<"), is_begun, content, text[at : at + 40])


def narrow(data: bytes, codec: str) -> bytes:
    """A byte for each two of UTF-16, "?" for what is not ASCII; other bytes as they are."""
    if not codec.startswith("utf-16"):
        return data
    high, low = (data[1::2], data[::2]) if codec == "utf-16le" else (data[::2], data[1::2])
    return bytes(63 if above or byte > 127 else byte for above, byte in zip(high, low, strict=False))


def wrong_byte(data: bytes, encoding: str | None, declared: str) -> tuple[str, str] | None:
    """Return problem and advice where the first of some bytes is not in the encoding of the document; see `Prolog`."""
    name = encoding or declared or "utf-8"
    if data[:1] < b"\x80" or _is_text(data, name):
        return None
    said = "declared" if declared else "as XML is without a declaration"
    said = "as its byte order mark says" if encoding == "utf-8" else said
    problem, character = f"byte 0x{data[0]:02X} is not {name} ({said})", data[:1].decode(WINDOWS, "replace")
    if name == WINDOWS or character == "\ufffd":
        return problem, "save or fetch it again as UTF-8"
    return (
        f"{problem}; in Windows-1252 it is {character!r}",
        f'if so, declare encoding="{WINDOWS}", else save or fetch it again as UTF-8',
    )


def _is_text(data: bytes, encoding: str) -> bool:
    """Whether some bytes begin with a character of the encoding."""
    for size in range(1, len(data) + 1):
        try:
            data[:size].decode(encoding)
        except UnicodeDecodeError:
            continue
        except LookupError:
            break
        return True
    return False


def _utf_16(data: bytes) -> str | None:
    for codec in ("utf-16le", "utf-16be"):
        if data.startswith(MARKS[codec]):
            return codec
    if data[1:2] == b"\0" and data[:1] in (b"<", b"\n", b"\r", b" ", b"\t"):
        return "utf-16le"
    return "utf-16be" if data[:1] == b"\0" and data[1:2] in (b"<", b"\n", b"\r", b" ", b"\t") else None


def _is_cut(rest: bytes) -> bool:
    """Whether the rest behind whole comments is a part of something that belongs before the root."""
    if rest.startswith((b"<!--", b"<?")) or rest in (b"", b"<"):
        return True
    return rest.startswith(b"<!") and b">" not in rest and b"[" not in rest
