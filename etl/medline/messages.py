"""Text that people see, or that stays: without secrets, and without what a terminal or a chat would obey.

Files, servers and mirrors choose what a message quotes, and a person may put a password where none belongs.
"""

from __future__ import annotations

import re

#: Characters that a terminal obeys or does not show: controls but for tab and line feed, line separators, the marks
#: that turn text round (https://trojansource.codes), halves of characters, tags.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)

#: Longer lines are no messages: what they quote is cut before it is searched, which takes long for each character.
_LONGEST_LINE = 8_000

#: What stands before the user in a URL, however it is mistyped.
_SCHEME = r"(?:[a-z][a-z0-9+.-]{0,20}:/+|[a-z][a-z0-9+.-]{0,20}//|(?<![\w:/])//)"
_TO_THE_HOST = re.compile(rf"({_SCHEME})(?:[^\s/'\"<>?#]{{0,4000}}|[^\s/'\"<>:@]{{0,200}}:[^\s'\"<>]{{1,4000}})@", re.I)
_WITHOUT_SCHEME = re.compile(r"(?<![\w.+…-])[\w.+-]{0,200}:(?!/)[^\s'\"<>]{1,4000}@(?=[\w\[])")
_QUERY = re.compile(rf"({_SCHEME}[^\s?#'\"<>]{{1,4000}})[?#][^\s'\"<>]+", re.I)
_NAMED = re.compile(
    r"(?<![\w-])([\w-]{0,80}(?:api_?key|key_?id|access_?key|token|secret|password|passwd|pwd|sig|signature|credentials?)=)"
    r"[^\s&;,'\"<>()\[\]{}]+",
    re.I,
)

#: Names whose end is none of a domain, so that no chat makes a link of them.
_FILES = ("gz", "xml", "txt", "nbib", "json", "jsonl", "md5", "parquet", "duckdb", "sql", "csv", "html", "bz2", "xz")


def visible(text: str) -> str:
    """Return a text with escapes in place of the characters that a terminal would obey: `\\x1b`, `\\u202e`."""
    return _OBEYED.sub(lambda sign: ascii(sign[0])[1:-1], text)


def redact(text: str) -> str:
    """Return a text without the passwords, keys and tokens that the URLs in it may have, also mistyped ones.

    What stands before an @ in a URL is replaced, and what follows a ?, or the = of a name like `token`.
    """
    if not any(sign in text for sign in "@=?#"):
        return text
    return "\n".join(map(_redact_line, text.split("\n")))


def _redact_line(line: str) -> str:
    if len(line) > _LONGEST_LINE:
        line = f"{line[: _LONGEST_LINE // 2]} … {line[-_LONGEST_LINE // 2 :]}"
    line = _TO_THE_HOST.sub(r"\1…@", line)
    line = _WITHOUT_SCHEME.sub("…@", line)
    return _NAMED.sub(r"\1…", _QUERY.sub(r"\1?…", line))


def for_people(text: str) -> str:
    """Return a text as a terminal may show it."""
    return visible(redact(text))


def unlinked(text: str) -> str:
    """Return a text of which no chat makes a link, a mention or a call: by signs that look alike."""
    plain = visible(" ".join(text.split())).replace("<", "‹").replace(">", "›").replace("@", "＠")
    plain = plain.replace("://", ":⁄⁄").replace("](", "] (")
    return re.sub(r"[^\W_][\w-]*(?:\.[\w-]+)+", _undotted, plain)


def _undotted(name: re.Match[str]) -> str:
    end = name[0].rpartition(".")[2].lower()
    return name[0] if end in _FILES or end.isdecimal() else name[0].replace(".", "․")
