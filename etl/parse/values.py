"""From the words of the source to typed values: one pure function per type of the schema.

Each takes the raw value (a string, or the parts of a date) and returns the value, or raises `Untypable`, after which
the column is NULL and the raw value a row of `anomalies`.
"""

from __future__ import annotations

import datetime
import re

from etl.parse.constants import MONTH_NAMES, MONTHS, SEASONS

MONTH_NUMBERS = {name.lower(): n for names in (MONTHS, MONTH_NAMES) for n, name in enumerate(names, start=1)}
BLANKS = " \t\r\n"
DIGITS = re.compile(r"[0-9]+")
DAY = re.compile(r"([0-9]{4})([-/]?)([0-9]{2})\2([0-9]{2})")


class Untypable(ValueError):
    """A value that its type cannot hold.

    Args:
        value: the raw value.
        reason: why, in a few words.
    """

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(f"{reason}: {value!r}")
        self.value, self.reason = value, reason


def read_text(raw: str) -> str:
    """The text as sent."""
    return raw


def read_texts(raw: list[str]) -> list[str]:
    """All texts of a repeated element, in order."""
    return raw


def read_integer(raw: str, limit: int = 2**31 - 1) -> int:
    """A whole number without sign, of ASCII digits, up to `limit`."""
    digits = raw.strip(BLANKS)
    if not DIGITS.fullmatch(digits):
        raise Untypable(raw, "not an integer")
    if len(digits) > 18 or int(digits) > limit:
        raise Untypable(raw, "integer out of range")
    return int(digits)


def read_month(raw: str) -> int:
    """A month, from 1 to 12, from a number or an English name, in full or of three letters."""
    word = raw.strip(BLANKS)
    number = MONTH_NUMBERS.get(word.lower()) or (int(word) if DIGITS.fullmatch(word) and len(word) <= 2 else 0)
    if not 1 <= number <= 12:
        raise Untypable(raw, "not a month")
    return number


def read_boolean(raw: str) -> bool:
    """Y or N."""
    flag = raw.strip(BLANKS)
    if flag not in ("Y", "N"):
        raise Untypable(raw, "neither Y nor N")
    return flag == "Y"


def read_date(raw: str | dict[str, str]) -> datetime.date:
    """A calendar day, from the parts {Year, Month, Day} or from `20190416`, `2019/04/16`, `2019-04-16`."""
    if isinstance(raw, dict):
        words = [raw.get(part, "") for part in ("Year", "Month", "Day")]
    else:
        match = DAY.fullmatch(raw.strip(BLANKS))
        words = [match[1], match[3], match[4]] if match else []
    shown = raw if isinstance(raw, str) else "/".join(words)
    try:
        return datetime.date(read_integer(words[0]), read_month(words[1]), read_integer(words[2]))
    except (IndexError, ValueError):
        raise Untypable(shown, "not a date") from None


def print_month(raw: str) -> str:
    """A month as MEDLINE prints it: `Oct` for `10` and `October`; what is no month stays as sent."""
    try:
        return MONTHS[read_month(raw) - 1]
    except Untypable:
        return raw


def print_date(year: str | None, month: str | None, day: str | None, season: str | None) -> str | None:
    """A date as DP prints it: `2001 Oct 1`, `2000 Spring`, `1978`."""
    words = [year, month and print_month(month), day and (day.lstrip("0") or day), season]
    return " ".join(word for word in words if word) or None


def split_date(printed: str) -> dict[str, str]:
    """The parts {year, month, day, season} of a date as DP prints it, or {medline_date} where it does not fit them."""
    match = re.fullmatch(r"([0-9]{4})(?: ([A-Za-z]+)(?: ([0-9]{1,2}))?)?", printed)
    if not match:
        return {"medline_date": printed}
    year, word, day = match.groups()
    if word is None:
        return {"year": year}
    if word.lower() in MONTH_NUMBERS:
        return {"year": year, "month": word} | ({"day": day} if day else {})
    if day is None and word in SEASONS:
        return {"year": year, "season": word}
    return {"medline_date": printed}


def split_pages(medline_pgn: str) -> tuple[str | None, str | None]:
    """First and last page of MedlinePgn's first range, the last in full: `557-63` is 557 and 563, `S63-6` S66."""
    first_range = re.split(r"[,;]", medline_pgn, maxsplit=1)[0].strip()
    start, dash, end = (part.strip() for part in first_range.partition("-"))
    if not dash:
        return start or None, None
    whole = re.fullmatch(r"([A-Za-z]*)([0-9]+)", start)
    if whole and end.isdigit() and len(end) <= len(whole[2]):
        end = start[: len(start) - len(end)] + end
    return start or None, end or None


def orcid(identifier: str) -> str | None:
    """An ORCID in its usual form, from any of the forms that occur: with and without hyphens, as a URL."""
    match = re.search(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9])", identifier)
    return "-".join(match.groups()).upper() if match else None
