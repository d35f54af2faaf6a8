"""Dates of citations, and what a query says of them.

User guide, "Searching by date" and "Publication Date [dp]".
"""

from __future__ import annotations

import calendar
import datetime
import re

Day = datetime.date
MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
#: "Dates with a season are set as: winter = January, spring = April, summer = July and fall = October."
SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
LAST = Day(9999, 12, 31)


def printed(text: str) -> Day | None:
    """Read a date as a journal prints it: "2001 Nov-Dec" is 2001-11-01."""
    if not (year := re.search(r"\b(1[5-9]|2\d)\d\d\b", text)):
        return None
    rest = text[year.end() :].lower()
    month, day = 1, 1
    if name := re.search("|".join([*MONTHS, *SEASONS]), rest):
        month = {**MONTHS, **SEASONS}[name[0]]
        if number := re.match(r"[a-z.]*\s+(\d{1,2})\b", rest[name.start() :]):
            day = int(number[1])
    return made(int(year[0]), month, day)


def published(print_day: Day | None, electronic: Day | None) -> list[Day]:
    """Return the days by which a single date finds a citation.

    "The electronic date will not be searchable if it is later than the print date, except when range searching."
    """
    days = [day for day in (print_day, electronic) if day]
    return days[:1] if len(days) == 2 and days[1] > days[0] else days


def made(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(year, month, day)
    except ValueError:
        return None


def span(text: str) -> tuple[Day, Day] | None:
    """Return the first and the last day of `yyyy/mm/dd`, where month and day may be missing; None if it is no date."""
    match = re.fullmatch(r"(\d{4})(?:[/.-](\d{1,2})(?:[/.-](\d{1,2}))?)?", text.strip().strip('"').strip())
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year < 1:
        return (Day.min, Day.min) if year == 0 else None
    first = made(year, month or 1, day or 1)
    end = made(year, month or 12, day or calendar.monthrange(year, month or 12)[1] if (month or 12) <= 12 else 32)
    return (first, end) if first and end else None


def last(text: str, today: Day) -> Day | None:
    """Return the first day of "last 5 years"; None for another text."""
    match = re.fullmatch(r"last\s+(?:(\d+)\s+)?(day|month|year)s?", text.strip().lower())
    if not match:
        return None
    number = int(match[1] or 1)
    if match[2] == "day":
        return today - datetime.timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if match[2] == "year" else 1)
    year, month = divmod(months, 12)
    return Day(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
