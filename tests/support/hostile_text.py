"""MEDLINE text without end: each kind makes a text of about so many bytes."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "PMID- 1\nOWN - NLM\nSTAT- MEDLINE\nTI  - Otters.\nTA  - J Otter\n"
END = "SO  - J Otter. 2001\n\n"
FULL = "OWN - NLM\nSTAT- MEDLINE\nIS  - 1234-1234\nTI  - x\nTA  - J\nAU  - x\nEDAT- 2001/01/01\nSO  - x\n"


def record(body: str = "") -> str:
    return HEAD + body + END


def repeated(text: str, size: int) -> str:
    return text * (size // len(text) + 1)


def _between(text: str) -> Callable[[int], str]:
    """Between two records."""
    return lambda size: record() + repeated(text, size) + "\n" + record()


def _inside(text: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Inside a record."""
    return lambda size: record(before + repeated(text, size) + after)


#: Texts that have records, or are read to their end before they are refused.
KINDS: dict[str, Callable[[int], str]] = {
    **{
        f"empty lines of {name}": _between(text)
        for name, text in {
            "LF": "\n", "CR": "\r", "CR LF": "\r\n", "blanks": "  \n", "wrapped lines": "      \n",
            "no-break spaces": "\u00a0\n", "page breaks": "\f", "tabs": "\t\n",
        }.items()
    },
    "empty lines in a record": _inside("\n"),
    "separators": lambda size: record() + repeated("\u2028", size) + "x\n" + record(),
    "NELs": lambda size: record() + repeated("\x85", size) + "x\n" + record(),
    "a value": _inside("word ", "AB  - ", "\n"),
    "a word": _inside("x", "AB  - ", "\n"),
    "capitals": _inside("AB", "AB  - ", "\n"),
    "dashes": _inside("-", "AB  - ", "\n"),
    "blanks": _inside(" ", "AB  - ", "x\n"),
    "blanks behind a no-break space": _inside(" ", "AB\u00a0 - ", "x\n"),
    "invisible signs": _inside("\u200b", "", "MID\n"),
    "invisible signs behind PMC": _inside("\u200b", "PMC - ", "MID\n"),
    "tags in a value": _inside("TI  - ", "AB  - ", "\n"),
    "numbers of records in a line": _inside("xPMID- 1", "AB  - ", "\n"),
    "records in a line": lambda size: record() + repeated(" PMID- 1", size),
    "a line at the end": lambda size: record() + repeated("x", size),
    "controls": _inside("\u0092 x", "AB  - ", "\n"),
    "wrapped lines": _inside("      x\n", "AB  - x\n"),
    "wrapped lines of CR LF": lambda size: _inside("      x\n", "AB  - x\n")(size).replace("\n", "\r\n"),
    "stray lines": _inside("x\n", "AB  - x\n"),
    "lines in brackets": _inside("<x\n", "AB  - x\n"),
    "numbers": _inside("1.\n", "AB  - x\n"),
    **{
        f"fields {tag}": _inside(f"{tag:<4}- {value}\n")
        for tag, value in {
            "OT": "x", "AU": "A B", "AD": "x", "AUID": "x", "SI": "a/b", "MH": "a/b", "DP": "2001", "ZZ": "x",
            "PHST": "2001/01/01 [a]", "SO": "x", "PMC": "PMC1", "TI": "x",
        }.items()
    },
    "authors": _inside("FAU - A, B\nAU  - A B\nAD  - x\n"),
    "qualifiers": _inside("a/", "MH  - ", "\n"),
    "pages": _inside("1-", "PG  - ", "\n"),
    "parts of pages": _inside("1;", "PG  - ", "\n"),
    "digits of an ORCID": _inside("0", "AU  - A B\nAUID- ORCID: ", "\n"),
    "fields behind SO": lambda size: record()[:-1] + repeated("OT  - x\n", size) + END,
    "tags out of their columns": _inside("AU   - x\n"),
    "lost line breaks": _inside("AU  - A B AD  - x\n"),
    "records without PMID": lambda size: record() + repeated("TI  - x\nAU  - x\nSO  - x\n\n", size),
    "whole records without PMID": lambda size: record() + repeated(FULL, size),
    "tiny records": lambda size: repeated("PMID- 1\nTI  - x\nSO  - x\n\n", size),
    "no record": lambda size: repeated("PMC - PMC1\n", size),
    "lines before a record": lambda size: repeated("x y\n", size) + record(),
    "CSV": lambda size: repeated("a,b,c,d,", size),
    "JSON": lambda size: "[" + repeated('{"a": 1},', size),
    "HTML": lambda size: repeated("<p>x</p>\n", size),
}  # fmt: skip
