"""NCBI's errors in place of records: as XML, as JSON, as an HTML page or as a line of text."""

from __future__ import annotations

import html
import json
import re
from io import BufferedReader

from medline.errors import BadInput

#: Bytes of an answer that hold its error.
ERROR_SIZE = 4096
FETCH_AGAIN = "fetch that batch again"

_ELEMENT = re.compile(r"<(ERROR|OPS_ERROR|Error|error)(?:\s[^<>]*)?>(.*?)(?:</\1|\Z)", re.DOTALL)
#: Matched, not parsed: the line breaks in NCBI's JSON are raw, so that no parser reads it.
_JSON = re.compile(r'\A[{\[].*?"(?:ERROR|error)"\s*:\s*(?:\{[^{}]*?"message"\s*:\s*)?"((?:[^"\\]|\\.)*)', re.DOTALL)
_HTML = re.compile(r"\A(?:<\?xml[^<>]*>|<!--.*?-->|\s)*+<(?:!doctype\s+html|html|head|body|center)\b", re.I | re.DOTALL)
_TITLES = [re.compile(rf"<{name}\b[^<>]*>(.*?)</{name}", re.I | re.DOTALL) for name in ("title", "h1", "body", "html")]
_PLAIN = re.compile(
    r"\A(?:\W{0,9}(?:(?:ncbi|server|internal|an|backend|search) )*(?:error|exception)\b"
    r"|[^\n]{0,120}?(?:rate limit exceeded|too many requests|unable to obtain query|cannot retrieve (?:the )?history"
    r"|search backend failed|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|temporarily blocked))",
    re.I,
)


def error_text(head: bytes) -> str | None:
    """Return the error message at the beginning of an answer or a document; None without one.

    Args:
        head: the first bytes, of which `ERROR_SIZE` count; records of XML or MEDLINE text are no error.
    """
    text = _decode(head)
    if found := _JSON.match(text):
        return _one_line(_unescaped(found[1]))
    if _HTML.match(text):
        return _one_line(next((found[1] for title in _TITLES if (found := title.search(text))), "")) or "an HTML page"
    if text.startswith("<"):
        found = _ELEMENT.search(text)
        return (_one_line(found[2]) or None) if found else None
    return _one_line(text.partition("\n\n")[0]) if _PLAIN.match(text) else None


def problem(head: bytes) -> str | None:
    """Return the problem for a message where an answer begins with an error; None without one."""
    error = error_text(head)
    if error is None:
        return None
    kind = "an HTML page, not PubMed records" if _HTML.match(_decode(head)) else "an error of NCBI in place of records"
    return f"{kind}: {quoted(error)}"


def quoted(text: str, most: int = 120) -> str:
    """Return the beginning of a text, in quotes."""
    return repr(text if len(text) <= most else f"{text[:most]}…")


def check_stream(stream: BufferedReader, source: str) -> None:
    """Check that a stream does not begin with an error; reads ahead without consuming.

    Raises:
        BadInput: it does; the message quotes the error.
    """
    if error := problem(stream.peek(ERROR_SIZE)[:ERROR_SIZE]):
        raise BadInput(source, error, where="line 1", advice=FETCH_AGAIN)


def _decode(head: bytes) -> str:
    codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return head[:ERROR_SIZE].decode(codec, "replace").lstrip("\ufeff \t\r\n")


def _unescaped(text: str) -> str:
    try:
        return json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text


def _one_line(text: str) -> str:
    """Return a text without markup, entities and runs of blanks."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())
