"""ORCIDs and DOIs in the forms in which they occur."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

PLAIN_ORCID = re.compile(r"(?<![0-9])([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9])")
#: Digits with anything but letters between them, and an X that ends them.
DIGITS = re.compile(r"[0-9](?:[\W_]*[0-9])*(?:[\W_]*[Xx](?![^\W_]))?")
ORCID_STARTS = ("0000", "0009")

DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
DOI_PREFIX = re.compile(r"(?:(?:https?:)?/{0,2}(?:www\.|dx\.)?doi\.org/+|(?:info:|urn:)?doi[:=/]*|\s+)*", re.IGNORECASE)
#: Blanks, controls and invisible characters, as they come along when a value is copied.
INVISIBLE = "".join(
    chr(sign)
    for first, last in ((0, 0x20), (0x7F, 0xA0), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F))
    for sign in range(first, last + 1)
) + "\u00ad\u1680\u180e\u3000\ufeff"  # fmt: skip


def orcid(identifier: str) -> str | None:
    """Return the ORCID in an identifier as `0000-0002-1825-0097`, None without one.

    Sixteen digits (the last may be an X), with a hyphen after each fourth or without, are the ORCID as sent, whatever
    is around them; of several, the first whose check digit (ISO 7064 mod 11-2) is right.

    Where there are none, digits are put together over blanks, dashes, invisible characters and the like, but not over
    letters. These must be sixteen with the right check digit. Of more than sixteen, the sixteen in a row with the right
    check digit are taken, and those that begin like an ORCID (0000, 0009) before others.

    Digits of other scripts count as digits, and `%20` as a blank.
    """
    text = "".join(map(_plain_sign, unquote(identifier)))
    plain = ["".join(match.groups()).upper() for match in PLAIN_ORCID.finditer(text)]
    right = next(filter(_has_check_digit, plain or _assembled(text)), None)
    if right and not plain:
        known = (number for number in _assembled(text) if number.startswith(ORCID_STARTS))
        right = next(filter(_has_check_digit, known), right)
    number = right or next(iter(plain), None)
    return number and "-".join(number[start : start + 4] for start in range(0, 16, 4))


def _assembled(text: str) -> Iterator[str]:
    """Yield all sixteen signs in a row of the digits in a text."""
    runs = (re.sub(r"[\W_]", "", match[0]).upper() for match in DIGITS.finditer(text))
    yield from (run[start : start + 16] for run in runs for start in range(len(run) - 15))


def _plain_sign(sign: str) -> str:
    """Return a digit of any script, or an X of any width, in ASCII."""
    if sign.isascii():
        return sign
    digit = unicodedata.decimal(sign, None)
    wide = unicodedata.normalize("NFKC", sign)
    return str(digit) if digit is not None else wide if wide in ("X", "x") else sign


def _has_check_digit(number: str) -> bool:
    """Whether the last of sixteen signs is the check digit of those before it: ISO 7064 mod 11-2."""
    total = 0
    for sign in number[:15]:
        if sign == "X":
            return False
        total = (total + int(sign)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == number[15]


def doi(identifier: str) -> str | None:
    """Return the DOI in an identifier, None without one.

    Blanks and invisible characters around it go, and what is put before it (`doi:`, `https://doi.org/`). The rest must
    be a DOI as a whole: `10.`, a registrant of four to nine digits with its subdivisions if any, a slash, and a name
    without blanks. It stays as sent, with the full stop at its end, `%2F`, and the case of its letters.
    """
    text = identifier.strip(INVISIBLE)
    if prefix := DOI_PREFIX.match(text):
        text = text[prefix.end() :]
    return text if DOI.fullmatch(text) else None
