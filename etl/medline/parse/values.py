"""From the words of the source to typed values: one pure function per type of the schema.

Each takes the raw value (a string, or the parts of a date) and returns the value, or raises `Untypable`, after which
the column is NULL and the raw value a row of `anomalies`.
"""

from __future__ import annotations

import datetime
import re
from itertools import accumulate, zip_longest

from medline.parse.constants import MONTH_NAMES, MONTHS, SEASONS

MONTH_NUMBERS = {name.lower(): n for names in (MONTHS, MONTH_NAMES) for n, name in enumerate(names, start=1)}
MONTH_NUMBERS["sept"] = 9
BLANKS = " \t\r\n"
BLANK_RUN = re.compile(f"[{BLANKS}]+")
BLANKS_AND_TAGS = re.compile(f"(?:[{BLANKS}]|<[^>]*>)+")
TAG = re.compile(r"(<[^>]*>)")
EMPTY_ELEMENT = re.compile(r"<([^\s/>]+)((?:\s[^>]*[^/>])?)></\1>")
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


def fold_layout(text: str) -> str:
    """Return a text of XML without what only lays it out.

    Blanks (space, tab, line end) at both ends go; inside, a run of blanks that holds a line end becomes one space.
    Other blanks stay as sent: two spaces in a row, no-break and thin spaces, and a CR that was written as `&#13;`.
    """
    text = text.strip(BLANKS)
    if "\n" not in text:
        return text
    return BLANK_RUN.sub(lambda run: " " if "\n" in run[0] else run[0], text)


def fold_markup(markup: str) -> str:
    """Return inner XML without what only lays it out: without its tags, it is `fold_layout` of the text.

    A run of blanks goes on over tags. The space that it becomes goes outside of them, where the fewest elements are
    open: a title `Otters` `<i>` `Lutra lutra` `</i>` `in ponds.` with each piece on a line of its own is
    `Otters <i>Lutra lutra</i> in ponds.` Of several such gaps it is the first that has a blank already, or else the
    first.
    """
    return EMPTY_ELEMENT.sub(r"<\1\2/>", BLANKS_AND_TAGS.sub(_fold_run, markup))


def _fold_run(run: re.Match[str]) -> str:
    """Fold the blanks between two words, given with the tags among them."""
    pieces = TAG.split(run[0])
    gaps, tags = pieces[::2], pieces[1::2]
    is_inside = run.start() > 0 and run.end() < len(run.string)
    if is_inside and not any("\n" in gap for gap in gaps):
        return run[0]
    depths = list(accumulate((-1 if t[1] == "/" else 0 if t[-2] == "/" else 1 for t in tags), initial=0))
    lowest = min(depths)
    chosen = next((n for n, gap in enumerate(gaps) if gap and depths[n] == lowest), depths.index(lowest))
    spaces = [" " if is_inside and number == chosen else "" for number in range(len(gaps))]
    return "".join(space + tag for space, tag in zip_longest(spaces, tags, fillvalue=""))


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
    """A month, from 1 to 12, from a number or an English name: in full, of three letters, `Sept`; with a dot or not."""
    word = raw.strip(BLANKS)
    number = MONTH_NUMBERS.get(word.removesuffix(".").lower(), 0)
    if DIGITS.fullmatch(word) and len(word) <= 2:
        number = int(word)
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
    except (IndexError, ValueError) as error:
        raise Untypable(shown, "not a date") from error


def print_month(raw: str) -> str:
    """A month as MEDLINE prints it: `Oct` for `10` and `October`; any other word stays as sent."""
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
    match = re.fullmatch(r"([0-9]{4})(?: ([A-Za-z]+\.?)(?: ([0-9]{1,2}))?)?", printed)
    if not match:
        return {"medline_date": printed}
    year, word, day = match.groups()
    if word is None:
        return {"year": year}
    if word.removesuffix(".").lower() in MONTH_NUMBERS:
        return {"year": year, "month": word} | ({"day": day} if day else {})
    if day is None and word in SEASONS:
        return {"year": year, "season": word}
    return {"medline_date": printed}
