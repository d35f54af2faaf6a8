"""Dates of a query: days, months, years, ranges, and those before today."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta

#: A year, with month and day or without; PubMed writes 2001/03/15.
DATE = re.compile(r"(\d{4})(?:([/.-])(\d{1,2})(?:\2(\d{1,2}))?)?", re.ASCII)
RECENT = re.compile(r"last (?:(\d{1,4}) )?(day|month|year)s?", re.ASCII | re.IGNORECASE)
PRESENT = re.compile(r"present|now|today", re.IGNORECASE)

Days = tuple[date, date]


def read_days(text: str) -> Days | None:
    """Return the first and last day of a date, of a range, or of "last 5 years"; None where the text is none of them.

    What is recent has no last day, as publication dates after today are found too.
    """
    text = " ".join(text.split())
    if recent := RECENT.fullmatch(text):
        return before_today(int(recent[1] or 1), recent[2].lower()), date.max
    first, colon, last = text.partition(":")
    start, end = _read_date(first), _read_date(last if colon else first)
    return (start[0], end[1]) if start and end else None


def before_today(count: int, unit: str) -> date:
    """Return the day that is so many days, months or years before today."""
    today = date.today()
    if unit == "day":
        return today - timedelta(count)
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    if months < 12:
        return date.min
    year, month = divmod(months, 12)
    return min(date(year, month + 1, 1) + timedelta(today.day - 1), _month_end(year, month + 1))


def _read_date(text: str) -> Days | None:
    text = text.strip(' "')
    if PRESENT.fullmatch(text):
        return date.max, date.max
    if parts := DATE.fullmatch(text):
        year, month, day = int(parts[1]), int(parts[3] or 0), int(parts[4] or 0)
        with suppress(ValueError):
            if day:
                return date(year, month, day), date(year, month, day)
            if parts[3]:
                return date(year, month, 1), _month_end(year, month)
            return date(year, 1, 1), date(year, 12, 31)
    return None


def _month_end(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(1)
